"""Platforms that answer at once and check nothing, in a process of their own: what is left is the sender's cost."""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from aiohttp import web

TOKEN = "123456789:AAF-a-token-for-the-benchmarks-00000000"


@contextmanager
def lean_platforms() -> Iterator[str]:
    """Run both platforms until the block ends; yields their address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection) -> None:
    asyncio.run(_serve_for_ever(told))


async def _serve_for_ever(told: Connection) -> None:
    ids = itertools.count(1)

    async def telegram(request: web.Request) -> web.Response:
        await request.read()
        return _json({"ok": True, "result": _telegram(request.match_info["method"], next(ids))})

    async def discord(request: web.Request) -> web.Response:
        await request.read()
        return _json(_discord(request.path, next(ids)))

    application = web.Application()
    application.router.add_route("*", "/bot{token}/{method}", telegram)
    application.router.add_route("*", "/api/v10/{rest:.*}", discord)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    told.send(runner.addresses[0][1])
    await asyncio.Event().wait()


def _json(content: object) -> web.Response:
    return web.Response(body=json.dumps(content).encode(), content_type="application/json")


def _telegram(method: str, number: int) -> object:
    bot = {"id": 123456789, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
    if method == "getMe":
        return bot
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 60}]
    chat = {"id": -100, "type": "channel", "title": "News"}
    return {"message_id": number, "date": 1_790_000_000, "chat": chat, "photo": photo, "caption": "News"}


def _discord(path: str, number: int) -> object:
    user = {"id": "42", "username": "bench", "discriminator": "0", "global_name": None, "avatar": None, "bot": True}
    if path.endswith("/users/@me"):
        return user
    if path.endswith("/applications/@me"):
        return {"id": "42", "name": "bench", "description": "", "flags": 0, "bot_public": True, "verify_key": ""} | {
            "bot_require_code_grant": False,
            "icon": None,
            "summary": "",
            "team": None,
            "owner": user,
        }
    return {
        "id": str(number),
        "channel_id": "1",
        "author": user,
        "content": "",
        "timestamp": "2026-11-23T00:00:00+00:00",
        "edited_timestamp": None,
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
