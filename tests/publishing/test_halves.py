"""Half of all posts that go wait for a word, however few they are and whatever comes instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Withdrawn
from tests.delivering.newsdesk import Desk
from tests.publishing.test_guards import DATED, DRAFT, story
from tests.publishing.test_renames import page


async def test_more_than_half_of_a_small_site_waits_for_a_word(desk: Desk) -> None:
    for name in "abcde":
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 5
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    desk.remove("a.md", "b.md")
    await desk.scan()
    assert len(await desk.titles_shown()) == 3
    desk.remove("c.md")
    await desk.scan()

    assert len(await desk.titles_shown()) == 3
    [word] = desk.told.words
    assert "until your word: 1, for half of all posts or more went away or were unpublished within 60 seconds" in word


@pytest.mark.parametrize("how", ["removed", "drafted"])
@pytest.mark.parametrize(("gone", "asks"), [(9, False), (10, True)])
async def test_exactly_half_of_all_waits_for_a_word(desk: Desk, how: str, gone: int, *, asks: bool) -> None:
    names = [f"{number:02}" for number in range(20)]
    for name in names:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 20
    desk.now += timedelta(hours=1)
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    for name in names[:gone]:
        if how == "removed":
            desk.remove(f"{name}.md")
        else:
            desk.write(f"{name}.md", content=story(name, "Story", DRAFT))
    await desk.scan()

    assert len(await desk.titles_shown()) == (20 if asks else 20 - gone)
    assert len(desk.told.words) == asks


@pytest.mark.parametrize("grace", [timedelta(seconds=10), timedelta(hours=1)])
@pytest.mark.parametrize("minutes", [0, 1, 60])
async def test_what_comes_with_a_wrong_branch_makes_a_mass_no_smaller(
    desk: Desk, minutes: int, grace: timedelta
) -> None:
    """Files that go are believed to be gone after those that come are read."""
    words = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india"]
    for name in "abcdefgh":
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 8
    before = await desk.titles_shown()
    desk.now += timedelta(minutes=minutes)
    desk.publish_as(withdrawn=Withdrawn.DELETE, grace=grace)
    desk.remove(*(f"{name}.md" for name in "abcdefgh"))
    for word in words:
        text = " ".join(f"{word}{number}" for number in range(60))
        desk.write(f"{word}.md", content=page(f"Tale {word}", text, DATED))
    await desk.scan(forget=False)
    desk.now += grace + timedelta(seconds=60)  # and that is how late at most
    await desk.scan()

    assert (await desk.titles_shown())[:8] == before
    [word] = desk.told.words
    assert "Those with messages that stay until your word: 8, for half of all posts or more went away" in word
