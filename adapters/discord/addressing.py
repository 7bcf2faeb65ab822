"""Where a message goes on Discord: threads are channels of their own."""

from __future__ import annotations

from typing import Final

import discord

from bot.errors import DestinationLost
from bot.models import Destination
from bot.texts import Reason, sentence

_NO_ID: Final = sentence("{source} is no id of a Discord channel; an id is a long number, as in discord:456")


def id_of(destination: Destination) -> str:
    """The id of the channel or thread."""
    return destination.thread_id or destination.chat_id


def number_of(destination: Destination) -> int:
    """Likewise, as discord.py wants it. Raises DestinationLost for what is none."""
    return number(id_of(destination))


def number(platform_id: str) -> int:
    """An id as discord.py wants it. Raises DestinationLost for what is none."""
    if not (platform_id.isascii() and platform_id.isdigit()):
        raise DestinationLost(Reason(_NO_ID, source=platform_id))
    return int(platform_id)


def reference_to(destination: Destination, message_id: str) -> discord.MessageReference | None:
    """The message there that is answered; None for none. One that is gone is no obstacle."""
    if not message_id:
        return None
    channel_id = number_of(destination)
    return discord.MessageReference(message_id=int(message_id), channel_id=channel_id, fail_if_not_exists=False)
