"""How a picture comes to a platform, and within which limits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from bot.models.posts import Picture
from bot.models.words import Word


class Way(Word):
    """How a platform gets a picture that it does not hold yet."""

    UPLOAD = "upload"  # newsbell sends its bytes: those of a file, or downloaded
    ADDRESS = "address"  # the platform loads it by itself


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: a picture, and the way that it takes."""

    picture: Picture
    way: Way


class Kind(StrEnum):
    """What a picture is by its content, whatever its name or its server say."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    AVIF = "image/avif"
    HEIC = "image/heic"
    BMP = "image/bmp"
    TIFF = "image/tiff"
    SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What a platform takes. Sides in pixels."""

    upload: int  # bytes of an upload
    address: int  # bytes of what the platform loads by itself
    kinds: frozenset[Kind]  # those that are sure to be shown as they are
    sides: int = 20_000  # width and height together
    ratio: int = 20  # of the longer side to the shorter one
    side: int = 2_560  # the longer side of what is shrunk anyway: platforms keep no more
    moving: frozenset[Kind] = frozenset()  # those that move there, and are clear where they are: they stay as they are


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture that is ready to be uploaded."""

    content: bytes
    kind: Kind

    @property
    def name(self) -> str:
        """A name that needs no care: plain ASCII, with the suffix of what it is."""
        return f"picture.{self.kind.removeprefix('image/')}"
