"""Every answer of Telegram gets the verdict that the reference page gives it, and the real library brings it."""

import json
import re
import tomllib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.bodies import Phase
from adapters.telegram.transport import AnswerTooLargeError, Broken, ProxyUnusableError
from adapters.telegram.verdicts import CAUSES, TABLE, Row, cause_of, in_our_words, is_unchanged, row_of, verdict
from bot import errors
from bot.texts import texts
from tests.adapters.telegram.transport_wire import TOKEN, Line, bot_at, wire

KHMER = texts("km")

ANSWERS = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))


def named(case: dict[str, Any]) -> str:
    return str(case.get("description") or case["page"])


class Scripted:
    """A bot whose calls are answered as a case says."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.answer = b""

    async def serve(self, line: Line) -> None:
        with suppress(AssertionError, ConnectionError):
            while True:
                await line.request()
                await line.write(self.answer)

    async def raises(self, case: dict[str, Any]) -> TelegramError:
        """What PTB makes of the case."""
        body = {"ok": False, "error_code": case["status"], "description": case.get("description", "")}
        if "parameters" in case:
            body["parameters"] = case["parameters"]
        content = (case.get("body") or json.dumps(body)).encode()
        self.answer = b"HTTP/1.1 %d Answer\r\nContent-Length: %d\r\n\r\n%b" % (case["status"], len(content), content)
        with pytest.raises(TelegramError) as caught:
            await self._bot.send_message(1, "text")
        return caught.value


@pytest.fixture
async def telegram() -> AsyncIterator[Scripted]:
    async def serve(line: Line) -> None:
        await scripted.serve(line)

    async with wire(serve) as server, bot_at(server.url) as bot:
        scripted = Scripted(bot)
        yield scripted


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


async def test_every_row_of_the_table_is_reached_by_an_answer(telegram: Scripted) -> None:
    reached: set[Row | None] = {row_of(await telegram.raises(case)) for case in ANSWERS["answer"]}
    assert [row.fragment for row in TABLE if row not in reached] == []


BREAKS = [
    (Phase.QUEUED, TimeoutError, errors.TryLater, "busy"),
    (Phase.QUEUED, RuntimeError, errors.TryLater, "not made"),
    (Phase.LEAVING, aiohttp.ConnectionTimeoutError, errors.TryLater, "reached in time"),
    (Phase.LEAVING, ProxyUnusableError, errors.TryLater, "HTTPS_PROXY"),
    (Phase.LEAVING, aiohttp.ClientProxyConnectionError, errors.TryLater, "proxy can't be reached"),
    (Phase.LEAVING, aiohttp.ClientHttpProxyError, errors.TryLater, "proxy does not lead"),
    (Phase.LEAVING, aiohttp.ClientConnectorCertificateError, errors.TryLater, "CA certificates"),
    (Phase.LEAVING, aiohttp.ClientConnectorSSLError, errors.TryLater, "TLS"),
    (Phase.LEAVING, aiohttp.ClientConnectorDNSError, errors.TryLater, "DNS"),
    (Phase.LEAVING, aiohttp.ClientConnectorError, errors.TryLater, "can't be reached"),
    (Phase.LEAVING, aiohttp.ServerDisconnectedError, errors.TryLater, "before anything was sent"),
    (Phase.WRITING, TimeoutError, errors.TryLater, "in time; the request never left whole"),
    (Phase.WRITING, aiohttp.ClientOSError, errors.TryLater, "broke while the request was sent; the request never"),
    (Phase.WRITTEN, aiohttp.SocketTimeoutError, errors.OutcomeUnknown, "did not answer in time"),
    (Phase.WRITTEN, aiohttp.ServerDisconnectedError, errors.OutcomeUnknown, "hung up"),
    (Phase.WRITTEN, aiohttp.ClientResponseError, errors.OutcomeUnknown, "speak HTTP"),
    (Phase.WRITTEN, aiohttp.ClientOSError, errors.OutcomeUnknown, "before Telegram answered"),
    (Phase.ANSWERING, aiohttp.SocketTimeoutError, errors.OutcomeUnknown, "rest of Telegram's answer"),
    (Phase.ANSWERING, AnswerTooLargeError, errors.OutcomeUnknown, "too large"),
    (Phase.ANSWERING, aiohttp.ClientPayloadError, errors.OutcomeUnknown, "in the middle"),
]


@pytest.mark.parametrize(
    ("phase", "kind", "error", "says"), BREAKS, ids=[f"{case[0].name} {case[1].__name__}" for case in BREAKS]
)
def test_a_broken_exchange_gets_its_verdict(
    phase: Phase, kind: type[Exception], error: type[errors.DeliveryError], says: str
) -> None:
    judged = verdict(Broken(phase, kind))
    assert type(judged) is error
    assert says in str(judged)


def test_every_cause_is_reached_by_a_case() -> None:
    reached = {cause_of(Broken(phase, kind)) for phase, kind, _, _ in BREAKS}
    assert [cause for cause in CAUSES if cause not in reached] == []


@pytest.mark.parametrize("phase", Phase)
def test_an_error_that_nobody_foresaw_gets_the_verdict_of_its_phase(phase: Phase) -> None:
    unsent = phase in {Phase.QUEUED, Phase.LEAVING, Phase.WRITING}
    assert type(verdict(Broken(phase, ZeroDivisionError))) is (errors.TryLater if unsent else errors.OutcomeUnknown)


def test_fragments_are_in_lower_case_for_texts_are_compared_so() -> None:
    assert [row.fragment for row in TABLE if row.fragment != row.fragment.lower()] == []


def test_who_reads_why_a_chat_is_lost_reads_what_to_do() -> None:
    reasons = {row.reason for row in TABLE if row.error is errors.DestinationLost} - {
        "the person's account was deleted"
    }
    assert [reason for reason in reasons if "; " not in reason] == []


async def test_an_error_comes_out_of_the_block_in_our_words_with_its_origin(telegram: Scripted) -> None:
    error = await telegram.raises({"status": 400, "description": "Bad Request: chat not found"})
    with pytest.raises(errors.DestinationLost) as caught, in_our_words():
        raise error
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("reason", sorted({row.reason for row in TABLE} | {cause.reason for cause in CAUSES}))
def test_every_reason_is_told_in_khmer_as_well(reason: str) -> None:
    assert KHMER.term(reason) != reason


@pytest.mark.parametrize("kind", [BadRequest, Forbidden])
def test_of_an_answer_that_nobody_foresaw_only_telegrams_own_words_are_told_as_they_came(
    kind: type[TelegramError],
) -> None:
    told = KHMER.term(str(verdict(kind("Bad Request: a new rule; see {place}"))), place="Readers")
    ours, _, theirs = told.partition("“")

    assert theirs == "A new rule; see {place}”"
    assert not re.search("[a-z]", ours.replace("Telegram", ""))
