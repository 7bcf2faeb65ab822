"""Which local files are pictures that the page may show."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from bot.models import Kind
from bot.picturing.kinds import HEAD_BYTES, kind_of

_SHOWN: Final = frozenset({Kind.JPEG, Kind.PNG, Kind.GIF, Kind.WEBP, Kind.AVIF})


def picture_type(file: str, folders: Collection[Path]) -> str:
    """The content type of a picture file in one of `folders`, told by its first bytes; empty if it is no such file.

    Drawings (SVG) are none: neither platform shows them, and they could carry scripts.
    """
    try:
        path = Path(file).resolve(strict=True)
        if not any(path.is_relative_to(folder.resolve()) for folder in folders):
            return ""
        with path.open("rb") as opened:
            kind = kind_of(opened.read(HEAD_BYTES))
    except (OSError, ValueError):  # missing, unreadable, a folder; a null byte in its name
        return ""
    return str(kind) if kind in _SHOWN else ""
