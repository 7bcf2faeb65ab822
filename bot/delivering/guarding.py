"""What stands beside a call: a failure before it sends nothing, and one after it stops nobody.

No generators, which cost six times as much: these stand around each send.
"""

from __future__ import annotations

import logging

from bot.errors import StoreError, TryLater
from bot.models import Delivery
from bot.texts import Reason

log = logging.getLogger(__name__)


class before_the_call:  # noqa: N801 - it is called as a function is
    """Reads what a call needs. Raises TryLater where the database can't be read: nothing was sent."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, StoreError):
            raise TryLater(Reason("nothing was sent: {reason}", reason=str(error))) from error


class after_the_record:  # noqa: N801 - it is called as a function is
    """Does what follows once it is written down what came of a call. A mistake of newsbell's there is only logged.

    Raises StoreError: where nothing can be written, nothing is to be sent.
    """

    __slots__ = ("_delivery",)

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception) or isinstance(error, StoreError):
            return False
        log.error(
            "%s to %s: it is written down what came of it; what was to follow failed",
            self._delivery.subject,
            self._delivery.destination,
            exc_info=error,
        )
        return True
