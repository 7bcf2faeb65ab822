"""Every answer of Discord gets the verdict that the reference page gives it."""

import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest

from adapters.discord.verdicts import ROWS, harmless, verdict
from bot import errors
from bot.errors import DeliveryError, OutcomeUnknown, TryLater
from bot.texts import texts

CASES = tomllib.loads(Path(__file__).with_name("answers.toml").read_text(encoding="utf-8"))


def named(case: dict[str, Any]) -> str:
    return str(case.get("name") or case["code"])


def answered(case: dict[str, Any]) -> discord.HTTPException:
    """What discord.py raises for an answer."""
    headers = {"Via": "1.1 google", "Content-Type": "application/json", **case.get("headers", {})}
    response: Any = SimpleNamespace(status=case["status"], reason="refused", headers=headers)
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(case["status"], discord.HTTPException)
    body = {"code": case.get("code", 0), "message": case.get("message", ""), "errors": case.get("errors")}
    return kind(response, case.get("text") or body)


def check(error: DeliveryError, case: dict[str, Any]) -> None:
    assert type(error) is getattr(errors, case["error"])
    assert case.get("says", "") in str(error)
    assert "\n" not in str(error)
    assert texts("km").term(str(error)) != str(error)
    if isinstance(error, TryLater):
        expected = case.get("retry_after"), case.get("flood", False), case.get("scope", "destination")
        assert (error.retry_after, error.flood, error.scope) == expected


@pytest.mark.parametrize("case", CASES["answer"], ids=named)
def test_an_answer_gets_its_verdict(case: dict[str, Any]) -> None:
    check(verdict(answered(case)), case)


@pytest.mark.parametrize("case", [case for case in CASES["answer"] if "with_picture" in case], ids=named)
def test_a_picture_is_suspected_first(case: dict[str, Any]) -> None:
    check(verdict(answered(case), picture=True), {**case, "error": case["with_picture"]})


def test_every_row_of_the_table_has_a_case() -> None:
    assert {row.code for row in ROWS} <= {case.get("code") for case in CASES["answer"]}
    assert len({row.code for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("case", CASES["answer"], ids=named)
def test_what_needs_no_care_is_told_apart(case: dict[str, Any]) -> None:
    assert bool(harmless(answered(case))) == case.get("harmless", False)


def _connection_key() -> Any:
    return SimpleNamespace(host="discord.com", port=443, ssl=True, is_ssl=True)


BREAKAGES: list[tuple[Exception, type[DeliveryError]]] = [
    (aiohttp.ClientConnectorError(_connection_key(), OSError(111, "refused")), TryLater),
    (aiohttp.ConnectionTimeoutError(), TryLater),
    (aiohttp.ServerDisconnectedError(), OutcomeUnknown),
    (aiohttp.ClientOSError(104, "reset"), OutcomeUnknown),
    (aiohttp.SocketTimeoutError(), OutcomeUnknown),
    (aiohttp.ClientPayloadError(), OutcomeUnknown),
    (TimeoutError(), OutcomeUnknown),
    (TypeError("string indices must be integers"), OutcomeUnknown),
    (discord.LoginFailure("no"), errors.BotRefused),
    (errors.MessageGone("gone"), errors.MessageGone),
]


@pytest.mark.parametrize(("error", "expected"), BREAKAGES, ids=lambda value: type(value).__name__)
def test_a_broken_connection_is_unknown_unless_it_never_was_one(
    error: Exception, expected: type[DeliveryError]
) -> None:
    assert type(verdict(error)) is expected


def test_a_pause_that_the_library_will_not_sleep_through_is_a_flood_wait() -> None:
    error = verdict(discord.RateLimited(3600.0))
    assert isinstance(error, TryLater)
    assert (error.retry_after, error.flood, error.scope) == (3600.0, True, "route")


@pytest.mark.parametrize("code", [50001, 50013])
def test_a_missing_permission_is_named_with_the_way_to_it(code: int) -> None:
    reason = str(verdict(answered({"code": code, "status": 403})))
    assert "View Channel" in reason
    assert "settings > Permissions" in reason


def test_reasons_fit_into_the_middle_of_a_sentence() -> None:
    for row in ROWS:
        assert not row.reason.endswith(".")
        assert row.reason[0].islower() or row.reason.startswith("Discord")
