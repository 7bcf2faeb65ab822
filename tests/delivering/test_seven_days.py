"""What waits before a closed door waits for seven days, and then is given up; what is to be taken back is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.models import Action, DeliveryState, DestinationState, Withdrawn
from tests.delivering.service import Service
from tests.delivering.test_doors import HOUR, doors, suspended
from tests.state.making import announcement, chat, post, record


async def look(service: Service) -> None:
    """Look after the closed doors once, until whoever was let through is back: what comes of it decides of the door."""
    await doors(service).look()
    await service.idle()


async def retry(service: Service) -> None:
    assert await service.store.deliveries.retry([DeliveryState.FAILED], service.now) == 1


async def send_by_hand(service: Service) -> None:
    a = post("a.md")
    assert await service.store.posts.send_to(record(a), announcement(a), [chat(1)], service.now) == 1
    service.dispatcher.wake()


@pytest.mark.parametrize("word", [retry, send_by_hand])
async def test_what_may_have_arrived_before_a_chat_was_given_up_is_looked_for_and_not_sent_twice(
    service: Service, word: Callable[[Service], Awaitable[None]]
) -> None:
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish("a.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", service.now)
    service.adapter.close_chat(chat(1))
    service.pass_time(timedelta(days=7, minutes=1).total_seconds())
    await look(service)
    await service.reaches(DeliveryState.FAILED)

    service.adapter.reopen_chat(chat(1))
    await service.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", service.now)
    await word(service)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A"]
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def closed_for_long(service: Service) -> None:
    """A chat that shows a post, and can't be written to for eight days."""
    await service.subscribe()
    await service.publish("a.md")
    await service.start()
    await service.idle()
    service.adapter.close_chat(chat(1))
    await service.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", service.now)
    service.pass_time(timedelta(days=8).total_seconds())


async def opens(service: Service) -> None:
    service.adapter.reopen_chat(chat(1))
    await service.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", service.now)
    await service.idle()


async def test_an_edit_has_its_own_seven_days_however_long_the_chat_has_been_closed(service: Service) -> None:
    await closed_for_long(service)
    await service.publish("a.md", title="Mended")
    await look(service)
    service.pass_time(timedelta(days=6).total_seconds())
    await service.publish("a.md", title="Mended again")
    service.pass_time(timedelta(days=6).total_seconds())
    await look(service)

    await opens(service)
    assert service.adapter.titles(chat(1)) == ["Mended again"]


async def test_an_edit_that_waited_for_seven_days_is_given_up(service: Service) -> None:
    await closed_for_long(service)
    await service.publish("a.md", title="Mended")
    service.pass_time(timedelta(days=7, minutes=1).total_seconds())
    await look(service)
    assert (await service.delivery()).state is DeliveryState.FAILED


async def test_what_is_to_be_taken_back_is_never_given_up(service: Service) -> None:
    await closed_for_long(service)
    await service.store.posts.leave(1, Withdrawn.DELETE, service.now)
    for _ in range(3):
        await look(service)
        service.pass_time(timedelta(days=8).total_seconds())

    await opens(service)
    assert service.adapter.titles(chat(1)) == []


async def test_tries_at_a_closed_door_keep_nothing_waiting_for_longer(service: Service) -> None:
    await suspended(service)
    closed = doors(service)
    for _ in range(7 * 24 + 1):
        await closed.look()
        await service.idle()
        service.pass_time(HOUR)
    await closed.look()

    assert service.adapter.calls
    assert [(await service.delivery(subject)).state for subject in (1, 2)] == [DeliveryState.FAILED] * 2
