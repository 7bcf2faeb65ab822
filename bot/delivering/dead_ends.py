"""Reasons for which a place comes back hardly ever. Adapters give them; who tells people of them promises no return."""

from __future__ import annotations

from typing import Final

from bot.texts import sentence

GROUP_DELETED: Final = sentence("the group was deleted; if there is a new one, type /subscribe there")
ACCOUNT_DELETED: Final = sentence("the person's account was deleted")
CHAT_MISSING: Final = sentence(
    "Telegram finds no such chat: it was deleted, or the bot is not in it; if it is still there, add the bot to it, "
    "else type /subscribe in another one"
)
CHANNEL_DELETED: Final = sentence("the channel was deleted; subscribe another one")
CHANNEL_MISSING: Final = sentence("the channel does not exist any more; subscribe another one")
THREAD_DELETED: Final = sentence("the thread was deleted; subscribe another one")

DEAD_ENDS: Final = frozenset(
    {GROUP_DELETED, CHAT_MISSING, ACCOUNT_DELETED, CHANNEL_DELETED, CHANNEL_MISSING, THREAD_DELETED}
)
"""A topic of Telegram's is none: it seems deleted as well while its group has topics turned off."""
