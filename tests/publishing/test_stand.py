"""Single posts are handed out as newsbell knows them: what an editor does to the file meanwhile reaches nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Withdrawn
from bot.publishing.stand import Stand
from bot.records import KnownPost
from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import RIVER, page
from tests.state.making import chat

STRANGER = chat(2)
DATED = "date: 2026-11-01 08:00"
AHEAD = "date: 2026-11-02 13:00"


@pytest.fixture
async def stand(desk: Desk) -> Stand:
    """Beside a stranger's chat, to which nothing comes by itself."""
    await desk.service.subscribe(STRANGER)
    await desk.service.store.subscriptions.remove(STRANGER, None)
    return Stand(desk.service.store.posts, desk.site, now=lambda: desk.now)


def written(desk: Desk, title: str, *front: str) -> None:
    desk.write("rain.md", content=page(title, RIVER, *(front or (DATED,))))


async def known(desk: Desk) -> KnownPost:
    found = await desk.service.store.posts.find("rain.md")
    assert found is not None
    return found


async def offered(desk: Desk) -> list[str]:
    """What a chat that wants everything may ask for now: nothing, or one path."""
    newest = await desk.service.store.posts.latest_for(chat(1), desk.now)
    return [newest.path] if newest else []


async def shown_to(desk: Desk, number: int) -> list[str]:
    await desk.service.office.send_all(desk.now)
    return [said.title for _, said in await desk.service.store.deliveries.shown_in(chat(number), limit=9)]


@pytest.mark.parametrize("front", [(DATED, "draft: true"), (AHEAD,), (DATED,)], ids=["draft", "ahead", "rewritten"])
async def test_what_is_being_rewritten_is_handed_out_as_it_was_and_changed_for_nobody(
    desk: Desk, stand: Stand, front: tuple[str, ...]
) -> None:
    written(desk, "Rain")
    await desk.scan()
    assert await shown_to(desk, 1) == ["Rain"]
    written(desk, "Do not print", *front)

    said = await stand.announcement(await known(desk))
    assert said
    assert said.title == "Rain"
    assert await stand.send_to(await known(desk), [STRANGER]) == 1
    assert await stand.send_to(await known(desk), [STRANGER]) == 0
    assert [await shown_to(desk, number) for number in (1, 2)] == [["Rain"], ["Rain"]]


async def test_a_draft_that_was_asked_for_in_time_goes_from_both_chats_as_soon_as_it_is_seen(
    desk: Desk, stand: Stand
) -> None:
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    written(desk, "Rain")
    await desk.scan()
    written(desk, "Do not print", DATED, "draft: true")
    await stand.send_to(await known(desk), [STRANGER])
    await desk.scan()

    assert [await shown_to(desk, number) for number in (1, 2)] == [[], []]


async def test_a_post_from_before_newsbell_is_handed_out_while_its_file_is_as_it_was(desk: Desk, stand: Stand) -> None:
    written(desk, "Rain")
    await desk.baseline("rain.md")
    written(desk, "Heavy rain")
    assert await stand.announcement(await known(desk)) is None
    assert await stand.send_to(await known(desk), [STRANGER]) == 0

    await desk.scan()
    assert await stand.send_to(await known(desk), [STRANGER]) == 1
    assert await shown_to(desk, 2) == ["Heavy rain"]


@pytest.mark.parametrize("front", [(DATED, "draft: true"), (AHEAD,)], ids=["draft", "ahead"])
async def test_one_that_was_hidden_since_is_offered_to_nobody(desk: Desk, stand: Stand, front: tuple[str, ...]) -> None:
    written(desk, "Rain")
    await desk.baseline("rain.md")
    assert await offered(desk) == ["rain.md"]
    written(desk, "Do not print", *front)
    await desk.scan()

    assert await offered(desk) == []
    assert await stand.announcement(await known(desk)) is None
    assert await stand.send_to(await known(desk), [STRANGER]) == 0
    desk.now += timedelta(hours=2)
    assert await offered(desk) == (["rain.md"] if front == (AHEAD,) else [])


@pytest.mark.parametrize("gone", [False, True])
async def test_what_waits_for_a_word_to_be_taken_back_is_given_to_nobody_more(
    desk: Desk, stand: Stand, *, gone: bool
) -> None:
    written(desk, "Rain")
    desk.write("snow.md", "Snow")
    await desk.scan()
    desk.publish_as(withdrawn=Withdrawn.DELETE, flood=1)
    assert len(await shown_to(desk, 1)) == 2
    for path in ("rain.md", "snow.md"):
        if gone:
            desk.remove(path)
        else:
            desk.write(path, content=page("Do not print", RIVER, DATED, "draft: true"))
    before = await known(desk)
    await desk.scan()
    assert {each.path for each in await desk.service.store.posts.leaving()} == {"rain.md", "snow.md"}

    assert await offered(desk) == []
    assert await desk.service.store.posts.latest(9, desk.now) == []
    assert await stand.send_to(before, [STRANGER]) == 0, "also if it was meant when it was public"
    assert len(await shown_to(desk, 1)) == 2, "who has it keeps it until the word"
