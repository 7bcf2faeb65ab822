"""How the report of `newsbell check` reads on a terminal: short where thousands of files say the same."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from bot.cli.report import Doubt, Fact, Link, Report, counts_of
from bot.cli.wording import counted, listed, neutral, place_of, styled
from bot.records import Problem

PLACES: Final = 3
"""So many places are told in full where the same is said of many files."""
NAMES: Final = 24
"""So many categories, or languages, are listed."""
WIDEST: Final = 100

_QUOTED: Final = re.compile(r'"[^"]*"')

Tell = Callable[[Problem], list[str]]
"""Puts a problem in words, with its line of the file where that can be shown."""


def lines_of(report: Report, folder: str, why_no_link: str, tell: Tell, *, everything: bool) -> Iterator[str]:
    """The report, line by line. `everything` lists each place and each name, however many there are."""
    yield f"{counted(report.files, 'file')} below {folder}: {_sum_of(report)}"
    yield from _site(report)
    counts = {"Categories": report.categories.counts(), "Languages": report.by_language}
    for name, counter in counts.items():
        if counter:
            yield from _wrapped(_listed(counts_of(counter), None if everything else NAMES), first=f"{name}: ")
    yield from _links(report, why_no_link)
    for sentence in report.nothing:
        yield styled("!", "yellow") + f" {sentence}"
    for each in report.no_posts:
        yield styled(f"– {each.path}", "yellow") + f"  {each.why}"
    if report.html.files:
        yield styled(f"! {counted(report.html.files, 'post')} in .html", "yellow") + (
            f"  not read, for newsbell reads Markdown only; such as {report.html.example}"
        )
    yield from problem_lines(report.problems, tell, everything=everything)
    yield from _doubts(report.warnings, everything=everything)
    yield _to_mend(report)


def _sum_of(report: Report) -> str:
    """What the files are. The numbers add up."""
    states = f" ({listed(counts_of(report.by_state))})" if report.posts else ""
    parts = [f"{counted(report.posts, 'post')}{states}"]
    if report.unreadable:
        parts.append(f"{report.unreadable} that can't be read")
    if report.ignored:
        parts.append(f"{report.ignored} that {report.site.generator or 'the site'} ignores")
    if report.without_front_matter:
        parts.append(f"{report.without_front_matter} without front matter, so no post")
    return " + ".join(parts)


def _to_mend(report: Report) -> str:
    warnings = f"; {counted(len(report.warnings), 'warning')}" if report.warnings else ""
    if report.problems:
        return styled(f"✗ {counted(len(report.problems), 'problem')} to mend", "red") + warnings
    if report.nothing:
        return styled("! no post to send", "yellow") + warnings
    return styled("✓ nothing to mend", "green") + warnings


def _site(report: Report) -> Iterator[str]:
    site = report.site
    if not site.generator:
        yield "Site: of no generator that newsbell knows; no configuration was found in the folder or above it"
    else:
        yield f"Site: {site.generator}, by {site.file}"
    rows: dict[str, Fact] = {"address": site.address, "time zone": site.timezone, "language": site.language}
    for name, fact in rows.items():
        yield f"    {name:<9}  {fact.value or 'none'} ({fact.source})"
    for doubt in site.doubts:
        yield styled(f"! {site.file}", "yellow") + f"  {doubt}"


def _listed(counts: Mapping[str, int], limit: int | None) -> str:
    shown = [f"{name} {count}" for name, count in list(counts.items())[:limit]]
    if hidden := len(counts) - len(shown):
        shown.append(f"and {hidden} more (--all)")
    return ", ".join(shown)


def _wrapped(text: str, *, first: str = "", indent: str = "    ") -> list[str]:
    width = min(shutil.get_terminal_size().columns, WIDEST)
    wrapper = textwrap.TextWrapper(width, first, indent, break_long_words=False, break_on_hyphens=False)
    return wrapper.wrap(text)


def _links(report: Report, why_no_link: str) -> Iterator[str]:
    if not report.posts:
        return
    yield "Links, by what gave them:"
    for rule, link in sorted(report.links.items(), key=lambda pair: -pair[1].posts):
        yield f"    {rule}: {_with_example(link)}"
        yield f"        -> {link.url}"
    if report.without_link:
        yield f"    none: {_with_example(report.without_link)}"
        yield from _wrapped(why_no_link, first=" " * 8, indent=" " * 8)


def _with_example(link: Link) -> str:
    return f"{counted(link.posts, 'post')}, {'such as ' if link.posts > 1 else ''}{neutral(link.path)}"


# --- problems and guesses --------------------------------------------------------------------------------------------


def problem_lines(problems: Sequence[Problem], tell: Tell, *, everything: bool = False) -> Iterator[str]:
    """Each problem with its place; where many have the same words, these stand only at the first ones."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault((problem.what, problem.mend), []).append(problem)
    for group in groups.values():
        full = group if everything or len(group) <= PLACES + 1 else group[:PLACES]
        for problem in full:
            yield from tell(problem)
        if rest := group[len(full) :]:
            yield styled(f"✗ the same in {len(rest)} more:", "red")
            yield from (f"    {place_of(problem.path, problem.line)}" for problem in rest)


def _doubts(doubts: Sequence[Doubt], *, everything: bool) -> Iterator[str]:
    """Each guess, or what is guessed of many files together with some of their places."""
    groups: dict[str, list[Doubt]] = {}
    for doubt in doubts:
        groups.setdefault(_QUOTED.sub('"…"', doubt.what), []).append(doubt)
    for what, group in groups.items():
        if everything or len(group) <= PLACES + 1:
            yield from map(guessed, group)
            continue
        files = len({doubt.path for doubt in group})
        yield styled(f"! in {counted(files, 'file')}", "yellow") + f"  {what}; for example"
        for doubt in group[:PLACES]:
            yield "    " + "  ".join([place_of(doubt.path, doubt.line), *_QUOTED.findall(doubt.what)[:1]])
        yield f"    and {len(group) - PLACES} more (--all)"


def guessed(doubt: Doubt) -> str:
    """A guess with its place, on one line."""
    return styled(f"! {place_of(doubt.path, doubt.line)}", "yellow") + f"  {doubt.what}"
