"""Whole reading of posts of a newspaper's usual shape, beside plain python-frontmatter on the same files."""

from __future__ import annotations

import contextlib
import platform
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import frontmatter

from benchmarks.rows import Row
from bot.errors import PostError
from bot.reading.generators.detect import find_generator
from bot.reading.reader import read_bytes
from bot.reading.site import LinkTo, Site

POSTS = 300
SERIES = 9
ALLOWED = 4.0
JEKYLL = """
title: River Daily
url: https://daily.example.org
timezone: Asia/Phnom_Penh
permalink: /:categories/:year/:month/:day/:title/
defaults:
  - scope: {path: "", type: posts}
    values: {layout: post}
"""
HUGO = """
baseURL = "https://daily.example.org/"
timeZone = "Asia/Phnom_Penh"
[permalinks]
news = "/:year/:month/:slug/"
"""

# The blocks of such a post: its heading, a picture, the caption, and paragraphs of these lengths in characters.
CAPTION = 227
PARAGRAPHS = (264, 214, 240, 197, 434, 173, 297, 112, 250, 221, 304, 184, 258, 155, 203)
WORDS = ("river", "market", "bridge", "morning", "porters", "council", "boats", "rain", "street", "school", "evening")


@dataclass(frozen=True, slots=True)
class Builder:
    """What builds a site, and where its posts lie."""

    name: str
    file: str = ""
    configuration: str = ""
    posts: str = "."


PLAIN = Builder("plain folder")
OF_JEKYLL = Builder("Jekyll", "_config.yml", JEKYLL, "_posts")
OF_HUGO = Builder("Hugo", "hugo.toml", HUGO, "content/news")


@dataclass(frozen=True, slots=True)
class Case:
    """Posts of one kind on one site."""

    builder: Builder
    kind: str = "as it is"
    without: tuple[str, ...] = ()  # keys of the front matter: without `origin_url`, the link is the generator's own
    styled: bool = False  # a link and an emphasized word in its first paragraph
    link_to: LinkTo = LinkTo.ORIGIN


CASES = (
    *(Case(builder) for builder in (PLAIN, OF_JEKYLL, OF_HUGO)),
    *(Case(builder, "NEWSBELL_LINK=site", link_to=LinkTo.SITE) for builder in (OF_JEKYLL, OF_HUGO)),
    *(Case(builder, "no origin_url", ("origin_url",)) for builder in (OF_JEKYLL, OF_HUGO)),
    *(Case(builder, "neither origin_url nor code", ("origin_url", "code")) for builder in (OF_JEKYLL, OF_HUGO)),
    Case(OF_JEKYLL, "a link and emphasis in its lead", styled=True),
    Case(OF_HUGO, "no origin_url, a link and emphasis in its lead", ("origin_url",), styled=True),
)


async def measure() -> list[Row | str]:
    """A row for each case: of a post whose link stands in it, and of those whose link its generator makes."""
    name = f"of 18 blocks (Python {platform.python_version()}, {platform.machine()})"
    rows: list[Row | str] = [f"whole reading of a post {name}: each row may cost {ALLOWED:g} times its floor"]
    for case in CASES:
        with tempfile.TemporaryDirectory() as home:
            title = f"whole reading, {case.builder.name}, {case.kind}"
            rows.append(compare(title, Path(home), list(_site(Path(home), case)), case.link_to))
    return rows


def compare(name: str, root: Path, files: Sequence[Path], link_to: LinkTo = LinkTo.ORIGIN) -> Row:
    """CPU milliseconds a file of the site at `root`, read as the program does and by python-frontmatter alone: series
    of both by turns, so that each works with the processor's caches to itself."""
    generator = find_generator(root)
    site = Site(root, url=generator.url, timezone="Asia/Phnom_Penh", generator=generator, link_to=link_to)

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


def _site(root: Path, case: Case) -> Iterator[Path]:
    """Write the site; its posts."""
    folder = root / case.builder.posts
    folder.mkdir(parents=True, exist_ok=True)
    if case.builder.file:
        (root / case.builder.file).write_text(case.builder.configuration, encoding="utf-8")
    letters = random.Random(7)  # the same posts every time
    for number in range(POSTS):
        file = folder / f"2026-11-02-post-{number}.md"
        file.write_text(_post(number, letters, case), encoding="utf-8")
        yield file


def _post(number: int, letters: random.Random, case: Case) -> str:
    title = _sentence(85, letters).rstrip(".")
    slug = title.lower().replace(" ", "-")
    picture = f"https://github.com/user-attachments/assets/{number:08x}-0000-4000-8000-00000000000"
    keys = (
        f'layout: post\ncode: "ART26110210{number:04d}"\norigin_url: "https://www.example.org/national/{slug}"\n'
        f'image: "{picture}0"\ntitle: "{title}"\ndescription: "{title}"\ncategory: "NATIONAL"\nlanguage: "en"\n'
        "date: 2026-11-02T11:30:13.133Z"
    )
    front = "\n".join(key for key in keys.split("\n") if not key.startswith(case.without))
    paragraphs = [_sentence(length, letters) for length in PARAGRAPHS]
    for index in (3, 8, 12):
        paragraphs[index] += "\u00a0"
    paragraphs[2] = f"“{paragraphs[2][:-1]},” a porter said."
    if case.styled:
        first, *words, word = paragraphs[0].split(" ", 6)
        linked = f"[{' '.join(words[:3])}](https://www.example.org/{number})"
        paragraphs[0] = f"{first} {linked} {words[3]} *{words[4]}* {word}"
    caption = _sentence(CAPTION, letters).rstrip(".") + " River Daily"
    return "\n\n".join((f"---\n{front}\n---", f"# {title}", f"![]({picture}1)", caption, *paragraphs))


def _sentence(length: int, letters: random.Random) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < length:
        words.append(letters.choice(WORDS))
    return " ".join(words).capitalize() + "."
