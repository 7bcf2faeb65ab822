"""Pictures and files: where they came from, how large they are, how they leave as JSON."""

import io
from dataclasses import dataclass
from typing import Any, Final

from PIL import Image

SIDES_LIMIT: Final = 10_000  # width + height (telegram.md 2.2)
RATIO_LIMIT: Final = 20  # telegram.md 2.2
PHOTO_LIMIT_BYTES: Final = 10_000_000  # telegram.md 2.2
_SIZES_WITHOUT_SOI: Final = frozenset({0xC4, 0xC8, 0xCC})  # markers in JPEG's range of frames that start none


@dataclass(eq=False)
class Media:
    """A picture or file that Telegram holds; `file_id` sends it again, for this bot only."""

    kind: str  # photo, document
    file_id: str
    source: str  # "url" or "upload"
    url: str | None = None
    data: bytes | None = None
    name: str = ""
    mime_type: str = ""
    width: int = 1280
    height: int = 720

    @property
    def size(self) -> int:
        """Bytes; 0 when a URL was named, which the emulator does not fetch."""
        return len(self.data) if self.data is not None else 0

    @property
    def unique_id(self) -> str:
        """The same for all bots, and of no use for sending."""
        return f"AQAD{self.file_id[-12:]}"

    @property
    def path(self) -> str:
        """Below `/file/bot<token>/`."""
        return f"{self.kind}s/{self.unique_id}"

    def as_json(self) -> dict[str, Any]:
        """The field of `Message` that shows it: a photo in two sizes, the last one the largest."""
        body: dict[str, Any] = {"file_id": self.file_id, "file_unique_id": self.unique_id}
        body |= {"file_size": self.size} if self.data is not None else {}
        if self.kind == "document":
            return {"document": body | {"file_name": self.name or "file", "mime_type": self.mime_type}}
        small = {"file_id": f"{self.file_id}-s", "file_unique_id": f"{self.unique_id}s"}
        small_sides = {"width": max(1, self.width // 4), "height": max(1, self.height // 4)}
        return {"photo": [small | small_sides, body | {"width": self.width, "height": self.height}]}


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height by the header of a PNG, JPEG, GIF or WebP; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return _webp_size(data)
    return None


def is_whole(data: bytes) -> bool:
    """Whether every pixel of a picture can be read; Telegram makes JPEGs of its own of all that it takes."""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
    except (OSError, SyntaxError, ValueError):
        return False
    return True


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # padding
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in _SIZES_WITHOUT_SOI:
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    form, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if form == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if form == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 ":
        sides = int.from_bytes(body[6:8], "little"), int.from_bytes(body[8:10], "little")
        return sides[0] & 0x3FFF, sides[1] & 0x3FFF
    return None
