"""Telegram's limits for a bot: whole bot, one chat, one group or channel. The last two are not published exactly."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Final

from bot.models import Destination
from bot.ports import Pace, Rate

# Telegram names 30 a second, 1 a second in a chat, 20 a minute in a group (telegram.constants.FloodLimit). Its windows
# slide, and what leaves us evenly arrives a little less so: each window is longer here by what a call may be late.
BOT: Final = Rate("bot", 30, 1.05, even=True)
CHAT_SECONDS: Final = 1.03
GROUP_AMOUNT: Final = 20
GROUP_SECONDS: Final = 60.5
REPLIES_AMOUNT: Final = 15
"""Of a group's twenty, all replies together: the rest is left to posts, whatever people type and press."""

MENU_SECONDS: Final = 4.1
"""Between two drawings of menus in a group: who goes on pressing never comes to where all replies are used up."""

PROBE_SECONDS: Final = 0.33
"""Between two probes of a chat. No theory of the limits counts what is refused; a wait that is asked for is kept."""


def probe_rates_of(destination: Destination) -> tuple[Rate, ...]:
    """What a probe there counts as: less than a message, and not at all in a group's minute."""
    return BOT, Rate(f"chat:{destination.chat_id}", 1, PROBE_SECONDS)


def rates_of(destination: Destination, *, paid: int = 0) -> tuple[Rate, ...]:
    """What a message to `destination`, an edit or a deletion there counts as. Topics share their chat's limits.

    `paid` messages a second may be sent by paid broadcast instead of the free ones; what a chat allows stays.
    """
    return _rates_of(destination.chat_id, paid)


@lru_cache(maxsize=1024)
def _rates_of(chat: str, paid: int) -> tuple[Rate, ...]:
    """Made once for all the times at which a delivery is asked for them: in line, at its call, and after it."""
    bot = Rate("paid", paid, 1.02, even=True) if paid else BOT
    own = Rate(f"chat:{chat}", 1, CHAT_SECONDS, answered=True)
    if not _has_a_minute(chat):
        return bot, own
    return bot, own, Rate(f"group:{chat}", GROUP_AMOUNT, GROUP_SECONDS, answered=True)


def reply_rates_of(destination: Destination, *, menu: bool = False) -> tuple[Rate, ...]:
    """What a reply to a person counts as there, or the drawing of a `menu`: a message, and one of the replies."""
    rates, chat = rates_of(destination), destination.chat_id
    if not _has_a_minute(chat):
        return rates
    rates += (Rate(f"replies:{chat}", REPLIES_AMOUNT, GROUP_SECONDS),)
    return (*rates, Rate(f"menus:{chat}", 1, MENU_SECONDS)) if menu else rates


def _has_a_minute(chat: str) -> bool:
    """Whether it is a group or a channel, of which Telegram counts the minute."""
    return chat.startswith(("-", "@"))


@asynccontextmanager
async def in_turn(
    pace: Pace, destination: Destination, *, urgent: bool = False, menu: bool = False
) -> AsyncIterator[None]:
    """Make a call that counts as a message to `destination` in its turn, and say when it has its answer."""
    rates = reply_rates_of(destination, menu=menu) if urgent else rates_of(destination)
    await pace.turn(rates, urgent=urgent)
    try:
        yield
    finally:
        pace.end(rates)


async def once_more(pace: Pace, destination: Destination, *, patience: float = math.inf) -> None:
    """Wait for the turn of a second call: the first one has its answer, and that asks for another one.

    Raises PutOff where a silence lasts longer than `patience` seconds.
    """
    rates = rates_of(destination)
    pace.end(rates)
    await pace.turn(rates, patience=patience)
