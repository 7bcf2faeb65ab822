"""Threads under messages: each message gets one, once, and none keeps a message waiting."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.discussing import Discussing
from bot.errors import BotRefused
from bot.models import Announcement, Look
from bot.ports import Discussion
from tests.adapters.discord.conftest import Server
from tests.emulators.discord import Channel
from tests.fakes.notices import FakeNotices


class Queue:
    """The port, in memory."""

    def __init__(self) -> None:
        self.waiting: list[Discussion] = []
        self.done_with: list[Discussion] = []
        self.postponed: dict[str, datetime] = {}

    async def due(self, platform: str, bot: str, now: datetime) -> list[Discussion]:
        oldest = {one.chat_id: one for one in reversed(self.waiting) if self.postponed.get(one.chat_id, now) <= now}
        return list(oldest.values())

    async def done(self, discussion: Discussion) -> None:
        self.waiting.remove(discussion)
        self.done_with.append(discussion)

    async def drop(self, discussion: Discussion) -> None:
        self.waiting.remove(discussion)

    async def postpone(self, discussion: Discussion, until: datetime) -> None:
        self.postponed[discussion.chat_id] = until


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def notices() -> FakeNotices:
    return FakeNotices()


@pytest.fixture
def discussing(server: Server, queue: Queue, notices: FakeNotices) -> Discussing:
    """At work on the queue, with the adapter's own means."""
    adapter = server.adapter
    return Discussing(queue, adapter._calls, server.pace, adapter._open_client, notices)


async def send(server: Server, queue: Queue, channel: Channel, rain: Announcement, titles: Collection[str]) -> None:
    for number, title in enumerate(titles, len(queue.waiting) + 1):
        receipt = await server.adapter.send(rain, server.place(channel), Look(), nonce=f"{channel.id % 1000}-{number}")
        queue.waiting.append(Discussion(number, str(channel.id), receipt.message_ids[0], title))


@pytest.mark.parametrize("kind", ["text", "announcement"])
async def test_a_thread_is_opened_under_each_message_named_by_its_title(
    server: Server, queue: Queue, discussing: Discussing, rain: Announcement, kind: str
) -> None:
    channel = server.discord.add_channel(server.guild, "headlines", kind)  # type: ignore[arg-type]  # a kind by its name
    await send(server, queue, channel, rain, ["Rain", "x" * 200])
    server.pace.turns.clear()

    await discussing.round("discord", server.adapter.bot)

    assert [message.thread.name for message in channel.visible if message.thread] == ["Rain", "x" * 99 + "…"]
    assert [one.delivery for one in queue.done_with] == [1, 2]
    keys = [[rate.key for rate in rates] for rates, _ in server.pace.turns]
    assert keys == [["bot", f"channel:{channel.id}:thread"]] * 2


@pytest.mark.parametrize("kind", ["accept_then_close", "bad_gateway"])
async def test_a_thread_whose_answer_was_lost_is_not_opened_twice(
    server: Server, queue: Queue, discussing: Discussing, rain: Announcement, kind: str
) -> None:
    await send(server, queue, server.news, rain, ["Rain"])
    accepting = {} if kind == "accept_then_close" else {"accept": True}
    server.discord.fault(kind, method="POST", **accepting)  # type: ignore[arg-type]  # a kind by its name

    await discussing.round("discord", server.adapter.bot)
    queue.postponed.clear()
    await discussing.round("discord", server.adapter.bot)

    assert len(server.news.threads) == 1
    assert (len(queue.done_with), queue.waiting) == (1, [])


async def test_without_the_right_to_it_the_messages_stand_and_the_owner_is_told_once(
    server: Server, queue: Queue, discussing: Discussing, notices: FakeNotices, rain: Announcement
) -> None:
    server.discord.forbid(server.news, "create_public_threads")
    await send(server, queue, server.news, rain, "abc")
    before = len(server.discord.requests)

    await discussing.round("discord", server.adapter.bot)
    again = queue.postponed.pop(str(server.news.id)) - datetime.now(UTC)
    assert timedelta(seconds=50) < again < timedelta(seconds=70), "an outage looks the same"
    await discussing.round("discord", server.adapter.bot)

    assert len(server.discord.requests) - before == 2, "the others are not even tried"
    assert (queue.waiting, queue.done_with, len(server.news.visible)) == ([], [], 3)
    [told] = notices.words
    assert told.startswith(f"Posts arrive in {server.destination}, but no threads are opened below them: ")
    assert told.endswith("allow Create Public Threads.")


async def test_a_title_that_discord_refuses_costs_its_own_thread_and_no_other(
    server: Server, queue: Queue, discussing: Discussing, notices: FakeNotices, rain: Announcement
) -> None:
    await send(server, queue, server.news, rain, ["Damned rain", "Rain"])
    blocked = "Title was blocked by automatic moderation"
    path = "/channels/{channel_id}/messages/{message_id}/threads"
    server.discord.fault("status", method="POST", path=path, status=400, code=200001, message=blocked)

    await discussing.round("discord", server.adapter.bot)

    assert [thread.name for thread in server.news.threads] == ["Rain"]
    assert ([one.title for one in queue.done_with], queue.waiting, notices.told) == (["Rain"], [], [])


async def test_a_message_that_is_gone_gets_none_and_nobody_is_told(
    server: Server, queue: Queue, discussing: Discussing, notices: FakeNotices, rain: Announcement
) -> None:
    await send(server, queue, server.news, rain, "ab")
    server.discord.delete_message(server.news.visible[0])

    await discussing.round("discord", server.adapter.bot)

    assert [one.title for one in queue.done_with] == ["b"]
    assert (queue.waiting, notices.told) == ([], [])


async def test_where_discord_asks_for_a_pause_the_channel_waits(
    server: Server, queue: Queue, discussing: Discussing, rain: Announcement
) -> None:
    server.guild.max_active_threads = 0
    await send(server, queue, server.news, rain, "ab")

    await discussing.round("discord", server.adapter.bot)

    assert queue.postponed[str(server.news.id)] - datetime.now(UTC) > timedelta(minutes=50)
    assert len(queue.waiting) == 2


async def test_while_the_token_is_refused_all_stays_as_it_is(
    server: Server, queue: Queue, discussing: Discussing, rain: Announcement
) -> None:
    await send(server, queue, server.news, rain, "a")
    server.discord.fault("status", method="POST", status=401, code=0)
    with pytest.raises(BotRefused):
        await discussing.round("discord", server.adapter.bot)
    assert (len(queue.waiting), queue.postponed) == (1, {})


@pytest.mark.parametrize("manages", [True, False])
async def test_with_its_message_an_empty_thread_goes_and_one_with_words_stays(
    server: Server, queue: Queue, discussing: Discussing, rain: Announcement, manages: bool
) -> None:
    if manages:
        server.discord.permit(server.news, "manage_threads")
    await send(server, queue, server.news, rain, ["empty", "spoken"])
    await discussing.round("discord", server.adapter.bot)
    empty, spoken = server.news.threads
    server.discord.say(spoken, server.reader, "Is the bridge open?")
    for message in list(server.news.visible):
        server.discord.delete_message(message)
    queue.waiting = [Discussion(one.delivery, one.chat_id, one.message_id, "", closes=True) for one in queue.done_with]

    await discussing.round("discord", server.adapter.bot)

    assert queue.waiting == []
    assert (empty.deleted, empty.archived) == (manages, not manages)
    assert (spoken.deleted, spoken.archived) == (False, False)


async def test_a_thread_that_was_never_opened_or_is_gone_needs_no_closing(
    server: Server, queue: Queue, discussing: Discussing
) -> None:
    queue.waiting = [Discussion(1, str(server.news.id), "123456789012345678", "", closes=True)]
    await discussing.round("discord", server.adapter.bot)
    assert queue.waiting == []
