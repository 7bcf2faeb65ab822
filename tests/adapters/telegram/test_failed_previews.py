"""A preview that can't be shown is tried once more where that is safe; else the person is told, and no stub stays."""

from __future__ import annotations

import pytest

from bot.models import Reply, Specimen
from tests.adapters.telegram.conftest import FakeDesk
from tests.adapters.telegram.posts import RAIN, TEXT
from tests.emulators.telegram import Chat, TelegramEmulator

pytestmark = pytest.mark.usefixtures("served")

ASKED = "So it looks:"
INSTEAD = "It can't be shown."


@pytest.fixture(autouse=True)
def shows(desk: FakeDesk) -> None:
    """Whatever is typed, the rain is shown, as text."""
    desk.reply = lambda _: Reply(ASKED, specimen=Specimen(RAIN, TEXT, INSTEAD))


def words(chat: Chat) -> list[str]:
    return [message.content.words.split("\n")[0] for message in chat.from_bot]


@pytest.mark.parametrize("fault", ["close", "accept_then_close"])
async def test_one_lost_answer_costs_no_preview(telegram: TelegramEmulator, private: Chat, fault: str) -> None:
    lost = telegram.fault(fault, method="editMessageText")
    telegram.type(private, None, "/preview")
    await telegram.until(lambda: lost.hits and telegram.requests[-1].method == "editMessageText")
    await telegram.until(lambda: words(private) == [ASKED, "Rain"])
    assert lost.hits == 1


@pytest.mark.parametrize("kind", ["private", "channel"])
async def test_what_cannot_be_shown_goes_again_and_that_is_said(
    telegram: TelegramEmulator, private: Chat, channel: Chat, kind: str
) -> None:
    chat = private if kind == "private" else channel
    lost = telegram.fault("close", method="editMessageText", count=9)
    telegram.type(chat, None, "/preview")
    await telegram.until(lambda: INSTEAD in [message.content.words for message in telegram.sent])
    assert lost.hits == 2
    if kind == "channel":  # all that was said goes from there by itself
        await telegram.until(lambda: not chat.from_bot)
    else:
        assert words(chat) == [ASKED, INSTEAD]


async def test_a_beginning_that_cannot_be_removed_stays_and_that_is_said(
    telegram: TelegramEmulator, private: Chat
) -> None:
    telegram.fault("close", method="editMessageText", count=9)
    telegram.fault("close", method="deleteMessage", count=9)
    telegram.type(private, None, "/preview")
    await telegram.until(lambda: words(private) == [ASKED, "…", INSTEAD])


async def test_a_beginning_without_an_answer_is_not_sent_twice(telegram: TelegramEmulator, private: Chat) -> None:
    telegram.fault("accept_then_close", method="sendMessage", skip=1)
    telegram.type(private, None, "/preview")
    await telegram.until(lambda: words(private) == [ASKED, "…", INSTEAD])


async def test_what_telegram_refuses_for_good_is_told_with_the_reason(
    telegram: TelegramEmulator, private: Chat
) -> None:
    telegram.fault("answer", method="editMessageText", status=400, description="Bad Request: it is odd", count=9)
    telegram.type(private, None, "/preview")
    await telegram.until(lambda: len(private.from_bot) == 2 and words(private)[-1] != "…")
    assert words(private) == [
        ASKED,
        "The preview can't be shown: Telegram refuses the message: “It is odd”. To ask for it again helps only when "
        "the post or the settings have changed.",
    ]
