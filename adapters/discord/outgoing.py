"""Rendered messages -> the objects that discord.py sends."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import discord

from adapters.discord import limits
from adapters.discord.render import EmbedMessage, LinkMessage, ReplyMessage, Upload
from adapters.discord.transport import NO_MENTIONS
from bot.errors import PictureRefused


@dataclass(frozen=True, slots=True)
class Parts:
    """What discord.py sends of a rendered message, made once for all its channels; only a file is opened for each.

    discord.py reads them and changes nothing: it makes a new payload of them for each call.
    """

    embed: discord.Embed | None
    button: discord.ui.View | None
    mentions: discord.AllowedMentions


def parts_of(message: EmbedMessage | LinkMessage) -> Parts:
    """Whatever of `message` can be sent many times. Wants a running event loop, as discord.py's views do."""
    return Parts(embed_of(message), button_of(message), mentions_of(message))


def has_picture(message: EmbedMessage | LinkMessage) -> bool:
    """Whether a refusal may be the picture's fault."""
    return isinstance(message, EmbedMessage) and bool(message.image_url or message.upload)


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


def file_of(message: EmbedMessage | LinkMessage) -> discord.File | None:
    """The picture that is sent along, opened. Raises PictureRefused where that can't be done."""
    upload = message.upload if isinstance(message, EmbedMessage) else None
    return _open(upload) if upload else None


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
    return _view(*(discord.ui.Button(label=each.label, custom_id=each.custom_id) for each in reply.buttons))


def mentions_of(message: EmbedMessage | LinkMessage) -> discord.AllowedMentions:
    """Exactly the role that the message may ping; nobody else, whatever its text says."""
    if not message.mention:
        return NO_MENTIONS
    role = discord.Object(int(message.mention))
    return discord.AllowedMentions(everyone=False, users=False, roles=[role], replied_user=False)


def _open(upload: Upload) -> discord.File:
    path = Path(upload.file)
    try:
        if path.stat().st_size > limits.FILE_BYTES:
            raise PictureRefused(f"the picture {path.name} is larger than Discord takes (10 MiB)")
        return discord.File(path, filename=upload.name, description=upload.alt or None)
    except OSError as error:
        raise PictureRefused(f"the picture {path.name} can't be read: {error.strerror}") from error


def _view(*buttons: discord.ui.Button[discord.ui.View]) -> discord.ui.View:
    """Finished at once, so that discord.py keeps nothing of it: presses are recognized by their custom_id."""
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
