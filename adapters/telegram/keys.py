"""The keyboard of /start: keys that let a person choose a channel or a group of theirs (KeyboardButtonRequestChat)."""

from __future__ import annotations

from typing import Final

from telegram import (
    KeyboardButton,
    KeyboardButtonRequestChat,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from adapters.telegram.rights import CHANNEL_RIGHTS, administrator
from bot.texts import LANGUAGES, Texts, sentence, texts

A_CHANNEL: Final = 1
A_GROUP: Final = 2
"""The ids of what the keys ask for, which come back with the chosen chat, also to a later newsbell."""

PUT_AWAY: Final = ReplyKeyboardRemove()

_CHANNEL: Final = sentence("📢 Choose a channel")
_GROUP: Final = sentence("👥 Choose a group")
_HERE: Final = sentence("📬 Here, to me")


def keys(say: Texts) -> ReplyKeyboardMarkup:
    """The keyboard. Telegram offers only chats in which the person may give the bot what it needs, and gives it that.

    The person's rights must include the bot's. In a group a simple member may write: the bot need not read all that
    people say there, as administrators do.
    """
    channel, group = administrator(CHANNEL_RIGHTS), administrator(["manage_chat"])
    ask_channel = KeyboardButtonRequestChat(
        A_CHANNEL,
        chat_is_channel=True,
        user_administrator_rights=channel,
        bot_administrator_rights=channel,
        request_title=True,
    )
    ask_group = KeyboardButtonRequestChat(
        A_GROUP, chat_is_channel=False, user_administrator_rights=group, bot_is_member=True, request_title=True
    )
    return ReplyKeyboardMarkup(
        [
            [
                KeyboardButton(say.say(_CHANNEL), request_chat=ask_channel),
                KeyboardButton(say.say(_GROUP), request_chat=ask_group),
            ],
            [KeyboardButton(say.say(_HERE))],
        ],
        resize_keyboard=True,
        one_time_keyboard=True,
    )


def means_here(text: str) -> bool:
    """Whether it is what the key for the private chat itself types, in any language."""
    return text in {texts(language).say(_HERE) for language in LANGUAGES}
