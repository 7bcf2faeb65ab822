"""Panels and windows as discord.py sends them; it keeps nothing of them, for presses are known by their custom_ids."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import discord
from discord import ui

from adapters.discord import limits
from adapters.discord.commands import CHANNEL_TYPES
from adapters.discord.panel import Button, OptionList, Picker, Row
from bot.composing.cutting import cut, utf16_length
from bot.models import Ask, Wanted

FIELD: Final = "text"
"""The custom_id of the field in a window."""


def view_of_panel(rows: Sequence[Row]) -> ui.View:
    """A panel as the components of a message."""
    view = ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in _items(row):
            item.row = number
            view.add_item(item)
    view.stop()
    return view


def window(ask: Ask, custom_id: str) -> ui.Modal:
    """A window with one field, for what `ask` wants: above the field stands what may be given, where it fits there."""
    fits = 0 < utf16_length(ask.note) <= limits.FIELD_LABEL
    above, below = (ask.note, "") if fits else (ask.label, ask.note)
    modal = ui.Modal(title=cut(ask.title or ask.label, limits.WINDOW_TITLE), custom_id=custom_id, timeout=None)
    field: ui.TextInput[ui.Modal] = ui.TextInput(
        custom_id=FIELD,
        default=cut(ask.value, limits.FIELD_VALUE) or None,
        required=not ask.nothing,
        max_length=limits.FIELD_VALUE,
    )
    modal.add_item(
        ui.Label(
            text=cut(above, limits.FIELD_LABEL),
            description=cut(below, limits.FIELD_NOTE) or None,
            component=field,
        )
    )
    modal.stop()
    return modal


def _items(row: Row) -> Iterable[ui.Item[ui.View]]:
    match row:
        case OptionList():
            return [_select(row)]
        case Picker():
            return [_picker(row)]
    return [_button(button) for button in row]


def _button(button: Button) -> ui.Button[ui.View]:
    style = discord.ButtonStyle.success if button.on else discord.ButtonStyle.secondary
    return ui.Button(label=button.label, custom_id=button.custom_id, style=style)


def _select(row: OptionList) -> ui.Select[ui.View]:
    options = [
        discord.SelectOption(
            label=option.label, value=option.command, description=option.note or None, default=option.on
        )
        for option in row.options
    ]
    least, most = (0, len(options)) if row.several else (1, 1)
    return ui.Select(custom_id=row.custom_id, placeholder=row.label, min_values=least, max_values=most, options=options)


def _picker(row: Picker) -> ui.Item[ui.View]:
    least = 0 if row.optional else 1
    if row.wanted is Wanted.CHANNEL:
        return ui.ChannelSelect(
            custom_id=row.custom_id, placeholder=row.label, min_values=least, channel_types=CHANNEL_TYPES
        )
    ids = [int(row.value)] if row.value.isdecimal() else []
    return ui.RoleSelect(
        custom_id=row.custom_id,
        placeholder=row.label,
        min_values=least,
        default_values=[discord.SelectDefaultValue(id=each, type=discord.SelectDefaultValueType.role) for each in ids],
    )
