"""The table of what Telegram can answer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.adapters.refused.table import Case, Table


def named(case: Case) -> str:
    """What a test of the case is called."""
    return str(case.get("description") or case["page"])


TABLE: Final = Table(Path(__file__).parents[1] / "answers.toml", apart=frozenset({"polling", "pressed"}), named=named)
