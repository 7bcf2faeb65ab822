"""A copy that lies beside its original is held until a person says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.site import Site
from bot.records import PostState
from tests.delivering.newsdesk import Desk
from tests.delivering.service import Service
from tests.publishing.test_renames import MARKET, RIVER, page

DATED = "date: 2026-11-01 08:00"


@pytest.fixture
async def published(desk: Desk) -> Desk:
    """With one post that was sent."""
    desk.write("2026-11-01-river.md", content=page("River rises", RIVER, DATED))
    await desk.scan()
    assert await desk.due() == ["River rises"]
    return desk


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("2026-11-01-river-2.md", page("River rises", RIVER, DATED)),
        ("11-01-river.md", page("River rises", RIVER, DATED)),
        ("2026-11-01-river-2.md", page("River Rises!", RIVER + " Nobody was hurt.", DATED)),
        ("river-copy.md", page("River rises", RIVER)),
    ],
    ids=["suffix", "bad name", "edited", "without a date"],
)
async def test_a_copy_beside_its_original_is_held(
    published: Desk, path: str, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    published.write(path, content=content)
    await published.scan()

    assert await published.due() == []
    [held] = await published.service.store.posts.waiting(PostState.HELD)
    assert (held.path, held.reason, held.copy_of) == (
        path,
        "it looks like a copy of 2026-11-01-river.md",
        "2026-11-01-river.md",
    )
    assert f"{path} is held, for it looks like a copy of 2026-11-01-river.md" in caplog.text
    assert "newsbell send --held" in caplog.text
    [word] = published.told.words
    assert f"The first is {path}, like 2026-11-01-river.md" in word
    assert f"newsbell release {path}" in word


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("2026-11-01-market.md", page("River rises", MARKET, DATED)),
        ("2026-10-25-river.md", page("River rises", RIVER, "date: 2026-10-25")),
        ("2026-11-01-flood.md", page("Flood", RIVER, DATED)),
        ("2026-11-01-river.km.md", page("River rises", RIVER, DATED, "language: km")),
        ("2026-11-01-river-2.md", page("River rises", "Short.", DATED)),
    ],
    ids=["another text", "another day", "another title", "another language", "a short text"],
)
async def test_what_only_resembles_another_post_is_news(published: Desk, path: str, content: str) -> None:
    published.write(path, content=content)
    await published.scan()

    assert len(await published.due()) == 1


async def test_posts_with_codes_of_their_own_are_never_copies(desk: Desk) -> None:
    for number in range(3):
        desk.write(f"{number}.md", content=page("Planet News Roundup", RIVER, DATED, f"code: P{number}"))
    await desk.scan()

    assert len(await desk.due()) == 3


async def test_a_post_and_its_copy_that_come_together_are_sent_once(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.write(f"{name}.md", content=page("River rises", RIVER, DATED))
    await desk.scan()

    assert await desk.due() == ["River rises"]
    assert await desk.states() == {"a.md": "published", "b.md": "held", "c.md": "held"}


async def test_in_a_baseline_nothing_is_held(desk: Desk) -> None:
    paths = [desk.write(f"{name}.md", content=page("River rises", RIVER, DATED)) for name in ("a", "b")]
    await desk.baseline(*paths)

    assert await desk.service.store.posts.counts() == {"known": 2}
    desk.write("b.md", content=page("River rises", RIVER + " Edited.", DATED))
    await desk.scan()
    assert await desk.due() == []


async def test_a_released_copy_is_sent_and_never_suspected_again(published: Desk) -> None:
    published.write("copy.md", content=page("River rises", RIVER, "date: 2026-11-01 20:00", "draft: true"))
    await published.scan()
    published.write("copy.md", content=page("River rises", RIVER, "date: 2026-11-01 20:00"))
    await published.scan()
    assert await published.due() == []

    [released] = await published.publisher.releases.release_held()
    assert (released.path, await published.due()) == ("copy.md", ["River rises"])
    published.write("copy.md", content=page("River rises", RIVER + " More.", "date: 2026-11-01 20:00"))
    await published.scan()

    assert await published.states() == {"2026-11-01-river.md": "published", "copy.md": "published"}
    assert (await published.service.store.posts.find("copy.md")).reason == ""  # type: ignore[union-attr]


async def test_a_copy_of_a_scheduled_post_does_not_go_out_beside_it(desk: Desk) -> None:
    for name in ("a", "b"):
        desk.write(f"{name}.md", content=page("River rises", RIVER, "date: 2026-11-03 12:00"))
    await desk.scan()

    assert await desk.states() == {"a.md": "scheduled", "b.md": "held"}


async def test_a_copy_that_becomes_another_post_is_sent(published: Desk) -> None:
    published.write("copy.md", content=page("River rises", RIVER, DATED))
    await published.scan()

    published.write("copy.md", content=page("Market opens", MARKET, DATED))
    await published.scan()

    assert await published.due() == ["Market opens"]


async def test_a_copy_whose_original_goes_away_was_a_move(published: Desk) -> None:
    published.write("news/river.md", content=page("River rises", RIVER, DATED))
    await published.scan()
    assert (await published.states())["news/river.md"] == "held"

    published.remove("2026-11-01-river.md")
    await published.scan()

    assert await published.due() == []
    assert await published.states() == {"news/river.md": "published"}
    assert await published.service.store.posts.counts() == {"published": 1}
    published.write("news/river.md", content=page("River rises further", RIVER, DATED))
    await published.scan()
    assert await published.titles_shown() == ["River rises further"]


async def test_a_draft_that_is_copied_among_the_posts_is_news(desk: Desk) -> None:
    desk.write("_drafts/river.md", content=page("River rises", RIVER))
    await desk.scan()

    desk.write("_posts/2026-11-01-river.md", content=page("River rises", RIVER))
    await desk.scan()

    assert await desk.due() == ["River rises"]


async def test_a_flood_says_why_it_is_held(service: Service, tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    desk = Desk(service, tmp_path / "posts")
    desk.site = Site(desk.root)
    desk.publish_as(flood=1)
    for name in ("River", "Market"):
        desk.write(f"{name}.md", name)
    await desk.scan()

    held = await service.store.posts.waiting(PostState.HELD)
    assert {post.reason for post in held} == {"more than 1 new post came within 60 seconds (NEWSBELL_FLOOD)"}
