"""Messages that may be there or not, and nobody can tell: whoever has to decide about one hears of it (DESIGN 4.1)."""

from __future__ import annotations

import logging
from typing import Final

from bot.models import GONE, DeliveryState
from bot.ports import Notices
from bot.records import Conclusion
from bot.texts import sentence

log = logging.getLogger(__name__)

NOBODY_CAN_TELL: Final = "messages may be there"
"""The cause of the notices; bot.ports.Deliveries.unproven counts what they tell of."""

_HELD: Final = sentence(
    "Messages wait for your word, for nobody can tell whether they arrived: {count}. The latest is “{title}” in "
    "{place}. Look there, and then: newsbell deliveries retry ID goes on with one of them; of one that is not wanted "
    "any more, remove the message, and then: newsbell deliveries done ID; newsbell deliveries --held names them all, "
    "each with its ID"
)


class Unproven:
    """Tells of looks that proved nothing."""

    def __init__(self, notices: Notices | None) -> None:
        self._notices = notices

    async def tell(self, concluded: Conclusion, title: str) -> None:
        """Tell of `concluded` if it says that a message may be there: what waits for a word, or is sent once more."""
        delivery = concluded.delivery
        if concluded.unproven:
            log.warning("“%s” to %s: %s", title, delivery.destination, concluded.reason)
        if concluded.state is not DeliveryState.HELD:
            return
        word = "done" if delivery.wanted == GONE else "retry"
        log.warning(
            "“%s” to %s: %s; look there, and then: newsbell deliveries %s %d",
            *(title, delivery.destination, concluded.reason, word, delivery.id),
        )
        if self._notices is not None:
            place = str(delivery.destination)
            await self._notices.tell_operators(NOBODY_CAN_TELL, _HELD, count=1, title=title, place=place)
