"""When newsbell's calls left, by its own trace: no busy machine between it and an emulator changes that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from tests.journeys.newsroom import Newsroom

_TRIED: Final = """
    SELECT platform, chat, began_at FROM attempts WHERE action IN ('send', 'edit', 'delete') ORDER BY began_at
"""


def calls_too_close(newsroom: Newsroom) -> list[str]:
    """The calls that left sooner after earlier ones than their platform allows; of a killed call nothing is known."""
    return too_close(newsroom.rows(_TRIED))


def too_close(tried: Iterable[Mapping[str, Any]]) -> list[str]:
    """What of `tried`, oldest first, left too soon after what was tried before."""
    by_rate: dict[tuple[str, int, float], list[datetime]] = defaultdict(list)
    for attempt in tried:
        for rate in _rates(attempt["platform"], attempt["chat"]):
            by_rate[rate].append(datetime.fromisoformat(attempt["began_at"]))
    return [
        f"{whose}: {late} is only {(late - early).total_seconds():.3f} s after the {amount} before it"
        for (whose, amount, seconds), times in by_rate.items()
        for early, late in zip(times, times[amount:], strict=False)
        if (late - early).total_seconds() < seconds
    ]


def _rates(platform: str, chat: str) -> Iterator[tuple[str, int, float]]:
    """Whom a call counts for, and how many of those may leave in how many seconds (telegram.md 2.1, discord.md 2.1)."""
    if platform == "discord":
        yield platform, 50, 1.0
        return
    yield platform, 30, 1.0
    chat = chat.partition("/")[0]  # topics share what their group may get
    yield chat, 1, 1.0
    if chat.startswith(f"{platform}:-"):
        yield f"{chat}, a group", 20, 60.0
