"""Keyboards below the input line, with buttons that ask for a chat (Bot API, KeyboardButtonRequestChat)."""

from collections.abc import Iterator
from typing import Any, Final

from .call import Call
from .chats import Chat
from .refusals import bad_request

REQUEST_IDS: Final = range(-(2**31), 2**31)  # "Signed 32-bit identifier of the request"
Json = dict[str, Any]


def check_keyboard(call: Call, chat: Chat) -> None:
    """Refuse a keyboard that Telegram would not show; the texts are from memory, unverified."""
    requests = list(_requests(_rows(call)))
    if requests and chat.kind != "private":
        raise bad_request("chats can be requested in private chats only")  # "Available in private chats only."
    ids = [request["request_id"] for request in requests]
    if len(set(ids)) < len(ids) or any(number not in REQUEST_IDS for number in ids):
        raise bad_request("request_id must be unique within the message")  # "Must be unique within the message."
    for request in requests:
        bots, users = rights_in(request, "bot_administrator_rights"), rights_in(request, "user_administrator_rights")
        if not bots <= users:  # "The rights must be a subset of user_administrator_rights."
            raise bad_request("the bot's rights must be a subset of the user's")


def show_keyboard(call: Call, chat: Chat) -> None:
    """A sent message changes what stands below the input line; an inline keyboard does not."""
    markup = call.parameters.get("reply_markup") or {}
    if "keyboard" in markup:
        chat.reply_keyboard = _rows(call)
    elif markup.get("remove_keyboard"):
        chat.reply_keyboard = ()


def rights_in(request: Json, whose: str) -> frozenset[str]:
    """The rights that a request names for `whose`."""
    return frozenset(right for right, wanted in request.get(whose, {}).items() if wanted)


def _rows(call: Call) -> tuple[tuple[Json, ...], ...]:
    markup = call.parameters.get("reply_markup") or {}
    return tuple(tuple(row) for row in markup.get("keyboard", ()))


def _requests(rows: tuple[tuple[Json, ...], ...]) -> Iterator[Json]:
    for row in rows:
        for button in row:
            if not button["text"]:
                raise bad_request("keyboard button text must be non-empty")
            if "request_chat" in button:
                yield button["request_chat"]
