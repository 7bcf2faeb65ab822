"""What a request tells and what it does not, and when it ends: a picture host on this machine that misbehaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.fetching.fetcher import Fetcher, Unfetchable


class Host:
    """Answers, leads away with a cookie, hangs, or drips."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.over = asyncio.Event()
        application = web.Application()
        application.router.add_get("/ok", self._ok)
        application.router.add_get("/away", self._away)
        application.router.add_get("/hangs", self._hangs)
        application.router.add_get("/drips", self._drips)
        self.server = TestServer(application, host="127.0.0.1")

    def url(self, path: str, login: str = "") -> str:
        return f"http://{login}127.0.0.1:{self.server.port}{path}"

    async def _ok(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.Response(body=b"picture")

    async def _away(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        headers = {"Location": self.url("/ok", "dara:secret@"), "Set-Cookie": "who=dara; Path=/"}
        return web.Response(status=302, headers=headers)

    async def _hangs(self, request: web.Request) -> web.Response:
        await self.over.wait()
        return web.Response()

    async def _drips(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while not self.over.is_set():
            await answer.write(b".")
            await asyncio.sleep(0.01)
        return answer


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host = Host()
    await host.server.start_server()
    yield host
    host.over.set()
    await host.server.close()


@pytest.fixture
async def fetcher(host: Host) -> AsyncIterator[Fetcher]:
    fetcher = Fetcher([("127.0.0.1", host.server.port or 0)], whole=0.5, idle=0.2, accept="image/*")
    yield fetcher
    await fetcher.close()


async def body(fetcher: Fetcher, url: str) -> bytes:
    async with fetcher.get(url) as answer:
        return await answer.read()


async def test_a_request_says_who_asks_and_carries_nothing_else(
    host: Host, fetcher: Fetcher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login dara password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert await body(fetcher, host.url("/away", "dara:secret@")) == b"picture"
    for request in host.asked:
        assert request.headers["User-Agent"] == "newsbell"
        assert request.headers["Accept-Encoding"] == "identity"
        assert "Authorization" not in request.headers
        assert "Cookie" not in request.headers


async def test_no_proxy_stands_between(host: Host, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind one, nothing could be guarded."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await body(fetcher, host.url("/ok")) == b"picture"


@pytest.mark.parametrize("path", ["/hangs", "/drips"])
async def test_an_answer_ends_in_time_whatever_the_server_does(host: Host, fetcher: Fetcher, path: str) -> None:
    with pytest.raises(Unfetchable, match=r"no whole answer within 0\.5 seconds"):
        await body(fetcher, host.url(path))
