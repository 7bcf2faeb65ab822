"""Which ids are asked about, in what order, and which proof harms nobody."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pytest

from adapters.telegram.sweeping import (
    ABREAST,
    GAP,
    SHARED_GAP,
    Answer,
    Case,
    Proof,
    end_of,
    guess_of,
    is_whole,
    next_probes,
    proof_for,
)
from bot.ports import Trail
from tests.state.making import NOON, later

QUIET = Trail(10, frozenset(), 10)


def walk(
    trail: Trail,
    *,
    ours: Collection[int] = (),
    theirs: Collection[int] = (),
    end: int | None = None,
    tried_at: datetime = NOON,
) -> list[int]:
    """The ids that are asked about, one after the other, where these messages stand."""
    asked: dict[int, Answer] = {}
    guess = None
    while True:
        guess = guess_of(trail, asked, tried_at, later(100)) if guess is None else guess
        if not (numbers := next_probes(trail, asked, end, guess)):
            break
        assert len(numbers) <= ABREAST
        for number in numbers:
            stands = Answer.THEIRS if number in theirs else Answer.NOTHING
            asked[number] = Answer.EDITABLE if number in ours else stands
    assert is_whole(trail, asked, end)
    return list(asked)


HEARD = replace(QUIET, known=frozenset({11, 13, 14, 15, 19}), newest=19)


@pytest.mark.parametrize(
    ("trail", "ours", "theirs", "probes"),
    [
        (QUIET, (), (), [11, 12, 13]),
        (QUIET, (11,), (), [11, 12, 13, 14]),
        (QUIET, (13,), (), [11, 12, 13, 16, 14, 15]),  # two that a moderator deleted come before it
        (replace(QUIET, known=frozenset({11, 13}), newest=13), (12,), (), [12, 14, 15, 16]),
        (replace(QUIET, known=frozenset({11, 12}), newest=12), (), (), [13, 14, 15]),
        (HEARD, (), (), [12, 20, 21, 22, 16, 17, 18]),
        (QUIET, (), range(11, 24), [11, 12, 14, 18, 26, 22, 24, 23, 25, 13, *range(15, 18), *range(19, 22)]),
        (QUIET, (), (11, 12, 13, 15), [11, 12, 14, 13, 15, 20, 17, 16, 18]),  # 14 was deleted
        (Trail(None, frozenset({2}), 2), (1,), (), [1, 3, 4, 5]),
        (Trail(None, frozenset(), 0), (), (), [1, 2, 3]),
        (Trail(None, frozenset({50}), 50), (), range(48, 51), [49, 51, 52, 53, *range(48, 0, -1)]),
        (replace(QUIET, shared=True), (), (), list(range(11, 11 + SHARED_GAP))),
        (replace(QUIET, shared=True), (12,), (), list(range(11, 13 + SHARED_GAP))),
        (replace(HEARD, shared=True), (), (), [12, 16, 17, 18, *range(20, 20 + SHARED_GAP)]),
    ],
)
def test_unknown_ids_are_asked_about_in_order_and_the_end_is_found(
    trail: Trail, ours: Collection[int], theirs: Collection[int], probes: list[int]
) -> None:
    assert walk(trail, ours=ours, theirs=theirs) == probes


@pytest.mark.parametrize("shared", [False, True])
def test_behind_the_end_that_was_found_nothing_is_asked_about(shared: bool) -> None:
    trail = replace(QUIET, shared=shared, known=frozenset({15}), newest=15)

    assert walk(trail, end=14) == [11, 12, 13]
    assert walk(replace(QUIET, shared=shared), end=14) == [11, 12, 13]


@pytest.mark.parametrize(("age", "distance"), [(0, 1), (10, 10), (50, 50), (50, 48), (80, 80), (99, 600)])
def test_a_message_far_behind_an_old_floor_is_found_soon(age: float, distance: int) -> None:
    """Where the bot hears nothing; messages come one a second, or, in the last case, six."""
    trail = replace(QUIET, floor_at=later(0))
    ids = range(11, 11 + max(100, distance + 6))

    probes = walk(trail, ours=(10 + distance,), theirs=ids, tried_at=later(age))

    assert probes.index(10 + distance) < 16 + 2 * GAP
    assert end_of(trail, dict.fromkeys(probes, Answer.NOTHING) | dict.fromkeys(ids, Answer.THEIRS)) == ids.stop


def test_where_ids_are_shared_the_search_follows_what_becomes_known_meanwhile() -> None:
    trail = replace(QUIET, shared=True, floor_at=later(0))

    assert guess_of(trail, {}, later(50), later(60)) is None, "nothing new is known"
    assert guess_of(trail, {70: Answer.THEIRS}, later(50), later(60)) == 61


ONE = Case(
    captioned=True,
    edits_others=False,
    floored=True,
    crowded=False,
    twinned=False,
    operator=False,
    certain=False,
    candidates=1,
    whole=True,
)
TEXT = replace(ONE, captioned=False)
EDITOR = replace(ONE, edits_others=True)
TEXT_EDITOR = replace(EDITOR, captioned=False)


@pytest.mark.parametrize(
    ("case", "proof"),
    [
        (ONE, Proof.EDIT),
        (replace(ONE, candidates=3, whole=False), Proof.EDIT),  # texts refuse it
        (replace(ONE, crowded=True), Proof.NONE),
        (replace(ONE, floored=False), Proof.NONE),  # it may be one that an older database knew
        (replace(ONE, floored=False, operator=True), Proof.FORWARD),
        (replace(ONE, crowded=True, operator=True), Proof.FORWARD),
        (replace(ONE, crowded=True, twinned=True, operator=True), Proof.NONE),  # it says the same in another topic
        (TEXT, Proof.EDIT),
        (replace(TEXT, candidates=2), Proof.EDIT),  # the other one is a reply whose answer was lost
        (replace(TEXT, whole=False), Proof.NONE),
        (replace(TEXT, crowded=True), Proof.NONE),
        (replace(TEXT, candidates=2, operator=True), Proof.EDIT),  # all the looks share the operator's chat
        (replace(TEXT, whole=False, operator=True), Proof.FORWARD),
        (EDITOR, Proof.NONE),
        (replace(EDITOR, certain=True), Proof.EDIT),
        (replace(EDITOR, certain=True, candidates=2, whole=False), Proof.EDIT),
        (replace(EDITOR, certain=True, crowded=True), Proof.NONE),
        (replace(EDITOR, operator=True, candidates=2), Proof.FORWARD),
        (TEXT_EDITOR, Proof.NONE),
        (replace(TEXT_EDITOR, certain=True), Proof.EDIT),
        (replace(TEXT_EDITOR, certain=True, whole=False), Proof.NONE),
        (replace(TEXT_EDITOR, certain=True, candidates=2), Proof.NONE),
    ],
)
def test_a_proof_harms_nobody(case: Case, proof: Proof) -> None:
    assert proof_for(case) is proof
