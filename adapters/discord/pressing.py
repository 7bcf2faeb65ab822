"""What people do with panels -> the commands that it types, read from the interaction alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from adapters.discord.commands import Interaction
from adapters.discord.panel import LISTED, switched
from adapters.discord.render import Press, pressed


@dataclass(frozen=True, slots=True)
class Pressing:
    """What was pressed, chosen or written. `target` is the place that it is about; empty: the one where it was done."""

    target: str
    commands: tuple[str, ...]
    custom_id: str
    opens: bool = False  # a window is asked for, for what is to stand behind the command
    in_place: bool = False  # it was done in an answer that the person alone sees


def read_pressing(interaction: Interaction) -> Pressing | None:
    """What the person did; None: with nothing of ours."""
    data: Mapping[str, Any] = interaction.data or {}
    custom_id = str(data.get("custom_id", ""))
    press = pressed(custom_id)
    if press is None:
        return None
    target, commands, opens = press.target, _written(data, press), False
    match data.get("component_type"):
        case discord.ComponentType.button.value:
            commands, opens = [press.command], press.asks
        case discord.ComponentType.select.value:
            commands = _chosen(interaction, data, press)
        case discord.ComponentType.role_select.value:
            commands = [_typed(press, "".join(data["values"][:1]))]
        case discord.ComponentType.channel_select.value:
            target, commands = "".join(data["values"][:1]), [press.command]
    message = interaction.message
    in_place = message is not None and message.flags.ephemeral
    return Pressing(target, tuple(commands), custom_id, opens=opens, in_place=in_place)


def _chosen(interaction: Interaction, data: Mapping[str, Any], press: Press) -> list[str]:
    """The commands of the lines that were chosen, or of the switches that were changed."""
    if not press.command.startswith(LISTED):
        return []
    menu = next((each for each in _menus(interaction) if each.custom_id == data["custom_id"]), None)
    if menu is None or menu.min_values:
        return list(data["values"])
    return switched({option.value: option.default for option in menu.options}, data["values"])


def _menus(interaction: Interaction) -> Iterator[discord.SelectMenu]:
    """The lists of the message, as they were shown."""
    for row in interaction.message.components if interaction.message else ():
        if isinstance(row, discord.ActionRow):
            yield from (each for each in row.children if isinstance(each, discord.SelectMenu))


def _written(data: Mapping[str, Any], press: Press) -> list[str]:
    """The command with what was written into a window."""
    fields = (each.get("component", {}) for each in data.get("components", ()))
    return [_typed(press, str(field.get("value", "")).strip()) for field in fields]


def _typed(press: Press, value: str) -> str:
    return f"{press.command} {value or press.nothing}".rstrip()
