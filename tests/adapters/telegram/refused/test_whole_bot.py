"""What is about the whole bot, about the poll, or about a pressed button, while fifty chats get a post."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.adapters.refused.newsdesk import CROWD
from tests.adapters.refused.table import Case
from tests.adapters.telegram.refused.newsdesk import Newsdesk, play
from tests.adapters.telegram.refused.table import TABLE, named
from tests.emulators.telegram import Message


def go(folder: Path, journey: Callable[[Newsdesk], Awaitable[None]]) -> None:
    """Make the journey; at its end all fifty have the post."""

    async def whole(desk: Newsdesk) -> None:
        await journey(desk)
        await desk.come_to_rest()
        assert [desk.shown(chat) for chat in (*desk.crowd, desk.victim)] == [["Rain"]] * (CROWD + 1)
        assert await desk.others() == {("active", "settled")}

    play(folder, whole)


def test_two_chats_that_are_told_to_wait_stop_the_whole_bot(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def journey(desk: Newsdesk) -> None:
        await desk.gather("supergroup")
        await desk.open()
        two = desk.chat, desk.telegram.chats[int(desk.crowd[CROWD // 2].chat_id)]
        floods = [desk.telegram.fault("flood", method="sendPhoto", chat=chat, retry_after=600) for chat in two]
        await desk.publish("Rain")
        await desk.telegram.until(lambda: all(flood.hits for flood in floods))
        await desk.lands()
        desk.skip(600)

    go(tmp_path, journey)
    assert "two chats were told to wait, so the bot as a whole does, for 600 s" in caplog.text


@pytest.mark.parametrize("case", [case for case in TABLE.answers if case["fate"] == "polling"], ids=named)
def test_a_poll_is_answered_so(case: Case, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def journey(desk: Newsdesk) -> None:
        await desk.gather("supergroup")
        fault = desk.telegram.fault(
            "answer", method="getUpdates", status=case["status"], description=case["description"]
        )
        await desk.open(hears=True)
        await desk.publish("Rain")
        await desk.telegram.until(lambda: fault.hits and desk.telegram.updates.polled)
        desk.telegram.type(desk.chat, desk.telegram.founder, "/help")
        await desk.telegram.until(lambda: any("/subscribe" in str(message.text) for message in desk.chat.from_bot))
        desk.telegram.erase(*[message for message in desk.chat.from_bot if message.text])

    go(tmp_path, journey)
    assert case["says"] in caplog.text


def test_a_button_is_confirmed_too_late(tmp_path: Path) -> None:
    [case] = [case for case in TABLE.answers if case["fate"] == "pressed"]
    said: list[Message] = []

    async def journey(desk: Newsdesk) -> None:
        await desk.gather("supergroup")
        await desk.open(hears=True)
        desk.telegram.type(desk.chat, desk.telegram.founder, "/language")
        await desk.telegram.until(lambda: desk.chat.from_bot)
        [menu] = desk.chat.from_bot
        desk.telegram.fault("answer", method="answerCallbackQuery", status=400, description=case["description"])
        await desk.publish("Rain")
        desk.telegram.press(menu, "English", desk.telegram.founder)
        await desk.telegram.until(lambda: menu.edits)
        said.append(menu)
        desk.telegram.erase(menu)

    go(tmp_path, journey)
    assert "English" in str(said[0].text), "what was pressed is done all the same"
