"""What people see at the end, held against what was written: lost, doubled, out of order, not the last edition, and
what they wrote themselves, changed or gone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import combinations
from typing import Final, Self

from tests.torture.plan import Kind, Place, Plan

HEADLINE: Final = re.compile(r"Post (ART\d+), edition (\d+)$")


@dataclass(frozen=True, slots=True)
class Tally:
    """Figures of one kind of place. A delivery is one post in one place; an unknown one send without an answer."""

    deliveries: int = 0
    unknowns: int = 0
    lost: int = 0
    doubled: int = 0
    misordered: int = 0
    stale: int = 0  # shown once, and not as it was last written
    harmed: int = 0  # messages of other people that were changed or deleted, and posts that became another one

    def __add__(self, other: Self) -> Tally:
        return Tally(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


Table = dict[Kind, Tally]


def total(tables: Sequence[Table]) -> Table:
    """All of them together, in the order of the kinds."""
    return {
        kind: sum((table[kind] for table in tables if kind in table), Tally())
        for kind in Kind
        if any(kind in table for table in tables)
    }


def count(
    plan: Plan,
    shown: Mapping[Place, Sequence[str]],
    unknowns: Mapping[Place, int],
    harmed: Mapping[Place, int],
    due: Mapping[str, int],
) -> Table:
    """The figures of one run. `shown` has the first line of every message there, oldest first.

    `due` says with which edition each post became due, where it was not the first one.
    """
    return total(
        [
            {place.kind: _count_place(plan, shown[place], unknowns.get(place, 0), harmed.get(place, 0), due)}
            for place in plan.places
        ]
    )


def _count_place(plan: Plan, lines: Sequence[str], unknowns: int, harmed: int, due: Mapping[str, int]) -> Tally:
    seen = [(found[1], int(found[2])) for line in lines if (found := HEADLINE.search(line.strip()))]
    editions = {code: [edition for each, edition in seen if each == code] for code in plan.posts}
    return Tally(
        deliveries=len(editions),
        unknowns=unknowns,
        lost=sum(not shown for shown in editions.values()),
        doubled=sum(max(0, len(shown) - 1) for shown in editions.values()),
        misordered=int(any(not _in_order(plan, seen, due, breaking=breaking) for breaking in (False, True))),
        stale=sum(shown not in ([], [plan.posts[code].edition]) for code, shown in editions.items() if len(shown) < 2),
        harmed=harmed,
    )


def _in_order(plan: Plan, seen: Sequence[tuple[str, int]], due: Mapping[str, int], *, breaking: bool) -> bool:
    """Whether the posts of one lane first appeared as they became due (DESIGN 4.2).

    A file that is saved again before it was still makes its post due only then, behind those that were saved meanwhile;
    but before them, by its date, where one scan finds them all. Nobody is promised either, so both are in order.
    """
    lane = {code for code, post in plan.posts.items() if post.breaking == breaking and code not in plan.came_back}
    saved = [(act.code, act.edition) for act in (*plan.acts, *plan.second_thoughts)]
    appeared = dict.fromkeys(code for code, _ in seen if code in lane)

    def goes_before(one: str, other: str) -> bool:
        pairs = ((0, 0), (due.get(one, 0), due.get(other, 0)))
        return all(saved.index((one, its)) < saved.index((other, theirs)) for its, theirs in pairs)

    return not any(goes_before(later, sooner) for sooner, later in combinations(appeared, 2))
