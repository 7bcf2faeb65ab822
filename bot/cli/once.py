"""`newsbell once`: for cron and for site builds."""

from __future__ import annotations

import click

from bot.app import once as once_app
from bot.cli.ending import FAILED
from bot.cli.pointing import told_as_remembered
from bot.cli.report_text import problem_lines
from bot.cli.setting import start, wait_for
from bot.cli.wording import say
from bot.premises import site_of
from bot.records import Problem


@click.command()
def once() -> int:
    """Read the folder once, send what is new, wait until all is sent, and end.

    The first time, everything that is there becomes known and nothing is sent. Exit code 1: a post could not be read,
    or a message not be sent; which ones is said at the end.
    """
    settings = start()
    site = site_of(settings)
    faults = wait_for(once_app(settings))
    problems = [fault for fault in faults if isinstance(fault, Problem)]
    for line in problem_lines(problems, lambda problem: told_as_remembered(problem, site)):
        say(line, err=True)
    for fault in faults:
        if isinstance(fault, str):
            say(f"✗ {fault}", err=True)
    return FAILED if faults else 0
