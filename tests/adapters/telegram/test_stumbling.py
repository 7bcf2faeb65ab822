"""What goes wrong in newsbell itself, or on the line, reaches the operators: once, and never with what was said."""

from __future__ import annotations

import asyncio

import pytest

from adapters.telegram.adapter import TelegramAdapter
from bot.models import Command, Destination, Reply
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, menu_in, unreadable
from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.fakes import FakeNotices


class Clumsy(FakeDesk):
    """Fails at everything."""

    async def answer(self, command: Command) -> Reply:
        raise ZeroDivisionError

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        raise KeyError(reason)


@pytest.fixture
def desk(telegram: TelegramEmulator) -> FakeDesk:
    return Clumsy(telegram.changed)


async def test_each_kind_of_update_is_named_for_what_it_is(
    served: None, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    channel = telegram.add_channel("News")
    telegram.type(private, dara, "/subscribe national")
    await telegram.until(lambda: len(desk.stumbles) == 1)
    telegram.kick(channel)
    await telegram.until(lambda: len(desk.stumbles) == 2)

    assert desk.stumbles == [("a command", "ZeroDivisionError"), ("news of a chat", "KeyError")]
    await telegram.until(lambda: private.from_bot)  # who typed it got a word


async def test_a_button_too(adapter: TelegramAdapter, telegram: TelegramEmulator, private: Chat, dara: User) -> None:
    desk = FakeDesk(telegram.changed)
    async with listening(adapter, desk, telegram):
        menu = await menu_in(telegram, desk, private, dara)

        def fail(_: Command) -> Reply:
            raise ZeroDivisionError

        desk.reply = fail
        telegram.press(menu, "National", dara)
        await telegram.until(lambda: desk.stumbles)
    assert desk.stumbles == [("a pressed button", "ZeroDivisionError")]


@pytest.fixture
def notices() -> FakeNotices:
    return FakeNotices()


@pytest.fixture
async def watched(telegram: TelegramEmulator, pace: FakePace, notices: FakeNotices) -> TelegramAdapter:
    """An adapter whose operators are told of what lasts."""
    return TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace, notices=notices)


async def test_one_update_that_cannot_be_read_keeps_no_other_back(
    watched: TelegramAdapter,
    telegram: TelegramEmulator,
    notices: FakeNotices,
    private: Chat,
    caplog: pytest.LogCaptureFixture,
) -> None:
    desk = FakeDesk(telegram.changed)
    await watched.open()
    telegram.type(private, None, "/help before")
    telegram.updates.add("message", unreadable(private))
    asker = {"id": private.id, "is_bot": False, "first_name": "Dara"}
    press = {"id": "1", "from": asker, "chat_instance": "1", "data": "x", "message": unreadable(private)}
    telegram.updates.add("callback_query", press)
    telegram.type(private, None, "/help after")
    async with listening(watched, desk, telegram):
        await telegram.until(lambda: len(desk.commands) == 2 and not telegram.updates.waiting)
    await watched.close()

    assert sorted(command.words for command in desk.commands) == ["after", "before"]
    said = [record.getMessage() for record in caplog.records if "was left aside" in record.getMessage()]
    assert [line.partition(" was")[0] for line in said] == [
        "update 700000002 (message)",
        "update 700000003 (callback_query)",
    ]
    assert "a secret" not in caplog.text
    [told] = notices.words
    assert "could not handle what comes in" in told


async def test_an_answer_that_brings_no_updates_is_a_broken_line(
    watched: TelegramAdapter, telegram: TelegramEmulator, private: Chat, dara: User, caplog: pytest.LogCaptureFixture
) -> None:
    desk = FakeDesk(telegram.changed)
    await watched.open()
    telegram.fault("answer", method="getUpdates", status=200, body='{"ok": true, "result": [{"message": {}}]}')
    telegram.type(private, dara, "/help")
    async with listening(watched, desk, telegram):
        await telegram.until(lambda: desk.commands)
    await watched.close()
    assert "no commands come from Telegram: Telegram gave an answer that can't be read" in caplog.text


async def test_an_outage_that_lasts_is_told_to_the_operators_and_so_is_its_end(
    watched: TelegramAdapter, telegram: TelegramEmulator, notices: FakeNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.polling.LASTING_SECONDS", 0.0)
    await watched.open()
    telegram.fault("bad_gateway", method="getUpdates", count=2)
    async with listening(watched, FakeDesk(telegram.changed), telegram):
        telegram.type(telegram.add_private(telegram.add_user("Dara")), None, "/help")  # or the poll lasts 30 s
        await telegram.until(lambda: notices.ended)
    await watched.close()

    assert notices.told == [
        (
            "telegram can't be polled",
            "For 1 min newsbell has not heard what people type on Telegram: Telegram's server failed while it had the "
            "request",
        )
    ]
    assert ("telegram can't be polled", "newsbell hears again what people type on Telegram.") in notices.ended


async def test_a_second_program_that_stays_is_told_to_the_operators(
    watched: TelegramAdapter, telegram: TelegramEmulator, notices: FakeNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.rivalry.LASTING_SECONDS", 0.0)
    await watched.open()
    description = "Conflict: terminated by other getUpdates request"
    telegram.fault("answer", method="getUpdates", status=409, description=description, count=2)
    async with listening(watched, FakeDesk(telegram.changed), telegram):
        await asyncio.sleep(0)
    await watched.close()

    [(cause, text)] = notices.told
    assert cause == "telegram is heard by two"
    assert text.endswith("another program uses the same bot; stop it, or give each its own token from @BotFather")


async def test_a_webhook_that_comes_back_when_it_was_removed_is_somebodys(
    watched: TelegramAdapter, telegram: TelegramEmulator, notices: FakeNotices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.rivalry.LASTING_SECONDS", 0.0)
    await watched.open()
    telegram.updates.webhook = "https://elsewhere.example/hook"
    async with listening(watched, FakeDesk(telegram.changed), telegram):
        assert notices.told == []
        telegram.updates.set_webhook("https://elsewhere.example/hook")
        await telegram.until(lambda: notices.told)
        await telegram.until(lambda: telegram.updates.polled)
    await watched.close()
    assert "another program uses the same bot" in notices.words[0]
