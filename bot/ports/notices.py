"""Where the core leaves a word for people, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.models import Destination, Place
from bot.records import Loss, Notice


class Notices(Protocol):
    """A word to those who look after newsbell."""

    async def tell_operators(self, cause: str, message: str, /, **values: str | int) -> None:
        """Tell every operator in their own language, at once.

        What comes with the same `cause` within minutes is told together, as the latest `message`, and a value named
        `count` adds up. Of causes that can be counted the count at the time of telling is told, at once if the cause
        had ended meanwhile, and nothing if it has ended by then.

        `message` is a sentence of bot.texts, marked by `sentence`, and `values` fill its {placeholders}. It is written
        down before anything else happens, and told as soon as the operator's platform can be reached; what can't be
        told is logged. Never raises.
        """

    async def tell_once_a_day(self, cause: str, message: str, /, **values: str | int) -> None:
        """As `tell_operators`, but of one `cause` each operator is told once a day at most."""

    async def tell_owners(self, place: Destination, cause: str, message: str, /, **values: str | int) -> None:
        """As `tell_once_a_day`, but whoever subscribed `place`; where nobody of them can be told, the operators.

        `message` names it as {place}.
        """

    async def tell_of_end(self, cause: str, message: str, /, **values: str | int) -> None:
        """What was told once a day as `cause` has ended: whoever was told of it is told this.

        Who was not told of it yet never is.
        """


class NoticeShelf(Protocol):
    """What people are to be told, and were told."""

    async def losses(self, now: datetime) -> list[Loss]:
        """The suspended places of which somebody is still to be told."""

    async def suspended(self, destinations: Collection[int]) -> list[Loss]:
        """Those of the destinations with these ids that are suspended at this moment."""

    async def owners(self, destination: Destination) -> tuple[Place, tuple[str, ...]] | None:
        """A place, and the platform's ids of those who subscribed it; None: it is not known."""

    async def write(
        self,
        notices: Sequence[Notice],
        now: datetime,
        *,
        owners_of: Collection[int] = (),
        operators_of: Collection[int] = (),
    ) -> int:
        """Write down what is to be told, but no cause twice a day for one person; how many notices are new.

        In the same transaction: owners, or operators, know now of the suspended destinations with these ids.
        """

    async def add(self, notices: Sequence[Notice], now: datetime, *, anew: bool = False) -> None:
        """Write down what people are to be told now, or minutes after they were told of the same cause.

        A cause that had ended and is there `anew` is told at once, unless that happens again and again.
        What was not told yet of that cause is told with it: in its words, with both values named `count` added up.
        """

    async def end(self, cause: str, notices: Sequence[Notice], now: datetime) -> None:
        """That of `cause` is over: write down those `notices` whose people know of it and not yet of its end.

        What was not told of that cause is dropped.
        """

    async def due(self, platform: str, now: datetime, *, limit: int) -> list[Notice]:
        """What people of a platform are to be told now, oldest first."""

    async def claim(self, notices: Collection[Notice]) -> None:
        """These are being told: a crash must not tell them twice, so they count as told from before the call."""

    async def postpone(self, notices: Collection[Notice], until: datetime) -> None:
        """They were not told after all: try again at `until`."""

    async def drop(self, notices: Collection[Notice]) -> None:
        """They were not told, and are true no more."""
