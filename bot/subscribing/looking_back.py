"""What became of a post in one chat, read off its story. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import Enum, auto

from bot.models import GONE, Action, DeliveryState, Outcome
from bot.records import Digested, Story


class Fate(Enum):
    """What became of a post in one chat."""

    THERE = auto()  # a message stands there, be it that of a digest
    COMING = auto()
    SOUGHT = auto()  # it was sent, and nobody knows yet whether it arrived
    HELD = auto()  # it waits for an operator's word
    LOST = auto()  # it was given up
    AWAY = auto()  # it was withdrawn, or somebody removed the message in the chat


def fate_of(story: Story) -> Fate:
    """What became of a delivery."""
    delivery = story.delivery
    if story.digested is Digested.SHOWN or (delivery.shown is not None and delivery.wanted != GONE):
        return Fate.THERE
    if story.digested is Digested.FAILED or delivery.state is DeliveryState.FAILED:
        return Fate.LOST
    match delivery.state:
        case DeliveryState.HELD:
            return Fate.HELD
        case DeliveryState.UNKNOWN:
            return Fate.SOUGHT
        case DeliveryState.CLAIMED if delivery.wanted == GONE:  # a call is out, and what it wrote may stand there yet
            return Fate.SOUGHT
    return Fate.AWAY if delivery.wanted == GONE else Fate.COMING


def arrived_at(story: Story) -> datetime | None:
    """When the message arrived; None: that is not remembered any more."""
    sent = [
        attempt.ended_at
        for attempt in story.attempts
        if attempt.outcome is Outcome.SENT and attempt.action in {Action.SEND, Action.PROBE}
    ]
    return sent[-1] if sent else None
