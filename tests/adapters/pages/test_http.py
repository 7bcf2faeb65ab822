"""A public page is looked at as a reader would, and nothing private ever is."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.resolver import ThreadedResolver
from aiohttp.test_utils import TestServer

from adapters.pages.http import HttpPages

PRIVATE = "it is a private address, and NEWSBELL_FETCH_ALLOW does not name it"


class Site:
    """A site of one's own, with a page for each answer."""

    def __init__(self) -> None:
        self.asked: list[web.Request] = []
        self.server = TestServer(self._application(), host="127.0.0.1")

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}{path}"

    @property
    def port(self) -> int:
        assert self.server.port
        return self.server.port

    def _application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/away/{where:.*}", self._away)
        application.router.add_get("/huge", self._huge)
        application.router.add_get("/{status}", self._answer)
        return application

    async def _answer(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.Response(status=int(request.match_info["status"]))

    async def _away(self, request: web.Request) -> web.Response:
        self.asked.append(request)
        return web.Response(status=302, headers={"Location": request.match_info["where"]})

    async def _huge(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"x" * 65_536)
        except ConnectionError:
            self.asked.append(request)
        return answer


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    await site.server.start_server()
    yield site
    await site.server.close()


@pytest.fixture
async def pages(site: Site) -> AsyncIterator[HttpPages]:
    """Looks at the site, as an operator allows it."""
    pages = HttpPages([("127.0.0.1", site.port)])
    yield pages
    await pages.close()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/200", ""),
        ("/204", ""),
        ("/404", "it answers 404"),
        ("/503", "it answers 503"),
        ("/away//200", ""),
        ("/away//away//404", "it answers 404"),
        ("/away//304", "it answers 304"),
        ("/away/ftp://example.org/", "it is no web address"),
    ],
)
async def test_a_page_is_there_when_it_answers_well(site: Site, pages: HttpPages, path: str, fault: str) -> None:
    assert await pages.fault(site.url(path)) == fault
    assert {request.headers["User-Agent"] for request in site.asked} == {"newsbell"}


async def test_of_a_page_without_end_only_the_beginning_is_taken(site: Site, pages: HttpPages) -> None:
    assert await pages.fault(site.url("/huge")) == ""


async def test_a_page_that_leads_in_circles_is_left(site: Site, pages: HttpPages) -> None:
    site.server.app.router.freeze()
    circle = "/away/" * 7 + "/200"
    assert await pages.fault(site.url(circle)) == "it leads on more than 5 times"


async def test_a_server_that_is_not_there_is_named_as_that(pages: HttpPages) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    closed = HttpPages([("127.0.0.1", port)])
    assert await closed.fault(f"http://127.0.0.1:{port}/") == "it can't be reached (Connection refused)"
    await closed.close()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "//example.org", "http://", "http://[::1", "nonsense"])
async def test_what_is_no_address_is_said_to_be_none(pages: HttpPages, url: str) -> None:
    assert await pages.fault(url) == "it is no web address"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433"])
async def test_private_addresses_are_not_asked(site: Site, host: str) -> None:
    strict = HttpPages([("127.0.0.1", 1)])
    assert await strict.fault(site.url("/200", host))
    await strict.close()
    assert not site.asked


@pytest.mark.parametrize("to", ["http://127.0.0.1:1/200", "http://localhost:{port}/200", "//localhost:{port}/200"])
async def test_no_redirect_leads_into_a_private_network(site: Site, pages: HttpPages, to: str) -> None:
    assert await pages.fault(site.url("/away/" + to.format(port=site.port))) == PRIVATE
    assert [request.path for request in site.asked] == ["/away/" + to.format(port=site.port)]


async def test_a_name_is_allowed_with_its_port(site: Site) -> None:
    named = HttpPages([("localhost", site.port)])
    assert await named.fault(site.url("/200", "LOCALHOST")) == ""
    await named.close()


class Rebinding(ThreadedResolver):
    """A name server that changes its mind: what it says first is public."""

    looks = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.looks += 1
        return await super().resolve("127.0.0.1", port, family)


async def test_a_name_whose_address_turns_private_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.fetching.guard.ThreadedResolver", Rebinding)
    pages = HttpPages()
    assert await pages.fault(f"http://news.example:{site.port}/200") == PRIVATE
    await pages.close()
    assert not site.asked
