"""The console answers people at this machine, or with its token; no other site reaches it through their browser."""

from __future__ import annotations

import pytest

from adapters.console.guard import COOKIE
from tests.adapters.console.conftest import Console, StartConsole

PATHS = ("/", "/events", "/static/console.css", f"/pictures/{'0' * 32}")
TOKEN = "open-sesame-ចូល"


@pytest.mark.parametrize("path", PATHS)
async def test_a_name_that_is_not_its_own_gets_no_answer(console: Console, path: str) -> None:
    for host in ("evil.example", "evil.example:80", "127.0.0.1.evil.example", "[", ""):
        answer = await console.page.get(path, headers={"Host": host})
        assert answer.status == 403
        assert "NEWSBELL_CONSOLE_URL" in await answer.text()


async def test_another_sites_page_cannot_type_commands(console: Console) -> None:
    for origin in ("https://evil.example", "null", "", "http://127.0.0.1:1", "http://["):
        answer = await console.type("/help", Origin=origin)
        assert answer.status == 403

    assert console.desk.commands == []


async def test_a_form_cannot_type_commands(console: Console) -> None:
    form = {"chat": "telegram", "text": "/help"}
    answer = await console.page.post("/command", data=form, headers={"Origin": console.url.rstrip("/")})

    assert answer.status == 403
    assert console.desk.commands == []


@pytest.mark.parametrize("path", [*PATHS, "/static/nothing.css"])
async def test_every_answer_keeps_other_content_and_frames_out(console: Console, path: str) -> None:
    answer = await console.page.get(path)

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    answer.close()


@pytest.mark.parametrize("path", PATHS)
async def test_without_the_token_nothing_is_answered(start: StartConsole, path: str) -> None:
    async with start(token=TOKEN) as console:
        for query, cookie in (({}, ""), ({"token": "wrong"}, ""), ({"token": ""}, ""), ({}, TOKEN), ({}, "\xff")):
            answer = await console.page.get(path, params=query, cookies={COOKIE: cookie} if cookie else None)
            assert answer.status == 401
            assert "NEWSBELL_CONSOLE_TOKEN" in await answer.text()


async def test_the_token_opens_the_page_once_and_for_all(start: StartConsole) -> None:
    async with start(token=TOKEN) as console:
        welcome = await console.page.get("/", params={"token": TOKEN})

        cookie = welcome.cookies[COOKIE]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Strict"
        assert TOKEN not in cookie.value
        assert TOKEN not in await welcome.text()
        console.page.session.cookie_jar.update_cookies({COOKIE: cookie.value}, console.page.make_url("/"))
        assert "As Telegram" in await console.html()
        assert (await console.type("/help")).status == 204


async def test_a_command_without_the_token_is_refused(start: StartConsole) -> None:
    async with start(token=TOKEN) as console:
        assert (await console.type("/help")).status == 401
        assert console.desk.commands == []
