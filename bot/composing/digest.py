"""Many posts in one message: what piled up while nothing could be sent. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from bot.composing.cutting import utf16_length
from bot.models import Announcement, Span
from bot.texts import texts

ROOM: Final = 3000
"""UTF-16 units that the list takes at most, so that on both platforms no line of it is cut (they take 4096)."""


def digest(posts: Sequence[Announcement], language: str, at: datetime) -> Announcement:
    """One message about `posts`, which are oldest first: the newest stands at the top, each title leads to its post.

    Of more than there is room for the oldest are counted only.
    """
    spoken = texts(language)
    lines: list[tuple[Span, ...]] = []
    left = ROOM
    for post in reversed(posts):
        line = (Span("• "), Span(post.title, link=post.url or None))
        left -= sum(utf16_length(span.text) for span in line) + 1
        if left < 0 and lines:
            break
        lines.append(line)
    if hidden := len(posts) - len(lines):
        lines.append((Span(spoken.plural("… and {count} more", "… and {count} more", hidden)),))
    return Announcement(
        title=spoken.plural("{count} new post", "{count} new posts", len(posts)),
        # Words of its own are not shortened to an excerpt.
        texts=(("", tuple(_joined(lines))),),
        language=language,
        published_at=at,
        silent=all(post.silent for post in posts),
        mention=any(post.mention for post in posts),
    )


def _joined(lines: Sequence[tuple[Span, ...]]) -> list[Span]:
    """The lines as one text, a line break between two."""
    spans: list[Span] = []
    for line in lines:
        if spans:
            spans.append(Span("\n"))
        spans += line
    return spans
