"""The table over all runs, and which promises they broke."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from tests.torture.counting import Table, Tally, total
from tests.torture.plan import Kind, Moment

MOST_SEEDS: Final = 20
"""Of a breach that are named."""


@dataclass(frozen=True, slots=True)
class Killed:
    """A kill that was carried out: whether its moment came, and the deliveries that were claimed then."""

    moment: Moment
    met: bool
    claimed: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one run. `trouble` is empty unless it did not end as it should."""

    seed: int
    table: Table
    kills: tuple[Killed, ...]
    seconds: float
    floods: int  # calls that a platform's limits refused
    hasty: int  # those of them that no busy machine explains
    trouble: str = ""

    @property
    def sum(self) -> Tally:
        """All kinds of places together."""
        return sum(self.table.values(), Tally())

    @property
    def flawless(self) -> bool:
        """Whether nothing is amiss, not even what is allowed to be now and then."""
        figures = (self.floods, *(getattr(self.sum, figure) for figure in _PROMISED))
        return not self.trouble and not any(figures)


@dataclass(frozen=True, slots=True)
class Breach:
    """A promise that figures break: `figure` names the one of a Tally."""

    kind: Kind
    figure: str
    amount: int

    def __str__(self) -> str:
        return f"{self.kind.platform}, {self.kind}: {self.amount} {self.figure}"


def breaches(table: Table) -> list[Breach]:
    """What these figures, of one run or of all, break."""
    found = []
    for kind, tally in table.items():
        for figure, amount in asdict(tally).items():
            if figure in _PROMISED and amount > (doubles_allowed(kind, tally.unknowns) if figure == "doubled" else 0):
                found.append(Breach(kind, figure, amount))
    return found


_PROMISED: Final = {"lost", "doubled", "misordered", "stale", "harmed"}


def doubles_allowed(kind: Kind, unknowns: int) -> int:
    """None where the platform leaves a proof; elsewhere one for a hundred unknowns that are begun.

    Of two sends to a forum one waits for the other, but for a minute only: then both may be lost, and where they say
    the same, or without an operator's chat, nothing tells them apart (docs/adr/0017). In its table of
    300 runs 2 of 497 unknowns in topics were doubled, both while the machine had several times as much to do as it
    could.
    """
    return 0 if kind.has_own_ids else math.ceil(unknowns / 100)


def as_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """The table over all runs, the kills, and what was broken."""
    table = total([outcome.table for outcome in outcomes])
    heading = ("platform", "kind of chat", "deliveries", "unknowns", "lost", "doubled", "misordered", "stale", "harmed")
    rows = [heading, *(_row(kind.platform, kind, tally) for kind, tally in table.items())]
    for platform in dict.fromkeys(kind.platform for kind in table):
        whole = sum((tally for kind, tally in table.items() if kind.platform == platform), Tally())
        rows.append(_row(platform, "all", whole))
    lines = [_laid_out(row) for row in rows]
    kills = [kill for outcome in outcomes for kill in outcome.kills]
    for moment in Moment:
        those = [kill for kill in kills if kill.moment is moment]
        met, claimed = sum(kill.met for kill in those), sum(kill.claimed for kill in those)
        lines.append(f"kills {moment}: {len(those)}, at that very moment {met}; deliveries claimed then: {claimed}")
    seconds = [outcome.seconds for outcome in outcomes] or [0.0]
    lines.append(
        f"{len(outcomes)} runs, {len(kills)} kills; a run took {sum(seconds) / len(seconds):.0f} s in the mean, "
        f"{max(seconds):.0f} s at most; calls refused by limits: {sum(outcome.floods for outcome in outcomes)}, "
        f"of which no busy machine explains {sum(outcome.hasty for outcome in outcomes)}"
    )
    return lines + [f"BROKEN: {each}" for each in verdict(outcomes)]


def verdict(outcomes: Sequence[Outcome]) -> list[str]:
    """What is broken over all runs, with the seeds that show it."""
    said = []
    for breach in breaches(total([outcome.table for outcome in outcomes])):
        shows = [str(each.seed) for each in outcomes if getattr(each.table.get(breach.kind, Tally()), breach.figure)]
        said.append(f"{breach}; seeds {', '.join(shows[:MOST_SEEDS])}")
    said += [f"seed {each.seed}: {each.hasty} calls came too early for the limits" for each in outcomes if each.hasty]
    return said + [f"seed {outcome.seed}: {outcome.trouble}" for outcome in outcomes if outcome.trouble]


def as_json(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The same for machines."""
    table = total([outcome.table for outcome in outcomes])
    return {
        "table": [{"platform": kind.platform, "kind": kind, **asdict(tally)} for kind, tally in table.items()],
        "broken": verdict(outcomes),
        "runs": [
            {
                "seed": outcome.seed,
                "seconds": round(outcome.seconds, 1),
                "floods": outcome.floods,
                "hasty": outcome.hasty,
                "trouble": outcome.trouble,
                "kills": [asdict(kill) for kill in outcome.kills],
                "table": {kind: asdict(tally) for kind, tally in outcome.table.items()},
            }
            for outcome in outcomes
        ],
    }


def _row(platform: str, kind: str, tally: Tally) -> tuple[str, ...]:
    return platform, kind, *(str(figure) for figure in asdict(tally).values())


def _laid_out(row: tuple[str, ...]) -> str:
    platform, kind, *figures = row
    return f"{platform:<9} {kind:<31} " + " ".join(f"{figure:>10}" for figure in figures)
