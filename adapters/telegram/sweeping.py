"""Which ids to ask about when a message may have been lost, and what may prove one to be it (telegram.md 5). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bot.ports import Trail

GAP: Final = 3
"""So many ids with nothing there, one behind the other, are the end of a chat.

One or two may be messages that a moderator deleted; three new ones in a row, of which no update told, hardly.
"""

SHARED_GAP: Final = 8
"""The same where other chats use up ids as well: those look like nothing from here."""

STEPS: Final = 6
"""So many ids behind the newest are asked one by one, for most are found there; from then on the steps double."""


class Answer(Enum):
    """What stands at an id, as far as a probe tells."""

    NOTHING = auto()
    THEIRS = auto()  # somebody else's, or one of ours that is proven to be another one
    EDITABLE = auto()  # the bot may edit it


Answers = Mapping[int, Answer]


def next_probe(trail: Trail, asked: Answers) -> int | None:
    """The id to ask about next, None when there is none left: the lost message is one of `asked`, or not there.

    First come the unknown ids up to the newest known one, in order; then the end of the chat is found, soon in leaps
    because it may grow as fast as one may ask; then what the leaps left out.
    """
    first = (trail.floor or 0) + 1
    if (inside := _unasked(trail, asked, first, trail.newest + 1)) is not None:
        return inside
    probe, end = _beyond(trail, asked)
    return probe if end is None else _unasked(trail, asked, trail.newest + 1, end)


def is_whole(trail: Trail, asked: Answers) -> bool:
    """Whether all ids were asked about that the lost message can have."""
    first = (trail.floor or 0) + 1
    end = _beyond(trail, asked)[1]
    return end is not None and _unasked(trail, asked, first, end) is None


def settled_answers(trail: Trail, asked: Answers) -> dict[int, Answer]:
    """The answers that stay true: where nothing was behind the last message, something may come."""
    last = max([trail.newest, *(message_id for message_id, answer in asked.items() if answer is not Answer.NOTHING)])
    return {message_id: answer for message_id, answer in asked.items() if message_id < last or answer is Answer.THEIRS}


def _unasked(trail: Trail, asked: Answers, first: int, end: int) -> int | None:
    unknown = (number for number in range(first, end) if number not in trail.known and number not in asked)
    return next(unknown, None)


def _beyond(trail: Trail, asked: Answers) -> tuple[int, int | None]:
    """The next id to ask about in search of the end, and the end once it is found."""
    gap = SHARED_GAP if trail.shared else GAP
    at, leap = trail.newest + 1, 1
    while True:
        run = 0
        while run < gap and asked.get(at + run) is Answer.NOTHING:
            run += 1
        if run == gap:
            return at, at
        if at + run not in asked:
            return at + run, None
        at += run + leap
        leap = 1 if trail.shared or at < trail.newest + STEPS else leap * 2


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
    crowded: bool  # another announcement to this chat is lost as well
    silent: bool  # a reply of ours to this chat is lost as well
    operator: bool  # there is a chat to forward into
    certain: bool  # all messages of other people are known
    candidates: int
    whole: bool  # and there are no more than these


def proof_for(case: Case) -> Proof:
    """The proof that harms nobody.

    To edit a caption is refused where a text stands, and the bot's own texts are its replies: of its own pictures, only
    announcements, none but the lost one is unknown.
    """
    if case.captioned and not case.edits_others and not case.crowded:
        return Proof.EDIT
    if case.operator:
        return Proof.FORWARD
    alone = case.candidates == 1 and case.whole and not case.crowded
    theirs_known = case.certain or not case.edits_others
    ours_known = case.captioned or not case.silent
    return Proof.EDIT if alone and theirs_known and ours_known else Proof.NONE
