"""The nouns that all of newsbell agrees on: frozen values that know no platform and no database.

Times are aware and in UTC. Ids of platforms are `str`, for a Telegram id and a Discord snowflake share columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

# --- what is read ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style: what both platforms can show, in neither's markup.

    A line break is a "\\n" in `text`, a new paragraph is "\\n\\n".
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture can be had: a public address, or a file inside the site's root (an absolute path)."""

    url: str | None = None
    file: str | None = None
    alt: str = ""

    @property
    def source(self) -> str:
        """The one string that tells this picture from others."""
        return self.file or self.url or ""


class Visibility(StrEnum):
    """Whether the site shows a post. A future date is none of these: the publisher holds it against the clock."""

    PUBLIC = "public"
    DRAFT = "draft"  # published: false, draft: true, a _drafts folder
    UNLISTED = "unlisted"
    EXPIRED = "expired"
    EXCLUDED = "excluded"  # on the site, but newsbell shall not send it: `newsbell: false`


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a post's front matter asks of newsbell itself; everywhere else the subscription's options hold."""

    breaking: bool = False  # overtakes the other posts
    silent: bool = False  # rings nobody's telephone
    pin: bool = False  # is pinned where the bot may
    mention: bool = True  # False: mentions nobody, whatever a subscription says
    image: bool = True  # False: without a picture
    texts: tuple[
        tuple[str, tuple[Span, ...]], ...
    ] = ()  # words of its own instead of the excerpt, by platform; "": all
    follows: str = ""  # the earlier post that its message answers: a code, a path, or an address in comparable form


@dataclass(frozen=True, slots=True)
class Post:
    """One post, as its site's generator understands it."""

    key: str  # its identity: "code:ART24…@en", "url:https://…@en" or "path:national/rain.md"
    aliases: tuple[str, ...]  # further keys that mean this post, strongest first
    path: str  # relative to the watched folder, "/" as separator
    title: str
    excerpt: tuple[Span, ...]  # the first real paragraphs, up to about 1,200 characters, uncut otherwise
    url: str | None
    pictures: tuple[Picture, ...]  # candidates, best first
    categories: tuple[str, ...]  # as written
    tags: tuple[str, ...]  # as written
    language: str  # "en", "km", "zh-tw"
    published_at: datetime | None  # None: the post names no date at all
    caption: str = ""  # of the lead picture, told to people who can't see it
    visibility: Visibility = Visibility.PUBLIC
    overrides: Overrides = Overrides()
    link_rule: str = ""  # what gave the address: "origin_url", "permalink", "Jekyll", "NEWSBELL_POST_URL"; empty: none
    waits_for_date: bool = True  # False: the site shows it at once, also with a date in the future (Hexo, MkDocs)
    warnings: tuple[str, ...] = ()  # what was understood only with a guess; the post is sent all the same

    def lies_ahead(self, now: datetime) -> bool:
        """Whether the site does not show the post before its date, which is after `now`."""
        return self.waits_for_date and self.published_at is not None and self.published_at > now


# --- what is said ----------------------------------------------------------------------------------------------------


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

# --- who gets it -----------------------------------------------------------------------------------------------------


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
        return cls(platform.lower(), chat_id, thread_id, bot)


class DestinationState(StrEnum):
    """Whether a destination receives."""

    ACTIVE = "active"
    PAUSED = "paused"  # a person's word
    SUSPENDED = "suspended"  # the platform's word; deliveries stay due, claims skip them


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


# --- deliveries ------------------------------------------------------------------------------------------------------

GONE: Final = 0
"""The revision that means: nothing shall be shown. Real revisions count from 1."""


class DeliveryState(StrEnum):
    """Where a delivery stands; see DESIGN section 2."""

    DUE = "due"  # to be done at due_at
    CLAIMED = "claimed"  # a call is in the air
    UNKNOWN = "unknown"  # tried, outcome not known
    HELD = "held"  # waits for a person's word
    FAILED = "failed"  # given up, with reason
    SETTLED = "settled"  # shown is what is wanted


class Withdrawn(StrEnum):
    """What becomes of the messages of a post that is public no more."""

    DELETE = "delete"  # marked, where the platform deletes them no more
    MARK = "mark"
    KEEP = "keep"


class Lane(StrEnum):
    """The order of a destination's deliveries: by lane, then by position."""

    BREAKING = "0-breaking"
    POST = "1-post"
    EDIT = "2-edit"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the platform answered: the ids of the messages, and the re-usable id of the picture, where it has one."""

    message_ids: tuple[str, ...]
    media_id: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the chat: which revision, how it was rendered, and under which ids."""

    revision: int
    fingerprint: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Delivery:
    """A subject's life in one chat: comparing `wanted` with `shown` says what to do."""

    id: int
    subject: int
    destination: Destination
    destination_id: int
    wanted: int  # a revision, or GONE
    shown: Shown | None
    state: DeliveryState
    lane: Lane
    position: int
    due_at: datetime
    tries: int = 0  # failed tries since the last success; flood waits are not counted
    rung: int = 0  # which picture to try: an index into Announcement.pictures; past the end: none
    nonce: str = ""  # the idempotency key, kept while the outcome is unknown
    tried_at: datetime | None = None  # when the last call began
    tried: int = 0  # the revision that it was about
    look: Look = Look()
    reason: str = ""
    turn: int = 0  # in its lane the smallest goes first
    resend_unknown: bool = True  # what to do where no proof can be had: rather twice than never, or hold


class Action(StrEnum):
    """What a delivery asks of the platform."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    PROBE = "probe"
    PIN = "pin"
    REPLY = "reply"


class Outcome(StrEnum):
    """What came of an attempt."""

    SENT = "sent"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    RETRY = "retry"
    FLOOD = "flood"
    UNKNOWN = "unknown"
    SUSPENDED = "suspended"
    MOVED = "moved"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried for a delivery, when, by which owner epoch, and what came of it. Append-only."""

    delivery: int
    action: Action
    outcome: Outcome
    began_at: datetime
    ended_at: datetime
    epoch: int
    detail: str = ""


# --- commands --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Command:
    """What a person asked, where, and with what rights: the adapter says who is admin, the core what an admin may."""

    name: str  # without "/": "subscribe"
    words: str  # what followed, as typed
    place: Place  # where the command applies
    person: str  # the platform's id of the person; empty where the platform hides it
    admin: bool
    language: str = ""  # the person's own, a first guess
    refusal: str = ""  # why the adapter could not find out whether the person is an admin


@dataclass(frozen=True, slots=True)
class Choice:
    """A button below a reply: pressing it is typing `command`."""

    label: str
    command: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command, for any platform. Lines are separated by "\\n"."""

    text: str
    choices: tuple[Choice, ...] = ()
    done: bool = True  # False: the command was refused or not understood
