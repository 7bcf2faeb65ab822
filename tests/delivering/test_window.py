"""How many calls are in the air: rate times seconds, within bounds."""

from __future__ import annotations

import pytest

from bot.delivering.window import LEAST, MOST, Window


@pytest.mark.parametrize(
    ("rate", "seconds", "at_least"),
    [(30, 0.1, LEAST), (30, 2.0, 60), (1000, 0.1, 100), (1000, 9.0, MOST)],
)
def test_there_is_room_for_all_calls_that_begin_before_the_first_is_answered(
    rate: float, seconds: float, at_least: int
) -> None:
    window = Window()
    for _ in range(50):
        window.note(seconds, rate)
    assert at_least <= window.size <= MOST


def test_a_platform_that_does_not_answer_gets_no_more_calls_than_before() -> None:
    window = Window()
    for _ in range(50):
        window.note(0.2, 30)
    for _ in range(50):
        window.note(40.0, 30)
    assert window.size == LEAST
