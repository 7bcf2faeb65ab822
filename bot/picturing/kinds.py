"""What a picture is, told by its first bytes: names and servers err."""

from __future__ import annotations

import re
from typing import Final

from bot.models import Kind

HEAD_BYTES: Final = 1024
"""So many first bytes tell all kinds."""

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"II*\x00", Kind.TIFF),
    (b"MM\x00*", Kind.TIFF),
)
_BRANDS: Final = (  # of an ISO media file: its own, then those that it is compatible with
    (Kind.AVIF, frozenset({b"avif", b"avis"})),
    (Kind.HEIC, frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"})),
)
_SVG: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.S)
_LARGEST_FTYP_BYTES: Final = 128
_BMP_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})  # sizes that a header says to have


def kind_of(head: bytes) -> Kind | None:
    """The kind of the picture that begins with `head`; None: it is no picture that is known here."""
    for beginning, kind in _BEGINNINGS:
        if head.startswith(beginning):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Kind.WEBP
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return Kind.BMP
    if head[4:8] == b"ftyp":
        return _kind_of_iso(head)
    return Kind.SVG if _SVG.match(head[:HEAD_BYTES]) else None


def _kind_of_iso(head: bytes) -> Kind | None:
    length = min(int.from_bytes(head[:4], "big"), _LARGEST_FTYP_BYTES, len(head))
    brands = {head[8:12], *(head[place : place + 4] for place in range(16, length, 4))}
    return next((kind for kind, known in _BRANDS if brands & known), None)
