"""Pictures on disk: found by what an author wrote, and never outside the site's folders, links followed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from bot.reading.page import Page

_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|heic)$", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """What became of a search."""

    file: Path | None = None
    outside: bool = False  # something is there, or would be, but not inside the site's folders
    empty: bool = False  # the file has no bytes


def names_a_picture(path: str) -> bool:
    """Whether `path` ends like a picture's name."""
    return _PICTURE_FILE.search(path) is not None


def find_picture(written: str, page: Page) -> Found:
    """The picture's file for `written`, the path of an address: from the site's root if it begins with "/", else from
    the post's folder, and then from the root (Hugo and Jekyll themes take it so). Hexo may keep a post's pictures in a
    folder of its own, named as the post."""
    allowed = [folder.resolve() for folder in page.site.folders]
    public = page.site.folders[-1]
    served = [public / folder for folder in page.site.generator.public_folders]
    file = page.site.root / page.path
    beside = [file.with_suffix(""), file.parent] if page.site.generator.has_asset_folders else [file.parent]
    places = served if written.startswith("/") else beside if ".." in written else [*beside, *served]
    found = Found()
    for candidate in _candidates(places, written):
        result = _look(candidate, allowed)
        if result.file:
            return result
        found = Found(outside=found.outside or result.outside, empty=found.empty or result.empty)
    return Found(outside=True) if _is_elsewhere(written, allowed) or (found.outside and not found.empty) else found


def _candidates(places: Sequence[Path], written: str) -> Iterator[Path]:
    relative = written.replace("\\", "/").lstrip("/")
    spellings = [name for text in (relative, unquote(relative)) for name in _spellings(text)]
    return (place / name for place in places for name in dict.fromkeys(spellings))


def _spellings(name: str) -> Iterable[str]:
    """macOS wrote the letters of file names taken apart, and editors put them together."""
    return (name,) if name.isascii() else (name, unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))


def _look(candidate: Path, allowed: Sequence[Path]) -> Found:
    try:
        real = candidate.resolve()
        if not any(real.is_relative_to(folder) for folder in allowed):
            return Found(outside=True)
        if not _PICTURE_FILE.search(real.name) or not real.is_file():
            return Found()
        return Found(file=real) if real.stat().st_size else Found(empty=True)
    except (OSError, ValueError, RuntimeError):  # a NUL or 300 letters in its name, a ring of links
        return Found()


def _is_elsewhere(written: str, allowed: Sequence[Path]) -> bool:
    """Whether `written` is the absolute path of something on this machine that is none of the site's business."""
    if not written.startswith("/"):
        return written.startswith("~/")
    try:
        real = Path(written).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        return False
    return real.parent != real and not any(real.is_relative_to(folder) for folder in allowed)
