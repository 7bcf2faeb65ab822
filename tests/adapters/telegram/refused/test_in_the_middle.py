"""Each answer that Telegram can give, in the middle of fifty chats: one has it, and the other 49 miss nothing."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from adapters.telegram.bodies import Phase
from adapters.telegram.transport import Broken
from tests.adapters.refused.newsdesk import CROWD, OFTEN
from tests.adapters.refused.table import Case, Fate
from tests.adapters.telegram.refused.newsdesk import ANSWER_SECONDS, Newsdesk, play
from tests.adapters.telegram.refused.table import TABLE
from tests.emulators.telegram.faults import Fault

METHODS = {
    "send": ("sendPhoto", "sendMessage"),
    "edit": ("editMessageCaption", "editMessageText", "editMessageMedia"),
    "delete": ("deleteMessage",),
    "pin": ("pinChatMessage",),
}


@pytest.mark.parametrize(("case", "fate"), TABLE.answers_met)
def test_one_chat_is_answered_so_in_the_middle_of_fifty(
    case: Case, fate: Fate, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    play(tmp_path, partial(_one_answer, case, fate))
    assert fate.call == "delete" or case.get("says", "").lower() in caplog.text.lower()
    assert caplog.text.count("nothing is sent for 300 s") == fate.everybody, "however many calls were in the air"


async def _one_answer(case: Case, fate: Fate, desk: Newsdesk) -> None:
    await desk.gather(case.get("chat", "supergroup"), editor=fate.call == "pin")
    await desk.open()
    faults = await desk.begin(fate, partial(_answer_so, desk, case, fate))
    if fate.everybody:
        await desk.telegram.until(lambda: faults[0].hits)
        await desk.good_again(desk.telegram.faults.all.clear)
    await desk.come_to_rest()
    await desk.hear()
    await desk.has_come_to(fate)
    if fate.reopens:
        await desk.reopens(fate, lambda: desk.forget(faults))


@pytest.mark.parametrize(("case", "fate"), TABLE.breaks_met)
def test_an_exchange_breaks_in_the_middle_of_fifty(case: Case, fate: Fate, tmp_path: Path) -> None:
    play(tmp_path, partial(_one_break, case, fate))


async def _one_break(case: Case, fate: Fate, desk: Newsdesk) -> None:
    await desk.gather("supergroup")
    await desk.open()
    if "phase" in case:
        module, _, kind = case["kind"].rpartition(".")
        broken = Broken(Phase[case["phase"]], getattr(import_module(module), kind))
        desk.adapter.breaks[desk.victim.chat_id] = broken
    else:
        desk.telegram.fault(case["fault"], method="sendPhoto", chat=desk.chat)
    await desk.breaks_off(fate, patience=ANSWER_SECONDS if "hang" in case.get("fault", "") else 0.0)


def _answer_so(desk: Newsdesk, case: Case, fate: Fate) -> list[Fault]:
    chat = desk.chat
    if "chat_id" in case:
        case = case | {"parameters": {"migrate_to_chat_id": desk.migrate()}}
    answer = {key: case[key] for key in ("status", "description", "body", "parameters") if key in case}
    methods = METHODS[fate.call][: 1 if case["error"] == "PictureRefused" else None]
    count = OFTEN if fate.lasts or fate.everybody else 1
    fault = partial(desk.telegram.fault, "answer", accept=fate.arrives, count=count, **answer)
    faults = [fault(method=method, chat=chat) for method in methods]
    if fate.everybody:
        fault(skip=CROWD // 2)
    return faults
