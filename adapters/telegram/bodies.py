"""What a request to the Bot API carries, as JSON or as a form with files, and how far it got on its way."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import IO, Final, cast

from aiohttp.abc import AbstractStreamWriter
from aiohttp.http import StreamWriter
from aiohttp.payload import Payload
from telegram.request import RequestData

PIECE_BYTES: Final = 32 * 1024
"""How much of a large body is written at a time."""

_QUOTED: Final = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})
"""How a browser writes a name into a form (WHATWG HTML, "multipart form data")."""

_ENCODER: Final = json.JSONEncoder(check_circular=False, separators=(",", ":"))


class Phase(Enum):
    """How far an exchange got. In the first three, no server can have acted on the request."""

    QUEUED = auto()
    """No connection was free yet."""
    LEAVING = auto()
    """The connection was made, or looked for; nothing was written."""
    WRITING = auto()
    """Part of the request is still here, and will not leave any more: a server that got the rest has half a request."""
    WRITTEN = auto()
    """All of it was given to the operating system, or lies in the event loop's buffer that empties by itself."""
    ANSWERING = auto()
    """The head of an answer came."""


@dataclass(slots=True)
class Trip:
    """One request on its way."""

    phase: Phase = Phase.QUEUED
    written_at: float | None = None  # all of its body, by the loop's clock, which nobody sets


class Body(Payload):
    """The body of one request, which notes in its `trip` how far it gets.

    Only the writer knows that: aiohttp's trace hooks tell of a chunk before it is written, and its `UploadTracker`
    counts as cut off what may still leave from a buffer. Until the first piece, aiohttp keeps even the request's head.
    """

    _autoclose = True

    def __init__(self, parts: tuple[bytes, ...], content_type: str, trip: Trip, patience: float | None) -> None:
        """For `patience` seconds nothing of a large body may move."""
        super().__init__(parts, content_type=content_type)
        self._size = self._length = sum(map(len, parts))
        self._trip = trip
        self._patience = patience

    async def write(self, writer: AbstractStreamWriter) -> None:
        """Called by aiohttp once the connection stands. Raises TimeoutError when nothing moves."""
        writer = cast(StreamWriter, writer)
        self._trip.phase = Phase.WRITING
        left = self._length
        for piece in self._pieces():
            await writer.write(piece, drain=False)  # without a pause; raises if the connection has ended before
            if writer.transport is None or writer.transport.is_closing():
                return  # the system has just refused this piece; aiohttp hears of it in a moment
            left -= len(piece)
            if not left:
                self._trip.phase, self._trip.written_at = Phase.WRITTEN, asyncio.get_running_loop().time()
            if self._length > PIECE_BYTES:
                async with asyncio.timeout(self._patience):
                    await writer.drain()

    def _pieces(self) -> Iterator[bytes | memoryview]:
        parts: tuple[bytes, ...] = self._value
        for part in parts:
            if len(part) <= PIECE_BYTES:
                yield part
                continue
            view = memoryview(part)
            for start in range(0, len(part), PIECE_BYTES):
                yield view[start : start + PIECE_BYTES]

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The whole body as text, for whoever debugs."""
        return b"".join(self._value).decode(encoding, errors)


def body_of(content: RequestData, trip: Trip, patience: float | None) -> Body:
    """`content` as JSON, which costs least to make; as a form where files come with it."""
    if not content.contains_files:
        return Body((_ENCODER.encode(content.parameters).encode("ascii"),), "application/json", trip, patience)
    boundary = secrets.token_hex(16)
    parts = tuple(_form(content.json_parameters, content.multipart_data, boundary))
    return Body(parts, f"multipart/form-data; boundary={boundary}", trip, patience)


def _form(
    fields: Mapping[str, str], files: Mapping[str, tuple[str, bytes | IO[bytes], str]], boundary: str
) -> Iterator[bytes]:
    """A form as RFC 7578 has it. Names of files stay readable: aiohttp's own would percent-encode them."""
    begin = f'--{boundary}\r\nContent-Disposition: form-data; name="'
    texts = "".join(f'{begin}{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    yield texts.encode(errors="replace")
    for name, (filename, content, mime_type) in files.items():
        quoted = filename.translate(_QUOTED)
        yield f'{begin}{name}"; filename="{quoted}"\r\nContent-Type: {mime_type}\r\n\r\n'.encode(errors="replace")
        yield content if isinstance(content, bytes) else content.read()
        yield b"\r\n"
    yield f"--{boundary}--\r\n".encode()
