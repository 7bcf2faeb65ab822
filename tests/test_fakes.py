"""The shelves in memory behave as the real ones: what a test proves on a fake holds for the database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.models import Category, Destination, DestinationState, Place, Selector, SelectorKind, Subscription, Visibility
from bot.ports import Posts, Subscriptions
from bot.records import FileStamp, News, PostState, Problem
from state import open_store
from tests.fakes import FakePosts, FakeSubscriptions
from tests.state.making import FLOOD, NOON, announcement, post, record

GROUP = Destination("telegram", "-100123", bot="9")
TOPIC = replace(GROUP, thread_id="7")
OTHER = Destination("discord", "456", bot="8")
NATIONAL = Selector(SelectorKind.CATEGORY, "national")
RAIN, SUN = post("rain.md"), post("sun.md", categories=("Sport", "NATIONAL"), published_at=NOON - timedelta(days=1))

Shelves = tuple[Posts, Subscriptions]


@pytest.fixture(params=["fake", "sqlite"])
async def shelves(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shelves]:
    if request.param == "fake":
        subscriptions = FakeSubscriptions()
        yield FakePosts(subscriptions=subscriptions), subscriptions
        return
    store = await open_store(f"sqlite:///{tmp_path / 'newsbell.db'}", str(tmp_path))
    yield store.posts, store.subscriptions
    await store.close()


def wish(destination: Destination = GROUP, selector: Selector = NATIONAL, language: str = "") -> Subscription:
    return Subscription(destination, selector, "NATIONAL", language, {"image": False})


async def test_subscriptions_are_kept_oldest_first_and_replaced_in_place(shelves: Shelves) -> None:
    _, subscriptions = shelves
    everything = Selector(SelectorKind.ALL)

    assert await subscriptions.add(wish(), Place(GROUP), "123", NOON)
    assert await subscriptions.add(wish(selector=everything), Place(GROUP), "123", NOON)
    assert await subscriptions.add(wish(OTHER), Place(OTHER), "123", NOON)
    assert not await subscriptions.add(wish(language="km"), Place(GROUP), "123", NOON)

    assert await subscriptions.of(GROUP) == [wish(language="km"), wish(selector=everything)]
    assert len(await subscriptions.all()) == 3


async def test_one_subscription_is_removed_or_all_of_a_destination(shelves: Shelves) -> None:
    _, subscriptions = shelves
    for destination in (GROUP, TOPIC, OTHER):
        await subscriptions.add(wish(destination), Place(destination), "123", NOON)

    assert await subscriptions.remove(GROUP, Selector(SelectorKind.TAG, "national")) == []
    assert await subscriptions.remove(GROUP, NATIONAL) == [wish()]
    assert await subscriptions.remove(TOPIC, None) == [wish(TOPIC)]
    assert await subscriptions.all() == [wish(OTHER)]


async def test_subscriptions_are_revised_as_a_whole(shelves: Shelves) -> None:
    _, subscriptions = shelves
    everything = Selector(SelectorKind.ALL)
    nothing = await subscriptions.revise(Place(GROUP), lambda mine: mine, "123", NOON)
    unknown = await subscriptions.place(GROUP)
    await subscriptions.revise(Place(GROUP, "group"), lambda _: [wish(), wish(selector=everything)], "123", NOON)
    before = await subscriptions.revise(Place(GROUP), lambda mine: [*mine[1:], wish(TOPIC)][:1], "123", NOON)
    left = await subscriptions.of(GROUP)
    await subscriptions.revise(Place(GROUP), lambda mine: [replace(each, language="km") for each in mine], "1", NOON)

    assert (nothing, unknown) == ([], None)
    assert before == [wish(), wish(selector=everything)]
    assert left == [wish(selector=everything)]
    assert await subscriptions.of(GROUP) == [wish(selector=everything, language="km")]
    assert await subscriptions.place(GROUP) == Place(GROUP, "group")


async def test_the_newest_post_that_a_place_asks_for_and_why_it_gets_it(shelves: Shelves) -> None:
    posts, subscriptions = shelves
    for each in (RAIN, SUN, post("later.md", visibility=Visibility.DRAFT)):
        await posts.take_in(record(each), announcement(each), NOON)
    nothing = await posts.latest_for(GROUP, NOON)
    sport = Selector(SelectorKind.CATEGORY, "sport")
    await subscriptions.add(wish(), Place(GROUP), "123", NOON)
    await subscriptions.add(wish(OTHER, Selector(SelectorKind.ALL_EXCEPT, "sport"), "en"), Place(OTHER), "123", NOON)
    await subscriptions.add(wish(TOPIC, sport, "km"), Place(TOPIC), "123", NOON)
    newest, other, none = [await posts.latest_for(place, NOON) for place in (GROUP, OTHER, TOPIC)]
    assert nothing is none is None
    assert newest
    assert other
    assert (newest.path, other.path) == ("sun.md", "rain.md")
    assert await posts.wish_for(newest.subject, GROUP) == wish()
    assert await posts.wish_for(newest.subject, OTHER) is None
    assert await posts.languages() == ["en"]


async def test_what_is_known_of_a_place_is_completed_and_never_emptied(shelves: Shelves) -> None:
    _, subscriptions = shelves
    assert await subscriptions.place(GROUP) is None

    await subscriptions.remember(Place(GROUP, "supergroup", "Newsroom"), NOON)
    await subscriptions.remember(Place(GROUP, language="km"), NOON)

    assert await subscriptions.place(GROUP) == Place(GROUP, "supergroup", "Newsroom", "km")
    assert await subscriptions.places() == [Place(GROUP, "supergroup", "Newsroom", "km")]


async def test_a_state_reaches_threads_and_spares_what_was_in_another(shelves: Shelves) -> None:
    _, subscriptions = shelves
    for destination in (GROUP, TOPIC, OTHER):
        await subscriptions.remember(Place(destination), NOON)
    paused = await subscriptions.set_state(TOPIC, DestinationState.PAUSED, "asked", NOON)
    suspended = await subscriptions.set_state(
        GROUP, DestinationState.SUSPENDED, "kicked", NOON, was=DestinationState.ACTIVE, threads=True
    )
    again = await subscriptions.set_state(GROUP, DestinationState.SUSPENDED, "kicked", NOON)
    later = NOON + timedelta(hours=1)
    longer = await subscriptions.set_state(TOPIC, DestinationState.PAUSED, "asked", NOON, until=later)
    ends_at = await subscriptions.next_pause_ends_at()
    early, over = [await subscriptions.end_pauses(now) for now in (NOON, later)]

    assert paused == [Place(TOPIC, state=DestinationState.PAUSED, reason="asked")]
    assert suspended == [Place(GROUP, state=DestinationState.SUSPENDED, reason="kicked")]
    assert again == []
    assert longer == [Place(TOPIC, state=DestinationState.PAUSED, reason="asked", paused_until=later)]
    assert (ends_at, early, over) == (later, [], [Place(TOPIC)])
    assert await subscriptions.next_pause_ends_at() is None
    assert await subscriptions.place(TOPIC) == Place(TOPIC)


async def test_a_moved_chat_takes_its_threads_along_and_merges(shelves: Shelves) -> None:
    _, subscriptions = shelves
    new = replace(GROUP, chat_id="-100999")
    for destination in (GROUP, TOPIC, new):
        await subscriptions.add(wish(destination), Place(destination), "123", NOON)
    await subscriptions.move(GROUP, "-100999")

    destinations = {subscription.destination for subscription in await subscriptions.all()}
    assert destinations == {new, replace(new, thread_id="7")}
    assert await subscriptions.place(GROUP) is None


async def test_the_last_bot_of_a_platform_is_remembered(shelves: Shelves) -> None:
    _, subscriptions = shelves
    assert await subscriptions.bot_of("telegram") == ""

    await subscriptions.remember_bot("telegram", "8")
    await subscriptions.remember_bot("telegram", "9")
    assert await subscriptions.bot_of("telegram") == "9"


async def test_a_baseline_is_known_and_no_news(shelves: Shelves) -> None:
    posts, _ = shelves
    later = post("later.md", published_at=NOON + timedelta(hours=1))
    draft = post("draft.md", visibility=Visibility.DRAFT)
    await posts.record_baseline([record(each) for each in (RAIN, SUN, later, draft)], NOON)
    assert not await posts.baseline_done()
    await posts.finish_baseline(NOON)

    assert await posts.baseline_done()
    assert await posts.counts() == {"known": 2, "scheduled": 1, "unpublished": 1}
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON)).news is News.UNCHANGED
    assert await posts.next_scheduled_at() == later.published_at
    assert [each.path for each in await posts.waiting(PostState.SCHEDULED)] == ["later.md"]


async def test_a_new_post_is_published_to_who_wants_it_and_an_edit_is_a_revision(shelves: Shelves) -> None:
    posts, subscriptions = shelves
    await subscriptions.add(wish(), Place(GROUP), "123", NOON)
    await subscriptions.add(wish(selector=Selector(SelectorKind.ALL)), Place(GROUP), "123", NOON)
    await subscriptions.add(wish(OTHER, Selector(SelectorKind.TAG, "snow")), Place(OTHER), "123", NOON)
    edited = replace(RAIN, title="Rain, again")

    assert await posts.kin(record(RAIN)) == []
    published = await posts.take_in(record(RAIN), announcement(RAIN), NOON)
    assert (published.news, published.revision, published.deliveries) == (News.NEW, 1, 1)
    [kin] = await posts.kin(record(RAIN))
    assert (kin.subject, kin.keys, kin.path, kin.state) == (
        published.subject,
        frozenset({"path:rain.md"}),
        "rain.md",
        PostState.PUBLISHED,
    )
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON)).news is News.UNCHANGED
    revised = await posts.take_in(record(edited), announcement(edited), NOON)
    assert (revised.subject, revised.news, revised.revision) == (published.subject, News.EDITED, 2)


async def test_a_held_post_waits_to_be_released(shelves: Shelves) -> None:
    posts, _ = shelves

    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON, hold=FLOOD)).news is News.HELD
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON)).news is News.HELD
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON, release=True)).news is News.NEW


async def test_a_post_is_sent_once_to_those_who_are_named(shelves: Shelves) -> None:
    posts, subscriptions = shelves
    await subscriptions.remember(Place(GROUP), NOON)

    assert await posts.send_to(record(RAIN), announcement(RAIN), [GROUP], NOON) == 1
    assert await posts.send_to(record(RAIN), announcement(RAIN), [GROUP], NOON) == 0


async def test_a_public_post_is_handed_out_as_it_was_said_or_else_as_there_is_to_say(shelves: Shelves) -> None:
    posts, subscriptions = shelves
    await subscriptions.remember(Place(GROUP), NOON)
    await posts.record_baseline([record(RAIN), record(post("later.md", visibility=Visibility.DRAFT))], NOON)
    rain, draft = [await posts.find(path) for path in ("rain.md", "later.md")]
    assert rain
    assert draft

    assert await posts.last_said(rain.subject) is None
    assert await posts.hand_out(rain.subject, None, [GROUP], NOON) == 0
    assert await posts.hand_out(draft.subject, announcement(RAIN), [GROUP], NOON) == 0
    assert await posts.hand_out(rain.subject, announcement(RAIN), [GROUP], NOON) == 1
    assert await posts.hand_out(rain.subject, announcement(SUN), [GROUP], NOON) == 0
    said = await posts.last_said(rain.subject)
    assert said
    assert said.title == "Rain"


async def test_files_problems_and_categories_are_told(shelves: Shelves) -> None:
    posts, _ = shelves
    problem = Problem("broken.md", 3, "the title has no end", "close the quotation mark")
    await posts.take_in(record(RAIN), announcement(RAIN), NOON)
    await posts.take_in(record(SUN), announcement(SUN), NOON)
    await posts.record_files([record(None, "broken.md", problem=problem)], NOON)

    assert set(await posts.stamps()) == {"rain.md", "sun.md", "broken.md"}
    assert await posts.problems() == [problem]
    assert await posts.categories() == [Category("national", "NATIONAL", 2), Category("sport", "Sport", 1)]
    for name in ("sun.md", "path:sun.md"):
        found = await posts.find(name)
        assert found
        assert found.path == "sun.md"
    assert await posts.find("snow.md") is None
    assert [each.path for each in await posts.latest(2, NOON)] == ["sun.md", "rain.md"]

    assert await posts.forget(["rain.md", "broken.md", "never there.md"], NOON) == ["broken.md", "rain.md"]
    assert set(await posts.stamps()) == {"sun.md"}
    assert await posts.problems() == []


async def test_the_stamps_of_files_are_told_page_by_page_in_the_order_of_their_paths(shelves: Shelves) -> None:
    posts, _ = shelves
    paths = [
        "a-b.md",
        "a.md",
        "a/b.md",
        "\uffff.md",
        "\U00010000.md",
    ]
    await posts.record_files([record(None, path, size=number) for number, path in enumerate(paths)], NOON)
    await posts.record_files([record(None, "away.md")], NOON)
    await posts.forget(["away.md"], NOON)

    rows = await posts.stamp_rows(limit=2)
    rows += await posts.stamp_rows(after=rows[-1][0], limit=10)

    assert rows == [(path, number, 1, 1, 1) for number, path in enumerate(paths)]
    assert await posts.stamp_rows(after=paths[-1], limit=10) == []
    assert await posts.stamps_of(["a.md", "away.md", "never seen.md"]) == {"a.md": FileStamp(1, 1, 1, 1)}
    assert await posts.stamps_of([]) == {}


async def test_a_file_that_is_a_post_of_another_path_is_told_until_it_goes(shelves: Shelves) -> None:
    posts, _ = shelves
    first = await posts.take_in(record(RAIN), announcement(RAIN), NOON)
    await posts.take_in(record(SUN), announcement(SUN), NOON)
    problem = Problem("copy.md", 1, "the same post as rain.md", "remove one")
    await posts.record_files([replace(record(None, "copy.md", problem=problem), refused_for=first.subject)], NOON)

    assert await posts.doubles() == {"copy.md": record(None, "copy.md").stamp}
    assert list(await posts.doubles(["rain.md", "never there.md"])) == ["copy.md"]
    assert await posts.doubles(["sun.md"]) == {}
    await posts.forget(["copy.md"], NOON)
    assert await posts.doubles() == {}


async def test_what_could_not_be_read_at_the_baseline_is_old_until_it_goes(shelves: Shelves) -> None:
    posts, _ = shelves
    problem = Problem("x", 3, "the title has no end", "close the quotation mark")
    broken = [record(None, path, problem=replace(problem, path=path)) for path in ("rain.md", "sun.md")]
    await posts.record_baseline([record(None, "readme.md"), *broken], NOON)
    await posts.record_files([record(None, "later.md", problem=problem)], NOON)

    assert await posts.unread() == {"rain.md", "sun.md"}
    await posts.record_files(broken, NOON)
    await posts.forget(["sun.md"], NOON)
    assert await posts.unread() == {"rain.md"}
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON, old=True)).news is News.OLD
    assert await posts.unread() == set()
    assert (await posts.take_in(record(RAIN), announcement(RAIN), NOON)).news is News.UNCHANGED


async def test_the_posts_with_these_bytes_are_told(shelves: Shelves) -> None:
    posts, _ = shelves
    rain = await posts.take_in(record(RAIN), announcement(RAIN), NOON)

    assert await posts.holders([record(RAIN).digest, "of nobody"]) == {record(RAIN).digest: {rain.subject}}
