"""Two files that are one post: which one counts, and that the other gets its turn when that one goes."""

from __future__ import annotations

import logging

import pytest

from bot.records import PostState
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import MARKET, RIVER, page

DATED = "date: 2026-11-01 08:00"
CODED = page("River rises", RIVER, DATED, "code: R1")
DRAFT = "draft: true"


async def two_with_one_code(desk: Desk) -> None:
    desk.write("a.md", content=CODED)
    await desk.scan()
    desk.write("b.md", content=page("Market", MARKET, DATED, "code: R1"))
    await desk.scan()
    assert await desk.titles_shown() == ["River rises"]
    assert [problem.path for problem in await desk.service.store.posts.problems()] == ["b.md"]


async def test_the_refused_file_is_the_post_once_the_other_is_removed(desk: Desk) -> None:
    await two_with_one_code(desk)

    desk.remove("a.md")
    await desk.scan()

    known = await desk.service.store.posts.find("b.md")
    assert known
    assert known.title == "Market"
    assert await desk.service.store.posts.problems() == []
    [edit] = await desk.due()
    assert edit == "Market"


async def test_the_refused_file_is_a_post_of_its_own_once_the_other_has_another_code(desk: Desk) -> None:
    await two_with_one_code(desk)

    desk.write("a.md", content=page("River rises", MARKET, DATED, "code: R2"))
    await desk.scan()
    desk.write("a.md", content=page("River rises", RIVER, DATED, "code: R2"))
    await desk.scan()

    assert await desk.service.store.posts.problems() == []
    assert "Market" in await desk.titles_shown()


async def test_the_refused_file_takes_over_from_a_draft(desk: Desk) -> None:
    desk.write("_drafts/a.md", content=page("River rises", RIVER, DATED, DRAFT, "code: R1"))
    await desk.scan()
    desk.write("b.md", content=CODED)
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]


async def test_a_sent_post_that_becomes_a_draft_leaves_its_code_to_the_refused_file(desk: Desk) -> None:
    await two_with_one_code(desk)

    desk.write("a.md", content=page("River rises", RIVER, DATED, DRAFT, "code: R1"))
    await desk.scan()

    known = await desk.service.store.posts.find("b.md")
    assert known
    assert known.state is PostState.PUBLISHED
    assert await desk.due() == ["Market"]


async def test_what_an_interrupted_run_left_undone_is_done_at_the_next_start(desk: Desk) -> None:
    await two_with_one_code(desk)
    desk.remove("a.md")
    await desk.service.store.posts.forget(["a.md"], desk.now)  # and then the process was killed

    await desk.publisher.reconsider()

    assert await desk.service.store.posts.problems() == []
    assert await desk.due() == ["Market"]


async def a_held_copy(desk: Desk) -> None:
    desk.write("a.md", content=page("River rises", RIVER, DATED))
    await desk.scan()
    assert await desk.due() == ["River rises"]
    desk.write("b.md", content=page("River rises", RIVER, DATED))
    await desk.scan()
    assert (await desk.states())["b.md"] == "held"


async def test_a_copy_is_the_post_when_its_original_becomes_a_draft(desk: Desk) -> None:
    await a_held_copy(desk)
    desk.write("a.md", content=page("River rises", RIVER, DATED, DRAFT))
    await desk.scan()

    assert (await desk.states())["b.md"] == "published"
    assert await desk.titles_shown() == ["River rises"]


async def test_a_copy_is_news_when_its_original_is_made_another_story(desk: Desk) -> None:
    await a_held_copy(desk)
    desk.write("a.md", content=page("Market", MARKET, DATED))
    await desk.scan()

    assert sorted(await desk.titles_shown()) == ["Market", "River rises"]


async def test_a_copy_is_the_post_when_its_original_was_renamed_and_then_removed(desk: Desk) -> None:
    await a_held_copy(desk)
    desk.move("a.md", "c.md")
    await desk.scan()
    assert (await desk.states())["b.md"] == "held"
    desk.remove("c.md")
    await desk.scan()

    assert (await desk.states())["b.md"] == "published"
    assert await desk.titles_shown() == ["River rises"]


async def test_a_held_copy_is_told_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await a_held_copy(desk)
    desk.write("a.md", content=page("River rises", RIVER + " More.", DATED))
    await desk.scan()
    await desk.publisher.reconsider()

    assert caplog.text.count("b.md is held") == 1


async def test_a_post_dated_by_its_name_is_renamed_by_copying_and_removing(desk: Desk) -> None:
    desk.write("2026-11-01-river.md", content=page("River rises", RIVER))
    await desk.scan()
    desk.write("2026-11-02-river.md", content=page("River rises", RIVER))
    await desk.scan()
    desk.remove("2026-11-01-river.md")
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]
    assert await desk.states() == {"2026-11-02-river.md": "published"}


async def test_a_broken_file_from_before_newsbell_is_no_news_when_it_is_mended(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    desk.write("old.md", content="---\ntitle: [\n---\nIt rained.\n")
    desk.write("away.md", content="---\ntitle: [\n---\nIt rained.\n")
    await desk.baseline("old.md", "away.md")
    desk.remove("away.md")
    await desk.scan()
    desk.write("old.md", content=page("River rises", RIVER, DATED))
    desk.write("away.md", content=page("Market", MARKET, DATED))
    await desk.scan()

    assert await desk.states() == {"old.md": "known", "away.md": "published"}
    assert await desk.titles_shown() == ["Market"]
    assert "newsbell send old.md" in caplog.text


async def test_a_file_broken_after_the_baseline_is_news_when_it_is_mended(desk: Desk) -> None:
    await desk.baseline()
    desk.write("new.md", content="---\ntitle: [\n---\nIt rained.\n")
    await desk.scan()
    desk.write("new.md", content=page("River rises", RIVER, DATED))
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]
