"""Discord's limits for a bot: all of it, and each bucket; the rest shows only when it is passed (docs rate-limits)."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from adapters.discord.meter import USUAL, Room
from bot.models import Action
from bot.ports import Rate

# Discord names 50 a second. Some of it is left to what bunches on the wire, and to the two calls of the first login.
BOT: Final = Rate("bot", 44, 1.0, even=True)

BUCKETS: Final = {
    Action.SEND: Action.SEND,
    Action.REPLY: Action.SEND,
    Action.EDIT: Action.EDIT,
    Action.DELETE: Action.DELETE,
    Action.PROBE: Action.PROBE,
}
"""Which of a channel's buckets a call empties, where it does."""

OLD: Final = timedelta(minutes=58)
"""Edits of messages older than an hour have a limit of their own, code 30046; clocks differ."""

LONGER: Final = 1.01
"""What the windows are longer here than there."""

CHANNELS: Final = 1024
"""More than are in line and in the air at once: each call asks several times what it counts as."""

KEPT_FOR_THE_LAST: Final = 0.6
"""The call that empties a bucket leaves late in its window.

discord.py hands over what it answered only when the window is over: leaving at once, it would keep everybody waiting.
"""


@lru_cache(CHANNELS)
def channel_rates(channel: str, bucket: Action, room: Room) -> tuple[Rate, ...]:
    """A bucket that takes what `room` says."""
    name = f"channel:{channel}:{bucket.value}"
    whole = Rate(name, room.amount, room.seconds * LONGER)
    if room.amount == 1:
        return (whole,)
    return whole, Rate(f"{name}:all-but-one", room.amount - 1, room.seconds * KEPT_FOR_THE_LAST)


def new_threads(channel: str) -> Rate:
    """Below messages of a channel: as many as of other calls there, less the one that empties the bucket."""
    return Rate(f"channel:{channel}:thread", USUAL.amount - 1, USUAL.seconds * LONGER)


def webhook_rates(channel: str) -> tuple[Rate, ...]:
    """A message by a webhook: 5 in 2 s and 30 in 60 s for all of a channel together (discord-api-docs #6753)."""
    name = f"channel:{channel}:webhook"
    return BOT, Rate(name, 5, 2.0 * LONGER), Rate(f"{name}-minute", 30, 60.0 * LONGER)


def old_edits(channel: str) -> Rate:
    """Three in six seconds, of which no header tells (measured by userdoccers; discord-api-docs #4413)."""
    return Rate(f"channel:{channel}:old-edit", 3, 6.0 * LONGER)
