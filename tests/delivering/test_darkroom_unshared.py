"""Pictures where the platform gives no id for them: fetched once for all chats, and sent to each."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.delivering.darkroom import AT_HAND_SECONDS
from bot.errors import PictureRefused, Reach
from bot.models import Action
from tests.delivering.pictured import FIRST, MANY, in_time_that_skips, skip
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat


@pytest.fixture
def service(service: Service) -> Service:
    service.adapter.shares_pictures = False
    return service


async def test_two_hundred_chats_are_one_download_and_each_gets_the_bytes(service: Service) -> None:
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert len(service.adapter.fetched) == 1
    assert [(call.rung, call.media_id) for call in service.adapter.calls] == [(0, "")] * 200
    with service.office.stranger() as connection:
        assert connection.execute("SELECT * FROM media").fetchall() == []


async def test_nobody_waits_for_the_first_upload(service: Service) -> None:
    uploading = service.adapter.hang(chat=MANY[0].chat_id)
    await service.subscribe(*MANY[:40])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: all(service.adapter.titles(place) for place in MANY[1:40]))
    assert service.adapter.in_air == 1
    uploading.set()
    await service.idle()

    assert all(service.adapter.titles(place) == ["Rain"] for place in MANY[:40])


async def test_what_can_not_be_fetched_goes_by_its_address_everywhere(service: Service) -> None:
    """It is not fetched again for each chat, though its address is taken."""
    service.adapter.unfetchable[FIRST.source] = PictureRefused("it answers 404")
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start(in_flight=1)
    await service.idle()

    assert len(service.adapter.fetched) == 1
    assert [call.rung for call in service.adapter.calls] == [1] * 200


async def test_what_two_chats_refused_is_not_tried_in_the_others(service: Service) -> None:
    service.adapter.fail(*[PictureRefused("too large")] * 2)
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start(in_flight=1)
    await service.idle()

    assert [call.rung for call in service.adapter.calls].count(0) == 2
    assert [call.rung for call in service.adapter.calls].count(1) == 200


async def test_chats_that_lack_a_right_to_files_are_no_sign_for_the_others(service: Service) -> None:
    for place in MANY[:3]:
        service.adapter.fail(PictureRefused("no files here", reach=Reach.HERE), chat=place.chat_id)
    await service.subscribe(*MANY[:10])
    await service.publish(pictures=PICTURES)
    await service.start(in_flight=1)
    await service.idle()

    assert [call.rung for call in service.adapter.calls].count(0) == 10
    assert [call.rung for call in service.adapter.calls].count(1) == 3


async def test_an_edit_that_brings_no_picture_waits_for_none(service: Service) -> None:
    await service.subscribe(*MANY[:5])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()
    service.adapter.unfetchable[FIRST.source] = PictureRefused("gone", reach=Reach.PICTURE)
    await service.publish(title="Wind", pictures=PICTURES)
    await service.idle()

    assert [call.rung for call in service.adapter.calls_of(Action.EDIT)] == [0] * 5
    assert len(service.adapter.fetched) == 1


def test_bytes_are_asked_for_again_before_they_are_away(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        service.adapter.shares_pictures = False
        await service.subscribe(chat(1))
        await service.start()
        for number, seconds in enumerate((0.0, AT_HAND_SECONDS - 10, 20.0), 1):
            skip(seconds)
            await service.publish(f"{number}.md", title=f"Rain {number}", pictures=(FIRST,))
            await service.idle()

        assert len(service.adapter.messages(chat(1))) == 3
        assert len(service.adapter.fetched) == 2

    in_time_that_skips(tmp_path, story)
