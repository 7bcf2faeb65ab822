"""Servers made of bare sockets, which do to a connection what a test says, at the very moment that it says."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from telegram import Bot

from adapters.telegram.transport import Transport

TOKEN = "123456789:AAF-test-token-of-the-wire-0000000000"
WHOLE = json.dumps({"ok": True, "result": True}).encode()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(WHOLE), WHOLE)


class Line:
    """The server's end of one connection."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._loop = asyncio.get_running_loop()
        self.read = bytearray()
        self.ended = asyncio.Event()

    async def receive(self, least: int = 1) -> None:
        """Read until `least` bytes have come in all."""
        while len(self.read) < least:
            piece = await self._loop.sock_recv(self._end, 65536)
            assert piece, "the connection ended too soon"
            self.read += piece

    async def receive_to_the_end(self) -> None:
        """Read all that ever comes."""
        try:
            while piece := await self._loop.sock_recv(self._end, 65536):
                self.read += piece
        except ConnectionError:
            return

    async def request(self) -> bytes:
        """Read one whole request, and forget it."""
        while b"\r\n\r\n" not in self.read:
            await self.receive(len(self.read) + 1)
        length = self.promised
        await self.receive(length)
        request = bytes(self.read[:length])
        del self.read[:length]
        return request

    @property
    def promised(self) -> int:
        """How long the request is, by its own head."""
        head, _, _ = self.read.partition(b"\r\n\r\n")
        value = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        return len(head) + 4 + int(value or 0)

    async def write(self, content: bytes) -> None:
        await self._loop.sock_sendall(self._end, content)

    def close(self) -> None:
        """End it in good manners (FIN)."""
        self._end.close()

    def half_close(self) -> None:
        """Say nothing more, but go on reading."""
        self._end.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Tear it down (RST)."""
        self._end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._end.close()


Handle = Callable[[Line], Awaitable[None]]


class Wire:
    """A server whose every connection is handled by `handle`."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self.lines: list[Line] = []
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/bot"

    async def serve(self, handle: Handle) -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            while True:
                end, _ = await loop.sock_accept(self._listener)
                end.setblocking(False)
                self.lines.append(line := Line(end))
                tasks.create_task(self._one(handle, line))

    async def _one(self, handle: Handle, line: Line) -> None:
        try:
            await handle(line)
        finally:
            line.close()
            line.ended.set()

    async def answer_all(self, line: Line) -> None:
        """Take requests and answer them, as long as any come."""
        try:
            while True:
                self.requests.append(await line.request())
                await line.write(ANSWER)
        except (AssertionError, ConnectionError):
            return


@asynccontextmanager
async def wire(handle: Handle | None = None) -> AsyncIterator[Wire]:
    """A server that handles connections by `handle`, or answers all."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        server = Wire(listener)
        serving = asyncio.create_task(server.serve(handle or server.answer_all))
        try:
            yield server
        finally:
            serving.cancel()
            await asyncio.wait({serving})
            if not serving.cancelled() and (error := serving.exception()):
                raise error


@asynccontextmanager
async def bot_at(url: str, connections: int = 1, read_timeout: float = 20.0) -> AsyncIterator[Bot]:
    """The real library on the real transport. `initialize()` of a bot asks who it is: only the transport is opened."""
    async with Transport(connections, read_timeout) as transport, Transport(1, read_timeout) as polling:
        yield Bot(TOKEN, base_url=url, request=transport, get_updates_request=polling)
