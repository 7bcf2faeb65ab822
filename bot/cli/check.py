"""`newsbell check`: what will be understood of the posts, and what has to be mended."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import track

from bot.cli.ending import FAILED
from bot.cli.setting import start
from bot.cli.wording import counted, parts_of, place_of, told
from bot.delivering.intake import take
from bot.models import Post
from bot.newsroom import look_over, site_of
from bot.reading.site import Site
from bot.records import FileStamp, Problem
from bot.watching.walk import Tree, look_at

PROGRESS_FROM = 500
"""Files from which on a progress bar is worth its place."""

_WITH_LINE = re.compile(r"line (\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was understood only with a guess. `line` counts from 1; 0 means the file as a whole."""

    path: str
    line: int
    what: str


@dataclass
class Report:
    """What `check` found; `--json` prints exactly these names (DESIGN 5)."""

    files: int = 0
    posts: int = 0
    without_front_matter: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Doubt] = field(default_factory=list)
    by_category: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    by_state: Counter[str] = field(default_factory=Counter)
    links: dict[str, str] = field(default_factory=dict)

    def add(self, post: Post) -> None:
        """Count a post."""
        self.posts += 1
        self.by_category.update(post.categories or ("uncategorized",))
        self.by_language[post.language] += 1
        self.by_state[post.visibility.value] += 1
        if post.url:
            self.links.setdefault(post.path, post.url)
        self.warnings += [_doubt(post.path, warning) for warning in post.warnings]

    def as_json(self) -> dict[str, Any]:
        """The report for machines; one link is enough as an example."""
        return {name: _plain(value) for name, value in vars(self).items()} | {
            "links": dict(list(self.links.items())[:1])
        }


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, for CI.")
def check(paths: tuple[Path, ...], as_json: bool) -> int:
    """Read all posts (or those at PATHS) and list what can't be understood, where, and how to mend it.

    Exit code 1 if there is anything to mend. Warnings are no such thing: those posts are sent.
    """
    site = site_of(start())
    report = _read(_chosen(look_over(site), paths, site), site, quiet=as_json)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _print(report, site)
    return FAILED if report.problems else 0


def _plain(value: object) -> object:
    if not isinstance(value, list):
        return value
    return [parts_of(each) if isinstance(each, Problem) else asdict(each) for each in value]


def _doubt(path: str, warning: str) -> Doubt:
    found = _WITH_LINE.fullmatch(warning)
    return Doubt(path, int(found[1]), found[2]) if found else Doubt(path, 0, warning)


def _chosen(tree: Tree, paths: tuple[Path, ...], site: Site) -> Tree:
    """The part of `tree` at `paths`; all of it if none are named. Raises click.ClickException for one outside."""
    if not paths:
        return tree
    files: dict[str, FileStamp] = {}
    problems: dict[Problem, None] = {}
    for path in paths:
        below = _below(path, site)
        prefix = "" if below == "." else f"{below}/"
        problems |= {each: None for each in tree.problems if each.path == below or each.path.startswith(prefix)}
        if path.is_dir():
            files |= {name: stamp for name, stamp in tree.files.items() if name.startswith(prefix)}
        elif stamp := look_at(site.root, [below]).get(below):
            files[below] = stamp
    return Tree(files, problems=tuple(problems))


def _below(path: Path, site: Site) -> str:
    try:
        return path.resolve().relative_to(site.root.resolve()).as_posix()
    except ValueError:
        raise click.ClickException(f"{path} lies outside the watched folder {site.root}") from None


def _read(tree: Tree, site: Site, *, quiet: bool) -> Report:
    report = Report(files=len(tree.files), problems=list(tree.problems))
    rows: Iterable[tuple[str, FileStamp]] = sorted(tree.files.items())
    if len(tree.files) >= PROGRESS_FROM and not quiet:
        rows = track(list(rows), description="Reading", console=Console(stderr=True), transient=True)
    first_with: dict[str, str] = {}  # the path of the first post with a key
    for path, stamp in rows:
        taken = take(path, stamp, site)
        if taken is None:
            continue
        if taken.record.problem is not None:
            report.problems.append(taken.record.problem)
        elif taken.record.post is None:
            report.without_front_matter += 1
        else:
            report.add(taken.record.post)
            first = first_with.setdefault(taken.record.post.key, path)
            if first != path:
                report.problems.append(_copy(taken.record.post, first))
    report.problems.sort(key=lambda problem: (problem.path, problem.line))
    return report


def _copy(post: Post, first: str) -> Problem:
    """An editor who takes an old post as a template keeps its code: newsbell then takes both files for one post."""
    kind, _, value = post.key.rpartition("@")[0].partition(":")
    shared = f"the {'code' if kind == 'code' else 'address'} {value} and the language {post.language}"
    what = f"this is the same post as {first}: both have {shared}"
    return Problem(post.path, 1, what, "give it a code of its own, or remove one of the two")


def _print(report: Report, site: Site) -> None:
    click.echo(f"{_sum_of(report)} below {site.root}")
    for name, counter in (("Categories", report.by_category), ("Languages", report.by_language)):
        if counter:
            click.echo(f"{name}: " + ", ".join(f"{value} {count}" for value, count in counter.most_common()))
    for path, url in list(report.links.items())[:1]:
        click.echo(f"Links: {path} -> {url}")
    for problem in report.problems:
        click.echo(told(problem))
    for doubt in report.warnings:
        click.echo(click.style(f"! {place_of(doubt.path, doubt.line)}", fg="yellow") + f"  {doubt.what}")
    if not report.problems:
        click.echo(click.style("✓ nothing to mend", fg="green"))


def _sum_of(report: Report) -> str:
    parts = [counted(report.files, "file"), counted(report.posts, "post")]
    if report.without_front_matter:
        parts.append(f"{report.without_front_matter} without front matter")
    if report.problems:
        parts.append(counted(len(report.problems), "problem"))
    if report.warnings:
        parts.append(counted(len(report.warnings), "warning"))
    return ", ".join(parts)
