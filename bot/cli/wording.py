"""How the commands put things: counts with their nouns, and problems with their place."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.records import Problem


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 post", "2 posts", "2 deliveries"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def listed(counts: Mapping[str, int]) -> str:
    """Counts in one line: "3 known, 1 published"; "none" where there are none."""
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def place_of(path: str, line: int) -> str:
    """Where something is, as editors and compilers write it: `rain.md:3`; line 0 is the whole file."""
    return f"{path}:{line}" if line else path


def parts_of(problem: Problem) -> dict[str, object]:
    """A problem for machines, with the names that DESIGN 5 fixes."""
    return {"path": problem.path, "line": problem.line, "what": problem.what, "mend": problem.mend}


def told(problem: Problem) -> str:
    """A problem with its place and its mend, on two lines."""
    place = click.style(f"✗ {place_of(problem.path, problem.line)}", fg="red")
    return f"{place}  {problem.what}\n    -> {problem.mend}"
