"""What is remembered: the values that pass between the core and the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple

from bot.models import (
    Announcement,
    Attempt,
    Delivery,
    DeliveryState,
    Destination,
    DestinationState,
    Place,
    Post,
    Shown,
    Visibility,
    Withdrawn,
)

UNSEEN: Final = 0
"""The subject of a post that was never seen. Real subjects count from 1."""


class FileStamp(NamedTuple):
    """What tells a changed file from an unchanged one without reading it. A tuple, to be compared with a row's end."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


FolderId = tuple[int, int]
"""Device and inode: what tells a folder from another one at the same path."""

StampRow = tuple[str, int, int, int, int]
"""A file's path and, behind it, the numbers of its FileStamp: a scan handles too many for anything but plain tuples."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file is no post: where, what, and how to mend it.

    `line` and `column` (in characters) count from 1; 0 means the file, or the line, as a whole.
    """

    path: str
    line: int
    what: str
    mend: str
    column: int = 0  # known when the file was just read; not remembered


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What is remembered of one file of the watched folder."""

    path: str
    stamp: FileStamp
    digest: str  # of its bytes
    problem: Problem | None = None
    post: Post | None = None  # None: no post, or one that can't be read
    refused_for: int = 0  # the subject that its post already is, under another path


class PostState(StrEnum):
    """Where a post stands."""

    KNOWN = "known"  # was there before newsbell: never announced
    UNPUBLISHED = "unpublished"  # a draft, unlisted or expired
    SCHEDULED = "scheduled"  # its date is in the future
    HELD = "held"  # waits for a person's word
    WAITING = "waiting"  # its public page does not answer yet
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"  # was published, and is public no more


class Brake(StrEnum):
    """A person's word about a post, whatever becomes of its file."""

    OFF = ""
    HELD = "held"  # nothing more of it is sent
    TAKEN = "taken"  # it was taken back, and an edit does not bring it back


HELD_BY_WORD: Final = "newsbell hold was said"  # for people; a migration repeats it: a new wording needs another


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post as the store knows it."""

    subject: int
    key: str
    path: str
    title: str
    language: str
    state: PostState
    revision: int  # 0: never announced
    published_at: datetime | None
    categories: tuple[str, ...]
    first_seen_at: datetime
    reason: str = ""  # why it is held
    copy_of: str = ""  # held, for it looks like a copy of the post with this path
    brake: Brake = Brake.OFF
    page: str = ""  # the public page that it waits for
    page_until: datetime | None = None  # it is published then, whether or not that answers
    visibility: Visibility = Visibility.PUBLIC  # as its file was last read


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a post is still there when it was renamed or copied (bot.publishing.likeness makes them)."""

    title: str  # without capitals and punctuation
    slug: str  # the file's name without its date, likewise
    sketch: tuple[int, ...]  # of its first paragraphs, ascending; empty: it has no text
    length: int  # of the text that was sketched, in characters


@dataclass(frozen=True, slots=True)
class Kin:
    """A known post that a file may be, or may be a copy of."""

    subject: int
    keys: frozenset[str]  # the file's own keys that led to it; empty: only its looks did
    key: str
    path: str
    language: str
    state: PostState
    visibility: Visibility  # as it was last read
    published_at: datetime | None
    digest: str  # of the bytes that it was last read from
    traits: Traits
    stamp: FileStamp | None = None  # of its file; None: another post's file lies there, so this one's is gone
    missing_since: datetime | None = None  # since when its file is known to be away
    copy_of: int = 0  # held as a copy of the post with this subject
    cleared: bool = False  # a person said that it is no copy
    brake: Brake = Brake.OFF


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a new post is to wait for a person's word."""

    reason: str  # for people: "20 posts and more came at once (NEWSBELL_FLOOD)"
    copy_of: int = 0  # the subject of the post that it looks like a copy of
    firm: bool = False  # it waits also before its date: scheduled, it would go out unseen


class News(StrEnum):
    """What is new about a post that was taken in."""

    NEW = "new"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    SCHEDULED = "scheduled"
    UNPUBLISHED = "unpublished"
    HELD = "held"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    OLD = "old"  # it was there before newsbell, but could not be read then: known, never announced


@dataclass(frozen=True, slots=True)
class Published:
    """What came of taking in one post."""

    subject: int
    news: News
    revision: int
    deliveries: int  # how many were enqueued or changed
    old: int = 0  # beside these the messages that are too old to be edited without a word
    held: bool = False  # what else there is waits for a person's word, as `Changes.hold` says
    back: int | None = None  # of these the messages that stood already; None: the post was never out before
    # Where it may have made something due, with what is next there if that was looked up along with it; None: anywhere.
    platforms: Mapping[str, NextUp | None] | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """What came of a file that went away."""

    path: str
    messages: int = 0  # how many are taken back for it
    held: bool = False  # they wait for a person's word


@dataclass(frozen=True, slots=True)
class HeldEdits:
    """Edits that wait for a person's word, for the same reason."""

    reason: str
    posts: int
    messages: int  # of these posts, and of the digests
    digests: int = 0


@dataclass(frozen=True, slots=True)
class Braked:
    """How many deliveries of a post a brake was about."""

    unsent: int  # of which nothing was sent yet
    flying: int  # in the air: each ends as it would have, and is then treated like the others
    standing: int  # messages in chats
    digests: int = 0  # in chats or on their way there, which are rewritten without the post
    shut: int = 0  # of those standing: in chats that are suspended or paused, where nothing can be taken back now
    edits: int = 0  # of the digests: an edit waited for a word, and is made along with that


class Digested(StrEnum):
    """What became of a delivery whose post goes out in a digest (NEWSBELL_DIGEST)."""

    NOT = ""  # it is in none
    WAITING = "waiting"  # the digest is not there yet
    SHOWN = "shown"
    FAILED = "failed"  # the digest was given up
    LEFT = "left"  # the post was taken out of it


@dataclass(frozen=True, slots=True)
class Tally:
    """Deliveries of a post that stand alike, in chats of which nothing else matters, counted."""

    count: int
    example: Delivery
    chat: DestinationState
    digested: Digested


@dataclass(frozen=True, slots=True)
class Story:
    """What happened to one delivery, for people."""

    delivery: Delivery
    attempts: Sequence[Attempt]  # oldest first
    place: Place
    digested: Digested = Digested.NOT
    digest: Delivery | None = None  # of the digest that the post is or was in
    chat_waits_until: datetime | None = None  # the last time that was named for its chat; over, if that is past


@dataclass(frozen=True, slots=True)
class Here:
    """What a chat has of newsbell, in short."""

    last_title: str = ""  # of the newest message that stands there
    last_at: datetime | None = None  # when that came; None: nothing stands there
    last_message: str = ""  # its id
    waiting: int = 0  # posts that are still to be sent there
    held: int = 0  # those of which that takes a person's word
    failed: int = 0  # posts that were given up
    failed_title: str = ""  # of the latest of them
    failed_reason: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person told newsbell by a command beside it."""

    id: int
    command: str  # as typed, without what it was about: "newsbell hold"
    what: str  # what came of it: "rain.md is held: 2 chats wait for it"


@dataclass(frozen=True, slots=True)
class Changes:
    """How messages follow their posts.

    `edits_since`: messages from before it are edited, and taken back, only by a person's word. `hold`: why none that
    is shown may be touched without a word now; empty: they may.
    """

    withdrawn: Withdrawn = Withdrawn.DELETE
    edits_since: datetime | None = None
    hold: str = ""


UNHELD: Final = Changes()


@dataclass(frozen=True, slots=True)
class Said:
    """What a delivery is to show, read before it is asked for."""

    subject: int
    revision: int
    announcement: Announcement
    media: dict[str, str]  # the re-usable ids that there are of its pictures, by the names under which they are kept


@dataclass(frozen=True, slots=True)
class NextUp:
    """What may be done for a bot now, and when there will be more."""

    unknown: list[Delivery]
    due: list[Delivery]
    said: Said | None  # by the first that is due; None: nothing is, or it is to go
    is_all: bool  # False: more is due than there was room for
    next_at: datetime | None  # when something will be due that is not yet; None: nothing is foreseen


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a finished attempt changes, in one transaction.

    The delivery becomes `state`; one that is done with, and whose `wanted` moved on meanwhile, becomes due again.
    """

    delivery: Delivery
    attempt: Attempt
    state: DeliveryState
    due_at: datetime
    shown: Shown | None
    tries: int = 0
    rung: int = 0
    reason: str = ""
    nonce: str = ""  # kept while the outcome is unknown
    unproven: str = ""  # the nonce of a send that may be there, and is made again; if nobody wants it, it is looked for
    arrives_until: datetime | None = None  # until when an edit or a deletion without an answer may still be done
    destination_waits_until: datetime | None = None
    bot_waits_until: datetime | None = None
    rests_until: datetime | None = None  # the bot, too; not kept over a restart, which may bring another token
    suspend: str = ""  # the reason for which the destination is suspended
    move_to: str = ""  # the chat's new id
    gone: bool = False  # a person removed the message: nothing is wanted any more

    @property
    def nothing_before(self) -> datetime | None:
        """Until when the whole bot makes no call, if it must not."""
        return self.bot_waits_until or self.rests_until


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about newsbell itself that a person is to be told."""

    person: Destination  # their private chat
    cause: str  # the same one is told a person once a day; empty: as often as it is written
    message: str  # a sentence of bot.texts, in English
    terms: dict[str, str | int] = field(default_factory=dict)  # its values
    language: str = ""  # a guess, where nobody knows what the person speaks
    id: int = 0  # known once it is written
    written_at: datetime | None = None  # likewise


@dataclass(frozen=True, slots=True)
class Loss:
    """A suspended place of which somebody is still to be told."""

    destination: int  # its id in the store
    place: Place
    since: datetime
    people: tuple[str, ...]  # who subscribed there: the platform's ids
    to_owners: bool
    to_operators: bool


@dataclass(frozen=True, slots=True)
class Handover:
    """Another bot than before has logged in on a platform: it may write to the old one's chats by a person's word."""

    platform: str
    old: str  # the bot accounts' ids
    new: str
    chats: int


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who became an operator by a one-time code."""

    person: Destination  # their private chat
    since: datetime


class Admission(StrEnum):
    """What comes of a one-time code that a person gives."""

    ADMITTED = "admitted"  # an operator from now on
    KNOWN = "known"  # an operator already
    USED = "used"
    EXPIRED = "expired"
    STRANGE = "strange"  # nobody made such a code
    TOO_MANY = "too many"  # the person gave too many wrong ones: not even looked at


@dataclass(frozen=True, slots=True)
class Pin:
    """A message that newsbell pinned."""

    delivery: int
    destination: Destination  # as it was named then
    message_id: str
    rotates: bool  # the subscription wants it, so that the next post takes its place; else the post itself
