"""Notices are true when they are told: with the counts of that moment, and never of what has ended."""

from __future__ import annotations

import pytest

from bot.publishing.asking import POSTS_HELD
from bot.texts import texts
from tests.delivering.service import Service
from tests.delivering.test_notices import House


@pytest.fixture
def house(service: Service) -> House:
    return House(service.office)


async def hold(house: House, count: int, standing: int) -> None:
    """So many posts more are held, and so many are by then."""
    house.set_standing("posts are held", standing)
    await house.notifier.tell_operators("posts are held", POSTS_HELD, count=count, reason="a rush")


def held(count: int) -> list[tuple[str, str]]:
    return [("1000", texts("en").say(POSTS_HELD, count=count, reason="a rush"))]


async def test_what_waited_for_its_turn_to_be_told_is_told_with_the_count_of_that_moment(house: House) -> None:
    await hold(house, 21, standing=21)
    assert await house.look() == held(21)
    await hold(house, 9, standing=30)
    house.set_standing("posts are held", 28)
    assert await house.look(600) == held(28)


async def test_what_has_ended_before_it_was_told_is_not_told(house: House) -> None:
    await hold(house, 21, standing=21)
    await house.look()
    await hold(house, 9, standing=30)
    house.set_standing("posts are held", 0)

    assert await house.look(600) == []
    assert await house.look(3600) == []


async def test_what_had_ended_and_is_there_again_is_told_at_once(house: House) -> None:
    await hold(house, 21, standing=21)
    assert await house.look() == held(21)
    await hold(house, 9, standing=30)
    house.set_standing("posts are held", 0)  # somebody said: newsbell send --held

    await hold(house, 22, standing=22)

    assert await house.look() == held(22)
    assert await house.look(600) == []


async def test_what_comes_and_goes_again_and_again_is_told_three_times_in_ten_minutes(house: House) -> None:
    told = []
    for _ in range(20):
        await hold(house, 21, standing=21)
        told += await house.look(3)
        house.set_standing("posts are held", 0)

    assert told == held(21) * 3
    await hold(house, 21, standing=21)
    assert await house.look(600) == held(21)
