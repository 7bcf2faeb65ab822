"""`newsbell check`: what will be understood of the posts, and what has to be mended."""

from __future__ import annotations

from collections.abc import Iterable

import click
from rich.console import Console
from rich.progress import track

from bot.cli.choosing import Choice
from bot.cli.ending import FAILED
from bot.cli.nothing import why_nothing
from bot.cli.pointing import line_of
from bot.cli.report import Report, facts_of, why_no_link
from bot.cli.report_text import lines_of
from bot.cli.setting import start
from bot.cli.wording import say, say_json, told
from bot.groundwork import utc_now
from bot.models import Post
from bot.premises import site_of
from bot.publishing.intake import take
from bot.reading.site import Site
from bot.records import FileStamp, Problem

PROGRESS_FROM = 500
"""Files from which on a progress bar is worth its place."""


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, for CI.")
@click.option("--all", "everything", is_flag=True, help="Name every file, however many have the same warning.")
def check(paths: tuple[str, ...], as_json: bool, everything: bool) -> int:
    """Read all posts (or those at PATHS: files, folders) and tell what will be understood, and what is to be mended.

    Exit code 1 if there is anything to mend, or no post at all. Warnings are no such thing: those posts are sent.
    """
    settings = start()
    site = site_of(settings)
    report = Report(utc_now(), facts_of(site, settings))
    _read(Choice(paths, site), site, report)
    if not paths and not report.posts and not report.unreadable:
        report.nothing += why_nothing(site, report.without_front_matter)
    if as_json:
        say_json(report.as_json(why_no_link(site)))
    else:

        def tell(problem: Problem) -> list[str]:
            return told(problem, line_of(site.root, problem))

        for line in lines_of(report, str(site.root), why_no_link(site), tell, everything=everything):
            say(line)
    return FAILED if report.problems or report.nothing else 0


def _read(choice: Choice, site: Site, report: Report) -> None:
    """Read what was chosen, one file after the other, into `report`."""
    first_with: dict[int, str] = {}  # the path of the first post with a key, by its hash: the keys would take more room
    for path, stamp in _with_progress(choice):
        taken = take(path, stamp, site)
        if taken is None:
            continue
        if taken.ignored is not None:
            report.add_ignored(taken.ignored)
            continue
        if taken.record.problem is not None:
            report.add_unreadable(taken.record.problem)
            continue
        report.files += 1
        if taken.record.post is None:
            report.without_front_matter += 1
        else:
            post = taken.record.post
            report.add(post)
            if post.key.startswith("path:"):  # no other file has it
                continue
            first = first_with.setdefault(hash(post.key), path)
            if first != path:
                report.problems.append(_copy(post, first))
    for problem in choice.problems():
        if site.is_post(problem.path) and not (site.root / problem.path).is_dir():
            report.add_unreadable(problem)
        else:  # a folder: nobody knows how many files it holds
            report.problems.append(problem)
    report.problems.sort(key=lambda problem: (problem.path, problem.line))
    report.no_posts += choice.no_posts()
    report.html = choice.html


def _with_progress(choice: Choice) -> Iterable[tuple[str, FileStamp]]:
    """The files; a bar on the standard error tells how far they are, where it is a terminal and they are many."""
    console = Console(stderr=True)
    if not console.is_terminal or (total := choice.count()) < PROGRESS_FROM:
        return choice.files()
    return track(choice.files(), description="Reading", total=total, console=console, transient=True)


def _copy(post: Post, first: str) -> Problem:
    """An editor who takes an old post as a template keeps its code: newsbell then takes both files for one post."""
    kind, _, value = post.key.rpartition("@")[0].partition(":")
    shared = f"the {'code' if kind == 'code' else 'address'} {value} and the language {post.language}"
    what = f"this is the same post as {first}: both have {shared}"
    return Problem(post.path, 1, what, "give it a code of its own, or remove one of the two")
