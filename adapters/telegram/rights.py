"""The rights that the bot asks for when somebody adds it to a chat as an administrator: as few as do."""

from __future__ import annotations

from typing import Final

from telegram import ChatAdministratorRights

_NONE: Final = ChatAdministratorRights.no_rights().to_dict()

CHANNEL_RIGHTS: Final = ChatAdministratorRights(
    **_NONE | {"can_manage_chat": True, "can_post_messages": True, "can_delete_messages": True}
)
"""Post, and remove the commands that are typed there. Not to edit others' posts, although pinning asks for it: with
that right nobody can tell any more which of two messages is the bot's own (ADR 0017)."""

GROUP_RIGHTS: Final = ChatAdministratorRights(**_NONE | {"can_manage_chat": True, "can_pin_messages": True})
"""Who is there, which only administrators are told for certain, and to pin. To write needs no right."""
