"""The table of what Telegram can answer, and the fates that it names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

Case = dict[str, Any]

TABLE: Final = tomllib.loads((Path(__file__).parents[1] / "answers.toml").read_text(encoding="utf-8"))

_BOTH: Final = {"unknown": ("unknown_lost", "unknown_arrived")}
"""What nobody knows may be so or so."""

APART: Final = frozenset({"polling", "pressed"})
"""The fates of what is no answer to a delivery: tests of their own."""


@dataclass(frozen=True)
class Fate:
    """What becomes of a post that is answered so; see the head of the table."""

    tries: list[str]
    shows: list[str]
    call: str = "send"
    place: str = "active"
    delivery: str = "settled"
    told: list[str] = field(default_factory=list)
    lasts: bool = False
    reopens: bool = False
    picture: bool = True
    arrives: bool = False  # the call was carried out all the same
    erased: bool = False  # the message is not there any more
    everybody: bool = False  # the answer is given to all calls


def fates_of(case: Case) -> Iterator[tuple[str, Fate]]:
    """The name of each fate that the case may have; none for those that stand apart."""
    for name in _BOTH.get(case["fate"], (case["fate"],)):
        if name not in APART:
            yield name, Fate(**TABLE["fate"][name])


def named(case: Case) -> str:
    """What a test of the case is called."""
    return str(case.get("description") or case["page"])
