"""A file is still once it looks the same twice, a settling time apart."""

from __future__ import annotations

import pytest

from bot.records import FileStamp
from bot.watching.stillness import MOMENT, SHORTEST, Stillness

SMALL = FileStamp(10, 1, 1, 7)
LARGE = FileStamp(20, 2, 2, 7)


def test_a_file_that_looks_the_same_after_the_settling_time_is_still() -> None:
    stillness = Stillness(2)

    assert not stillness.looked("rain.md", SMALL, now=100)
    assert stillness.next_due() == 102 + MOMENT
    assert not stillness.looked("rain.md", SMALL, now=101)
    assert stillness.looked("rain.md", SMALL, now=102)
    assert stillness.next_due() is None


def test_a_file_that_grew_has_to_be_still_anew() -> None:
    stillness = Stillness(2)

    stillness.looked("rain.md", SMALL, now=100)
    assert not stillness.looked("rain.md", LARGE, now=102)
    assert not stillness.looked("rain.md", LARGE, now=103)
    assert stillness.looked("rain.md", LARGE, now=104)


def test_without_settling_a_closed_file_is_still_at_once_and_an_open_one_soon() -> None:
    stillness = Stillness(0)

    assert stillness.looked("rain.md", SMALL, now=100, closed=True)
    assert not stillness.looked("vote.md", SMALL, now=100)
    assert stillness.next_due() == pytest.approx(100 + SHORTEST + MOMENT)
    assert stillness.looked("vote.md", SMALL, now=100 + SHORTEST)


def test_with_settling_a_closed_file_waits_like_any_other() -> None:
    assert not Stillness(2).looked("rain.md", SMALL, now=100, closed=True)


def test_the_longest_wait_is_due_first_and_a_renewed_one_last() -> None:
    stillness = Stillness(2)
    stillness.looked("rain.md", SMALL, now=100)
    stillness.looked("vote.md", SMALL, now=101)
    stillness.looked("dam.md", SMALL, now=101.5)
    stillness.looked("rain.md", LARGE, now=101.8)

    assert stillness.due(now=103.5) == ["vote.md", "dam.md"]
    assert stillness.due(now=104) == ["vote.md", "dam.md", "rain.md"]


def test_files_that_were_written_in_the_same_moment_are_due_together() -> None:
    stillness = Stillness(2)
    stillness.looked("rain.md", SMALL, now=100)
    stillness.looked("dam.md", SMALL, now=100 + MOMENT / 2)

    due = stillness.next_due()

    assert due is not None
    assert stillness.due(due) == ["rain.md", "dam.md"]


def test_a_dropped_file_is_waited_for_no_longer() -> None:
    stillness = Stillness(2)
    stillness.looked("rain.md", SMALL, now=100)

    stillness.drop("rain.md")

    assert "rain.md" not in stillness
    assert stillness.due(now=200) == []
