"""Replies as panels of lists, pickers and buttons: what they carry in their custom_ids, and what a press types. Pure.

Nothing is remembered of a panel: custom_ids and the values of lists are commands, so that presses outlive a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.discord import limits
from adapters.discord.render import PREFIX
from bot.composing.cutting import cut, utf16_length
from bot.models import Ask, Choice, PanelRow, Pick, Reply, Wanted

LISTED: Final = "#"
"""What the custom_id of a list has in place of a command: those are the values of its options."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that is a typed command; `asks` for what is typed behind it."""

    label: str
    custom_id: str
    on: bool = False
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """One line of a list."""

    label: str
    command: str
    note: str
    on: bool


@dataclass(frozen=True, slots=True)
class OptionList:
    """A list, of which one line is chosen, or any number of them."""

    label: str
    custom_id: str
    options: tuple[Option, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """A list that Discord fills itself: with the roles of the server, or its channels. `value` is the one chosen."""

    label: str
    custom_id: str
    wanted: Wanted
    value: str
    optional: bool


Row = OptionList | Picker | tuple[Button, ...]


def panel_of(reply: Reply, *, target: str = "") -> tuple[Row, ...]:
    """The panel of a reply, within Discord's limits; `target` is the channel that it is about, if not this one."""
    prefix = f"{PREFIX}@{target}" if target else PREFIX
    rows = [_row(row, prefix, number) for number, row in enumerate(reply.panel)]
    return tuple(row for row in rows if row is not None)[: limits.ROWS]


def asked_for(reply: Reply, command: str) -> Ask | None:
    """The question that `command` is to answer, where a reply has it."""
    cells = [cell for row in reply.panel if isinstance(row, tuple) for cell in row]
    return next((cell for cell in cells if isinstance(cell, Ask) and cell.command == command), None)


def switched(offered: Mapping[str, bool], chosen: Iterable[str]) -> list[str]:
    """The commands of a list of switches that a press means: those of the switches that it changed.

    `offered` are the commands with what they showed; what is chosen is on. What somebody else switched meanwhile, and
    was not touched here, stays.
    """
    on = set(chosen)
    return [command for command, shown in offered.items() if (command in on) != shown]


def _row(row: PanelRow, prefix: str, number: int) -> Row | None:
    match row:
        case Pick():
            return _list(row, f"{prefix}:{LISTED}{number}")
        case Ask():
            custom_id = f"{prefix}?{row.nothing}:{row.command}"
            label = cut(row.label, limits.PLACEHOLDER)
            return Picker(label, custom_id, row.wanted, row.value, optional=bool(row.nothing))
    return _buttons(row, prefix) or None


def _list(pick: Pick, custom_id: str) -> OptionList | None:
    lines = {choice.command: choice for choice in pick.choices if utf16_length(choice.command) <= limits.CHOICE}
    options = [_option(choice) for choice in lines.values()][: limits.CHOICES]
    return OptionList(cut(pick.label, limits.PLACEHOLDER), custom_id, tuple(options), pick.several) if options else None


def _option(choice: Choice) -> Option:
    return Option(cut(choice.label, limits.CHOICE), choice.command, cut(choice.note, limits.CHOICE), bool(choice.on))


def _buttons(cells: Sequence[Choice | Ask], prefix: str) -> tuple[Button, ...]:
    buttons = {cell.command: _button(cell, prefix) for cell in cells}
    return tuple(each for each in buttons.values() if utf16_length(each.custom_id) <= limits.CUSTOM_ID)[: limits.IN_ROW]


def _button(cell: Choice | Ask, prefix: str) -> Button:
    label = cut(cell.label, limits.BUTTON_LABEL)
    if isinstance(cell, Ask):
        return Button(label, f"{prefix}?{cell.nothing}:{cell.command}", asks=True)
    return Button(cut(cell.marked, limits.BUTTON_LABEL), f"{prefix}:{cell.command}", on=bool(cell.on))
