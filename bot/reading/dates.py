"""When a post was published: what its front matter says, else its file name, else its folders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final

from bot.reading.fields import flag, shown, texts_in, tidy
from bot.reading.page import Page
from bot.reading.paths import folders_of, name_of

_KEYS: Final = ("date", "publishdate", "pubdate", "published", "published_at", "created", "created_at")
_INSIDE: Final = ("created", "published", "date")  # MkDocs: date: {created: …, updated: …}
_NO_DATES: Final = frozenset({"last modified", "created", "git last modified", "git created"})  # words of Eleventy

_TIME: Final = (
    r"(?:[T\s,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?:\s*(?P<half>[ap])\.?m\.?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
)
_FORMS: Final = tuple(
    re.compile(day + _TIME, re.I)
    for day in (  # 2024/11/7, Nov 7, 2024 and RFC 2822's Thu, 07 Nov 2024
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?:[a-z]+,?\s+)?(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
        r"(?:[a-z]+,?\s+)?(?P<day>\d{1,2})\s+(?P<month>[a-z]{3,9})\.?,?\s+(?P<year>\d{4})",
    )
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY: Final = r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"
_IN_A_NAME: Final = re.compile(_DAY + r"(?:-(?P<hour>\d{2})-(?P<minute>\d{2})-(?P<second>\d{2})(?!\d))?")
_IN_FOLDERS: Final = re.compile(r"(?:^|/)(?P<year>\d{4})/(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/|-|$)")


def published_at(page: Page) -> datetime | None:
    """When `page` was published, in UTC; None if it names no date. A day alone means its beginning at the site."""
    zone = page.site.zone
    impossible = ""
    for key in (*page.site.generator.date_keys, *_KEYS):
        value = page.values.get(key)
        if (moment := to_moment(value, zone)) is not None:
            return moment
        impossible = impossible or (key if _was_meant_as_a_date(value) else "")
    found = next(_from_path(page, zone), None) or page.site.generator.date_of(page)
    if impossible:
        written = next(texts_in(page.values[impossible]), "…")
        instead = "the date in its path is used" if found else "the post counts as undated"
        page.doubt(f"{impossible} {shown(written)} is no date; {instead}", impossible)
    return found


def to_moment(value: object, zone: tzinfo) -> datetime | None:
    """`value` (text, or a date of TOML's) in UTC; without a zone of its own it is in `zone`. None if it is no date."""
    if isinstance(value, dict):
        value = next(filter(None, map(value.get, _INSIDE)), None)
    if isinstance(value, str):
        return _moment_in(value, zone)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    return _to_utc(value, zone) if isinstance(value, datetime) else None


@lru_cache(maxsize=64)
def _moment_in(written: str, zone: tzinfo) -> datetime | None:
    """As to_moment, kept for a while: several rules ask for the date of the post that is being read."""
    moment = _parse(tidy(written))
    return None if moment is None else _to_utc(moment, zone)


def _to_utc(moment: datetime, zone: tzinfo) -> datetime | None:
    if not 1 < moment.year < 9999:  # Hugo's "no date" is 0001-01-01; at both ends a zone would leave the calendar
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _was_meant_as_a_date(value: object) -> bool:
    written = next(texts_in(value), "")
    return bool(written) and flag(value) is None and written.lower() not in _NO_DATES


def _parse(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    matches = (form.fullmatch(written) for form in _FORMS)
    match = next(filter(None, matches), None)
    try:
        return _from_parts(match) if match else None
    except ValueError:  # no such day, hour or month
        return None


def _from_parts(match: re.Match[str]) -> datetime:
    parts = match.groupdict("")
    month = parts["month"]
    return datetime(
        int(parts["year"]),
        int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1,
        int(parts["day"]),
        _hour(int(parts.get("hour") or 0), parts.get("half", "")),
        int(parts.get("minute") or 0),
        int(parts.get("second") or 0),
        tzinfo=_zone(parts.get("zone", "")),
    )


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    return hour % 12 + (12 if half.lower() == "p" else 0)


def _zone(written: str) -> tzinfo | None:
    if not written:
        return None
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if written[0] == "-" else offset)


def _from_path(page: Page, zone: tzinfo) -> Iterator[datetime]:
    """The dates that the file's name and folders name, most telling first. Zola keeps the folders in `path`."""
    written_path = page.values.get("path")
    found = [
        _IN_A_NAME.match(name_of(page.path)),
        _IN_FOLDERS.search(page.site_path),
        _IN_FOLDERS.search(written_path) if isinstance(written_path, str) else None,
        *(_IN_A_NAME.search(folder) for folder in reversed(folders_of(page.site_path))),
    ]
    for match in filter(None, found):
        try:
            moment = _to_utc(_from_parts(match), zone)
        except ValueError:  # 2015-03-00
            continue
        if moment:
            yield moment
