"""Rendered messages as the calls that the adapters make of them: what the platforms' servers would be asked for.

The platforms' libraries write these calls; here they are known only by their names (Bot API; Discord's docs,
resources/message), and a test compares them with what the libraries really send.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from adapters.discord.render import EmbedMessage, LinkMessage
from adapters.telegram.render import Buttons, Message, RichMessage, TextMessage

_SILENT: Final = 1 << 12  # Discord: SUPPRESS_NOTIFICATIONS
_ROW, _BUTTON, _LINK = 1, 2, 5  # Discord: kinds of components, and the style of a button


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


def discord_payload(message: EmbedMessage | LinkMessage) -> Payload:
    """The call that sends `message`; the channel is left out."""
    fields: dict[str, Any] = {"content": message.content} if message.content else {}
    file = ""
    if isinstance(message, EmbedMessage):
        fields["embeds"] = [_embed(message)]
        if message.button:
            button = {"type": _BUTTON, "style": _LINK, "label": message.button.label, "url": message.button.url}
            fields["components"] = [{"type": _ROW, "components": [button]}]
        if message.upload:
            file = message.upload.file
            described = {"description": message.upload.alt} if message.upload.alt else {}
            fields["attachments"] = [{"id": 0, "filename": message.upload.name, **described}]
    fields["allowed_mentions"] = {"parse": [], **({"roles": [message.mention]} if message.mention else {})}
    if message.silent:
        fields["flags"] = _SILENT
    return Payload("POST /channels/{channel}/messages", fields, file)


def _embed(message: EmbedMessage) -> dict[str, Any]:
    picture = message.upload.url if message.upload else message.image_url
    embed = {
        "title": message.title,
        "url": message.url,
        "description": message.description,
        "color": message.colour,
        "timestamp": message.timestamp.isoformat() if message.timestamp else "",
        "image": {"url": picture} if picture else {},
        "footer": {"text": message.footer} if message.footer else {},
    }
    return {name: value for name, value in embed.items() if value not in ("", {})}
