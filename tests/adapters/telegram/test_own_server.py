"""A Bot API server of one's own: wherever it stands, every call and every file finds it, and what is wrong is said."""

from __future__ import annotations

from io import BytesIO

import pytest
from aiohttp import web
from telegram import Bot

from adapters.telegram.adapter import TelegramAdapter
from bot.errors import BotRefused, Rejected, TryLater
from bot.models import Shown
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place, reply_in
from tests.adapters.telegram.posts import LOOK, NONCE, RAIN
from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.client import jpeg

TOKEN = "123456789:abc"


def bot_of(adapter: TelegramAdapter) -> Bot:
    """PTB's bot, as the adapter makes it."""
    bot: Bot = adapter._build().bot
    return bot


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.telegram.org", "https://api.telegram.org"),
        ("http://127.0.0.1:8081", "http://127.0.0.1:8081"),
        ("http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        ("http://bots.example/telegram/api/", "http://bots.example/telegram/api"),
        ("http://[::1]:8081", "http://[::1]:8081"),
    ],
)
def test_every_address_is_built_on_that_of_the_server(url: str, base: str, pace: FakePace) -> None:
    bot = bot_of(TelegramAdapter(TOKEN, api_url=url, pace=pace))

    assert bot.base_url == f"{base}/bot{TOKEN}"
    assert bot.base_file_url == f"{base}/file/bot{TOKEN}"


async def test_a_server_behind_a_path_serves_calls_commands_and_files(pace: FakePace) -> None:
    async with TelegramEmulator(limits="off", prefix="/telegram/api") as telegram:
        telegram.updates.slows_repeats = False
        private = telegram.add_private(telegram.add_user("Dara"))
        desk = FakeDesk(telegram.changed)
        adapter = TelegramAdapter(telegram.token, api_url=f"{telegram.url}/", pace=pace)
        await adapter.open()
        receipt = await adapter.send(RAIN, place(private), LOOK, nonce=NONCE)
        await adapter.delete(place(private), Shown(1, "", receipt))
        async with listening(adapter, desk, telegram):
            telegram.type(private, None, "/help")
            await reply_in(telegram, private)
        await adapter.close()
        assert telegram.violations == []


async def test_files_come_from_there_too(telegram: TelegramEmulator) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=FakePace())
    bot = bot_of(adapter)
    async with bot:
        sent = await bot.send_photo(private.id, jpeg())
        file, read = await bot.get_file(sent.photo[-1].file_id), BytesIO()
        await file.download_to_memory(read)
    assert read.getvalue() == jpeg()


@pytest.mark.parametrize("status", [404, 401])
async def test_a_web_server_that_is_no_bot_api_server_says_nothing_about_the_token(
    status: int, pace: FakePace, unused_tcp_port: int
) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, text="<html>nothing here</html>", content_type="text/html")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    adapter = TelegramAdapter(TOKEN, api_url=f"http://127.0.0.1:{unused_tcp_port}", pace=pace)

    with pytest.raises(TryLater, match="check TELEGRAM_API_URL") as caught:
        await adapter.open()

    assert TOKEN not in str(caught.value)
    await runner.cleanup()


async def test_a_server_that_is_too_old_for_a_method_does_not_kill_the_token(
    adapter: TelegramAdapter, telegram: TelegramEmulator
) -> None:
    private = telegram.add_private(telegram.add_user("Dara"))
    telegram.fault("answer", method="sendPhoto", status=404, description="Not Found: method not found")

    with pytest.raises(Rejected, match="update that server"):
        await adapter.send(RAIN, place(private), LOOK, nonce=NONCE)

    await adapter.send(RAIN, place(private), LOOK, nonce=NONCE)


async def test_at_the_start_the_servers_words_are_read_and_not_the_librarys(
    telegram: TelegramEmulator, pace: FakePace
) -> None:
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=pace)
    for status, description, error in (
        (401, "Unauthorized", BotRefused),
        (404, "Not Found", BotRefused),
        (401, "Unauthorized: invalid api-id/api-hash", BotRefused),
        (400, "Bad Request: Logged out", TryLater),
        (404, "Not Found: method not found", TryLater),
    ):
        telegram.fault("answer", method="getMe", status=status, description=description)
        with pytest.raises(error) as caught:
            await adapter.open()
        assert telegram.token not in str(caught.value)
    await adapter.open()
    await adapter.close()
