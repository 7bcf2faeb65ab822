"""Interactions -> Commands, and the desk's replies back to the person who asked; nobody else sees them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

import aiohttp
import discord
from discord import app_commands
from discord.app_commands import AppCommandChannel, AppCommandThread

from adapters.discord import limits
from adapters.discord.commands import Interaction, PickedChannel, SubscribeWish
from adapters.discord.interactions import command_of, is_elsewhere, place_here, place_in, place_named
from adapters.discord.outgoing import buttons_of, embed_of, view_of
from adapters.discord.panel import asked_for, panel_of
from adapters.discord.places import linked, target_of
from adapters.discord.preflight import Outlook, outlook_from
from adapters.discord.pressing import Pressing, read_pressing
from adapters.discord.render import (
    ComponentsMessage,
    Message,
    address_within,
    picture_of,
    render,
    render_reply,
)
from adapters.discord.rights import Rights
from adapters.discord.transport import NO_MENTIONS
from adapters.discord.verdicts import harmless, verdict
from adapters.discord.widgets import view_of_panel, window
from bot.composing.cutting import cut
from bot.errors import DeliveryError
from bot.models import Command, Offer, Place, Reply
from bot.ports import Desk
from bot.subscribing.mistakes import A_COMMAND
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

_FOR_A_CATEGORY: Final = sentence(
    "A language and a role to mention hold for a category, so please choose one in the same command, or all."
)
_CHOOSES: Final = frozenset({"subscribe", "menu"})
"""Commands that choose what arrives: what becomes of posts in a channel of that kind is told with them."""
_APOLOGY: Final = sentence("That did not work; the fault is mine. Please try again in a minute.")
_TOO_OLD: Final = sentence("This button is too old. Please send the command again.")
_LOST: Final = sentence(
    "My answer was lost on its way to Discord; what you asked for may be done all the same. Please look, or try again "
    "in a minute."
)
_OF_DISCORD: Final = (DeliveryError, discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError)
"""What goes wrong between newsbell and Discord. The desk lets nothing out, so that no file or database is to blame."""

_ANSWERED_ALREADY: Final = 40060  # docs topics/opcodes-and-status-codes
_RIVAL: Final = (
    "discord: somebody else answers this bot's commands before newsbell does: another program uses the same bot; "
    "stop it, or give each its own token in the developer portal"
)


class Answering:
    """Answers slash commands, buttons and autocompletion."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights
        self._running: set[asyncio.Task[None]] = set()
        self._beaten = 0  # how often a command had its answer already
        self.commands: Mapping[str, int] = {}  # their ids by name, as far as Discord told them

    async def command(
        self, interaction: Interaction, name: str, words: str = "", channel: PickedChannel | None = None
    ) -> None:
        """Answer a slash command."""
        async with self._answering(interaction, f"/{name}"):
            await interaction.response.defer(ephemeral=True)
            here = place_here(interaction)
            await self._answer(interaction, name, words, place_in(interaction, channel) if channel else here, here)

    async def subscribe(
        self, interaction: Interaction, wish: SubscribeWish, channel: PickedChannel | None = None
    ) -> None:
        """Answer /subscribe: its options are words behind the category, as they are typed elsewhere."""
        languages = ["".join(each.split()) for each in wish.language.split(",")]
        words = wish.category
        if words:
            words += "".join(f" lang:{each}" for each in languages if each)
        if words and wish.mention:
            words += f" mention:{wish.mention.id}"
        async with self._answering(interaction, "/subscribe"):
            await interaction.response.defer(ephemeral=True)
            here = place_here(interaction)
            place = place_in(interaction, channel) if channel else here
            note = _FOR_A_CATEGORY if not words and (any(languages) or wish.mention) else ""
            await self._answer(interaction, "subscribe", words, place, here, note=note)

    async def press(self, interaction: Interaction) -> None:
        """Answer what was done in a panel of ours, however long ago it was shown; leave others' alone.

        The answer takes the place of the panel. What was refused is told beside it.
        """
        pressing = read_pressing(interaction)
        if pressing is None:
            return
        what = ", ".join(pressing.commands) or pressing.custom_id
        async with self._answering(interaction, what):
            here = place_here(interaction)
            place = place_named(interaction, pressing.target) if pressing.target else here
            if is_elsewhere(interaction, place):
                log.warning(
                    "discord: %s came from another server than that of %s; nothing is done", what, place.destination
                )
                await self._tell(interaction, _TOO_OLD)
                return
            if pressing.opens and await self._open_window(interaction, pressing, place, here):
                return
            if not interaction.response.is_done():
                await interaction.response.defer(ephemeral=True, thinking=not pressing.in_place)
            if pressing.commands:  # else nothing was changed
                reply = await self._reply(interaction, pressing.commands, place, here)
                await _say(interaction, reply, _aim(place, here), self.commands)

    async def _open_window(self, interaction: Interaction, pressing: Pressing, place: Place, here: Place) -> bool:
        """Ask for what stands in no list, in a window; Discord opens one only at once. False: there is no question."""
        [command] = pressing.commands
        ask = asked_for(await self._reply(interaction, [command], place, here, at_once=True), command)
        if ask is not None:
            await interaction.response.send_modal(window(ask, pressing.custom_id))
        return ask is not None

    async def suggest(
        self, interaction: Interaction, name: str, option: str, typed: str
    ) -> list[app_commands.Choice[str]]:
        """What fits what is typed so far in an `option`; nothing when that can't be found out."""
        given = interaction.namespace
        words = f"{given.setting or ''} {typed}" if option == "value" else typed
        picked: object = given.channel
        there = picked.id if isinstance(picked, AppCommandChannel | AppCommandThread | discord.Object) else None
        here = place_here(interaction)
        place = place_named(interaction, str(there)) if there else here
        try:
            command = await self._asked(interaction, name, words, place, here)
            # Typing is no visit: nobody is to be remembered for each letter.
            offers = await self._desk.offer(replace(command, person=""), option, limit=limits.CHOICES)
        except Exception:
            log.exception("discord: nothing to suggest for %r as %s of /%s", typed, option, name)
            return []
        return [_choice(offer) for offer in offers if 0 < len(offer.word) <= limits.CHOICE]

    async def finish(self, timeout: float) -> None:  # noqa: ASYNC109 - no cancelling: who asked may still be answered
        """Wait for the answers that are being given, `timeout` seconds at most."""
        if self._running:
            await asyncio.wait(self._running, timeout=timeout)

    async def _answer(
        self, interaction: Interaction, name: str, words: str, place: Place, here: Place, *, note: str = ""
    ) -> None:
        """Answer a command; a `note`, a sentence of bot.texts, stands before all else."""
        reply = await self._reply(interaction, [f"{name} {words}"], place, here)
        if note:
            spoken = texts(reply.language or await self._language(interaction))
            reply = replace(reply, text=f"{spoken.say(note)}\n\n{reply.text}")
        await _say(interaction, reply, _aim(place, here), self.commands)

    async def _reply(
        self, interaction: Interaction, typed: Sequence[str], place: Place, here: Place, *, at_once: bool = False
    ) -> Reply:
        """What the desk says to commands, in turn, and what else is to be known of the place.

        The desk knows it beforehand, and promises nothing that can't be. `at_once`: only what was heard is known.
        """
        if at_once:
            outlook = Outlook(self._rights.heard(place.destination))
        else:
            outlook = await outlook_from(interaction, self._rights, place, here)
        replies = []
        for each in typed:
            name, _, words = each.removeprefix("/").partition(" ")
            command = await self._asked(interaction, name, words, place, here)
            replies.append(await self._desk.answer(replace(command, barred=outlook.barred)))
        reply = _naming(place, here, _as_one(replies), command.spoken)
        cautions = [outlook.told(reply.looks, reply.language, known=reply.known_looks)]
        if name in _CHOOSES and reply.looks:
            cautions.append(outlook.told_of_kind(reply.looks, reply.language))
        return replace(
            linked(reply, place, command.server), caution="\n".join(caution for caution in cautions if caution)
        )

    async def _asked(self, interaction: Interaction, name: str, words: str, place: Place, here: Place) -> Command:
        """What is asked of a place, in the language of the one where it is: nobody else reads the answer."""
        command = command_of(interaction, name, words, place)
        if place.destination == here.destination:
            return command
        return replace(command, spoken=await self._language(interaction), elsewhere=True)

    async def _language(self, interaction: Interaction) -> str:
        """In which language the person is answered where the desk says nothing."""
        return await self._desk.language(command_of(interaction, "", "", place_here(interaction)))

    @asynccontextmanager
    async def _answering(self, interaction: Interaction, what: str) -> AsyncIterator[None]:
        """Whatever goes wrong, one line in the log and a word to the person."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            yield
        except _OF_DISCORD as error:
            await self._unanswered(interaction, what, error)
        except Exception as error:
            log.exception("discord: %s failed", what)
            await self._desk.stumbled("discord", A_COMMAND, error)
            await self._tell(interaction, _APOLOGY)
        finally:
            self._running.discard(task)

    async def _unanswered(self, interaction: Interaction, what: str, error: Exception) -> None:
        """Discord, or the way to it, kept an answer from the person."""
        if isinstance(error, discord.HTTPException) and harmless(error):
            log.info("discord: %s: %s", what, error)
            self._suspect_a_rival(error)
            return
        log.warning("discord: %s has no answer: %s", what, verdict(error))
        if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.BAD_REQUEST:
            await self._desk.stumbled("discord", A_COMMAND, error)  # what newsbell wrote is not as Discord wants it
            await self._tell(interaction, _APOLOGY)
        else:
            await self._tell(interaction, _LOST)

    async def _tell(self, interaction: Interaction, said: str) -> None:
        """Tell the person a sentence of bot.texts in place of an answer, if Discord takes it: it may be away."""
        words = texts(await self._language(interaction)).say(said)
        try:
            if not await _answered_with(interaction, words):
                await _say(interaction, Reply(words, done=False))
        except _OF_DISCORD as error:
            log.info("discord: nor can the person be told: %s", verdict(error))

    def _suspect_a_rival(self, error: discord.HTTPException) -> None:
        """Discord serves a second process with the same token, too, and tells neither; once may be a race of ours."""
        self._beaten += error.code == _ANSWERED_ALREADY
        if error.code == _ANSWERED_ALREADY and self._beaten == 2:
            log.error(_RIVAL)


async def _answered_with(interaction: Interaction, words: str) -> bool:
    """Whether this was the first answer: an acknowledgement that broke off may have arrived, or not."""
    if interaction.response.is_done():
        return False
    try:
        await interaction.response.send_message(words, ephemeral=True, allowed_mentions=NO_MENTIONS)
    except discord.HTTPException as error:
        if error.code != _ANSWERED_ALREADY:
            raise
        return False
    return True


async def _say(
    interaction: Interaction, reply: Reply, target: str = "", commands: Mapping[str, int] = MappingProxyType({})
) -> None:
    message = render_reply(reply, target=target, commands=commands)
    rows = panel_of(reply, target=target)
    view = view_of_panel(rows) if rows else buttons_of(message)
    if view is None and not reply.done and _in_place(interaction):
        await interaction.followup.send(message.content, ephemeral=True, allowed_mentions=NO_MENTIONS)
        return
    content, embed = message.content, None
    shown = render(reply.specimen.announcement, reply.specimen.look) if reply.specimen else None
    picture = _looked_at(shown) if shown else ""
    if shown and not isinstance(shown, ComponentsMessage):
        embed = embed_of(shown, picture)
        content = cut(f"{content}\n\n{shown.content}".strip(), limits.CONTENT)
    await interaction.edit_original_response(content=content, embed=embed, view=view, allowed_mentions=NO_MENTIONS)
    if isinstance(shown, ComponentsMessage) and (frame := view_of(shown, picture)):  # which stands beside no words
        await interaction.followup.send(view=frame, ephemeral=True, allowed_mentions=NO_MENTIONS)


def _in_place(interaction: Interaction) -> bool:
    """Whether there is a panel, which a mere refusal is not to wipe out."""
    return interaction.message is not None and interaction.message.flags.ephemeral


def _as_one(replies: Sequence[Reply]) -> Reply:
    """The replies to the commands of one press as the last of them, with what was done and refused before it.

    People are warned of what all of them together changed.
    """
    done, refused = ([reply for reply in replies if reply.done is so] for so in (True, False))
    last = (done or refused).pop()
    begins = dict.fromkeys(reply.text.partition("\n")[0] for reply in done)
    said = [line for line in begins if line not in last.text]
    return replace(
        last,
        text="\n".join((*said, last.text)),
        aside="\n".join(reply.text for reply in refused) or last.aside,
        known_looks=done[0].known_looks if done else last.known_looks,
    )


def _naming(place: Place, here: Place, reply: Reply, spoken: str) -> Reply:
    """The same reply, which says so if it is about another place than the one where it is read.

    `spoken` is the language that is spoken there.
    """
    if place.destination == here.destination or place.title in reply.text:
        return reply
    named = texts(reply.language or spoken).say("{place}:", place=place.title)
    return replace(reply, text=f"{named}\n{reply.text}")


def _aim(place: Place, here: Place) -> str:
    """What buttons say of the place that they are about; nothing: it is this one."""
    return "" if place.destination == here.destination else target_of(place.destination)


def _looked_at(message: Message) -> str:
    """The address of a picture that is only looked at; that of a file is left out."""
    picture = picture_of(message)
    return address_within(picture.url, limits.EMBED_URL) if picture and not picture.file else ""


def _choice(offer: Offer) -> app_commands.Choice[str]:
    return app_commands.Choice(name=cut(offer.label, limits.CHOICE) or offer.word, value=offer.word)
