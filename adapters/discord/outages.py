"""Tells an outage of the gateway once, in plain words, however often discord.py tries to come back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import discord

from adapters.discord.verdicts import verdict

log = logging.getLogger(__name__)

_LIBRARY: Final = "discord.client"
_ATTEMPT: Final = "Attempting a reconnect in"  # discord.py 2.7 logs it at ERROR, with a traceback, at each try


class Outage(logging.Filter):
    """The connection's ill times: each has one line when it begins and one when it is over."""

    def __init__(self) -> None:
        super().__init__()
        self.lasts = False

    @contextmanager
    def told_by_us(self) -> Iterator[None]:
        """Inside of this block, discord.py's lines about its attempts become ours; all its others stay."""
        library = logging.getLogger(_LIBRARY)
        library.addFilter(self)
        try:
            yield
        finally:
            library.removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let through what is no attempt to connect again."""
        if not str(record.msg).startswith(_ATTEMPT):
            return True
        self.began(record.exc_info[1] if record.exc_info else None)
        log.debug("discord: %s", record.getMessage(), exc_info=record.exc_info)
        return False

    def began(self, error: BaseException | None) -> None:
        """The connection failed because of `error`: tell it if it is news."""
        if not self.lasts:
            log.warning("no commands come from Discord, but newsbell keeps trying: %s", _reason(error))
        self.lasts = True

    def ended(self) -> None:
        """Discord is heard: tell it if it was not."""
        if self.lasts:
            log.info("commands come from Discord again")
        self.lasts = False


def _reason(error: BaseException | None) -> str:
    if isinstance(error, discord.ConnectionClosed):
        return f"it closed the connection (code {error.code})"
    return str(verdict(error)) if isinstance(error, Exception) else "the connection is lost"
