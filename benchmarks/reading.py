"""Whole reading of posts of a newspaper's usual shape, beside plain python-frontmatter on the same files."""

from __future__ import annotations

import contextlib
import platform
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import frontmatter

from benchmarks.rows import Row
from bot.errors import PostError
from bot.reading.generators.detect import find_generator
from bot.reading.reader import read_bytes
from bot.reading.site import Site

POSTS = 300
SERIES = 9
CONFIGURATION = """
title: River Daily
url: https://daily.example.org
timezone: Asia/Phnom_Penh
permalink: /:categories/:year/:month/:day/:title/
defaults:
  - scope: {path: "", type: posts}
    values: {layout: post}
"""

# The blocks of such a post: its heading, a picture, the caption, and paragraphs of these lengths in characters.
CAPTION = 227
PARAGRAPHS = (264, 214, 240, 197, 434, 173, 297, 112, 250, 221, 304, 184, 258, 155, 203)
WORDS = ("river", "market", "bridge", "morning", "porters", "council", "boats", "rain", "street", "school", "evening")


async def measure() -> list[Row]:
    """Two rows, of a plain folder and of a Jekyll site with the same posts: issue 3 allows four times the floor."""
    with tempfile.TemporaryDirectory() as home:
        plain, jekyll = Path(home) / "plain", Path(home) / "jekyll"
        (jekyll / "_posts").mkdir(parents=True)
        (jekyll / "_config.yml").write_text(CONFIGURATION, encoding="utf-8")
        plain.mkdir()
        name = f"of 18 blocks (Python {platform.python_version()}, {platform.machine()})"
        return [
            compare(f"whole reading of a post {name}, plain folder", plain, list(_write(plain))),
            compare(f"whole reading of a post {name}, Jekyll", jekyll, list(_write(jekyll / "_posts"))),
        ]


def compare(name: str, root: Path, files: Sequence[Path]) -> Row:
    """CPU milliseconds a file of the site at `root`, read as the program does and by python-frontmatter alone: series
    of both by turns, so that each works with the processor's caches to itself."""
    generator = find_generator(root)
    site = Site(root, url=generator.url, timezone="Asia/Phnom_Penh", generator=generator)

    def read(path: str) -> None:
        with contextlib.suppress(PostError):
            read_bytes((root / path).read_bytes(), path, site)

    def parse(name: str) -> None:
        with contextlib.suppress(Exception):  # it lets its parsers' errors through
            frontmatter.load(name)

    paths, names = [file.relative_to(root).as_posix() for file in files], [str(file) for file in files]
    pairs = [(_series(read, paths), _series(parse, names)) for _ in range(SERIES)]
    return Row(name, [ours for ours, _ in pairs], "frontmatter.load of the same file", [floor for _, floor in pairs])


def _series(work: Callable[[str], None], files: Sequence[str]) -> float:
    """CPU milliseconds a file."""
    began = time.process_time()
    for file in files:
        work(file)
    return (time.process_time() - began) / len(files) * 1000


def _write(folder: Path) -> Iterator[Path]:
    letters = random.Random(7)  # the same posts every time
    for number in range(POSTS):
        file = folder / f"2026-11-02-post-{number}.md"
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
