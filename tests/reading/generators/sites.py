"""Small sites for the tests of the generators' rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.models import Post
from bot.reading.dates import to_moment
from bot.reading.generators.generator import Fields, Generator
from bot.reading.reader import read_post
from bot.reading.site import Site

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")


@dataclass
class Note:
    """A page by its front matter alone."""

    site_path: str
    values: Fields
    zone: ZoneInfo = PHNOM_PENH
    doubts: list[str] = field(default_factory=list)

    def doubt(self, sentence: str, key: str = "") -> None:
        self.doubts.append(sentence)


def note(path: str, /, **values: object) -> Note:
    """A post at `path`, relative to the site's root, with this front matter."""
    return Note(path, values)


def address(generator: Generator, path: str, /, **values: object) -> str:
    """The address of such a post."""
    return address_of(generator, note(path, **values))


def address_of(generator: Generator, page: Note) -> str:
    """The address of `page`, whose date is the one under `date`."""
    moment = to_moment(page.values.get("date"), page.zone)
    day = moment.astimezone(page.zone) if moment else None
    return generator.address_of(page, language="en", categories=(), day=day)


def write(root: Path, path: str, text: str = "") -> Path:
    """A file of the site."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def post_at(generator: Generator, path: str, front: str = "title: Rain", body: str = "It rained.") -> Post:
    """The post with this YAML front matter, written to `path` below the generator's root and read as newsbell does."""
    assert generator.root is not None
    file = write(generator.root, path, f"---\n{front}\n---\n{body}")
    site = Site(root=generator.root, url=generator.url, timezone="Asia/Phnom_Penh", generator=generator)
    post = read_post(file, site)
    assert post is not None
    return post
