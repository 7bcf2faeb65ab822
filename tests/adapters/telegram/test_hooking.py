"""Where Telegram is told to bring what people type, and whether what it brings gets through."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from telegram import WebhookInfo

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.hooking import advice_for, failing
from bot.errors import BotRefused
from bot.subscribing.introducing import Introducing
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening
from tests.adapters.telegram.hooks import House, calls, hearing, open_house
from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.patience import PATIENCE
from tests.state.making import NOON, Office, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    office = await open_office(tmp_path / "newsbell.db")
    yield office
    await office.store.close()


@pytest.fixture
async def house(telegram: TelegramEmulator, unused_tcp_port: int, office: Office) -> AsyncIterator[House]:
    introducing = Introducing(office.store.profiles, "telegram", lambda: NOON)
    async with open_house(House(telegram, unused_tcp_port, introducing=introducing)) as house:
        yield house


# --- telling Telegram where -------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
async def test_telegram_is_told_once_and_not_again_at_the_next_start(
    house: House, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    for told in (1, 0, 0):
        telegram.requests.clear()
        async with hearing(house, desk, telegram):
            await telegram.until(lambda: calls(telegram, "getWebhookInfo") > 2)
        assert calls(telegram, "setWebhook") == told


@pytest.mark.parametrize("wrong", ["url", "allowed", "max_connections", "secret"])
async def test_it_is_told_again_when_anything_is_not_as_it_was_meant(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, office: Office, wrong: str
) -> None:
    async with hearing(house, desk, telegram):
        await telegram.until(lambda: calls(telegram, "setWebhook") == 1)
    match wrong:
        case "url":
            telegram.updates.webhook = "https://elsewhere.example/hook"
        case "allowed":
            telegram.updates.allowed = ["message"]
        case "max_connections":
            telegram.webhook.max_connections = 1
        case "secret":  # of the token before this one
            await office.store.profiles.note("telegram", "123456789", "webhook", "another", NOON)

    async with hearing(house, desk, telegram):
        await telegram.until(lambda: calls(telegram, "setWebhook") == 2)


async def test_a_failure_is_told_in_the_log_and_tried_again(
    house: House,
    desk: FakeDesk,
    telegram: TelegramEmulator,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr("adapters.telegram.hooking.FIRST_PAUSE_SECONDS", 0.01)
    description = "Bad Request: bad webhook: Failed to resolve host: Name or service not known"
    telegram.fault("answer", method="setWebhook", status=400, description=description, count=2)
    telegram.fault("bad_gateway", method="getWebhookInfo", skip=2)
    telegram.fault("flood", method="setWebhook", retry_after=0.01)
    private = telegram.add_private(telegram.add_user("Dara"))
    async with hearing(house, desk, telegram):
        telegram.type(private, None, "/help")
        await telegram.until(lambda: private.from_bot)

    said = [record.getMessage() for record in caplog.records if "no commands come" in record.getMessage()]
    assert said[0] == (
        "no commands come from Telegram: Telegram can't look up the host in TELEGRAM_WEBHOOK_URL; check its entry in "
        "the DNS (Bad webhook: failed to resolve host: name or service not known); newsbell keeps trying"
    )
    assert len(said) == 3  # each trouble once


async def test_a_refusal_that_is_not_about_the_address_is_told_as_what_it_is(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.telegram.hooking.FIRST_PAUSE_SECONDS", 60.0)
    telegram.fault("answer", method="getWebhookInfo", status=400, description="Bad Request: Logged out {of} here")
    serving = asyncio.create_task(house.adapter.serve(desk))
    await telegram.until(lambda: house.adapter.deaf)
    assert "logged out of this Bot API server" in house.adapter.deaf
    serving.cancel()
    await asyncio.wait([serving])


async def test_a_dead_token_ends_the_listening(house: House, desk: FakeDesk, telegram: TelegramEmulator) -> None:
    telegram.fault("answer", method="getWebhookInfo", status=401, description="Unauthorized")
    with pytest.raises(BotRefused, match="TELEGRAM_BOT_TOKEN"):
        await asyncio.wait_for(house.adapter.serve(desk), PATIENCE)


async def test_back_to_polling_the_webhook_goes(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    async with hearing(house, desk, telegram):
        pass
    polling = TelegramAdapter(telegram.token, api_url=telegram.url, pace=FakePace())
    await polling.open()
    telegram.type(private, dara, "/help")
    async with listening(polling, desk, telegram):
        await telegram.until(lambda: private.from_bot)
    await polling.close()
    assert telegram.updates.webhook == ""
    assert len(desk.commands) == 1


async def test_a_close_while_listening_takes_nothing_any_more(
    house: House, desk: FakeDesk, telegram: TelegramEmulator
) -> None:
    async with hearing(house, desk, telegram):
        await house.adapter.close()
        assert await house.post({"update_id": 1}) == 503


# --- whether it gets through ------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks follow each other closely, and what fails has lasted at once."""
    for name, seconds in (("LOOK_SECONDS", 0.02), ("FIRST_PAUSE_SECONDS", 0.01), ("LASTING_SECONDS", 0.0)):
        monkeypatch.setattr(f"adapters.telegram.hooking.{name}", seconds)
    monkeypatch.setattr("adapters.telegram.rivalry.LASTING_SECONDS", 0.0)


@pytest.mark.usefixtures("quick")
async def test_deliveries_that_fail_are_told_to_the_operators_and_in_the_health_and_so_is_their_end(
    telegram: TelegramEmulator, unused_tcp_port: int, desk: FakeDesk, private: Chat, dara: User
) -> None:
    house = House(telegram, unused_tcp_port)
    await house.adapter.open()  # and nobody serves its path
    async with hearing(house, desk, telegram):
        telegram.type(private, dara, "/help")
        await telegram.until(lambda: house.notices.told)
        reason = (
            "Telegram can't reach TELEGRAM_WEBHOOK_URL; see that its proxy runs, and that the internet reaches it on "
            "port 443, 80, 88 or 8443 (Connection refused)"
        )
        assert house.adapter.deaf == await house.adapter.ask_why_deaf() == reason
        assert house.notices.told == [
            ("telegram's webhook", f"For 1 min newsbell has not heard what people type on Telegram: {reason}")
        ]

        ended = len(house.notices.ended)
        await house.start_serving()
        await telegram.until(lambda: private.from_bot and len(house.notices.ended) > ended)
        assert house.adapter.deaf == await house.adapter.ask_why_deaf() == ""
    await house.adapter.close()
    await house.stop_serving()


@pytest.mark.parametrize(
    ("waiting", "failed_at", "fails"),
    [
        (1, 101, True),
        (0, 101, False),  # what failed got through since
        (1, 99, False),  # so did something after it, or it was before the start
        (1, None, False),
    ],
)
def test_deliveries_fail_while_something_waits_and_none_succeeded_since(
    waiting: int, failed_at: int | None, fails: bool
) -> None:
    failed = None if failed_at is None else datetime.fromtimestamp(failed_at, UTC)
    info = WebhookInfo(
        "https://bell.example", False, waiting, last_error_date=failed, last_error_message="Connection refused"
    )
    assert failing(info, since=100.0) == ("Connection refused" if fails else "")


@pytest.mark.usefixtures("quick")
async def test_a_webhook_that_another_program_takes_away_is_set_again_and_told(
    house: House, desk: FakeDesk, telegram: TelegramEmulator, private: Chat, dara: User
) -> None:
    async with hearing(house, desk, telegram):
        looks = calls(telegram, "getWebhookInfo")
        await telegram.until(lambda: calls(telegram, "getWebhookInfo") > looks + 1)
        telegram.updates.set_webhook("")
        await telegram.until(lambda: telegram.updates.webhook == house.url and house.notices.told)
        assert "another program uses the same bot" in house.adapter.deaf
        telegram.type(private, dara, "/help")
        await telegram.until(lambda: private.from_bot)
    assert calls(telegram, "setWebhook") == 2


def test_every_kind_of_trouble_has_its_advice() -> None:
    for said, word in (
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
        ("Bad Request: bad webhook: IP address 127.0.0.1 is reserved", "private address"),
        ("Bad Request: bad webhook: Failed to resolve host: No address associated with hostname", "DNS"),
        ("Wrong response from the webhook: 302 Found", "pass POST /telegram/"),
        ("Connection timed out", "443, 80, 88 or 8443"),
        ("something that nobody has seen yet", "443, 80, 88 or 8443"),
    ):
        assert word in advice_for(said)
        assert said in advice_for(said).format(said=said)
