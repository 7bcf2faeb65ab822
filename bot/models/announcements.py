"""What is said about a subject, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.models.posts import Picture, Span


class SubjectKind(StrEnum):
    """What a message can be about."""

    POST = "post"
    DIGEST = "digest"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is said about a subject at one revision, for any platform, uncut."""

    title: str
    body: tuple[Span, ...] = ()
    url: str | None = None
    pictures: tuple[Picture, ...] = ()
    label: str = ""  # the category as people read it: "National"
    hashtags: tuple[str, ...] = ()  # without "#"
    language: str = "en"
    published_at: datetime | None = None
    silent: bool = False
    pin: bool = False  # is pinned once it is sent, where the bot may
    mention: bool = True  # False: mentions nobody, whatever a subscription says
    image: bool = True  # False: no picture, nor the one of the linked page
    texts: tuple[tuple[str, tuple[Span, ...]], ...] = ()  # words of its own by platform, see own_words; "": all
    follows: str = ""  # the earlier post that the message answers, as Overrides has it

    def own_words(self, platform: str) -> tuple[Span, ...]:
        """The words that stand in place of the excerpt on `platform`, whatever length an excerpt may have; or none."""
        texts = dict(self.texts)
        return texts.get(platform) or texts.get("", ())


class Style(StrEnum):
    """How an announcement looks; AUTO is each platform's best (Telegram: photo, Discord: embed)."""

    AUTO = "auto"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Look:
    """The options that a destination's subscription resolves to. Hashable: each is rendered once per revision."""

    style: Style = Style.AUTO
    image: bool = True
    excerpt: int = 300  # UTF-16 units at most; 0 shows none
    hashtags: bool = True
    button: bool = True
    silent: bool = False
    mention: str = ""  # a role id on Discord

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Look:
        """The Look of stored options; names that this version does not know are left aside."""
        known = {name: options[name] for name in _LOOK_FIELDS & options.keys()}
        if "style" in known:
            known["style"] = Style(known["style"])
        return cls(**known)


_LOOK_FIELDS: Final = frozenset(field.name for field in fields(Look))
