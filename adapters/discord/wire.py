"""The connections to Discord: the meter hears of every request that leaves by them, and of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import aiohttp
from aiohttp.client import ClientRequest, ClientTimeout
from aiohttp.connector import Connection
from aiohttp.hdrs import AUTHORIZATION
from aiohttp.tracing import Trace

from adapters.discord.meter import Meter
from adapters.fetching.connections import Connections
from bot.errors import OutcomeUnknown


class Wire(Connections):
    """What discord.py takes its connections from; those that it repeats by itself are heard, too.

    aiohttp's traces tell the same, but cost a send four times as much: they make a value for each of nine events, and
    wait for a list of listeners that is mostly empty.
    """

    def __init__(self, meter: Meter, turn: Callable[[], Awaitable[None]] | None = None) -> None:
        """Without a limit, as discord.py makes its own: how many calls are in the air is decided elsewhere.

        `turn` is waited for before each request that counts for the bot, where nobody else does: those are what bears
        its token. An answer to an interaction does not, nor does the gateway (docs rate-limits; discord.md 2.1).
        """
        super().__init__(limit=0)
        self._meter = meter
        self._turn = turn
        self._answer = _answers_heard_by(meter)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        """A connection for `req`, which is written to it next. Raises what `Meter.begin` and `Meter.leave` do."""
        if self._turn is not None and AUTHORIZATION in req.headers:
            await self._turn()
        self._meter.begin()
        connection = await super().connect(req, traces, timeout)
        try:
            self._meter.leave(partial(_hang_up, connection) if timeout.sock_read is None else None)
        except OutcomeUnknown:
            connection.release()  # nothing was written to it
            raise
        req.response_class = self._answer
        return connection


def _hang_up(connection: Connection) -> None:
    """End its request, wherever that is; a connection that was given back belongs to another one.

    `Connection.close` would leave a request alone that waits in the middle of its answer, for ever.
    """
    if connection.transport is not None:
        connection.transport.abort()


def _answers_heard_by(meter: Meter) -> type[aiohttp.ClientResponse]:
    class Answer(aiohttp.ClientResponse):
        async def start(self, connection: Connection) -> aiohttp.ClientResponse:
            await super().start(connection)
            meter.end(self.method, self.url.raw_path, self.status, self.headers)
            return self

    return Answer
