"""Receives people in their private chat with the bot: there they choose where posts go, and give operators' codes.

So a channel is connected and managed without an id, and without a word that its readers would see.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from telegram import Bot, ChatFullInfo, ChatMember, ChatShared, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove, User
from telegram.constants import ChatType

from adapters.telegram.askers import NO_ADMIN, PLATFORM, THE_CHAT, Asker, language_of, member, place_of
from adapters.telegram.chats import Chats
from adapters.telegram.commands import Typed, address_of, read_remote
from adapters.telegram.keys import A_CHANNEL, A_GROUP, PUT_AWAY, keys, means_here
from adapters.telegram.links import channel_link, group_link
from adapters.telegram.membership import AWAY, why_silent
from adapters.telegram.render import CALLBACK_BYTES
from adapters.telegram.replies import Replies
from adapters.telegram.verdicts import in_our_words
from adapters.telegram.welcomes import MAKE_ADMIN, Welcomes
from bot.errors import DeliveryError, OutcomeUnknown, TryLater
from bot.models import Choice, Command, Destination, DestinationState, Place, Reply
from bot.records import Admission
from bot.subscribing.operators import CODE_BEGINS
from bot.texts import Texts, sentence, texts

log = logging.getLogger(__name__)

Ask = Callable[[Command, Place], Awaitable[Reply]]
"""Brings a command to the desk; the choices of the reply are for the place in which it is read."""

Shorten = Callable[[str, str], Awaitable[str]]
"""Finds shorter words for a command: `bot.ports.Desk.shortened`."""

_MENUS: Final = frozenset({"subscribe", "unsubscribe", "settings"})

GREETING: Final = sentence(
    "Hello! I am newsbell. I send new posts as soon as they are published, by category: to a channel, to a group, or "
    "here to you. Where shall they go?"
)
ARRIVED: Final = sentence("I was added to {chats}. Press a chat to choose what arrives there.")
YOUR_CHATS: Final = sentence("These are your chats. Press one to change what arrives there.")
MORE_CHATS: Final = sentence(
    "Only the latest {count} are shown. Choose any other one by the keys of /start, and it is shown, too."
)
LOST: Final = sentence("⚠️ Nothing can be sent to {chats} any more: {reason}.")
NO_KEYS: Final = sentence("If you see no keys below, let me in by one of these buttons.")
TO_CHANNEL: Final = sentence("Into a channel ↗")
TO_GROUP: Final = sentence("Into a group ↗")

WHICH_CHAT: Final = sentence("For which chat?")
FOR_THIS_ONE: Final = sentence("📬 This chat here")

HERE: Final = sentence("Good: they come here, to this chat.")
CONNECTED: Final = sentence("{chat} is connected. Nobody there sees what we say here. To see your chats again: /start")
KNOWN_CHAT: Final = sentence(
    "{chat} is connected already. Nobody there sees what we say here. To see your chats again: /start"
)
NOT_LET_IN: Final = sentence(
    "I was not let into {chat}. Please add me there by this button, or in its settings as an administrator."
)
SILENCE: Final = sentence("Telegram does not answer me about {chat} now. Please choose it again in a minute.")
OLD_KEY: Final = sentence("This key is too old. Please choose once more.")

SPENT: Final = sentence(
    "Others can read this code here, so it makes nobody an operator any more. A new one comes from: {command}. Please "
    "give it to me in our private chat."
)

_NEW_CODE: Final = "newsbell operators add"
_ADMISSIONS: Final[Mapping[Admission, str]] = MappingProxyType(
    {
        Admission.ADMITTED: sentence(
            "You are an operator of newsbell now: I tell you here when something goes wrong, and you may give every "
            "command in every chat."
        ),
        Admission.KNOWN: sentence("You are an operator of newsbell already."),
        Admission.USED: sentence("This code was used already. A new one comes from: {command}"),
        Admission.EXPIRED: sentence("This code is too old. A new one comes from: {command}"),
        Admission.STRANGE: sentence("I do not know this code. Was all of it copied? A new one comes from: {command}"),
        Admission.TOO_MANY: sentence("Those were too many wrong codes. Please try again in an hour."),
    }
)
_OF_OPERATORS: Final = frozenset({Admission.ADMITTED, Admission.KNOWN})
_SIGNS: Final[Mapping[DestinationState, str]] = MappingProxyType(
    {DestinationState.SUSPENDED: "⚠️ ", DestinationState.PAUSED: "⏸ "}
)


@dataclass(frozen=True, slots=True)
class _Visit:
    """Somebody in their private chat, and the language in which they are spoken to."""

    person: User
    private: Place
    say: Texts


class Reception:
    """What a private chat says that is no command for the desk. Raises DeliveryError where no reply gets through."""

    def __init__(self, bot: Bot, replies: Replies, welcomes: Welcomes, ask: Ask, shorten: Shorten) -> None:
        self._bot = bot
        self._replies = replies
        self._lobby = welcomes.lobby
        self._welcomes = welcomes
        self._ask = ask
        self._shorten = shorten
        self._mine = Chats(bot, welcomes.lobby)

    async def receive(self, message: Message, typed: Typed | None) -> bool:
        """Answer `message` of a private chat; False: that is for others to do."""
        person, shared = message.from_user, message.chat_shared
        starts = typed is not None and typed.name == "start"
        if person is None or not (shared or starts or means_here(message.text or "")):
            return False
        private = place_of(message)
        await self._lobby.hear(private.destination, language_of(person))
        visit = _Visit(person, private, texts(await self._lobby.language(private.destination, language_of(person))))
        if shared:
            await self._shared(visit, shared)
        elif typed is not None:
            await self._start(visit, typed.words)
        else:
            await self._put_away(visit, visit.say.say(HERE))
            await self._open(visit, private)
        return True

    async def which(self, typed: Typed, place: Place, person: User | None) -> Reply | None:
        """The question for which of the person's chats a command is meant that names none; None: that is no question.

        Who lives with one channel thinks of that, and would pause a private chat to which nothing comes anyway.
        """
        if place.kind != ChatType.PRIVATE or not typed.of_a_chat or read_remote(typed.words):
            return None
        mine, is_more = await self._mine.of(place.destination)
        if not mine:
            return None
        say = texts(await self._lobby.language(place.destination, language_of(person)))
        words = typed.words
        if not all(_fits(f"/{typed.name} {address_of(each.destination)} {words}") for each in mine):
            words = await self._shorten(typed.name, words)
        here = Choice(say.say(FOR_THIS_ONE), _worded(f"/{typed.name}", words))
        there = (_choice(say, each, typed.name, words) for each in mine)
        question = "\n\n".join((say.say(WHICH_CHAT), *_more(say, mine, is_more=is_more)))
        return Reply(question, done=False, menu=tuple((choice,) for choice in (here, *there)))

    async def spend(self, words: str, place: Place, person: User | None) -> Reply:
        """An operators' code, the first of `words`, was typed in `place`, where others read it."""
        await self._lobby.spend(words.split(maxsplit=1)[0], place.destination)
        language = await self._welcomes.tongues.there(place.destination, person)
        return Reply(texts(language).say(SPENT, command=_NEW_CODE))

    # --- /start -------------------------------------------------------------------------------------------------------

    async def _start(self, visit: _Visit, words: str) -> None:
        if words.startswith(CODE_BEGINS):
            admission = await self._lobby.admit(words, visit.private.destination)
            await self._send(visit, Reply(visit.say.say(_ADMISSIONS[admission], command=_NEW_CODE)))
            if admission not in _OF_OPERATORS:
                return
        await self._show_keys(visit, visit.say.say(GREETING))
        await self._send(visit, await self._chats(visit))

    async def _chats(self, visit: _Visit) -> Reply:
        """The person's chats, and two links for whose Telegram knows no keys that ask for a chat."""
        say, private = visit.say, visit.private.destination
        arrived = await self._lobby.put_off_for(private)
        mine, is_more = await self._mine.of(private)
        bot = self._bot.username
        links = (
            Choice(say.say(TO_CHANNEL), "", url=channel_link(bot)),
            Choice(say.say(TO_GROUP), "", url=group_link(bot)),
        )
        if not mine:
            return Reply(say.say(NO_KEYS), menu=(links,))
        text = say.say(ARRIVED, chats=_named(say, arrived)) if arrived else say.say(YOUR_CHATS)
        text = "\n\n".join((text, *_more(say, mine, is_more=is_more), *_lost(say, mine)))
        return Reply(text, menu=(*((_choice(say, place),) for place in mine), links))

    # --- a chat was chosen --------------------------------------------------------------------------------------------

    async def _shared(self, visit: _Visit, shared: ChatShared) -> None:
        if shared.request_id not in {A_CHANNEL, A_GROUP}:
            await self._show_keys(visit, visit.say.say(OLD_KEY))
            return
        named = shared.title or visit.say.say(THE_CHAT)
        try:
            with in_our_words():
                chat = await self._bot.get_chat(shared.chat_id)
                bot = await self._bot.get_chat_member(shared.chat_id, self._bot.id)
        except (TryLater, OutcomeUnknown) as error:
            log.warning("telegram:%s was asked about in vain: %s", shared.chat_id, error)
            await self._show_keys(visit, visit.say.say(SILENCE, chat=named))
        except DeliveryError as error:
            log.info("telegram:%s was chosen, and does not let the bot in: %s", shared.chat_id, error)
            await self._send(visit, self._not_let_in(visit, named, shared.request_id))
        else:
            await self._look_at(visit, chat, bot)

    def _not_let_in(self, visit: _Visit, named: str, request: int) -> Reply:
        say, bot = visit.say, self._bot.username
        in_channel = request == A_CHANNEL
        link = Choice(
            say.say(MAKE_ADMIN if in_channel else TO_GROUP), "", url=(channel_link if in_channel else group_link)(bot)
        )
        return Reply(say.say(NOT_LET_IN, chat=named), menu=((link,),))

    async def _look_at(self, visit: _Visit, chat: ChatFullInfo, bot: ChatMember) -> None:
        """The chat is there: may the person decide for it, and may the bot write in it?"""
        named = chat.title or visit.say.say(THE_CHAT)
        if bot.status in AWAY:
            request = A_CHANNEL if chat.type == ChatType.CHANNEL else A_GROUP
            await self._send(visit, self._not_let_in(visit, named, request))
            return
        asker = await member(self._bot, chat, visit.person)
        if not asker.admin:
            await self._show_keys(visit, _refusal(visit, asker, named))
            return
        place = Place(Destination(PLATFORM, str(chat.id), bot=str(self._bot.id)), str(chat.type), named)
        is_new = await self._lobby.keep(place, visit.private.destination)
        if reason := why_silent(bot, str(chat.type)):
            self._welcomes.call_off(chat.id)  # the right comes with news of its own, and then there is one
            await self._send(visit, self._welcomes.to_one(place, visit.say, reason))
            return
        await self._welcomes.spoken_to(place)
        await self._put_away(visit, visit.say.say(CONNECTED if is_new else KNOWN_CHAT, chat=named))
        await self._open(visit, place)

    async def _open(self, visit: _Visit, place: Place) -> None:
        """Show what arrives in `place`, to be changed."""
        command = Command(
            "subscribe",
            "",
            place,
            str(visit.person.id),
            admin=True,
            language=language_of(visit.person),
            spoken=visit.say.language,
            elsewhere=place != visit.private,
        )
        await self._send(visit, await self._ask(command, visit.private))

    # --- saying it ----------------------------------------------------------------------------------------------------

    async def _show_keys(self, visit: _Visit, text: str) -> None:
        await self._send(visit, Reply(text), keys(visit.say))

    async def _put_away(self, visit: _Visit, text: str) -> None:
        await self._send(visit, Reply(text), PUT_AWAY)

    async def _send(
        self, visit: _Visit, reply: Reply, below: ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None
    ) -> None:
        await self._replies.send(reply, visit.private.destination, urgent=True, keys=below)


def _refusal(visit: _Visit, asker: Asker, named: str) -> str:
    return visit.say.term(asker.refusal) or visit.say.say(NO_ADMIN, chat=named)


def _choice(say: Texts, place: Place, command: str = "subscribe", words: str = "") -> Choice:
    """A button that gives a command in one of a person's chats: unless told, the one that opens what arrives there."""
    where = address_of(place.destination)
    sign = _SIGNS.get(place.state, "📢 " if place.kind == ChatType.CHANNEL else "👥 ")
    return Choice(f"{sign}{say.place(place.title) or where}", _worded(f"/{command} {where}", words))


def _worded(command: str, words: str) -> str:
    """The command with its words, as far as a button has room for them: what is cut off is not understood then.

    One that shows without words what there is to choose does so.
    """
    whole = f"{command} {words}".rstrip()
    if _fits(whole):
        return whole
    name = command.removeprefix("/").partition(" ")[0]
    return command if name in _MENUS else whole.encode()[:CALLBACK_BYTES].decode(errors="ignore")


def _fits(command: str) -> bool:
    return len(command.encode()) <= CALLBACK_BYTES


def _more(say: Texts, mine: Collection[Place], *, is_more: bool) -> Iterator[str]:
    """How to come to those of a person's chats that are not shown."""
    if is_more:
        yield say.say(MORE_CHATS, count=len(mine))


def _lost(say: Texts, mine: Iterable[Place]) -> Iterator[str]:
    """Why nothing can be sent to some of a person's chats: they may never have been told."""
    reasons: dict[str, list[Place]] = {}
    for place in mine:
        if place.state is DestinationState.SUSPENDED and place.reason:
            reasons.setdefault(place.reason, []).append(place)
    for reason, places in reasons.items():
        yield say.say(LOST, chats=_named(say, places), reason=say.term(reason))


def _named(say: Texts, places: Iterable[Place]) -> str:
    return ", ".join(say.place(place.title) or place.destination.chat_id for place in places)
