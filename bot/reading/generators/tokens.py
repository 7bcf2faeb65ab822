"""Patterns of addresses, `/:year/:month/:slug/`, and what the dates in them are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final, NamedTuple

from bot.reading.fields import tidy

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GO: Final = re.compile(  # what Go's time.Format replaces, longest first
    r"2006|January|Monday|Jan(?![a-z])|Mon(?![a-z])|002|01|02|03|04|05|06|15|PM|pm|1|2|3|4|5"
)

_SHARED: Final[Mapping[str, Callable[[date], str]]] = {
    "year": lambda day: f"{day.year:04}",
    "month": lambda day: f"{day.month:02}",
    "day": lambda day: f"{day.day:02}",
}
_HUGO: Final[Mapping[str, Callable[[datetime], str]]] = {
    **_SHARED,
    "monthname": lambda day: _MONTHS[day.month - 1],
    "weekday": lambda day: str(day.isoweekday() % 7),  # Sunday is 0
    "weekdayname": lambda day: _WEEKDAYS[day.weekday()],
    "yearday": lambda day: str(day.timetuple().tm_yday),
}
_HEXO: Final[Mapping[str, Callable[[datetime], str]]] = {
    **_SHARED,
    "i_month": lambda day: str(day.month),
    "i_day": lambda day: str(day.day),
    "hour": lambda day: f"{day.hour:02}",
    "minute": lambda day: f"{day.minute:02}",
    "second": lambda day: f"{day.second:02}",
}


class _Part(NamedTuple):
    """A token of a pattern, and what stands before it."""

    before: str
    name: str
    written: str  # the token as it is written


def fill(pattern: str, token: re.Pattern[str], value_of: Callable[[str], str | None]) -> tuple[str, str]:
    """`pattern` with the value of each `token` in its place, and the first token without one (empty: all have one).

    `value_of` is asked with the token's name, its first group; None means that there is no value.
    """
    parts, rest = _parts(pattern, token)
    filled: list[str] = []
    missing = ""
    for before, name, written in parts:
        value = value_of(name)
        if value is None:
            missing = missing or written
        filled += (before, value or "")
    return "".join((*filled, rest)), missing


@lru_cache(maxsize=256)
def _parts(pattern: str, token: re.Pattern[str]) -> tuple[tuple[_Part, ...], str]:
    """The tokens of `pattern`, and what stands behind the last one. Nearly all posts of a site have the same."""
    parts: list[_Part] = []
    end = 0
    for match in token.finditer(pattern):
        parts.append(_Part(pattern[end : match.start()], match[1], match[0]))
        end = match.end()
    return tuple(parts), pattern[end:]


def day_as_written(values: Mapping[str, object], keys: Iterable[str], day: datetime | None) -> datetime | None:
    """`day`, but on the calendar of the zone that the front matter writes it in, for generators that convert nothing.

    `keys` are where the date may stand; one of another moment than `day` is not the post's date.
    """
    for key in keys:
        value = values.get(key)
        if isinstance(value, dict):
            value = value.get("created")
        if isinstance(value, str):
            value = _parse(value)
        if isinstance(value, datetime) and value.tzinfo and day and value == day:
            return value
    return day


def hugo_date_token(name: str, day: datetime) -> str | None:
    """The value of Hugo's date tokens, its names and Go's layouts (`:06`, `:1`); None if `name` is no such token."""
    if value_of := _HUGO.get(name):
        return value_of(day)
    return _GO.sub(lambda match: _go_value(match[0], day), name) if _GO.search(name) else None


def hexo_date_token(name: str, day: datetime) -> str | None:
    """The value of Hexo's date tokens; None if `name` is no such token."""
    value_of = _HEXO.get(name)
    return value_of(day) if value_of else None


def unicode_date(pattern: str, day: date) -> str:
    """`day` by a pattern of years, months and days in digits (Babel's "yyyy/MM/dd"); empty if it has other letters."""
    values = {
        "yyyy": f"{day.year:04}", "y": str(day.year), "yy": f"{day.year % 100:02}",
        "MM": f"{day.month:02}", "M": str(day.month), "dd": f"{day.day:02}", "d": str(day.day),
    }  # fmt: skip
    runs = re.findall(r"([A-Za-z])(\1*)", pattern)
    if not runs or any(letter + rest not in values for letter, rest in runs):
        return ""
    return re.sub(r"([A-Za-z])\1*", lambda run: values[run[0]], pattern)


def _go_value(layout: str, day: datetime) -> str:
    half = "PM" if day.hour >= 12 else "AM"
    values = {
        "2006": f"{day.year:04}", "06": f"{day.year % 100:02}",
        "January": _MONTHS[day.month - 1], "Jan": _MONTHS[day.month - 1][:3],
        "01": f"{day.month:02}", "1": str(day.month),
        "Monday": _WEEKDAYS[day.weekday()], "Mon": _WEEKDAYS[day.weekday()][:3],
        "02": f"{day.day:02}", "2": str(day.day), "002": f"{day.timetuple().tm_yday:03}",
        "15": f"{day.hour:02}", "03": f"{day.hour % 12 or 12:02}", "3": str(day.hour % 12 or 12),
        "04": f"{day.minute:02}", "4": str(day.minute), "05": f"{day.second:02}", "5": str(day.second),
        "PM": half, "pm": half.lower(),
    }  # fmt: skip
    return values[layout]


@lru_cache(maxsize=64)
def _parse(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(tidy(written))
    except ValueError:
        return None
