"""Which local files are pictures that the page may show."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

_BEGINNINGS: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_CONTAINERS: Final = {(b"RIFF", b"WEBP"): "image/webp", (b"ftyp", b"avif"): "image/avif"}


def picture_type(file: str, folders: Collection[Path]) -> str:
    """The content type of a picture file in one of `folders`, told by its first bytes; empty if it is no such file.

    Drawings (SVG) are none: neither platform shows them, and they could carry scripts.
    """
    try:
        path = Path(file).resolve(strict=True)
        if not any(path.is_relative_to(folder.resolve()) for folder in folders):
            return ""
        with path.open("rb") as opened:
            head = opened.read(16)
    except (OSError, ValueError):  # missing, unreadable, a folder; a null byte in its name
        return ""
    plain = (kind for beginning, kind in _BEGINNINGS.items() if head.startswith(beginning))
    boxed = (kind for (box, brand), kind in _CONTAINERS.items() if box in head[:8] and head[8:12] == brand)
    return next(plain, "") or next(boxed, "")
