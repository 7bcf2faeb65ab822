"""Who asks, and where: the facts of a message that decide what a command may do."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from telegram import Bot, Chat, ChatFullInfo, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, Forbidden, TelegramError

from adapters.telegram.verdicts import verdict
from bot.models import Destination, Place
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

PLATFORM: Final = "telegram"
ADMINS: Final = frozenset({ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})

NO_ADMIN: Final = sentence("You are no administrator of {chat}.")
AS_CHANNEL: Final = sentence("You write as a channel here. Please write as yourself.")
UNSEEN_ADMINS: Final = sentence("I can't see who is an administrator here. Please make me one, then try again.")
SILENT_TELEGRAM: Final = sentence(
    "Telegram does not tell me now whether you are an administrator. Please try again in a minute."
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. `person` is empty where Telegram hides it; `refusal` says why nobody knows if it is an admin."""

    person: str
    admin: bool
    refusal: str = ""


async def author_of(message: Message) -> Asker:
    """Who wrote `message`, by the rules of Telegram's chats."""
    chat, author = message.chat, message.from_user
    if chat.type == ChatType.CHANNEL:  # only those who may post can write there at all
        return Asker("", admin=True)
    if message.sender_chat:
        if message.sender_chat.id == chat.id:  # an administrator who is anonymous writes as the group
            return Asker("", admin=True)
        return Asker("", admin=False, refusal=say_to(author, AS_CHANNEL))
    if author is None:
        return Asker("", admin=False)
    return await member(message.get_bot(), chat, author)


async def member(bot: Bot, chat: Chat | ChatFullInfo, user: User) -> Asker:
    """What `user` is in `chat`; in a private chat everybody is at home."""
    person = str(user.id)
    if chat.type == ChatType.PRIVATE:
        return Asker(person, admin=True)
    try:
        status = (await bot.get_chat_member(chat.id, user.id)).status
    except (BadRequest, Forbidden) as error:
        log.info("telegram:%s does not show its administrators: %s", chat.id, error)
        return Asker(person, admin=False, refusal=say_to(user, UNSEEN_ADMINS))
    except TelegramError as error:
        log.warning("telegram:%s was asked for its administrators in vain: %s", chat.id, verdict(error))
        return Asker(person, admin=False, refusal=say_to(user, SILENT_TELEGRAM))
    return Asker(person, admin=status in ADMINS)


def place_of(message: Message) -> Place:
    """Where `message` stands: a chat, or a topic of it."""
    chat = message.chat
    title = chat.title or chat.full_name or ""
    thread_id, topic = "", ""
    if message.is_topic_message and message.message_thread_id:  # a thread of replies has an id, too
        thread_id = str(message.message_thread_id)
        opening = message.reply_to_message and message.reply_to_message.forum_topic_created
        topic = opening.name if opening else ""  # Telegram names a topic only in the message that opened it
    destination = Destination(PLATFORM, str(chat.id), thread_id, str(message.get_bot().id))
    return Place(destination, str(chat.type), topic_title(title, thread_id, topic))


def topic_title(chat: str, thread_id: str, topic: str = "") -> str:
    """What a topic of `chat` is called, or the chat itself without one: "Desk › Football", "Desk › topic 7"."""
    return f"{chat} › {topic or f'topic {thread_id}'}" if thread_id else chat


def language_of(user: User | None) -> str:
    """The language of the person's own Telegram; empty where it is not told."""
    return (user.language_code or "") if user else ""


def say_to(person: User | None, message: str, **values: object) -> str:
    """The sentence `message` in the language of the person's own Telegram."""
    return texts(language_of(person)).say(message, **values)
