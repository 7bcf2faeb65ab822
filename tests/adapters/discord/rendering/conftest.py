"""A post whose messages are looked at, and what makes them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from adapters.discord.fingerprints import Fingerprint
from adapters.discord.render import EmbedMessage, Message, render
from bot.models import Announcement, Look, Span

NOON: Final = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
URL: Final = "https://news.example/rain"


@pytest.fixture
def rain() -> Announcement:
    """The post, with all that a message may show."""
    return Announcement(
        title="Rain floods\n the market",
        body=(Span("Water stood "), Span("knee-high", bold=True), Span(" on Tuesday.")),
        url=URL,
        label="National",
        hashtags=("flood", "weather"),
        published_at=NOON,
    )


def embed(announcement: Announcement, look: Look | None = None, *, rung: int = 0) -> EmbedMessage:
    """Its card."""
    message = render(announcement, look or Look(), rung=rung)
    assert isinstance(message, EmbedMessage)
    return message


def fingerprint(message: Message) -> str:
    """What tells a message from another."""
    return str(Fingerprint.of(message))
