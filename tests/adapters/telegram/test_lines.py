"""One person who floods keeps no other waiting, and nothing is left out that nobody would say again."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from telegram import Update

from adapters.telegram.inbox import TOO_MANY_PRESSES, TOO_MUCH
from adapters.telegram.lines import AT_ONCE, IN_LINE, IN_PRIVATE, Lines
from adapters.telegram.shares import SECONDS
from bot.models import Choice, Reply
from bot.subscribing.operators import CODE_BEGINS
from tests.adapters.telegram.conftest import FakeDesk, FakePace
from tests.emulators.telegram import Chat, TelegramEmulator, User

BOT = "newsbell_test_bot"
SOK = {"id": 5, "is_bot": False, "first_name": "Sok"}
DARA = SOK | {"id": 6}
GROUP = {"id": -1001, "type": "supergroup", "title": "Newsroom"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Sok"}


# --- who gets a place ------------------------------------------------------------------------------------------------


def said(text: str | None, chat: dict[str, Any], sender: dict[str, Any] = SOK, **more: Any) -> Update:
    message = {"message_id": 1, "date": 1, "chat": chat, "from": sender, **more} | ({"text": text} if text else {})
    return Update.de_json({"update_id": 1, "message": message}, None)


def pressed(chat: dict[str, Any]) -> Update:
    menu = {"message_id": 1, "date": 1, "chat": chat, "text": "Which one?"}
    query = {"id": "1", "from": SOK, "chat_instance": "1", "message": menu, "data": "/subscribe national"}
    return Update.de_json({"update_id": 1, "callback_query": query}, None)


def taken(lines: Lines, update: Update, times: int) -> list[bool]:
    """Whether there is a place for each of so many that wait together."""
    assert update.effective_chat
    with ExitStack() as waiting:
        return [waiting.enter_context(lines.place(update, update.effective_chat, BOT)) for _ in range(times)]


@pytest.mark.parametrize(
    "update",
    [
        said("/help", GROUP),
        said("/nonsense", GROUP),
        said(f"/help@{BOT}", GROUP),
        said(f"/start {CODE_BEGINS}ABCDEF", GROUP),
        said("/start", PRIVATE),
        said("Hello?", PRIVATE),
        pressed(GROUP),
        pressed(PRIVATE),
    ],
)
def test_of_what_one_person_asks_so_much_waits(update: Update) -> None:
    lines = Lines(lambda: 0.0)

    assert taken(lines, update, IN_LINE + 3) == [True] * IN_LINE + [False] * 3
    assert taken(lines, update, 1) == [True], "all have been answered"


@pytest.mark.parametrize(
    "update",
    [
        said(f"/start {CODE_BEGINS}ABCDEF", PRIVATE),
        said(f"/start@{BOT} {CODE_BEGINS}ABCDEF", PRIVATE),
        said(None, GROUP, migrate_to_chat_id=-1002),
        said(None, GROUP, forum_topic_reopened={}),
        said(None, PRIVATE, chat_shared={"request_id": 1, "chat_id": -1001}),
        said("Good morning", GROUP),
        said("/help@another_bot", GROUP),
        Update.de_json({"update_id": 1}, None),
    ],
)
def test_news_and_codes_always_have_a_place(update: Update) -> None:
    lines = Lines(lambda: 0.0)
    chat = update.effective_chat or said("", GROUP).effective_chat
    assert chat
    with ExitStack() as waiting:
        assert all(waiting.enter_context(lines.place(update, chat, BOT)) for _ in range(3 * IN_PRIVATE))


def test_others_in_the_chat_and_other_chats_have_a_line_of_their_own() -> None:
    lines = Lines(lambda: 0.0)
    mine, hers, elsewhere = said("/help", GROUP), said("/help", GROUP, DARA), said("/help", PRIVATE)
    assert mine.effective_chat
    with ExitStack() as waiting:
        for _ in range(IN_LINE):
            assert waiting.enter_context(lines.place(mine, mine.effective_chat, BOT))
        assert taken(lines, mine, 1) == [False]
        assert taken(lines, hers, 1) == [True]
        assert taken(lines, elsewhere, 1) == [True]


def test_in_private_so_much_is_read_in_a_minute_and_buttons_do_not_count() -> None:
    now = 0.0
    lines = Lines(lambda: now)
    read = [taken(lines, said("/help", PRIVATE), 1) for _ in range(IN_PRIVATE + 2)]

    assert read == [[True]] * IN_PRIVATE + [[False]] * 2
    assert taken(lines, pressed(PRIVATE), 1) == [True]
    assert taken(lines, said("/help", GROUP), 1) == [True]
    now += SECONDS
    assert taken(lines, said("/help", PRIVATE), 1) == [True]


# --- what the others see ---------------------------------------------------------------------------------------------


def asked_by(desk: FakeDesk, person: User) -> list[str]:
    return [command.words for command in desk.commands if command.person == str(person.id)]


@pytest.mark.usefixtures("served")
async def test_who_floods_in_private_is_told_so_once_and_others_are_answered(
    telegram: TelegramEmulator, desk: FakeDesk, pace: FakePace, private: Chat, dara: User
) -> None:
    spammer = telegram.add_user("Spammer", language_code="en")
    his = telegram.add_private(spammer)
    pace.opened.clear()  # what the bot says waits
    for number in range(AT_ONCE + IN_LINE):
        telegram.type(his, spammer, f"/subscribe {number}")
    telegram.type(private, dara, "/help")
    await telegram.until(lambda: asked_by(desk, dara))
    assert asked_by(desk, spammer) == ["0"]

    pace.opened.set()
    await telegram.until(lambda: private.from_bot and len(his.from_bot) == IN_LINE + 1)
    assert asked_by(desk, spammer) == [str(number) for number in range(IN_LINE)], "in order"
    texts = [str(message.text) for message in his.from_bot]
    assert texts.count(TOO_MUCH) == 1
    telegram.type(his, spammer, "/subscribe again")
    await telegram.until(lambda: asked_by(desk, spammer)[-1:] == ["again"])


@pytest.mark.usefixtures("served")
async def test_news_of_a_chat_come_through_however_much_is_asked_there(
    telegram: TelegramEmulator, desk: FakeDesk, *, pace: FakePace, group: Chat, private: Chat, dara: User
) -> None:
    pace.opened.clear()
    for number in range(2 * IN_LINE):
        telegram.type(group, dara, f"/subscribe {number}")
    telegram.promote(group, telegram.bot)
    telegram.type(private, dara, "/help")
    await telegram.until(lambda: len(desk.commands) == 2)
    pace.opened.set()
    await telegram.until(lambda: desk.regained)
    assert asked_by(desk, dara).count("") == 1
    assert len(desk.commands) == IN_LINE + 1
    assert len(group.from_bot) == IN_LINE, "where others read it, nothing is said about what was left out"


@pytest.mark.usefixtures("served")
async def test_a_press_too_many_is_ended_with_a_word(
    telegram: TelegramEmulator, desk: FakeDesk, *, pace: FakePace, group: Chat
) -> None:
    presser = telegram.add_user("Presser", language_code="en")
    desk.reply = lambda _: Reply("Which one?", (Choice("National", "/subscribe national"),), done=False)
    telegram.type(group, presser, "/subscribe")
    await telegram.until(lambda: group.from_bot)
    pace.opened.clear()  # what the bot says waits
    [menu] = group.from_bot
    presses = [telegram.press(menu, "National", presser) for _ in range(IN_LINE + 5)]
    await telegram.until(lambda: all(press.answers for press in presses[IN_LINE:]))
    assert [press.answers[0].get("text") for press in presses[-2:]] == [TOO_MANY_PRESSES] * 2
    pace.opened.set()
    await telegram.until(lambda: all(press.answers for press in presses))
    assert sum(press.answers[0].get("text") == TOO_MANY_PRESSES for press in presses) < len(presses)
