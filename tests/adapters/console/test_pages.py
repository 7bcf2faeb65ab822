"""The page shows what is, and follows what happens."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC
from html.parser import HTMLParser
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.console.adapter import Remembered
from adapters.console.board import Board, digest_of
from adapters.console.guard import Guard
from adapters.console.pages import Pages
from adapters.console.render import Chat
from adapters.console.stream import Stream
from adapters.console.view import Facts, View
from bot.models import Look, Picture, Reply
from bot.records import Problem
from tests.adapters.console.conftest import DISCORD, NOON, PNG, RAIN, TELEGRAM, Console, StartConsole, World, shown

BROKEN = Problem("national/<rain>.md", 4, 'the title has a ":" without quotes', "put it in double quotes")


class Outline(HTMLParser):
    """Collects a page's tags, and complains about those that are left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "img", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def test_the_page_shows_both_chats_and_the_head_line(console: Console) -> None:
    await console.send()
    await console.send(replace(RAIN, title="Wind"), DISCORD)

    html = await console.html()

    assert "watching <b>examples/posts</b> · 14 posts · 4 categories" in html
    telegram, discord = html.split('<section class="chat discord"')
    assert "<b>Rain &amp; wind</b>" in telegram
    assert "Wind</a>" in discord
    assert ">12:00</time>" in telegram  # of Phnom Penh
    assert '<p class="day"><span>2 November 2026</span></p>' in telegram


async def test_one_post_in_one_category_is_no_plural(console: Console) -> None:
    console.world.facts = Facts("posts", 1, 1)

    assert "1 post · 1 category" in await console.html()


async def test_the_page_is_whole_html_with_headings_labels_and_alt_texts(console: Console, picture: Picture) -> None:
    console.world.problems = [BROKEN]
    await console.send(replace(RAIN, pictures=(picture,)))
    await console.type("/help", "discord")

    outline = Outline(await console.html())

    assert outline.open == []
    names = [tag for tag, _ in outline.tags]
    assert names.count("h1") == 1
    assert names.count("h2") == 3
    assert ("label", {"class": "unseen", "for": "line"}) in outline.tags
    assert [attributes["alt"] for tag, attributes in outline.tags if tag == "img"] == ["Rain over a roof"]
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


async def test_the_page_brings_nothing_from_elsewhere_and_runs_nothing_inline(console: Console) -> None:
    await console.send()

    outline = Outline(await console.html())

    sources = [
        attributes.get("src") or attributes["href"] for tag, attributes in outline.tags if tag in {"script", "link"}
    ]
    assert sources
    for source in sources:
        assert source
        assert source.startswith("/static/")
        assert (await console.page.get(source)).status == 200
    assert not any(name == "style" or name.startswith("on") for _, attributes in outline.tags for name in attributes)
    css = await (await console.page.get("/static/console.css")).text()
    assert re.findall(r"@import|@font-face|https?:", css) == []


async def test_broken_posts_are_listed_with_place_reason_and_mend(console: Console) -> None:
    assert "mending</h2>" not in await console.html()
    console.world.problems = [BROKEN]

    html = await console.html()

    assert "1 post needs mending" in html
    assert "national/&lt;rain&gt;.md:4" in html
    assert "the title has a &#34;:&#34; without quotes" in html
    assert "put it in double quotes" in html


async def test_what_happens_reaches_an_open_page(console: Console) -> None:
    events = await console.listen()
    sent = await console.send()
    await console.adapter.edit(replace(RAIN, title="Rain at last"), TELEGRAM, Look(), shown(sent))
    await console.adapter.delete(TELEGRAM, shown(sent))
    await console.adapter.notify(DISCORD, Reply("3 posts are held."))

    _, message, first = await events.next()
    _, edited, second = await events.next()
    _, deleted, third = await events.next()
    _, notice, fourth = await events.next()
    assert [message, edited, deleted, notice] == ["message", "edited", "deleted", "notice"]
    assert (first["chat"], first["id"]) == ("telegram", "1-aa")
    assert "<b>Rain &amp; wind</b>" in first["html"]
    assert "Rain at last" in second["html"]
    assert third == {"chat": "telegram", "id": "1-aa"}
    assert (fourth["chat"], "3 posts are held." in fourth["html"]) == ("discord", True)


async def test_a_page_catches_up_with_what_it_missed(console: Console) -> None:
    [last_id] = re.findall(r'data-last="([^"]+)"', await console.html())
    await console.send()
    await console.send(nonce="2-aa")

    events = await console.listen(last_id)
    first_id, _, first = await events.next()
    assert first["id"] == "1-aa"

    again = await console.listen(last_id, **{"Last-Event-ID": first_id})
    _, _, second = await again.next()
    assert second["id"] == "2-aa"


async def test_a_page_of_an_earlier_run_is_told_to_load_anew(console: Console) -> None:
    events = await console.listen("0123abcd-7")

    assert (await events.next())[1] == "stale"


async def test_problems_and_facts_reach_an_open_page_once(console: Console) -> None:
    events = await console.listen()
    console.world.problems = [BROKEN]
    console.world.facts = Facts("examples/posts", 15, 4)
    await console.adapter.problems_changed()
    await console.adapter.problems_changed()
    console.world.problems = []
    await console.adapter.problems_changed()

    _, kind, first = await events.next()
    _, _, second = await events.next()
    assert kind == "problem"
    assert "1 post needs mending" in first["html"]
    assert "15 posts" in first["facts"]
    assert "mending" not in second["html"]


async def test_open_pages_are_let_go_at_once_when_the_console_closes(console: Console) -> None:
    events = await console.listen()

    await console.adapter.close()

    assert await events.ended()


async def test_a_silent_connection_is_kept_alive(tmp_path: Path) -> None:
    world, stream = World(), Stream()

    async def nobody(chat: Chat, line: str, language: str) -> bool:
        return False

    pages = Pages(
        guard=Guard({"127.0.0.1"}),
        board=Board(),
        stream=stream,
        view=View(UTC),
        picture_folders=(tmp_path,),
        facts=world.tell_facts,
        problems=world.tell_problems,
        ask=nobody,
        heartbeat_seconds=0.01,
    )
    application = web.Application()
    application.add_routes(pages.routes())
    async with TestClient(TestServer(application)) as page:
        answer = await page.get("/events")
        lines = [await answer.content.readline() for _ in range(6)]
        stream.close()

    assert answer.content_type == "text/event-stream"
    assert lines == [b"retry: 1000\n", b"\n"] + [b": still here\n", b"\n"] * 2


@pytest.mark.parametrize(
    ("text", "chat", "said"),
    [
        ("", "telegram", "/help"),
        ("   ", "telegram", "/help"),
        (None, "telegram", "/help"),
        ("/help", "teletext", "discord"),
        ("x" * 501, "telegram", "500"),
    ],
)
async def test_what_is_no_command_is_refused_with_a_hint(console: Console, text: object, chat: str, said: str) -> None:
    answer = await console.type(text, chat)

    assert answer.status == 400
    assert said in await answer.text()
    assert console.desk.commands == []


async def test_what_is_no_json_is_refused_with_a_hint(console: Console) -> None:
    headers = {"Origin": console.url.rstrip("/"), "Content-Type": "application/json"}
    for body in ("{", "[]", '"/help"', b"\xff"):
        answer = await console.page.post("/command", data=body, headers=headers)
        assert answer.status == 400


async def test_an_announced_picture_is_served_as_what_it_is(console: Console, picture: Picture) -> None:
    await console.send(replace(RAIN, pictures=(picture,)))

    answer = await console.page.get(f"/pictures/{digest_of(picture)}")

    assert (answer.status, answer.content_type, await answer.read()) == (200, "image/png", PNG)
    assert f'src="/pictures/{digest_of(picture)}"' in await console.html()
    assert str(picture.file) not in await console.html()


async def test_a_picture_that_no_message_shows_is_not_served(console: Console, picture: Picture) -> None:
    sent = await console.send(replace(RAIN, pictures=(picture,)))
    await console.adapter.delete(TELEGRAM, shown(sent))

    for name in (digest_of(picture), "rain.png", "..%2f..%2fetc%2fhostname"):
        assert (await console.page.get(f"/pictures/{name}")).status == 404


async def test_a_picture_that_became_a_link_to_elsewhere_is_not_served(
    console: Console, picture: Picture, tmp_path_factory: pytest.TempPathFactory
) -> None:
    await console.send(replace(RAIN, pictures=(picture,)))
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "secret.png"
    elsewhere.write_bytes(PNG)
    _replace_by_link(Path(picture.file or ""), elsewhere)

    assert (await console.page.get(f"/pictures/{digest_of(picture)}")).status == 404


async def test_a_drawing_that_could_carry_scripts_is_not_served(start: StartConsole, tmp_path: Path) -> None:
    drawing = tmp_path / "drawing.png"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    picture = Picture(file=str(drawing))
    past = Remembered("7-aa", replace(RAIN, pictures=(picture,)), Look(), 0, NOON)

    async with start(World(history={TELEGRAM: [past]})) as console:
        assert digest_of(picture) in await console.html()
        assert (await console.page.get(f"/pictures/{digest_of(picture)}")).status == 404


def _replace_by_link(file: Path, target: Path) -> None:
    file.unlink()
    file.symlink_to(target)


@pytest.mark.parametrize("name", ["..%2fpages.py", "..%2ftemplates%2fpage.html", "pages.py", "nothing.css"])
async def test_only_the_pages_own_files_are_served(console: Console, name: str) -> None:
    assert (await console.page.get(f"/static/{name}")).status == 404
