"""The desk where adapters, console and command line bring commands and news of chats."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from bot.models import Command, Destination, DestinationState, Offer, Place, Reply
from bot.ports import Lobby, Newsstand, Notices, Posts, Stories, Subscriptions
from bot.subscribing.commands import COMMANDS, HIDDEN, SYNONYMS
from bot.subscribing.in_words import in_words
from bot.subscribing.mentions import forget_role
from bot.subscribing.mistakes import A_COMMAND, NEWS, own_up
from bot.subscribing.offers import offered
from bot.subscribing.request import Request
from bot.subscribing.selectors import UnclearWish
from bot.subscribing.tongues import texts_for, texts_now
from bot.subscribing.wants import looks_of
from bot.subscribing.why import shortened
from bot.subscribing.wording import quoted
from bot.texts import texts

log = logging.getLogger(__name__)

_CHANGES: Final = frozenset({"subscribe", "unsubscribe", "menu"})
"""Commands that change subscriptions."""

_ABOUT_POSTS: Final = frozenset({"subscribe", "menu", "resume", "latest", "preview"})
"""Commands after which posts are expected in their place as they look there: does the bot have the rights to that?

The pages of /settings say for themselves what they expect.
"""


class SubscriptionDesk:
    """bot.ports.Desk over the shelves of posts, subscriptions and stories.

    `operators` are people, written as `telegram:<id of the person>`: they may do everywhere what admins may. They may
    come and go. `zone` is that of the clocks that people read. `fault` tells why newsbell is not well; empty: it is.
    """

    def __init__(
        self,
        posts: Posts,
        subscriptions: Subscriptions,
        now: Callable[[], datetime],
        *,
        stories: Stories,
        stand: Newsstand,
        operators: Collection[Destination] = (),
        zone: tzinfo = UTC,
        notices: Notices | None = None,
        lobby: Lobby | None = None,
        fault: Callable[[], str] = str,
    ) -> None:
        self._posts = posts
        self._subscriptions = subscriptions
        self._stories = stories
        self._stand = stand
        self._now = now
        self._zone = zone
        self._notices = notices
        self._lobby = lobby
        self._fault = fault
        self._operators = operators

    async def answer(self, command: Command) -> Reply:
        """See bot.ports.Desk."""
        try:
            return await self._answer(await self._request(command))
        except Exception as error:
            log.exception("/%s in %s failed", command.name, command.place.destination)
            await self.stumbled(command.place.destination.platform, A_COMMAND, error)
            spoken = texts(await self.language(command))
            return Reply(spoken.say("That did not work; the fault is mine. Please try again in a minute."), done=False)

    async def language(self, command: Command) -> str:
        """See bot.ports.Desk."""
        try:
            spoken = await texts_for(command, await self._known(command.place), self._subscriptions)
        except Exception:
            log.exception("the language of %s is not known", command.place.destination)
            spoken = texts(command.spoken or command.language)
        return spoken.language

    async def offer(self, command: Command, option: str, *, limit: int) -> list[Offer]:
        """See bot.ports.Desk."""
        try:
            return await offered(await self._request(command), option, limit=limit)
        except Exception:
            log.exception("completing the option %s of /%s failed", option, command.name)
            return []

    async def shortened(self, name: str, words: str) -> str:
        """See bot.ports.Desk."""
        return await shortened(self._posts, words) if name == "why" else words

    async def moved(self, destination: Destination, chat_id: str) -> None:
        """See bot.ports.Desk."""
        async with self._surviving(destination.platform, f"moving {destination} to {chat_id}"):
            await self._subscriptions.move(destination, chat_id)
            log.info("%s lives on under the id %s", destination, chat_id)

    async def rights_lost(self, destination: Destination, reason: str) -> None:
        """See bot.ports.Desk. What a person paused stays paused."""
        async with self._surviving(destination.platform, f"suspending {destination}"):
            await self._switch(destination, DestinationState.SUSPENDED, reason, was=DestinationState.ACTIVE)

    async def rights_regained(self, destination: Destination) -> None:
        """See bot.ports.Desk. What a person paused stays paused."""
        async with self._surviving(destination.platform, f"waking {destination}"):
            await self._switch(destination, DestinationState.ACTIVE, "", was=DestinationState.SUSPENDED)

    async def renamed(self, destination: Destination, title: str, *, kind: str = "") -> None:
        """See bot.ports.Desk. What is not known yet learns its name when somebody speaks there."""
        async with self._surviving(destination.platform, f"naming {destination}"):
            known = await self._subscriptions.place(destination)
            if known and (known.title, known.kind) != (title, kind or known.kind):
                await self._subscriptions.remember(replace(known, title=title, kind=kind), self._now())

    async def role_deleted(self, platform: str, role: str, name: str) -> None:
        """See bot.ports.Desk."""
        async with self._surviving(platform, f"forgetting the role {role}"):
            await self._subscriptions.forget_role(platform, role)
            await forget_role(role, name, platform, self._subscriptions, self._notices, now=self._now())

    async def stumbled(self, platform: str, what: str, error: Exception) -> None:
        """See bot.ports.Desk."""
        await own_up(self._notices, platform, what, error)

    @asynccontextmanager
    async def _surviving(self, platform: str, what: str) -> AsyncIterator[None]:
        """Log what goes wrong instead of passing it on: a chat's news must not stop the adapter that brings it."""
        try:
            yield
        except Exception as error:
            log.exception("%s failed", what)
            await self.stumbled(platform, NEWS, error)

    async def _request(self, command: Command) -> Request:
        """The command with what is known of its place."""
        person = Destination(command.place.destination.platform, command.person)
        if command.person and self._lobby is not None:
            await self._lobby.hear(person, command.language)
        place = await self._known(command.place)
        operator = person in self._operators
        return Request(
            command=command,
            place=place,
            may=command.admin or operator or await self._is_commander(command),
            operator=operator,
            texts=await texts_for(command, place, self._subscriptions),
            posts=self._posts,
            subscriptions=self._subscriptions,
            stories=self._stories,
            stand=self._stand,
            now=self._now(),
            zone=self._zone,
            fault=self._fault(),
        )

    async def _known(self, seen: Place) -> Place:
        """A place as the adapter sees it, with what is remembered of it."""
        there = await self._subscriptions.moved_to(seen.destination)  # buttons stay in a group that has moved
        known = await self._subscriptions.place(there) or replace(seen, destination=there)
        kind = seen.kind if there == seen.destination else known.kind
        return replace(
            known,
            kind=kind or known.kind,
            title=seen.title or known.title,
            language=known.language or seen.language,
        )

    async def _is_commander(self, command: Command) -> bool:
        """Whether the person has the role that may command newsbell on the server, beside those who manage it."""
        if not command.server or not command.roles:
            return False
        platform = command.place.destination.platform
        return await self._subscriptions.commander(platform, command.server) in command.roles

    async def _answer(self, request: Request) -> Reply:
        name = request.command.name.lstrip("/").lower()
        command = COMMANDS.get(SYNONYMS.get(name, name)) or HIDDEN.get(name)
        if command is None:
            unknown = request.texts.say("I do not know /{name}. To see what I know, type /help", name=quoted(name))
            return Reply(unknown, done=False)
        if command.admins_only and not request.may:
            return Reply(request.texts.term(request.command.refusal) or _refusal(request), done=False)
        try:
            reply = await command.handler(request)
        except UnclearWish as error:
            return Reply(request.texts.say(error.message, **error.values), done=False)
        spoken = await texts_now(request)
        if not request.command.presses:
            reply = in_words(spoken, reply)
        if name in _ABOUT_POSTS and reply.done:
            reply = replace(reply, looks=looks_of(await self._subscriptions.of(request.destination)))
        return replace(reply, language=spoken.language)

    async def _switch(
        self, destination: Destination, state: DestinationState, reason: str, *, was: DestinationState
    ) -> None:
        """Change the state of a thread, or of a chat and its threads, where it is `was`.

        People are told of what is suspended by bot.delivering.notices, which finds it in the store.
        """
        changed = await self._subscriptions.set_state(
            destination, state, reason, self._now(), was=was, threads=not destination.thread_id
        )
        for place in changed:
            level = logging.INFO if state is DestinationState.ACTIVE else logging.WARNING
            log.log(level, "%s is %s now%s", place.destination, state, f": {reason}" if reason else "")


def _refusal(request: Request) -> str:
    name, say = request.command.name.lstrip("/").lower(), request.texts.say
    if request.command.server:
        return say(
            "In {place} only people with Manage Server may do that, and those whose role was chosen in /settings "
            "› {page} › {role}. Ask one of them to do it, or one with Manage Server to choose your role there.",
            place=request.where,
            page=say("This channel …"),
            role=say("Role that may command me"),
        )
    if name not in _CHANGES:
        return request.texts.say(
            "Only admins of {place} may use /{name}. Ask one of them to type it.", place=request.where, name=name
        )
    return request.texts.say(
        "Only admins of {place} may change its subscriptions. Ask one of them to type it.", place=request.where
    )
