"""What people ask, whether they type or press: made into a command of the place that it is about, for the desk."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Final

from telegram import Bot, Message, User
from telegram.constants import ChatType
from telegram.error import TelegramError

from adapters.telegram.askers import (
    NO_ADMIN,
    PLATFORM,
    THE_CHAT,
    Asker,
    chat_destination,
    language_of,
    member,
    place_of,
    topic_title,
)
from adapters.telegram.commands import Remote, Typed, about, linked, read_remote
from adapters.telegram.membership import may_pin
from adapters.telegram.topics import Topics
from adapters.telegram.verdicts import NO_PINNING, verdict
from adapters.telegram.welcomes import Welcomes
from bot.errors import DestinationMoved
from bot.models import Command, Destination, Place, Reply
from bot.ports import Desk
from bot.texts import Texts, sentence, texts

log = logging.getLogger(__name__)

UNSEEN_CHAT: Final = sentence("I can't see {chat}. Please make me an administrator there, then try again.")
NOT_PINNED_YET: Final = sentence("⚠️ Posts will arrive, but not be pinned: {reason}.")


class Asking:
    """Asks the desk. Raises DestinationMoved where a group became a supergroup that nobody has told of yet."""

    def __init__(self, bot: Bot, desk: Desk, topics: Topics, welcomes: Welcomes) -> None:
        self._bot = bot
        self._desk = desk
        self._topics = topics
        self._welcomes = welcomes
        self._lobby = welcomes.lobby
        self._tongues = welcomes.tongues

    async def place(self, message: Message) -> Place:
        """Where `message` stands, in which somebody commands newsbell."""
        place = await self._topics.named(place_of(message), message.chat)
        await self._welcomes.spoken_to(place)
        return place

    async def command(self, typed: Typed, place: Place, asker: Asker, person: User | None) -> Command | Reply:
        """What `person` asks; at once the answer when it is about a chat that can't be seen.

        A chat that somebody manages is one of theirs, also when nothing arrives there any more.
        """
        command = await self._command(typed, place, asker, person)
        if isinstance(command, Command) and command.admin and not typed.for_everybody:
            await self._welcomes.keep(command.place, person)
        return command

    async def _command(self, typed: Typed, place: Place, asker: Asker, person: User | None) -> Command | Reply:
        remote = read_remote(typed.words) if place.kind == ChatType.PRIVATE else None
        if remote and person:
            return await self._remote_command(typed, remote, person, named=remote.chat)
        return Command(
            typed.name,
            typed.words,
            place,
            asker.person,
            asker.admin,
            language=language_of(person),
            refusal=asker.refusal,
            spoken=await self._tongues.there(place.destination, person),
            presses=asker.presses,
        )

    async def _remote_command(self, typed: Typed, remote: Remote, person: User, *, named: str) -> Command | Reply:
        """A command from a private chat about another one, which the person `named`.

        Who is neither its administrator nor an operator learns nothing of it, not even its title: its number may have
        come to anybody.
        """
        say = await self._tongues.to(person)
        try:
            chat = await self._bot.get_chat(await self._id_now(remote.chat))
        except TelegramError as error:
            log.info("%s could not be looked up: %s", remote.chat, verdict(error))
            return Reply(say.say(UNSEEN_CHAT, chat=await self._name_of(named, person, say)), done=False)
        called = await self._name_of(named, person, say)
        called = say.say(THE_CHAT) if called.startswith("-") else called  # of a button, they never saw the number
        try:
            asker = await member(self._bot, chat, person, called)
        except DestinationMoved as error:  # Telegram still shows what a group was before it became a supergroup
            await self._desk.moved(chat_destination(self._bot, chat.id), error.chat_id)
            return await self._remote_command(typed, replace(remote, chat=error.chat_id), person, named=named)
        if not asker.admin and not self.is_operator(asker):
            return Reply(say.term(asker.refusal) or say.say(NO_ADMIN, chat=called), done=False)
        destination = Destination(PLATFORM, str(chat.id), remote.thread, str(self._bot.id))
        place = Place(destination, str(chat.type), topic_title(chat.title or remote.chat, remote.thread))
        place = await self._topics.named(place, chat)
        return Command(
            typed.name,
            remote.words,
            place,
            asker.person,
            asker.admin,
            language=language_of(person),
            refusal=asker.refusal,
            spoken=say.language,
            elsewhere=True,
        )

    def is_operator(self, asker: Asker) -> bool:
        """Whether who asks may do everywhere what administrators may."""
        return self._lobby.is_operator(Destination(PLATFORM, asker.person))

    async def _id_now(self, chat: str) -> str:
        """The id of a chat that a button or a person names by the one from before it moved; else as it was named."""
        if chat.startswith("@"):
            return chat
        return (await self._lobby.moved_to(chat_destination(self._bot, int(chat)))).chat_id

    async def _name_of(self, chat: str, person: User, say: Texts) -> str:
        """What a chat of theirs that shows itself no more was called; others' names are not told."""
        mine = await self._lobby.kept_by(chat_destination(self._bot, person.id))
        named = next((place.title for place in mine if place.destination.chat_id == chat and place.title), chat)
        return say.place(named)

    async def ask(self, command: Command | Reply, place: Place) -> Reply:
        """What the desk says to `command`, as it is read in `place`; what is an answer already stays as it is."""
        if isinstance(command, Reply):
            return command
        reply = linked(await self._desk.answer(command), command.place)
        spoken = command.spoken or command.language
        language = spoken if command.elsewhere else await self._lobby.language(command.place.destination, spoken)
        say = texts(language)
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
