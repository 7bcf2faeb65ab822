"""What stands beside a call: a failure before it sends nothing, and one after it stops nobody."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.errors import StoreError, TryLater
from bot.models import Delivery
from bot.texts import Reason

log = logging.getLogger(__name__)


@contextmanager
def before_the_call() -> Iterator[None]:
    """Reads what a call needs. Raises TryLater where the database can't be read: nothing was sent."""
    try:
        yield
    except StoreError as error:
        raise TryLater(Reason("nothing was sent: {reason}", reason=str(error))) from error


@contextmanager
def after_the_record(delivery: Delivery) -> Iterator[None]:
    """Does what follows once it is written down what came of a call. A mistake of newsbell's there is only logged.

    Raises StoreError: where nothing can be written, nothing is to be sent.
    """
    try:
        yield
    except StoreError:
        raise
    except Exception:
        log.exception("%s to %s: it is written down what came of it; what was to follow failed", *_named(delivery))


def _named(delivery: Delivery) -> tuple[int, str]:
    return delivery.subject, str(delivery.destination)
