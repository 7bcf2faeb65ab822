"""What the operators were told, in English."""

from __future__ import annotations

from bot.delivering.notices import worded
from bot.models import Destination


class FakeNotices:
    """bot.ports.Notices that keeps what it is told, by cause."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.ended: list[tuple[str, str]] = []

    @property
    def words(self) -> list[str]:
        """All that was told, without its causes."""
        return [text for _, text in self.told]

    async def tell_operators(self, cause: str, message: str, /, **values: str | int) -> None:
        self.told.append((cause, worded(message, values, "en")))

    async def tell_once_a_day(self, cause: str, message: str, /, **values: str | int) -> None:
        if cause not in dict(self.told):
            self.told.append((cause, worded(message, values, "en")))

    async def tell_owners(self, place: Destination, cause: str, message: str, /, **values: str | int) -> None:
        await self.tell_once_a_day(cause, message, place=str(place), **values)

    async def tell_of_end(self, cause: str, message: str, /, **values: str | int) -> None:
        self.ended.append((cause, worded(message, values, "en")))
