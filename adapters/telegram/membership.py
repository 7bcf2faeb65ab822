"""What the bot may do in a chat, read from what Telegram says that it is there. Pure."""

from __future__ import annotations

from typing import Final

from telegram import Chat, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType

from adapters.telegram.verdicts import BLOCKED, REMOVED
from bot.texts import sentence

AWAY: Final = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


def why_silent(bot: ChatMember, chat_type: str) -> str:
    """Why the bot can't write to the chat, with the mend; empty if it can."""
    if chat_type == ChatType.PRIVATE:
        return BLOCKED if bot.status in AWAY else ""
    if bot.status in AWAY:
        return REMOVED
    if chat_type == ChatType.CHANNEL and not _may_post(bot):
        return sentence(
            "the bot may not post in the channel; make it an administrator who may post messages: tap the channel's "
            "name, then Edit, Administrators, and choose the bot"
        )
    if isinstance(bot, ChatMemberRestricted) and not (bot.is_member and bot.can_send_messages):
        return sentence(
            "the bot may not write in the group; allow it to send messages: tap the group's name, then Edit, "
            "Administrators, and add the bot there"
        )
    return ""


def _may_post(bot: ChatMember) -> bool:
    return isinstance(bot, ChatMemberAdministrator) and bool(bot.can_post_messages)


def may_tidy(bot: ChatMember) -> bool:
    """Whether the bot may remove what others write in a channel."""
    return isinstance(bot, ChatMemberAdministrator) and bool(bot.can_delete_messages)


def may_pin(bot: ChatMember, chat: Chat | ChatFullInfo) -> bool:
    """Whether the bot may pin in the chat (reference: 6.2): as an administrator, or where all members may."""
    if chat.type == ChatType.PRIVATE:
        return True
    if isinstance(bot, ChatMemberAdministrator):
        return bool(bot.can_edit_messages if chat.type == ChatType.CHANNEL else bot.can_pin_messages)
    if isinstance(bot, ChatMemberRestricted):
        return bool(bot.can_pin_messages)
    permissions = chat.permissions if isinstance(chat, ChatFullInfo) else None
    return bool(permissions and permissions.can_pin_messages)
