"""Updates as Telegram has them, and as python-telegram-bot (PTB) does: each is made on its own.

PTB's `get_updates` makes all that an answer brings, or none of it, and writes it to the log where it can't: one update
of a kind that it misreads would come back for ever, keep back all others, and show what people said.
"""

from __future__ import annotations

import logging
from typing import Any, Final

from telegram import Bot, Update
from telegram.error import TelegramError

from adapters.telegram.askers import PLATFORM
from bot.ports import Notices
from bot.subscribing.mistakes import WHAT_COMES_IN, own_up

log = logging.getLogger(__name__)

Raw = dict[str, Any]
"""An update as JSON has it; `update_id` is an int."""

# Edited messages are not wanted: a command that is mended later would do something when nobody expects it any more.
WANTED: Final = (Update.MESSAGE, Update.CHANNEL_POST, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)

_WRITTEN: Final = (Update.MESSAGE, Update.CHANNEL_POST)


async def fetch(bot: Bot, offset: int | None, *, seconds: int) -> list[Raw]:
    """The updates from `offset` on, waiting for one for so long. Raises what PTB raises.

    For a dead token that is EndPointNotFound, too.
    """
    updates = await bot.do_api_request(
        "get_Updates",  # in this spelling PTB does not take it for its own method, and makes nothing of the answer
        api_kwargs={"offset": offset, "timeout": seconds, "allowed_updates": WANTED},
        read_timeout=(bot.request.read_timeout or 0) + seconds,  # the poll's own connection has the same
    )
    if not isinstance(updates, list) or not all(is_update(update) for update in updates):
        raise TelegramError("Invalid server response")
    return updates


def is_update(found: object) -> bool:
    """Whether that is an update: one without a number can't be told from others."""
    return isinstance(found, dict) and isinstance(found.get("update_id"), int)


def written(update: Raw) -> tuple[str, str] | None:
    """Chat and id of the message that somebody wrote; None: it is no message."""
    message: Any = next((update[kind] for kind in _WRITTEN if kind in update), None)
    try:
        return str(message["chat"]["id"]), str(message["message_id"])
    except (KeyError, TypeError):
        return None


async def understood(update: Raw, bot: Bot, notices: Notices | None) -> Update | None:
    """`update` as PTB has it; None where PTB can't read it: that is said, without anything of what it says."""
    try:
        return Update.de_json(update, bot)
    except Exception as error:  # noqa: BLE001 - whatever a library may raise at what it does not know
        kind = next((name for name in update if name != "update_id"), "nothing")
        # Neither the error's words, which may quote what was said, nor its trace.
        log.error(
            "update %s (%s) was left aside, for python-telegram-bot can't read it (%s); look for a newer newsbell",
            update["update_id"],
            kind,
            type(error).__name__,
        )
        await own_up(notices, PLATFORM, WHAT_COMES_IN, error)
        return None
