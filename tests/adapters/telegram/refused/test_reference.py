"""The cases are compared with the page of facts that they are taken from: a row of it without a case fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest

from tests.adapters.telegram.refused.table import TABLE, fates_of
from tests.specs import facts

PAGE: Final = "telegram.md"
SECTIONS: Final = ("4.2", "4.3", "4.4")
NO_TEXTS: Final = re.compile(r"parameters|retry_after|Retry-After|message_thread_id|_$")
"""What stands in the type of a text there, and is none that Telegram answers."""


@pytest.fixture
def page() -> str:
    text = facts(PAGE)
    if text is None:
        pytest.skip(f"{PAGE} is not at hand: whether each of its rows has a case was not looked at")
    return text


def rows_of(page: str, section: str) -> Iterator[list[str]]:
    """The cells of each row of the section's table, without its head."""
    [content] = re.findall(rf"^### {re.escape(section)} .*?\n(.*?)(?=^##)", page, re.DOTALL | re.MULTILINE)
    lines = [line for line in content.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def name_of(section: str, cells: list[str]) -> str:
    """A row as the cases call it."""
    names = [re.sub(r"`|\*\*", "", cell) for cell in cells[: 2 if section == "4.3" else 1]]
    return f"{section} {' | '.join(names)}"


def test_each_row_of_the_page_has_a_case(page: str) -> None:
    known = {name for case in (*TABLE["answer"], *TABLE["broken"]) for name in case.get("rows", [])}
    there = {name_of(section, cells) for section in SECTIONS for cells in rows_of(page, section)}
    assert known == there


def test_each_text_of_the_page_has_a_case(page: str) -> None:
    answered = [case.get("description", "").lower() for case in TABLE["answer"]]
    missing = [
        text
        for cells in rows_of(page, "4.4")
        if cells[0] != "general rule"
        for quoted in re.findall(r"`([^`]+)`", cells[1])
        if not NO_TEXTS.match(quoted)
        for text in [quoted.removeprefix("…").removesuffix(" N").strip(" ,").lower()]
        if not any(text in answer for answer in answered)
    ]
    assert missing == []


def test_each_fate_is_met_by_a_case() -> None:
    met = {name for case in (*TABLE["answer"], *TABLE["broken"]) for name, _ in fates_of(case)}
    assert met == TABLE["fate"].keys()
