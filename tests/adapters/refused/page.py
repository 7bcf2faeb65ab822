"""The cases are compared with the page of facts that they are taken from: a row of it without a case fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.specs import facts

_NO_MARKUP: Final = re.compile(r"`|\*\*")


def page_at_hand(name: str) -> str:
    """The text of the page; where it is not at hand, the test that asks for it is skipped."""
    text = facts(name)
    if text is None:
        pytest.skip(f"{name} is not at hand: whether each of its rows has a case was not looked at")
    return text


def rows_of(page: str, section: str) -> Iterator[list[str]]:
    """The cells of each row of the section's table, without its head."""
    [content] = re.findall(rf"^### {re.escape(section)} .*?\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)
    lines = [line for line in content.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def named(section: str, cells: list[str]) -> str:
    """A row as the cases call it, by these of its cells."""
    return f"{section} {_NO_MARKUP.sub('', ' | '.join(cells))}"
