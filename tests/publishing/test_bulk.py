"""Hundreds of posts in one commit, and a draft that is published."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from bot.records import PostState
from tests.delivering.newsdesk import Desk
from tests.delivering.service import Service

POSTS = 500  # more than two batches of the publisher


async def test_five_hundred_posts_at_once_are_held_and_stop_no_later_one(service: Service, tmp_path: Path) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts")

    await desk.take_in(*(desk.write(f"{number:03}.md", f"Post {number}") for number in range(POSTS)))
    assert await desk.due() == []
    assert len(await service.store.posts.waiting(PostState.HELD)) == POSTS

    desk.now += timedelta(minutes=5)
    await desk.take_in(desk.write("new.md", "New"))
    assert await desk.due() == ["New"]


async def test_a_draft_that_is_published_is_news_then(service: Service, tmp_path: Path) -> None:
    await service.subscribe()
    desk = Desk(service, tmp_path / "posts")
    draft = "---\ntitle: Rain\ncategories: [National]\npublished: false\n---\nIt rained.\n"

    await desk.take_in(desk.write("rain.md", content=draft))
    assert await desk.due() == []
    await desk.take_in(desk.write("rain.md", content=draft.replace("false", "true")))
    assert await desk.due() == ["Rain"]
