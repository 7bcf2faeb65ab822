"""The wire format: how parameters arrive and how objects leave (telegram.md 8.1)."""

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import BodyPartReader, web

from .refusals import RefusedError, bad_request


def names(text: str) -> frozenset[str]:
    """The names in `text`, which stand between blanks."""
    return frozenset(text.split())


INTEGERS: Final = names(
    "message_id message_thread_id direct_messages_topic_id offset limit timeout user_id live_period heading "
    "proximity_alert_radius cache_time max_connections"
)
FLOATS: Final = names("latitude longitude horizontal_accuracy")
FLAGS: Final = names(
    "disable_notification protect_content allow_paid_broadcast show_caption_above_media has_spoiler "
    "drop_pending_updates show_alert disable_content_type_detection for_channels"
)
STRUCTURES: Final = names(
    "entities caption_entities link_preview_options reply_parameters reply_markup media commands scope "
    "allowed_updates message_ids rights rich_message"
)
CHATS: Final = frozenset({"chat_id", "from_chat_id"})
UPLOAD_LIMIT_BYTES: Final = 50 * 1024 * 1024  # telegram.md 2.2


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    data: bytes
    mime_type: str


def without_blanks(body: dict[str, Any]) -> dict[str, Any]:
    """`body` without its None values: absent fields are left out, never `null`."""
    return {name: value for name, value in body.items() if value is not None}


def utf16_length(text: str) -> int:
    """How long Telegram finds `text`: in UTF-16 units (telegram.md 2.2)."""
    return len(text) + sum(1 for character in text if character > "\uffff")


def decode(name: str, value: Any) -> Any:
    """The value of the parameter `name`, which arrives as text unless the whole body was JSON."""
    if not isinstance(value, str):
        return value
    if name in FLAGS:
        return value.lower() in {"true", "1", "yes"}
    if name in CHATS:
        return int(value) if re.fullmatch(r"-?\d+", value) else value
    try:
        if name in INTEGERS:
            return int(value)
        if name in FLOATS:
            return float(value)
        return json.loads(value) if name in STRUCTURES else value
    except ValueError:
        raise bad_request(f"can't parse {name}: {value[:60]!r}") from None


async def read_parameters(request: web.Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """All parameters as they arrived, and the files beside them."""
    raw: dict[str, Any] = dict(request.query)
    files: dict[str, Upload] = {}
    if request.content_type == "multipart/form-data":
        await _read_parts(request, raw, files)
    elif request.content_type == "application/json":
        raw |= await request.json()
    else:
        raw |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    _check_letters(raw)
    return raw, files


def _check_letters(raw: dict[str, Any]) -> None:
    """Refuse half a character, which JSON lets through and Telegram does not (tdlib, `clean_input_string`)."""
    try:
        json.dumps(raw, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise bad_request("strings must be encoded in UTF-8") from None


async def _read_parts(request: web.Request, raw: dict[str, Any], files: dict[str, Upload]) -> None:
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name is None:
            continue
        data = bytes(await part.read())
        if part.filename is None:
            raw[part.name] = data.decode()
            continue
        if len(data) > UPLOAD_LIMIT_BYTES:
            raise RefusedError(413, "Request Entity Too Large")
        files[part.name] = Upload(part.filename, data, part.headers.get("Content-Type", "application/octet-stream"))
