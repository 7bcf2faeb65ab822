"""When newsbell fails at a command, the operators hear where, once a day, and nothing of what was said."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.errors import StoreBusy, StoreError
from bot.models import Destination
from bot.subscribing.mistakes import A_BUTTON, own_up
from tests.fakes import FakeNotices
from tests.subscribing.chat import GROUP, Chat

SECRET = "123456789:AAE-abcdefghijklmnopqrstuvwxyz01234"


async def test_a_command_that_fails_is_told_with_its_place_and_without_its_words(chat: Chat) -> None:
    for _ in range(3):
        chat.subscriptions.fail_with = KeyError(SECRET)
        reply = await chat.type(f"/subscribe {SECRET}")
    assert "the fault is mine" in reply.text

    [(_, text)] = chat.notices.told
    assert re.sub(r":\d+", ":42", text) == (
        "newsbell made a mistake on Telegram: it could not handle a command (KeyError in bot/subscribing/desk.py:42). "
        "Everything else goes on. Please tell those who make newsbell; the log says more, and of the same today only "
        "the log."
    )
    assert SECRET not in text


async def test_news_of_a_chat_that_fails_is_told_and_stops_nobody(chat: Chat) -> None:
    chat.subscriptions.fail_with = ZeroDivisionError()
    await chat.desk.rights_lost(GROUP, "it was thrown out")
    chat.subscriptions.fail_with = ZeroDivisionError()
    await chat.desk.moved(replace(GROUP, platform="discord"), "7")

    assert ["could not handle news of a chat (ZeroDivisionError" in text for _, text in chat.notices.told] == [True] * 2


async def test_a_database_that_is_locked_is_no_mistake(chat: Chat) -> None:
    chat.subscriptions.fail_with = StoreBusy("the database can't be read now: another program is using it")

    await chat.type("/subscriptions")

    assert chat.notices.told == []


@pytest.mark.parametrize("place", [Destination("telegram", "1"), Destination("discord", "1")])
async def test_each_place_in_the_code_is_told_for_itself(place: Destination) -> None:
    notices = FakeNotices()
    for divisor in ("0", "x"):
        try:
            1 / int(divisor)
        except (ZeroDivisionError, ValueError) as error:
            await own_up(notices, place.platform, A_BUTTON, error)

    assert ["ZeroDivisionError" in text or "ValueError" in text for _, text in notices.told] == [True, True]


async def test_of_a_mistake_in_a_query_its_own_place_is_told(chat: Chat) -> None:
    broken = StoreError("the database can't be read: no such column")
    broken.__cause__ = KeyError("no such column")
    chat.subscriptions.fail_with = broken

    await chat.type("/subscriptions")

    assert ["a command (KeyError in " in text for text in chat.notices.words] == [True]
