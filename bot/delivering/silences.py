"""Silences in words: nothing moves, nothing is wrong that a person could mend, and it is said until when."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.clock import Clock
from bot.ports import Silence, Stories

log = logging.getLogger(__name__)


def in_words(silence: Silence, clock: Clock) -> str:
    """What waits, until when, and why: the platform asked for it, or it is newsbell's own wait after a trouble."""
    until = clock.second(silence.until)
    if not silence.chats:
        return f"nothing is sent until {until}: {silence.platform} asked for silence, or refused too many calls"
    one = silence.chats == 1
    waits = f"1 chat waits until {until}" if one else f"{silence.chats} chats wait, until {until} at the latest"
    return f"{waits}: {silence.platform} asked for silence there, or something failed"


async def log_silences(stories: Stories, now: datetime, clock: Clock) -> None:
    """At a start: what another process was told still holds."""
    for silence in await stories.silences(now):
        level = logging.INFO if silence.chats else logging.WARNING
        log.log(level, "%s: %s", silence.platform, in_words(silence, clock))
