"""Links that open the bot: in a private chat, or to let it into a group or channel. Pure.

`startgroup` and `startchannel` let the client ask for the chat, and for the rights of `admin`, before anything is sent
(https://core.telegram.org/api/links#bot-links).
"""

from __future__ import annotations

from typing import Final

from telegram.helpers import create_deep_linked_url

from adapters.telegram.rights import CHANNEL_RIGHTS

HELLO: Final = "hello"
"""What the client of a person who adds the bot to a group by a link types there after /start."""


def start_link(bot: str, code: str) -> str:
    """Opens the private chat with the bot called `bot`; pressing Start sends `/start <code>`."""
    return create_deep_linked_url(bot, code)


def group_link(bot: str) -> str:
    """Adds the bot to a group that the person chooses."""
    return create_deep_linked_url(bot, HELLO, group=True)


def channel_link(bot: str) -> str:
    """Makes the bot an administrator of a channel that the person chooses; in one where it is, gives it the rights."""
    return f"https://t.me/{bot}?startchannel&admin={'+'.join(CHANNEL_RIGHTS)}"
