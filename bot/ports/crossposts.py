"""What is to be passed on to those who follow an announcement channel from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Crosspost:
    """A message that stands in an announcement channel, and is to be published from there."""

    id: int
    chat_id: str
    message_id: str
    signed: bool = False  # under a name of its subscription's, so most likely by a webhook


class Crossposts(Protocol):
    """What is to be published. A message joins in the transaction that records it as sent."""

    async def due(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        """The newest message of each channel that has room in its hour; what waited for a day is given up.

        None of a post that is held, was taken back or withdrawn, or is leaving, and none in a channel that is paused or
        suspended: once that ends, they are due again.
        """

    async def may_go(self, crosspost: Crosspost) -> bool:
        """Whether that still holds for one that was due, now that it has its turn."""

    async def unfamiliar(self, platform: str, bot: str, now: datetime) -> list[Crosspost]:
        """The newest message of each channel of which nobody knows yet whether it is one for announcements."""

    async def learn(self, crosspost: Crosspost, kind: str) -> None:
        """The kind of its channel, as the platform calls it: what waits in any other than "announcement" is dropped."""

    async def done(self, crosspost: Crosspost, now: datetime) -> None:
        """It is published, and counts in its channel's hour."""

    async def drop(self, crosspost: Crosspost) -> None:
        """It can't be published, and never will be."""

    async def postpone(self, crosspost: Crosspost, until: datetime) -> None:
        """Nothing is published in its channel before `until`."""
