"""Sends again where the platform had refused: an admin who wants posts there knows that it is mended."""

from __future__ import annotations

import logging

from bot.models import DestinationState
from bot.subscribing.request import Request

log = logging.getLogger(__name__)


async def wake(request: Request) -> str:
    """Wake the place if it is suspended, and say so; what a person paused stays so. Empty: no need, or no use.

    Where the adapter sees what still bars it, trying would only cost one more refusal.
    """
    if request.place.state is not DestinationState.SUSPENDED or request.barred:
        return ""
    woken = await request.subscriptions.set_state(
        request.destination, DestinationState.ACTIVE, "", request.now, was=DestinationState.SUSPENDED
    )
    if not woken:
        return ""
    log.info("%s is active now, for somebody subscribed there (by %s)", request.destination, request.who)
    return request.texts.say("Nothing could be sent here for a while. I try again now, beginning with what waited.")
