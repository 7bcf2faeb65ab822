"""The options of a slash command, from what a test names to what Discord sends."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.emulators.discord.nouns import Channel, Json

Resolve = Callable[[Any], Iterable[tuple[str, str, Json]]]

_SUBCOMMAND, _GROUP = 1, 2
_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10
_CHANNEL = 7
_RESOLVED = {6, _CHANNEL, 8, 9}  # user, channel, role, mentionable


def build_options(
    command: Json, name: str, given: dict[str, Any], resolve: Resolve, *, focused: str | None = None
) -> Json:
    """The `data` of an interaction. `name` may go on with subcommands: `settings role`.

    Raises AssertionError for what Discord's own window would not let a person send.
    """
    resolved: dict[str, dict[str, Json]] = {}
    definition, path = command, []
    for word in name.split()[1:]:
        definition = _option(definition, word)
        path.append(definition)
    definitions = [one for one in definition.get("options", []) if one["type"] not in {_SUBCOMMAND, _GROUP}]
    unknown = set(given) - {one["name"] for one in definitions}
    assert not unknown, f"/{name} has no option {sorted(unknown)}, but {[one['name'] for one in definitions]}"
    missing = [one["name"] for one in definitions if one.get("required") and given.get(one["name"]) is None]
    assert not missing or focused, f"/{name} needs {missing}"

    options: list[Json] = []
    for one in definitions:
        if (value := given.get(one["name"])) is not None:
            is_focused = one["name"] == focused
            options.append(_filled(one, value, resolve, resolved, is_focused=is_focused))
    for step in reversed(path):
        options = [{"type": step["type"], "name": step["name"], "options": options}]

    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"], "options": options}
    if resolved:
        data["resolved"] = resolved
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _option(definition: Json, name: str) -> Json:
    found = next((one for one in definition.get("options", []) if one["name"] == name), None)
    assert found is not None, f"{definition['name']} has no subcommand {name!r}"
    return dict(found)


def _filled(
    option: Json, value: Any, resolve: Resolve, resolved: dict[str, dict[str, Json]], *, is_focused: bool
) -> Json:
    name, kind = option["name"], option["type"]
    filled: Json = {"type": kind, "name": name, "value": value}
    if is_focused:
        assert option.get("autocomplete"), f"{name} has no autocomplete"
        return {**filled, "value": str(value), "focused": True}
    if kind in _RESOLVED:
        if kind == _CHANNEL:
            _check_channel(option, value)
        for table, key, shown in resolve(value):
            resolved.setdefault(table, {})[key] = shown
        return {**filled, "value": str(value.id)}
    _check_value(option, value)
    return filled


def _check_channel(option: Json, channel: Channel) -> None:
    types = option.get("channel_types")
    assert not types or channel.type in types, f"{option['name']} doesn't offer channels of type {channel.type.name}"


def _check_value(option: Json, value: Any) -> None:
    """Discord's window keeps to type, length, range and choices; with autocomplete any text may be typed."""
    name = option["name"]
    types: dict[int, type | tuple[type, ...]] = {_STRING: str, _INTEGER: int, _BOOLEAN: bool, _NUMBER: (int, float)}
    assert isinstance(value, types[option["type"]]), f"{name} doesn't take {value!r}"
    if option["type"] == _STRING:
        assert option.get("min_length", 0) <= len(str(value)) <= option.get("max_length", 6000), f"{name} is too long"
    elif option["type"] in {_INTEGER, _NUMBER}:
        low, high = option.get("min_value", value), option.get("max_value", value)
        assert low <= value <= high, f"{name} is between {low} and {high}"
    if choices := option.get("choices"):
        offered = [choice["value"] for choice in choices]
        assert value in offered, f"{name} offers {offered}"
