"""Rendered messages -> what discord.py sends."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import aiohttp
import discord
from discord import ui
from discord.http import MultipartParameters, handle_message_parameters

from adapters.discord.images import NONE, Attachment, Image
from adapters.discord.render import (
    CommandButton,
    ComponentsMessage,
    EmbedMessage,
    LinkButton,
    Message,
    ReplyMessage,
    picture_of,
)
from adapters.discord.transport import NO_MENTIONS
from bot.models import PictureFile

Form = list[dict[str, Any]]
"""The fields of a body with a file, as discord.py's requests take them."""

_NO_BYTES: Final = io.BytesIO()


@dataclass(frozen=True)
class Rendering:
    """A rendered message as discord.py sends it, made once for all its channels; only bytes are added for each.

    discord.py reads the parts and changes nothing. It wants a running event loop where they are made. Of `image` only
    its url counts.
    """

    message: Message
    image: Image = NONE

    @cached_property
    def embed(self) -> discord.Embed | None:
        """The card of the message, if it is one."""
        return embed_of(self.message, self.image.url)

    @cached_property
    def view(self) -> ui.View | ui.LayoutView | None:
        """Its components, if it has any."""
        return view_of(self.message, self.image.url)

    @cached_property
    def mentions(self) -> discord.AllowedMentions:
        """Whom it may ping."""
        return mentions_of(self.message)

    @property
    def has_picture(self) -> bool:
        """Whether a refusal may be the picture's fault."""
        return bool(self.image.url)

    @cached_property
    def draft(self) -> str:
        """The JSON that `channel.send` would make of the message, but for its nonce.

        It is discord.py's own maker that makes it.
        """
        with self._made(file=self._file(_NO_BYTES) if self.image.own_name else None) as made:
            payload = json.loads(made.multipart[0]["value"]) if made.multipart else made.payload
        return json.dumps(payload, separators=(",", ":"))

    def starter(self, thread: Mapping[str, object], file: PictureFile | None) -> MultipartParameters:
        """What starts a `thread` of a forum with the message; whoever sends it closes it."""
        return self._made(channel_payload=dict(thread), file=self._file(io.BytesIO(file.content)) if file else None)

    def body(
        self, nonce: str, reference: discord.MessageReference | None, file: PictureFile | None
    ) -> aiohttp.BytesPayload | Form:
        """What is posted in one channel. discord.py may write it again, where it repeats a request."""
        own = f'"nonce":{json.dumps(nonce)},"enforce_nonce":true'
        if reference is not None:
            own += f',"message_reference":{json.dumps(reference.to_message_reference_dict())}'
        return self._posted(own, file)

    def signed(self, own: Mapping[str, object], file: PictureFile | None) -> aiohttp.BytesPayload | Form:
        """What is posted, with fields of its `own` (at least one)."""
        return self._posted(json.dumps(own)[1:-1], file)

    def _posted(self, own: str, file: PictureFile | None) -> aiohttp.BytesPayload | Form:
        text = f"{{{own},{self.draft[1:]}"
        if file is None:
            return aiohttp.BytesPayload(text.encode(), content_type="application/json")
        content = {"value": file.content, "filename": file.name, "content_type": file.kind}
        return [{"name": "payload_json", "value": text}, {"name": "files[0]", **content}]

    def edited(self, file: PictureFile | None, stays: Attachment | None) -> MultipartParameters:
        """What a message is edited to. Of its files only what is named stays; whom it may ping is always said.

        What it does not have any more is named as well; but what is of components has never had a content or an embed.
        """
        files: list[Any] = [_Stays(stays, self._alt)] if stays else []
        if file is not None:
            files = [self._file(io.BytesIO(file.content))]
        nothing: dict[str, Any] = {} if self._is_layout else {"content": None, "embed": None}
        return handle_message_parameters(**{"view": None, **nothing, **_given(**self._parts())}, attachments=files)

    def _made(self, **further: object) -> MultipartParameters:
        options = _given(**self._parts(), flags=self._flags(), **further)
        return handle_message_parameters(**{"content": None, "view": None, **options})

    def _parts(self) -> dict[str, Any]:
        content = None if self._is_layout else self.message.content or None
        return {"content": content, "embed": self.embed, "view": self.view, "allowed_mentions": self.mentions}

    @property
    def _is_layout(self) -> bool:
        return isinstance(self.message, ComponentsMessage)

    def _flags(self) -> discord.MessageFlags | None:
        return discord.MessageFlags(suppress_notifications=True) if self.message.silent else None

    @property
    def _alt(self) -> str:
        picture = picture_of(self.message)
        return picture.alt if picture else ""

    def _file(self, content: io.BytesIO) -> discord.File:
        return discord.File(content, self.image.own_name, description=self._alt or None)


@dataclass(frozen=True, slots=True)
class _Stays:
    """An attachment that an edit keeps, as discord.py asks for it; its alt text may be a new one (docs #8429)."""

    attachment: Attachment
    alt: str

    def to_dict(self) -> dict[str, str]:
        return {"id": self.attachment.id, "description": self.alt}


def embed_of(message: Message, picture: str = "") -> discord.Embed | None:
    """The card of a message, if it is one, with the address of its picture."""
    if not isinstance(message, EmbedMessage):
        return None
    embed = discord.Embed(
        title=message.title or None,
        url=message.url or None,
        description=message.description or None,
        colour=message.colour,
        timestamp=message.timestamp,
    )
    if picture:
        embed.set_image(url=picture)
    if message.foot:
        embed.set_footer(text=message.foot)
    return embed


def view_of(message: Message, picture: str = "") -> ui.View | ui.LayoutView | None:
    """The components of a message, if it has any, with the address of its picture where that is one of them."""
    match message:
        case ComponentsMessage():
            return _layout(message, picture)
        case EmbedMessage(button=LinkButton() as button):
            return _view(ui.Button(label=button.label, url=button.url))
    return None


def buttons_of(reply: ReplyMessage) -> ui.View | None:
    """The buttons of a reply, if it has any."""
    if not reply.buttons:
        return None
    return _view(*(_reply_button(button) for button in reply.buttons))


def _reply_button(button: CommandButton | LinkButton) -> ui.Button[ui.View]:
    if isinstance(button, LinkButton):
        return ui.Button(label=button.label, url=button.url)
    return ui.Button(label=button.label, custom_id=button.custom_id)


def mentions_of(message: Message) -> discord.AllowedMentions:
    """Exactly the role that the message may ping; nobody else, whatever its text says."""
    if not message.mention:
        return NO_MENTIONS
    role = discord.Object(int(message.mention))
    return discord.AllowedMentions(everyone=False, users=False, roles=[role], replied_user=False)


def _given(**options: Any) -> dict[str, Any]:
    return {name: option for name, option in options.items() if option is not None}


def _layout(message: ComponentsMessage, picture: str) -> ui.LayoutView:
    """The frame, and above it what notifies."""
    view = ui.LayoutView(timeout=None)
    if message.content:
        view.add_item(ui.TextDisplay(message.content))
    view.add_item(ui.Container(*_components(message, picture), accent_colour=message.colour))
    view.stop()
    return view


def _components(message: ComponentsMessage, picture: str) -> Iterator[ui.Item[ui.LayoutView]]:
    if message.heading:
        yield ui.TextDisplay(message.heading)
    if message.words:
        yield ui.TextDisplay(message.words)
    if picture and message.picture:
        yield ui.MediaGallery(discord.MediaGalleryItem(picture, description=message.picture.alt or None))
    if message.foot:
        yield ui.TextDisplay(message.foot)
    if message.button:
        yield ui.ActionRow(ui.Button(label=message.button.label, url=message.button.url))


def _view(*buttons: ui.Button[ui.View]) -> ui.View:
    """Finished at once, so that discord.py keeps nothing of it: presses are recognized by their custom_id."""
    view = ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()
    return view
