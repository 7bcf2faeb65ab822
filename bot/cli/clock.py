"""The site's clock, for commands that show times."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.settings import Settings


def clock_of(settings: Settings) -> Clock:
    """The site's clock. Blocking."""
    from bot.premises import site_of  # a brake needs no clock, and no generator

    return Clock(ZoneInfo(site_of(settings).timezone))
