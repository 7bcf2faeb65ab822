"""The connections to Discord: the meter hears of every request that leaves by them, and of every answer."""

from __future__ import annotations

from functools import partial

import aiohttp
from aiohttp.client import ClientRequest, ClientTimeout
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from adapters.discord.meter import Meter
from adapters.fetching.connections import Connections
from bot.errors import OutcomeUnknown


class Wire(Connections):
    """What discord.py takes its connections from; those that it repeats by itself are heard, too.

    aiohttp's traces tell the same, but cost a send four times as much: they make a value for each of nine events, and
    wait for a list of listeners that is mostly empty.
    """

    def __init__(self, meter: Meter) -> None:
        """Without a limit, as discord.py makes its own: how many calls are in the air is decided elsewhere."""
        super().__init__(limit=0)
        self._meter = meter
        self._answer = _answers_heard_by(meter)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - the signature is aiohttp's
    ) -> Connection:
        """A connection for `req`, which is written to it next. Raises what `Meter.begin` and `Meter.leave` do."""
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
