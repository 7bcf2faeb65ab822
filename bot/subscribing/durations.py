"""How long something shall last, as people type it: "2h", "1 day 6 hours", "until 8:00". Pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

import regex

LONGEST: Final = timedelta(days=366)
"""Whoever means longer means for good, and says no time."""

_UNITS: Final = {
    "minutes": ("m", "min", "mins", "minute", "minutes", "នាទី"),
    "hours": ("h", "hr", "hrs", "hour", "hours", "ម៉ោង"),
    "days": ("d", "day", "days", "ថ្ងៃ"),
    "weeks": ("w", "week", "weeks", "សប្តាហ៍", "សប្ដាហ៍"),
}
_UNIT_OF: Final = {word: unit for unit, words in _UNITS.items() for word in words}
_PIECE: Final = regex.compile(r"(?P<count>\d{1,6})\s*(?P<unit>[\p{L}\p{M}]+)[\s,]*")
_UNTIL: Final = regex.compile(
    r"(?:(?:until|till|at|រហូតដល់(?:\s*ម៉ោង)?)\s*)?"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*(?:(?P<half>[ap])\.?m\.?)?"
)


class UnclearTime(ValueError):
    """What was typed is no time that newsbell understands."""


class TooLong(ValueError):
    """What was typed lies further ahead than LONGEST."""


def time_meant(words: str, now: datetime, zone: tzinfo) -> datetime:
    """The moment that `words` mean, in UTC as `now` is: so long from now on, or when the clocks of `zone` show it next.

    Raises UnclearTime and TooLong.
    """
    typed = words.strip().casefold()
    if clock := _UNTIL.fullmatch(typed):
        return _next(clock, now, zone)
    return now + _sum(typed)


def _sum(typed: str) -> timedelta:
    typed = typed.removeprefix("for ")
    total, at = timedelta(), 0
    while at < len(typed):
        piece = _PIECE.match(typed, at)
        unit = piece and _UNIT_OF.get(piece["unit"])
        if piece is None or unit is None:
            raise UnclearTime
        total += timedelta(**{unit: int(piece["count"])})
        if total > LONGEST:
            raise TooLong
        at = piece.end()
    if not total:
        raise UnclearTime
    return total


def _next(clock: regex.Match[str], now: datetime, zone: tzinfo) -> datetime:
    """The next moment at which the clocks of `zone` show this time of day."""
    hour, minute = int(clock["hour"]), int(clock["minute"])
    if half := clock["half"]:
        if not 1 <= hour <= 12:
            raise UnclearTime
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise UnclearTime
    local = now.astimezone(zone)
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    # Days are counted on the calendar, so that summer time moves nothing.
    meant = today if today > local else today + timedelta(days=1)
    return meant.astimezone(now.tzinfo)
