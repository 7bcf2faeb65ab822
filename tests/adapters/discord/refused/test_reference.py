"""The cases are compared with the page of facts that they are taken from: a row of it without a case fails."""

from __future__ import annotations

import pytest

from tests.adapters.discord.refused.table import TABLE
from tests.adapters.refused.page import named, page_at_hand, rows_of

SUCCESS = "5.1 2xx"  # what all the others are answered


@pytest.fixture
def page() -> str:
    return page_at_hand("discord.md")


def test_each_row_of_the_page_has_a_case(page: str) -> None:
    known = {name for case in TABLE.cases for name in case.get("rows", [])}
    assert known | {SUCCESS} == {named("5.1", cells[:1]) for cells in rows_of(page, "5.1")}


def test_each_code_of_the_page_has_a_case(page: str) -> None:
    codes = {str(case.get("code")) for case in TABLE.answers}
    assert {cells[0] for cells in rows_of(page, "5.2")} - codes == set()


def test_each_fate_is_met_by_a_case() -> None:
    TABLE.check_fates()
