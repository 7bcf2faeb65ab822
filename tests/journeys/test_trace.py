"""What would be found in newsbell's trace if it did not keep the pace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.journeys.trace import too_close


def tried(platform: str, chats: list[str], gap: float) -> list[dict[str, Any]]:
    """Calls to `chats` one after the other, `gap` seconds apart."""
    noon = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
    return [
        {
            "platform": platform,
            "chat": f"{platform}:{chat}",
            "began_at": (noon + timedelta(seconds=gap * at)).isoformat(),
        }
        for at, chat in enumerate(chats)
    ]


def many(number: int) -> list[str]:
    return [str(each) for each in range(number)]


@pytest.mark.parametrize(
    ("platform", "chats", "allowed"),
    [
        ("telegram", many(40), 1 / 30),
        ("discord", many(60), 1 / 50),
        ("telegram", ["7", "7"], 1.0),
        ("telegram", ["-100/1", "-100/2"], 1.0),
        ("telegram", ["-100"] * 21, 3.0),
    ],
)
def test_only_calls_that_are_too_close_are_named(platform: str, chats: list[str], allowed: float) -> None:
    assert too_close(tried(platform, chats, allowed * 1.001)) == []
    assert too_close(tried(platform, chats, allowed * 0.99))
