"""Tells an outage of the gateway once, in plain words, however often discord.py tries to come back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import discord

from adapters.discord.verdicts import verdict
from bot.errors import DeliveryError

log = logging.getLogger(__name__)

_LIBRARY: Final = ("discord.client", "discord.shard")
_ALL: Final = "Attempting a reconnect in"  # discord.py 2.7 logs these at ERROR, with a traceback, at each try
_OF_A_SHARD: Final = ("Attempting a reconnect for shard ID", "Failed to connect for shard_id")

_REFUSALS: Final = {
    4010: "it knows no such shard",
    4011: "newsbell is on more servers than one connection may hear; the next has more shards",
    4012: "it takes this version of its gateway no more; is there a newer newsbell?",
    4013: "it knows newsbell's intents no more; is there a newer newsbell?",
    4014: "it refuses newsbell's intents, of which none is privileged: see the bot's page in the developer portal",
}
"""Why who reconnects is refused the same again (docs topics/opcodes-and-status-codes)."""


class Outage(logging.Filter):
    """The connections' ill times: each has one line when it begins and one when all is over."""

    def __init__(self) -> None:
        super().__init__()
        self._deaf: set[int] = set()  # shards

    @property
    def lasts(self) -> bool:
        """Whether there is one."""
        return bool(self._deaf)

    @contextmanager
    def told_by_us(self) -> Iterator[None]:
        """Inside of this block, discord.py's lines about its attempts become ours; all its others stay."""
        for name in _LIBRARY:
            logging.getLogger(name).addFilter(self)
        try:
            yield
        finally:
            for name in _LIBRARY:
                logging.getLogger(name).removeFilter(self)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let through what is no attempt to connect again."""
        said = str(record.msg)
        if not said.startswith((_ALL, *_OF_A_SHARD)):
            return True
        shard = record.args[0] if isinstance(record.args, tuple) and said.startswith(_OF_A_SHARD) else 0
        self.began(record.exc_info[1] if record.exc_info else None, int(str(shard)))
        log.debug("discord: %s", record.getMessage(), exc_info=record.exc_info)
        return False

    def anew(self) -> None:
        """All shards begin anew, perhaps others than before: whichever was deaf, with the first it is over."""
        if self._deaf:
            self._deaf = {0}

    def began(self, error: BaseException | None, shard: int = 0) -> None:
        """The connection failed because of `error`: tell it if it is news."""
        if not self._deaf:
            log.warning("no commands come from Discord, but newsbell keeps trying: %s", _reason(error))
        self._deaf.add(shard)

    def ended(self, shard: int = 0) -> None:
        """Discord is heard: tell it if it was not."""
        if self._deaf == {shard}:
            log.info("commands come from Discord again")
        self._deaf.discard(shard)


def _reason(error: BaseException | None) -> str:
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return _closed(4014)
    if isinstance(error, discord.ConnectionClosed):
        return _closed(error.code)
    if isinstance(error, DeliveryError):
        return str(error)
    return str(verdict(error)) if isinstance(error, Exception) else "the connection is lost"


def _closed(code: int) -> str:
    return _REFUSALS.get(code, "it closed the connection") + f" (code {code})"
