"""How long: as people type it, and by the clocks that they read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.subscribing.durations import TooLong, UnclearTime, time_meant

PHNOM_PENH, BERLIN = ZoneInfo("Asia/Phnom_Penh"), ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 28, 12, tzinfo=UTC)  # 19:00 in Phnom Penh; the day before summer time begins in Berlin


@pytest.mark.parametrize(
    ("words", "lasts"),
    [
        ("2h", timedelta(hours=2)),
        ("30m", timedelta(minutes=30)),
        ("1d", timedelta(days=1)),
        ("2 weeks", timedelta(weeks=2)),
        ("1d 6h", timedelta(hours=30)),
        ("1h30m", timedelta(minutes=90)),
        ("for 90 Minutes", timedelta(minutes=90)),
        ("២ ម៉ោង", timedelta(hours=2)),
        ("366d", timedelta(days=366)),
    ],
)
def test_so_long(words: str, lasts: timedelta) -> None:
    assert time_meant(words, NOW, PHNOM_PENH) == NOW + lasts


@pytest.mark.parametrize(
    ("words", "zone", "until"),
    [
        ("until 8:00", PHNOM_PENH, "2026-03-29 08:00"),
        ("until 20:30", PHNOM_PENH, "2026-03-28 20:30"),
        ("UNTIL 8:30 pm", PHNOM_PENH, "2026-03-28 20:30"),
        ("12:15 a.m.", PHNOM_PENH, "2026-03-29 00:15"),
        ("19:00", PHNOM_PENH, "2026-03-29 19:00"),  # now is not later
        ("រហូតដល់ម៉ោង ៨:០០", PHNOM_PENH, "2026-03-29 08:00"),
        ("until 8:00", BERLIN, "2026-03-29 08:00"),  # 19 hours away, not 20
    ],
)
def test_until_the_clock_shows_it_next(words: str, zone: ZoneInfo, until: str) -> None:
    assert time_meant(words, NOW, zone) == datetime.fromisoformat(until).replace(tzinfo=zone)


@pytest.mark.parametrize("words", ["soon", "h", "2", "2h of sun", "24:00", "8:60", "-2h", "0m", "13:00 pm", "for "])
def test_what_is_no_time(words: str) -> None:
    with pytest.raises(UnclearTime):
        time_meant(words, NOW, PHNOM_PENH)


@pytest.mark.parametrize("words", ["367d", "999999 weeks", "8784h 1m"])
def test_what_is_too_long(words: str) -> None:
    with pytest.raises(TooLong):
        time_meant(words, NOW, PHNOM_PENH)
