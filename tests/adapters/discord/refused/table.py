"""The table of what Discord can answer."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.adapters.refused.table import Case, Table


def named(case: Case) -> str:
    """What a test of the case is called."""
    return str(case.get("name") or case["code"])


TABLE: Final = Table(
    Path(__file__).parents[1] / "answers.toml", apart=frozenset({"asked", "unheard", "pure"}), named=named
)
"""What answers a person's command, or a notice, stands apart; `pure` is what no emulated wire can bring."""
