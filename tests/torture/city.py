"""Both platforms with the places of a plan, and people in them who post and give commands while newsbell works."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from tests.emulators.discord import DiscordEmulator
from tests.emulators.discord.nouns import Channel, ChannelType, Member
from tests.emulators.discord.nouns import Message as Written
from tests.emulators.discord.world import Kind as ChannelKind
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User
from tests.emulators.telegram.chats import Content
from tests.torture.counting import HEADLINE
from tests.torture.plan import Kind, Place, Plan

SPELL_SECONDS = 1.0
"""Between two posts of other people in the same place."""

OLDEST = 100_000
"""So many messages at most stand in a chat from before."""

HARMLESS = ("/help", "/subscriptions", "/categories")
"""Commands whose answers change nothing; each answer takes an id that is no delivery's."""


_CHANNELS: Mapping[Kind, ChannelKind] = {
    Kind.TEXT: "text",
    Kind.ANNOUNCEMENT: "announcement",
    Kind.FORUM: "forum",
    Kind.SIGNED: "text",
}
_SIGNED = {"sender": "The Paper"}


@dataclass(frozen=True, slots=True)
class City:
    """The places where messages arrive."""

    telegram: TelegramEmulator
    discord: DiscordEmulator
    chats: dict[Place, Chat]
    topics: dict[Place, int]
    channels: dict[Place, Channel]
    operator: User
    reader: Member

    @classmethod
    def build(cls, plan: Plan, telegram: TelegramEmulator, discord: DiscordEmulator) -> Self:
        """All places of `plan`, each with a past of its own."""
        guild = discord.add_guild("Readers")
        city = cls(telegram, discord, {}, {}, {}, telegram.add_user("Operator"), discord.add_member(guild, "Reader"))
        telegram.add_private(city.operator)
        chance = random.Random(plan.seed)
        telegram.age(chance.randrange(OLDEST))
        lobby = discord.add_channel(guild, "lobby")
        forum = discord.add_channel(guild, "forum", "forum")
        for place in plan.places:
            name = f"{place.kind.name.lower()}-{place.number}"
            if place.kind is Kind.TOPIC:
                beside = city.chats.get(Place(Kind.TOPIC, place.number - 1)) if place.number % 2 else None
                city.chats[place] = beside or telegram.add_supergroup(name, forum=True)
                city.topics[place] = telegram.add_topic(city.chats[place], name)
            elif place.kind.platform == "telegram":
                city.chats[place] = _add_chat(telegram, place.kind, name)
                telegram.age(chance.randrange(OLDEST), city.chats[place])
            elif place.kind in _CHANNELS:
                city.channels[place] = discord.add_channel(guild, name, _CHANNELS[place.kind])
                discord.permit(city.channels[place], "manage_webhooks")
            else:
                city.channels[place] = discord.add_thread(lobby if place.kind is Kind.THREAD else forum, name)
        return city

    def destinations(self) -> dict[str, Place]:
        """Each place by its name in newsbell."""
        named = {f"telegram:{chat.id}": place for place, chat in self.chats.items() if place not in self.topics}
        named |= {f"telegram:{self.chats[place].id}/{topic}": place for place, topic in self.topics.items()}
        for place, channel in self.channels.items():
            parent = f"{channel.parent.id}/" if channel.parent else ""
            named[f"discord:{parent}{channel.id}"] = place
        return named

    def options(self) -> dict[str, dict[str, Any]]:
        """The options of those subscriptions that have some, by the same names."""
        return {name: _SIGNED for name, place in self.destinations().items() if place.kind is Kind.SIGNED}

    def shown(self) -> dict[Place, list[str]]:
        """The first line of every message of the bot that people can read, oldest first."""
        lines = {
            place: [_headline(one.content) for one in self._said(place) if one.from_bot and not one.deleted]
            for place in self.chats
        }
        for place, channel in self.channels.items():
            ours = [message for one in _rooms(channel) for message in one.visible if self._is_ours(message)]
            lines[place] = [str(message.embeds[0].get("title")) if message.embeds else "" for message in ours]
        return lines

    def calls(self) -> int:
        """How many calls about places both platforms have had."""
        on_telegram = sum("chat_id" in call.parameters for call in self.telegram.requests)
        return on_telegram + sum(call.path.startswith(("/channels/", "/webhooks/")) for call in self.discord.requests)

    async def until(self, condition: Callable[[], bool], within: float) -> bool:
        """Wait until `condition` holds, asked again whenever something happens on a platform; whether it came true."""
        waiting = [
            asyncio.ensure_future(self.telegram.until(condition, within=within)),
            asyncio.ensure_future(self.discord.until(condition, within=within)),
        ]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return condition()

    def harmed(self) -> dict[Place, int]:
        """How many messages of people were changed or deleted, and how many posts became another one.

        Commands in channels are: newsbell tidies them up.
        """
        found = {place: sum(map(_is_harmed, self._said(place))) for place in self.chats}
        for place, channel in self.channels.items():
            theirs = [message for message in channel.messages if not self._is_ours(message)]
            found[place] = sum(bool(message.deleted or message.edited_at) for message in theirs)
        return found

    def _is_ours(self, message: Written) -> bool:
        return message.author is self.discord.bot or message.webhook is not None

    def _said(self, place: Place) -> list[Message]:
        """All that was ever said in a chat; in a forum, in its topic."""
        said = self.chats[place].messages.values()
        return [message for message in said if self.topics.get(place) in {None, message.thread_id}]

    def greet(self) -> None:
        """Let somebody in each Telegram chat talk to newsbell, as who subscribes does: it knows one message there."""
        for chat in self.chats.values():
            self.telegram.type(chat, None, HARMLESS[0])

    async def live(self, plan: Plan) -> None:
        """Let people post once a second in every place, and give commands now and then, for ever."""
        chance = random.Random(plan.seed)
        await asyncio.gather(self._post(), self._ask(plan.asked_every, chance))

    async def _post(self) -> None:
        """One after the other, each at its time: who was late does not make the next ones late."""
        loop, places = asyncio.get_running_loop(), [*self.chats, *self.channels]
        began = loop.time()
        for number, place in zip(itertools.count(), itertools.cycle(places)):
            await asyncio.sleep(began + number * SPELL_SECONDS / len(places) - loop.time())
            words = f"What people say, {number}"
            if place in self.chats:
                self.telegram.post(self.chats[place], words, thread=self.topics.get(place))
            elif place.kind is Kind.FORUM:
                self.discord.add_thread(self.channels[place], words, archived=True, owner=self.reader.user)
            else:
                self.discord.say(self.channels[place], self.reader, words)

    async def _ask(self, every: float, chance: random.Random) -> None:
        chats = list(self.chats.values())
        while True:
            await asyncio.sleep(every)
            self.telegram.type(chance.choice(chats), None, chance.choice(HARMLESS))


def _rooms(channel: Channel) -> list[Channel]:
    """Where messages of a place are: in a forum, in its threads."""
    return channel.threads if channel.type is ChannelType.FORUM else [channel]


def _is_harmed(message: Message) -> bool:
    if message.from_bot:
        posts = {found[1] for said in (*message.edits, message.content) if (found := HEADLINE.search(_headline(said)))}
        return len(posts) > 1
    if message.service or (message.chat.kind == "channel" and message.content.words in HARMLESS):
        return False
    return message.deleted or bool(message.edits)


def _headline(content: Content) -> str:
    """The first line."""
    return content.words.partition("\n")[0].strip()


def _add_chat(telegram: TelegramEmulator, kind: Kind, name: str) -> Chat:
    match kind:
        case Kind.EDITOR_CHANNEL:
            return telegram.add_channel(name, bot_rights={"can_post_messages", "can_edit_messages"})
        case Kind.CHANNEL:
            return telegram.add_channel(name)
        case Kind.BASIC_GROUP:
            return telegram.add_group(name)
        case Kind.PRIVATE:
            return telegram.add_private(telegram.add_user(name))
    return telegram.add_supergroup(name, bot_admin=kind is Kind.ADMIN_GROUP)
