"""What is said, and how it is rendered: read and worked out once, not for each chat."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final, TypeVar

from bot.errors import StoreError
from bot.models import GONE, Announcement, Delivery, Look, Receipt, Shown
from bot.ports import Adapter, Deliveries
from bot.records import Said

REMEMBERED_ANNOUNCEMENTS: Final = 256
REMEMBERED_FINGERPRINTS: Final = 256
REMEMBERED_PICTURES: Final = 256

K = TypeVar("K")
V = TypeVar("V")


class Sayings:
    """The announcements of the moment, what they look like through one adapter, and the ids of their pictures there."""

    def __init__(self, adapter: Adapter, deliveries: Deliveries, now: Callable[[], datetime]) -> None:
        self._adapter = adapter
        self._deliveries = deliveries
        self._now = now
        self._announcements: OrderedDict[tuple[int, int], Announcement] = OrderedDict()
        self._fingerprints: OrderedDict[tuple[int, int, Look, int], str] = OrderedDict()
        self._media: OrderedDict[str, str] = OrderedDict()

    async def announcement(self, subject: int, revision: int) -> Announcement:
        """What is said about a subject at a revision."""
        known = self._announcements.get((subject, revision))
        if known is None:
            known = await self._deliveries.announcement(subject, revision)
            _remember(self._announcements, (subject, revision), known, REMEMBERED_ANNOUNCEMENTS)
        return known

    def note(self, said: Said) -> None:
        """Keep what was read in passing; what is known already counts more."""
        if (said.subject, said.revision) in self._announcements:
            return
        _remember(self._announcements, (said.subject, said.revision), said.announcement, REMEMBERED_ANNOUNCEMENTS)
        for source, media_id in said.media.items():
            if source not in self._media:
                _remember(self._media, source, media_id, REMEMBERED_PICTURES)

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

    def foresee(self, delivery: Delivery) -> None:
        """Make ready what is sent next, if it is known by now what that says. Never raises: the call itself will."""
        announcement = self._announcements.get((delivery.subject, delivery.wanted))
        with suppress(Exception):
            if announcement is not None:
                self._adapter.prepare(announcement, delivery.look, rung=delivery.rung)

    async def media_id(self, delivery: Delivery, announcement: Announcement) -> str:
        """The re-usable id of the picture that this try uses; empty: there is none yet."""
        source = _picture(announcement, delivery)
        if not source:
            return ""
        known = self._media.get(source)
        if known is None:
            known = await self._deliveries.media_id(self._adapter.platform, self._adapter.bot, source)
            _remember(self._media, source, known, REMEMBERED_PICTURES)
        return known

    async def remember_media(self, delivery: Delivery, receipt: Receipt) -> None:
        """Keep the id that the platform gave to the picture that was just sent."""
        source = _picture(await self.announcement(delivery.subject, delivery.wanted), delivery)
        if source and receipt.media_id and self._media.get(source) != receipt.media_id:
            _remember(self._media, source, receipt.media_id, REMEMBERED_PICTURES)
            await self._deliveries.remember_media(
                self._adapter.platform, self._adapter.bot, source, receipt.media_id, self._now()
            )


def _remember(known: OrderedDict[K, V], key: K, noun: V, most: int) -> None:
    known[key] = noun
    if len(known) > most:
        known.popitem(last=False)


def _picture(announcement: Announcement, delivery: Delivery) -> str:
    """The source of the picture that this try uses; empty: none."""
    if not delivery.look.image or delivery.rung >= len(announcement.pictures):
        return ""
    return announcement.pictures[delivery.rung].source
