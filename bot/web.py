"""The one web server of the process: the console's page, the health for machines, and what platforms hand over."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, runtime_checkable
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.console.adapter import ConsoleAdapter, Remembered
from adapters.console.view import Facts
from bot.errors import SettingsError
from bot.models import Destination
from bot.newsroom import Newsroom
from bot.premises import site_of
from bot.setting_values import Address

log = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 2.0
REMEMBERED = 200
"""Messages of each preview chat that are put back after a restart."""


@asynccontextmanager
async def serve_console(room: Newsroom, address: Address) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Serve the console as a platform of `room`; yields what tells its pages that posts or problems have changed.

    Raises SettingsError when the address is taken.
    """
    console = _console(room, address)
    application = web.Application()
    application.add_routes([*console.routes(), web.get("/healthz", _health(room)), *_handed_over(room)])
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, address.host, address.port)
        try:
            await site.start()
        except OSError as error:
            mend = "name another port, such as NEWSBELL_CONSOLE=127.0.0.1:8788, or off"
            raise SettingsError([f"NEWSBELL_CONSOLE: {address} can't be opened ({error.strerror}); {mend}"]) from error
        log.info("the console is at http://%s", Address(address.host, runner.addresses[0][1]))
        room.add(console)
        yield console.problems_changed
    finally:
        await console.close()
        await runner.cleanup()


@runtime_checkable
class _Served(Protocol):
    """An adapter that has a part in the web server, and decides by itself whom it answers there."""

    def routes(self) -> Sequence[web.RouteDef]:
        """Its paths, which no other part has."""


def _handed_over(room: Newsroom) -> Iterator[web.RouteDef]:
    for platform in room.platforms:
        if isinstance(platform.adapter, _Served):
            yield from platform.adapter.routes()


def _console(room: Newsroom, address: Address) -> ConsoleAdapter:
    settings, store = room.settings, room.store

    async def history(destination: Destination) -> list[Remembered]:
        rows = await store.deliveries.shown_in(destination, limit=REMEMBERED)
        pinned = {pin.delivery for pin in await store.deliveries.pins(destination.platform, destination.bot)}
        return [
            Remembered(
                message_id=delivery.shown.receipt.message_ids[0],
                announcement=announcement,
                look=delivery.look,
                rung=delivery.rung,
                at=delivery.tried_at or delivery.due_at,
                pinned=delivery.id in pinned,
            )
            for delivery, announcement in rows
            if delivery.shown and delivery.shown.receipt.message_ids
        ]

    async def facts() -> Facts:
        counts = await store.posts.counts()
        return Facts(str(settings.posts), sum(counts.values()), len(await store.posts.categories()))

    token = settings.console_token
    return ConsoleAdapter(
        history=history,
        facts=facts,
        problems=store.posts.problems,
        picture_folders=site_of(settings).folders,
        hosts=_hosts(address, settings.console_url),
        token=token.get_secret_value() if token else "",
        zone=ZoneInfo(settings.timezone),
    )


def _hosts(address: Address, public_url: str) -> set[str]:
    """The names under which the page may be asked for; others are a stranger's site that points here."""
    public = urlsplit(public_url).netloc
    return {"127.0.0.1", "localhost", "::1", address.host, *([public] if public else [])}


def _health(room: Newsroom) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def health(_request: web.Request) -> web.Response:
        """200 while every platform is logged in and the folder is believed; 503 with the reason otherwise."""
        state = room.health()
        return web.json_response(state, status=200 if state["ok"] else 503)

    return health
