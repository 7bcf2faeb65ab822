"""What every chat refuses is no chat's fault: the post waits for a person, and is lost to nobody."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.delivering.decisions import REFUSING_CHATS_OF_MANY
from bot.errors import Rejected
from bot.models import Action, DeliveryState, Withdrawn
from tests.delivering.service import Service
from tests.fakes import FakeNotices
from tests.state.making import chat

PLACES = [chat(number) for number in range(1, 13)]
BROKE = Rejected("not enough Stars")


async def _states(service: Service) -> list[DeliveryState]:
    return [delivery.state for delivery, _ in await service.store.deliveries.of_post(1)]


async def test_a_post_that_all_chats_refuse_waits_and_reaches_each_once_when_the_cause_is_gone(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.fail(BROKE, BROKE, BROKE)
    told = service.notices = FakeNotices()
    await service.subscribe(*PLACES)
    await service.publish()
    with caplog.at_level(logging.ERROR):
        await service.start(in_flight=1)
        await service.idle()

    assert len(service.adapter.calls) == 3
    assert await _states(service) == [DeliveryState.HELD] * len(PLACES), "nothing is given up, the first ones neither"
    words = told.words[-1]
    assert "“Rain”" in words
    assert "not enough Stars" in words
    [(cause, not_given_up)] = told.ended
    assert not_given_up == "fake: “Rain” is not given up anywhere: it waits for your word."
    assert {before for before, _ in told.told[:-1]} == {cause}
    assert [one.getMessage() for one in caplog.records if "release POST" in one.getMessage()]

    assert await service.store.posts.free(1, service.now) == len(PLACES)
    await service.idle()
    assert [service.adapter.titles(place) for place in PLACES] == [["Rain"]] * len(PLACES)


async def test_what_one_chat_refuses_for_good_is_told_with_its_post_and_named_in_the_log(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    told = service.notices = FakeNotices()
    service.adapter.fail(Rejected("a button's link is none"), chat="1")
    await service.subscribe(*PLACES[:2])
    await service.publish()
    await service.start(in_flight=1)
    await service.idle()

    assert "“Rain” to fake:1: a button's link is none; given up" in caplog.text
    assert told.words == [
        "fake: chats that refuse “Rain”, or a change of it, for good: 1. The latest is fake:1: a button's link is none."
        " It is not tried there again. Mend what is wrong with the post or the chat; then: newsbell deliveries retry"
    ]
    assert service.adapter.titles(PLACES[1]) == ["Rain"]


async def test_a_change_that_is_refused_for_good_is_told_too_and_one_cause_is_told_together(service: Service) -> None:
    told = service.notices = FakeNotices()
    await service.subscribe(*PLACES[:2])
    await service.publish()
    await service.start()
    await service.idle()
    service.adapter.fail(*[Rejected("a button's link is none")] * 2, action=Action.EDIT)
    await service.publish(title="Wind")
    await service.idle()

    assert len(told.told) == 2
    assert len({cause for cause, _ in told.told}) == 1
    assert all("“Wind”" in words for words in told.words)


async def test_calls_that_are_in_the_air_with_the_first_refusals_give_nobody_up(service: Service) -> None:
    service.adapter.fail(*[BROKE] * len(PLACES))
    await service.subscribe(*PLACES)
    await service.publish()
    await service.start()
    await service.idle()

    assert await _states(service) == [DeliveryState.HELD] * len(PLACES)


async def test_another_post_goes_on_meanwhile(service: Service) -> None:
    for place in PLACES[:3]:  # each chat's first call; the other post may come between them, or after them
        service.adapter.fail(BROKE, chat=place.chat_id)
    await service.subscribe(*PLACES)
    await service.publish("a.md", "b.md")
    await service.start(in_flight=1)
    await service.idle()

    assert [call.destination for call in service.adapter.calls if call.title == "A"] == PLACES[:3]
    assert [service.adapter.titles(place) for place in PLACES] == [["B"]] * len(PLACES)


async def test_chats_that_refuse_for_reasons_of_their_own_are_given_up_alone(service: Service) -> None:
    service.adapter.fail(BROKE, BROKE, Rejected("no buttons here"), BROKE)
    await service.subscribe(*PLACES)
    await service.publish()
    await service.start(in_flight=1)
    await service.idle()

    assert sorted(await _states(service)) == [DeliveryState.FAILED] * 4 + [DeliveryState.SETTLED] * 8


@pytest.mark.parametrize("refusing", [REFUSING_CHATS_OF_MANY - 1, REFUSING_CHATS_OF_MANY])
async def test_after_one_chat_took_it_more_of_them_must_refuse(service: Service, refusing: int) -> None:
    for place in PLACES[1 : 1 + refusing]:
        service.adapter.fail(BROKE, chat=place.chat_id, action=Action.SEND)
    await service.subscribe(*PLACES)
    await service.publish()
    await service.start(in_flight=1)
    await service.idle()

    held = (await _states(service)).count(DeliveryState.HELD)
    assert held == (0 if refusing < REFUSING_CHATS_OF_MANY else len(PLACES) - 1)


async def test_as_long_as_the_cause_is_there_each_word_costs_one_call(service: Service) -> None:
    service.adapter.fail(*[BROKE] * 4)
    await service.subscribe(*PLACES)
    await service.publish()
    await service.start(in_flight=1)
    await service.idle()
    await service.store.posts.free(1, service.now)
    await service.idle()

    assert len(service.adapter.calls) == 4
    assert await _states(service) == [DeliveryState.HELD] * len(PLACES)


async def _refused_meanwhile(service: Service, chats: int) -> list[asyncio.Event]:
    """Three calls in the air, which will be refused for the same reason once these are set."""
    refusals = [service.adapter.refuse_late(BROKE) for _ in range(3)]
    await service.subscribe(*PLACES[:chats])
    await service.publish()
    await service.start(in_flight=3)
    await service.adapter.until(lambda: len(service.adapter.calls) == 3)
    return refusals


async def test_what_was_withdrawn_meanwhile_waits_for_no_word(service: Service) -> None:
    refusals = await _refused_meanwhile(service, 3)
    await service.store.posts.leave(1, Withdrawn.DELETE, service.now)
    for refusal in refusals:
        refusal.set()
    await service.idle()

    assert await _states(service) == [DeliveryState.SETTLED] * 3


async def test_what_was_mended_meanwhile_waits_for_no_word_and_reaches_all(service: Service) -> None:
    refusals = await _refused_meanwhile(service, 6)
    await service.publish(title="Mended")
    for refusal in refusals:
        refusal.set()
    await service.idle()

    assert [service.adapter.titles(place) for place in PLACES[:6]] == [["Mended"]] * 6
