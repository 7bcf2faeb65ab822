"""Pictures that are long in coming: who waits for them, for how long, and what of that is remembered."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest

from bot.delivering.darkroom import FETCH_SECONDS, IDLE_SECONDS, REMEMBERED
from bot.delivering.negatives import Negative
from bot.errors import PictureRefused, Reach
from bot.models import Picture
from tests.delivering.pictured import FIRST, in_time_that_skips, skip
from tests.delivering.service import Service
from tests.state.making import chat

LOCAL = Picture(file="/site/rain.jpg")


@pytest.mark.parametrize("picture", [LOCAL, FIRST], ids=["file", "address"])
def test_a_picture_waits_for_those_that_are_shrunk_before_it(tmp_path: Path, picture: Picture) -> None:
    """A photograph of seconds, times twenty posts at once: none of them loses its picture over that."""

    async def story(service: Service) -> None:
        service.adapter.darkness = asyncio.Event()
        await service.subscribe()
        await service.publish(pictures=(picture,))
        await service.start()
        await service.adapter.until(lambda: bool(service.adapter.fetched))
        skip(FETCH_SECONDS - 1)
        await asyncio.sleep(0.1)
        assert service.adapter.calls == []
        service.adapter.darkness.set()
        await service.idle()

        assert [message.picture for message in service.adapter.messages(chat(1))] == [picture.source]
        assert [call.rung for call in service.adapter.calls] == [0], "not by an address"

    in_time_that_skips(tmp_path, story)


def test_a_file_that_never_comes_is_given_up_in_the_end(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        service.adapter.darkness = asyncio.Event()
        await service.subscribe()
        await service.publish(pictures=(LOCAL,))
        await service.start()
        await service.adapter.until(lambda: bool(service.adapter.fetched))
        skip(FETCH_SECONDS)
        await service.idle()

        assert [message.picture for message in service.adapter.messages(chat(1))] == [""]

    in_time_that_skips(tmp_path, story)


def test_what_came_too_late_for_one_post_is_there_for_the_next(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        service.adapter.darkness = asyncio.Event()
        service.adapter.fail(PictureRefused("its address can't be loaded", reach=Reach.CHAT))
        await service.subscribe()
        await service.publish("a.md", pictures=(FIRST,))
        await service.start()
        await service.adapter.until(lambda: bool(service.adapter.fetched))
        skip(FETCH_SECONDS)
        await service.idle()
        service.adapter.darkness.set()
        await service.publish("b.md", pictures=(FIRST,))
        await service.idle()

        assert [message.picture for message in service.adapter.messages(chat(1))] == ["", FIRST.source]
        assert service.adapter.calls[-1].rung == 0, "not by the address"
        assert len(service.adapter.fetched) == 1

    in_time_that_skips(tmp_path, story)


async def test_hundreds_of_pictures_whose_host_is_down_hold_up_no_post(service: Service) -> None:
    """More than there was room for: each drove out what another one had found out, for ever."""
    many = range(1, 301)
    urls = [f"https://down.example/{number}.jpg" for number in many]
    service.adapter.unfetchable = {url: PictureRefused("it answers 503") for url in urls}
    for number in many:
        await service.subscribe(chat(number), kind="category", value=f"c{number}")
    for number, url in zip(many, urls, strict=True):
        await service.publish(f"p{number}.md", categories=(f"c{number}",), pictures=(Picture(url=url),))
    await service.start()
    await service.idle()

    assert all(len(service.adapter.messages(chat(number))) == 1 for number in many)
    assert len(service.adapter.fetched) == len(many)


async def test_that_a_picture_can_not_be_had_is_not_forgotten_over_many_others(service: Service) -> None:
    service.adapter.unfetchable = {FIRST.source: PictureRefused("it answers 503")}
    others = tuple(Picture(url=f"https://up.example/{number}.jpg") for number in range(REMEMBERED + 1))
    await service.subscribe()
    await service.start()
    for path, pictures in (("a.md", (FIRST,)), ("b.md", others), ("c.md", (FIRST,))):
        await service.publish(path, pictures=pictures)
        await service.idle()

    assert [step.picture for step in service.adapter.fetched].count(FIRST) == 1


def test_a_picture_that_nobody_wants_any_more_is_forgotten(tmp_path: Path) -> None:
    """Each post brings its own, for years."""

    def known() -> set[str]:
        return {one.name for one in gc.get_objects() if isinstance(one, Negative)}

    async def story(service: Service) -> None:
        await service.subscribe()
        await service.start()
        before = known()
        for number, seconds in enumerate((0, IDLE_SECONDS, 1)):
            skip(seconds)
            await service.publish(f"{number}.md", pictures=(Picture(url=f"https://up.example/{number}.jpg"),))
            await service.idle()

        assert known() - before == {"https://up.example/1.jpg", "https://up.example/2.jpg"}

    in_time_that_skips(tmp_path, story)
