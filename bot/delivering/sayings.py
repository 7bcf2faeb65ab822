"""What is said, and how it is rendered: read and worked out once, not for each chat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, TypeVar

from bot.errors import StoreError
from bot.models import GONE, Announcement, Delivery, Look, Receipt, Shown
from bot.ports import Adapter, Deliveries
from bot.records import Said

REMEMBERED_ANNOUNCEMENTS: Final = 256
REMEMBERED_FINGERPRINTS: Final = 256

K = TypeVar("K")
V = TypeVar("V")


class Sayings:
    """The announcements of the moment, and what they look like through one adapter."""

    def __init__(self, adapter: Adapter, deliveries: Deliveries) -> None:
        self._adapter = adapter
        self._deliveries = deliveries
        self._announcements: OrderedDict[tuple[int, int], Announcement] = OrderedDict()
        self._fingerprints: OrderedDict[tuple[int, int, Look, int], str] = OrderedDict()

    async def announcement(self, subject: int, revision: int) -> Announcement:
        """What is said about a subject at a revision."""
        known = self._announcements.get((subject, revision))
        if known is None:
            known = await self._deliveries.announcement(subject, revision)
            _remember(self._announcements, (subject, revision), known, REMEMBERED_ANNOUNCEMENTS)
        return known

    def is_shown(self, delivery: Delivery) -> bool:
        """Whether a chat shows what is wanted there; False also where that was not read yet."""
        if delivery.shown is None or delivery.wanted == GONE:
            return delivery.shown is None and delivery.wanted == GONE
        announcement = self.known(delivery)
        with suppress(Exception):  # whoever makes the call says what is wrong
            return announcement is not None and self.fingerprint(delivery, announcement) == delivery.shown.fingerprint
        return False

    def note(self, said: Said) -> None:
        """Keep what was read in passing; what is known already counts more."""
        if (said.subject, said.revision) not in self._announcements:
            _remember(self._announcements, (said.subject, said.revision), said.announcement, REMEMBERED_ANNOUNCEMENTS)

    def known(self, delivery: Delivery) -> Announcement | None:
        """What a delivery is to say, if that was read by now."""
        return self._announcements.get((delivery.subject, delivery.wanted))

    async def title(self, delivery: Delivery) -> str:
        """For the log: the title of what was sent, or of what was there and is deleted."""
        revision = delivery.wanted
        if revision == GONE:
            revision = delivery.shown.revision if delivery.shown else delivery.tried
        if revision == GONE:  # it was never said there
            return "a post"
        try:
            return (await self.announcement(delivery.subject, revision)).title
        except StoreError:  # only the log is poorer for it
            return "a post"

    def shown(self, delivery: Delivery, announcement: Announcement, receipt: Receipt) -> Shown:
        """What stands in the chat once `announcement` was rendered for it."""
        return Shown(delivery.wanted, self.fingerprint(delivery, announcement), receipt)

    def fingerprint(self, delivery: Delivery, announcement: Announcement) -> str:
        """What the adapter would show, digested: once for each announcement and Look, not for each chat."""
        key = (delivery.subject, delivery.wanted, delivery.look, delivery.rung)
        known = self._fingerprints.get(key)
        if known is None:
            known = self._adapter.fingerprint(announcement, delivery.look, rung=delivery.rung)
            _remember(self._fingerprints, key, known, REMEMBERED_FINGERPRINTS)
        return known

    def forget_looks(self) -> None:
        """The platform refused something: from then on its adapter may show another thing (a photo, no article)."""
        self._fingerprints.clear()

    def foresee(self, deliveries: Sequence[Delivery]) -> None:
        """Make ready what is sent first, if it is known by now what that says. Never raises: the call itself will."""
        with suppress(Exception):
            delivery = deliveries[0]
            if announcement := self.known(delivery):
                self._adapter.prepare(announcement, delivery.look, rung=delivery.rung)


def _remember(known: OrderedDict[K, V], key: K, noun: V, most: int) -> None:
    known[key] = noun
    if len(known) > most:
        known.popitem(last=False)
