"""Roles of a server: by the names that its people know, and by the ids under which they are stored. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from bot.models import Command
from bot.subscribing.options import NOBODY, UnclearOption
from bot.subscribing.wording import quoted
from bot.texts import Texts, sentence

_MENTION: Final = re.compile(r"<@&(\d+)>")  # Discord's docs, reference: Message Formatting

_UNKNOWN: Final = sentence("There is no role “{role}” on this server. Choose one from the list, or type its name.")
_SEVERAL: Final = sentence("Several roles are called “{role}”. Choose one from the list.")
_EVERYONE: Final = sentence("I mention single roles, and never everyone: please choose another role.")
_GONE: Final = sentence("a role that was deleted")


def role_meant(command: Command, typed: str) -> str:
    """The id of a role that was typed by name, as a mention or by its id, or nobody; what was typed if none is known.

    Raises UnclearOption where the server has no such role, or several.
    """
    word = _called(typed)
    if word.lower() == NOBODY:
        return NOBODY
    found = _MENTION.fullmatch(word)
    role = found[1] if found else word
    if role in command.role_names or not command.role_names:
        return role
    named = [each for each, name in command.role_names.items() if _called(name) == word]
    named = named or [each for each, name in command.role_names.items() if _called(name).casefold() == word.casefold()]
    if len(named) != 1:
        raise UnclearOption(_SEVERAL if named else _UNKNOWN, role=quoted(word))
    return named[0]


def mention_meant(command: Command, typed: str) -> str:
    """Likewise of a role that is to be mentioned. Raises UnclearOption for @everyone as well."""
    role = role_meant(command, typed)
    if role == command.server:  # the id of @everyone is that of the server (Discord's docs, topics/permissions)
        raise UnclearOption(_EVERYONE)
    return role


def role_named(command: Command, texts: Texts, role: str) -> str:
    """What people know the role with this id by: "@Sport fans"; the id where no roles are known."""
    if not command.role_names:
        return role
    name = command.role_names.get(role)
    return f"@{_called(name)}" if name else texts.say(_GONE)


def mentioned(command: Command, texts: Texts, options: Mapping[str, Any]) -> str:
    """The role that posts with these stored options mention, as people know it; empty: none."""
    role = options.get("mention")
    return role_named(command, texts, str(role)) if role else ""


def _called(name: str) -> str:
    return " ".join(name.split()).removeprefix("@")
