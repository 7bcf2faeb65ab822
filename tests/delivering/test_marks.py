"""NEWSBELL_WITHDRAWN=mark: a message says that its post was withdrawn, and no more than that, until a word or the post
brings it back."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import TooLateToDelete
from bot.models import Action, DeliveryState, Destination, Outcome, Visibility, Withdrawn
from bot.ports import Rate
from bot.records import Changes
from tests.delivering.service import Service
from tests.state.making import announcement, chat, post, publish, record

MARKED = ["Withdrawn: Rain"]


async def take_back(service: Service, how: Withdrawn = Withdrawn.MARK) -> None:
    await service.store.posts.take_back(1, how, service.now)


async def release(service: Service, title: str = "Rain") -> None:
    """`newsbell release`."""
    await service.store.posts.free(1, service.now)
    await service.publish_post(post("rain.md", title=title))


@pytest.fixture
async def service(service: Service) -> Service:
    """One that has sent its post."""
    await service.subscribe()
    await service.start()
    await service.publish_post(post("rain.md"))
    await service.idle()
    return service


@pytest.mark.parametrize("saved", [{"title": "Rain, mended"}, {"visibility": Visibility.DRAFT}])
async def test_no_save_of_its_file_changes_the_message_of_a_post_that_was_taken_back(
    service: Service, saved: dict[str, Any]
) -> None:
    await take_back(service)
    await service.idle()
    assert service.adapter.titles(chat(1)) == MARKED

    await publish(service.store, post("rain.md", **saved), service.now, changes=Changes(Withdrawn.MARK))
    await service.idle()
    assert service.adapter.titles(chat(1)) == MARKED
    assert (await service.delivery()).is_marked

    await release(service, "Rain, mended")
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Rain, mended"]
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_a_word_brings_the_message_of_one_chat_back(service: Service) -> None:
    await service.subscribe(chat(2))
    rain = post("rain.md")
    await service.store.posts.send_to(record(rain), announcement(rain), [chat(2)], service.now)
    await service.idle()
    await take_back(service)
    await service.idle()
    assert [service.adapter.titles(chat(number)) for number in (1, 2)] == [MARKED, MARKED]

    assert await service.store.posts.send_to(record(rain), announcement(rain), [chat(2)], service.now) == 1
    await service.idle()
    assert [service.adapter.titles(chat(number)) for number in (1, 2)] == [MARKED, ["Rain"]]
    await service.publish_post(post("rain.md", title="Heavy rain"))
    await service.idle()
    assert [service.adapter.titles(chat(number)) for number in (1, 2)] == [MARKED, ["Heavy rain"]]


async def test_what_arrives_after_the_word_is_marked_too(service: Service) -> None:
    service.adapter.lose_answer()
    await service.publish_post(post("wind.md"))
    await service.reaches(DeliveryState.UNKNOWN, 2)
    await service.store.posts.take_back(2, Withdrawn.MARK, service.now)
    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Rain", "Withdrawn: Wind"]


async def test_who_deletes_by_now_deletes_what_was_marked(service: Service) -> None:
    await take_back(service)
    await service.idle()
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    await service.idle()

    assert service.adapter.titles(chat(1)) == []


async def test_a_mark_that_a_kill_cut_off_is_not_overtaken_by_what_comes_back(service: Service) -> None:
    """It is an edit, and may arrive late."""
    late = service.adapter.hang(action=Action.EDIT)
    await take_back(service)
    await service.adapter.until(lambda: service.adapter.titles(chat(1)) == MARKED)
    await service.die()
    late.set()
    await service.start()

    delivery = await service.delivery()
    assert delivery.due_at == service.now + timedelta(seconds=20)
    service.pass_time(20)
    await service.idle()
    assert (await service.delivery()).is_marked


async def test_a_mark_in_place_of_a_deletion_waits_out_no_silence(service: Service) -> None:
    """A call that stays claimed through it keeps its place in the window, and newsbell from ending."""
    edits = Rate("edits", 2, 0.6)
    service.adapter.limits = lambda _destination, action: (edits,) if action is Action.EDIT else ()
    service.adapter.fail(TooLateToDelete("it is too old"), action=Action.DELETE)
    service.pacer.hold_keys([edits.key], 3600.0)
    await take_back(service, Withdrawn.DELETE)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.DELETE)))

    delivery = await service.reaches(DeliveryState.DUE)
    assert delivery.due_at - service.now > timedelta(minutes=59)
    assert (await service.outcomes())[-1] is Outcome.FLOOD, "a call was made, and counts"


async def test_a_message_that_is_too_old_to_be_deleted_is_marked_in_its_turn(service: Service) -> None:
    """Two edits in a window: the mark is the third one, and waits for the next."""
    edits: list[float] = []

    def limits(_: Destination, action: Action) -> tuple[Rate, ...]:
        return (Rate("edits", 2, 0.6),) if action is Action.EDIT else ()

    def note() -> bool:
        edits.extend([asyncio.get_running_loop().time()] * (len(service.adapter.calls_of(Action.EDIT)) - len(edits)))
        return len(edits) == 3

    service.adapter.limits = limits
    service.adapter.fail(TooLateToDelete("it is too old"), action=Action.DELETE)
    marked = asyncio.create_task(service.adapter.until(note))
    await service.publish_post(post("rain.md", title="Heavy rain"))
    await service.idle()
    await service.publish_post(post("rain.md", title="Rain"))
    await service.idle()
    await take_back(service, Withdrawn.DELETE)
    await marked

    assert service.adapter.titles(chat(1)) == MARKED
    assert edits[2] - edits[0] > 0.3, "counted from when the first one was seen, a little after it began"
