"""A synthetic archive: as many posts as wanted in the mixed shapes of real sites, the same for the same seed.

By hand: `python -m tests.archive FOLDER [POSTS]`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

from tests.archive_shapes import SHAPES, Shape, newspaper

SEED: Final = 20241107
POSTS_TO_ONE_ACCIDENT: Final = 2000
"""So many posts come with one broken file of each kind."""

_FINE: Final = "---\ntitle: {title}\ncode: {code}\ndate: 2024-11-07\n---\n\nIt rained in the night.\n"

BROKEN: Final[Mapping[str, bytes]] = {
    "half-written": b'---\ntitle: "Half',
    "unquoted-colon": b"---\nlayout: post\ntitle: Rain: more of it\n---\nText.\n",
    "tab": b"---\ntitle: Tab\nsocial:\n\tcolor: red\n---\nText.\n",
    "latin-1": b"---\ntitle: Caf\xe9\n---\nText.\n",
    "utf-16": "---\ntitle: Wide\n---\nText.\n".encode("utf-16"),
    "too-deep": b"---\ntitle: Deep\ntags: " + b"[" * 5000 + b"]" * 5000 + b"\n---\nText.\n",
    "too-large": b"---\ntitle: Large\n---\n" + b"\0" * (2 << 20),
}
NO_POSTS: Final[Mapping[str, bytes]] = {"empty": b"", "newline": b"\n", "plain": b"Just text.\n\n---\n\nMore.\n"}


@dataclass(frozen=True, slots=True)
class Archive:
    """What was written below `root`. Paths are relative to it, "/" between."""

    root: Path
    posts: int = 0  # with readable front matter, twins and drafts too
    shapes: Mapping[str, int] = field(default_factory=dict)  # the posts of each shape
    broken: Mapping[str, str] = field(default_factory=dict)  # path -> which of BROKEN
    twins: tuple[str, ...] = ()  # posts with the code of another one
    no_posts: tuple[str, ...] = ()

    @property
    def files(self) -> int:
        """All that look like posts by their names."""
        return self.posts + len(self.broken) + len(self.no_posts)


def write_archive(root: Path, posts: int, seed: int = SEED) -> Archive:
    """Write an archive of `posts` posts below `root`, and some that are broken in known ways."""
    counts = {shape.name: _part(shape, posts) for shape in SHAPES}
    counts[SHAPES[0].name] += posts - sum(counts.values())
    for shape in SHAPES:
        write_posts(root / shape.name, shape, counts[shape.name], seed)
    accidents = max(1, posts // POSTS_TO_ONE_ACCIDENT)
    broken = {_write(root, path, content): kind for kind, path, content in _accidents(BROKEN, accidents)}
    no_posts = tuple(_write(root, path, content) for _, path, content in _accidents(NO_POSTS, accidents))
    twins = []
    for number in range(accidents):
        for name in ("one", "two"):
            content = _FINE.format(title=f"Twin {number}", code=f"TWIN{number}").encode()
            twins.append(_write(root, f"twins/{number}-{name}.md", content))
    return Archive(root, posts + len(twins), counts, broken, tuple(twins[1::2]), no_posts)


def write_posts(folder: Path, shape: Shape, count: int, seed: int = SEED) -> None:
    """Write a site of `count` posts of one shape, with its configuration."""
    random = Random(f"{seed} {shape.name}")  # the same on every machine
    for number in range(count):
        path, text = shape.write(random, number)
        _write(folder, path, text.encode())
    for path, text in shape.beside.items():
        _write(folder, path, text.encode())


def write_newspaper(folder: Path, count: int, seed: int = SEED) -> None:
    """Write `count` posts of the seed's shape."""
    write_posts(folder, Shape("newspaper", 1, newspaper), count, seed)


def _part(shape: Shape, posts: int) -> int:
    return max(1, posts * shape.share // sum(each.share for each in SHAPES))


def _accidents(kinds: Mapping[str, bytes], each: int) -> Iterator[tuple[str, str, bytes]]:
    for kind, content in kinds.items():
        for number in range(each):
            yield kind, f"accidents/{kind}-{number}.md", content


def _write(root: Path, path: str, content: bytes) -> str:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return path


if __name__ == "__main__":
    written = write_archive(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
    sys.stdout.write(f"{written.files} files, {written.posts} posts: {dict(written.shapes)}\n")
    sys.stdout.write(f"broken: {dict(Counter(written.broken.values()))}, twins: {len(written.twins)}\n")
