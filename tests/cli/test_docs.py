"""What the texts tell people to type can be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import COMMANDS, newsbell

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs" / "operating.md"]

_TYPED = re.compile(r"`newsbell ([^`]+)`")
"""A command in a text: `newsbell release --edits`."""


def typed() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for words in dict.fromkeys(_TYPED.findall(page.read_text(encoding="utf-8"))):
            yield page.name, words


@pytest.mark.parametrize(("page", "words"), list(typed()))
def test_a_command_in_the_texts_exists_with_its_options(page: str, words: str) -> None:
    name, *rest = words.split()
    if name.startswith("-"):
        return
    context = click.Context(newsbell)
    command = newsbell.get_command(context, name)
    assert command is not None, f"{page}: newsbell {words}"
    if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        command = command.get_command(context, rest[0])
        assert command is not None, f"{page}: newsbell {words}"
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in rest if word.startswith("--")} <= options, f"{page}: newsbell {words}"


def test_every_command_that_an_operator_needs_on_a_bad_day_is_explained() -> None:
    explained = {words.split()[0] for page, words in typed() if page == "operating.md"}

    assert set(COMMANDS) - explained <= {"preview"}
