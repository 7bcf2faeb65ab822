"""NEWSBELL_WITHDRAWN=mark: a message says that its post was withdrawn, and no more than that, until a word or the post
brings it back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.models import Action, DeliveryState, Visibility, Withdrawn
from bot.records import Changes
from tests.delivering.service import Service
from tests.state.making import announcement, chat, post, publish, record

MARKED = ["Withdrawn: Rain"]


async def take_back(service: Service) -> None:
    await service.store.posts.take_back(1, Withdrawn.MARK, service.now)


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
