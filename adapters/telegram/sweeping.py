"""Which ids to ask about when a message may have been lost, and what may prove one to be it (telegram.md 5). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from itertools import chain, islice
from typing import Final

from bot.ports import Trail

GAP: Final = 3
"""So many ids with nothing there, one behind the other, are the end of a chat.

One or two may be messages that a moderator deleted; three new ones in a row, of which no update told, hardly.
"""

SHARED_GAP: Final = 8
"""The same where other chats use up ids as well: those look like nothing from here."""


FAR: Final = 20
"""So many before it is believed that a message never arrived: whole albums and quarrels are deleted as well."""

ABREAST: Final = 4
"""So many ids are asked about at once where no answer says which is next: the pace is kept on a slow wire, too."""


class Answer(Enum):
    """What stands at an id, as far as a probe tells."""

    NOTHING = auto()
    THEIRS = auto()  # somebody else's, or one of ours that is proven to be another one
    EDITABLE = auto()  # the bot may edit it


Answers = Mapping[int, Answer]


def next_probes(trail: Trail, asked: Answers, end: int | None = None, guess: int | None = None) -> Sequence[int]:
    """The ids to ask about next, none when there are none left: the lost message is one of `asked`, or not there.

    They are several where the answer to one says nothing of which is next. The search begins at `guess`, where the
    message most likely stands, if there is one; else right behind the floor; without a floor, at the end. `end`: what
    stands there, or behind, came too late.
    """
    top = last_of(trail, asked) + 1
    inside = _nearest(trail, asked, min(top, end or top), guess)
    if not asked and inside:
        return inside[:1]
    if inside and (trail.shared or guess is not None):
        return inside
    if end is None:
        probe, end = _beyond(trail, asked)
        if end is None:
            return (probe,)
    return _nearest(trail, asked, end, guess)


def far_probes(trail: Trail, asked: Answers, end: int) -> Sequence[int]:
    """Of the ids behind what seems to be the end, the next ones to ask about before a message is given up."""
    return _unasked(trail, asked, range(end, end + FAR))


def guess_of(trail: Trail, asked: Answers, tried_at: datetime, now: datetime) -> int | None:
    """Where the lost message most likely stands, if messages come at an even pace; None while that can't be said.

    That matters where the bot hears nothing, or has heard nothing while it was away: the floor is old there, and the
    calls of a minute are few. A wrong guess costs time, and nothing else.
    """
    last = last_of(trail, asked)
    is_last = last > trail.floor if trail.shared and trail.floor else asked.get(last + 1) is Answer.NOTHING
    if trail.floor is None or trail.floor_at is None or not is_last or now <= trail.floor_at:
        return None
    share = (tried_at - trail.floor_at) / (now - trail.floor_at)
    return trail.floor + 1 + int((last - trail.floor) * min(max(share, 0.0), 1.0))


def last_of(trail: Trail, asked: Answers) -> int:
    """The newest id that is known to be taken."""
    return max([trail.newest, *(number for number, answer in asked.items() if answer is not Answer.NOTHING)])


def end_of(trail: Trail, asked: Answers) -> int | None:
    """The id behind the chat's last message, if it was found."""
    return _beyond(trail, asked)[1]


def is_whole(trail: Trail, asked: Answers, end: int | None = None) -> bool:
    """Whether all ids were asked about that the lost message can have."""
    end = end or end_of(trail, asked)
    return end is not None and not _nearest(trail, asked, end, None)


def _nearest(trail: Trail, asked: Answers, end: int, guess: int | None) -> Sequence[int]:
    """Of the ids before `end` that may be the lost message's, and were not asked about, the ones nearest to `guess`."""
    ids = range((trail.floor or 0) + 1, end)
    if not ids:
        return ()
    if guess is None:
        guess = ids[-1] if trail.floor is None else ids[0]
    guess = min(max(guess, ids[0]), ids[-1])
    around = (number for step in range(1, len(ids)) for number in (guess + step, guess - step) if number in ids)
    return _unasked(trail, asked, chain((guess,), around))


def _unasked(trail: Trail, asked: Answers, ids: Iterable[int]) -> Sequence[int]:
    return tuple(islice((number for number in ids if number not in trail.known and number not in asked), ABREAST))


def _beyond(trail: Trail, asked: Answers) -> tuple[int, int | None]:
    """The next id to ask about in search of the end, and the end once it is found.

    In leaps that double, because a chat may grow as fast as one may ask; then between the last message and nothing.
    """
    last = last_of(trail, asked)
    nothing = min((number for number in asked if number > last), default=None)
    if nothing is None:
        return last + (1 if trail.shared else max(1, last - trail.newest)), None
    if nothing > last + 1 and not trail.shared:
        return (last + nothing) // 2, None
    gap = SHARED_GAP if trail.shared else GAP
    unasked = next((number for number in range(last + 1, last + 1 + gap) if number not in asked), None)
    return (unasked, None) if unasked is not None else (last + 1, last + 1)


class Proof(Enum):
    """How to find out whether a message that the bot may edit is the lost one."""

    EDIT = auto()  # an edit that changes nothing where it is
    FORWARD = auto()  # a copy for the operator, read and removed again
    NONE = auto()


@dataclass(frozen=True, slots=True)
class Case:
    """What the choice of a proof depends on: nobody's message may be changed by it."""

    captioned: bool  # the lost message is a picture
    edits_others: bool  # the bot may edit other people's messages there, too
    floored: bool  # it is known where the new messages of the chat begin
    crowded: bool  # another announcement to this chat is lost as well
    twinned: bool  # and it is about the same post
    operator: bool  # there is a chat to forward into
    certain: bool  # all messages of other people are known
    candidates: int
    whole: bool  # there will be no more than these: nothing is left to ask about, or no time for it


def proof_for(case: Case) -> Proof:
    """The proof that harms nobody.

    To edit a caption is refused where a text stands, and the bot's own texts are its replies; a preview is one until
    its id is known. Of its own pictures, only announcements, none but the lost one is unknown. Among its texts may be a
    reply whose answer was lost as well, and without a floor, an announcement that an older database knew. A copy says
    nothing of the topic where it was found.
    """
    if case.twinned:
        return Proof.NONE
    ours_alone = case.floored and not case.crowded
    if ours_alone and not case.edits_others and (case.captioned or case.whole):
        return Proof.EDIT
    if case.operator:
        return Proof.FORWARD
    alone = case.captioned or (case.whole and case.candidates == 1)
    return Proof.EDIT if ours_alone and case.edits_others and case.certain and alone else Proof.NONE
