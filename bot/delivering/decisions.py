"""What follows from each way in which a call can end: a table from errors to decisions, both plain values."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    DestinationMoved,
    MessageGone,
    NeverArrived,
    OutcomeUnknown,
    PictureRefused,
    PutOff,
    Rejected,
    Scope,
    TooLateToDelete,
    TryLater,
)
from bot.models import Action
from bot.texts import Reason, sentence

BACK_OFF_SECONDS: Final = (2, 5, 15, 30, 60, 120, 300)
"""Waits after the first, second … failed try; the last one repeats. A post is never given up for being offline."""

DOUBT_SECONDS: Final = 60
"""After this a doubtful "no rights" is asked again before it is believed (an outage on 2023-10-31: PTB #3956)."""

OUTAGE_CHATS: Final = 3
"""When so many other chats doubt at the same time, it is the platform that errs, and none of them is suspended."""

OUTAGE_SECONDS: Final = 300
OUTAGE_TRIES: Final = 72
"""How often, and for how many tries, that is believed: for six hours. Real news of lost rights mostly comes as such."""

REFUSING_CHATS: Final = 3
REFUSING_CHATS_OF_MANY: Final = 10
"""When so many chats in a row refuse a post for the same reason, it is not theirs; more, where others have taken it."""

SETTLE_SECONDS: Final = 5
"""An unknown is looked into no sooner than this after its call began."""

ARRIVES_WITHIN: Final = timedelta(seconds=20)
"""After it began, a call whose answer was lost may still have its effect (docs/adr/0017)."""

REFUSED_BOT_SECONDS: Final = 300
"""How long a bot whose token was refused rests before it tries again: the operator may have renewed it."""

_ENDS: Final = sentence("the request was not made: newsbell ended before")
_RESTS: Final = sentence("the request was not made: the bot had to pause meanwhile")
_LATE: Final = sentence("the request was not made: the one before it took too long")
_ERASED: Final = sentence("{reason}, by a deletion of newsbell's that had no answer")


@dataclass(frozen=True, slots=True)
class RetryAt:
    """Not done: try again at `at`. What was `named` is no back-off, and counts as no try; a `flood` wait may be either.

    `bot_waits` stops the whole bot until then. Where it was not even `called`, it was put off right before. `alone`: it
    is about this kind of call, and what else is due in the chat need not wait. `arrives_until`: nobody knows whether it
    was done, and until then it may still be.
    """

    at: datetime
    reason: str
    flood: bool = False
    bot_waits: bool = False
    named: bool = False
    called: bool = True
    alone: bool = False
    arrives_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """Not done, and nothing of this bot can be until `at`. Not kept over a restart, which may bring another token."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class SendAnew:
    """A repeated send found that the first one never arrived, and never will: send as if it had never been tried."""

    reason: str


@dataclass(frozen=True, slots=True)
class NextPicture:
    """Not sent: try at once some `rungs` higher on the ladder of pictures, at last with none."""

    reason: str
    rungs: int = 1


@dataclass(frozen=True, slots=True)
class Suspend:
    """The destination can't be written to: suspend it; the delivery stays due."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Will never be done."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """Not done, and for a reason that is the bot's or the post's, not the chat's: a person must mend it first."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """May have been done: settle it, from `at` on, before anything else happens to this delivery."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class MoveTo:
    """The chat lives on under another id: follow it and do it there."""

    chat_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class LetBe:
    """Somebody removed the message: nothing is wanted there any more."""

    reason: str


@dataclass(frozen=True, slots=True)
class Erased:
    """newsbell removed the message itself, and had no answer: what is wanted there again is sent anew."""

    reason: str


Decision = RetryAt | Rest | SendAnew | NextPicture | Suspend | GiveUp | Hold | Unknown | MoveTo | LetBe | Erased

TRIED_AGAIN: Final = (RetryAt, SendAnew, NextPicture, Unknown, MoveTo, Erased)
"""After these newsbell goes on by itself."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision may depend on, beside the error."""

    action: Action
    tries: int  # failed ones before this one
    now: datetime
    reason: str = ""  # of the last failed try
    began_at: datetime | None = None  # the call; None: just now
    doubters: int = 0  # other chats that answer doubtfully at present
    refusers: int = 0  # chats in a row, with this one, that refused the post for the same reason
    taken: bool = False  # whether another chat has taken it before
    rungs: int = 1  # of the ladder of pictures to the next one that may be taken
    may_be_gone: bool = False  # whether a deletion of newsbell's had no answer


def decide(error: DeliveryError, case: Case) -> Decision:
    """What follows from `error`."""
    for kind in type(error).__mro__:
        if rule := _RULES.get(kind):
            return rule(error, case)
    raise TypeError(f"no rule for {type(error).__name__}")


def too_late(*, ends: bool, rests: bool, doubtful: bool) -> PutOff | None:
    """Why a call that had to wait for another one may not be begun any more; None: it may.

    Newsbell ends, or the bot rests; or it is `doubtful` by now whether it may be repeated.
    """
    reason = (ends and _ENDS) or (rests and _RESTS) or (doubtful and _LATE)
    return PutOff(reason, 0.0) if reason else None


def in_words(decision: Decision, now: datetime) -> str:
    """What is done next, for the log."""
    match decision:
        case RetryAt(at=at) | Rest(at=at):
            seconds = max((at - now).total_seconds(), 0)
            return "tried again at once" if seconds < 1 else f"tried again in {seconds:.0f} s"
        case MoveTo(chat_id=chat_id):
            return f"followed to {chat_id}"
    return _IN_WORDS[type(decision)]


def back_off(tries: int, now: datetime) -> datetime:
    """When to try again after `tries` failed tries and the one that failed now; a little apart from the others."""
    seconds = BACK_OFF_SECONDS[min(tries, len(BACK_OFF_SECONDS) - 1)]
    return now + timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def _try_later(error: TryLater, case: Case) -> RetryAt:
    wait = error.retry_after
    at = back_off(case.tries, case.now) if wait is None else case.now + timedelta(seconds=wait)
    # A send that waits keeps its place: what is due after it in its chat waits, too.
    alone = error.scope is Scope.ROUTE and case.action in (Action.EDIT, Action.DELETE)
    bot_waits = error.scope is Scope.BOT
    return RetryAt(at, str(error), flood=error.flood, bot_waits=bot_waits, named=wait is not None, alone=alone)


def _put_off(error: PutOff, case: Case) -> Decision:
    return replace(_try_later(error, case), called=False)


def _never_arrived(error: NeverArrived, _case: Case) -> Decision:
    return SendAnew(str(error))


def _picture_refused(error: PictureRefused, case: Case) -> Decision:
    return NextPicture(str(error), case.rungs)


def _rejected(error: Rejected, case: Case) -> Decision:
    if case.refusers >= (REFUSING_CHATS_OF_MANY if case.taken else REFUSING_CHATS):
        return Hold(str(error))
    return GiveUp(str(error))


def _destination_lost(error: DestinationLost, case: Case) -> Decision:
    if error.doubtful and case.reason != str(error):
        return RetryAt(case.now + timedelta(seconds=DOUBT_SECONDS), str(error))
    if error.doubtful and case.doubters >= OUTAGE_CHATS and case.tries < OUTAGE_TRIES:
        return RetryAt(case.now + timedelta(seconds=OUTAGE_SECONDS), str(error))
    return Suspend(str(error))


def _destination_moved(error: DestinationMoved, _case: Case) -> Decision:
    return MoveTo(error.chat_id, str(error))


def _message_gone(error: MessageGone, case: Case) -> Decision:
    if case.may_be_gone:
        return Erased(Reason(_ERASED, reason=str(error)))
    return LetBe(str(error))


def _outcome_unknown(error: OutcomeUnknown, case: Case) -> Decision:
    began_at = case.began_at or case.now
    if case.action not in (Action.EDIT, Action.DELETE):
        return Unknown(max(case.now, began_at + timedelta(seconds=SETTLE_SECONDS)), str(error))
    # Doing these twice does no harm, so there is nothing to settle; but an edit would be overwritten by a late one.
    at, arrives_until = back_off(case.tries, case.now), began_at + ARRIVES_WITHIN
    if case.action is Action.EDIT:
        at = max(at, arrives_until)
    return RetryAt(at, str(error), arrives_until=arrives_until)


def _bot_refused(error: BotRefused, case: Case) -> Decision:
    return Rest(case.now + timedelta(seconds=REFUSED_BOT_SECONDS), str(error))


_IN_WORDS: Final[dict[type, str]] = {
    SendAnew: "sent anew",
    NextPicture: "tried on another way or with the next picture, at last with none",
    Suspend: "nothing is sent there until that is mended",
    GiveUp: "given up; newsbell deliveries retry tries again",
    Hold: "it waits for a person's word",
    Unknown: "what became of it is found out first",
    LetBe: "left as it is",
    Erased: "sent anew where it is wanted again",
}

_RULES: Final[dict[type, Callable[[Any, Case], Decision]]] = {
    TryLater: _try_later,
    PutOff: _put_off,
    NeverArrived: _never_arrived,
    PictureRefused: _picture_refused,
    Rejected: _rejected,
    TooLateToDelete: _rejected,
    DestinationLost: _destination_lost,
    DestinationMoved: _destination_moved,
    MessageGone: _message_gone,
    OutcomeUnknown: _outcome_unknown,
    BotRefused: _bot_refused,
}
