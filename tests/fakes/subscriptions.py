"""Who wants what, in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.models import (
    Destination,
    DestinationState,
    OnUnknown,
    Place,
    Selector,
    Subscription,
)
from bot.ports import Subscriptions
from bot.records import (
    Handover,
)


class FakeSubscriptions(Subscriptions):
    """Who wants what, in lists. `fail_with` is raised by the next call of anything."""

    def __init__(self) -> None:
        self.known: dict[Destination, Place] = {}
        self.subscribed: list[Subscription] = []
        self.people: dict[Selector, str] = {}  # who subscribed to it last
        self.bots: dict[str, str] = {}
        self.moves: dict[Destination, str] = {}  # the new id, by the chat as it was
        self.commanders: dict[tuple[str, str], str] = {}  # roles, by platform and server
        self.server_languages: dict[tuple[str, str], str] = {}  # likewise
        self.fail_with: Exception | None = None

    def _check(self) -> None:
        error, self.fail_with = self.fail_with, None
        if error:
            raise error

    async def add(self, subscription: Subscription, place: Place, person: str, now: datetime) -> bool:
        await self.remember(place, now)
        self.people[subscription.selector] = person
        for index, known in enumerate(self.subscribed):
            if (known.destination, known.selector) == (subscription.destination, subscription.selector):
                self.subscribed[index] = subscription
                return False
        self.subscribed.append(subscription)
        return True

    async def remove(self, destination: Destination, selector: Selector | None) -> list[Subscription]:
        removed = [wish for wish in await self.of(destination) if selector in {None, wish.selector}]
        self.subscribed = [wish for wish in self.subscribed if wish not in removed]
        return removed

    async def revise(
        self,
        place: Place,
        change: Callable[[Sequence[Subscription]], Sequence[Subscription]],
        person: str,
        now: datetime,
    ) -> Sequence[Subscription]:
        before = await self.of(place.destination)
        after = change(before)
        kept = {wish.selector for wish in after}
        for wish in before:
            if wish.selector not in kept:
                await self.remove(wish.destination, wish.selector)
        for wish in after:
            if wish not in before:
                await self.add(wish, place, person, now)
        return before

    async def of(self, destination: Destination) -> list[Subscription]:
        self._check()
        return [wish for wish in self.subscribed if wish.destination == destination]

    async def all(self) -> list[Subscription]:
        self._check()
        return sorted(self.subscribed, key=lambda wish: wish.destination)

    async def place(self, destination: Destination) -> Place | None:
        self._check()
        return self.known.get(destination)

    async def remember_bot(self, platform: str, bot: str) -> str:
        self.bots[platform] = bot
        return ""

    async def handovers(self) -> list[Handover]:
        return []

    async def hand_over(self, now: datetime, *, on_unknown: OnUnknown = OnUnknown.RESEND) -> list[Handover]:
        return []

    async def set_on_unknown(self, destination: Destination, policy: OnUnknown | None) -> None:
        self._check()
        if destination in self.known:
            self.known[destination] = replace(self.known[destination], on_unknown=policy)

    async def bot_of(self, platform: str) -> str:
        return self.bots.get(platform, "")

    async def places(self) -> list[Place]:
        self._check()
        return list(self.known.values())

    async def remember(self, place: Place, now: datetime) -> None:
        self._check()
        before = self.known.get(place.destination, Place(place.destination))
        self.known[place.destination] = replace(
            before,
            kind=place.kind or before.kind,
            title=place.title or before.title,
            language=place.language or before.language,
        )

    async def set_state(
        self,
        destination: Destination,
        state: DestinationState,
        reason: str,
        now: datetime,
        *,
        was: DestinationState | None = None,
        threads: bool = False,
        until: datetime | None = None,
    ) -> list[Place]:
        self._check()
        changed = [
            replace(place, state=state, reason=reason, paused_until=until)
            for place in self.known.values()
            if (place.destination == destination or (threads and _same_chat(place.destination, destination)))
            and (place.state, place.paused_until) != (state, until)
            and was in {None, place.state}
        ]
        self.known.update({place.destination: place for place in changed})
        return changed

    async def try_suspended(
        self, platform: str, bot: str, now: datetime, *, pause: timedelta, limit: int, starting: bool
    ) -> int:
        return 0

    async def give_up_suspended(self, platform: str, bot: str, now: datetime, before: datetime) -> int:
        return 0

    async def end_pauses(self, now: datetime) -> list[Place]:
        over = [place for place in self.known.values() if place.paused_until and place.paused_until <= now]
        woken = [replace(place, state=DestinationState.ACTIVE, reason="", paused_until=None) for place in over]
        self.known.update({place.destination: place for place in woken})
        return woken

    async def next_pause_ends_at(self) -> datetime | None:
        return min((place.paused_until for place in self.known.values() if place.paused_until), default=None)

    async def move(self, destination: Destination, chat_id: str) -> None:
        self._check()
        self.moves[replace(destination, thread_id="")] = chat_id
        for place in [place for place in self.known.values() if _same_chat(place.destination, destination)]:
            moved = replace(place.destination, chat_id=chat_id)
            del self.known[place.destination]
            self.known.setdefault(moved, replace(place, destination=moved))
        kept: dict[tuple[Destination, Selector], Subscription] = {}
        for wish in self.subscribed:
            there = wish.destination
            moved = replace(there, chat_id=chat_id) if _same_chat(there, destination) else there
            kept.setdefault((moved, wish.selector), replace(wish, destination=moved))
        self.subscribed = list(kept.values())

    async def commander(self, platform: str, server: str) -> str:
        self._check()
        return self.commanders.get((platform, server), "")

    async def name_commander(self, platform: str, server: str, role: str) -> None:
        self._check()
        self.commanders[platform, server] = role

    async def forget_role(self, platform: str, role: str) -> None:
        self._check()
        gone = [key for key, named in self.commanders.items() if key[0] == platform and named == role]
        for key in gone:
            del self.commanders[key]

    async def server_language(self, platform: str, server: str) -> str:
        self._check()
        return self.server_languages.get((platform, server), "")

    async def choose_server_language(self, platform: str, server: str, language: str) -> None:
        self._check()
        self.server_languages[platform, server] = language

    async def forget_language(self, destination: Destination) -> None:
        self._check()
        if destination in self.known:
            self.known[destination] = replace(self.known[destination], language="")

    async def moved_to(self, destination: Destination) -> Destination:
        self._check()
        now = self.moves.get(replace(destination, thread_id=""), destination.chat_id)
        return replace(destination, chat_id=now)


def _same_chat(one: Destination, other: Destination) -> bool:
    return replace(one, thread_id="") == replace(other, thread_id="")
