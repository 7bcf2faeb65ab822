"""Looks for a message of ours among a channel's latest: what settles a send whose outcome is unknown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Final

import discord

from adapters.discord.images import media_id_of
from adapters.discord.render import ComponentsMessage, LinkMessage, Message
from bot.errors import OutcomeUnknown
from bot.models import Receipt
from bot.texts import Reason, sentence

LOOKED_AT: Final = 100
"""How many messages one request brings (docs, Get Channel Messages)."""

CLOCKS_APART: Final = timedelta(minutes=2)
"""How far our clock and Discord's may differ, where a channel has too many messages to look at all of them."""

_UNREADABLE: Final = sentence("newsbell can't read the channel's messages; allow View Channel and Read Message History")
_NONE_SHOWN: Final = sentence(
    "the channel shows no messages; allow Read Message History, so that newsbell finds its own"
)
_TOO_MANY: Final = sentence("more than {count} messages were written since; newsbell does not look further")
_NO_LETTERS: Final = re.compile(r"\W+")


class NoProof(OutcomeUnknown):
    """The channel's messages prove neither that the message is there nor that it is not."""


async def find(
    channel: discord.PartialMessageable,
    message: Message,
    ours: Collection[str],
    *,
    since: datetime,
    known: Collection[int],
) -> Receipt | None:
    """The receipt of `message` if newsbell sent it there after `since` (aware); None if it surely did not.

    Those that are `known` are other announcements, whatever they say. The nonce would prove more, but Discord does not
    keep it with a message (discord.py #2451). Raises NoProof where the messages can't be read or are too many.
    """
    looked_at = 0
    reached = False  # what was written before
    try:
        async for candidate in channel.history(limit=LOOKED_AT):
            looked_at += 1
            reached |= candidate.created_at < since - CLOCKS_APART
            if is_of(candidate, ours) and candidate.id not in known and shows(candidate, message):
                return receipt_of(candidate)
    except discord.Forbidden as error:
        raise NoProof(_UNREADABLE) from error
    if looked_at == 0:  # without Read Message History, Discord answers with no messages at all
        raise NoProof(_NONE_SHOWN)
    if looked_at == LOOKED_AT and not reached:
        raise NoProof(Reason(_TOO_MANY, count=LOOKED_AT))
    return None


def is_of(candidate: discord.Message, ours: Collection[str]) -> bool:
    """Whether `ours` names its author: the bot by its id, or, for its webhooks, the application by its own."""
    return str(candidate.author.id) in ours or str(candidate.application_id) in ours


def shows(candidate: discord.Message, message: Message) -> bool:
    """Whether `candidate` says what `message` does."""
    if isinstance(message, LinkMessage):
        return _letters(candidate.content) == _letters(message.content)
    if isinstance(message, ComponentsMessage):
        said = "".join((message.content, message.heading, message.words, message.foot))
        return bool(candidate.components) and _letters(_texts(candidate.components)) == _letters(said)
    return any(
        _letters(embed.title) == _letters(message.title)
        and _same_page(embed.url or "", message.url)
        and _letters(embed.description) == _letters(message.description)
        for embed in candidate.embeds
    )


def _texts(components: Iterable[discord.Component]) -> str:
    """All that the components of a message say, in the order of reading."""
    pieces = []
    for component in components:
        match component:
            case discord.TextDisplay(content=content):
                pieces.append(content)
            case discord.Container(children=children):
                pieces.append(_texts(children))
    return "".join(pieces)


def receipt_of(found: discord.Message) -> Receipt:
    """The receipt of a message that was found."""
    shown = {
        "embeds": [embed.to_dict() for embed in found.embeds],
        "components": [component.to_dict() for component in found.components],
        "attachments": [attachment.to_dict() for attachment in found.attachments],
    }
    return Receipt((str(found.id),), media_id_of(shown))


def _letters(text: str | None) -> str:
    """What is compared of a text: Discord may take away spaces and signs that show nothing."""
    return _NO_LETTERS.sub("", text or "")


def _same_page(one: str, other: str) -> bool:
    """Discord may add the slash after a bare host."""
    return one.rstrip("/") == other.rstrip("/")
