"""How the bot is let in: keys that ask for a chat, and deep links (Bot API, KeyboardButtonRequestChat; 2.2)."""

import pytest
from telegram import (
    ChatAdministratorRights,
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.error import BadRequest
from telegram.ext import ExtBot

from tests.emulators.telegram import Chat, TelegramEmulator, User
from tests.emulators.telegram.client import READ

NO_RIGHTS = ChatAdministratorRights.no_rights()


def rights(*names: str) -> ChatAdministratorRights:
    found = ChatAdministratorRights.de_json(NO_RIGHTS.to_dict() | dict.fromkeys(names, True))
    assert isinstance(found, ChatAdministratorRights)
    return found


POSTING = rights("can_post_messages")


def asking(*requests: KeyboardButtonRequestChat) -> ReplyKeyboardMarkup:
    buttons = [KeyboardButton(f"Key {number}", request_chat=request) for number, request in enumerate(requests)]
    return ReplyKeyboardMarkup([[*buttons, KeyboardButton("Plain")]])


A_CHANNEL = KeyboardButtonRequestChat(
    7, chat_is_channel=True, user_administrator_rights=POSTING, bot_administrator_rights=POSTING, request_title=True
)
A_GROUP = KeyboardButtonRequestChat(8, chat_is_channel=False, bot_is_member=True)


@pytest.fixture
def dara(telegram: TelegramEmulator) -> User:
    return telegram.add_user("Dara")


@pytest.fixture
def private(telegram: TelegramEmulator, dara: User) -> Chat:
    return telegram.add_private(dara)


async def test_a_shared_channel_lets_the_bot_in_and_is_told(
    telegram: TelegramEmulator, bot: ExtBot[None], private: Chat, dara: User
) -> None:
    channel = telegram.add_channel("News", bot_rights=None)
    telegram.promote(channel, dara, can_post_messages=True)
    await bot.send_message(private.id, "Which?", reply_markup=asking(A_CHANNEL, A_GROUP))
    assert private.keys == ["Key 0", "Key 1", "Plain"]
    telegram.share(private, "Key 0", channel)
    change, shared = await bot.get_updates()
    assert change.my_chat_member
    assert (change.my_chat_member.from_user.id, change.my_chat_member.new_chat_member.status) == (
        dara.id,
        "administrator",
    )
    assert shared.message
    assert shared.message.chat_shared
    told = shared.message.chat_shared
    assert (told.request_id, told.chat_id, told.title) == (7, channel.id, "News")
    assert telegram.bot_in(channel).may("can_post_messages")


async def test_a_shared_group_takes_the_bot_as_a_member_unless_the_client_does_not(
    telegram: TelegramEmulator, bot: ExtBot[None], private: Chat
) -> None:
    group = telegram.add_supergroup("Desk")
    telegram.remove(group)
    await bot.send_message(private.id, "Which?", reply_markup=asking(A_GROUP))
    telegram.share(private, "Key 0", group, grants=False)
    assert not telegram.bot_in(group).present
    telegram.share(private, "Key 0", group)
    assert telegram.bot_in(group).status == "member"


@pytest.mark.parametrize("fits", ["kind", "rights"])
async def test_the_client_offers_only_chats_that_fit(
    telegram: TelegramEmulator, bot: ExtBot[None], private: Chat, dara: User, fits: str
) -> None:
    chat = telegram.add_supergroup("Desk") if fits == "kind" else telegram.add_channel("News")
    telegram.promote(chat, dara, can_delete_messages=True)
    await bot.send_message(private.id, "Which?", reply_markup=asking(A_CHANNEL))
    with pytest.raises(AssertionError):
        telegram.share(private, "Key 0", chat)


async def test_keys_stay_until_they_are_removed_whatever_else_is_sent(
    telegram: TelegramEmulator, bot: ExtBot[None], private: Chat
) -> None:
    await bot.send_message(private.id, "Which?", reply_markup=asking())
    await bot.send_message(private.id, "More", reply_markup=READ)
    assert telegram.tap(private, "Plain").text == "Plain"
    await bot.send_message(private.id, "Done", reply_markup=ReplyKeyboardRemove())
    assert private.keys == []
    with pytest.raises(AssertionError, match="there is no key"):
        telegram.tap(private, "Plain")


async def test_what_asks_for_a_chat_belongs_into_private_chats(
    telegram: TelegramEmulator, bot: ExtBot[None], private: Chat
) -> None:
    group = telegram.add_supergroup("Desk")
    with pytest.raises(BadRequest, match="private chats only"):
        await bot.send_message(group.id, "Which?", reply_markup=asking(A_GROUP))
    await bot.send_message(group.id, "Which?", reply_markup=asking())
    assert group.keys == ["Plain"]


@pytest.mark.parametrize(
    ("requests", "fault"),
    [
        ((A_GROUP, A_GROUP), "unique"),
        ((KeyboardButtonRequestChat(2**31, chat_is_channel=False),), "unique"),
        (
            (KeyboardButtonRequestChat(1, chat_is_channel=True, bot_administrator_rights=POSTING),),
            "subset of the user's",
        ),
    ],
)
async def test_keys_that_telegram_would_not_show(
    bot: ExtBot[None], private: Chat, requests: tuple[KeyboardButtonRequestChat, ...], fault: str
) -> None:
    with pytest.raises(BadRequest, match=fault):
        await bot.send_message(private.id, "Which?", reply_markup=asking(*requests))
    assert private.keys == []


async def test_links_start_the_bot_and_let_it_in(telegram: TelegramEmulator, bot: ExtBot[None], dara: User) -> None:
    group, channel = telegram.add_supergroup("Desk"), telegram.add_channel("News", bot_rights=None)
    telegram.remove(group)
    await bot.get_updates(offset=-1)
    me = f"https://t.me/{telegram.bot.username}"
    telegram.open(f"{me}?start=code", dara)
    telegram.open(f"{me}?startgroup=hello", dara, group)
    telegram.open(f"{me}?startchannel&admin=post_messages+edit_messages", dara, channel)
    said = [update.message.text for update in await bot.get_updates() if update.message]
    assert said == ["/start code", f"/start@{telegram.bot.username} hello"]
    assert telegram.bot_in(group).status == "member"
    assert telegram.bot_in(channel).rights == {"can_post_messages", "can_edit_messages", "can_manage_chat"}


@pytest.mark.parametrize(
    "link", ["https://t.me/another_bot?start=x", "https://t.me/newsbell_test_bot?start=" + "x" * 65]
)
def test_links_that_lead_nowhere(telegram: TelegramEmulator, dara: User, link: str) -> None:
    with pytest.raises(AssertionError):
        telegram.open(f"https://t.me/{link}", dara)
