"""What a request tells and what it does not, and when it ends: a picture host on this machine that misbehaves."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from adapters.fetching.fetcher import Fetcher, NotPublic, Unfetchable
from adapters.fetching.guard import Guard

PACKED = gzip.compress(bytes(100_000))


class Host:
    """Answers, leads away with a cookie, packs, hangs, or drips."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.over = asyncio.Event()
        application = web.Application()
        application.router.add_get("/ok", self._ok)
        application.router.add_get("/away", self._away)
        application.router.add_get("/to/{where:.*}", self._to)
        application.router.add_get("/packed", self._packed)
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

    async def _to(self, request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": request.match_info["where"]})

    async def _packed(self, request: web.Request) -> web.Response:
        return web.Response(body=PACKED, headers={"Content-Encoding": "gzip"})

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


async def test_what_is_sent_packed_stays_so(host: Host, fetcher: Fetcher) -> None:
    """Nobody asked for that, and a small bomb stays small."""
    assert await body(fetcher, host.url("/packed")) == PACKED


# --- nowhere private -------------------------------------------------------------------------------------------------

WRAPPED = [
    "[::ffff:127.0.0.1%25]",
    "[::ffff:7f00:1%25]",
    "[::ffff:127.0.0.1%25lo]",
    "[::ffff:127.0.0.1]",
    "127.0.0.1..",
]


@pytest.mark.parametrize("to", WRAPPED)
async def test_no_form_of_an_address_leads_to_a_private_one(host: Host, to: str) -> None:
    strict = Fetcher([], whole=2.0, idle=2.0, accept="image/*")
    with pytest.raises(NotPublic):
        await body(strict, f"http://{to}:{host.server.port}/ok")
    await strict.close()
    assert not host.asked


@pytest.mark.parametrize("to", WRAPPED)
async def test_nor_does_a_redirect(host: Host, fetcher: Fetcher, to: str) -> None:
    with pytest.raises(NotPublic):
        await body(fetcher, host.url(f"/to/http://{to}:{host.server.port}/ok"))
    assert not host.asked


class Deaf(Guard):
    """Lets everything by that is written or looked up: a form that nobody has thought of."""

    def check(self, url: URL) -> None:
        """See Guard."""


@pytest.mark.parametrize("to", ["127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:127.0.0.1%25]"])
async def test_what_gets_by_is_not_connected_to(host: Host, monkeypatch: pytest.MonkeyPatch, to: str) -> None:
    monkeypatch.setattr("adapters.fetching.fetcher.Guard", Deaf)
    strict = Fetcher([("127.0.0.1", 1)], whole=2.0, idle=2.0, accept="image/*")
    with pytest.raises(NotPublic):
        await body(strict, f"http://{to}:{host.server.port}/ok")
    await strict.close()
    assert not host.asked


# --- no address at all -----------------------------------------------------------------------------------------------

MISSPELT = ["http://news..example/a", f"http://{'a' * 64}.example/a", "http://.example/a", "http://xn--.example/a"]


@pytest.mark.parametrize("address", MISSPELT)
async def test_a_misspelt_host_is_no_web_address(host: Host, fetcher: Fetcher, address: str) -> None:
    for url in (address, host.url(f"/to/{address}")):
        with pytest.raises(Unfetchable, match="it is no web address"):
            await body(fetcher, url)
