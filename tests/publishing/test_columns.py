"""Posts that resemble each other: columns, copies, files that change places; none is lost, none is told twice."""

from __future__ import annotations

import pytest

from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import MARKET, RIVER, page

DATED = "date: 2026-11-01 08:00"
DRAFT = "draft: true"


def weather(day: int, rest: str, clock: str = "08:00", *front: str) -> str:
    """A daily column: more than half of its text is the same each day."""
    usual = (
        "The weather for the province comes from the office in the capital, as every morning. {} Fishermen ask at the"
        " harbour before they go out, and drivers take care on wet roads."
    )
    return page("Weather today", usual.format(rest), f"date: 2026-10-{day} {clock}", *front)


async def test_a_daily_post_minutes_earlier_than_yesterdays_is_news(desk: Desk) -> None:
    desk.write("2026-10-21-weather.md", content=weather(21, "Sun.", "08:00"))
    await desk.scan()
    desk.write("2026-10-22-weather.md", content=weather(22, "Rain.", "07:55"))
    await desk.scan()

    assert await desk.titles_shown() == ["Weather today"] * 2


async def test_morning_and_evening_are_two_posts(desk: Desk) -> None:
    desk.write("weather-am.md", content=weather(21, "Sun and 31 degrees.", "07:00"))
    await desk.scan()
    desk.write("weather-pm.md", content=weather(21, "Rain and wind from the north, and 22 degrees.", "19:00"))
    await desk.scan()

    assert await desk.titles_shown() == ["Weather today"] * 2


@pytest.mark.parametrize("known_before", [True, False])
async def test_a_hidden_post_of_a_column_does_not_swallow_the_next(desk: Desk, *, known_before: bool) -> None:
    old = desk.write("2026-10-21-weather.md", content=weather(21, "Sun and 31 degrees."))
    await (desk.baseline(old) if known_before else desk.scan())
    before = await desk.titles_shown()
    desk.write(old, content=weather(21, "Sun and 31 degrees.", "08:00", DRAFT))
    await desk.scan()
    desk.write("2026-10-25-weather.md", content=weather(25, "Rain and 26 degrees."))
    await desk.scan()

    assert await desk.titles_shown() == [*before, "Weather today"]


async def test_two_posts_with_one_description_are_two(desk: Desk) -> None:
    described = f"description: {RIVER}"
    desk.write("2026-10-20-wells.md", content=page("Who mends the wells?", RIVER, "date: 2026-10-20", described))
    await desk.scan()
    assert await desk.due() == ["Who mends the wells?"]
    desk.remove("2026-10-20-wells.md")
    desk.write("2026-10-27-taxes.md", content=page("When are taxes due?", MARKET, "date: 2026-10-27", described))
    await desk.scan()

    assert await desk.titles_shown() == ["Who mends the wells?", "When are taxes due?"]


async def test_a_file_that_is_archived_and_begun_anew_is_two_posts(desk: Desk) -> None:
    desk.write("weather.md", content=weather(21, "Sun and 31 degrees."))
    await desk.scan()
    assert len(await desk.due()) == 1
    desk.move("weather.md", "archive/2026-10-21-weather.md")
    desk.write("weather.md", content=weather(22, "Rain and 26 degrees."))
    await desk.scan()

    known = await desk.service.store.posts.find("archive/2026-10-21-weather.md")
    assert known
    assert known.revision == 1
    assert await desk.titles_shown() == ["Weather today"] * 2


@pytest.mark.parametrize("copy", ["photos/a.md", "a-2.md"])
async def test_a_post_of_a_picture_alone_is_copied_and_removed(desk: Desk, copy: str) -> None:
    photo = page("Photo of the day", "![](https://example.org/a.jpg)", "date: 2026-10-20")
    desk.write("a.md", content=photo)
    await desk.scan()
    desk.write(copy, content=photo)
    await desk.scan()
    assert (await desk.states())[copy] == "held"
    desk.remove("a.md")
    await desk.scan()

    assert await desk.titles_shown() == ["Photo of the day"]


async def test_a_short_post_is_copied_with_another_layout_and_removed(desk: Desk) -> None:
    desk.write("closed.md", content=page("Office closed", "We are closed today.", "date: 2026-10-20"))
    await desk.scan()
    content = page("Office closed", "We are closed today.", "date: 2026-10-20", "layout: notice")
    desk.write("notices/closed.md", content=content)
    await desk.scan()
    desk.remove("closed.md")
    await desk.scan()

    assert await desk.titles_shown() == ["Office closed"]


@pytest.mark.parametrize("left", ["river-2.md", "river-old.md"])
async def test_a_held_copy_that_takes_its_originals_place_is_still_a_copy(desk: Desk, left: str) -> None:
    desk.write("river.md", content=page("River rises", RIVER, DATED))
    await desk.scan()
    desk.write("river-2.md", content=page("River rises", RIVER + " Nobody was hurt.", DATED))
    await desk.scan()
    assert (await desk.states())["river-2.md"] == "held"
    desk.move("river.md", "aside")
    desk.move("river-2.md", "river.md")
    desk.move("aside", left)
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]
    assert await desk.states() == {"river.md": "held", left: "published"}


async def test_a_held_copy_that_is_put_over_its_original_is_an_edit_of_it(desk: Desk) -> None:
    desk.write("river.md", content=page("River rises", RIVER, DATED))
    await desk.scan()
    desk.write("river-2.md", content=page("River rises", RIVER + " Nobody was hurt.", DATED))
    await desk.scan()
    desk.move("river-2.md", "river.md")
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]
    assert await desk.states() == {"river.md": "published"}


async def test_posts_with_codes_keep_them_when_their_languages_folder_is_renamed(desk: Desk) -> None:
    for number, text in enumerate((RIVER, MARKET)):
        desk.write(f"zh/{number}.md", content=page(f"Post {number}", text, f"code: C{number}", DATED))
    await desk.scan()
    (desk.root / "zh").rename(desk.root / "zh-hant")
    await desk.scan()

    assert await desk.titles_shown() == ["Post 0", "Post 1"]


async def test_a_code_and_a_title_mended_at_once_are_an_edit(desk: Desk) -> None:
    desk.write("a.md", content=page("River rses", RIVER, DATED, "code: R1"))
    await desk.scan()
    desk.write("a.md", content=page("River rises", RIVER, DATED, "code: R2"))
    await desk.scan()

    assert await desk.titles_shown() == ["River rises"]


async def test_bytes_that_come_back_to_their_path_are_the_post_that_they_were(desk: Desk) -> None:
    main, branch = page("River rises", RIVER, DATED), page("River is high", RIVER[:90] + MARKET, DATED)
    desk.write("river.md", content=main)
    await desk.scan()
    desk.remove("river.md")
    desk.write("flood.md", content=page("River is high", RIVER, DATED))
    await desk.scan()
    desk.write("flood.md", content=branch)
    await desk.scan()
    for _ in range(2):
        desk.remove("flood.md")
        desk.write("river.md", content=main)
        await desk.scan()
        assert await desk.titles_shown() == ["River rises"]
        desk.remove("river.md")
        desk.write("flood.md", content=branch)
        await desk.scan()
        assert await desk.titles_shown() == ["River is high"]
