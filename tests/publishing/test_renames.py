"""A post stays itself, whatever becomes of its file's name: nothing is sent twice, and nothing is missed."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest

from bot.reading.site import Site
from tests.delivering.newsdesk import Desk

RIVER = (
    "The river rose by half a metre in the night, and boats were pulled ashore in three villages before first light. "
    "The district office asked people along the bank to keep their animals on higher ground until the week's end."
)
MARKET = (
    "The market opened again on Monday after two weeks of repairs, and those who sell fruit and fish were back at "
    "their places by five in the morning. The new roof keeps the rain off, and nobody missed the old one, they said."
)
FERRY = (
    "A second ferry will cross between the two banks from next month on, so that nobody has to wait for longer than a "
    "quarter of an hour. Tickets stay at the same price, and children below ten travel with their parents for nothing."
)


def page(title: str, body: str, *front: str) -> str:
    lines = "\n".join([f"title: {title}", *front])
    return f"---\n{lines}\ncategories: [National]\n---\n{body}\n"


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With a baseline, and a site whose links go by the file's name."""
    desk.site = Site(desk.root, url="https://example.org", post_url="https://example.org/{slug}")
    desk.publish_as(flood=5)
    desk.write("old/readers.md", content=page("Readers write", "Letters of this week, as they came."))
    await desk.scan()
    await desk.service.store.posts.finish_baseline(desk.now)
    await desk.due()
    return desk


async def publish(desk: Desk, path: str, content: str) -> None:
    desk.write(path, content=content)
    await desk.scan()
    assert len(await desk.due()) == 1


@pytest.mark.parametrize("new", ["2026-11-02-river.md", "2026-11-01-flood.md", "news/2026/2026-11-01-river.md"])
@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "unnoticed"])
async def test_a_file_with_another_name_is_the_same_post(
    desk: Desk, new: str, noticed: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))
    shown = await desk.titles_shown()

    desk.move("2026-11-01-river.md", new)
    if noticed:
        await desk.publisher.forget(["2026-11-01-river.md"])
    await desk.scan()

    assert await desk.titles_shown() == shown
    assert "moved: 2026-11-01-river.md is" in caplog.text
    assert set(await desk.states()) == {"old/readers.md", new}


async def test_a_link_that_changes_with_the_name_is_edited(desk: Desk) -> None:
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))

    desk.move("2026-11-01-river.md", "2026-11-01-flood.md")
    await desk.scan()

    [edited] = await desk.service.office.due(desk.now)
    assert edited.shown is not None
    said = await desk.service.store.deliveries.announcement(edited.subject, edited.wanted)
    assert said.url == "https://example.org/flood"
    await desk.due()
    desk.move("2026-11-01-flood.md", "2026-11-01-river.md")
    await desk.scan()
    [back] = await desk.service.office.due(desk.now)
    assert (
        await desk.service.store.deliveries.announcement(back.subject, back.wanted)
    ).url == "https://example.org/river"


@pytest.mark.parametrize(
    ("new", "content"),
    [
        ("2026-11-02-river.md", page("River rises further", RIVER.replace("half a metre", "a metre"))),
        ("2026-11-01-flood.md", page("River rises", RIVER + " Nobody was hurt.")),
        ("2026-11-01-flood.md", page("Flood in three villages", RIVER.replace("three", "four", 1))),
        ("news/2026-11-02-flood.md", page("River rises", RIVER, "code: ART1")),
    ],
    ids=["same slug", "same title", "the text alone", "and a code for the first time"],
)
async def test_a_file_that_is_renamed_and_edited_at_once_is_still_the_same_post(
    desk: Desk, new: str, content: str
) -> None:
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))

    desk.remove("2026-11-01-river.md")
    desk.write(new, content=content)
    await desk.scan()

    assert len(await desk.titles_shown()) == 2
    assert len(await desk.states()) == 2


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (page("Weekly report", RIVER), page("Weekly report", MARKET)),
        (page("Weekly report", RIVER, "code: W44"), page("Weekly report", RIVER, "code: W45")),
        (page("Weekly report", "All quiet."), page("Weekly report", "Two boats arrived.", "date: 2026-11-01")),
        (page("Weekly report", RIVER), page("Weekly report", RIVER, "language: km")),
    ],
    ids=["another text", "another code", "another short text", "another language"],
)
async def test_a_new_post_in_the_place_of_a_removed_one_is_news(desk: Desk, old: str, new: str) -> None:
    await publish(desk, "2026-10-24-weekly-report.md", old)

    desk.remove("2026-10-24-weekly-report.md")
    desk.write("2026-10-31-weekly-report.md", content=new)
    await desk.scan()

    assert len(await desk.titles_shown()) == 3


async def test_what_went_away_days_ago_is_recognised_by_its_bytes_alone(desk: Desk) -> None:
    for title, body in (("River rises", RIVER), ("Market opens", MARKET)):
        await publish(desk, f"{title}.md", page(title, body))
    desk.remove("River rises.md", "Market opens.md")
    await desk.scan()

    desk.now += timedelta(days=3)
    desk.write("2026/river.md", content=page("River rises", RIVER))
    desk.write("2026/market.md", content=page("Market opens", MARKET + " It closed again."))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["River rises", "Market opens", "Market opens"]


async def test_a_new_post_at_the_path_of_one_that_has_been_away_for_days_is_news(desk: Desk) -> None:
    await publish(desk, "today.md", page("River rises", RIVER))
    desk.remove("today.md")
    await desk.scan()

    desk.now += timedelta(days=3)
    desk.write("today.md", content=page("Market opens", MARKET))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["River rises", "Market opens"]


# --- chains


@pytest.mark.parametrize("moves", [["b>c", "a>b"], ["a>x", "b>a", "x>b"]], ids=["chain", "swap"])
@pytest.mark.parametrize("order", [1, -1])
async def test_files_that_take_each_others_names_keep_their_posts(desk: Desk, moves: list[str], order: int) -> None:
    await publish(desk, "a.md", page("River rises", RIVER))
    await publish(desk, "b.md", page("Market opens", MARKET))
    shown = await desk.titles_shown()

    for move in moves:
        old, new = move.split(">")
        desk.move(f"{old}.md", f"{new}.md")
    for path in sorted(file.name for file in desk.root.glob("[a-c].md"))[::order]:
        await desk.take_in(path)
    await desk.scan()

    assert await desk.titles_shown() == shown
    for file in desk.root.glob("[a-c].md"):
        known = await desk.service.store.posts.find(file.name)
        assert known
        assert f"title: {known.title}\n" in file.read_text()
    assert len(await desk.states()) == 3


async def test_coded_files_that_take_each_others_names_keep_their_posts(desk: Desk) -> None:
    await publish(desk, "a.md", page("River rises", RIVER, "code: A"))
    await publish(desk, "b.md", page("Market opens", MARKET, "code: B"))
    shown = await desk.titles_shown()

    desk.move("b.md", "c.md")
    desk.move("a.md", "b.md")
    await desk.scan()

    assert await desk.titles_shown() == shown
    assert await desk.service.store.posts.problems() == []
    known = await desk.service.store.posts.find("b.md")
    assert known
    assert known.title == "River rises"


@pytest.mark.parametrize("order", [1, -1])
async def test_a_new_post_at_the_old_path_of_a_renamed_one_is_news(desk: Desk, order: int) -> None:
    await publish(desk, "a.md", page("River rises", RIVER))

    desk.move("a.md", "b.md")
    desk.write("a.md", content=page("Market opens", MARKET))
    stamps = ["a.md", "b.md"][::order]
    await desk.take_in(*stamps)

    assert (await desk.titles_shown())[1:] == ["River rises", "Market opens"]


async def test_a_new_post_with_a_code_at_the_old_path_of_a_coded_one_is_news(desk: Desk) -> None:
    await publish(desk, "a.md", page("River rises", RIVER, "code: A"))

    desk.move("a.md", "b.md")
    desk.write("a.md", content=page("Market opens", MARKET, "code: B"))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["River rises", "Market opens"]
    assert await desk.service.store.posts.problems() == []


async def test_a_file_that_is_moved_onto_another_is_the_post_that_moved(desk: Desk) -> None:
    await publish(desk, "a.md", page("River rises", RIVER))
    await publish(desk, "b.md", page("Market opens", MARKET))
    shown = await desk.titles_shown()

    (desk.root / "a.md").replace(desk.root / "b.md")
    await desk.scan()

    assert await desk.titles_shown() == shown
    known = await desk.service.store.posts.find("b.md")
    assert known
    assert known.title == "River rises"


# --- branches and folders


async def test_another_branch_and_back_sends_nothing(desk: Desk) -> None:
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))
    shown = await desk.titles_shown()

    for branch in (
        {},
        {"news/river.md": RIVER},
        {},
        {"2026-11-01-river.md": RIVER},
        {"2026-11-03-river.md": RIVER + " New."},
    ):
        for old in [*desk.root.rglob("*river.md")]:
            old.unlink()
        for path, body in branch.items():
            desk.write(path, content=page("River rises", body))
        await desk.scan()
        desk.now += timedelta(hours=1)

    assert await desk.titles_shown() == shown


async def test_new_times_of_the_same_bytes_change_nothing(desk: Desk) -> None:
    await publish(desk, "river.md", page("River rises", RIVER))

    os.utime(desk.root / "river.md", (1, 1))
    await desk.scan()

    assert await desk.due() == []


async def test_a_draft_that_moves_among_the_posts_is_news_once(desk: Desk) -> None:
    desk.write("_drafts/river.md", content=page("River rises", RIVER))
    await desk.scan()
    assert await desk.due() == []

    desk.move("_drafts/river.md", "_posts/2026-11-01-river.md")
    await desk.scan()
    assert await desk.due() == ["River rises"]
    desk.move("_posts/2026-11-01-river.md", "_drafts/river.md")
    await desk.scan()
    desk.move("_drafts/river.md", "_posts/2026-11-02-river.md")
    await desk.scan()

    assert len(await desk.titles_shown()) == 2
    assert await desk.service.store.posts.counts() == {"published": 2}


async def test_a_folder_of_many_posts_may_move_without_a_flood(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await desk.service.store.posts.finish_baseline(desk.now)
    for number in range(40):
        desk.write(f"_posts/{number}.md", content=page(f"Post {number}", f"{RIVER} That was day {number}."))
    await desk.baseline(*(f"_posts/{number}.md" for number in range(40)))

    (desk.root / "_posts").rename(desk.root / "news")
    await desk.scan()

    assert await desk.due() == []
    assert "held" not in caplog.text
    assert await desk.service.store.posts.counts() == {"known": 40, "published": 1}


# --- addresses


async def test_a_post_of_a_few_lines_with_another_name_and_title_is_itself(desk: Desk) -> None:
    await publish(desk, "2026-11-01-metro.md", page("Metro", RIVER[:115]))

    desk.remove("2026-11-01-metro.md")
    desk.write("2026-11-01-line.md", content=page("Line two", RIVER[:115]))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["Line two"]


async def test_a_file_that_names_its_old_address_is_that_post_even_with_another_text(desk: Desk) -> None:
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))

    desk.remove("2026-11-01-river.md")
    desk.write("2026-11-02-flood.md", content=page("Flood", MARKET, "redirect_from: /river/"))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["Flood"]


async def test_two_posts_may_have_one_page_on_the_site(desk: Desk) -> None:
    await publish(desk, "2026-11-01-river.md", page("River rises", RIVER))

    desk.write("2026-11-02-river.md", content=page("River falls", FERRY))
    await desk.scan()

    assert (await desk.titles_shown())[1:] == ["River rises", "River falls"]
    assert await desk.service.store.posts.problems() == []


# --- translations


@pytest.mark.parametrize(
    ("path", "front"),
    [("river.km.md", "language: km"), ("km/river.md", "language: km"), ("khmer.md", "code: R1\nlanguage: km")],
)
async def test_a_translation_is_a_post_of_its_own(desk: Desk, path: str, front: str) -> None:
    await publish(desk, "river.md", page("River rises", RIVER, "code: R1" if "code" in front else "layout: post"))

    desk.write(path, content=page("River rises", RIVER, front))
    await desk.scan()

    assert len(await desk.titles_shown()) == 3
    assert "held" not in (await desk.states()).values()


async def test_a_language_that_is_corrected_makes_no_second_post(desk: Desk) -> None:
    await publish(desk, "river.md", page("River rises", RIVER, "code: R1", "language: km"))

    desk.write("river.md", content=page("River rises", RIVER, "code: R1", "language: en"))
    await desk.scan()

    assert len(await desk.titles_shown()) == 2
