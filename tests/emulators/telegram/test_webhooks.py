"""Updates are brought to a webhook: with the secret, in the order of each chat, and again until they are taken."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from telegram.error import BadRequest, Conflict
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.webhooks import HEADER


@dataclass
class Site:
    """A web server that takes updates, or answers `status`."""

    url: str
    status: int = 200
    taken: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)
    under_way: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    most: int = 0

    async def take(self, request: web.Request) -> web.Response:
        update = json.loads(await request.read())
        chat = update["message"]["chat"]["id"]
        self.under_way[chat] += 1
        self.most = max(self.most, self.under_way[chat])
        self.secrets.add(request.headers.get(HEADER, ""))
        await asyncio.sleep(0)
        self.under_way[chat] -= 1
        if self.status == 200:
            self.taken.append(update)
        return web.Response(status=self.status)


@pytest.fixture
async def site(unused_tcp_port: int) -> AsyncIterator[Site]:
    site = Site(f"http://127.0.0.1:{unused_tcp_port}/hook")
    application = web.Application()
    application.router.add_post("/hook", site.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", unused_tcp_port).start()
    yield site
    await runner.cleanup()


async def test_updates_come_with_the_secret_and_each_chat_in_order(
    telegram: TelegramEmulator, bot: ExtBot[None], site: Site
) -> None:
    people = [telegram.add_user(name) for name in ("Dara", "Sok", "Mony")]
    chats = [telegram.add_private(person) for person in people]
    await bot.set_webhook(site.url, secret_token="s3cret", max_connections=2)
    for number in range(5):
        for chat, person in zip(chats, people, strict=True):
            telegram.type(chat, person, str(number))
    await telegram.until(lambda: not telegram.updates.waiting)

    assert site.secrets == {"s3cret"}
    assert site.most == 1
    for chat in chats:
        said = [each["message"]["text"] for each in site.taken if each["message"]["chat"]["id"] == chat.id]
        assert said == ["0", "1", "2", "3", "4"]


async def test_what_is_refused_is_told_and_comes_again(
    telegram: TelegramEmulator, bot: ExtBot[None], site: Site
) -> None:
    dara = telegram.add_user("Dara")
    private = telegram.add_private(dara)
    site.status = 502
    await bot.set_webhook(site.url)
    telegram.type(private, dara, "hello")
    await telegram.until(lambda: len(telegram.webhook.brought) > 1)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (site.url, 1, 40)
    assert info.last_error_message == "Wrong response from the webhook: 502 Bad Gateway"
    assert info.last_error_date

    site.status = 200
    await telegram.until(lambda: not telegram.updates.waiting)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (0, None)
    assert len(site.taken) == 1


async def test_a_webhook_ends_a_poll_and_its_end_lets_poll_again(
    telegram: TelegramEmulator, bot: ExtBot[None], site: Site
) -> None:
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.until(lambda: telegram.updates.polled)
    await bot.set_webhook(site.url)
    with pytest.raises(Conflict, match="terminated by setWebhook"):
        await polling
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("url", "secret", "said"),
    [
        ("http://news.example/hook", "", "An HTTPS URL must be provided"),
        ("https://news.example:8080/hook", "", "only on ports"),
        ("https://news.example/hook", "a b", "unallowed characters"),
    ],
)
async def test_it_takes_only_what_telegram_takes(bot: ExtBot[None], url: str, secret: str, said: str) -> None:
    with pytest.raises(BadRequest, match=f"(?i){said}"):
        await bot.set_webhook(url, secret_token=secret or None)
