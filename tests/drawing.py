"""Pictures for tests, drawn by Pillow: every kind, mode and fault that a site may hold."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image

from bot.models import Kind, PictureLimits

LIMITS = PictureLimits(
    upload=10_000_000, address=5_000_000, kinds=frozenset({Kind.JPEG, Kind.PNG}), sides=10_000, ratio=20
)
"""Telegram's."""


def drawn(form: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: Any) -> bytes:
    """A picture with a red left half and a blue right one, in `mode`."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return saved(image.convert(mode), form, **options)


def noise(form: str, size: tuple[int, int], **options: Any) -> bytes:
    """A picture that no encoder makes small."""
    return saved(Image.effect_noise(size, 80).convert("RGB"), form, **options)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The bytes of `image`."""
    content = io.BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    """The picture that `content` is, wholly decoded."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def turned(orientation: int, size: tuple[int, int] = (64, 48)) -> bytes:
    """A JPEG whose camera was not held upright."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return drawn("JPEG", size, exif=exif)


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims to be huge, and has nothing to show for it."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def png_bomb(width: int, height: int) -> bytes:
    """A whole PNG of one colour: a few kB that decode to width x height pixels."""
    row = b"\0" * (1 + width)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


SVG = b'<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
HEIC = b"\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf" + bytes(64)
