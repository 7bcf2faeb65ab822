"""A command that changes what is sent says so twice: to who typed it, and in the log of the newsbell that runs."""

from __future__ import annotations

from bot.cli.wording import say
from bot.groundwork import utc_now
from bot.ports import Store


async def tell(store: Store, command: str, what: str) -> None:
    """Say what came of `command`: "newsbell hold"."""
    say(f"✓ {what}")
    await store.words.note(command, what, utc_now())
