"""`--set NAME=VALUE`: the options of a subscription on the command line, and in the file that `import` reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from bot.subscribing.options import OPTIONS, UnclearOption, read_option

setting = click.option(
    "--set",
    "options",
    metavar="NAME=VALUE",
    multiple=True,
    help=f"An option of the subscription, such as style=rich; several one by one. There are: {', '.join(OPTIONS)}.",
)


def options_in(words: Iterable[str], platform: str) -> dict[str, Any]:
    """The options to store that `words` name ("style=rich"). Raises click.UsageError that tells every mistake."""
    options: dict[str, Any] = {}
    mistakes = []
    for each in words:
        try:
            name, value = read_option(each, platform)
        except UnclearOption as error:
            mistakes.append(f"--set {each}: {error}")
        else:
            options[name] = value
    if mistakes:
        raise click.UsageError("\n".join(mistakes))
    return options


def written(options: Mapping[str, Any]) -> str:
    """Stored options as they are typed: "style=rich, pin=on"; those that this version does not know are left out."""
    return ", ".join(f"{name}={option.typed(options[name])}" for name, option in OPTIONS.items() if name in options)


def stored(options: Mapping[str, Any], platform: str) -> dict[str, Any]:
    """`options` of a file, if each may be what it is. Raises UnclearOption."""
    read = [read_option(f"{name}={_typed(name, value)}", platform) for name, value in options.items()]
    return dict(read)


def _typed(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return OPTIONS[name].typed(value) if name in OPTIONS else str(value)
