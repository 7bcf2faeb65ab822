"""What the headers of a picture say of it, read without decoding a pixel: that costs nothing and harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.models import Kind
from bot.picturing.kinds import kind_of

_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers at which a JPEG tells its sides (ITU T.81, table B.1)."""

_SCAN: Final = 0xDA
_EXIF: Final = 0xE1
_GREY_OR_COLOUR: Final = frozenset({1, 3})
_ORIENTATION: Final = 0x0112
_MOST_PARTS: Final = 1000
"""Entries of Exif data, segments, chunks: cameras and programs write some dozens. A hostile file ends here."""

_END_OF_JPEG: Final = b"\xff\xd9"
_END_OF_PNG: Final = b"IEND\xaeB`\x82"
_TAIL_BYTES: Final = 65_536
"""So far from the end its mark may stand: telephones put more behind it."""

_PNG_ALPHA: Final = frozenset({4, 6})


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself. `plain`: any program shows it as it is meant, upright and on any background."""

    kind: Kind
    width: int
    height: int
    plain: bool = False


def header_of(content: bytes) -> Header | None:
    """The header of a picture; None where the kind has none that can be read here, or where it is broken."""
    kind = kind_of(content)
    read = {Kind.JPEG: _jpeg, Kind.PNG: _png, Kind.GIF: _gif, Kind.WEBP: _webp, Kind.BMP: _bmp}.get(kind or Kind.SVG)
    header = read(content) if read else None
    return header if header and header.width and header.height else None


# --- JPEG ------------------------------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> Header | None:
    upright, frame = True, 0
    for marker, start, end in _segments(content):
        if marker == _EXIF and content.startswith(b"Exif\0\0", start):
            upright = _is_upright(content[start + 6 : end])
        elif marker in _FRAMES and end - start >= 6:
            frame = start
        elif marker == _SCAN and frame:
            height, width = _number(content, frame + 1, 2), _number(content, frame + 3, 2)
            usual = content[frame] == 8 and content[frame + 5] in _GREY_OR_COLOUR
            whole = content.rfind(_END_OF_JPEG, max(end, len(content) - _TAIL_BYTES)) >= 0
            return Header(Kind.JPEG, width, height, upright and usual and whole)
    return None


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of what each segment holds, up to the pixels; fillers count as segments."""
    place = 2
    for _ in range(_MOST_PARTS):
        marker = content[place + 1 : place + 2]
        if not marker or content[place] != 0xFF:
            return
        length = 0 if marker == b"\xff" else _number(content, place + 2, 2)
        if length:
            yield marker[0], place + 4, place + 2 + length
        place += 2 + length if length else 1


def _is_upright(exif: bytes) -> bool:
    """Whether the camera was held upright, by the first directory of a TIFF header (TIFF 6.0, section 2)."""
    order = {b"II": "little", b"MM": "big"}.get(exif[:2])
    if order is None:
        return True
    big = order == "big"
    place = _number(exif, 4, 4, big=big)
    for entry in range(place + 2, place + 2 + 12 * min(_number(exif, place, 2, big=big), _MOST_PARTS), 12):
        if _number(exif, entry, 2, big=big) == _ORIENTATION:
            return _number(exif, entry + 8, 2, big=big) in {0, 1}
    return True


# --- the others ------------------------------------------------------------------------------------------------------


def _png(content: bytes) -> Header | None:
    if content[12:16] != b"IHDR" or len(content) < 33:
        return None
    bits, colour = content[24], content[25]
    clear = colour in _PNG_ALPHA or _has_clear_colour(content)
    whole = content.rfind(_END_OF_PNG, -_TAIL_BYTES) >= 0
    return Header(Kind.PNG, _number(content, 16, 4), _number(content, 20, 4), whole and not clear and bits <= 8)


def _has_clear_colour(content: bytes) -> bool:
    """Whether there is a tRNS chunk, or an animation; both stand before the pixels. True where that is not seen."""
    place = 33
    for _ in range(_MOST_PARTS):
        name = content[place + 4 : place + 8]
        if name == b"IDAT":
            return False
        if name in {b"tRNS", b"acTL", b""}:
            return True
        place += 12 + _number(content, place, 4)
    return True


def _gif(content: bytes) -> Header:
    return Header(Kind.GIF, _number(content, 6, 2, big=False), _number(content, 8, 2, big=False))


def _webp(content: bytes) -> Header | None:
    """By the first chunk (RFC 9649, sections 2.4 to 2.7)."""
    form, body = content[12:16], content[20:30]
    if len(body) < 10:
        return None
    if form == b"VP8X":
        return Header(Kind.WEBP, _number(body, 4, 3, big=False) + 1, _number(body, 7, 3, big=False) + 1)
    if form == b"VP8L":
        bits = _number(body, 1, 4, big=False)
        return Header(Kind.WEBP, (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if form == b"VP8 ":
        sides = _number(body, 6, 2, big=False), _number(body, 8, 2, big=False)
        return Header(Kind.WEBP, sides[0] & 0x3FFF, sides[1] & 0x3FFF)
    return None


def _bmp(content: bytes) -> Header | None:
    if _number(content, 14, 4, big=False) == 12:
        return Header(Kind.BMP, _number(content, 18, 2, big=False), _number(content, 20, 2, big=False))
    height = int.from_bytes(content[22:26], "little", signed=True)  # negative: from top to bottom
    return Header(Kind.BMP, _number(content, 18, 4, big=False), abs(height))


def _number(content: bytes, start: int, length: int, *, big: bool = True) -> int:
    return int.from_bytes(content[start : start + length], "big" if big else "little")
