"""Half of all posts that go wait for a word, however few they are and whatever comes instead."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Withdrawn
from tests.delivering.newsdesk import Desk
from tests.publishing.test_guards import DATED, DRAFT, story
from tests.publishing.test_renames import page


async def twenty(desk: Desk) -> list[str]:
    """The names of so many posts, written an hour ago."""
    names = [f"{number:02}" for number in range(20)]
    for name in names:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 20
    desk.now += timedelta(hours=1)
    return names


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
    names = await twenty(desk)
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    for name in names[:gone]:
        if how == "removed":
            desk.remove(f"{name}.md")
        else:
            desk.write(f"{name}.md", content=story(name, "Story", DRAFT))
    await desk.scan()

    assert len(await desk.titles_shown()) == (20 if asks else 20 - gone)
    assert len(desk.told.words) == asks


WRONG = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima"]


def check_out_another_branch(desk: Desk, others: int) -> None:
    """The eight posts that there are go, and so many others come."""
    desk.remove(*(f"{name}.md" for name in "abcdefgh"))
    for word in WRONG[:others]:
        text = " ".join(f"{word}{number}" for number in range(60))
        desk.write(f"{word}.md", content=page(f"Tale {word}", text, DATED))


async def eight_are_out(desk: Desk) -> list[str]:
    for name in "abcdefgh":
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 8
    return await desk.titles_shown()


@pytest.mark.parametrize("grace", [timedelta(seconds=10), timedelta(hours=1)])
@pytest.mark.parametrize("minutes", [0, 1, 60])
@pytest.mark.parametrize("known", [False, True])
async def test_what_comes_with_a_wrong_branch_makes_a_mass_no_smaller(
    desk: Desk, minutes: int, grace: timedelta, *, known: bool
) -> None:
    """Files that go are believed to be gone after those that come are read. `known`: one is from before newsbell."""
    if known:
        await desk.baseline(desk.write("was.md", content=story("was")))
    before = await eight_are_out(desk)
    desk.now += timedelta(minutes=minutes)
    desk.publish_as(withdrawn=Withdrawn.DELETE, grace=grace)
    check_out_another_branch(desk, 9)
    await desk.scan(forget=False)
    desk.now += grace + timedelta(seconds=60)  # and that is how late at most
    await desk.scan()

    assert (await desk.titles_shown())[:8] == before
    [word] = desk.told.words
    assert (
        "Those with messages that stay until your word: 8, for half or more of the posts that had not just come went"
        in word
    )


async def test_what_came_with_a_wrong_branch_and_goes_like_ours_makes_the_others_no_older(desk: Desk) -> None:
    before = await eight_are_out(desk)
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    check_out_another_branch(desk, 12)
    await desk.scan(forget=False)
    desk.remove("lima.md")
    await desk.scan()

    assert (await desk.titles_shown())[:8] == before


@pytest.mark.parametrize("how", ["removed", "drafted"])
@pytest.mark.parametrize("came", ["before newsbell", "at once"])
async def test_newcomers_try_newsbell_out_and_take_five_of_many_posts_back(desk: Desk, came: str, how: str) -> None:
    """All is new then, but what was there before the five came with nothing that took them away."""
    many = [desk.write(f"{number:02}.md", content=story(f"{number:02}")) for number in range(40)]
    if came == "before newsbell":
        await desk.baseline(*many)
    else:
        desk.publish_as(flood=40)
        await desk.scan()
        await desk.due()
    desk.now += timedelta(minutes=2)
    for name in "abcde":
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 5
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    desk.now += timedelta(minutes=5)
    going = list("abcde") + (["00"] if came == "before newsbell" else [])
    for name in going:
        if how == "removed":
            desk.remove(f"{name}.md")
        else:
            desk.write(f"{name}.md", content=story(name, "Story", DRAFT))
    await desk.scan()

    assert not {f"Story {name}" for name in "abcde"} & set(await desk.titles_shown())
    assert desk.told.words == []


async def test_what_went_a_moment_before_is_a_part_of_all_as_well(desk: Desk) -> None:
    await desk.baseline(*(desk.write(f"{number:02}.md", content=story(f"{number:02}")) for number in range(12)))
    desk.now += timedelta(hours=1)
    names = "abcdefghijklmnopqrst"
    for name in names:
        desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.due()) == 20
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    for some in ("efgh", "abcd"):  # eight of twenty, if they and those from before are all
        desk.now += timedelta(seconds=30)
        for name in some:
            desk.write(f"{name}.md", content=story(name, "Story", DRAFT))
        await desk.scan()

    assert len(await desk.titles_shown()) == 12
    assert desk.told.words == []


async def test_half_of_all_is_so_as_well_where_a_kill_came_between(desk: Desk) -> None:
    """The files were marked as away; the next process withdraws, hours later."""
    before = await eight_are_out(desk)
    gone = [f"{name}.md" for name in "abcdefgh"]
    desk.remove(*gone)
    await desk.service.store.posts.forget(gone, desk.now)
    desk.now += timedelta(hours=8)
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    await desk.publisher.resume()

    assert await desk.titles_shown() == before
    [word] = desk.told.words
    assert "8, for half of all posts or more went away" in word


@pytest.mark.parametrize("first", ["together", "ours go", "theirs come"])
@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("others", [12, 30])
async def test_what_comes_back_with_an_older_branch_makes_a_mass_no_smaller(
    desk: Desk, others: int, first: str, *, known: bool
) -> None:
    """All of it was seen long ago, and went little by little. `first`: what an earlier scan of the checkout saw."""
    old = {f"{n:02}.md": story(f"{n:02}") for n in range(others)}
    desk.publish_as(flood=100)
    written = [desk.write(name, content=text) for name, text in old.items()]
    if known:
        await desk.baseline(*written)
    await desk.scan()
    await desk.due()
    await eight_are_out(desk)
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    for at in range(0, others, 3):
        desk.now += timedelta(days=1)
        desk.remove(*list(old)[at : at + 3])
        await desk.scan()
    desk.now += timedelta(days=1)
    ours = {f"Story {name}" for name in "abcdefgh"}
    assert ours <= set(await desk.titles_shown())
    assert desk.told.words == []

    if first != "theirs come":
        desk.remove(*(f"{name}.md" for name in "abcdefgh"))
    if first == "ours go":
        await desk.scan()
    for name, text in old.items():
        desk.write(name, content=text)
    await desk.scan()
    if first == "theirs come":
        desk.now += timedelta(minutes=2)
        desk.remove(*(f"{name}.md" for name in "abcdefgh"))
        await desk.scan()

    assert ours <= set(await desk.titles_shown())
    assert any("stay until your word: 8" in word for word in desk.told.words)


@pytest.mark.parametrize("how", ["saved anew", "renamed"])
async def test_what_is_saved_or_renamed_did_not_come_back(desk: Desk, how: str) -> None:
    """Editors write another file and rename it, and the old one is away for less than the grace."""
    desk.publish_as(flood=100, withdrawn=Withdrawn.DELETE)
    names = await twenty(desk)
    for name in names[:12]:
        if how == "renamed":
            desk.move(f"{name}.md", f"moved/{name}.md")
        else:
            desk.remove(f"{name}.md")
            desk.write(f"{name}.md", content=story(name))
    await desk.scan()
    assert len(await desk.titles_shown()) == 20
    desk.now += timedelta(minutes=2)
    desk.remove(*(f"{name}.md" for name in names[-5:]))
    await desk.scan()

    assert len(await desk.titles_shown()) == 15
    assert desk.told.words == []
