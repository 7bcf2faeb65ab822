"""A process dies or stops in the middle, and the next one goes on from there."""

from __future__ import annotations

import asyncio

import pytest

from bot.models import Action, DeliveryState, Outcome
from bot.ports import Rate
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.delivering.test_unknown import caller_of, carry_out
from tests.state.making import chat, eventually


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_was_in_the_air_when_the_process_died_is_shown_once(service: Service, arrived: bool) -> None:
    service.adapter.hang()
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.calls))

    await service.die()
    if not arrived:
        service.adapter.chats.clear()
    await service.start()
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Rain"]
    looked = [Outcome.SENT] if arrived else [Outcome.RETRY, Outcome.SENT]
    assert await service.outcomes() == [Outcome.UNKNOWN, *looked]


async def test_an_edit_that_was_in_the_air_when_the_process_died_is_done_again_once_it_cannot_arrive_any_more(
    service: Service,
) -> None:
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.idle()
    service.adapter.hang(action=Action.EDIT)
    await service.publish(title="Wind")
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.EDIT)))

    await service.die()
    await service.publish(title="Storm")
    await service.start()
    service.pass_time(19)
    await service.idle()
    assert len(service.adapter.calls_of(Action.EDIT)) == 1, "the lost one would overwrite the next one"

    service.pass_time(1)
    await service.idle()

    assert len(service.adapter.calls_of(Action.EDIT)) == 2
    assert service.adapter.titles(chat(1)) == ["Storm"]
    assert service.adapter.calls_of(Action.PROBE) == []


async def test_stopping_lands_what_is_in_the_air_and_claims_nothing_more(service: Service) -> None:
    answer = service.adapter.hang()
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.calls))

    service.dispatcher.stop()
    assert not await service.dispatcher.idle()
    answer.set()
    await service.stop()

    assert (await service.delivery(1)).state is DeliveryState.SETTLED
    assert (await service.delivery(2)).state is DeliveryState.DUE
    assert len(service.adapter.calls) == 1


async def test_a_look_that_ends_after_the_stop_claims_nothing_more(service: Service) -> None:
    """A repeat that waited for long is looked into once more, and then claimed at once, but not then."""
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish()
    await service.start()
    unknown = await service.reaches(DeliveryState.UNKNOWN)
    await service.stop()
    caller = caller_of(service)
    service.pass_time(5)
    await carry_out(caller, unknown)
    service.pass_time(31)
    answer = service.adapter.hang(action=Action.PROBE)
    looking = asyncio.create_task(carry_out(caller, await service.delivery()))
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.PROBE)) == 2)

    caller.stop()
    answer.set()
    await looking

    assert len(service.adapter.calls_of(Action.SEND)) == 1
    left = await service.delivery()
    assert (left.state, left.nonce) == (DeliveryState.DUE, unknown.nonce)


async def test_a_restart_keeps_to_the_pace_of_before(service: Service) -> None:
    service.adapter.limits = lambda destination, action: (Rate("group", 2, 3600.0),)
    await service.subscribe(chat(1), chat(2), chat(3))
    await service.publish()
    await service.start()
    await service.adapter.until(lambda: len(service.adapter.calls) == 2)
    await service.stop()

    await service.start()
    service.pass_time(30)
    await eventually(lambda: _stands_in_line(service))

    assert len(service.adapter.calls) == 2


async def _stands_in_line(service: Service) -> bool:
    return len(service.dispatcher._line) == 1
