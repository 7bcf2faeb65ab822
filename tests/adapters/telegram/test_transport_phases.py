"""However a connection breaks, it is certain whether the request may be sent again. Sockets are bare, the rest real."""

import asyncio
import socket
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp.http import StreamWriter
from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.bodies import PIECE_BYTES, Body, Phase, Trip
from adapters.telegram.transport import Broken
from adapters.telegram.verdicts import verdict
from bot.errors import DeliveryError, OutcomeUnknown, TryLater
from tests.adapters.telegram.transport_wire import ANSWER, TOKEN, WHOLE, Line, bot_at, wire

LARGE = 30_000_000  # more than any socket takes in advance
End = Callable[[Line], None]

both_ends = pytest.mark.parametrize("end", [Line.close, Line.reset], ids=["FIN", "RST"])


async def broken(bot: Bot, size: int = 0, **options: Any) -> tuple[Phase, DeliveryError]:
    """How far a call got that breaks, and the verdict on it. With a `size`, it uploads so many bytes."""
    call = bot.send_photo(1, b"x" * size, **options) if size else bot.send_message(1, "text", **options)
    with pytest.raises(Broken) as caught:
        await call
    judged = verdict(caught.value)
    assert TOKEN not in f"{caught.value!r} {judged}"
    return caught.value.phase, judged


# --- before anything was written ------------------------------------------------------------------------------------


async def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    async with bot_at(f"http://127.0.0.1:{port}/bot") as bot:
        phase, judged = await broken(bot)
    assert phase is Phase.LEAVING
    assert (type(judged), str(judged)) == (TryLater, "Telegram can't be reached")


async def test_the_name_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    async with bot_at("http://api.invalid/bot") as bot:
        phase, judged = await broken(bot)
    assert phase is Phase.LEAVING
    assert (type(judged), str(judged)) == (TryLater, "Telegram's address can't be looked up (DNS)")


@both_ends
async def test_the_handshake_of_tls_breaks(end: End) -> None:
    async def refuse(line: Line) -> None:
        await line.receive()
        end(line)

    async with wire(refuse) as server, bot_at(server.url.replace("http:", "https:")) as bot:
        phase, judged = await broken(bot)
    assert phase is Phase.LEAVING
    assert type(judged) is TryLater


async def test_the_handshake_of_tls_hangs() -> None:
    async with wire(Line.receive_to_the_end) as server, bot_at(server.url.replace("http:", "https:")) as bot:
        phase, judged = await broken(bot, connect_timeout=0.05)
    assert phase is Phase.LEAVING
    assert (type(judged), str(judged)) == (TryLater, "Telegram can't be reached in time")


async def test_every_connection_is_busy() -> None:
    asked = asyncio.Event()

    async def keep_waiting(line: Line) -> None:
        await line.request()
        asked.set()
        await line.receive_to_the_end()

    async with wire(keep_waiting) as server, bot_at(server.url) as bot:
        first = asyncio.create_task(bot.send_message(1, "text"))
        await asked.wait()
        phase, judged = await broken(bot, pool_timeout=0.05)
        assert len(server.lines) == 1
        assert not server.lines[0].read
        first.cancel()
        await asyncio.wait({first})
    assert phase is Phase.QUEUED
    assert (type(judged), str(judged)) == (TryLater, "all connections to Telegram are busy")


async def test_an_idle_connection_was_torn_down_and_the_system_refuses_what_is_written() -> None:
    async with wire() as server, bot_at(server.url) as bot:
        await bot.delete_message(1, 1)
        server.lines[0].reset()  # without a turn of the event loop, the client can't have noticed
        phase, judged = await broken(bot)
        assert len(server.requests) == 1
    assert phase is Phase.WRITING
    assert type(judged) is TryLater


# --- in the middle of the request -----------------------------------------------------------------------------------


@both_ends
async def test_the_server_hangs_up_without_reading_the_upload(end: End) -> None:
    async def hang_up(line: Line) -> None:
        end(line)

    async with wire(hang_up) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, LARGE)
    assert phase in {Phase.LEAVING, Phase.WRITING}  # it may end before aiohttp begins
    assert type(judged) is TryLater


@both_ends
async def test_the_server_hangs_up_in_the_middle_of_the_upload(end: End) -> None:
    async def hang_up(line: Line) -> None:
        await line.receive(1_000_000)
        end(line)

    async with wire(hang_up) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, LARGE)
    assert phase is Phase.WRITING
    assert type(judged) is TryLater
    assert "never left whole" in str(judged)


async def test_what_is_left_of_an_upload_that_stopped_never_follows() -> None:
    given_up = asyncio.Event()

    async def stop_reading(line: Line) -> None:
        await line.receive(100_000)
        await given_up.wait()
        await line.receive_to_the_end()

    async with wire(stop_reading) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, LARGE, write_timeout=0.1)
        given_up.set()
        line = server.lines[0]
        await line.ended.wait()
        assert len(line.read) < line.promised
    assert phase is Phase.WRITING
    assert str(judged) == "the request did not get through in time; the request never left whole"
    assert type(judged) is TryLater


async def test_a_server_that_stops_talking_but_goes_on_reading_gets_no_whole_upload() -> None:
    async def half_close(line: Line) -> None:
        await line.receive(100_000)
        line.half_close()
        await line.receive_to_the_end()

    async with wire(half_close) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, LARGE)
        line = server.lines[0]
        await line.ended.wait()
        assert len(line.read) < line.promised
    assert phase is Phase.WRITING
    assert type(judged) is TryLater


async def test_a_slow_line_has_time_as_long_as_it_moves() -> None:
    async def read_slowly(line: Line) -> None:
        while b"\r\n\r\n" not in line.read or len(line.read) < line.promised:
            await line.receive(min(len(line.read) + 3_000_000, LARGE))
            await asyncio.sleep(0.2)
        await line.write(ANSWER)

    async with wire(read_slowly) as server, bot_at(server.url) as bot:
        await bot.send_photo(1, b"x" * LARGE, write_timeout=1.5)


async def test_what_lies_in_the_buffer_of_the_event_loop_may_still_leave() -> None:
    """The last piece is out of hand although it has not left: this is no "not sent"."""
    given: list[int] = []

    async def write(piece: bytes, *, drain: bool) -> None:
        given.append(len(piece))

    async def drain() -> None:
        if sum(given) == 3 * PIECE_BYTES:
            await asyncio.Event().wait()

    writer = SimpleNamespace(write=write, drain=drain, transport=SimpleNamespace(is_closing=lambda: False))
    trip = Trip()
    body = Body((b"x" * 3 * PIECE_BYTES,), "text/plain", trip, patience=0.01)
    with pytest.raises(TimeoutError):
        await body.write(cast(StreamWriter, writer))
    assert given == [PIECE_BYTES] * 3
    assert trip.phase is Phase.WRITTEN


# --- after the whole request ----------------------------------------------------------------------------------------


async def test_the_request_was_taken_by_the_system_of_a_server_that_never_looks() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with bot_at(f"http://127.0.0.1:{listener.getsockname()[1]}/bot") as bot:
            phase, judged = await broken(bot, read_timeout=0.05)
    assert phase is Phase.WRITTEN
    assert (type(judged), str(judged)) == (OutcomeUnknown, "Telegram did not answer in time")


HALVES = {
    "nothing": (b"", Phase.WRITTEN),
    "half of the head": (ANSWER[:30], Phase.WRITTEN),
    "no more than the head": (ANSWER[: -len(WHOLE)], Phase.ANSWERING),
    "half of the answer": (ANSWER[:-5], Phase.ANSWERING),
    "half of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n{", Phase.ANSWERING),
}
every_half = pytest.mark.parametrize(("half", "far"), HALVES.values(), ids=HALVES)


@every_half
@both_ends
async def test_the_server_hangs_up_while_it_has_the_request(half: bytes, far: Phase, end: End) -> None:
    async def hang_up(line: Line) -> None:
        await line.request()
        await line.write(half)
        end(line)

    async with wire(hang_up) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot)
        assert len(server.lines) == 1
    assert phase is far or (end is Line.reset and phase is Phase.WRITTEN)  # a reset may overtake what was written
    assert type(judged) is OutcomeUnknown


@every_half
async def test_the_server_falls_silent_while_it_has_the_request(half: bytes, far: Phase) -> None:
    async def fall_silent(line: Line) -> None:
        await line.request()
        await line.write(half)
        await line.receive_to_the_end()

    async with wire(fall_silent) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, read_timeout=0.05)
    assert phase is far
    assert type(judged) is OutcomeUnknown
    assert "in time" in str(judged)


@both_ends
async def test_the_server_hangs_up_after_a_whole_upload(end: End) -> None:
    async def hang_up(line: Line) -> None:
        await line.request()
        end(line)

    async with wire(hang_up) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot, 3_000_000)
    assert phase is Phase.WRITTEN
    assert type(judged) is OutcomeUnknown


async def test_something_else_than_http_answers() -> None:
    async def greet(line: Line) -> None:
        await line.request()
        await line.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")

    async with wire(greet) as server, bot_at(server.url) as bot:
        phase, judged = await broken(bot)
    assert phase is Phase.WRITTEN
    assert (type(judged), str(judged)) == (OutcomeUnknown, "what answered does not speak HTTP")


# --- connections that are used again --------------------------------------------------------------------------------


@both_ends
async def test_a_kept_connection_that_ends_with_the_request_is_in_doubt_and_nothing_is_sent_twice(end: End) -> None:
    async def hang_up_at_the_second(line: Line) -> None:
        await line.request()
        await line.write(ANSWER)
        await line.receive()
        end(line)

    async with wire(hang_up_at_the_second) as server, bot_at(server.url) as bot:
        await bot.delete_message(1, 1)
        phase, judged = await broken(bot)
        assert len(server.lines) == 1, "it was sent again, on another connection"
    assert phase is Phase.WRITTEN
    assert type(judged) is OutcomeUnknown


async def test_a_kept_connection_that_ended_unseen_is_in_doubt() -> None:
    """The system takes what is written on it, and learns of the end from the server's answer to that."""
    async with wire() as server, bot_at(server.url) as bot:
        await bot.delete_message(1, 1)
        server.lines[0].close()  # without a turn of the event loop, the client can't have noticed
        phase, judged = await broken(bot)
        assert len(server.lines) == len(server.requests) == 1
    assert phase is Phase.WRITTEN
    assert type(judged) is OutcomeUnknown


async def test_a_kept_connection_that_ended_long_ago_is_replaced() -> None:
    async def hang_up(line: Line) -> None:
        server.requests.append(await line.request())
        await line.write(ANSWER)

    async with wire(hang_up) as server, bot_at(server.url) as bot:
        for _ in range(3):
            await bot.delete_message(1, 1)
            await server.lines[-1].ended.wait()
            await asyncio.sleep(0.01)  # the news has to reach the client, which tells nobody
        assert len(server.lines) == len(server.requests) == 3


# --- what PTB makes of the rest -------------------------------------------------------------------------------------


async def test_a_redirect_is_not_followed_for_it_would_be_a_second_request() -> None:
    async def redirect(line: Line) -> None:
        server.requests.append(await line.request())
        place = server.url.encode()
        await line.write(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: %b/x\r\nContent-Length: 0\r\n\r\n" % place)
        await line.receive_to_the_end()

    async with wire(redirect) as server, bot_at(server.url) as bot:
        with pytest.raises(TelegramError, match="307"):
            await bot.send_message(1, "text")
        assert len(server.requests) == 1
