"""Brakes work within a second: the commands that hold, release and tell load only what they need."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"bot.publishing.publisher", "bot.delivering.dispatcher", "bot.watching.watcher", "sqlite_utils", "watchdog"}
FILES = {"bot.reading.reader", "bot.reading.generators.detect", "markdown_it", "frontmatter"}


@pytest.mark.parametrize(
    ("command", "spared"),
    [
        ("hold", HEAVY | FILES),
        ("takeback", HEAVY | FILES),
        ("release", HEAVY | FILES),
        ("deliveries", HEAVY | FILES),
        ("why", HEAVY),
        ("status", HEAVY),
    ],
)
def test_a_command_loads_only_what_it_needs(command: str, spared: set[str]) -> None:
    program = f"import sys, bot.cli.{command}; print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert f"bot.cli.{command}" in loaded
    assert spared & set(loaded) == set()
