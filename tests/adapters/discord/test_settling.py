"""What became of a send with unknown outcome: found out, never guessed."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.settling import NONCE_WINDOW
from bot.composing.digest import digest
from bot.delivering.decisions import ARRIVES_WITHIN
from bot.delivering.patience import REPEAT_WITHIN
from bot.errors import DestinationLost, OutcomeUnknown, TryLater
from bot.models import Announcement, Look, Receipt, Shown, Span, Style
from tests.adapters.discord.conftest import Pauses, Server
from tests.emulators.discord.calls import Request

LATER = timedelta(minutes=5)


async def settle(
    server: Server,
    announcement: Announcement,
    *,
    after: timedelta,
    look: Look | None = None,
    unwanted: bool = False,
) -> Receipt | None:
    """Settle a send that was tried just now, as if `after` had passed."""
    now = datetime.now(UTC)
    return await server.adapter.settle(
        announcement,
        server.destination,
        look or Look(),
        nonce="1",
        tried_at=now,
        now=now + after,
        unwanted=unwanted,
    )


def looks(server: Server) -> int:
    """How often the channel's messages were read."""
    return sum(request.method == "GET" and request.path.endswith("/messages") for request in server.discord.requests)


def posts(server: Server) -> list[Request]:
    """What was sent to the channel."""
    return [one for one in server.discord.requests if one.method == "POST" and one.path.endswith("/messages")]


async def test_inside_the_window_of_the_nonce_sending_again_is_safe_without_a_look(
    server: Server, rain: Announcement
) -> None:
    await server.send(rain)
    assert await settle(server, rain, after=NONCE_WINDOW - timedelta(seconds=1)) is None
    assert looks(server) == 0


async def found_safe_at_the_last_moment(server: Server, rain: Announcement, *, repeated_after: timedelta) -> Shown:
    """What was shown, if it is to be repeated so long after the look that found it safe, by the adapter's clock."""
    shown = await server.send(rain)
    assert await settle(server, rain, after=NONCE_WINDOW - timedelta(seconds=1)) is None
    loop = asyncio.get_running_loop()
    server.adapter._meter._clock = lambda: loop.time() + repeated_after.total_seconds()
    return shown


async def test_what_is_repeated_as_late_as_may_be_is_shown_once(server: Server, rain: Announcement) -> None:
    """And it may be so long on its way."""
    shown = await found_safe_at_the_last_moment(server, rain, repeated_after=REPEAT_WITHIN)
    server.discord.clock.advance((NONCE_WINDOW + REPEAT_WITHIN + ARRIVES_WITHIN - timedelta(seconds=1)).total_seconds())

    again = await server.adapter.send(rain, server.destination, Look(), nonce="1")

    assert again == shown.receipt
    assert len(server.news.visible) == 1


async def test_a_repeat_that_would_come_too_late_for_its_nonce_does_not_leave(
    server: Server, rain: Announcement
) -> None:
    await found_safe_at_the_last_moment(server, rain, repeated_after=REPEAT_WITHIN + timedelta(seconds=2))
    assert await settle(server, rain, after=timedelta()) is None, "a clock that was set back makes it no younger"
    with pytest.raises(TryLater, match="nothing was sent: it would come too late for its nonce"):
        await server.send(rain)
    assert len(posts(server)) == 1


async def test_what_discord_py_repeats_by_itself_leaves_only_while_the_nonce_surely_holds(
    server: Server, rain: Announcement, pauses: Pauses
) -> None:
    """A slow gateway takes each request, and answers it with an error half a minute later."""
    pauses.over.set()
    server.adapter._meter._clock = server.discord.clock.monotonic
    server.discord.fault("status", status=504, accept=True, lasts=30.5, method="POST", count=5)

    with pytest.raises(OutcomeUnknown, match="an earlier try may have arrived"):
        await server.send(rain)

    assert len(posts(server)) == 4, "at 0, 31, 61 and 92 s"
    assert len(server.news.visible) == 1


async def test_what_is_to_go_is_looked_for_inside_the_window_too(server: Server, rain: Announcement) -> None:
    server.discord.say(server.news, server.reader, "Good morning!")
    with pytest.raises(TryLater, match="may still come"):
        await settle(server, rain, after=timedelta(seconds=5), unwanted=True)
    server.adapter._settling._alone_at -= ARRIVES_WITHIN.total_seconds()
    assert await settle(server, rain, after=LATER, unwanted=True) is None

    shown = await server.send(rain)
    assert await settle(server, rain, after=timedelta(seconds=5), unwanted=True) == shown.receipt


async def test_what_is_to_go_may_still_come_right_after_a_start_however_long_ago_it_was_first_tried(
    server: Server, rain: Announcement
) -> None:
    """A kill may have hit a repeat of it: nothing tells when that was made."""
    server.discord.say(server.news, server.reader, "Good morning!")
    with pytest.raises(TryLater, match="may still come"):
        await settle(server, rain, after=LATER, unwanted=True)

    arrived = await server.send(rain, nonce="2")
    assert await settle(server, rain, after=LATER, unwanted=True) == arrived.receipt


async def test_what_is_to_go_and_was_first_tried_by_this_process_needs_no_such_wait(
    server: Server, rain: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(server.adapter._calls.stragglers, "_clock", lambda: clock[0])
    await lose(server, rain)
    clock[0] = ARRIVES_WITHIN.total_seconds()
    assert await settle(server, rain, after=LATER, unwanted=True) is None


async def lose(server: Server, rain: Announcement) -> None:
    """Send; the request does not arrive, and nobody answers."""
    server.discord.say(server.news, server.reader, "Good morning!")
    server.discord.fault("close", method="POST", channel=server.news)
    with pytest.raises(OutcomeUnknown):
        await server.send(rain)


async def goes_late(server: Server, rain: Announcement, seconds: float) -> bool:
    """Whether it may still leave, so many seconds later."""
    loop, sent = asyncio.get_running_loop(), len(posts(server))
    server.adapter._meter._clock = lambda: loop.time() + seconds
    with suppress(TryLater):
        await server.send(rain)
    return len(posts(server)) > sent


@pytest.mark.parametrize(("seconds", "leaves"), [(98, True), (102, False)])
async def test_what_a_look_did_not_find_may_leave_again_until_100_seconds_after_that_look(
    server: Server, rain: Announcement, seconds: float, *, leaves: bool
) -> None:
    """What arrives after the look is remembered from then on, whenever it left."""
    await lose(server, rain)
    assert await settle(server, rain, after=LATER) is None
    assert looks(server) == 1
    until = server.adapter._settling.leaves_until("1")
    await asyncio.sleep(0)
    assert server.adapter._settling.leaves_until("1") == until, "not counted from the repeat"
    assert await goes_late(server, rain, seconds) is leaves


async def test_after_a_look_that_did_not_find_it_nothing_is_repeated_unlooked_at(
    server: Server, rain: Announcement
) -> None:
    await lose(server, rain)
    for number in (1, 2):
        assert await settle(server, rain, after=LATER) is None
        assert looks(server) == number
    await lose(server, rain)
    assert await settle(server, rain, after=timedelta()) is None
    assert looks(server) == 3, "also where the clock was set back since"


@pytest.mark.parametrize(("seconds", "leaves"), [(98, True), (102, False)])
async def test_a_clock_that_is_set_back_before_the_first_look_lets_nothing_leave_later(
    server: Server, rain: Announcement, seconds: float, *, leaves: bool
) -> None:
    await lose(server, rain)
    assert await settle(server, rain, after=timedelta(seconds=-40)) is None
    assert await goes_late(server, rain, seconds) is leaves


async def test_of_what_is_known_no_nonce_is_remembered(server: Server, rain: Announcement) -> None:
    await server.send(rain, nonce="1")
    server.discord.forbid(server.news, "send_messages")
    with pytest.raises(DestinationLost):
        await server.send(rain, nonce="2")
    assert not server.adapter._settling._first_tries


@pytest.mark.parametrize("look", [Look(), Look(style=Style.TEXT), Look(button=False, mention="")], ids=str)
async def test_later_our_own_message_is_found_again(server: Server, rain: Announcement, look: Look) -> None:
    shown = await server.send(rain, look)
    server.discord.say(server.news, server.reader, "Thank you!")
    assert await settle(server, rain, after=LATER, look=look) == shown.receipt


async def test_a_post_without_an_address_is_found_by_its_title(server: Server, rain: Announcement) -> None:
    nowhere = replace(rain, url=None)
    shown = await server.send(nowhere)
    assert await settle(server, nowhere, after=LATER) == shown.receipt


async def test_what_is_not_there_may_be_sent_again(server: Server, rain: Announcement) -> None:
    await server.send(replace(rain, url="https://news.example/other"))
    await server.send(replace(rain, title="Other"), nonce="2")
    server.discord.say(server.news, server.reader, "**Rain floods the market**\nhttps://news.example/rain")
    assert await settle(server, rain, after=LATER) is None


async def test_an_older_message_about_the_same_post_is_not_taken_for_this_one(
    server: Server, rain: Announcement
) -> None:
    older = await server.send(rain)
    server.trails.known = {int(older.receipt.message_ids[0])}
    assert await settle(server, rain, after=LATER) is None

    shown = await server.send(rain, nonce="2")
    assert await settle(server, rain, after=LATER) == shown.receipt


async def test_an_edited_message_of_another_post_is_not_taken_for_this_one(server: Server, rain: Announcement) -> None:
    other = await server.send(replace(rain, title="Wind"))
    await server.adapter.edit(rain, server.destination, Look(), other)
    server.trails.known = {int(other.receipt.message_ids[0])}
    assert await settle(server, rain, after=LATER) is None


@pytest.mark.parametrize("look", [Look(), Look(style=Style.TEXT)], ids=str)
async def test_of_two_posts_with_one_title_and_no_address_the_words_tell_which_is_there(
    server: Server, rain: Announcement, look: Look
) -> None:
    first = replace(rain, url=None, title="Correction")
    second = replace(first, body=(Span("It was Wednesday."),))
    shown = await server.send(first, look)

    assert await settle(server, second, after=LATER, look=look) is None
    assert await settle(server, first, after=LATER, look=look) == shown.receipt


async def test_of_two_digests_with_one_title_the_posts_tell_which_is_there(server: Server) -> None:
    at = datetime.now(UTC)
    first, second = (
        digest([Announcement(f"{word} {number}") for number in range(4)], "en", at) for word in ("Rain", "Wind")
    )
    assert first.title == second.title
    shown = await server.send(first)

    assert await settle(server, second, after=LATER) is None
    assert await settle(server, first, after=LATER) == shown.receipt


@pytest.mark.parametrize("seconds", [-180, 180, -86400])
async def test_how_far_our_clock_is_from_discords_does_not_matter(
    server: Server, rain: Announcement, seconds: float
) -> None:
    server.discord.clock.advance(seconds)
    shown = await server.send(rain)
    server.discord.say(server.news, server.reader, "Thank you!")
    assert await settle(server, rain, after=LATER) == shown.receipt


async def test_a_clock_that_was_set_back_since_makes_no_nonce_younger(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    now = datetime.now(UTC)
    for tried_at in (now + timedelta(hours=1), now):  # moved back with the clock (bot.delivering.wall_clock)
        receipt = await server.adapter.settle(
            rain, server.destination, Look(), nonce="1", tried_at=tried_at, now=now + LATER
        )
    assert receipt == shown.receipt


async def test_the_window_begins_with_the_first_try(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    now = datetime.now(UTC)
    receipts = []
    for seconds in (0, 60):  # unknown again and again: each try is recent, the nonce is not
        tried_at = now + timedelta(seconds=seconds)
        receipts.append(
            await server.adapter.settle(
                rain, server.destination, Look(), nonce="1", tried_at=tried_at, now=tried_at + timedelta(seconds=30)
            )
        )
    assert receipts == [None, shown.receipt]


async def test_a_channel_that_cannot_be_read_is_no_proof(server: Server, rain: Announcement) -> None:
    await server.send(rain)
    server.discord.forbid(server.news, "read_message_history")
    with pytest.raises(OutcomeUnknown, match="Read Message History"):
        await settle(server, rain, after=LATER)
    server.discord.forbid(server.news, "view_channel")
    with pytest.raises(OutcomeUnknown, match="View Channel"):
        await settle(server, rain, after=LATER)


async def test_too_many_messages_since_are_no_proof(server: Server, rain: Announcement) -> None:
    for number in range(100):
        server.discord.say(server.news, server.reader, f"Message {number}")
    with pytest.raises(OutcomeUnknown, match="more than 100"):
        await settle(server, rain, after=LATER)


async def test_a_look_that_fails_is_taken_again(server: Server, rain: Announcement) -> None:
    await server.send(rain)
    server.discord.fault("unavailable", method="GET")
    with pytest.raises(TryLater):
        await settle(server, rain, after=LATER)


async def test_a_channel_that_is_gone_is_said_to_be(server: Server, rain: Announcement) -> None:
    server.discord.delete_channel(server.news)
    with pytest.raises(DestinationLost):
        await settle(server, rain, after=LATER)


async def test_a_post_in_a_forum_is_a_thread_whose_messages_are_settled_like_any_others(
    server: Server, rain: Announcement
) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum")
    thread = server.discord.add_thread(forum, "News")
    place = server.place(thread)
    now = datetime.now(UTC)
    first = await server.adapter.send(rain, place, Look(), nonce="1")
    again = await server.adapter.send(rain, place, Look(), nonce="1")
    found = await server.adapter.settle(rain, place, Look(), nonce="2", tried_at=now, now=now + LATER)

    assert first.message_ids == again.message_ids
    assert found == Receipt(first.message_ids)
    assert len(thread.visible) == 1
