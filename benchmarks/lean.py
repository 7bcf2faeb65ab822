"""Platforms that answer at once and limit nothing, in a process of their own: what is left is the sender's cost.

The server is a bare asyncio protocol, so that it costs a fraction of what it measures. It reads whole requests, parses
their JSON, and answers as the platforms do: with the message, in the chat that was asked for.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import multiprocessing
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Final
from urllib.parse import parse_qsl

TOKEN = "123456789:AAF-a-token-for-the-benchmarks-00000000"

_HEAD: Final = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"


@contextmanager
def lean_platforms(cores: Collection[int] = ()) -> Iterator[str]:
    """Run both platforms until the block ends, on `cores` where given; yields their address."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, tuple(cores)), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(told: Connection, cores: Collection[int]) -> None:
    if cores:
        os.sched_setaffinity(0, cores)
    asyncio.run(_serve_for_ever(told))


async def _serve_for_ever(told: Connection) -> None:
    ids = itertools.count(1)
    server = await asyncio.get_running_loop().create_server(lambda: _Exchange(ids), "127.0.0.1", 0)
    told.send(server.sockets[0].getsockname()[1])
    await asyncio.Event().wait()


class _Exchange(asyncio.Protocol):
    """One kept connection: a request after the other, each with a Content-Length or without a body."""

    def __init__(self, ids: Iterator[int]) -> None:
        self._ids = ids
        self._came = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._came += data
        while (end := self._came.find(b"\r\n\r\n")) >= 0:
            head = self._came[:end]
            length = _length(head)
            if len(self._came) < end + 4 + length:
                return
            body = self._came[end + 4 : end + 4 + length]
            self._came = self._came[end + 4 + length :]
            path = head.split(b" ", 2)[1].decode()
            answer = json.dumps(_answer(path, _parameters(body), next(self._ids)))
            self._transport.write((_HEAD % len(answer) + answer).encode())  # JSON of ASCII: bytes are characters


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def _parameters(body: bytes) -> dict[str, Any]:
    """Our transport and discord.py send JSON, python-telegram-bot's own a form."""
    if body.startswith(b"{"):
        parsed: dict[str, Any] = json.loads(body)
        return parsed
    return dict(parse_qsl(body.decode()))


def _answer(path: str, asked: dict[str, Any], number: int) -> object:
    if path.startswith("/bot"):
        return {"ok": True, "result": _telegram(path.rpartition("/")[2], asked, number)}
    return _discord(path, number)


def _telegram(method: str, asked: dict[str, Any], number: int) -> object:
    if method == "getMe":
        return {"id": 123456789, "is_bot": True, "first_name": "bench", "username": "bench_bot"}
    chat = {"id": int(asked["chat_id"]), "type": "private", "first_name": "Reader"}
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 60}]
    caption = asked.get("caption", "")
    return {"message_id": number, "date": 1_790_000_000, "chat": chat, "photo": photo, "caption": caption}


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
        "channel_id": path.split("/")[-2],
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
