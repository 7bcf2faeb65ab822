"""Small sites of Jekyll's for the tests of its rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.reading.generators.jekyll import Jekyll

URL = "https://paper.example"
RAIN = "_posts/2024-11-07-Rain.md"
DATE = "2024-11-07T10:20:30+07:00"


def site(root: Path = Path("/nonexistent"), /, **config: object) -> Jekyll:
    return Jekyll(root=root, file="_config.yml", config={"url": URL, **config})


def watched(prefix: str, /, **config: object) -> Jekyll:
    """A site of which only the folder at `prefix` is watched."""
    return replace(site(**config), prefix=prefix)
