"""Announcement channels: what stands there reaches their followers, as fast as Discord takes it."""

import asyncio
import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.publishing import Publishing
from bot.errors import BotRefused
from bot.models import Announcement, Destination, Look, Receipt
from bot.ports import Crosspost
from tests.adapters.discord.conftest import Server
from tests.emulators.discord import Channel
from tests.fakes.notices import FakeNotices
from tests.state.making import eventually


class Queue:
    """The port, in memory."""

    def __init__(self) -> None:
        self.waiting: list[Crosspost] = []
        self.published: list[Crosspost] = []
        self.postponed: dict[str, datetime] = {}
        self.kinds: dict[str, str] = {}  # of channels that are of no known kind before: empty
        self.braked_at_its_turn: int | None = None
        self.braked: list[Crosspost] = []

    async def due(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        return [one for one in self._newest(now) if self.kinds.get(one.chat_id) != ""]

    async def may_go(self, crosspost: Crosspost) -> bool:
        if crosspost.id != self.braked_at_its_turn:
            return True
        self.waiting.remove(crosspost)
        self.braked.append(crosspost)
        return False

    async def unfamiliar(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        return [one for one in self._newest(now) if self.kinds.get(one.chat_id) == ""]

    async def learn(self, crosspost: Crosspost, kind: str) -> None:
        self.kinds[crosspost.chat_id] = kind
        if kind != "announcement":
            self.waiting = [one for one in self.waiting if one.chat_id != crosspost.chat_id]

    async def done(self, crosspost: Crosspost, now: datetime) -> None:
        self.waiting.remove(crosspost)
        self.published.append(crosspost)

    async def drop(self, crosspost: Crosspost) -> None:
        self.waiting.remove(crosspost)

    async def postpone(self, crosspost: Crosspost, until: datetime) -> None:
        self.postponed[crosspost.chat_id] = until

    def _newest(self, now: datetime) -> list[Crosspost]:
        newest = {one.chat_id: one for one in self.waiting if self.postponed.get(one.chat_id, now) <= now}
        return list(newest.values())


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def announcements(server: Server) -> Channel:
    """An announcement channel."""
    return server.discord.add_channel(server.guild, "headlines", "announcement")


async def send(
    server: Server, queue: Queue, channel: Channel, rain: Announcement, titles: Collection[str], *, sender: str = ""
) -> None:
    for number, title in enumerate(titles, len(queue.waiting) + 1):
        look = Look(sender=sender)
        receipt = await server.adapter.send(rain, server.place(channel), look, nonce=f"{channel.id % 1000}-{title}")
        queue.waiting.append(Crosspost(number, str(channel.id), receipt.message_ids[0], signed=bool(sender)))


def publishing(server: Server, queue: Queue, notices: FakeNotices | None = None) -> Publishing:
    adapter = server.adapter
    return Publishing(
        queue, adapter._calls, server.pace, adapter._open_client, heard=adapter._rights.heard, notices=notices
    )


def crossposts(server: Server) -> int:
    """How often it was tried."""
    return sum(request.path.endswith("/crosspost") for request in server.discord.requests)


async def _publish(server: Server, crosspost: Crosspost) -> None:
    channel = server.adapter._open_client().get_partial_messageable(int(crosspost.chat_id))
    await channel.get_partial_message(int(crosspost.message_id)).publish()


async def test_messages_are_published_newest_first_in_their_turn(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "abc")
    server.pace.turns.clear()

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert [message.crossposted for message in announcements.visible] == [True] * 3
    assert [one.id for one in queue.published] == [3, 2, 1]
    assert [([rate.key for rate in rates], urgent) for rates, urgent in server.pace.turns] == [(["bot"], False)] * 3


async def test_what_is_held_while_it_waits_for_its_turn_is_not_published(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "ab")
    queue.braked_at_its_turn = 2

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert [message.crossposted for message in announcements.visible] == [True, False]
    assert [one.id for one in queue.braked] == [2]


async def test_when_discord_takes_no_more_the_channel_waits_as_long_as_it_says(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "ab")
    newest = queue.waiting[-1].message_id
    crosspost = f"/channels/{announcements.id}/messages/{newest}/crosspost"
    server.discord.fault("rate_limited", path=crosspost, retry_after=3000.0)

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert queue.published == []
    assert len(queue.waiting) == 2
    rest = queue.postponed[str(announcements.id)] - datetime.now(UTC)
    assert timedelta(seconds=2980) < rest <= timedelta(seconds=3000)


async def test_a_pause_that_discord_asks_of_the_whole_bot_is_kept_by_all_its_calls(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "a")
    server.discord.fault("rate_limited", method="POST", retry_after=3000.0, scope="global")

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert server.pace.heeded == [(["bot"], 3000.0)]


async def test_what_is_published_already_is_done_and_what_is_gone_is_dropped(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    await send(server, queue, announcements, rain, "ab")
    first, second = queue.waiting
    await _publish(server, first)
    place = Destination("discord", second.chat_id, bot=server.adapter.bot)
    await server.adapter.delete(place, server.shown(rain, Look(), Receipt((second.message_id,))))

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert (queue.published, queue.waiting) == ([first], [])
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_channel_that_is_none_for_announcements_any_more_is_said_once(
    server: Server, queue: Queue, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    await send(server, queue, server.news, rain, "abc")

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert (queue.published, queue.waiting) == ([], [])
    assert len(server.news.visible) == 3
    assert sum("not published to followers" in record.message for record in caplog.records) == 1


async def test_while_the_token_is_refused_what_waits_stays_as_it_is(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "ab")
    server.discord.fault("status", method="POST", status=401, code=0)

    with pytest.raises(BotRefused):
        await publishing(server, queue).round("discord", server.adapter.bot)
    assert (len(queue.waiting), queue.postponed) == (2, {})

    await publishing(server, queue).round("discord", server.adapter.bot)
    assert [message.crossposted for message in announcements.visible] == [True] * 2


async def test_what_is_forbidden_once_is_tried_again_a_minute_later(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "ab")
    working = publishing(server, queue)
    server.discord.fault("status", method="POST", status=403, code=50001)

    await working.round("discord", server.adapter.bot)
    assert timedelta(seconds=50) < queue.postponed.pop(str(announcements.id)) - datetime.now(UTC) < timedelta(hours=1)
    await working.round("discord", server.adapter.bot)
    assert len(queue.published) == 2


async def test_where_it_stays_forbidden_one_message_an_hour_tries_and_its_owner_is_told_once(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    await send(server, queue, announcements, rain, "abcd")
    server.discord.forbid(announcements, "send_messages")
    notices = FakeNotices()
    working = publishing(server, queue, notices)

    await working.round("discord", server.adapter.bot)
    for tries in range(2, 5):
        queue.postponed.clear()
        await working.round("discord", server.adapter.bot)
        assert crossposts(server) == tries
        assert queue.postponed[str(announcements.id)] - datetime.now(UTC) > timedelta(minutes=59)

    assert sum("not published to followers" in record.message for record in caplog.records) == 1
    [told] = notices.words
    assert told.startswith(f"Posts arrive in {server.place(announcements)}, but are not published to those who follow")

    server.discord.permit(announcements, "send_messages")
    queue.postponed.clear()
    await working.round("discord", server.adapter.bot)
    assert (len(queue.published), queue.waiting) == (4, [])


async def test_where_what_webhooks_wrote_is_forbidden_the_bots_own_goes_on_and_it_ends_with_the_right(
    live: Server, queue: Queue, announcements: Channel, rain: Announcement, caplog: pytest.LogCaptureFixture
) -> None:
    live.discord.permit(announcements, "manage_webhooks")
    await send(live, queue, announcements, rain, "a")
    await send(live, queue, announcements, rain, "bc", sender="Mekong News")
    notices = FakeNotices()
    working = publishing(live, queue, notices)

    for _ in range(2):  # the first refusal may be an outage's
        queue.postponed.clear()
        await working.round("discord", live.adapter.bot)
    assert [message.crossposted for message in announcements.visible] == [True, False, False]
    assert (crossposts(live), queue.waiting) == (3, []), "only one of the two that webhooks wrote is tried"
    assert sum("not published to followers" in record.message for record in caplog.records) == 1
    [told] = notices.words
    assert told.endswith("allow Manage Messages.")

    live.discord.permit(announcements, "manage_messages")
    await _heard(live, announcements, "manage_messages")
    await send(live, queue, announcements, rain, "d", sender="Mekong News")
    await working.round("discord", live.adapter.bot)
    assert announcements.visible[-1].crossposted


async def test_what_the_bot_wrote_because_its_name_was_refused_is_published_as_its_own(
    live: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    live.discord.permit(announcements, "manage_webhooks")
    await _heard(live, announcements, "manage_webhooks")
    await send(live, queue, announcements, rain, "a", sender="My Discord News")
    notices = FakeNotices()
    await publishing(live, queue, notices).round("discord", live.adapter.bot)
    assert [(message.author.name, message.crossposted) for message in announcements.visible] == [("newsbell", True)]
    assert notices.words == []


async def test_what_nobody_heard_of_rights_a_webhooks_message_is_tried_and_the_refusal_explained(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    server.discord.permit(announcements, "manage_webhooks")
    await send(server, queue, announcements, rain, "a", sender="Mekong News")
    notices = FakeNotices()
    working = publishing(server, queue, notices)
    for _ in range(2):
        queue.postponed.clear()
        await working.round("discord", server.adapter.bot)

    assert crossposts(server) == 2
    [told] = notices.words
    assert told.endswith("allow Manage Messages.")


async def _heard(server: Server, channel: Channel, right: str) -> None:
    """Wait until the gateway has told of a right there."""

    async def is_known() -> bool:
        ground = server.adapter._rights.heard(server.place(channel))
        return ground is not None and getattr(ground.permissions, right)

    await eventually(is_known)


async def test_what_kind_of_channel_one_is_that_was_subscribed_by_its_id_alone_is_asked_once_in_its_turn(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "ab")
    await send(server, queue, server.news, rain, "cd")
    queue.kinds = {str(announcements.id): "", str(server.news.id): ""}
    server.pace.turns.clear()

    for _ in range(2):
        await publishing(server, queue).round("discord", server.adapter.bot)

    assert queue.kinds == {str(announcements.id): "announcement", str(server.news.id): "text"}
    assert [message.crossposted for message in announcements.visible] == [True] * 2
    assert [message.crossposted for message in server.news.visible] == [False] * 2
    assert len(server.pace.turns) == 4, "two that ask, and two that publish"


async def test_while_discord_does_not_say_what_a_channel_is_it_waits(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "a")
    queue.kinds = {str(announcements.id): ""}
    server.discord.fault("rate_limited", method="GET", path=f"/channels/{announcements.id}", retry_after=3000.0)

    await publishing(server, queue).round("discord", server.adapter.bot)

    assert queue.kinds == {str(announcements.id): ""}
    assert queue.postponed[str(announcements.id)] - datetime.now(UTC) > timedelta(seconds=2980)


async def test_it_is_done_while_the_adapter_listens(
    server: Server, queue: Queue, announcements: Channel, rain: Announcement
) -> None:
    await send(server, queue, announcements, rain, "a")
    discord = server.discord
    adapter = DiscordAdapter(
        discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url, pace=server.pace, crossposts=queue
    )
    await adapter.open()
    serving = asyncio.create_task(adapter.serve(server.desk))
    await discord.until(lambda: announcements.visible[0].crossposted)
    serving.cancel()
    await asyncio.wait([serving])
    await adapter.close()
