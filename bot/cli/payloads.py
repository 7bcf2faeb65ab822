"""Rendered messages as the calls that the adapters make of them: what the platforms' servers would be asked for.

The platforms' libraries write these calls; here they are known only by their names (Bot API; Discord's docs,
resources/message), and a test compares them with what the libraries really send.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final

from adapters.discord.render import ComponentsMessage, EmbedMessage, LinkButton, picture_of
from adapters.discord.render import Message as DiscordMessage
from adapters.telegram.render import Buttons, Message, RichMessage, TextMessage

_SILENT: Final = 1 << 12  # Discord: SUPPRESS_NOTIFICATIONS
_COMPONENTS_V2: Final = 1 << 15  # Discord: IS_COMPONENTS_V2
_ROW, _BUTTON, _TEXT, _GALLERY, _CONTAINER = 1, 2, 10, 12, 17  # Discord: kinds of components
_LINK: Final = 5  # … and the style of a button


@dataclass(frozen=True, slots=True)
class Payload:
    """A call: what is called, with what; and the local file that is sent along, if any."""

    method: str
    fields: dict[str, Any]
    file: str = ""


def telegram_payload(message: Message) -> Payload:
    """The call that sends `message`; chat and topic are left out."""
    html = {} if isinstance(message, RichMessage) else {"parse_mode": "HTML"}
    common: dict[str, Any] = {**html, "disable_notification": message.silent}
    if message.protect:
        common["protect_content"] = True
    if message.buttons:
        common["reply_markup"] = {"inline_keyboard": _keyboard(message.buttons)}
    if isinstance(message, RichMessage):
        article: dict[str, Any] = {"html": message.article, **({"is_rtl": True} if message.right_to_left else {})}
        return Payload("sendRichMessage", {"rich_message": article, **common})
    if isinstance(message, TextMessage):
        return Payload("sendMessage", {"text": message.text, "link_preview_options": _card(message), **common})
    file = message.picture.file or ""
    photo = {} if file else {"photo": message.picture.url}
    return Payload("sendPhoto", {**photo, "caption": message.caption, **common}, file)


def _keyboard(buttons: Buttons) -> list[list[dict[str, str]]]:
    return [[{"text": button.label, "url": button.url} for button in row] for row in buttons]


def _card(message: TextMessage) -> dict[str, Any]:
    if not message.preview_url:
        return {"is_disabled": True}
    return {"url": message.preview_url, "prefer_large_media": True, "show_above_text": True}


def discord_payload(message: DiscordMessage) -> Payload:
    """The call that sends `message`; the channel is left out. A picture that is no file is shown by its address."""
    picture, flags = picture_of(message), _SILENT if message.silent else 0
    file = (picture.file or "") if picture else ""
    name = f"picture{PurePath(file).suffix.lower().replace('.jpg', '.jpeg')}"
    shown = f"attachment://{name}" if file else (picture.url or "") if picture else ""
    fields: dict[str, Any] = {}
    if isinstance(message, ComponentsMessage):
        flags |= _COMPONENTS_V2
        fields["components"] = _frame(message, shown)
    else:
        fields["content"] = message.content
    if isinstance(message, EmbedMessage):
        fields["embeds"] = [_embed(message, shown)]
        fields["components"] = [_row(message.button)] if message.button else []
    if picture and file:
        described = {"description": picture.alt} if picture.alt else {}
        fields["attachments"] = [{"id": 0, "filename": name, **described}]
    fields["allowed_mentions"] = {"parse": [], **({"roles": [message.mention]} if message.mention else {})}
    fields["flags"] = flags
    return Payload("POST /channels/{channel}/messages", _said(fields), file)


def _embed(message: EmbedMessage, picture: str) -> dict[str, Any]:
    embed = {
        "title": message.title,
        "url": message.url,
        "description": message.description,
        "color": message.colour,
        "timestamp": message.timestamp.isoformat() if message.timestamp else "",
        "image": {"url": picture} if picture else {},
        "footer": {"text": message.foot} if message.foot else {},
    }
    return _said(embed)


def _frame(message: ComponentsMessage, picture: str) -> list[dict[str, Any]]:
    """What notifies, and the frame below it."""
    shown = _said({"media": {"url": picture}, "description": message.picture.alt if message.picture else ""})
    inside = [
        _text(message.heading),
        _text(message.words),
        {"type": _GALLERY, "items": [shown]} if picture else {},
        _text(message.foot),
        _row(message.button) if message.button else {},
    ]
    frame = {"type": _CONTAINER, "accent_color": message.colour, "components": [part for part in inside if part]}
    return [part for part in (_text(message.content), frame) if part]


def _text(words: str) -> dict[str, Any]:
    return {"type": _TEXT, "content": words} if words else {}


def _row(button: LinkButton) -> dict[str, Any]:
    return {"type": _ROW, "components": [{"type": _BUTTON, "style": _LINK, "label": button.label, "url": button.url}]}


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    """`fields` without those that say nothing."""
    return {name: value for name, value in fields.items() if value not in ("", {}, [], 0)}
