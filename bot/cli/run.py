"""`newsbell run`: the service."""

from __future__ import annotations

import click

from bot.app import run as run_app
from bot.cli.setting import start, wait_for


@click.command()
def run() -> None:
    """Watch the folder and send what is new, until stopped (Ctrl-C or SIGTERM)."""
    wait_for(run_app(start()))
