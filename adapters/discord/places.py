"""Discord's channels and threads as places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import discord
from discord.app_commands import AppCommandChannel, AppCommandThread

from bot.models import Choice, Destination, Place, Reply


@dataclass(frozen=True, slots=True)
class Picked:
    """A channel or thread that was picked in a panel, as Discord describes it: it need not be in our cache."""

    id: int
    name: str
    type: discord.ChannelType
    parent_id: int | None  # of a thread; of what else is none, the parent is a category


Channel = discord.abc.GuildChannel | discord.Thread | AppCommandChannel | AppCommandThread | Picked

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

_FORUMS: Final = frozenset({"forum", "media"})


def place_of(channel: Channel, guild: discord.Guild | None, bot: str) -> Place:
    """A channel or thread as people of its server know it: "Server › #news › Flood"."""
    parent_id = channel.parent_id if isinstance(channel, discord.Thread | AppCommandThread | Picked) else None
    parent = guild.get_channel(parent_id) if guild and parent_id else None
    names = [guild.name if guild else "", f"#{parent.name}" if parent else ""]
    names.append(channel.name if parent_id else f"#{channel.name}")
    return Place(
        destination_of(channel.id, parent_id, bot),
        kind=kind_of(channel.type),
        title=" › ".join(name for name in names if name),
    )


def picked_of(described: Mapping[str, Any]) -> Picked:
    """A partial channel of an interaction (docs interactions/receiving-and-responding, Resolved Data Structure)."""
    kind = discord.ChannelType(described["type"])
    parent_id = int(described["parent_id"]) if kind_of(kind) == "thread" else None
    return Picked(int(described["id"]), described["name"], kind, parent_id)


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


def channels(guild: discord.Guild) -> Iterator[discord.abc.GuildChannel]:
    """The channels of a server that can hold messages or threads."""
    return (channel for channel in guild.channels if not isinstance(channel, discord.CategoryChannel))


def role_names(guild: discord.Guild | None) -> dict[str, str]:
    """The names of a server's roles by id, the highest first, @everyone last; empty: the gateway told of none."""
    return {str(role.id): role.name for role in reversed(guild.roles)} if guild else {}


def linked(reply: Reply, place: Place, server: str) -> Reply:
    """The same reply with addresses for the messages of `place` that it names; a forum's are the first of a thread.

    That has the id of its thread. Discord documents no such addresses; "Copy Message Link" gives them.
    """
    where = place.destination

    def leading(choice: Choice) -> Choice:
        channel = choice.message if place.kind in _FORUMS else where.thread_id or where.chat_id
        return replace(choice, url=f"https://discord.com/channels/{server}/{channel}/{choice.message}")

    return replace(reply, choices=tuple(leading(choice) if choice.message else choice for choice in reply.choices))
