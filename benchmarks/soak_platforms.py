"""Both platforms for hours, in a process of their own: they remember nothing of what they were sent but how much.

Unlike benchmarks.lean they also let the bot listen: Telegram's long poll stays open, Discord's gateway can be resumed,
and both are cut off when asked for.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final

from aiohttp import WSMsgType, web

POLL_SECONDS: Final = 30.0
HEARTBEAT_MS: Final = 41_250
DISPATCH, HEARTBEAT, IDENTIFY, RESUME, HELLO, ACK = 0, 1, 2, 6, 10, 11
"""Opcodes of Discord's gateway (docs topics/opcodes-and-status-codes)."""

_USER: Final = {"id": "42", "username": "bench", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
_APPLICATION: Final = {"id": "42", "name": "bench", "description": "", "flags": 0, "icon": None, "summary": ""} | {
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "team": None,
    "owner": _USER,
}
_STARTS: Final = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
_MESSAGE: Final = {
    "author": _USER,
    "content": "",
    "timestamp": "2026-11-23T00:00:00+00:00",
    "edited_timestamp": None,
} | {
    "tts": False,
    "mention_everyone": False,
    "mentions": [],
    "mention_roles": [],
    "attachments": [],
    "embeds": [],
    "pinned": False,
    "type": 0,
    "components": [],
}


@contextmanager
def soak_platforms() -> Iterator[str]:
    """Run both until the block ends; yields their address. GET /counts tells what came in, POST /cut cuts the lines."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    asyncio.run(_Platforms().serve_for_ever(told))


class _Platforms:
    """All routes. What is counted: sends and edits by platform, polls, identifies, resumes and cuts."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._counts: Counter[str] = Counter()
        self._lines: set[asyncio.Transport] = set()

    async def serve_for_ever(self, told: Connection) -> None:
        application = web.Application()
        application.router.add_get("/counts", self._tell)
        application.router.add_post("/cut", self._cut)
        application.router.add_get("/gateway/", self._gateway)
        application.router.add_get("/gateway", self._gateway)
        application.router.add_route("*", "/bot{token}/getUpdates", self._poll)
        application.router.add_route("*", "/bot{token}/{method}", self._telegram)
        application.router.add_route("*", "/api/v10/{rest:.*}", self._discord)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        told.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    async def _tell(self, _request: web.Request) -> web.Response:
        return _json(self._counts)

    async def _cut(self, _request: web.Request) -> web.Response:
        """Break off the gateway and the long poll, without a word."""
        for transport in self._lines:
            transport.abort()
        self._counts["cuts"] += 1
        return _json({})

    # --- Telegram ----------------------------------------------------------------------------------------------------

    async def _poll(self, request: web.Request) -> web.Response:
        self._counts["polls"] += 1
        line = _line(request)
        self._lines.add(line)
        try:
            await asyncio.sleep(POLL_SECONDS)
        finally:
            self._lines.discard(line)
        return _json({"ok": True, "result": []})

    async def _telegram(self, request: web.Request) -> web.Response:
        asked = await request.json() if request.can_read_body else {}
        return _json({"ok": True, "result": self._answer(request.match_info["method"], asked)})

    def _answer(self, method: str, asked: dict[str, Any]) -> object:
        if method == "getMe":
            return {"id": 123456789, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
        if "chat_id" not in asked:
            return True
        self._counts["telegram edits" if method.startswith("edit") else "telegram sends"] += 1
        number = int(asked.get("message_id", 0)) or next(self._ids)
        chat = {"id": int(asked["chat_id"]), "type": "private", "first_name": "Reader"}
        photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 60}]
        return {"message_id": number, "date": 1_790_000_000, "chat": chat, "photo": photo, "caption": "News"}

    # --- Discord -----------------------------------------------------------------------------------------------------

    async def _discord(self, request: web.Request) -> web.Response:
        await request.read()
        parts = request.match_info["rest"].split("/")
        if parts[0] == "users":
            return _json(_USER)
        if "applications" in parts:
            return _json(_APPLICATION if parts[-1] == "@me" else [])
        if parts[0] == "channels":
            self._counts["discord edits" if request.method == "PATCH" else "discord sends"] += 1
            number = parts[3] if request.method == "PATCH" else str(next(self._ids))
            return _json(_MESSAGE | {"id": number, "channel_id": parts[1]})
        return _json({"url": f"ws://{request.host}/gateway", "shards": 1, "session_start_limit": _STARTS})

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        deflate = zlib.compressobj()

        async def tell(op: int, data: object, event: str | None = None, number: int | None = None) -> None:
            text = json.dumps({"op": op, "d": data, "t": event, "s": number})
            await socket.send_bytes(deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH))

        line = _line(request)
        self._lines.add(line)
        try:
            await tell(HELLO, {"heartbeat_interval": HEARTBEAT_MS})
            async for message in socket:
                op = json.loads(message.data)["op"] if message.type is WSMsgType.TEXT else None
                if op == HEARTBEAT:
                    await tell(ACK, None)
                elif op == IDENTIFY:
                    self._counts["identifies"] += 1
                    url = f"ws://{request.host}/gateway"
                    ready = {"v": 10, "user": _USER, "guilds": [], "session_id": "soak", "resume_gateway_url": url}
                    await tell(DISPATCH, ready | {"application": {"id": "42", "flags": 0}}, "READY", 1)
                elif op == RESUME:
                    self._counts["resumes"] += 1
                    await tell(DISPATCH, {}, "RESUMED", 2)
        except ConnectionError:
            pass
        finally:
            self._lines.discard(line)
        return socket


def _line(request: web.Request) -> asyncio.Transport:
    assert isinstance(request.transport, asyncio.Transport)
    return request.transport


def _json(content: object) -> web.Response:
    return web.Response(body=json.dumps(content).encode(), content_type="application/json")
