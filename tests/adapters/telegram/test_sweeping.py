"""Which ids are asked about, in what order, and which proof harms nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from adapters.telegram.sweeping import (
    SHARED_GAP,
    Answer,
    Case,
    Proof,
    is_whole,
    next_probe,
    proof_for,
    settled_answers,
)
from bot.ports import Trail

QUIET = Trail(10, frozenset(), 10)


def walk(trail: Trail, *, ours: Collection[int] = (), theirs: Collection[int] = ()) -> list[int]:
    """The ids that are asked about, one after the other, where these messages stand."""
    asked: dict[int, Answer] = {}
    while (number := next_probe(trail, asked)) is not None:
        stands = Answer.THEIRS if number in theirs else Answer.NOTHING
        asked[number] = Answer.EDITABLE if number in ours else stands
    assert is_whole(trail, asked)
    return list(asked)


@pytest.mark.parametrize(
    ("trail", "ours", "theirs", "probes"),
    [
        (QUIET, (), (), [11, 12, 13]),
        (QUIET, (11,), (), [11, 12, 13, 14]),
        (QUIET, (13,), (), [11, 12, 13, 14, 15, 16]),  # two that a moderator deleted come before it
        (replace(QUIET, known=frozenset({11, 13}), newest=13), (12,), (), [12, 14, 15, 16]),
        (replace(QUIET, known=frozenset({11, 12}), newest=12), (), (), [13, 14, 15]),
        (QUIET, (), range(11, 24), [*range(11, 17), 18, 22, 30, 31, 32, 17, 19, 20, 21, *range(23, 30)]),
        (Trail(None, frozenset({2}), 2), (1,), (), [1, 3, 4, 5]),
        (Trail(None, frozenset(), 0), (), (), [1, 2, 3]),
        (replace(QUIET, shared=True), (), (), list(range(11, 11 + SHARED_GAP))),
        (replace(QUIET, shared=True), (12,), (), list(range(11, 13 + SHARED_GAP))),
    ],
)
def test_unknown_ids_come_first_then_the_end_then_what_was_leapt_over(
    trail: Trail, ours: Collection[int], theirs: Collection[int], probes: list[int]
) -> None:
    assert walk(trail, ours=ours, theirs=theirs) == probes


def test_nothing_behind_the_last_message_is_no_answer_for_ever() -> None:
    asked = {11: Answer.NOTHING, 12: Answer.THEIRS, 13: Answer.NOTHING, 14: Answer.NOTHING}

    assert settled_answers(QUIET, asked) == {11: Answer.NOTHING, 12: Answer.THEIRS}


ONE = Case(
    captioned=True,
    edits_others=False,
    crowded=False,
    silent=False,
    operator=False,
    certain=False,
    candidates=1,
    whole=True,
)
TEXT = replace(ONE, captioned=False)
EDITOR = replace(ONE, edits_others=True)


@pytest.mark.parametrize(
    ("case", "proof"),
    [
        (ONE, Proof.EDIT),
        (replace(ONE, candidates=3, whole=False, silent=True), Proof.EDIT),  # texts refuse it
        (replace(ONE, crowded=True), Proof.NONE),
        (replace(ONE, crowded=True, operator=True), Proof.FORWARD),
        (TEXT, Proof.EDIT),
        (replace(TEXT, candidates=2), Proof.NONE),
        (replace(TEXT, whole=False), Proof.NONE),
        (replace(TEXT, silent=True), Proof.NONE),
        (replace(TEXT, candidates=2, operator=True), Proof.FORWARD),
        (EDITOR, Proof.NONE),
        (replace(EDITOR, certain=True), Proof.EDIT),
        (replace(EDITOR, certain=True, candidates=2), Proof.NONE),
        (replace(EDITOR, certain=True, crowded=True), Proof.NONE),
        (replace(EDITOR, operator=True, candidates=2), Proof.FORWARD),
    ],
)
def test_a_proof_harms_nobody(case: Case, proof: Proof) -> None:
    assert proof_for(case) is proof
