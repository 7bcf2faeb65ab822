"""A picture host on this machine: it redirects, lies, dawdles, and sends without end."""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.models import Picture


class PictureHost:
    """Serves `pictures` by path; some paths misbehave."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.hanging = asyncio.Event()
        self.over = asyncio.Event()
        application = web.Application()
        application.router.add_get("/away/{where:.*}", self._away)
        application.router.add_get("/endless", self._endless)
        application.router.add_get("/lies", self._lies)
        application.router.add_get("/stops", self._stops)
        application.router.add_get("/hangs", self._hangs)
        application.router.add_get("/{path:.*}", self._serve)
        self.server = TestServer(application, host="127.0.0.1")

    async def __aenter__(self) -> PictureHost:
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.over.set()
        await self.server.close()

    @property
    def address(self) -> tuple[str, int]:
        """As NEWSBELL_FETCH_ALLOW has it."""
        return "127.0.0.1", self.server.port or 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def picture(self, path: str, content: bytes | None = None) -> Picture:
        """The picture at `path`, which is `content` from now on."""
        if content is not None:
            self.pictures[path] = content
        return Picture(url=self.url(path))

    async def _serve(self, request: web.Request) -> web.Response:
        """By a type that means nothing, whatever it is."""
        self.asked.append(request.path)
        if request.path not in self.pictures:
            return web.Response(status=404, text="<html>not here</html>", content_type="text/html")
        return web.Response(body=self.pictures[request.path], content_type="text/html")

    async def _away(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        return web.Response(status=302, headers={"Location": request.match_info["where"]})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        """A picture that says it is small, and never ends."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"\xff\xd8\xff")
        try:
            while not self.over.is_set():
                await answer.write(b"x" * 262_144)
        except ConnectionError:
            self.asked.append(request.path)
        return answer

    async def _lies(self, request: web.Request) -> web.StreamResponse:
        """Says that it is longer than it is."""
        answer = web.StreamResponse(headers={"Content-Length": "5000", "Content-Type": "image/jpeg"})
        await answer.prepare(request)
        await answer.write(b"\xff\xd8\xff")
        assert request.transport
        request.transport.close()
        return answer

    async def _stops(self, request: web.Request) -> web.StreamResponse:
        """Begins, and goes to sleep."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"\xff\xd8\xff")
        await self.over.wait()
        return answer

    async def _hangs(self, request: web.Request) -> web.Response:
        self.asked.append(request.path)
        self.hanging.set()
        await self.over.wait()
        return web.Response(status=404)
