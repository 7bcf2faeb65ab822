"""Who asks, and where: the facts of a message that decide what a command may do."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Final

from telegram import Bot, Chat, ChatFullInfo, ChatMember, ChatMemberAdministrator, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from adapters.telegram.verdicts import verdict
from bot.models import Destination, Place
from bot.texts import INSIDE, TOPIC, Reason, sentence

log = logging.getLogger(__name__)

PLATFORM: Final = "telegram"
GENERAL: Final = 1
"""The thread of a forum's General topic, which messages there mostly don't name, and nothing may (PTB #4739)."""

GROUPS: Final = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})

THE_CHAT: Final = sentence("the chat")
NO_ADMIN: Final = sentence("You are no administrator of {chat}.")
AS_CHANNEL: Final = sentence("You write as a channel here. Please write as yourself.")
NO_POSTER: Final = sentence("You may not post in {chat} yourself. Please ask an administrator who may.")
HIDDEN_ADMIN: Final = sentence(
    "Only administrators may do that here. If you are an anonymous one, I can't see it: please type what you want, "
    "as in /subscribe, or make me an administrator, too."
)
UNSEEN_ADMINS: Final = sentence("I can't see who is an administrator of {chat}. Please make me one, then try again.")
SILENT_TELEGRAM: Final = sentence(
    "Telegram does not tell me now whether you are an administrator of {chat}. Please try again in a minute."
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. `person` is empty where Telegram hides it.

    `refusal`, a sentence for `Texts.term`, says why nobody knows if it is an admin: who reads it decides its language.
    """

    person: str
    admin: bool
    refusal: str = ""
    presses: bool = True  # False: it writes as the group, and no button tells it from a simple member


def is_own_word(message: Message) -> bool:
    """Whether who sent `message` typed it: a command in anybody else's words is nobody's order.

    Forwarded: its author meant another chat. By an inline bot: that one chose the words. By a bot: two that answer each
    other would go on for ever; but before a `sender_chat` stands a fake one (reference: 6.1). What Telegram itself puts
    into a channel's discussion group was meant for the channel. Direct messages to a channel come from its readers.
    """
    if message.is_automatic_forward or message.forward_origin or message.via_bot or message.chat.is_direct_messages:
        return False
    return message.sender_chat is not None or message.from_user is None or not message.from_user.is_bot


async def author_of(message: Message) -> Asker:
    """Who wrote `message`, by the rules of Telegram's chats (reference: 6.1)."""
    chat, author = message.chat, message.from_user
    if chat.type == ChatType.CHANNEL:  # only those who may post can write there at all
        return Asker("", admin=True)
    if message.sender_chat:
        if message.sender_chat.id == chat.id:  # an administrator who is anonymous writes as the group
            return Asker("", admin=True, presses=(await _itself(message.get_bot(), chat)).admin)
        # Whoever owns a channel may write as it anywhere, as the group's linked one, too, and is no admin by that.
        return Asker("", admin=False, refusal=AS_CHANNEL)
    if author is None:
        return Asker("", admin=False)
    return await member(message.get_bot(), chat, author)


async def presser(bot: Bot, chat: Chat, user: User) -> Asker:
    """Who pressed a button in `chat`: always a person, an anonymous administrator too.

    That one may look like a simple member to a bot that is no administrator itself (tdlib/telegram-bot-api #667).
    """
    asker = await member(bot, chat, user)
    if asker.admin or asker.refusal or chat.type not in GROUPS or (await _itself(bot, chat)).admin:
        return asker
    return replace(asker, refusal=HIDDEN_ADMIN)


async def _itself(bot: Bot, chat: Chat) -> Asker:
    """What the bot is in `chat`."""
    return await member(bot, chat, bot.bot)


async def member(bot: Bot, chat: Chat | ChatFullInfo, user: User, called: str = "") -> Asker:
    """What `user` is in `chat` at this moment; in a private chat everybody is at home.

    `called`: how they know the chat, where only its administrators are told its title.
    Nothing is remembered: who is demoted after a menu was opened presses in vain. Raises DestinationMoved.
    """
    person = str(user.id)
    if chat.type == ChatType.PRIVATE:
        return Asker(person, admin=True)
    try:
        found = await bot.get_chat_member(chat.id, user.id)
    except ChatMigrated as error:
        raise verdict(error) from error
    except (BadRequest, Forbidden) as error:
        log.info("telegram:%s does not show its administrators: %s", chat.id, error)
        return Asker(person, admin=False, refusal=Reason(UNSEEN_ADMINS, chat=called or _title(chat)))
    except TelegramError as error:
        log.warning("telegram:%s was asked for its administrators in vain: %s", chat.id, verdict(error))
        return Asker(person, admin=False, refusal=Reason(SILENT_TELEGRAM, chat=called or _title(chat)))
    if chat.type == ChatType.CHANNEL and _may_not_post(found):
        return Asker(person, admin=False, refusal=Reason(NO_POSTER, chat=_title(chat)))
    return Asker(person, admin=found.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR})


def _title(chat: Chat | ChatFullInfo) -> str:
    return chat.title or str(chat.id)


def _may_not_post(found: ChatMember) -> bool:
    """Whether an administrator has no right to post in a channel: then nobody posts there by that person's word."""
    return isinstance(found, ChatMemberAdministrator) and not found.can_post_messages


def place_of(message: Message) -> Place:
    """Where `message` stands: a chat, or a topic of it."""
    chat = message.chat
    title = chat.title or chat.full_name or ""
    thread_id, topic = "", ""
    # A thread of replies has an id, too; General is the chat itself.
    if message.is_topic_message and message.message_thread_id not in {None, GENERAL}:
        thread_id = str(message.message_thread_id)
        opening = message.reply_to_message and message.reply_to_message.forum_topic_created
        topic = opening.name if opening else ""  # Telegram names a topic only in the message that opened it
    destination = Destination(PLATFORM, str(chat.id), thread_id, str(message.get_bot().id))
    return Place(destination, str(chat.type), topic_title(title, thread_id, topic))


def chat_destination(bot: Bot, chat_id: int) -> Destination:
    """A chat as a whole, as `bot` knows it."""
    return Destination(PLATFORM, str(chat_id), bot=str(bot.id))


def topic_title(chat: str, thread_id: str, topic: str = "") -> str:
    """What a topic of `chat` is called, or the chat itself without one: "Desk › Football", "Desk › topic 7"."""
    return f"{chat}{INSIDE}{topic or TOPIC.format(number=thread_id)}" if thread_id else chat


def topic_in(title: str, thread_id: str) -> str:
    """The name of a topic that `topic_title` has put into `title`; empty: it has only its number."""
    name = title.rpartition(INSIDE)[2]
    return "" if name in {title, TOPIC.format(number=thread_id)} else name


def language_of(user: User | None) -> str:
    """The language of the person's own Telegram; empty where it is not told."""
    return (user.language_code or "") if user else ""
