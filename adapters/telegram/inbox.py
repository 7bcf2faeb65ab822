"""Takes every update: what is typed and pressed goes to the desk and is answered, news of chats are noted."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar

from telegram import Bot, Chat, ChatMemberUpdated, Message, Update
from telegram.constants import ChatType

from adapters.telegram.answering import Answering, Later
from adapters.telegram.askers import (
    GROUPS,
    PLATFORM,
    Asker,
    author_of,
    chat_destination,
    is_own_word,
    place_of,
    topic_title,
)
from adapters.telegram.asking import Asking
from adapters.telegram.commands import Typed, read_command
from adapters.telegram.lines import Lines
from adapters.telegram.membership import why_silent
from adapters.telegram.menus import Menus
from adapters.telegram.pressing import Pressing, close
from adapters.telegram.reception import Reception
from adapters.telegram.replies import Replies
from adapters.telegram.shares import Shares
from adapters.telegram.specimens import Specimens
from adapters.telegram.tidying import Tidying
from adapters.telegram.topics import Topics
from adapters.telegram.welcomes import Welcomes
from bot.errors import DeliveryError, DestinationMoved
from bot.models import Place, Reply
from bot.ports import Desk
from bot.subscribing.mistakes import A_BUTTON, A_COMMAND, NEWS
from bot.subscribing.operators import CODE_BEGINS
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

T = TypeVar("T")

POINTER_SECONDS: Final = 600.0  # who goes on talking was told already
POINTER: Final = sentence("I understand commands only. To choose where posts go: /start. All that I know: /help")
ONE_AT_A_TIME: Final = sentence("I have read the first command only. Please send each in a message of its own.")
TOO_MUCH_SECONDS: Final = 60.0
TOO_MUCH: Final = sentence("That was a lot at once, so I left out some of it. Please send what is missing in a minute.")
TOO_MANY_PRESSES: Final = sentence("That was a lot at once. Please press it again in a minute.")
APOLOGY: Final = sentence("That did not work; the fault is mine. Please try again in a minute.")


class Inbox:
    """Brings updates to the desk, those of one chat in order, and its replies back."""

    def __init__(
        self,
        bot: Bot,
        desk: Desk,
        replies: Replies,
        tidying: Tidying,
        *,
        specimens: Specimens,
        welcomes: Welcomes,
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._replies = replies
        self._welcomes = welcomes
        self._tongues = welcomes.tongues
        self._topics = Topics(welcomes.lobby)
        self._asking = Asking(bot, desk, self._topics, welcomes)
        self._reception = Reception(bot, replies, welcomes, self._asking.ask, desk.shortened)
        menus = Menus(replies)
        self._answering = Answering(desk, replies, menus, tidying, specimens)
        self._pressing = Pressing(bot, self._asking, self._answering, menus, self._tongues)
        clock = asyncio.get_running_loop().time
        self._pointers = Shares(clock, seconds=POINTER_SECONDS, of_a_group=1)
        self._excuses = Shares(clock, seconds=TOO_MUCH_SECONDS, of_a_group=1)
        self._titles: dict[int, str] = {}
        self._lines = Lines(clock)

    async def take(self, update: Update, _context: object) -> None:
        """Handle one update. Never raises: an update that fails stops no other one."""
        chat = update.effective_chat
        if chat is None:
            return
        with self._lines.place(update, chat, self._bot.username) as has_place:
            if not has_place:
                await self._survive(update, chat, self._leave_out(update, chat))
                return
            async with self._lines.turn(chat):
                await self._note_title(chat, anew=update.my_chat_member is not None)
                later = await self._survive(update, chat, self._handle(update))
            if later is not None:
                await self._survive(update, chat, later)

    async def _survive(self, update: Update, chat: Chat, work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except DestinationMoved as error:
            await self._follow(update, error)
        except DeliveryError as error:
            log.warning("telegram:%s got no reply: %s", chat.id, error)
        except Exception as error:
            log.exception("an update from telegram:%s could not be handled", chat.id)
            await self._desk.stumbled(PLATFORM, _kind(update), error)
            await self._apologize(update)
        return None

    async def _handle(self, update: Update) -> Later:
        if update.my_chat_member:
            await self._note_rights(update.my_chat_member)
            self._welcomes.standing_changed(update.my_chat_member)
        elif update.callback_query:
            return await self._pressing.press(update.callback_query)
        elif message := update.message or update.channel_post:
            return await self._read(message)
        return None

    # --- what is typed ------------------------------------------------------------------------------------------------

    async def _read(self, message: Message) -> Later:
        if message.migrate_to_chat_id or message.migrate_from_chat_id:
            await self._note_move(message)
        elif message.forum_topic_edited:
            await self._note_name(message)
        # Closing alone silences no administrator: there, a refused send tells. That a topic is deleted, nobody tells.
        elif message.forum_topic_reopened or message.general_forum_topic_unhidden:
            await self._desk.rights_regained(place_of(message).destination)
        else:
            return await self._listen(message)
        return None

    async def _listen(self, message: Message) -> Later:
        """Somebody says something. Who has no rights in a group is answered later: others need not wait for that."""
        # A picture's caption is no command, nor is what somebody else said.
        typed = read_command(message.text or "", self._bot.username) if is_own_word(message) else None
        in_private = message.chat.type == ChatType.PRIVATE
        if in_private and await self._reception.receive(message, typed):
            return None
        if typed is None and in_private:
            await self._point(message)
            return None
        # What newsbell does not know, elsewhere may be meant for another bot.
        if typed is None or not (typed.known or typed.addressed or in_private):
            self._welcomes.heard(message)
            return None
        place = await self._asking.place(message)
        asker = await author_of(message)
        reply = await self._reply(typed, place, message, asker)
        language = await self._tongues.there(place.destination, message.from_user)
        if typed.more:
            reply = replace(reply, text=f"{reply.text}\n\n{texts(language).say(ONE_AT_A_TIME)}")
        if asker.admin:
            await self._answering.answer(reply, place, message, language)
        elif self._answering.has_share(asker, message.chat):
            return self._answering.answer(reply, place, message, language)
        return None

    async def _point(self, message: Message) -> None:
        """Somebody talks to newsbell as to a person, or shows it something: say, once in a while, how to talk to it.

        Another bot would answer that, and so on.
        """
        says_something = message.text or message.effective_attachment
        by_bot = message.from_user is not None and message.from_user.is_bot
        if says_something and not by_bot and self._pointers.take(message.chat.id, ""):
            await self._tell(message, POINTER)

    async def _leave_out(self, update: Update, chat: Chat) -> None:
        """Somebody asks more than can be answered: say so in private, once in a while. Elsewhere others read it.

        Who presses waits for a word, and reads it alone.
        """
        log.debug("telegram:%s: more is asked than can be answered; some of it is left out", chat.id)
        if query := update.callback_query:
            await close(query, (await self._tongues.to(query.from_user)).say(TOO_MANY_PRESSES), alert=False)
        elif update.message and chat.type == ChatType.PRIVATE and self._excuses.take(chat.id, ""):
            await self._tell(update.message, TOO_MUCH)

    async def _tell(self, message: Message, word: str) -> None:
        """Say `word` in a private chat, in the language that was chosen there."""
        private = place_of(message).destination
        say = texts(await self._tongues.there(private, message.from_user))
        await self._replies.send(Reply(say.say(word)), private, urgent=True)

    async def _reply(self, typed: Typed, place: Place, message: Message, asker: Asker) -> Reply:
        if typed.name == "start" and typed.words.startswith(CODE_BEGINS):  # in private it does not come here
            return await self._reception.spend(typed.words, place, message.from_user)
        if typed.name == "start" and message.chat.type in GROUPS:
            language = await self._tongues.there(place.destination, message.from_user)
            whole = replace(place, title=message.chat.title or place.title)  # a topic has no administrators of its own
            return self._welcomes.to_all(whole, texts(language))
        if question := await self._reception.which(typed, place, message.from_user):
            return question
        command = await self._asking.command(typed, place, asker, message.from_user)
        return await self._asking.ask(command, place)

    # --- news of chats ------------------------------------------------------------------------------------------------

    async def _note_rights(self, change: ChatMemberUpdated) -> None:
        chat = chat_destination(self._bot, change.chat.id)
        if reason := why_silent(change.new_chat_member, change.chat.type):
            await self._desk.rights_lost(chat, reason)
        else:
            await self._desk.rights_regained(chat)

    async def _note_title(self, chat: Chat, *, anew: bool) -> None:
        """Who subscribed it from outside gave only its id, and a chat may be renamed."""
        if chat.title and (anew or self._titles.get(chat.id) != chat.title):
            self._titles[chat.id] = chat.title
            await self._desk.renamed(chat_destination(self._bot, chat.id), chat.title)

    async def _note_move(self, message: Message) -> None:
        """Both the old and the new chat tell of a move; the order is not guaranteed."""
        old = message.migrate_from_chat_id or message.chat.id
        await self._desk.moved(chat_destination(self._bot, old), str(message.migrate_to_chat_id or message.chat.id))

    async def _note_name(self, message: Message) -> None:
        """A topic was renamed, and keeps its id; or only its icon has changed. General is the group itself."""
        there, edited = place_of(message).destination, message.forum_topic_edited
        if there.thread_id and edited and edited.name:
            await self._topics.hear(there, edited.name)
            title = topic_title(message.chat.title or "", there.thread_id, edited.name)
            await self._desk.renamed(there, title)

    async def _follow(self, update: Update, error: DestinationMoved) -> None:
        """A basic group had become a supergroup before its news came: what it was asked is to be asked there."""
        if update.effective_chat and update.effective_chat.type == ChatType.GROUP:
            await self._desk.moved(chat_destination(self._bot, update.effective_chat.id), error.chat_id)
        if update.callback_query:
            await self._pressing.refuse_old(update.callback_query)

    # --- when it fails ------------------------------------------------------------------------------------------------

    async def _apologize(self, update: Update) -> None:
        text = (await self._tongues.to(update.effective_user)).say(APOLOGY)
        message = update.message or update.channel_post
        if update.callback_query:
            await close(update.callback_query, text)
        elif message:
            try:
                await self._answering.answer(Reply(text, done=False), place_of(message), message)
            except DeliveryError as error:
                log.debug("telegram:%s got no apology: %s", message.chat.id, error)


def _kind(update: Update) -> str:
    """What it is that came, for the operators."""
    if update.my_chat_member:
        return NEWS
    return A_BUTTON if update.callback_query else A_COMMAND
