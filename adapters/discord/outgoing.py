"""Rendered messages -> the objects that discord.py sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import aiohttp
import discord
from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord import limits
from adapters.discord.render import CommandButton, EmbedMessage, LinkButton, LinkMessage, ReplyMessage, Upload
from adapters.discord.transport import NO_MENTIONS
from bot.errors import PictureRefused
from bot.texts import Reason


@dataclass(frozen=True)
class Rendering:
    """A rendered message as discord.py sends it, made once for all its channels; only a file is opened for each.

    discord.py reads the parts and changes nothing. It wants a running event loop where they are made.
    """

    message: EmbedMessage | LinkMessage

    @cached_property
    def embed(self) -> discord.Embed | None:
        """The frame of the message, if it has one."""
        return embed_of(self.message)

    @cached_property
    def button(self) -> discord.ui.View | None:
        """Its link button, if it has one."""
        return button_of(self.message)

    @cached_property
    def mentions(self) -> discord.AllowedMentions:
        """Whom it may ping."""
        return mentions_of(self.message)

    @cached_property
    def draft(self) -> str:
        """The JSON that `channel.send` would make of the message, but for its nonce and without its file.

        It is discord.py's own maker that makes it.
        """
        with self._made() as made:
            return json.dumps(made.payload, separators=(",", ":"))

    def starter(self, thread: Mapping[str, object]) -> MultipartParameters:
        """What starts a `thread` of a forum with the message; whoever sends it closes it. Raises PictureRefused."""
        return self._made(channel_payload=dict(thread), file=self.file())

    def _made(self, **further: object) -> MultipartParameters:
        options: dict[str, Any] = {"embed": self.embed, **further}
        if self.message.silent:
            options["flags"] = discord.MessageFlags(suppress_notifications=True)
        return handle_message_parameters(
            self.message.content or None, view=self.button, allowed_mentions=self.mentions, **_given(options)
        )

    @property
    def has_picture(self) -> bool:
        """Whether a refusal may be the picture's fault."""
        return isinstance(self.message, EmbedMessage) and bool(self.message.image_url or self.message.upload)

    def file(self) -> discord.File | None:
        """The picture that is sent along, opened. Raises PictureRefused where that can't be done."""
        upload = self.message.upload if isinstance(self.message, EmbedMessage) else None
        return _open(upload) if upload else None

    def body(self, nonce: str, reference: discord.MessageReference | None) -> aiohttp.BytesPayload:
        """What is posted in one channel. discord.py may write it again, where it repeats a request."""
        own: dict[str, object] = {"nonce": nonce, "enforce_nonce": True}
        if reference is not None:
            own["message_reference"] = reference.to_message_reference_dict()
        text = f"{json.dumps(own)[:-1]},{self.draft[1:]}"
        return aiohttp.BytesPayload(text.encode(), content_type="application/json")

    async def upload(
        self,
        channel: discord.PartialMessageable,
        file: discord.File,
        nonce: str,
        reference: discord.MessageReference | None,
    ) -> str:
        """Send with a file, and the id of what was sent."""
        options: dict[str, Any] = {"embed": self.embed, "view": self.button, "reference": reference}
        sent = await channel.send(
            self.message.content or None,
            file=file,
            nonce=nonce,
            silent=self.message.silent,
            allowed_mentions=self.mentions,
            **_given(options),
        )
        return str(sent.id)


def embed_of(message: EmbedMessage | LinkMessage) -> discord.Embed | None:
    """The frame of a message, if it has one."""
    if isinstance(message, LinkMessage):
        return None
    embed = discord.Embed(
        title=message.title or None,
        url=message.url or None,
        description=message.description or None,
        colour=message.colour,
        timestamp=message.timestamp,
    )
    if picture := message.upload.url if message.upload else message.image_url:
        embed.set_image(url=picture)
    if message.footer:
        embed.set_footer(text=message.footer)
    return embed


def button_of(message: EmbedMessage | LinkMessage) -> discord.ui.View | None:
    """The link button of a message, if it has one."""
    button = message.button if isinstance(message, EmbedMessage) else None
    if button is None:
        return None
    return _view(discord.ui.Button(label=button.label, url=button.url))


def buttons_of(reply: ReplyMessage) -> discord.ui.View | None:
    """The buttons of a reply, if it has any."""
    if not reply.buttons:
        return None
    return _view(*(_reply_button(button) for button in reply.buttons))


def _reply_button(button: CommandButton | LinkButton) -> discord.ui.Button[discord.ui.View]:
    if isinstance(button, LinkButton):
        return discord.ui.Button(label=button.label, url=button.url)
    return discord.ui.Button(label=button.label, custom_id=button.custom_id)


def mentions_of(message: EmbedMessage | LinkMessage) -> discord.AllowedMentions:
    """Exactly the role that the message may ping; nobody else, whatever its text says."""
    if not message.mention:
        return NO_MENTIONS
    role = discord.Object(int(message.mention))
    return discord.AllowedMentions(everyone=False, users=False, roles=[role], replied_user=False)


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    return {name: option for name, option in options.items() if option is not None}


def _open(upload: Upload) -> discord.File:
    path = Path(upload.file)
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise PictureRefused(Reason("the picture {name} is larger than Discord takes (10 MiB)", name=path.name))
        return discord.File(path, filename=upload.name, description=upload.alt or None)
    except OSError as error:
        raise PictureRefused(
            Reason("the picture {name} can't be read: {error}", name=path.name, error=str(error.strerror))
        ) from error


def _view(*buttons: discord.ui.Button[discord.ui.View]) -> discord.ui.View:
    """Finished at once, so that discord.py keeps nothing of it: presses are recognized by their custom_id."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
