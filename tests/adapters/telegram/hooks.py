"""An adapter that hears by webhook, the web server that has its path, and what strangers may send there."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import web

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.webhook import HEADER, Webhook
from bot.ports import Trails
from bot.subscribing.introducing import Introducing
from tests.adapters.telegram.conftest import FakeDesk, FakePace
from tests.emulators.telegram import TelegramEmulator
from tests.fakes import FakeNotices


class House:
    """An adapter, not open yet, and a web server that serves its routes."""

    def __init__(
        self,
        telegram: TelegramEmulator,
        port: int,
        *,
        trails: Trails | None = None,
        introducing: Introducing | None = None,
        path: str = "",
    ) -> None:
        self.notices = FakeNotices()
        self.base = f"http://127.0.0.1:{port}"
        self.adapter = TelegramAdapter(
            telegram.token,
            api_url=telegram.url,
            pace=FakePace(),
            trails=trails,
            notices=self.notices,
            introducing=introducing,
            webhook_url=f"{self.base}{path}",
        )
        secrets = Webhook(telegram.token, f"{self.base}{path}", None, None)
        self.url, self.secret = secrets.url, secrets.secret
        self._port = port
        self._runner: web.AppRunner | None = None

    async def start_serving(self) -> None:
        application = web.Application()
        application.add_routes(self.adapter.routes())
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop_serving(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def post(self, body: Any, *, secret: str | None = None, url: str = "", method: str = "POST") -> int:
        """What the status of the answer is; None of the body tells anything."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {HEADER: self.secret if secret is None else secret, "Content-Type": "application/json"}
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url or self.url, data=BytesIO(content), headers=headers) as answer,
        ):
            said = await answer.text()
            assert self.secret not in f"{said}{answer.headers}"
            return answer.status


@asynccontextmanager
async def open_house(house: House) -> AsyncIterator[House]:
    """The web server runs and the bot has logged in."""
    await house.start_serving()
    await house.adapter.open()
    try:
        yield house
    finally:
        await house.adapter.close()
        await house.stop_serving()


@asynccontextmanager
async def hearing(house: House, desk: FakeDesk, telegram: TelegramEmulator) -> AsyncIterator[None]:
    """The adapter listens, and Telegram knows where."""
    serving = asyncio.create_task(house.adapter.serve(desk))
    await telegram.until(lambda: telegram.updates.webhook == house.url or serving.done())
    try:
        yield
    finally:
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving


def calls(telegram: TelegramEmulator, method: str) -> int:
    return sum(request.method == method for request in telegram.requests)
