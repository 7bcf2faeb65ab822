"""Calls that outlive newsbell's patience: nothing is doubled, undone or left standing by what comes of them later."""

import asyncio
import math
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from adapters.discord.stragglers import Stragglers
from bot.delivering.decisions import ARRIVES_WITHIN
from bot.errors import NeverArrived, OutcomeUnknown, Scope, TryLater
from bot.models import Announcement, Look, Receipt, Shown
from tests.adapters.discord.conftest import Pauses, Server
from tests.emulators.discord import Channel

NEWS = Look(sender="Mekong News")
LATE = ARRIVES_WITHIN.total_seconds()


@dataclass
class Target:
    """A place where Discord knows no nonce, and the Look with which it is written to."""

    server: Server
    channel: Channel
    look: Look = field(default_factory=Look)

    async def send(self, announcement: Announcement, nonce: str) -> Receipt:
        place = self.server.place(self.channel)
        return await self.server.adapter.send(announcement, place, self.look, nonce=nonce)

    async def settle(self, announcement: Announcement, *, after: float, unwanted: bool = False) -> Receipt | None:
        """What became of the send "2" that was tried `after` so many seconds before."""
        now = datetime.now(UTC)
        return await self.server.adapter.settle(
            announcement,
            self.server.place(self.channel),
            self.look,
            nonce="2",
            tried_at=now,
            now=now + timedelta(seconds=after),
            unwanted=unwanted,
        )

    @property
    def posts(self) -> list[str]:
        """What stands there, but for what made the place known."""
        if self.channel.threads:
            return [str(thread.id) for thread in self.channel.threads[1:]]
        return [str(message.id) for message in self.channel.visible[1:]]

    @property
    def tries(self) -> int:
        """How many requests were made to write, there or elsewhere."""
        return sum(request.method == "POST" for request in self.server.discord.requests)


@pytest.fixture
def clock(server: Server) -> list[float]:
    """The time by which stragglers are counted."""
    now = [0.0]
    server.adapter._calls.stragglers = Stragglers(lambda: now[0])
    return now


@pytest.fixture(params=["forum", "webhook", "webhook in a forum"])
async def target(request: pytest.FixtureRequest, server: Server, rain: Announcement) -> Target:
    """One of them, known by an earlier post."""
    forum = server.discord.add_channel(server.guild, "posts", "forum")
    for channel in (server.news, forum):
        server.discord.permit(channel, "manage_webhooks")
    target = {
        "forum": Target(server, forum),
        "webhook": Target(server, server.news, NEWS),
        "webhook in a forum": Target(server, forum, NEWS),
    }[request.param]
    earlier = await target.send(replace(rain, title="Wind"), "1")
    server.trails.known = {int(earlier.message_ids[0])}
    return target


@pytest.fixture
async def shown(server: Server, rain: Announcement) -> Shown:
    """A message that was edited once, so that discord.py knows the bucket."""
    shown = await server.send(rain)
    await server.adapter.edit(replace(rain, title="First edit"), server.destination, Look(), shown)
    return replace(shown, fingerprint="")


async def given_up(server: Server, call: Coroutine[Any, Any, object], once: Coroutine[Any, Any, object]) -> object:
    """What is said of a `call` for which newsbell loses its patience `once` something has happened."""
    making = asyncio.create_task(call)
    await once
    calls = server.adapter._calls
    calls._waits = deque((-math.inf, over) for _, over in calls._waits)
    calls._lose_patience()
    [error] = await asyncio.gather(making, return_exceptions=True)
    return error


async def all_over(server: Server) -> None:
    """Wait for the calls that nobody waits for any more."""
    if running := server.adapter._calls._running:
        await asyncio.wait(running)


async def hold(server: Server, method: str, call: Coroutine[Any, Any, object], **options: Any) -> asyncio.Event:
    """Let `call` be given up while Discord has its request; it carries it out once the event is set."""
    until = asyncio.Event()
    fault = server.discord.fault("held", method=method, until=until, **options)
    error = await given_up(server, call, server.discord.until(lambda: fault.met))
    assert isinstance(error, OutcomeUnknown)
    return until


# --- sends without a nonce -------------------------------------------------------------------------------------------


async def test_nothing_more_leaves_once_nobody_waits_for_it(target: Target, rain: Announcement, pauses: Pauses) -> None:
    target.server.discord.fault("rate_limited", method="POST", channel=target.channel)
    tries = target.tries
    error = await given_up(target.server, target.send(rain, "2"), pauses.begun.wait())
    pauses.over.set()
    await all_over(target.server)

    assert isinstance(error, TryLater)
    assert str(error) == "nothing was sent: no answer from Discord within 5 s"
    assert (target.tries, target.posts) == (tries + 1, [])
    await target.send(rain, "3")
    assert len(target.posts) == 1


async def test_what_is_in_the_air_is_waited_for_and_found(target: Target, rain: Announcement) -> None:
    until = await hold(target.server, "POST", target.send(rain, "2"), channel=target.channel)
    for unwanted in (False, True):
        with pytest.raises(TryLater, match="may still come") as later:
            await target.settle(rain, after=300, unwanted=unwanted)
        assert not isinstance(later.value, NeverArrived)
        assert later.value.retry_after is None, "nobody knows how long it takes: its channel is not held up for it"

    until.set()
    await all_over(target.server)
    target.server.discord.forbid(target.channel, "read_message_history")
    for unwanted in (False, True):
        receipt = await target.settle(rain, after=300, unwanted=unwanted)
        assert receipt is not None, "its own answer said so"
        assert list(receipt.message_ids) == target.posts


async def test_a_message_is_found_while_its_answer_is_still_in_coming(target: Target, rain: Announcement) -> None:
    fault = target.server.discord.fault("accept_then_hang", method="POST", channel=target.channel)
    done = target.server.discord.until(lambda: fault.done)
    assert isinstance(await given_up(target.server, target.send(rain, "2"), done), OutcomeUnknown)
    receipt = await target.settle(rain, after=30)
    assert receipt is not None
    assert list(receipt.message_ids) == target.posts


async def test_what_was_lost_late_may_come_later_still(
    target: Target, rain: Announcement, pauses: Pauses, clock: list[float]
) -> None:
    """Its call waited, most likely for half a minute: the time since it began says nothing."""
    target.server.discord.fault("rate_limited", method="POST", channel=target.channel)
    target.server.discord.fault("close", method="POST", channel=target.channel)
    pauses.over.set()
    with pytest.raises(OutcomeUnknown):
        await target.send(rain, "2")
    clock[0] = 5.0
    with pytest.raises(TryLater, match="may still come") as later:
        await target.settle(rain, after=30)
    assert later.value.retry_after == LATE - 5

    clock[0] = LATE
    with pytest.raises(NeverArrived):
        await target.settle(rain, after=30)


async def test_a_request_whose_connection_is_only_being_made_is_not_sent_any_more(
    target: Target, rain: Announcement, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect, connecting, connected = aiohttp.TCPConnector.connect, asyncio.Event(), asyncio.Event()

    async def slowly(connector: aiohttp.TCPConnector, request: Any, *given: Any) -> Any:
        connection = await connect(connector, request, *given)
        if request.method == "POST":
            connecting.set()
            await connected.wait()
        return connection

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", slowly)
    tries = target.tries
    error = await given_up(target.server, target.send(rain, "2"), connecting.wait())
    connected.set()
    await all_over(target.server)
    assert isinstance(error, TryLater)
    assert (target.tries, target.posts) == (tries, [])


# --- with one --------------------------------------------------------------------------------------------------------


async def test_a_withdrawn_post_whose_call_goes_on_is_not_said_never_to_have_come(
    server: Server, rain: Announcement, pauses: Pauses
) -> None:
    target = Target(server, server.news)
    await target.send(replace(rain, title="Wind"), "1")
    server.discord.fault("rate_limited", method="POST", channel=server.news)
    error = await given_up(server, target.send(rain, "2"), pauses.begun.wait())
    assert isinstance(error, OutcomeUnknown)
    with pytest.raises(TryLater, match="may still come"):
        await target.settle(rain, after=300, unwanted=True)

    pauses.over.set()
    await all_over(server)
    receipt = await target.settle(rain, after=300, unwanted=True)
    assert receipt is not None
    assert list(receipt.message_ids) == target.posts


# --- changes ---------------------------------------------------------------------------------------------------------


def edit(server: Server, rain: Announcement, shown: Shown, title: str) -> Coroutine[Any, Any, Receipt]:
    return server.adapter.edit(replace(rain, title=title), server.destination, Look(), shown)


def title_of(server: Server) -> str:
    [message] = server.news.visible
    return str(message.embeds[0]["title"])


async def test_an_edit_that_was_given_up_does_not_undo_a_newer_one(
    server: Server, rain: Announcement, shown: Shown, pauses: Pauses
) -> None:
    server.discord.fault("rate_limited", method="PATCH", channel=server.news, code=30046)
    error = await given_up(server, edit(server, rain, shown, "Old words"), pauses.begun.wait())
    assert isinstance(error, TryLater)
    await edit(server, rain, shown, "New words")
    pauses.over.set()
    await all_over(server)
    assert title_of(server) == "New words"


async def test_an_edit_waits_for_one_that_is_in_the_air(server: Server, rain: Announcement, shown: Shown) -> None:
    until = await hold(server, "PATCH", edit(server, rain, shown, "Old words"))
    with pytest.raises(TryLater, match="an earlier change may still arrive") as later:
        await edit(server, rain, shown, "New words")
    assert (later.value.retry_after, later.value.scope) == (None, Scope.ROUTE)

    until.set()
    await all_over(server)
    await edit(server, rain, shown, "New words")
    assert title_of(server) == "New words"


async def test_an_edit_waits_until_a_lost_change_can_not_arrive_any_more(
    server: Server, rain: Announcement, shown: Shown, clock: list[float]
) -> None:
    server.discord.fault("close", method="PATCH")
    with pytest.raises(OutcomeUnknown):
        await edit(server, rain, shown, "Old words")
    with pytest.raises(TryLater) as later:
        await edit(server, rain, shown, "New words")
    assert later.value.retry_after == LATE

    clock[0] = LATE - 0.001  # so little is not worth another try
    await edit(server, rain, shown, "New words")
    server.discord.fault("unavailable", method="DELETE")
    with pytest.raises(OutcomeUnknown):
        await server.adapter.delete(server.destination, shown)
    with pytest.raises(TryLater):
        await edit(server, rain, shown, "Back again")
    await server.adapter.delete(server.destination, shown)  # twice does no harm
    assert server.news.visible == []


async def test_an_edit_whose_waiting_was_cancelled_is_waited_for_too(
    server: Server, rain: Announcement, shown: Shown
) -> None:
    until = asyncio.Event()
    fault = server.discord.fault("held", method="PATCH", until=until)
    making = asyncio.create_task(edit(server, rain, shown, "Old words"))
    await server.discord.until(lambda: fault.met)
    making.cancel()
    await asyncio.wait([making])
    with pytest.raises(TryLater):
        await edit(server, rain, shown, "New words")
    until.set()
    await all_over(server)


async def test_a_post_of_a_forum_keeps_its_newer_name(server: Server, rain: Announcement) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum")
    place = server.place(forum)
    shown = server.shown(rain, Look(), await server.adapter.send(rain, place, Look(), nonce="1"))
    old, new = replace(rain, title="Old words"), replace(rain, title="New words")
    path = "/channels/{channel_id}"
    until = await hold(server, "PATCH", server.adapter.edit(old, place, Look(), shown), path=path)
    with pytest.raises(TryLater):
        await server.adapter.edit(new, place, Look(), shown)
    until.set()
    await all_over(server)
    await server.adapter.edit(new, place, Look(), shown)
    assert forum.threads[0].name == "New words"


async def test_a_pin_that_was_given_up_stays_not_on_what_is_unpinned(
    server: Server, rain: Announcement, shown: Shown
) -> None:
    server.discord.permit(server.news, "pin_messages")
    until = await hold(server, "PUT", server.adapter.pin(server.destination, shown.receipt))
    with pytest.raises(TryLater):
        await server.adapter.unpin(server.destination, shown.receipt)
    until.set()
    await all_over(server)
    await server.adapter.unpin(server.destination, shown.receipt)
    assert not server.news.visible[0].pinned
