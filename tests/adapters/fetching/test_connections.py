"""A rush leaves no connections behind: the one that was used last is used next, and what rests is closed."""

import asyncio

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.fetching.connections import Connections
from tests.patience import PATIENCE

RUSH = 3


class Door:
    """Remembers by which connection each request came, and answers those of a rush together."""

    def __init__(self) -> None:
        self.came_by: list[asyncio.Transport] = []
        self._rush = asyncio.Barrier(RUSH)

    async def answer(self, request: web.Request) -> web.Response:
        assert request.transport is not None
        self.came_by.append(request.transport)
        if request.path == "/rush":
            await self._rush.wait()
        return web.Response()


async def test_what_a_rush_opened_rests_until_it_is_closed() -> None:
    door = Door()
    application = web.Application()
    application.router.add_get("/{path}", door.answer)
    async with TestServer(application) as server, asyncio.timeout(PATIENCE):
        connections = Connections(keepalive_timeout=0.5)
        async with aiohttp.ClientSession(connector=connections) as session:

            async def ask(path: str) -> None:
                async with session.get(server.make_url(path)) as answer:
                    await answer.read()

            await asyncio.gather(*(ask("/rush") for _ in range(RUSH)))
            opened = set(door.came_by)
            assert len(opened) == RUSH
            door.came_by.clear()
            while sum(not one.is_closing() for one in opened) > 1:
                await ask("/alone")
                assert len(set(door.came_by)) == 1
