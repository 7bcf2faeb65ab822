"""The link by which newsbell comes to a server: somebody who may manage the server has to open it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import discord

from adapters.discord.rights import INVITED
from adapters.discord.transport import Calls

log = logging.getLogger(__name__)


class Invitation:
    """The invitation of one bot, as bot.ports.Invitation."""

    def __init__(self, calls: Calls, client: Callable[[], discord.Client]) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._calls = calls
        self._client = client
        self._reminded = False

    @property
    def link(self) -> str:
        """With the scopes that newsbell needs, and the rights (docs topics/oauth2; discord.md 8). Raises TryLater."""
        application = self._client().application_id
        assert application is not None  # login has asked for it
        return discord.utils.oauth_url(
            application, scopes=("bot", "applications.commands"), permissions=discord.Permissions(**INVITED)
        )

    async def is_accepted(self) -> bool:
        """Whether newsbell is on a server."""
        return bool(await self._calls.make(self._servers(limit=1)))

    def remind(self) -> None:
        """Say in the log, once, that newsbell is on no server."""
        if not self._reminded:
            self._reminded = True
            log.warning("discord: newsbell is on no server yet; to invite it to yours, open %s", self.link)

    async def _servers(self, limit: int) -> list[discord.Guild]:
        return [server async for server in self._client().fetch_guilds(limit=limit, with_counts=False)]
