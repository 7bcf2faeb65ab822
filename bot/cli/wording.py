"""How the commands put things: counts with their nouns, and problems with their place."""

from __future__ import annotations

import json
import re
import shlex
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shutil import which
from typing import Final

import click

from bot.clock import Clock
from bot.models import DestinationState, Place
from bot.records import HeldEdits, Problem

NAME: Final = "newsbell"

_WIDEST: Final = 90
"""Cells of a terminal that a line of a file takes at most."""
_CUT: Final = "…"
_OBEYED: Final = "\ufffd"
_TURNS: Final = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # the direction of text
_STYLE: Final = re.compile(r"(\x1b\[\d{1,2}m)")
"""What `styled` puts around a text."""
_FENCE: Final = " -+"
"""A line of nothing else says nothing."""


def say(line: str = "", *, err: bool = False) -> None:
    """Print one line. Whatever is in it, it stays one line and steers no terminal; only `styled` colours it.

    All that commands say to people goes through here: names of files and answers of platforms may hold anything.
    """
    pieces = _STYLE.split(line)
    pieces[::2] = map(neutral, pieces[::2])
    click.echo("".join(pieces), err=err)


def say_json(value: object) -> None:
    """Print `value` as JSON, in which characters that a terminal would obey are escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    click.echo("".join(char if char == "\n" or not _is_obeyed(char) else f"\\u{ord(char):04x}" for char in text))


def styled(text: str, colour: str) -> str:
    """`text` in a colour; nothing in it can end that, or begin another."""
    return click.style(neutral(text), fg=colour)


def as_called() -> str:
    """The word by which whoever typed this command can type the next: its name, or the path to it."""
    typed = Path(sys.argv[0])
    if typed.name != NAME or ((found := which(NAME)) and Path(found).absolute() == typed.absolute()):
        return NAME
    near = typed.absolute().is_relative_to(Path.cwd())
    return shlex.quote(str(typed.absolute().relative_to(Path.cwd()) if near else typed))


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count with its noun: "1 post", "2 posts", "2 deliveries"."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def listed(counts: Mapping[str, int]) -> str:
    """Counts in one line: "3 known, 1 published"; "none" where there are none."""
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


def place_of(path: str, line: int) -> str:
    """Where something is, as editors and compilers write it: `rain.md:3`; line 0 is the whole file."""
    return neutral(f"{path}:{line}" if line else path)


def parts_of(problem: Problem) -> dict[str, object]:
    """A problem for machines, with the names that DESIGN 5 fixes."""
    return {"path": problem.path, "line": problem.line, "what": problem.what, "mend": problem.mend}


def told(problem: Problem, source_line: str = "") -> list[str]:
    """A problem with its place and its mend, in lines.

    Where `source_line` is given, the line of the file that the problem is about, it stands between them as compilers
    show it: with a caret under the place, cut around it if it is long. Nothing in it can steer the terminal.
    """
    place = styled(f"✗ {place_of(problem.path, problem.line)}", "red")
    pointed = _pointed(neutral(source_line), problem.column)
    return [f"{place}  {neutral(problem.what)}", *pointed, f"    -> {neutral(problem.mend)}"]


def neutral(text: str) -> str:
    """`text` with a sign in the place of each character that a terminal would obey, not show; tabs are blanks."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if char == "\t" else _OBEYED if _is_obeyed(char) else char for char in text)


def _is_obeyed(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} or unicodedata.bidirectional(char) in _TURNS


def _pointed(line: str, column: int) -> list[str]:
    """`line`, or as much of it around `column` (from 1) as a terminal shows, and a caret; without a column no caret."""
    if not line.strip(_FENCE):
        return []
    if not column:
        end = _reach(line, 0, _WIDEST)
        return [f"    {line[:end].rstrip()}" + (_CUT if end < len(line) else "")]
    at = min(column - 1, len(line))
    start = at - _reach(line[:at][::-1], 0, _WIDEST * 2 // 3)
    while start < at and not _width(line[start]):  # a mark without its letter
        start += 1
    end = _reach(line, start, _WIDEST)
    before = _CUT if start else ""
    shown = before + line[start:end].rstrip() + (_CUT if end < len(line) else "")
    below = " " * (len(before) + sum(map(_width, line[start:at])))
    return [f"    {shown}", styled(f"    {below}^", "red")]


def _reach(line: str, start: int, cells: int) -> int:
    """How far `line` can be shown from `start` on in so many cells of a terminal: an index."""
    for index in range(start, len(line)):
        cells -= _width(line[index])
        if cells < 0:
            return index
    return len(line)


def _width(char: str) -> int:
    """Cells of a terminal that `char` takes."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def edit_lines(waiting: Iterable[HeldEdits]) -> Iterator[str]:
    """The edits that wait for a person's word, by reason, and the next step."""
    for edits in waiting:
        messages = counted(edits.messages, "message does not follow its post", "messages do not follow their posts")
        posts = [counted(edits.posts, "post")] if edits.posts else []
        digests = [counted(edits.digests, "digest")] if edits.digests else []
        yield f"{messages} ({', '.join(posts + digests)}), for {edits.reason}:"
        those = "those of one post" + (" and the digests that list it" if edits.digests else "")
        yield f"  newsbell release --edits edits all that wait, newsbell release POST {those}"


CLOSED: Final = {DestinationState.SUSPENDED: "✗", DestinationState.PAUSED: "‖"}
"""What a place that receives nothing is marked with: somebody has to mend it, or somebody wanted it so."""


def closed(place: Place, clock: Clock) -> str:
    """Since when, until when and why a place receives nothing: "suspended since …: reason"; empty: it does."""
    if place.state is DestinationState.ACTIVE:
        return ""
    since = f" since {clock.minute(place.since)}" if place.since else ""
    until = f" until {clock.minute(place.paused_until)}" if place.paused_until else ""
    return f"{place.state.value}{since}{until}: {place.reason}"
