"""What is sent where: wanted against shown, and what came of each try."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.models.announcements import Look
from bot.models.destinations import Destination, OnUnknown
from bot.models.words import Word

_PLAIN: Final = Look()

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
    """What the platform answered: the ids of the messages, and that of the picture, where it can be used again.

    In all chats of the bot, or, where `Adapter.shares_pictures` is not, in an edit of the same message.
    """

    message_ids: tuple[str, ...]
    media_id: str | None = ""  # empty: it gives none; None: it did not say


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in the chat: which revision, how it was rendered, and under which ids."""

    revision: int
    fingerprint: str  # empty: an edit or a deletion had no answer, and something else may stand there
    receipt: Receipt
    may_be_gone: bool = False  # it was a deletion


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
    rung: int = 0  # which picture to try, and how: see bot.picturing.ladder; past its end: none
    nonce: str = ""  # the idempotency key, kept while the outcome is unknown
    tried_at: datetime | None = None  # when the last call began
    tried: int = 0  # the revision that it was about
    look: Look = _PLAIN
    reason: str = ""
    turn: int = 0  # in its lane the smallest goes first
    on_unknown: OnUnknown | None = None  # its destination's own; None: the site's
    goes: Withdrawn = Withdrawn.DELETE  # how, once nothing is wanted
    spared: str = ""  # why it goes on its rung without a try on those before; told with the attempt, and not kept

    @property
    def is_marked(self) -> bool:
        """Whether its message says that its post was withdrawn."""
        return self.wanted == GONE and self.shown is not None and self.state is DeliveryState.SETTLED


class Action(Word):
    """What a delivery asks of the platform."""

    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    PROBE = "probe"
    PIN = "pin"
    UNPIN = "unpin"
    REPLY = "reply"


class Outcome(Word):
    """What came of an attempt."""

    SENT = "sent"
    EDITED = "edited"
    UNCHANGED = "unchanged"
    DELETED = "deleted"
    RETRY = "retry"
    FLOOD = "flood"
    PUT_OFF = "put off"  # its call was not made
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
