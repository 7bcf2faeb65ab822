"""Refusals: what every chat answers is no chat's fault, and must not cost every chat the post (issue #4)."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from bot.models import Delivery
from bot.ports import Deliveries, Notices
from bot.texts import sentence

log = logging.getLogger(__name__)

REMEMBERED_POSTS: Final = 64

_HELD: Final = sentence(
    "{platform}: chats refuse “{title}” one after the other ({reason}), so it waits there for your word. Mend what is"
    " wrong with the bot, its settings or the post; then newsbell release POST goes on (newsbell deliveries --held"
    " names the post)"
)

_GIVEN_UP: Final = sentence(
    "{platform}: chats that refuse “{title}”, or a change of it, for good: {count}. The latest is {place}: {reason}. "
    "It is not tried there again. Mend what is wrong with the post or the chat; then: newsbell deliveries retry"
)
_NOT_GIVEN_UP: Final = sentence("{platform}: “{title}” is not given up anywhere: it waits for your word.")


@dataclass(slots=True)
class Row:
    """The chats that refused a post for the same `reason` since one took it, if any ever did."""

    reason: str = ""
    chats: set[str] = field(default_factory=set)
    taken: bool = False


class Refusals:
    """What the chats of one platform say to the posts of the moment, each at its revision."""

    def __init__(self, deliveries: Deliveries, platform: str, notices: Notices | None) -> None:
        self._deliveries = deliveries
        self._platform = platform
        self._notices = notices
        self._rows: OrderedDict[tuple[int, int], Row] = OrderedDict()

    def note(self, delivery: Delivery, reason: str) -> Row:
        """The chat refused the post: the row of which it is the last now."""
        row = self._row(delivery)
        if row.reason != reason:
            row.reason, row.chats = reason, set()
        row.chats.add(delivery.destination.chat_id)
        return row

    def clear(self, delivery: Delivery) -> None:
        """The chat took the post: what another one says is about itself."""
        row = self._row(delivery)
        row.reason, row.chats, row.taken = "", set(), True

    async def give_up(self, delivery: Delivery, reason: str, title: str) -> None:
        """The chat, alone so far, refuses the post or its change for good: the operators hear of all such together."""
        if self._notices is not None:
            values = {"platform": self._platform, "title": title, "place": str(delivery.destination), "reason": reason}
            await self._notices.tell_operators(self._cause(delivery, reason), _GIVEN_UP, count=1, **values)

    async def hold_rest(self, delivery: Delivery, reason: str, title: str) -> None:
        """Let who still waits for the post wait for a person's word, and who was given up for the same reason too."""
        held = await self._deliveries.hold_refused(delivery.subject, delivery.wanted, self._platform, reason)
        if not held:  # a call that was in the air with those that said so, or the post was mended meanwhile
            return
        log.error(
            "%s: chats refuse “%s” one after the other (%s), so %d more wait for your word; mend what is wrong with"
            " the bot, its settings or the post, then: newsbell release POST (newsbell deliveries --held names it)",
            *(self._platform, title, reason, held),
        )
        if self._notices is not None:
            given_up = self._cause(delivery, reason)
            await self._notices.tell_of_end(given_up, _NOT_GIVEN_UP, platform=self._platform, title=title)
            cause = f"refused: {self._platform}: {reason}"
            await self._notices.tell_operators(cause, _HELD, platform=self._platform, title=title, reason=reason)

    def _cause(self, delivery: Delivery, reason: str) -> str:
        return f"given up: {self._platform}: {delivery.subject}: {reason}"

    def _row(self, delivery: Delivery) -> Row:
        key = delivery.subject, delivery.wanted
        row = self._rows.setdefault(key, Row())
        self._rows.move_to_end(key)
        if len(self._rows) > REMEMBERED_POSTS:
            self._rows.popitem(last=False)
        return row
