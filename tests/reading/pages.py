"""Posts for the tests of the reading rules, written with as few words as a case needs."""

from __future__ import annotations

from pathlib import Path

from bot.models import Post, Span
from bot.reading.reader import read_bytes
from bot.reading.site import Site

POSTS = Path(__file__).parents[1] / "posts"
SITE = Site(root=Path("/nonexistent"), timezone="Asia/Phnom_Penh")


def written(front: str = "title: Rain", body: str = "It rained.") -> bytes:
    """A file with this YAML front matter and body."""
    return f"---\n{front}\n---\n{body}".encode()


def read(front: str = "title: Rain", body: str = "It rained.", *, path: str = "rain.md", site: Site = SITE) -> Post:
    """The post in such a file."""
    post = read_bytes(written(front, body), path, site)
    assert post is not None
    return post


def text(spans: tuple[Span, ...]) -> str:
    """What `spans` say."""
    return "".join(span.text for span in spans)
