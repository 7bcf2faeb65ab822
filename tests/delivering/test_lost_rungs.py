"""A send that is lost on a higher rung of the ladder is looked for as what it was, whatever becomes of its post."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import OutcomeUnknown, PictureRefused, Reach
from bot.models import GONE, Action, DeliveryState, OnUnknown, Visibility
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat

LOST = "national/rain.md"
TEXT = 4  # behind the last rung of two pictures with two ways each


async def publish(service: Service, title: str = "Rain") -> None:
    await service.publish(LOST, title=title, pictures=PICTURES)


async def lose_as_text(service: Service) -> None:
    """Its pictures are refused, and the answer to the message without any is lost."""
    await service.subscribe()
    service.adapter.fail(PictureRefused("no pictures here", reach=Reach.CHAT))
    await publish(service)
    service.adapter.lose_answer(action=Action.SEND)
    await service.start()
    lost = await service.reaches(DeliveryState.UNKNOWN)
    assert lost.rung == TEXT


def looked_for(service: Service) -> list[int]:
    return [call.rung for call in service.adapter.calls_of(Action.PROBE)]


async def test_an_edit_before_the_look_changes_nothing_of_what_is_looked_for(service: Service) -> None:
    await lose_as_text(service)
    await publish(service, "Rain, corrected")

    service.pass_time(6)
    await service.idle()

    assert looked_for(service) == [TEXT]
    [shown] = service.adapter.messages(chat(1))
    assert (shown.title, shown.picture) == ("Rain, corrected", PICTURES[0].source), (
        "the new words try from the first on"
    )


async def test_what_was_withdrawn_and_came_back_before_the_look_is_looked_for_as_it_was(service: Service) -> None:
    await lose_as_text(service)
    await service.publish(LOST, visibility=Visibility.DRAFT, pictures=PICTURES)
    assert (await service.delivery()).wanted == GONE
    await publish(service, "Rain again")
    assert (await service.delivery()).wanted != GONE

    service.pass_time(6)
    await service.idle()

    assert looked_for(service) == [TEXT]
    assert service.adapter.titles(chat(1)) == ["Rain again"]


@pytest.mark.parametrize(("wish", "stands"), [("edit", ["Rain, corrected"]), ("withdrawal", [])])
async def test_a_wish_that_comes_while_the_call_is_in_the_air_changes_nothing_of_what_is_looked_for(
    service: Service, wish: str, stands: list[str]
) -> None:
    service.adapter.fail(PictureRefused("no pictures here", reach=Reach.CHAT))
    await service.subscribe()
    await publish(service)
    lost = service.adapter.lose_late(action=Action.SEND)
    await service.start()
    await service.adapter.until(lambda: len(service.adapter.messages(chat(1))) == 1)
    if wish == "edit":
        await publish(service, "Rain, corrected")
    else:
        await service.publish(LOST, visibility=Visibility.DRAFT, pictures=PICTURES)
    lost.set()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(6)
    await service.idle()

    assert looked_for(service) == [TEXT]
    assert service.adapter.titles(chat(1)) == stands


async def test_what_a_person_sends_without_proof_begins_anew_if_it_says_something_new(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.fail(PictureRefused("no pictures here", reach=Reach.CHAT))
    service.adapter.fail(OutcomeUnknown("no answer came"), action=Action.SEND)
    await service.subscribe()
    await publish(service)
    await service.start(on_unknown=OnUnknown.HOLD)
    await service.reaches(DeliveryState.UNKNOWN)
    await publish(service, "Rain, corrected")
    service.pass_time(6)
    assert (await service.reaches(DeliveryState.HELD)).rung == TEXT

    await service.store.deliveries.retry([DeliveryState.HELD], service.now, on_unknown=OnUnknown.HOLD)
    await service.idle()

    [message] = service.adapter.messages(chat(1))
    assert (message.title, message.picture) == ("Rain, corrected", PICTURES[0].source)


async def test_what_is_repeated_waits_for_its_own_picture_alone(service: Service) -> None:
    """Not for that of an edit, which is not sent before: its host may be down for longer than a nonce is good."""
    first, second = PICTURES
    service.adapter.proof = Proof.NONCE
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish(LOST, pictures=(first,))
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.publish(LOST, title="Rain, corrected", pictures=(second,))
    service.adapter.darkness = asyncio.Event()

    service.pass_time(6)
    await service.adapter.until(lambda: len(service.adapter.fetched) == 2)

    assert [message.picture for message in service.adapter.messages(chat(1))] == [first.source]
    service.adapter.darkness.set()
    await service.idle()
    [message] = service.adapter.messages(chat(1))
    assert (message.title, message.picture) == ("Rain, corrected", second.source)
    assert [step.picture for step in service.adapter.fetched] == [first, second]
