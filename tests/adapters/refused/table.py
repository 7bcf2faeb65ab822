"""The tables of what a platform can answer, and the fates that they name."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

Case = dict[str, Any]

_BOTH: Final = {"unknown": ("unknown_lost", "unknown_arrived")}
"""What nobody knows may be so or so."""


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


class Table:
    """One platform's. The fates called `apart` are those of what is no answer to a delivery: tests of their own."""

    def __init__(self, file: Path, apart: Set[str], named: Callable[[Case], str]) -> None:
        """`named` is what a test of a case is called."""
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        self.answers: list[Case] = read["answer"]
        self.broken: list[Case] = read["broken"]
        self.fates: dict[str, Case] = read["fate"]
        self._apart = apart
        self._named = named

    @property
    def cases(self) -> list[Case]:
        """All of them."""
        return [*self.answers, *self.broken]

    @property
    def answers_met(self) -> list[Any]:
        """The parameters of a test: each answer with each of its fates."""
        return [
            pytest.param(case, fate, id=f"{number} {name}: {self._named(case)}")
            for number, case in enumerate(self.answers)
            for name, fate in self.fates_of(case)
        ]

    @property
    def breaks_met(self) -> list[Any]:
        """The same of exchanges that break."""
        return [
            pytest.param(case, fate, id=self._named(case)) for case in self.broken for _, fate in self.fates_of(case)
        ]

    def fates_of(self, case: Case) -> Iterator[tuple[str, Fate]]:
        """The name of each fate that the case may have; none for those that stand apart."""
        for name in _BOTH.get(case["fate"], (case["fate"],)):
            if name not in self._apart:
                yield name, Fate(**self.fates[name])

    def check_fates(self) -> None:
        """Each fate is met by a case, and those apart too."""
        met = {name for case in self.cases for name, _ in self.fates_of(case)}
        assert met == self.fates.keys()
        assert {case["fate"] for case in self.cases} >= self._apart
