"""What platforms were told about the bot itself: its commands, its descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Profiles(Protocol):
    """Of each bot the digests of what its platform was told, so that it is told again only what has changed."""

    async def told(self, platform: str, bot: str) -> Mapping[str, str]:
        """The digests by part: "commands default km"."""

    async def note(self, platform: str, bot: str, part: str, digest: str, now: datetime) -> None:
        """The platform was told this part. What it was told of other bots is forgotten."""
