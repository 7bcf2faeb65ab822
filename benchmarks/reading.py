"""Whole reading of posts of a newspaper's usual shape, beside plain python-frontmatter on the same files."""

from __future__ import annotations

import platform
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import frontmatter

from benchmarks.rows import Row
from bot.reading.reader import read_post
from bot.reading.site import Site

POSTS = 300
ROUNDS = 5

# The blocks of such a post: its heading, a picture, the caption, and paragraphs of these lengths in characters.
CAPTION = 227
PARAGRAPHS = (264, 214, 240, 197, 434, 173, 297, 112, 250, 221, 304, 184, 258, 155, 203)
WORDS = ("river", "market", "bridge", "morning", "porters", "council", "boats", "rain", "street", "school", "evening")


async def measure() -> list[Row]:
    """One row: milliseconds a post, both read in turn."""
    with tempfile.TemporaryDirectory() as home:
        files = list(_write(Path(home)))
        site = Site(root=Path(home), timezone="Asia/Phnom_Penh")
        ours, floor = [], []
        for _ in range(ROUNDS):
            for file in files:
                began = time.perf_counter()
                frontmatter.load(str(file))
                between = time.perf_counter()
                read_post(file, site)
                ours.append((time.perf_counter() - between) * 1000)
                floor.append((between - began) * 1000)
    name = f"whole reading of a post of 18 blocks (Python {platform.python_version()}, {platform.machine()})"
    return [Row(name, ours, "frontmatter.load of the same file", floor)]


def _write(folder: Path) -> Iterator[Path]:
    letters = random.Random(7)  # the same posts every time
    for number in range(POSTS):
        file = folder / f"post-{number}.md"
        file.write_text(_post(number, letters), encoding="utf-8")
        yield file


def _post(number: int, letters: random.Random) -> str:
    title = _sentence(85, letters).rstrip(".")
    slug = title.lower().replace(" ", "-")
    picture = f"https://github.com/user-attachments/assets/{number:08x}-0000-4000-8000-00000000000"
    front = (
        f'layout: post\ncode: "ART26110210{number:04d}"\norigin_url: "https://www.example.org/national/{slug}"\n'
        f'image: "{picture}0"\ntitle: "{title}"\ndescription: "{title}"\ncategory: "NATIONAL"\nlanguage: "en"\n'
        "date: 2026-11-02T11:30:13.133Z"
    )
    paragraphs = [_sentence(length, letters) for length in PARAGRAPHS]
    for index in (3, 8, 12):
        paragraphs[index] += "\u00a0"
    paragraphs[2] = f"“{paragraphs[2][:-1]},” a porter said."
    caption = _sentence(CAPTION, letters).rstrip(".") + " River Daily"
    return "\n\n".join((f"---\n{front}\n---", f"# {title}", f"![]({picture}1)", caption, *paragraphs))


def _sentence(length: int, letters: random.Random) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < length:
        words.append(letters.choice(WORDS))
    return " ".join(words).capitalize() + "."
