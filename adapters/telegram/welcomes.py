"""Welcomes: the first words of newsbell in a chat, once. In a channel they are told to the person who brought it."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from typing import Final

from telegram import Bot, Chat, ChatMemberUpdated, Message, User
from telegram.constants import ChatMemberStatus, ChatType
from telegram.error import TelegramError

from adapters.telegram.askers import PLATFORM, language_of
from adapters.telegram.links import channel_link
from adapters.telegram.membership import AWAY, why_silent
from adapters.telegram.replies import Replies
from adapters.telegram.tongues import Tongues
from adapters.telegram.verdicts import in_our_words, verdict
from bot.errors import DeliveryError, DestinationLost, OutcomeUnknown, StoreError, TryLater
from bot.models import Choice, Destination, Place, Reply
from bot.ports import Lobby
from bot.texts import INSIDE, Texts, sentence, texts

log = logging.getLogger(__name__)

WAIT_SECONDS: Final = 3.0
"""So long a welcome waits for what else comes: more rights, a choice in the private chat, a group's new id."""

TRIES: Final = 3
"""In a row, while Telegram takes none of them; then a welcome waits until something is heard of its chat again."""

CHOOSE: Final = sentence("Choose what arrives")
MAKE_ADMIN: Final = sentence("Make me an administrator ↗")

_HELP: Final = sentence("What I can do")
_TO_ALL: Final = sentence(
    "Hello! I am newsbell: I send new posts here as soon as they are published, by category. The administrators of "
    "{chat} decide which ones."
)
_TO_ONE: Final = sentence("I am in {chat} now. Please choose what arrives there.")
_MUTE: Final = sentence("I am in {chat} now, but I can't write there: {reason}.")


class Welcomes:
    """Sees chats for the first time. What goes wrong in a welcome is logged: nobody waits for one."""

    def __init__(self, bot: Bot, replies: Replies, lobby: Lobby, wait: float = WAIT_SECONDS) -> None:
        self._bot = bot
        self._replies = replies
        self.lobby = lobby
        self.tongues = Tongues(lobby)
        self._wait = wait
        self._met: set[int] = set()  # of these this process need not ask any more
        self._coming: dict[int, asyncio.Task[None]] = {}
        self._brought_by: dict[int, User] = {}
        self._closing = asyncio.Event()

    # --- what is seen -------------------------------------------------------------------------------------------------

    def standing_changed(self, change: ChatMemberUpdated) -> None:
        """The bot was added, promoted, demoted or removed."""
        chat, person = change.chat, change.from_user
        if not _is_public(chat):
            return
        if change.new_chat_member.status in AWAY:
            self.call_off(chat.id)
            return
        if change.old_chat_member.status in AWAY or not why_silent(change.new_chat_member, str(chat.type)):
            self._met.discard(chat.id)  # somebody else may have brought it back; or its welcome waits for this
        if chat.id not in self._met and not person.is_bot:  # an administrator who is anonymous acts as one
            self._brought_by.setdefault(chat.id, person)
        self._expect(chat)

    def heard(self, message: Message) -> None:
        """Somebody wrote, who does not speak to newsbell. It may be the first thing that is ever heard of the chat."""
        left = message.left_chat_member
        if _is_public(message.chat) and not (left and left.id == self._bot.id):
            self._expect(message.chat)

    async def spoken_to(self, place: Place) -> None:
        """Somebody commands newsbell: who knows how to do that needs no welcome, but the answer."""
        chat = int(place.destination.chat_id)
        if place.kind == ChatType.PRIVATE or chat in self._met:
            return
        brought_by = self._brought_by.get(chat)
        self.call_off(chat)
        await self.keep(place, brought_by)
        try:
            await self.lobby.welcome(_whole(place))
            self._met.add(chat)
        except StoreError as error:
            log.warning("%s may be welcomed all the same: %s", place.destination, error)

    async def keep(self, place: Place, person: User | None) -> None:
        """The chat is one of `person`'s, unless it is their private one, or nobody knows who that is. Never raises."""
        if place.kind == ChatType.PRIVATE or person is None or person.is_bot:
            return
        try:
            await self.lobby.keep(_whole(place), self._private(person.id))
        except StoreError as error:
            log.warning("%s may be missing among the chats of %s: %s", place.destination, person.id, error)

    async def finish(self) -> None:
        """Welcome now whoever still waits for it."""
        self._closing.set()
        if self._coming:
            await asyncio.wait(set(self._coming.values()))
        self._closing.clear()

    # --- what is said -------------------------------------------------------------------------------------------------

    def to_all(self, place: Place, say: Texts) -> Reply:
        """What everybody in a group reads."""
        buttons = ((Choice(say.say(CHOOSE), "/subscribe"),), (Choice(say.say(_HELP), "/help"),))
        return Reply(say.say(_TO_ALL, chat=place.title), menu=buttons)

    def to_one(self, place: Place, say: Texts, reason: str = "") -> Reply:
        """What the person reads in private who brought newsbell there, where it may not write for some `reason`."""
        choose = Choice(say.say(CHOOSE), f"/subscribe {place.destination.chat_id}")
        if not reason:
            return Reply(say.say(_TO_ONE, chat=place.title), menu=((choose,),))
        text = say.say(_MUTE, chat=place.title, reason=say.term(reason))
        if place.kind != ChatType.CHANNEL:
            return Reply(text, menu=((choose,),))
        link = Choice(say.say(MAKE_ADMIN), "", url=channel_link(self._bot.username))
        return Reply(text, menu=((link,), (choose,)))

    # --- how it comes to that -----------------------------------------------------------------------------------------

    def _expect(self, chat: Chat) -> None:
        if chat.id in self._met or chat.id in self._coming:
            return
        self._coming[chat.id] = asyncio.create_task(self._come(chat), name=f"welcome telegram:{chat.id}")

    def call_off(self, chat: int) -> None:
        """The welcome that was to come does not: it is not needed, or can't be told any more."""
        self._brought_by.pop(chat, None)
        if coming := self._coming.pop(chat, None):
            coming.cancel()

    async def _come(self, chat: Chat) -> None:
        try:
            await self._try(chat)
        except (DeliveryError, StoreError) as error:
            log.warning("telegram:%s was not welcomed: %s", chat.id, error)
        except Exception:
            log.exception("telegram:%s could not be welcomed", chat.id)
        finally:
            self._brought_by.pop(chat.id, None)
            if self._coming.get(chat.id) is asyncio.current_task():
                del self._coming[chat.id]

    async def _try(self, chat: Chat) -> None:
        pause = self._wait
        for tries_left in reversed(range(TRIES)):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), pause)
            try:
                await self._welcome(chat, self._brought_by.get(chat.id))
            except TryLater as error:
                if not tries_left:
                    raise
                pause = error.retry_after or self._wait
            else:
                return

    async def _welcome(self, chat: Chat, person: User | None) -> None:
        place = Place(Destination(PLATFORM, str(chat.id), bot=str(self._bot.id)), str(chat.type), chat.title or "")
        await self.keep(place, person)
        if await self._may_speak_at_last(place):
            await self.lobby.unwelcome(place.destination)
        is_new = await self.lobby.welcome(place)
        self._met.add(chat.id)
        if not is_new:
            return
        try:
            await self._tell(place, person)
        except TryLater:  # it was not told: another time it is no second one
            await self.lobby.unwelcome(place.destination)
            self._met.discard(chat.id)
            raise

    async def _may_speak_at_last(self, place: Place) -> bool:
        """Whether the welcome waits for the chat itself, where newsbell could not write, and can now."""
        there = place.destination
        if not await self.lobby.put_off_for(there):
            return False
        await self.lobby.put_off(there, there.chat_id)  # until it is told
        return not await self._why_silent(place)

    async def _tell(self, place: Place, person: User | None) -> None:
        """Welcome the chat, or who brought newsbell there. Raises TryLater where surely nobody was told.

        Where newsbell can't write, the chat's own welcome waits until it can.
        """
        reason = await self._why_silent(place)
        if place.kind != ChatType.CHANNEL and not reason:
            reason = await self._tell_all(place, person)
            if not reason:
                return
        is_told = await self._tell_one(place, person, reason)
        if reason and (is_told or place.kind != ChatType.CHANNEL):
            await self.lobby.put_off(place.destination, place.destination.chat_id)

    async def _why_silent(self, place: Place) -> str:
        try:
            with in_our_words():
                standing = await self._bot.get_chat_member(int(place.destination.chat_id), self._bot.id)
        except OutcomeUnknown as error:  # to ask changes nothing
            raise TryLater(str(error)) from error
        return why_silent(standing, place.kind)

    async def _tell_all(self, place: Place, person: User | None) -> str:
        """Welcome a group; why that was not possible, if it was not."""
        language = await self.tongues.there(place.destination, person)
        try:
            await self._replies.send(self.to_all(place, texts(language)), place.destination)
        except DestinationLost as error:
            return str(error)
        return ""

    async def _tell_one(self, place: Place, person: User | None, reason: str) -> bool:
        """Tell the person; False: they are told when they start the bot."""
        person = person or await self._owner(place)
        if person is None:
            log.info("%s is new, and nobody can be told: %s", place.destination, reason or "who added it is not known")
            return True
        private = self._private(person.id)
        await self.lobby.keep(place, private)
        say = texts(await self.lobby.language(private, language_of(person)))
        try:
            await self._replies.send(self.to_one(place, say, reason), private)
        except (DestinationLost, TryLater) as error:
            log.info("%s is new; %s is told when they start the bot: %s", place.destination, private, error)
            await self.lobby.put_off(place.destination, str(person.id))
            return False
        return True

    async def _owner(self, place: Place) -> User | None:
        """Of a chat to which nobody knows who brought the bot; None: Telegram does not tell."""
        try:
            administrators = await self._bot.get_chat_administrators(int(place.destination.chat_id))
        except TelegramError as error:
            log.info("%s does not tell its owner: %s", place.destination, verdict(error))
            return None
        return next((each.user for each in administrators if each.status == ChatMemberStatus.OWNER), None)

    def _private(self, person: int) -> Destination:
        return Destination(PLATFORM, str(person), bot=str(self._bot.id))


def _is_public(chat: Chat) -> bool:
    """Whether a welcome has a place there: in the letters of readers to a channel it would answer to one of them."""
    return chat.type != ChatType.PRIVATE and not chat.is_direct_messages


def _whole(place: Place) -> Place:
    """The chat to which a topic belongs."""
    chat = place.title.rpartition(INSIDE)[0] if place.destination.thread_id else place.title
    return replace(place, destination=replace(place.destination, thread_id=""), title=chat)
