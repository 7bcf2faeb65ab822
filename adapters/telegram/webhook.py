"""The webhook: a path of the one web application, on which Telegram brings updates by itself.

Each is noted and queued before Telegram hears that it was taken, and handled after (Bot API, setWebhook).
"""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections import OrderedDict
from typing import Final

from aiohttp import web

from adapters.telegram.application import App
from adapters.telegram.updates import Raw, is_update, understood, written
from bot.ports import Notices, Trails

log = logging.getLogger(__name__)

HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_UPDATE_BYTES: Final = 1024 * 1024  # of the longest message with all its entities some 100 KB
REMEMBERED_UPDATES: Final = 10_000
"""Telegram brings an update again when our answer was late. More than it has under way at once, for hours."""

SOON: Final = {"Retry-After": "1"}
"""Telegram heeds it (tdlib/telegram-bot-api, `WebhookActor.cpp`): else it waits ever longer."""


class Webhook:
    """Takes what Telegram brings while it is open; else Telegram is asked to come again."""

    def __init__(self, token: str, base: str, trails: Trails | None, notices: Notices | None) -> None:
        """`base` is the public address of the web application, without a slash at its end."""
        self._bot = token.partition(":")[0]
        self._trails = trails
        self._notices = notices
        self._application: App | None = None
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._in_hand: set[int] = set()
        self._strangers = 0
        self.url = f"{base}/telegram/{self._bot}"
        self.secret = hmac.digest(token.encode(), b"newsbell webhook", "sha256").hex()
        """Proof that it is Telegram who asks. Derived from the token, so that it outlives a restart."""
        self.taken_at = 0.0
        """When an update came last, in seconds since 1970."""
        self.missed = False
        """Whether a message could not be noted: what people wrote is not all known any more."""

    def routes(self) -> list[web.RouteDef]:
        """The path, for the web application; with or without what the public address has before it."""
        return [web.post(f"/{{before:(?:.*/)?}}telegram/{self._bot}", self._take)]

    def open(self, application: App) -> None:
        """Take updates from now on, for `application`."""
        self._application = application

    def close(self) -> None:
        """Take none any more: what comes now, Telegram brings again."""
        self._application = None

    @property
    def is_open(self) -> bool:
        """Whether updates are taken."""
        return self._application is not None

    async def _take(self, request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(errors="replace"), self.secret.encode()):
            return self._refuse_stranger()
        if self._application is None:
            return web.Response(status=503, headers=SOON)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        update = _update(body)
        if update is None:
            return web.Response(status=400)
        return await self._hand_on(update)

    async def _hand_on(self, raw: Raw) -> web.Response:
        """Note and queue an update that is new. Of an answer, Telegram reads more than its status: it has no body."""
        number = raw["update_id"]
        if number in self._seen:
            return web.Response()
        if number in self._in_hand:  # it is not sure yet that it will be taken
            return web.Response(status=503, headers=SOON)
        self._in_hand.add(number)
        try:
            taken = await self._queue(raw)
        finally:
            self._in_hand.discard(number)
        if not taken:
            return web.Response(status=503, headers=SOON)
        self.taken_at = time.time()
        self._seen[number] = None
        if len(self._seen) > REMEMBERED_UPDATES:
            self._seen.popitem(last=False)
        return web.Response()

    async def _queue(self, raw: Raw) -> bool:
        """Whether it could be queued; not when the end has come meanwhile."""
        application = self._application
        if application is None:
            return False
        if message := written(raw):
            noted = self._trails is None or await self._trails.note(self._bot, [message])
            self.missed = self.missed or not noted
        update = await understood(raw, application.bot, self._notices)
        if self._application is not application:
            return False
        if update is not None:  # else it is taken all the same: to refuse it would keep back all of that chat
            application.update_queue.put_nowait(update)
        return True

    def _refuse_stranger(self) -> web.Response:
        """A flood of them must not fill the log."""
        self._strangers += 1
        if self._strangers == 1:
            log.warning("somebody else than Telegram asks for its webhook; they are refused, and not named any more")
        return web.Response(status=403)


async def _body(request: web.Request) -> bytes | None:
    """What came, or None if it is too much for an update."""
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > LARGEST_UPDATE_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> Raw | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if is_update(update) else None
