"""`newsbell once`: for cron and for site builds."""

from __future__ import annotations

import click

from bot.app import once as once_app
from bot.cli.ending import FAILED
from bot.cli.setting import start, wait_for


@click.command()
def once() -> int:
    """Read the folder once, send what is new, wait until all is sent, and end.

    The first time, everything that is there becomes known and nothing is sent. Exit code 1: a post could not be read,
    or a message not be sent; which ones is said at the end.
    """
    faults = wait_for(once_app(start()))
    for fault in faults:
        click.echo(f"✗ {fault}", err=True)
    return FAILED if faults else 0
