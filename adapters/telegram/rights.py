"""The rights that the bot asks for, by whatever way somebody makes it an administrator: as few as do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from telegram import ChatAdministratorRights

CHANNEL_RIGHTS: Final = ("post_messages", "edit_messages", "delete_messages")
"""To post; to pin, and to edit what another bot of the same site posted; and to tidy commands away."""

GROUP_RIGHTS: Final = ("manage_chat", "pin_messages")
"""To be told for certain who is an administrator, and to pin. To write needs no right."""


def administrator(rights: Iterable[str]) -> ChatAdministratorRights:
    """One who may do this and nothing else."""
    none = ChatAdministratorRights.no_rights().to_dict()
    made = ChatAdministratorRights.de_json(none | {f"can_{right}": True for right in rights})
    assert isinstance(made, ChatAdministratorRights)
    return made
