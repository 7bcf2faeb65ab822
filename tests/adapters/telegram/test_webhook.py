"""Hearing by webhook: what Telegram brings is taken once, in order, and nobody else is heard."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from datetime import datetime

import pytest

from adapters.telegram.webhook import LARGEST_UPDATE_BYTES
from bot.models import Command, Destination, Reply
from bot.ports import Trail
from tests.adapters.telegram.conftest import FakeDesk, unreadable
from tests.adapters.telegram.hooks import House, calls, hearing, open_house
from tests.emulators.telegram import Chat, TelegramEmulator, User


@pytest.fixture
async def house(telegram: TelegramEmulator, unused_tcp_port: int) -> AsyncIterator[House]:
    async with open_house(House(telegram, unused_tcp_port)) as house:
        yield house


# --- what Telegram brings ---------------------------------------------------------------------------------------------


async def test_a_command_that_telegram_brings_is_answered(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    async with hearing(house, desk, telegram):
        telegram.type(private, dara, "/help me")
        await telegram.until(lambda: private.from_bot)

    assert [command.words for command in desk.commands] == ["me"]
    assert calls(telegram, "getUpdates") == 0
    [told] = [request.parameters for request in telegram.requests if request.method == "setWebhook"]
    assert sorted(told) == [
        "allowed_updates",
        "max_connections",
        "secret_token",
        "url",
    ]  # nothing that waits is dropped
    assert told["url"] == f"{house.base}/telegram/123456789"


async def test_what_was_typed_before_the_start_is_answered_too(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    telegram.type(private, dara, "/help")
    async with hearing(house, desk, telegram):
        await telegram.until(lambda: private.from_bot)
    assert len(desk.commands) == 1


async def test_the_answers_of_a_chat_come_in_the_order_of_its_commands(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    telegram.fault("delay", method="sendMessage", seconds=0.05)
    async with hearing(house, desk, telegram):
        for number in range(5):
            telegram.type(private, dara, f"/help {number}")
        await telegram.until(lambda: len(private.from_bot) == 5)
    assert [message.text for message in private.from_bot] == [f"help: {number}" for number in range(5)]


async def test_what_telegram_brings_again_is_handled_once(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    telegram.webhook.deaf = True  # our answers come too late for it
    async with hearing(house, desk, telegram):
        telegram.type(private, dara, "/help")
        await telegram.until(lambda: len(telegram.webhook.brought) >= 3)
        telegram.webhook.deaf = False
        await telegram.until(lambda: not telegram.updates.waiting)

    assert {bringing.status for bringing in telegram.webhook.brought} == {200}
    assert len(desk.commands) == len(private.from_bot) == 1


class SlowTrails:
    """Notes nothing before the test says so."""

    def __init__(self) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def note(self, bot: str, messages: Collection[tuple[str, str]]) -> bool:
        self.asked.set()
        await self.go_on.wait()
        return True

    async def trail(self, destination: Destination, nonce: str, tried_at: datetime) -> Trail:
        raise NotImplementedError("nobody looks for a lost message here")

    async def is_lost(self, destination: Destination) -> bool:
        raise NotImplementedError("nobody looks for a lost message here")


@pytest.mark.parametrize("ends", [False, True])
async def test_what_comes_again_while_it_is_noted_is_not_taken_for_done(
    desk: FakeDesk, telegram: TelegramEmulator, unused_tcp_port: int, dara: User, ends: bool
) -> None:
    private, trails = telegram.add_private(dara), SlowTrails()
    async with open_house(House(telegram, unused_tcp_port, trails=trails)) as house:
        async with hearing(house, desk, telegram):
            telegram.type(private, dara, "/help")
            await trails.asked.wait()
            [update] = telegram.updates.waiting
            assert await house.post(update) == 503
            if not ends:
                trails.go_on.set()
                await telegram.until(lambda: private.from_bot)
                assert await house.post(update) == 200
        trails.go_on.set()
        async with hearing(house, desk, telegram):
            await telegram.until(lambda: private.from_bot and not telegram.updates.waiting)
    assert len(desk.commands) == 1


async def test_it_is_taken_before_it_is_handled(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    hanging = telegram.fault("hang", method="sendMessage", seconds=0.2)
    async with hearing(house, desk, telegram):
        telegram.type(private, dara, "/help")
        await telegram.until(lambda: hanging.hits and not telegram.updates.waiting)
        assert private.from_bot == []


async def test_while_nobody_listens_telegram_is_asked_to_come_again(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    async with hearing(house, desk, telegram):
        pass
    telegram.type(private, dara, "/help")
    await telegram.until(lambda: telegram.webhook.brought)
    assert {bringing.status for bringing in telegram.webhook.brought} == {503}

    async with hearing(house, desk, telegram):
        await telegram.until(lambda: private.from_bot)
    assert len(desk.commands) == 1


async def test_what_was_taken_is_answered_before_the_end(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    telegram.fault("delay", method="sendMessage", seconds=0.1)
    async with hearing(house, desk, telegram):
        telegram.type(private, dara, "/help")
        await telegram.until(lambda: desk.commands)
    assert len(private.from_bot) == 1


async def test_an_update_that_nobody_can_read_keeps_nothing_back(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(house, desk, telegram):
        assert await house.post({"update_id": 1, "tomorrow": {"x": 1}}) == 200
        telegram.updates.add("message", unreadable(private))
        telegram.type(private, None, "/help")
        await telegram.until(lambda: desk.commands and not telegram.updates.waiting)
    assert sum("was left aside" in record.getMessage() for record in caplog.records) == 1
    assert "a secret" not in caplog.text
    [told] = house.notices.words
    assert "could not handle what comes in" in told


# --- what others send -------------------------------------------------------------------------------------------------


async def test_who_does_not_know_the_secret_is_refused_and_named_once(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, caplog: pytest.LogCaptureFixture
) -> None:
    async with hearing(house, desk, telegram):
        for wrong in ("", "x", house.secret[:-1], house.secret + "x", "ខ្មែរ", *("guess" for _ in range(50))):
            assert await house.post({"update_id": 1}, secret=wrong) == 403

    assert len([record for record in caplog.records if "somebody else" in record.getMessage()]) == 1
    assert desk.commands == []


async def test_what_is_no_update_gets_the_right_status(
    house: House, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    async with hearing(house, desk, telegram):
        assert await house.post(b"{not json") == 400
        assert await house.post(b"[" * 100_000) == 400
        assert await house.post([1]) == 400
        assert await house.post({"message": {}}) == 400
        assert await house.post(b" " * (LARGEST_UPDATE_BYTES + 1)) == 413
        assert await house.post({}, url=f"{house.url}5") == 404
        assert await house.post({}, url=house.base) == 404
        assert await house.post({}, method="GET") == 405


async def test_the_path_is_found_with_and_without_what_a_proxy_puts_before_it(
    desk: FakeDesk, telegram: TelegramEmulator, unused_tcp_port: int
) -> None:
    async with open_house(House(telegram, unused_tcp_port, path="/news/bell")) as house:
        assert house.url == f"{house.base}/news/bell/telegram/123456789"
        async with hearing(house, desk, telegram):
            assert await house.post({"update_id": 1}) == 200
            assert await house.post({"update_id": 1}, url=f"{house.base}/telegram/123456789") == 200


async def test_neither_secret_nor_token_stands_in_the_log(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def fail(_: Command) -> Reply:
        raise ZeroDivisionError

    desk.reply = fail
    async with hearing(house, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot)
        await house.post(b"{", secret="wrong")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("telegram")]
    assert house.secret not in "".join(ours)
    assert telegram.token not in "".join(ours)


async def test_the_secret_is_the_same_after_a_restart_and_another_for_another_token(
    telegram: TelegramEmulator, unused_tcp_port: int
) -> None:
    first = House(telegram, unused_tcp_port).secret
    assert House(telegram, unused_tcp_port).secret == first
    telegram.token = telegram.token[:-1] + "1"
    assert House(telegram, unused_tcp_port).secret != first
    assert first.isalnum()
    assert telegram.token not in first
