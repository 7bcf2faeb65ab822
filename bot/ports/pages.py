"""What the core needs of the web: whether a public page is there."""

from __future__ import annotations

from typing import Protocol


class Pages(Protocol):
    """Looks at public pages as a reader would."""

    async def fault(self, url: str) -> str:
        """Why the page at `url` does not answer well, in words for people; empty: it does.

        Takes some seconds at most, and never raises.
        """

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""
