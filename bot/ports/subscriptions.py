"""What the core needs of a store: who wants what, and where it may be said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.models import Destination, DestinationState, OnUnknown, Place, Selector, Subscription
from bot.records import Handover


class Subscriptions(Protocol):
    """Who wants what."""

    async def add(self, subscription: Subscription, place: Place, person: str, now: datetime) -> bool:
        """Remember a subscription; False if it was there (its options and language are then replaced)."""

    async def remove(self, destination: Destination, selector: Selector | None) -> list[Subscription]:
        """Forget a subscription (None: all) and drop what only it wanted and is unsent. Returns what was removed."""

    async def revise(
        self,
        place: Place,
        change: Callable[[Sequence[Subscription]], Sequence[Subscription]],
        person: str,
        now: datetime,
    ) -> Sequence[Subscription]:
        """Make the subscriptions of a place what `change` makes of them, in one transaction, so that two lose nothing.

        `change` is pure; it gets them oldest first. What they all don't want any more and is unsent is dropped. A place
        is known from its first subscription on. Returns them as they were.
        """

    async def of(self, destination: Destination) -> list[Subscription]:
        """The subscriptions of one destination, oldest first."""

    async def all(self) -> list[Subscription]:
        """Every subscription, by destination."""

    async def place(self, destination: Destination) -> Place | None:
        """What is known of a destination."""

    async def remember_bot(self, platform: str, bot: str) -> str:
        """The bot account that writes on a platform from now on; empty: it may.

        If another one wrote last and has chats there: that one. Then `bot` waits for `hand_over`.
        """

    async def handovers(self) -> list[Handover]:
        """The bots that wait for a person's word."""

    async def hand_over(self, now: datetime, *, on_unknown: OnUnknown = OnUnknown.RESEND) -> list[Handover]:
        """That word was given: they take over destinations, subscriptions and what is unsent; which ones did.

        What the old bots have shown is neither changed nor sent again. `on_unknown` is the site's.
        """

    async def bot_of(self, platform: str) -> str:
        """The bot account that wrote last on a platform; empty: none ever did."""

    async def set_on_unknown(self, destination: Destination, policy: OnUnknown | None) -> None:
        """What becomes of sends to a known destination where no proof can be had; None: as the site has it."""

    async def places(self) -> list[Place]:
        """Every destination that is known."""

    async def remember(self, place: Place, now: datetime) -> None:
        """Know a destination, with its kind, title and language, before anything is sent to it."""

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
        """Pause, suspend or wake a destination (`threads`: and all of its chat's threads). Returns those changed.

        `until` is when a pause ends by itself; what is paused and is to be so until another time is changed as well.
        `was` leaves alone those in another state: what a person paused, no platform's news wakes or suspends.
        """

    async def try_suspended(
        self, platform: str, bot: str, now: datetime, *, pause: timedelta, limit: int, starting: bool
    ) -> int:
        """Let the first waiting delivery of suspended destinations be tried, at most `limit`; how many are.

        Only where nothing was tried for `pause`, and, unless this process is `starting`, for a quarter of the time
        since the suspension. If it gets through, the destination is active again; else it stays as it was.
        """

    async def give_up_suspended(self, platform: str, bot: str, now: datetime, before: datetime) -> int:
        """Give up what has waited since `before` for destinations suspended since then; how many deliveries."""

    async def end_pauses(self, now: datetime) -> list[Place]:
        """Wake the places whose pause is over; returns them."""

    async def next_pause_ends_at(self) -> datetime | None:
        """When the next pause ends by itself."""

    async def commander(self, platform: str, server: str) -> str:
        """The role that may command newsbell on a server, as those may who manage it; empty: none was named."""

    async def name_commander(self, platform: str, server: str, role: str) -> None:
        """That role is another one from now on, or (empty) none."""

    async def forget_role(self, platform: str, role: str) -> None:
        """The role is no more, so that it commands nothing."""

    async def server_language(self, platform: str, server: str) -> str:
        """The language in which a server is answered where a channel has none of its own; empty: none was chosen."""

    async def choose_server_language(self, platform: str, server: str, language: str) -> None:
        """That language is another one from now on, or (empty) none."""

    async def forget_language(self, destination: Destination) -> None:
        """A known destination has no language of its own any more."""

    async def move(self, destination: Destination, chat_id: str) -> None:
        """The chat has a new id: rewrite it, merging with what is already known under that id."""

    async def moved_to(self, destination: Destination) -> Destination:
        """The destination by the id that its chat has now: that of a group which became a supergroup names nothing."""
