"""What the first post in a place would run into: better said beforehand, to the person who can mend it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import discord

from adapters.discord.addressing import number
from adapters.discord.commands import Interaction
from adapters.discord.forums import said_of_tags
from adapters.discord.rights import Ground, Rights, reason_of
from bot.errors import DeliveryError, DestinationLost
from bot.models import Destination, Look, Place
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

_PUBLISHED: Final = sentence(
    "Messages in an announcement channel are published to those who follow it, ten an hour at most, the newest first."
)
_CANNOT_SEND: Final = sentence("Nothing can be sent at present: {reason}. It goes on by itself once that is mended.")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is known of a place beforehand. `lost`: nothing can be sent there, for that reason of bot.texts."""

    ground: Ground | None = None
    lost: str = ""

    @property
    def barred(self) -> str:
        """Why nothing can be sent there, a sentence of bot.texts; empty: nothing is known of any such thing."""
        return self.lost or (self.ground.barred if self.ground else "")

    def told(self, looks: Collection[Look], language: str, *, known: Collection[Look] = ()) -> str:
        """What people are told where posts with these looks are expected: what bars them first; empty: nothing does.

        Empty also where they lack no more than those with the looks that are `known`, of which it was told.
        """
        if not looks:
            return ""
        if self.ground is None:
            spoken = texts(language)
            return spoken.say(_CANNOT_SEND, reason=spoken.term(self.lost)) if self.lost else ""
        if known and set(self.ground.missing(looks)) <= set(self.ground.missing(known)):
            return ""
        return "\n".join(_told(self.ground, looks, language))

    def told_of_kind(self, looks: Collection[Look], language: str) -> str:
        """What whoever subscribes a place of this kind should know besides; empty: nothing, or nothing arrives."""
        ground = self.ground
        if ground is None or ground.channel is None or ground.barred or ground.kind == "thread":
            return ""
        if ground.kind == "announcement":
            return texts(language).say(_PUBLISHED)
        return said_of_tags(ground.channel, language, looks)


async def outlook_of(rights: Rights, place: Destination) -> Outlook:
    """As the gateway tells, or else REST. Raises a DeliveryError where neither does."""
    try:
        return Outlook(await rights.ground(place))
    except DestinationLost as error:
        return Outlook(lost=str(error))


async def outlook_from(interaction: Interaction, rights: Rights, place: Place, here: Place) -> Outlook:
    """As it came with a command given `here`, where it did."""
    told = _rights_told(interaction, place, here)
    target = place.destination
    if told is not None:
        kind = "thread" if target.thread_id else place.kind
        channel = interaction.guild.get_channel(number(target.chat_id)) if interaction.guild else None
        return Outlook(Ground(told, kind, interaction.guild, channel, _is_locked(interaction, place, here)))
    try:
        return await outlook_of(rights, target)
    except DeliveryError as error:
        log.info("discord: the rights in %s are not known: %s", target, error)
        return Outlook()


def _told(ground: Ground, looks: Collection[Look], language: str) -> Iterator[str]:
    """The lines: what bars posts, what else is missing, and what each of the permissions that they do without costs."""
    spoken, missing = texts(language), ground.missing(looks)
    of_rights = reason_of(missing, ground.kind) if missing else ""
    barred_by_rights = any(right.blocks for right in missing)
    reasons = (of_rights, ground.closed) if barred_by_rights else (ground.closed, of_rights)
    first, *further = [spoken.term(reason) for reason in reasons if reason] or [""]
    if barred_by_rights or ground.closed:
        yield spoken.say(_CANNOT_SEND, reason=first)
    elif first:
        yield spoken.say("Posts arrive, but {reason}.", reason=first)
    for reason in further:
        yield spoken.say("Besides, {reason}.", reason=reason)
    for right in missing:
        if not right.blocks:
            yield f"• {right.name}: {spoken.say(right.without)}"


def _rights_told(interaction: Interaction, place: Place, here: Place) -> discord.Permissions | None:
    """newsbell's rights there as they came with the command; None: they did not, as with a button.

    Discord tells them of this channel and, since 2026-07-16, of a channel that was picked. Unlike what the gateway told
    before they are never old; discord.py 2.7 drops the latter (docs interactions/receiving-and-responding).
    """
    if place.destination == here.destination:
        return interaction.app_permissions
    told = _picked(interaction, place).get("app_permissions")
    return None if told is None else discord.Permissions(int(told))


def _is_locked(interaction: Interaction, place: Place, here: Place) -> bool:
    """Whether the place is a thread that is locked; one that is only archived is opened again."""
    if place.destination == here.destination:
        return isinstance(interaction.channel, discord.Thread) and interaction.channel.locked
    return bool(_picked(interaction, place).get("thread_metadata", {}).get("locked"))


def _picked(interaction: Interaction, place: Place) -> Mapping[str, Any]:
    """The place as it came with the command, where it was picked as an option."""
    data: Mapping[str, Any] = interaction.data or {}
    picked: Mapping[str, Any] = data.get("resolved", {}).get("channels", {})
    found: Mapping[str, Any] = picked.get(place.destination.thread_id or place.destination.chat_id, {})
    return found
