"""Each answer that Telegram can give, in the middle of fifty chats: one has it, and the other 49 miss nothing."""

from __future__ import annotations

import asyncio
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from adapters.telegram.bodies import Phase
from adapters.telegram.transport import Broken
from tests.adapters.refused.newsdesk import CROWD, OFTEN
from tests.adapters.refused.table import Case, Fate
from tests.adapters.telegram.refused.newsdesk import ANSWER_SECONDS, Newsdesk, newsdesk
from tests.adapters.telegram.refused.table import TABLE, named
from tests.delivering.virtual_time import SkippingLoop
from tests.emulators.telegram import Chat
from tests.emulators.telegram.faults import Fault

METHODS = {
    "send": ("sendPhoto", "sendMessage"),
    "edit": ("editMessageCaption", "editMessageText", "editMessageMedia"),
    "delete": ("deleteMessage",),
    "pin": ("pinChatMessage",),
}

ANSWERS = [
    pytest.param(case, fate, id=f"{number} {name}: {named(case)}")
    for number, case in enumerate(TABLE.answers)
    for name, fate in TABLE.fates_of(case)
]
BREAKS = [pytest.param(case, fate, id=named(case)) for case in TABLE.broken for _, fate in TABLE.fates_of(case)]


@pytest.mark.parametrize(("case", "fate"), ANSWERS)
def test_one_chat_is_answered_so_in_the_middle_of_fifty(
    case: Case, fate: Fate, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(_one_answer(case, fate, tmp_path))
    assert fate.call == "delete" or case.get("says", "").lower() in caplog.text.lower()
    assert caplog.text.count("nothing is sent for 300 s") == fate.everybody, "however many calls were in the air"


async def _one_answer(case: Case, fate: Fate, folder: Path) -> None:
    async with newsdesk(folder) as desk:
        await desk.gather(case.get("chat", "supergroup"), editor=fate.call == "pin")
        await desk.open()
        faults = await _begin(desk, case, fate)
        if fate.everybody:
            await _mend_the_token(desk, faults)
        await desk.come_to_rest()
        await desk.hear()
        await desk.has_come_to(fate)
        if fate.reopens:
            await desk.reopens(fate, lambda: desk.forget(faults))


@pytest.mark.parametrize(("case", "fate"), BREAKS)
def test_an_exchange_breaks_in_the_middle_of_fifty(case: Case, fate: Fate, tmp_path: Path) -> None:
    with asyncio.Runner(loop_factory=SkippingLoop) as runner:
        runner.run(_one_break(case, fate, tmp_path))


async def _one_break(case: Case, fate: Fate, folder: Path) -> None:
    async with newsdesk(folder) as desk:
        await desk.gather("supergroup")
        await desk.open()
        if "phase" in case:
            module, _, kind = case["kind"].rpartition(".")
            broken = Broken(Phase[case["phase"]], getattr(import_module(module), kind))
            desk.adapter.breaks[desk.victim.chat_id] = broken
        else:
            desk.telegram.fault(case["fault"], method="sendPhoto", chat=desk.chat)
        await desk.breaks_off(fate, patience=ANSWER_SECONDS if "hang" in case.get("fault", "") else 0.0)


async def _begin(desk: Newsdesk, case: Case, fate: Fate) -> list[Fault]:
    """The post is on its way, and the answer that the case gives is waiting for it."""
    if fate.call in {"edit", "delete"}:
        await desk.publish("Rain")
        await desk.come_to_rest()
        if fate.erased:
            desk.telegram.erase(*desk.chat.from_bot)
    answering = desk.chat
    if "chat_id" in case:
        case = case | {"parameters": {"migrate_to_chat_id": desk.migrate()}}
    faults = _answer_so(desk, case, fate, answering)
    match fate.call:
        case "edit":
            await desk.publish("Snow")
        case "delete":
            await desk.withdraw()
        case "pin":
            await desk.publish("Rain", "newsbell: {pin: true}\n")
        case _:
            await desk.publish("Rain")
    return faults


def _answer_so(desk: Newsdesk, case: Case, fate: Fate, chat: Chat) -> list[Fault]:
    answer = {key: case[key] for key in ("status", "description", "body", "parameters") if key in case}
    methods = METHODS[fate.call][: 1 if case["error"] == "PictureRefused" else None]
    count = OFTEN if fate.lasts or fate.everybody else 1
    fault = partial(desk.telegram.fault, "answer", accept=fate.arrives, count=count, **answer)
    faults = [fault(method=method, chat=chat) for method in methods]
    if fate.everybody:
        fault(skip=CROWD // 2)
    return faults


async def _mend_the_token(desk: Newsdesk, faults: list[Fault]) -> None:
    """Everything rests by then; five minutes later it goes on."""
    await desk.telegram.until(lambda: faults[0].hits)
    await desk.lands()
    desk.telegram.faults.all.clear()
    desk.skip(301)
