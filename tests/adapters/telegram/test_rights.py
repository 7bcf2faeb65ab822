"""Who may: what the person is in the chat at the moment of the command, or of the press."""

from __future__ import annotations

from typing import Any

import pytest

from bot.models import Command, Reply
from tests.adapters.telegram.conftest import MENU, FakeDesk, menu_in, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.emulators.telegram.acts import Press
from tests.emulators.telegram.people import SERVICE

pytestmark = pytest.mark.usefixtures("served")

HIDDEN_ORIGIN = {"type": "hidden_user", "sender_user_name": "Somebody", "date": 1}
INLINE_BOT = {"id": 4242, "first_name": "Quotes", "is_bot": True, "username": "quotes_bot"}


async def asked(telegram: TelegramEmulator, desk: FakeDesk) -> Command:
    """The one command that has come."""
    await telegram.until(lambda: desk.commands)
    [command] = desk.commands
    return command


async def answered(telegram: TelegramEmulator, press: Press) -> str:
    """What the person reads who pressed a button; empty: nothing beside the message."""
    await telegram.until(lambda: press.answers)
    return str(press.answers[0].get("text", ""))


def refuse(command: Command) -> Reply:
    """As the desk does it to who is no admin."""
    return Reply("done") if command.admin else Reply(command.refusal or "Only admins may", done=False)


@pytest.fixture
def sok(telegram: TelegramEmulator) -> User:
    return telegram.add_user("Sok")


# --- what the person is in the chat ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["group", "supergroup"])
@pytest.mark.parametrize(
    ("become", "admin"),
    [("promote", True), ("demote", False), ("restrict", False), ("remove", False), ("kick", False)],
)
async def test_administrators_of_a_group_may_and_nobody_else(
    telegram: TelegramEmulator, desk: FakeDesk, sok: User, *, kind: str, become: str, admin: bool
) -> None:
    chat = telegram.add_group("Desk") if kind == "group" else telegram.add_supergroup("Desk")
    typed = telegram.type(chat, sok, "/help")  # is there, and leaves or is made something before it is looked up
    await reply_in(telegram, chat)
    desk.commands.clear()
    {
        "promote": lambda: telegram.promote(chat, sok, can_pin_messages=True),
        "demote": lambda: telegram.demote(chat, sok),
        "restrict": lambda: telegram.restrict(chat, sok, can_send_messages=True),
        "remove": lambda: telegram.remove(chat, sok),
        "kick": lambda: telegram.kick(chat, sok),
    }[become]()
    telegram.updates.add("message", typed.as_json() | {"text": "/subscribe national"})
    assert (await asked(telegram, desk)).admin == admin


@pytest.mark.parametrize(
    ("rights", "admin"), [({"can_post_messages": True}, True), ({"can_invite_users": True}, False)]
)
async def test_in_a_channel_nobody_posts_by_the_word_of_an_administrator_who_may_not(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat, sok: User, *, rights: dict[str, Any], admin: bool
) -> None:
    telegram.promote(channel, sok, **rights)
    telegram.type(telegram.add_private(sok), sok, "/subscribe @news_channel national")
    if admin:
        assert (await asked(telegram, desk)).admin
    else:
        private = telegram.chats[sok.id]
        assert "may not post in News yourself" in str((await reply_in(telegram, private)).text)
        assert desk.commands == []


async def test_the_owner_of_a_channel_may(telegram: TelegramEmulator, desk: FakeDesk, channel: Chat) -> None:
    telegram.type(telegram.add_private(telegram.founder), telegram.founder, f"/subscribe {channel.id} national")
    assert (await asked(telegram, desk)).admin


async def test_who_is_promoted_after_a_menu_was_opened_may_press_and_who_is_demoted_may_not(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User, sok: User
) -> None:
    group = telegram.add_supergroup("Newsroom", bot_admin=True)
    telegram.promote(group, dara)
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = refuse
    telegram.demote(group, dara)
    assert "Only admins may" in await answered(telegram, telegram.press(menu, "National", dara))
    telegram.promote(group, sok)
    assert await answered(telegram, telegram.press(menu, "Sport", sok)) == ""
    await telegram.until(lambda: menu.text == "done")
    assert [(command.person, command.admin) for command in desk.commands] == [
        (str(dara.id), False),
        (str(sok.id), True),
    ]


async def test_a_channels_administrator_who_is_demoted_presses_in_vain_in_private_too(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, channel: Chat, dara: User
) -> None:
    desk.reply = lambda _: Reply("Which one?", MENU)
    telegram.type(private, dara, "/subscribe @news_channel")
    menu = await reply_in(telegram, private)
    telegram.demote(channel, dara)
    told = await answered(telegram, telegram.press(menu, "National", dara))
    assert told == "អ្នកមិនមែនជាអ្នកគ្រប់គ្រងនៃ ទីនោះ ទេ។", "of the chat"
    assert [(command.admin, command.place.destination) for command in desk.commands] == [(True, place(channel))]


# --- who hides -------------------------------------------------------------------------------------------------------


async def test_an_anonymous_administrator_types_as_the_group_and_presses_as_a_person(
    telegram: TelegramEmulator, desk: FakeDesk, sok: User
) -> None:
    group = telegram.add_supergroup("Newsroom", bot_admin=True)
    telegram.promote(group, sok, is_anonymous=True, can_pin_messages=True)
    desk.reply = lambda _: Reply("Which one?", MENU)
    telegram.type(group, sok, "/subscribe", anonymous=True)
    telegram.press(await reply_in(telegram, group), "National", sok)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert [(command.person, command.admin) for command in desk.commands] == [("", True), (str(sok.id), True)]


async def test_where_telegram_hides_anonymous_administrators_one_who_presses_is_told_what_to_do(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, sok: User
) -> None:
    telegram.promote(group, sok, is_anonymous=True, can_pin_messages=True)
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = refuse
    told = await answered(telegram, telegram.press(menu, "National", sok))
    assert "an anonymous one" in told
    assert "make me an administrator" in told
    assert len(told) < 200, "it is shown whole"


async def test_a_group_does_not_obey_its_linked_channel(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, channel: Chat
) -> None:
    telegram.type(group, None, "/subscribe national", as_channel=channel)  # by hand; Telegram's own copies are ignored
    command = await asked(telegram, desk)
    assert (command.person, command.admin, "as yourself" in command.refusal) == ("", False, True)


# --- whose words they are --------------------------------------------------------------------------------------------


ORIGINS: dict[str, dict[str, Any]] = {
    "forwarded": {"forward_origin": HIDDEN_ORIGIN},
    "by an inline bot": {"via_bot": INLINE_BOT},
    "by a bot": {"from": INLINE_BOT},
    "by Telegram": {"is_automatic_forward": True, "from": SERVICE.as_json()},
}


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("kind", ["supergroup", "private", "channel"])
async def test_a_command_in_somebody_elses_words_is_nobodys_order(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User, *, kind: str, origin: str
) -> None:
    match kind:
        case "channel":
            chat = telegram.add_channel("News")
        case "private":
            chat = telegram.add_private(dara)
        case _:
            chat = telegram.add_supergroup("Newsroom", bot_admin=True)
            telegram.promote(chat, dara)
    whose = {name: value for name, value in ORIGINS[origin].items() if name != "from" or kind != "channel"}
    telegram.type(chat, dara, "/subscribe national", origin=whose)
    telegram.type(chat, dara, "/help")
    await telegram.until(lambda: desk.commands)
    known = "subscribe" if not whose else "help"  # the posts of a channel have no author, whoever that is
    assert desk.commands[0].name == known


async def test_a_direct_message_to_a_channel_is_its_readers_word(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User
) -> None:
    """Not even an administrator's counts there: what they write to a reader is no order to newsbell."""
    letters = telegram.add_supergroup("News", bot_admin=True)
    letters.direct_messages = True
    telegram.promote(letters, dara)
    telegram.type(letters, dara, "/subscribe national")
    telegram.type(letters, dara, f"/help@{telegram.bot.username}")
    letters.direct_messages = False  # what is written in one chat is heard in its order
    telegram.type(letters, dara, "/categories")
    assert (await asked(telegram, desk)).name == "categories"


async def test_a_pictures_caption_is_no_command(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    telegram.show(private, dara, "/subscribe national")
    telegram.type(private, dara, "/help")
    assert (await asked(telegram, desk)).name == "help"


@pytest.mark.parametrize("between", ["\n", "\n\n", " \n \t\n\n  "])
async def test_of_several_commands_the_first_is_done_and_that_is_said(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, between: str
) -> None:
    telegram.type(private, telegram.founder, between.join(["/subscribe national", "/subscribe sport", "/help"]))
    message = await reply_in(telegram, private)
    command = await asked(telegram, desk)
    assert (command.name, command.words) == ("subscribe", "national")
    assert str(message.text).startswith("subscribe: national\n\nI have read the first command only.")


async def test_a_command_from_an_account_that_is_gone_by_now_is_answered_or_let_be(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, group: Chat, dara: User
) -> None:
    telegram.fault("act", method="sendMessage", chat=private, act=lambda: telegram.deactivate(dara))
    telegram.type(private, dara, "/help")
    nobody = User(dara.id, "")  # Telegram calls a deleted account by no name
    typed = telegram.post(group, "/help", seen=False)
    telegram.updates.add("message", typed.as_json() | {"from": nobody.as_json()})
    await reply_in(telegram, group)
    assert len(desk.commands) == 2
    assert desk.stumbles == []
