"""What an interaction says of itself: who did what, and about which place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from adapters.discord.addressing import number
from adapters.discord.commands import Interaction
from adapters.discord.forums import tag_names
from adapters.discord.places import Channel, destination_of, picked_of, place_of, role_names
from bot.models import Command, Destination, Place


def command_of(interaction: Interaction, name: str, words: str, place: Place) -> Command:
    """What the person typed or pressed, about a place."""
    return Command(
        name,
        words,
        place,
        person=str(interaction.user.id),
        admin=interaction.permissions.manage_guild or interaction.permissions.administrator,
        language=str(interaction.locale),
        server=str(interaction.guild_id or ""),
        roles=tuple(str(role.id) for role in getattr(interaction.user, "roles", ())),
        role_names=role_names(interaction.guild),
        tags=_tags(interaction, place),
    )


def _tags(interaction: Interaction, place: Place) -> tuple[str, ...] | None:
    """Those of a forum, as far as the gateway told; None: the place is none."""
    guild, target = interaction.guild, place.destination
    channel = guild.get_channel(number(target.chat_id)) if guild and not target.thread_id else None
    return tuple(tag_names(channel).values()) if isinstance(channel, discord.ForumChannel) else None


def place_here(interaction: Interaction) -> Place:
    """Where it was done."""
    channel = interaction.channel
    if isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return place_in(interaction, channel)
    return Place(destination_of(interaction.channel_id or 0, None, _bot(interaction)))


def place_in(interaction: Interaction, channel: Channel) -> Place:
    """A channel that came with it."""
    return place_of(channel, interaction.guild, _bot(interaction))


def place_named(interaction: Interaction, target: str) -> Place:
    """The place that was picked, or that a button is about: by name if Discord described it, now or by the gateway."""
    chat_id, _, thread_id = target.partition("/")
    data: Mapping[str, Any] = interaction.data or {}
    described = data.get("resolved", {}).get("channels", {}).get(target)
    guild = interaction.guild
    channel: Channel | None = picked_of(described) if described else None
    if channel is None and guild is not None:
        channel = guild.get_channel_or_thread(int(thread_id or chat_id))
    if channel is None:
        return Place(Destination("discord", chat_id, thread_id, _bot(interaction)))
    return place_in(interaction, channel)


def is_elsewhere(interaction: Interaction, place: Place) -> bool:
    """Whether the gateway told of the place as one of another server: nothing that we showed names it there."""
    ids = (place.destination.chat_id, place.destination.thread_id)
    known = [interaction.client.get_channel(int(each)) for each in ids if each]
    told = [channel for channel in known if isinstance(channel, discord.abc.GuildChannel | discord.Thread)]
    return any(channel.guild.id != interaction.guild_id for channel in told)


def _bot(interaction: Interaction) -> str:
    user = interaction.client.user
    return str(user.id) if user else ""
