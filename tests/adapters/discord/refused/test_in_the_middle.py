"""Each answer that Discord can give, in the middle of fifty channels: one has it, and the other 49 miss nothing."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.adapters.discord.refused.newsdesk import ANSWER_SECONDS, Newsdesk, has_picture, play
from tests.adapters.discord.refused.table import TABLE
from tests.adapters.refused.newsdesk import CROWD, OFTEN
from tests.adapters.refused.table import Case, Fate
from tests.emulators.discord.calls import Call
from tests.emulators.discord.faults import Fault

_MESSAGES: Final = "/channels/{channel_id}/messages"
_MESSAGE: Final = f"{_MESSAGES}/{{message_id}}"
CALLS: Final = {
    "send": ("POST", _MESSAGES),
    "post": ("POST", "/channels/{channel_id}/threads"),
    "edit": ("PATCH", _MESSAGE),
    "delete": ("DELETE", _MESSAGE),
    "pin": ("PUT", f"{_MESSAGES}/pins/{{message_id}}"),
    "publish": ("POST", f"{_MESSAGE}/crosspost"),
    "thread": ("POST", f"{_MESSAGE}/threads"),
}

NO_ADDRESS: Final[Any] = type("NoAddress", (), {"host": "discord.com", "port": 443, "ssl": True, "is_ssl": True})()
BROKEN: Final = {
    "ClientConnectorError": aiohttp.ClientConnectorError(NO_ADDRESS, OSError(111, "refused")),
    "ConnectionTimeoutError": aiohttp.ConnectionTimeoutError(),
}


@pytest.mark.parametrize(("case", "fate"), TABLE.answers_met)
def test_one_channel_is_answered_so_in_the_middle_of_fifty(
    case: Case, fate: Fate, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    play(tmp_path, partial(_one_answer, case, fate))
    if fate.call not in {"publish", "thread"}:  # harmless: nothing is said of it
        assert str(case.get("logged", case.get("says", ""))) in caplog.text


async def _one_answer(case: Case, fate: Fate, desk: Newsdesk) -> None:
    await desk.gather(case.get("kind", "text"), thread=fate.call == "thread")
    if fate.call == "pin":
        for place in (desk.victim, *desk.crowd):
            desk.discord.permit(desk.channel_of(place), "pin_messages")
    await desk.open(hears=fate.call in {"publish", "thread"})
    faults = await desk.begin(fate, partial(_answer_so, desk, case, fate))
    if fate.everybody:
        await desk.discord.until(lambda: faults[0].met)
        await desk.good_again(lambda: desk.forget(faults))
    if case.get("scope") == "bot":
        await desk.rests(faults[0], case["retry_after"])
    await desk.come_to_rest()
    if fate.call in {"publish", "thread"}:
        await desk.wait_for(lambda: faults[0].met)
    await desk.hear()
    await desk.has_come_to(fate)
    assert all(fault.met for fault in faults)
    if fate.reopens:
        await desk.reopens(fate, lambda: desk.forget(faults))


@pytest.mark.parametrize(("case", "fate"), TABLE.breaks_met)
def test_an_exchange_breaks_in_the_middle_of_fifty(case: Case, fate: Fate, tmp_path: Path) -> None:
    play(tmp_path, partial(_one_break, case, fate))


async def _one_break(case: Case, fate: Fate, desk: Newsdesk) -> None:
    await desk.gather("text")
    await desk.open()
    if "breaks" in case:
        desk.adapter.breaks[desk.victim.chat_id] = BROKEN[case["breaks"]]
    else:
        desk.discord.fault(case["fault"], method="POST", channel=desk.channel)
    await desk.breaks_off(fate, patience=ANSWER_SECONDS if "hang" in case.get("fault", "") else 0.0)


def _answer_so(desk: Newsdesk, case: Case, fate: Fate) -> list[Fault]:
    for right in case.get("permitted", ()):
        desk.discord.permit(desk.channel, right)
    method, path = CALLS[fate.call]
    count = OFTEN if fate.lasts or fate.everybody else case.get("times", 1)
    fault = partial(desk.discord.fault, **_answer(case, fate), count=count)
    only = _shows_a_picture if case.get("with_picture") else None
    faults = [fault(method=method, path=path, channel=desk.channel, only=only)]
    if fate.everybody:
        sent = 0

        def after_half(_: Call) -> bool:
            nonlocal sent
            sent += 1
            return sent > CROWD // 2

        faults.append(fault(only=after_half))
    return faults


def _answer(case: Case, fate: Fate) -> dict[str, Any]:
    """The answer as the emulator gives it."""
    headers = case.get("headers", {})
    answer: dict[str, Any] = {"code": case.get("code", 0), "via": headers.get("Via") != "", "text_body": "text" in case}
    if case["status"] == 429:
        scope = headers.get("X-RateLimit-Scope", "user")
        return answer | {"kind": "rate_limited", "retry_after": float(headers.get("Retry-After", 0)), "scope": scope}
    answer |= {key: case[key] for key in ("message", "errors") if key in case}
    return answer | {"kind": "status", "status": case["status"], "accept": fate.arrives}


def _shows_a_picture(call: Call) -> bool:
    return bool(call.files) or has_picture(call.form.get("embeds", ()))
