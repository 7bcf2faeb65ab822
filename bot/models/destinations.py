"""Who gets it: places, and what they subscribed to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Destination:
    """A place that receives messages. Written `telegram:-100123/7`, `discord:456`, `console:telegram`.

    `bot` is the id of the bot account that writes there; message and file ids are that bot's own.
    """

    platform: str
    chat_id: str
    thread_id: str = ""
    bot: str = ""

    def __str__(self) -> str:
        return f"{self.platform}:{self.chat_id}" + (f"/{self.thread_id}" if self.thread_id else "")

    @classmethod
    def parse(cls, text: str, bot: str = "") -> Destination:
        """The destination written as `text`. Raises ValueError with the expected form."""
        platform, colon, rest = text.strip().partition(":")
        chat_id, _, thread_id = rest.partition("/")
        if not colon or not platform.isalpha() or not chat_id:
            raise ValueError(f"{text!r} is no destination; write telegram:-100123, telegram:-100123/7 or discord:456")
        if (platform.lower(), thread_id) == ("telegram", "1"):
            thread_id = ""  # a forum's General topic is the chat itself: under two names it would get each post twice
        return cls(platform.lower(), chat_id, thread_id, bot)


class DestinationState(StrEnum):
    """Whether a destination receives."""

    ACTIVE = "active"
    PAUSED = "paused"  # a person's word
    SUSPENDED = "suspended"  # the platform's word; deliveries stay due, claims skip them


class OnUnknown(StrEnum):
    """What becomes of a send where no proof can be had whether it arrived (DESIGN 4.1)."""

    RESEND = "resend"  # rather twice than never
    HOLD = "hold"  # it waits for a person's word


@dataclass(frozen=True, slots=True)
class Place:
    """A destination together with what is known about it."""

    destination: Destination
    kind: str = ""  # the platform's word: "private", "group", "supergroup", "channel", "text", "forum" …
    title: str = ""
    language: str = ""  # of replies; empty: not chosen
    state: DestinationState = DestinationState.ACTIVE
    reason: str = ""  # why it is paused or suspended
    paused_until: datetime | None = None  # None: it is not paused, or until a person's word
    on_unknown: OnUnknown | None = None  # None: as the site has it
    since: datetime | None = field(default=None, compare=False)  # when that state began; known of what is remembered


class SelectorKind(StrEnum):
    """What a subscription asks for."""

    CATEGORY = "category"
    TAG = "tag"
    ALL = "all"
    ALL_EXCEPT = "all-except"


@dataclass(frozen=True, slots=True)
class Selector:
    """What a subscription asks for: `value` is a match key (bot.subscribing.selectors), empty for ALL."""

    kind: SelectorKind
    value: str = ""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A destination's wish for posts."""

    destination: Destination
    selector: Selector
    display: str = ""  # the selector as people write it: "NATIONAL"
    language: str = ""  # only posts in this language; empty: all
    options: dict[str, Any] = field(default_factory=dict)  # fields of Look


@dataclass(frozen=True, slots=True)
class Category:
    """A category that really exists in the posts."""

    key: str  # the match key
    display: str  # the spelling seen most often
    posts: int
