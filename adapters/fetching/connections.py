"""The connections to a platform, of which no more stay open than are used."""

from __future__ import annotations

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.client_reqrep import ConnectionKey


class Connections(aiohttp.TCPConnector):
    """Takes the connection that was used last, so that those which a rush has opened rest, and are closed in the end.

    aiohttp takes the one that has rested longest: then, as long as anything is sent, none of a hundred rests for long
    enough, however few would do.
    """

    def _release(self, key: ConnectionKey, protocol: ResponseHandler, *, should_close: bool = False) -> None:
        # aiohttp has no setting for it: it puts what comes back at the end, and takes from the front.
        super()._release(key, protocol, should_close=should_close)
        resting = self._conns.get(key)
        if resting and resting[-1][0] is protocol:
            resting.rotate(1)
