"""What is remembered: the values that pass between the core and the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.models import Attempt, Delivery, DeliveryState, Post, Shown


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells a changed file from an unchanged one without reading it."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


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


class PostState(StrEnum):
    """Where a post stands."""

    KNOWN = "known"  # was there before newsbell: never announced
    UNPUBLISHED = "unpublished"  # a draft, unlisted or expired
    SCHEDULED = "scheduled"  # its date is in the future
    HELD = "held"  # waits for a person's word
    PUBLISHED = "published"


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


class News(StrEnum):
    """What is new about a post that was taken in."""

    NEW = "new"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    SCHEDULED = "scheduled"
    UNPUBLISHED = "unpublished"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Published:
    """What came of taking in one post."""

    subject: int
    news: News
    revision: int
    deliveries: int  # how many were enqueued or changed


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What a finished attempt changes, in one transaction.

    The delivery becomes `state`; a SETTLED one whose `wanted` moved on meanwhile becomes due again.
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
    destination_waits_until: datetime | None = None
    bot_waits_until: datetime | None = None
    suspend: str = ""  # the reason for which the destination is suspended
    move_to: str = ""  # the chat's new id
    gone: bool = False  # a person removed the message: nothing is wanted any more
