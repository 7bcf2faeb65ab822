"""Why a file or folder of the site is no post, and the posts in HTML, which newsbell does not read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bot.reading.paths import is_post_path
from bot.reading.site import Site
from bot.watching.ignore import is_ignored

_HTML: Final = (".html", ".htm")
_FENCES: Final = frozenset({b"---", b"+++"})
_FIRST_LINE: Final = 64  # bytes that a fence with blanks behind it may have


def why_no_post(place: str, site: Site) -> str:
    """Why newsbell takes the file at `place` (relative to the watched folder) for no post; empty if it may be one."""
    if is_ignored(place):
        return "is no post: newsbell looks at no file of this name, or in this folder"
    if link := _link_above(place, site.root):
        return f"is no post of this folder: {link} is a link, and newsbell does not follow links to folders"
    if site.is_post(place):
        refusal = site.generator.refusal(site.site_path(place))
        return f"is no post: {'; '.join(refusal)}" if refusal else ""
    if is_post_path(place):
        return f"is no post: {site.generator.name or 'newsbell'} takes none from there"
    return "is no post by its name; posts end in .md, .markdown or .mdx, and README.md and _index.md are none"


def is_html(path: str) -> bool:
    """Whether a file has the name of a page in HTML."""
    return path.lower().endswith(_HTML)


def may_be_html_post(path: str, site: Site) -> bool:
    """Whether the file at `path` would be a post if it were written in Markdown. Looks at nothing but the path."""
    if not is_html(path):
        return False
    twin = f"{path.rpartition('.')[0]}.md"
    return site.is_post(twin) and site.generator.refusal(site.site_path(twin)) is None


def has_front_matter(file: Path) -> bool:
    """Whether the file begins like a post. Blocking; False if it can't be read."""
    try:
        with file.open("rb") as opened:
            first = opened.readline(_FIRST_LINE)
    except OSError:
        return False
    return first.removeprefix(b"\xef\xbb\xbf").rstrip() in _FENCES


def _link_above(place: str, root: Path) -> str:
    """The outermost folder above `place`, or `place` itself, that is a link to a folder; empty if none is."""
    parts = place.split("/")
    ways = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return next((way for way in ways if os.path.islink(root / way) and os.path.isdir(root / way)), "")  # noqa: PTH112, PTH114
