"""Notices are true when they are told: with the counts of that moment, and never of what has ended."""

from __future__ import annotations

import pytest

from bot.errors import TryLater
from bot.models import Place
from bot.publishing.asking import POSTS_HELD
from bot.texts import texts
from tests.adapters.fake import Fault
from tests.delivering.service import Service
from tests.delivering.test_notices import KICKED, House
from tests.state.making import chat, later


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


# --- what is told once a day, and its end -----------------------------------------------------------------------------

LASTS = "The folder of posts needs you: {reason}"
ENDS = "newsbell hears again what people type on {platform}."


async def lasts(house: House) -> None:
    await house.notifier.tell_once_a_day("nobody is heard", LASTS, reason="it is quiet")


async def ends(house: House) -> None:
    await house.notifier.tell_of_end("nobody is heard", ENDS, platform="Telegram")


TOLD = [("1000", "The folder of posts needs you: it is quiet")]
ENDED = [("1000", "newsbell hears again what people type on Telegram.")]


async def test_what_is_told_once_a_day_is_told_once_a_day_over_restarts_too(house: House) -> None:
    await lasts(house)
    assert await house.look() == TOLD
    for _ in range(3):
        await lasts(house)
        house.notifier = house.anew()
        assert await house.look(3600) == []

    house.now = later(25 * 3600)
    await lasts(house)
    assert await house.look() == TOLD


async def test_who_was_told_of_it_is_told_of_its_end_once(house: House) -> None:
    await lasts(house)
    assert await house.look() == TOLD

    house.notifier = house.anew()
    await ends(house)
    await ends(house)

    assert await house.look() == ENDED
    await ends(house)
    assert await house.look() == []


async def test_who_was_not_told_of_it_hears_nothing_of_its_end(house: House) -> None:
    await ends(house)
    assert await house.look() == []


async def test_what_ends_before_it_could_be_told_is_not_told_and_neither_is_its_end(house: House) -> None:
    house.adapter.notice_faults.append(Fault(TryLater("no network")))
    await lasts(house)
    assert await house.look() == []
    await ends(house)

    assert await house.look(3600) == []
    await lasts(house)  # and it counts as untold
    assert await house.look() == TOLD


async def test_a_second_time_on_the_same_day_is_neither_told_nor_ended(house: House) -> None:
    await lasts(house)
    await house.look()
    await ends(house)
    await house.look()

    await lasts(house)
    assert await house.look(3600) == []
    await ends(house)
    assert await house.look() == []


async def test_of_chats_that_are_back_before_it_could_be_told_nobody_hears_that_they_are_lost(house: House) -> None:
    for number in (1, 2, 3):
        await house.subscribe(Place(chat(number), "group", f"Readers {number}"), person=str(2000 + number % 2))
        await house.lose(number)
    house.adapter.notice_faults.extend([Fault(TryLater("no network"))] * 3)
    assert await house.look() == []
    await house.regain(1)
    await house.regain(2)

    told = dict(await house.look(60))

    assert set(told) == {"1000", "2001"}, "the owner of the second chat alone has nothing to hear"
    assert told["1000"].startswith(f"Nothing can be sent to Readers 3 (fake:3) any more: {KICKED}.")
    assert told["2001"].startswith(f"Nothing can be sent to Readers 3 any more: {KICKED}.")
    assert await house.look(3600) == []


async def test_where_all_are_back_before_it_could_be_told_nothing_is(house: House) -> None:
    await house.subscribe(Place(chat(1), "group", "Readers"))
    await house.lose(1)
    house.adapter.notice_faults.extend([Fault(TryLater("no network"))] * 2)
    assert await house.look() == []
    await house.regain(1)

    assert await house.look(60) == []
    assert await house.look(3600) == []
