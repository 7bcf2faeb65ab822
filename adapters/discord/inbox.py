"""What Discord tells newsbell: commands, pressed buttons, and news of servers, channels and rights."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterable
from typing import Any, Final

import aiohttp
import discord
from discord import app_commands
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket, KeepAliveHandler

from adapters.discord.answering import Answering
from adapters.discord.commands import Interaction, add_commands, sync_commands
from adapters.discord.forums import tagging
from adapters.discord.inviting import Invitation
from adapters.discord.localising import Localised
from adapters.discord.meter import Meter
from adapters.discord.outages import Outage
from adapters.discord.places import channels, destination_of, place_of
from adapters.discord.rights import Rights, may_post
from adapters.discord.starts import Starts
from adapters.discord.transport import client_options
from bot.delivering.dead_ends import CHANNEL_DELETED, THREAD_DELETED
from bot.errors import TryLater
from bot.models import Destination
from bot.ports import Desk
from bot.subscribing.mistakes import NEWS
from bot.texts import sentence

log = logging.getLogger(__name__)

LAST_ANSWERS_SECONDS: Final = 5.0
"""How long an ending connection waits for the answers that are being given."""


class Inbox(discord.Client):
    """One connection to Discord's gateway, and what comes in on it. Sends no announcements."""

    def __init__(
        self,
        desk: Desk,
        outage: Outage,
        meter: Meter,
        rights: Rights,
        starts: Starts,
        *,
        invitation: Invitation,
        shards: int | None = None,
    ) -> None:
        """`shards` are for a client of many connections."""
        super().__init__(**client_options(meter, starts.call), shard_count=shards)
        self._desk = desk
        self._outage = outage
        self._starts = starts
        self._invitation = invitation
        self._answering = Answering(desk, rights)
        self._tree = _Tree(self)
        self._told_of_rights = False
        rights.gateway = self
        add_commands(self._tree, self._answering)

    async def setup_hook(self) -> None:
        """Before the gateway: see to it that Discord knows the commands."""
        await self._tree.set_translator(Localised())
        try:
            self._answering.commands = await sync_commands(self._tree)
        except (discord.DiscordException, aiohttp.ClientError, TimeoutError, TryLater) as error:
            log.warning("discord: the commands could not be compared; the next connection tries again: %s", error)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Called before each new session: discord.py's own only waits for 5 seconds, and counts none of them."""
        await self._starts.turn(shard_id or 0)

    async def finish(self) -> None:
        """Hear nothing more, give the answers that are due, and end the connection."""
        await self._hang_up()
        await self._answering.finish(LAST_ANSWERS_SECONDS)
        await self._forget_half_open()
        await self.close()

    # -- the connection

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Called for all that is heard. discord.py stumbles when its wait for the first servers outlives the client."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    def hears(self, _server: discord.Guild) -> bool:
        """Whether at this moment we are told what changes on the server."""
        ws: DiscordWebSocket | None = self.ws
        return ws is not None and ws.open

    async def on_connect(self) -> None:
        """A session has begun, of which Discord has just named the servers."""
        self._outage.ended()
        if not self.guilds:
            self._invitation.remind()

    async def on_resumed(self) -> None:
        """A session goes on."""
        self._outage.ended()

    async def _forget_half_open(self) -> None:
        """A connection that is given up between its greeting and its identify: discord.py lets its heart beat on."""
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and vars(thread.ws).get("_connection") is self._connection:
                await thread.ws.close(code=1000)

    async def _hang_up(self) -> None:
        ws: DiscordWebSocket | None = self.ws
        if ws is not None and ws.open:
            await ws.close(code=1000)

    # -- people

    async def on_interaction(self, interaction: Interaction) -> None:
        """A press in a panel, or a window that was sent off; slash commands come by the tree."""
        if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            await self._answering.press(interaction)

    # -- rights

    async def on_ready(self) -> None:
        """Rights may have come back while newsbell was away. A later READY of this connection tells nothing new."""
        if self._told_of_rights:
            return
        self._told_of_rights = True
        for guild in self.guilds:
            await self._regained(channels(guild))

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Somebody invited newsbell, perhaps again."""
        await self._regained(channels(guild))

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """An outage of a server is over, in which nothing was told of it. At the start there were none."""
        if self._told_of_rights:
            await self._regained(channels(guild))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Somebody removed newsbell. An outage is told otherwise, and is none of this."""
        for channel in channels(guild):
            await self._lost(channel.id, sentence("newsbell was removed from the server; invite it again"))

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        """Somebody deleted a channel."""
        await self._lost(channel.id, CHANNEL_DELETED)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Somebody deleted a thread, known or not."""
        await self._lost(payload.thread_id, THREAD_DELETED, payload.parent_id)

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        """Somebody changed a channel: its name, its kind (text to announcement and back), its permissions, its tags."""
        if (before.name, before.type) != (after.name, after.type):
            place = place_of(after, after.guild, self._me)
            await self._desk.renamed(place.destination, place.title, kind=place.kind)
        if may_post(after) and not (may_post(before) and tagging(after) == tagging(before)):
            await self._regained([after])
        elif may_post(after, in_thread=True) and not may_post(before, in_thread=True):
            await self._regained_threads(after)

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        """Somebody changed a role, perhaps one of ours."""
        if before.permissions != after.permissions and after in after.guild.me.roles:
            await self._regained(channels(after.guild))

    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Somebody deleted a role: whom it named hears nothing, and what it denied is denied no more.

        discord.py goes on counting it among the roles of its members, so that may be true of channels that look closed.
        """
        await self._desk.role_deleted("discord", str(role.id), role.name)
        for channel in channels(role.guild):
            if not channel.overwrites_for(role).is_empty():
                await self._desk.rights_regained(self._destination(channel.id))

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        """Somebody gave newsbell a role: without the privileged intent, Discord tells of nobody else."""
        if after.id == after.guild.me.id and before.roles != after.roles:
            await self._regained(channels(after.guild))

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Somebody opened a thread again."""
        if (before.archived or before.locked) and not (after.archived or after.locked):
            await self._desk.rights_regained(self._destination(after.id, after.parent_id))

    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Somebody opened an archived thread again: discord.py forgets those, so that this one looks like a new one."""
        if not (thread.archived or thread.locked):
            await self._desk.rights_regained(self._destination(thread.id, thread.parent_id))

    async def on_error(self, event_method: str, /, *_args: Any, **_kwargs: Any) -> None:
        """Called with what a handler raised: it costs that event, nothing else."""
        error = sys.exception()
        log.error("discord: %s failed: %s", event_method, error, exc_info=error)
        if isinstance(error, Exception):
            await self._desk.stumbled("discord", NEWS, error)

    async def _lost(self, channel_id: int, reason: str, parent_id: int | None = None) -> None:
        await self._desk.rights_lost(self._destination(channel_id, parent_id), reason)

    async def _regained(self, channels: Iterable[GuildChannel]) -> None:
        """Newsbell may post in those of the channels in which it may, perhaps again; or in their threads alone."""
        for channel in channels:
            if may_post(channel):
                await self._desk.rights_regained(self._destination(channel.id))
            elif may_post(channel, in_thread=True):
                await self._regained_threads(channel)

    async def _regained_threads(self, channel: GuildChannel) -> None:
        for thread in channel.guild.threads:
            if thread.parent_id == channel.id:
                await self._desk.rights_regained(self._destination(thread.id, channel.id))

    def _destination(self, channel_id: int, parent_id: int | None = None) -> Destination:
        return destination_of(channel_id, parent_id, self._me)

    @property
    def _me(self) -> str:
        return str(self.user.id) if self.user else ""


class ShardedInbox(Inbox, discord.AutoShardedClient):
    """The same over several connections, each of which tells of its share of the servers."""

    def hears(self, server: discord.Guild) -> bool:
        """Whether at this moment we are told what changes on the server."""
        shard = self.get_shard(server.shard_id)
        return shard is not None and not shard.is_closed()

    async def on_connect(self) -> None:
        """Of which shard is told in `on_shard_connect`."""

    async def on_resumed(self) -> None:
        """Of which shard is told in `on_shard_resumed`."""

    async def on_shard_connect(self, shard_id: int) -> None:
        """A session has begun."""
        self._outage.ended(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """A session goes on."""
        self._outage.ended(shard_id)

    async def _hang_up(self) -> None:
        for shard in self.shards.values():
            await shard.disconnect()


class _Tree(app_commands.CommandTree[discord.Client]):
    """Says in one line what goes wrong before a command reaches us."""

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """For example a command that Discord knows from another version of newsbell."""
        log.warning("discord: an interaction could not be understood: %s", error)
