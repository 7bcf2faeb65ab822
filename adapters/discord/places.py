"""Discord's channels and threads as places, and whether newsbell may post in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import discord
from discord.app_commands import AppCommandChannel, AppCommandThread

from bot.models import Destination, Place

Channel = discord.abc.GuildChannel | discord.Thread | AppCommandChannel | AppCommandThread

_KINDS: Final = {
    discord.ChannelType.text: "text",
    discord.ChannelType.news: "announcement",
    discord.ChannelType.voice: "voice",
    discord.ChannelType.stage_voice: "stage",
    discord.ChannelType.forum: "forum",
    discord.ChannelType.media: "media",
    discord.ChannelType.news_thread: "thread",
    discord.ChannelType.public_thread: "thread",
    discord.ChannelType.private_thread: "thread",
}


def place_of(channel: Channel, guild: discord.Guild | None, bot: str) -> Place:
    """A channel or thread as people of its server know it: "Server › #news › Flood"."""
    parent_id = channel.parent_id if isinstance(channel, discord.Thread | AppCommandThread) else None
    parent = guild.get_channel(parent_id) if guild and parent_id else None
    names = [guild.name if guild else "", f"#{parent.name}" if parent else ""]
    names.append(channel.name if parent_id else f"#{channel.name}")
    return Place(
        destination_of(channel.id, parent_id, bot),
        kind=kind_of(channel.type),
        title=" › ".join(name for name in names if name),
    )


def kind_of(channel: discord.ChannelType) -> str:
    """The word for a kind of channel."""
    return _KINDS.get(channel, str(channel))


def destination_of(channel_id: int, parent_id: int | None, bot: str) -> Destination:
    """A thread lives in its channel: chat and thread. Any other channel is a chat."""
    if parent_id:
        return Destination("discord", str(parent_id), str(channel_id), bot)
    return Destination("discord", str(channel_id), bot=bot)


def target_of(destination: Destination) -> str:
    """A destination as the custom_id of a button carries it: "456" or "456/7"."""
    return str(destination).partition(":")[2]


def may_post(channel: discord.abc.GuildChannel) -> bool:
    """Whether newsbell may view the channel and post what it posts there, as far as the gateway told."""
    me: discord.Member | None = channel.guild.me
    return me is not None and suffice(channel.permissions_for(me))


def suffice(rights: discord.Permissions, *, in_thread: bool = False) -> bool:
    """Whether these permissions are what newsbell's messages need."""
    may_send = rights.send_messages_in_threads if in_thread else rights.send_messages
    return rights.view_channel and may_send and rights.embed_links


def writable_channels(guild: discord.Guild) -> Iterator[discord.abc.GuildChannel]:
    """The channels of a server in which newsbell may post."""
    return (channel for channel in channels(guild) if may_post(channel))


def channels(guild: discord.Guild) -> Iterator[discord.abc.GuildChannel]:
    """The channels of a server that can hold messages or threads."""
    return (channel for channel in guild.channels if not isinstance(channel, discord.CategoryChannel))
