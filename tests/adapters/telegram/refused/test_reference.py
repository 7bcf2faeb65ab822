"""The cases are compared with the page of facts that they are taken from: a row of it without a case fails."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.adapters.refused.page import named, page_at_hand, rows_of
from tests.adapters.telegram.refused.table import TABLE

SECTIONS: Final = ("4.2", "4.3", "4.4")
NO_TEXTS: Final = re.compile(r"parameters|retry_after|Retry-After|message_thread_id|_$")
"""What stands in the type of a text there, and is none that Telegram answers."""


@pytest.fixture
def page() -> str:
    return page_at_hand("telegram.md")


def test_each_row_of_the_page_has_a_case(page: str) -> None:
    known = {name for case in TABLE.cases for name in case.get("rows", [])}
    there = {
        named(section, cells[: 2 if section == "4.3" else 1])
        for section in SECTIONS
        for cells in rows_of(page, section)
    }
    assert known == there


def test_each_text_of_the_page_has_a_case(page: str) -> None:
    answered = [case.get("description", "").lower() for case in TABLE.answers]
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
    TABLE.check_fates()
