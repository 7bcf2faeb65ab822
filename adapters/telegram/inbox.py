"""From an update to the desk and back: commands, pressed buttons, and news of chats."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from telegram import Bot, CallbackQuery, Chat, ChatMemberUpdated, Message, Update, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from adapters.telegram.askers import (
    GROUPS,
    NO_ADMIN,
    PLATFORM,
    Asker,
    author_of,
    is_own_word,
    language_of,
    member,
    place_of,
    presser,
    say_to,
    topic_title,
)
from adapters.telegram.commands import Remote, Typed, about, linked, read_command, read_remote
from adapters.telegram.keys import PUT_AWAY
from adapters.telegram.membership import may_pin, why_silent
from adapters.telegram.menus import Menus
from adapters.telegram.reception import Reception
from adapters.telegram.replies import Replies
from adapters.telegram.shares import Shares
from adapters.telegram.specimens import Specimens
from adapters.telegram.tidying import Tidying
from adapters.telegram.topics import Topics
from adapters.telegram.verdicts import NO_PINNING, verdict
from adapters.telegram.welcomes import Welcomes
from bot.errors import DeliveryError, DestinationMoved
from bot.models import Command, Destination, Place, Reply
from bot.ports import Desk
from bot.subscribing.mistakes import A_BUTTON, A_COMMAND, NEWS
from bot.subscribing.operators import CODE_BEGINS
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

T = TypeVar("T")

Later = Coroutine[Any, Any, None] | None
"""What is left to do while the next update of the chat is handled already."""

ALERT_CHARACTERS: Final = 200  # of a text in answerCallbackQuery (Bot API)

SOON_SECONDS: Final = 2.0  # nobody who presses wonders about less

POINTER_SECONDS: Final = 600.0  # who goes on talking was told already
POINTER: Final = sentence("I understand commands only. To choose where posts go: /start. All that I know: /help")
OLD_BUTTON: Final = sentence("This button is too old. Please send the command again.")
UNSEEN_CHAT: Final = sentence("I can't see {chat}. Please make me an administrator there, then try again.")
ONE_MOMENT: Final = sentence("One moment: Telegram lets me show it in about {seconds} s.")
ONE_AT_A_TIME: Final = sentence("I have read the first command only. Please send each in a message of its own.")
NOT_PINNED_YET: Final = sentence("⚠️ Posts will arrive, but not be pinned: {reason}.")
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
        self._tidying = tidying
        self._specimens = specimens
        self._welcomes = welcomes
        self._reception = Reception(bot, replies, welcomes, self._ask)
        self._menus = Menus(replies)
        self._shares = Shares(asyncio.get_running_loop().time)
        self._pointers = Shares(asyncio.get_running_loop().time, seconds=POINTER_SECONDS, of_a_group=1)
        self._titles: dict[int, str] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._topics = Topics(welcomes.lobby)

    async def take(self, update: Update, _context: object) -> None:
        """Handle one update. Never raises: an update that fails stops no other one."""
        chat = update.effective_chat
        if chat is None:
            return
        turn = self._turns.setdefault(chat.id, asyncio.Lock())
        async with turn:
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
            return await self._press(update.callback_query)
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
        place = await self._topics.named(place_of(message), message.chat)
        await self._welcomes.spoken_to(place)
        asker = await author_of(message)
        reply = await self._reply(typed, place, message, asker)
        if typed.more:
            reply = replace(reply, text=f"{reply.text}\n\n{say_to(message.from_user, ONE_AT_A_TIME)}")
        if asker.admin:
            await self._answer(reply, place, message)
        elif self._is_answered(asker, message.chat):
            return self._answer(reply, place, message)
        return None

    async def _point(self, message: Message) -> None:
        """Somebody talks to newsbell as to a person: say, once in a while, how to talk to it."""
        if message.text and is_own_word(message) and self._pointers.take(message.chat.id, ""):
            private = place_of(message).destination
            say = texts(await self._welcomes.lobby.language(private, language_of(message.from_user)))
            await self._replies.send(Reply(say.say(POINTER)), private, urgent=True)

    def _is_answered(self, asker: Asker, chat: Chat) -> bool:
        """Whether somebody without rights gets one more answer in a group; else it stays silent there."""
        if self._shares.take(chat.id, asker.person):
            return True
        log.debug("telegram:%s: simple members are asking too much to be answered", chat.id)
        return False

    async def _reply(self, typed: Typed, place: Place, message: Message, asker: Asker) -> Reply:
        if typed.name == "start" and typed.words.startswith(CODE_BEGINS):  # in private it does not come here
            return await self._reception.spend(typed.words, place, message.from_user)
        if typed.name == "start" and message.chat.type in GROUPS:
            language = await self._welcomes.lobby.language(place.destination, language_of(message.from_user))
            return self._welcomes.to_all(place, texts(language))
        if question := await self._reception.which(typed, place, message.from_user):
            return question
        command = await self._command(typed, place, asker, message.from_user)
        return await self._ask(command, place)

    async def _answer(self, reply: Reply, place: Place, message: Message) -> None:
        """Say `reply` where `message` was written; in a channel, both go again."""
        in_channel = message.chat.type == ChatType.CHANNEL
        if in_channel:
            self._tidying.later(place.destination, message.message_id)
        sent = await self._replies.send(
            reply,
            place.destination,
            answering=message.message_id if message.chat.type in GROUPS else None,
            urgent=True,
            silent=in_channel,
            keys=PUT_AWAY if place.kind == ChatType.PRIVATE else None,
        )
        if place.kind != ChatType.PRIVATE and (reply.choices or reply.menu):
            self._menus.language(place.destination, sent[-1], language_of(message.from_user))
        if in_channel:
            self._tidy(place, sent)
        shown = await self._show(reply, place)
        if in_channel:
            self._tidy(place, shown)

    async def _show(self, reply: Reply, place: Place) -> list[int]:
        return await self._specimens.show(reply.specimen, place.destination) if reply.specimen else []

    def _tidy(self, place: Place, messages: list[int]) -> None:
        for message_id in messages:
            self._tidying.later(place.destination, message_id)

    # --- what is pressed ----------------------------------------------------------------------------------------------

    async def _press(self, query: CallbackQuery) -> Later:
        """A button is a typed command of the person who presses it; the message with the button becomes the answer."""
        message = query.message
        typed = read_command(query.data or "", self._bot.username)
        # PTB 22.8 makes a Message even of one that Telegram shows no more; only its date tells (is_accessible).
        if not isinstance(message, Message) or not message.is_accessible or typed is None or not typed.answered:
            await self._close(query, say_to(query.from_user, OLD_BUTTON))
            return None
        place = await self._topics.named(place_of(message), message.chat)
        await self._welcomes.spoken_to(place)
        asker = await presser(self._bot, message.chat, query.from_user)
        command = await self._command(typed, place, asker, query.from_user)
        by_right = isinstance(command, Command) and command.admin
        if isinstance(command, Command) and by_right and message.chat.type != ChatType.PRIVATE:
            own = self._menus.language(place.destination, message.message_id, command.language)
            command = replace(command, language=own)
        reply = await self._ask(command, place)
        if not by_right and (typed.for_everybody or not reply.done):
            return await self._tell_alone(query, reply, asker, message)
        seconds = self._replies.wait(place.destination)
        moment = say_to(query.from_user, ONE_MOMENT, seconds=round(seconds)) if seconds > SOON_SECONDS else ""
        await self._close(query, reply.aside or moment, alert=False)
        return self._draw(replace(reply, aside=""), place, message)

    async def _draw(self, reply: Reply, place: Place, message: Message) -> None:
        """Let the menu become `reply`. Where its group has moved meanwhile, that stands in the new chat: it is done."""
        try:
            shown = await self._menus.draw(reply, place.destination, message.message_id)
        except DestinationMoved as error:
            await self._desk.moved(place.destination, error.chat_id)
            place = replace(place, destination=replace(place.destination, chat_id=error.chat_id))
            shown = await self._replies.send(reply, place.destination, urgent=True)
        shown += await self._show(reply, place)
        if message.chat.type == ChatType.CHANNEL:
            self._tidy(place, shown)

    async def _tell_alone(self, query: CallbackQuery, reply: Reply, asker: Asker, message: Message) -> Later:
        """Who has no rights is answered beside the menu: the others in the chat keep it."""
        fits = len(reply.text) <= ALERT_CHARACTERS
        if not reply.done or fits or message.chat.type not in GROUPS or not self._is_answered(asker, message.chat):
            await self._close(query, reply.text)
            return None
        await self._close(query)
        return self._answer(Reply(reply.text), place_of(message), message)

    async def _close(self, query: CallbackQuery, word: str = "", *, alert: bool = True) -> None:
        """End the waiting of the person who pressed, with a word if there is one; an `alert` has to be put away."""
        text = word if len(word) <= ALERT_CHARACTERS else f"{word[: ALERT_CHARACTERS - 1]}…"
        try:
            await query.answer(text or None, show_alert=alert and bool(text))
        except TelegramError as error:  # pressed too long ago: nobody waits any more
            log.debug("a pressed button was not confirmed: %s", verdict(error))

    # --- what is asked ------------------------------------------------------------------------------------------------

    async def _command(self, typed: Typed, place: Place, asker: Asker, person: User | None) -> Command | Reply:
        """What `person` asks; at once the answer when it is about a chat that can't be seen."""
        remote = read_remote(typed.words) if place.kind == ChatType.PRIVATE else None
        if remote and person:
            return await self._remote_command(typed, remote, person)
        language = language_of(person)
        return Command(typed.name, typed.words, place, asker.person, asker.admin, language, asker.refusal)

    async def _remote_command(self, typed: Typed, remote: Remote, person: User) -> Command | Reply:
        """A command from a private chat about another one. What comes there is told to its administrators only."""
        try:
            chat = await self._bot.get_chat(await self._id_now(remote.chat))
        except TelegramError as error:
            log.info("%s could not be looked up: %s", remote.chat, verdict(error))
            named = await self._reception.name_of(remote.chat, person)
            return Reply(say_to(person, UNSEEN_CHAT, chat=named), done=False)
        try:
            asker = await member(self._bot, chat, person)
        except DestinationMoved as error:  # Telegram still shows what a group was before it became a supergroup
            await self._desk.moved(self._destination(chat.id), error.chat_id)
            return await self._remote_command(typed, replace(remote, chat=error.chat_id), person)
        title = chat.title or remote.chat
        if typed.for_everybody and not asker.admin:
            return Reply(asker.refusal or say_to(person, NO_ADMIN, chat=title), done=False)
        destination = Destination(PLATFORM, str(chat.id), remote.thread, str(self._bot.id))
        place = Place(destination, str(chat.type), topic_title(title, remote.thread))
        place = await self._topics.named(place, chat)
        language = language_of(person)
        return Command(typed.name, remote.words, place, asker.person, asker.admin, language, asker.refusal)

    async def _id_now(self, chat: str) -> str:
        """The id of a chat that a button or a person names by the one from before it moved; else as it was named."""
        if chat.startswith("@"):
            return chat
        return (await self._welcomes.lobby.moved_to(self._destination(int(chat)))).chat_id

    async def _ask(self, command: Command | Reply, place: Place) -> Reply:
        if isinstance(command, Reply):
            return command
        reply = linked(await self._desk.answer(command), command.place)
        say = texts(await self._welcomes.lobby.language(command.place.destination, command.language))
        if reply.pins and not await self._may_pin(command.place):
            reply = replace(reply, text=f"{reply.text}\n\n{say.say(NOT_PINNED_YET, reason=say.term(NO_PINNING))}")
        return reply if command.place == place else about(command.place, reply, say)

    async def _may_pin(self, place: Place) -> bool:
        """Whether the bot may pin there; where Telegram does not tell, the first pin will."""
        chat_id = int(place.destination.chat_id)
        try:
            chat = await self._bot.get_chat(chat_id)
            return may_pin(await self._bot.get_chat_member(chat_id, self._bot.id), chat)
        except TelegramError as error:
            log.info("%s does not tell whether the bot may pin: %s", place.destination, verdict(error))
            return True

    # --- news of chats ------------------------------------------------------------------------------------------------

    async def _note_rights(self, change: ChatMemberUpdated) -> None:
        chat = self._destination(change.chat.id)
        if reason := why_silent(change.new_chat_member, change.chat.type):
            await self._desk.rights_lost(chat, reason)
        else:
            await self._desk.rights_regained(chat)

    async def _note_title(self, chat: Chat, *, anew: bool) -> None:
        """Who subscribed it from outside gave only its id, and a chat may be renamed."""
        if chat.title and (anew or self._titles.get(chat.id) != chat.title):
            self._titles[chat.id] = chat.title
            await self._desk.renamed(self._destination(chat.id), chat.title)

    async def _note_move(self, message: Message) -> None:
        """Both the old and the new chat tell of a move; the order is not guaranteed."""
        old = message.migrate_from_chat_id or message.chat.id
        await self._desk.moved(self._destination(old), str(message.migrate_to_chat_id or message.chat.id))

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
            await self._desk.moved(self._destination(update.effective_chat.id), error.chat_id)
        if update.callback_query:
            await self._close(update.callback_query, say_to(update.effective_user, OLD_BUTTON))

    def _destination(self, chat_id: int) -> Destination:
        return Destination(PLATFORM, str(chat_id), bot=str(self._bot.id))

    # --- when it fails ------------------------------------------------------------------------------------------------

    async def _apologize(self, update: Update) -> None:
        text = say_to(update.effective_user, APOLOGY)
        message = update.message or update.channel_post
        if update.callback_query:
            await self._close(update.callback_query, text)
        elif message:
            try:
                await self._answer(Reply(text, done=False), place_of(message), message)
            except DeliveryError as error:
                log.debug("telegram:%s got no apology: %s", message.chat.id, error)


def _kind(update: Update) -> str:
    """What it is that came, for the operators."""
    if update.my_chat_member:
        return NEWS
    return A_BUTTON if update.callback_query else A_COMMAND
