"""The transport does what PTB asks of one: bodies, time limits, proxies, an orderly life."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import Message

import pytest
from telegram import Bot, InputMediaPhoto
from telegram.error import NetworkError, TelegramError

from adapters.telegram import transport as module
from adapters.telegram.transport import Broken, Flood, Transport
from adapters.telegram.verdicts import verdict
from bot.errors import OutcomeUnknown, TryLater
from tests.adapters.telegram.transport_wire import ANSWER, TOKEN, Line, Wire, bot_at, wire

PHOTO = b"\x89PNG\r\n\x00\xff" + bytes(range(256)) * 500
KHMER = 'ទន្លេ "មេគង្គ".jpg'


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def answering(content: bytes, status: int = 200, head: bytes = b"") -> Callable[[Line], Awaitable[None]]:
    """Answers one request."""

    async def answer(line: Line) -> None:
        await line.request()
        await line.write(b"HTTP/1.1 %d Answer\r\n%bContent-Length: %d\r\n\r\n" % (status, head, len(content)) + content)
        await line.receive_to_the_end()

    return answer


async def keep_silent(line: Line) -> None:
    await line.receive_to_the_end()


def form(request: bytes) -> dict[str, Message]:
    """The parts of a form by name, as somebody else's parser reads them."""
    head, _, body = request.partition(b"\r\n\r\n")
    kind = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-type:"))
    whole = message_from_bytes(kind + b"\r\n\r\n" + body)
    assert whole.is_multipart()
    return {str(part.get_param("name", header="content-disposition")): part for part in whole.walk() if part != whole}


# --- bodies ---------------------------------------------------------------------------------------------------------


async def test_a_plain_call_goes_as_json_on_one_connection() -> None:
    async with wire() as server, bot_at(server.url) as bot:
        for number in range(3):
            await bot.send_message(number, "ទន្លេ 🌊 \ud800", disable_notification=True)
        assert len(server.lines) == 1
    head, _, body = server.requests[2].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /bot%b/sendMessage HTTP/1.1\r\n" % TOKEN.encode())
    assert b"Content-Type: application/json" in head
    assert json.loads(body) == {"chat_id": 2, "text": "ទន្លេ 🌊 \ud800", "disable_notification": True}


async def test_an_upload_goes_as_a_form_with_the_name_as_it_is() -> None:
    async with wire() as server, bot_at(server.url) as bot:
        await bot.send_photo(-100, PHOTO, caption="ទន្លេ", filename=KHMER)
    parts = form(server.requests[0])
    assert set(parts) == {"chat_id", "caption", "photo"}
    assert parts["chat_id"].get_payload(decode=True) == b"-100"
    assert parts["caption"].get_payload(decode=True) == "ទន្លេ".encode()
    assert parts["photo"].get_payload(decode=True) == PHOTO
    assert parts["photo"].get_content_type() == "image/jpeg"
    assert f'filename="{KHMER.replace(chr(34), "%22")}"'.encode() in server.requests[0]


async def test_a_name_of_a_file_adds_no_head_to_the_form() -> None:
    async with wire() as server, bot_at(server.url) as bot:
        await bot.send_photo(1, PHOTO, filename='a"\r\nX-Evil: 1\r\n\r\n.png')
    assert form(server.requests[0])["photo"]["X-Evil"] is None


async def test_a_picture_that_is_attached_is_named_in_the_structure() -> None:
    async with wire() as server, bot_at(server.url) as bot:
        await bot.edit_message_media(InputMediaPhoto(PHOTO, "words", filename="a.png"), 1, 2)
    parts = form(server.requests[0])
    media = json.loads(bytes(parts["media"].get_payload(decode=True)))
    scheme, _, name = media["media"].partition("://")
    assert (scheme, media["caption"]) == ("attach", "words")
    assert parts[name].get_payload(decode=True) == PHOTO


async def test_a_file_can_be_fetched() -> None:
    async with wire(answering(b"\x00\xff")) as server, Transport(1, 20.0) as transport:
        assert await transport.retrieve(f"{server.url}/file") == b"\x00\xff"


# --- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"null", b""])
async def test_an_answer_that_is_none_leaves_the_outcome_open(content: bytes) -> None:
    async with wire(answering(content)) as server, bot_at(server.url) as bot:
        with pytest.raises(TelegramError, match="Invalid server response") as caught:
            await bot.send_message(1, "text")
    assert type(verdict(caught.value)) is OutcomeUnknown


@pytest.mark.parametrize("content", [b"<html>", b"[1]"])
async def test_a_page_of_a_proxy_is_no_answer_of_telegram(content: bytes) -> None:
    async with wire(answering(content, 502)) as server, bot_at(server.url) as bot:
        with pytest.raises(NetworkError, match="502") as caught:
            await bot.send_message(1, "text")
    assert type(verdict(caught.value)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("content", "seconds"),
    [(b'{"parameters": {"retry_after": 3}}', 3.0), (b'{"parameters": {"retry_after": 0}}', 0.0), (b"<html>", None)],
)
async def test_a_flood_names_its_seconds(content: bytes, seconds: float | None) -> None:
    async with wire(answering(content, 429)) as server, bot_at(server.url) as bot:
        with pytest.raises(Flood) as caught:
            await bot.send_message(1, "text")
    assert caught.value.seconds == seconds


@pytest.mark.parametrize("packed", [False, True])
async def test_what_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch, *, packed: bool) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER_BYTES", 100_000)
    content = b" " * 50_000_000
    head = b"Content-Encoding: gzip\r\n" if packed else b""
    sent = gzip.compress(content, 1) if packed else content

    async def flood(line: Line) -> None:
        try:
            await answering(sent, head=head)(line)
        except ConnectionError:
            return

    async with wire(flood) as server, bot_at(server.url) as bot:
        with pytest.raises(Broken) as caught:
            await bot.send_message(1, "text")
    judged = verdict(caught.value)
    assert (type(judged), str(judged)) == (OutcomeUnknown, "the answer is too large to be Telegram's")


async def test_a_long_poll_is_given_its_time() -> None:
    async def answer_late(line: Line) -> None:
        await line.request()
        await asyncio.sleep(0.2)
        content = b'{"ok": true, "result": []}'
        await line.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content))

    async with wire(answer_late) as server, bot_at(server.url, read_timeout=0.05) as bot:
        assert await bot.get_updates(timeout=2) == ()


# --- life -----------------------------------------------------------------------------------------------------------


async def test_it_can_be_opened_and_closed_at_any_time_and_again() -> None:
    transport = Transport(1, 20.0)
    await transport.shutdown()
    async with wire() as server:
        bot = Bot(TOKEN, base_url=server.url, request=transport)
        for _ in range(2):
            await transport.initialize()
            await transport.initialize()
            await bot.delete_message(1, 1)
            await transport.shutdown()
            await transport.shutdown()
        with pytest.raises(Broken) as caught:
            await bot.delete_message(1, 1)
        assert len(server.requests) == 2
    assert type(verdict(caught.value)) is TryLater


async def test_a_close_breaks_what_is_in_the_air_each_with_its_own_certainty() -> None:
    asked = asyncio.Event()

    async def ask(line: Line) -> None:
        await line.request()
        asked.set()
        await line.receive_to_the_end()

    async with wire(ask) as server:
        transport = Transport(1, 20.0)
        await transport.initialize()
        bot = Bot(TOKEN, base_url=server.url, request=transport)
        calls = [asyncio.create_task(bot.delete_message(1, number)) for number in range(3)]
        await asked.wait()
        await transport.shutdown()
        broken = await asyncio.gather(*calls, return_exceptions=True)
        assert len(server.lines) == 1
    kinds = [type(verdict(error)) for error in broken if isinstance(error, Broken)]
    assert kinds == [OutcomeUnknown, TryLater, TryLater]


@pytest.mark.parametrize("size", [0, 30_000_000], ids=["waiting", "uploading"])
async def test_a_cancelled_call_gives_its_connection_back(size: int) -> None:
    """Each after the other, and those that wait for a connection as well: at the end all can be had again."""
    asked = asyncio.Queue[None]()

    async def hang_while_told(line: Line) -> None:
        if not hanging:
            await server.answer_all(line)
            return
        await line.receive()
        asked.put_nowait(None)
        await line.receive_to_the_end()

    hanging = True
    async with wire(hang_while_told) as server, bot_at(server.url, connections=2) as bot:
        for _ in range(10):
            content = b"x" * size
            calls = [
                asyncio.create_task(bot.send_photo(1, content) if size else bot.delete_message(1, 1)) for _ in range(4)
            ]
            await asked.get()
            await asked.get()
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
            assert all(call.cancelled() for call in calls)
        hanging = False
        await asyncio.gather(*(bot.delete_message(1, number, pool_timeout=5) for number in range(20)))
        assert len(server.requests) == 20


async def test_no_more_connections_are_made_than_may_be() -> None:
    async with wire() as server, bot_at(server.url, connections=3) as bot:
        await asyncio.gather(*(bot.delete_message(1, number) for number in range(50)))
        assert (len(server.requests), len(server.lines)) == (50, 3)


async def test_cookies_are_not_kept() -> None:
    async def set_cookie(line: Line) -> None:
        while True:
            server.requests.append(await line.request())
            await line.write(ANSWER.replace(b"\r\n", b"\r\nSet-Cookie: a=b\r\n", 1))

    async def serve(line: Line) -> None:
        try:
            await set_cookie(line)
        except (AssertionError, ConnectionError):
            return

    async with wire(serve) as server, bot_at(server.url) as bot:
        await bot.delete_message(1, 1)
        await bot.delete_message(1, 2)
    assert not any(b"cookie" in request.lower() for request in server.requests)


# --- proxies --------------------------------------------------------------------------------------------------------


def address(server: Wire) -> str:
    return server.url.removeprefix("http://").removesuffix("/bot")


@pytest.mark.parametrize(
    ("name", "scheme"), [("HTTPS_PROXY", "http://"), ("https_proxy", ""), ("ALL_PROXY", "http://")]
)
async def test_the_proxy_of_the_environment_is_asked_for_the_way(
    name: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    async def refuse(line: Line) -> None:
        asked.append(await line.request())
        await line.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    async with wire(refuse) as proxy:
        monkeypatch.setenv(name, f"{scheme}somebody:secret@{address(proxy)}")
        async with bot_at("https://api.telegram.org/bot") as bot:
            with pytest.raises(Broken) as caught:
                await bot.delete_message(1, 1)
    judged = verdict(caught.value)
    assert (type(judged), str(judged)) == (TryLater, "the proxy does not lead to Telegram")
    assert asked[0].startswith(b"CONNECT api.telegram.org:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic c29tZWJvZHk6c2VjcmV0" in asked[0]


async def test_a_plain_address_goes_through_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{address(proxy)}")
        async with bot_at("http://telegram.example/bot") as bot:
            await bot.delete_message(1, 1)
    assert proxy.requests[0].startswith(b"POST http://telegram.example/bot")


async def test_no_proxy_is_asked_for_what_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    async with wire() as server, wire() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://{address(proxy)}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with bot_at(server.url) as bot:
            await bot.delete_message(1, 1)
        assert (len(server.requests), len(proxy.requests)) == (1, 0)


async def test_a_proxy_that_does_not_speak_http_is_named_as_the_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    async with bot_at("https://api.telegram.org/bot") as bot:
        with pytest.raises(Broken) as caught:
            await bot.delete_message(1, 1)
    judged = verdict(caught.value)
    assert type(judged) is TryLater
    assert "HTTPS_PROXY" in str(judged)
