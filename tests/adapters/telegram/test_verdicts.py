"""Every answer of Telegram gets the verdict that the reference page gives it, and the real library brings it."""

import asyncio
import json
import tomllib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from telegram import Bot
from telegram.error import TelegramError

from adapters.telegram.transport import Transport
from adapters.telegram.verdicts import CAUSES, TABLE, Row, in_our_words, is_unchanged, row_of, verdict
from bot import errors

ANSWERS = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))
TOKEN = "123456789:AAF-test-token-of-the-verdicts-00000000"


def named(case: dict[str, Any]) -> str:
    return str(case.get("description") or case.get("page") or case["cause"])


class Scripted:
    """A bot whose calls end as a case says, in the real library but without a network."""

    def __init__(self) -> None:
        self.case: dict[str, Any] = {}
        transport = Transport(1, read_timeout=5, transport=httpx.MockTransport(self._play))
        self.bot = Bot(TOKEN, request=transport, get_updates_request=transport)

    def _play(self, request: httpx.Request) -> httpx.Response:
        if "cause" in self.case:
            raise getattr(httpx, self.case["cause"])("broken", request=request)
        body = {"ok": False, "error_code": self.case["status"], "description": self.case.get("description", "")}
        if "parameters" in self.case:
            body["parameters"] = self.case["parameters"]
        return httpx.Response(self.case["status"], text=self.case.get("body") or json.dumps(body))

    async def raises(self, case: dict[str, Any]) -> TelegramError:
        """What PTB makes of the case."""
        self.case = case
        with pytest.raises(TelegramError) as caught:
            await self.bot.send_message(1, "text")
        return caught.value


@pytest.fixture(scope="module")
def telegram() -> Scripted:
    return Scripted()


@pytest.mark.parametrize("case", ANSWERS["answer"], ids=named)
async def test_an_answer_gets_its_verdict(case: dict[str, Any], telegram: Scripted) -> None:
    error = await telegram.raises(case)
    assert is_unchanged(error) == (case["error"] == "unchanged")
    if case["error"] == "unchanged":
        return
    judged = verdict(error)
    assert type(judged) is getattr(errors, case["error"])
    assert case.get("says", "").lower() in str(judged).lower()
    assert TOKEN not in str(judged)
    match judged:
        case errors.TryLater():
            assert judged.retry_after == case.get("retry_after")
            assert judged.flood == (case["status"] == 429)
        case errors.DestinationMoved():
            assert judged.chat_id == case["chat_id"]
        case errors.DestinationLost():
            assert judged.doubtful == case.get("doubtful", False)


@pytest.mark.parametrize("case", ANSWERS["broken"], ids=named)
async def test_a_broken_connection_gets_its_verdict(case: dict[str, Any], telegram: Scripted) -> None:
    judged = verdict(await telegram.raises(case))
    assert type(judged) is getattr(errors, case["error"])
    assert TOKEN not in str(judged)


async def test_every_row_of_the_table_is_reached_by_an_answer(telegram: Scripted) -> None:
    reached: set[Row | None] = {row_of(await telegram.raises(case)) for case in ANSWERS["answer"]}
    assert [row.fragment for row in TABLE if row not in reached] == []


def test_every_way_to_break_has_a_case() -> None:
    assert {cause.kind.__name__ for cause in CAUSES} <= {case["cause"] for case in ANSWERS["broken"]}


def test_fragments_are_in_lower_case_for_texts_are_compared_so() -> None:
    assert [row.fragment for row in TABLE if row.fragment != row.fragment.lower()] == []


async def test_an_error_comes_out_of_the_block_in_our_words_with_its_origin(telegram: Scripted) -> None:
    error = await telegram.raises({"status": 400, "description": "Bad Request: chat not found"})
    with pytest.raises(errors.DestinationLost) as caught, in_our_words():
        raise error
    assert caught.value.__cause__ is error


# --- what is certain about a request that broke ----------------------------------------------------------------------

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]


@pytest.fixture
async def served() -> AsyncIterator[Callable[[Serve], Any]]:
    """A server that does to the connection what it is told, and the URL for it."""
    servers: list[asyncio.Server] = []

    async def serve(handle: Serve) -> str:
        server = await asyncio.start_server(handle, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/bot"

    yield serve
    for server in servers:
        server.close()


async def verdict_on_upload(url: str, size: int) -> errors.DeliveryError:
    transport = Transport(1, read_timeout=5)
    bot = Bot(TOKEN, base_url=url, request=transport)
    with pytest.raises(TelegramError) as caught:
        await bot.send_photo(1, b"x" * size)
    await transport.shutdown()
    return verdict(caught.value)


async def test_a_request_that_never_left_whole_may_be_sent_again(served: Callable[[Serve], Any]) -> None:
    async def hang_up_early(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.transport.abort()

    judged = await verdict_on_upload(await served(hang_up_early), 30_000_000)
    assert type(judged) is errors.TryLater
    assert "never left whole" in str(judged)


async def test_a_request_that_left_whole_is_in_doubt(served: Callable[[Serve], Any]) -> None:
    async def read_all_and_hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        writer.transport.abort()

    assert type(await verdict_on_upload(await served(read_all_and_hang_up), 10)) is errors.OutcomeUnknown
