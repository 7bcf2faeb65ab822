"""What `newsbell subscriptions export` prints and `import` reads: a list of subscriptions, as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

import click

from bot.cli.naming import chat_named
from bot.cli.options import stored
from bot.models import Destination, Selector, SelectorKind, Subscription
from bot.subscribing.options import UnclearOption
from bot.subscribing.selectors import LIST_SEPARATOR, UnclearWish, Wish, match_key, parse

_KEYS: Final = ("destination", "kind", "value", "display", "language")


class _NotARow(ValueError):
    """Why a row can't be read, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Row:
    """One subscription of the file."""

    destination: Destination  # without its bot
    wish: Wish
    options: dict[str, Any]


def written(subscription: Subscription) -> dict[str, Any]:
    """A subscription as it stands in the file; options only where there are some."""
    row = {
        "destination": str(subscription.destination),
        "kind": subscription.selector.kind.value,
        "value": subscription.selector.value,
        "display": subscription.display,
        "language": subscription.language,
    }
    return {**row, "options": subscription.options} if subscription.options else row


def rows_of(text: str, name: str) -> list[Row]:
    """The rows in `text`, the content of the file `name`. Raises click.ClickException that tells every mistake."""
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise click.ClickException(f"{name} is not JSON ({error}); newsbell subscriptions export prints it") from error
    if not isinstance(rows, list):
        raise click.ClickException(f"{name} holds no list; newsbell subscriptions export prints one")
    read, mistakes = [], []
    for number, row in enumerate(rows, start=1):
        try:
            read.append(_row(row))
        except _NotARow as error:
            mistakes.append(f"row {number}: {error}")
    if mistakes:
        raise click.ClickException("\n".join([f"{name}: nothing was imported", *mistakes]))
    return read


def _row(row: Any) -> Row:
    if not isinstance(row, dict):
        raise _NotARow('it is no object such as {"destination": "telegram:-100123", "kind": "category", …}')
    if missing := [key for key in _KEYS if key not in row]:
        raise _NotARow(", ".join(f'"{key}"' for key in missing) + (" is" if len(missing) == 1 else " are") + " missing")
    if strange := [key for key in _KEYS if not isinstance(row[key], str)]:
        raise _NotARow(", ".join(f'"{key}"' for key in strange) + " must be text, in double quotes")
    try:
        destination = chat_named(row["destination"])
    except click.ClickException as error:
        raise _NotARow(error.message) from error
    wish = Wish(_selector(row["kind"], row["value"]), _language(row["language"]), row["display"])
    return Row(destination, wish, _options(row.get("options", {}), destination.platform))


def _selector(kind: str, value: str) -> Selector:
    """The selector, its value in the form in which names are compared, for people write such files as well."""
    if kind not in list(SelectorKind):
        raise _NotARow(f'"kind" is {kind!r}; write {", ".join(SelectorKind)}')
    if kind == SelectorKind.ALL:
        return Selector(SelectorKind.ALL)
    names = value.split(LIST_SEPARATOR) if kind == SelectorKind.ALL_EXCEPT else [value]
    keys = [match_key(name) for name in names]
    if not all(key.strip("-") for key in keys):
        raise _NotARow(f'"value" is {value!r}, which names nothing')
    return Selector(SelectorKind(kind), LIST_SEPARATOR.join(keys))


def _options(options: Any, platform: str) -> dict[str, Any]:
    if not isinstance(options, dict):
        raise _NotARow('"options" is no object such as {"style": "text"}')
    try:
        return stored(options, platform)
    except UnclearOption as error:
        raise _NotARow(f'"options": {error}') from error


def _language(code: str) -> str:
    try:
        return parse(f"lang:{code}").language if code else ""
    except UnclearWish as error:
        raise _NotARow(f'"language": {error}') from error
