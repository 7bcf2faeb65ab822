"""The guards see a mass as it is: each post once, whatever is tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.errors import StoreBusy
from bot.models import Withdrawn
from bot.publishing.publisher import Publisher
from bot.records import Gone, Published
from state.memory import Memory
from state.posts import PostShelf
from tests.delivering.newsdesk import Desk, Told
from tests.publishing.test_renames import RIVER, page
from tests.state.making import ROOT

DRAFT = "draft: true"
DATED = "date: 2026-11-01 08:00"


def story(name: str, title: str = "Story", *more: str) -> str:
    return page(f"{title} {name}", f"{name} {RIVER}", DATED, *more)


class FullDisk(PostShelf):
    """Posts on a disk that is full while `full` is set: no post is taken in, and none withdrawn."""

    full = False

    async def take_in(self, *terms: Any, **more: Any) -> Published:
        if self.full:
            raise StoreBusy("the disk is full")
        return await super().take_in(*terms, **more)

    async def withdraw_missing(self, *terms: Any) -> list[Gone]:
        if self.full:
            raise StoreBusy("the disk is full")
        return await super().withdraw_missing(*terms)


@pytest.fixture
async def disk(desk: Desk) -> AsyncIterator[FullDisk]:
    """That of the desk's publisher, which lets two things happen at once."""
    memory = Memory(desk.service.office.path)
    disk = FullDisk(memory, ROOT)
    desk.told = Told()
    desk.publisher = Publisher(
        disk, desk.site, now=lambda: desk.now, flood=2, withdrawn=Withdrawn.DELETE, notices=desk.told
    )
    yield disk
    await memory.close()


async def tried_again_and_again(desk: Desk, disk: FullDisk) -> None:
    """The folder is taken in, at the sixth time with success."""
    disk.full = True
    for _ in range(5):
        with pytest.raises(StoreBusy):
            await desk.scan()
    disk.full = False
    await desk.scan()
    await desk.publisher.resume()


async def test_what_is_tried_again_on_a_full_disk_is_no_mass(desk: Desk, disk: FullDisk) -> None:
    for name in "ab":
        desk.write(f"{name}.md", content=story(name))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == ["Story a", "Story b"]

    for name in "ab":
        desk.write(f"{name}.md", content=story(name, "Tale"))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == ["Tale a", "Tale b"]

    desk.remove("a.md")
    desk.write("b.md", content=story("b", "Tale", DRAFT))
    await tried_again_and_again(desk, disk)
    assert await desk.titles_shown() == []
    assert desk.told.words == []


async def test_the_last_few_of_a_flood_are_part_of_it(desk: Desk) -> None:
    """They are read in batches of 200."""
    await desk.take_in(*(desk.write(f"{number:03}.md", f"Post {number}") for number in range(205)))

    assert await desk.due() == []
