"""What is said about a subject, and how it looks."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from bot.models.posts import Picture, Span
from bot.models.words import Word


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

    def __hash__(self) -> int:
        """By what tells most apart: each send asks for what is known of its announcement, and a post may be long.

        Digests differ by their `texts` alone.
        """
        return hash((self.title, self.url, self.texts))

    def own_words(self, platform: str) -> tuple[Span, ...]:
        """The words that stand in place of the excerpt on `platform`, whatever length an excerpt may have; or none."""
        texts = dict(self.texts)
        return texts.get(platform) or texts.get("", ())


class Style(Word):
    """How an announcement looks. Each platform knows some of them, and shows every other one as its AUTO."""

    AUTO = "auto"  # the platform's best (Telegram: photo, Discord: embed)
    PHOTO = "photo"  # the picture, with the words as its caption
    PREVIEW = "preview"  # the words below a large card of the linked page
    TEXT = "text"  # the words alone
    RICH = "rich"  # an article: a heading, the picture with its caption, a long excerpt
    EMBED = "embed"  # a card with the picture
    LINK = "link"  # the title and the link, which the platform unfolds
    COMPONENTS = "components"  # heading, words, picture and button in one frame


LONGEST_EXCERPT: Final = 4096
"""UTF-16 units; of a longer post no reading gives much more."""

_ROOM: Final = {
    Style.PREVIEW: {"excerpt": 1000},
    Style.RICH: {"excerpt": LONGEST_EXCERPT},
    Style.COMPONENTS: {"excerpt": 1000},
}
"""What styles show that have more room than a caption, where the subscription names no length."""


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
    protect: bool = False  # readers can neither forward nor save it
    pin: bool = False  # each new post is pinned, instead of the one before
    thread: bool = False  # on Discord, a thread for discussion is opened under each message
    sender: str = ""  # on Discord, the name that a webhook shows instead of the bot's
    tag: str = ""  # of a forum: for posts after whose categories none is named

    @classmethod
    def from_options(cls, options: dict[str, Any]) -> Look:
        """The Look of stored options. What this version does not know, or a value that can't be, is left aside."""
        known = {name: value for name, value in options.items() if _can_be(name, value)}
        if "style" in known:
            known["style"] = Style(known["style"])
            known = {**_ROOM.get(known["style"], {}), **known}
        return cls(**known)


_KINDS: Final = {name: type(value) for name, value in asdict(Look()).items()}
_STYLES: Final = frozenset(Style)


def _can_be(name: str, value: Any) -> bool:
    """Whether `value` is one that the field `name` of a Look may have."""
    match name:
        case "style":
            return isinstance(value, str) and value in _STYLES
        case "excerpt":
            return type(value) is int and 0 <= value <= LONGEST_EXCERPT
    return type(value) is _KINDS.get(name)
