"""What became of a post in one chat, read off its story. Pure."""

from __future__ import annotations

from datetime import datetime

from bot.models import GONE, Action, Outcome
from bot.records import Digested, Story


def is_there(story: Story) -> bool:
    """Whether a message stands in the chat and is to stand there, be it that of a digest."""
    delivery = story.delivery
    return story.digested is Digested.SHOWN or (delivery.shown is not None and delivery.wanted != GONE)


def arrived_at(story: Story) -> datetime | None:
    """When the message arrived; None: that is not remembered any more."""
    sent = [
        attempt.ended_at
        for attempt in story.attempts
        if attempt.outcome is Outcome.SENT and attempt.action in {Action.SEND, Action.PROBE}
    ]
    return sent[-1] if sent else None
