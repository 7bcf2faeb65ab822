"""The pages that Jekyll's tags `post_url` and `link` lead to: jekyllrb.com, "Liquid Tags", "Linking to pages"."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import PostError
from bot.reading.front.front_matter import FRONT_MATTER_LIMIT, read_front_matter
from bot.reading.generators.generator import Fields
from bot.reading.generators.jekyll_settings import JekyllSettings

_MOST_LINKS: Final = 50
_CACHED_FILES: Final = 1024
_LARGEST_FRONT_BYTES: Final = 5 * FRONT_MATTER_LIMIT
_TAG: Final = re.compile(
    r"\{%-?\s*raw\s*-?%\}(?:(?!\{%-?\s*(?:end)?raw\b).)*"  # shown as it is written
    r"|\{%-?\s*(?P<tag>post_url|link)\s+(?P<target>[^\s%{}][^%{}\n]{0,300}?)\s*-?%\}",
    re.S,
)
_EXTENSIONS: Final = ("md", "markdown", "mkd", "mkdn", "mkdown")
_POSTS: Final = "_posts"


@dataclass(frozen=True, slots=True)
class Target:
    """A file of the site that a tag names, as the rules for addresses want it."""

    site_path: str
    values: Fields
    zone: ZoneInfo

    def doubt(self, sentence: str, key: str = "") -> None:
        """Nothing: what is wrong with that post is told when it is read itself."""


def with_addresses(body: str, address_of: Callable[[str, str], str]) -> str:
    """`body` with an address for each tag that `address_of` (tag, target) has one for; the others stay as they are.

    No more than _MOST_LINKS are looked for.
    """
    if "{%" not in body or ("post_url" not in body and "link " not in body):
        return body
    known: dict[tuple[str, str], str] = {}

    def replace(match: re.Match[str]) -> str:
        wanted = (match["tag"] or "", (match["target"] or "").strip("\"'"))
        if not wanted[0]:
            return match[0]
        if wanted not in known:
            known[wanted] = address_of(*wanted) if len(known) < _MOST_LINKS else ""
        return known[wanted].translate(_UNSAFE_IN_A_LINK) or match[0]

    return _TAG.sub(replace, body)


_UNSAFE_IN_A_LINK: Final = {ord(char): f"%{ord(char):02X}" for char in "()'\"<> "}


def files_for(tag: str, target: str, path: str, settings: JekyllSettings) -> Iterator[str]:
    """The files, relative to the root, that `target` may be in a post at `path`, the most likely first."""
    name = target.strip("/")
    homes = [settings.source, "/".join(filter(None, (settings.source, settings.collections_dir)))]
    if not name or ".." in name.split("/"):
        return
    if tag == "link":
        yield from dict.fromkeys("/".join(filter(None, (home, name))) for home in homes)
        return
    before, found, _ = f"/{path}".partition(f"/{_POSTS}/")
    own = [f"{before}/{_POSTS}".strip("/")] if found else []
    for home in dict.fromkeys((*own, "/".join(filter(None, (homes[1], _POSTS))))):
        yield from (f"{home}/{name}.{extension}" for extension in _EXTENSIONS)


def front_of(root: Path, file: str) -> Fields | None:
    """The front matter of `file` below `root`, keys in lower case; None if there is no such file. A file that has none,
    or one that can't be read, has an empty one."""
    try:
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - for each name that a tag may mean
    except (OSError, ValueError):  # a name that no file can have
        return None
    return _read(root, file, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=_CACHED_FILES)
def _read(root: Path, file: str, mtime_ns: int, size: int) -> Fields | None:
    """The front matter of `file`; None if it lies outside `root`. Its time and size tell its versions apart."""
    whole = root / file
    try:
        if not whole.resolve().is_relative_to(root.resolve()) or not whole.is_file():
            return None
        with whole.open("rb") as stream:
            content = stream.read(_LARGEST_FRONT_BYTES)
        if len(content) == _LARGEST_FRONT_BYTES:
            content = content[: content.rfind(b"\n") + 1]  # not in the middle of a letter
        front = read_front_matter(content, file)
    except (OSError, RuntimeError, PostError):  # no right to read it, a circle of links, a slip in it
        return {}
    return front.values if front else {}
