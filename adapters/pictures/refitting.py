"""Makes a picture fit: upright, opaque, in colours that every screen has, and small enough. Needs Pillow.

Only what has to be changed comes here, and only the decoder of its kind is asked.
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageCms, ImageOps

from bot.errors import PictureRefused, Reach
from bot.models import Kind, PictureFile, PictureLimits
from bot.picturing.fitting import is_strip, shrunk
from bot.texts import Reason, sentence

PIXELS: Final = 25_000_000
"""More are not decoded: 100 MB, and twice that while a background is laid under them."""

JPEG_PIXELS: Final = 64_000_000
"""Of a JPEG, which is shrunk while it is decoded."""

QUALITIES: Final = (90, 80, 65)
"""Of a JPEG, one after the other until it fits."""

_DECODERS: Final = {
    Kind.JPEG: ("JPEG", "MPO"),
    Kind.PNG: ("PNG",),
    Kind.GIF: ("GIF",),
    Kind.WEBP: ("WEBP",),
    Kind.AVIF: ("AVIF",),
    Kind.BMP: ("BMP",),
    Kind.TIFF: ("TIFF",),
}
_PNG_LEVEL: Final = 3
"""Of a photograph it makes no larger a file than 6, in a third of the time."""

_WITHOUT_LOSS: Final = frozenset({Kind.PNG, Kind.GIF, Kind.BMP})
_NO_PICTURE: Final = sentence("a drawing (SVG) or a HEIC file can't be shown as a picture; save it as JPEG or PNG")
_STRIP: Final = sentence("the picture is a strip of {width} x {height} pixels; crop it to at most {ratio} : 1")
_TOO_LARGE: Final = sentence("the picture has more than {most} million pixels ({of_jpeg} as JPEG); shrink it")
_DEEP: Final = 256
"""Values of a channel of 16 bits for one of 8."""


def refit(content: bytes, kind: Kind, limits: PictureLimits) -> PictureFile:
    """The picture inside of `limits`; of an animated one the first frame. Raises PictureRefused with the mend."""
    if kind not in _DECODERS:
        raise PictureRefused(_NO_PICTURE, reach=Reach.PICTURE)
    try:
        with warnings.catch_warnings():  # nobody else is in this process
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(io.BytesIO(content), formats=_DECODERS[kind])
        _check(image, kind, limits)
        return _saved(_shrunk(image, limits), kind, limits)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_large() from error
    except Exception as error:  # a decoder may stumble in any way over what is broken
        broken = Reason("the picture is broken ({error}); save it once more", error=str(error))
        raise PictureRefused(broken, reach=Reach.SOURCE) from error


def _check(image: Image.Image, kind: Kind, limits: PictureLimits) -> None:
    width, height = image.size
    if is_strip(width, height, limits):
        raise PictureRefused(Reason(_STRIP, width=width, height=height, ratio=limits.ratio), reach=Reach.PICTURE)
    if width * height > (JPEG_PIXELS if kind is Kind.JPEG else PIXELS):
        raise _too_large()


def _too_large() -> PictureRefused:
    most = {"most": PIXELS // 1_000_000, "of_jpeg": JPEG_PIXELS // 1_000_000}
    return PictureRefused(Reason(_TOO_LARGE, **most), reach=Reach.PICTURE)


def _shrunk(image: Image.Image, limits: PictureLimits) -> Image.Image:
    image.draft(None, shrunk(*image.size, limits))  # a JPEG is decoded at about that size
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    colours = image.info.get("icc_profile")
    if image.mode == "CMYK":
        image, colours = _for_screens(image, colours), None
    image = _opaque(_shallow(image))
    target = shrunk(*image.size, limits)
    if target != image.size:
        image = image.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.info = {"icc_profile": colours} if colours else {}
    return image


def _for_screens(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Printers' colours as screens show them; by their profile where it can be read."""
    if profile:
        try:
            there = ImageCms.createProfile("sRGB")
            shown = ImageCms.profileToProfile(image, io.BytesIO(profile), there, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass
        else:
            if shown is not None:
                return shown
    return image.convert("RGB")


def _shallow(image: Image.Image) -> Image.Image:
    """In channels of 8 bits; Pillow itself would cut off what is bright."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / _DEEP).convert("L")
    return image


def _opaque(image: Image.Image) -> Image.Image:
    """On white, which is what a page has behind it: Telegram makes black of what is clear."""
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image if image.mode in {"L", "RGB"} else image.convert("RGB")


def _saved(image: Image.Image, kind: Kind, limits: PictureLimits) -> PictureFile:
    """Without loss what was so, if it stays small: the letters of a screenshot stay sharp."""
    profile = image.info.get("icc_profile")
    if kind in _WITHOUT_LOSS:
        content = io.BytesIO()
        image.save(content, "PNG", compress_level=_PNG_LEVEL, icc_profile=profile)
        if content.tell() <= min(limits.upload, limits.address):
            return PictureFile(content.getvalue(), Kind.PNG)
    for quality in QUALITIES:
        content = io.BytesIO()
        image.save(content, "JPEG", quality=quality, progressive=True, icc_profile=profile)
        if content.tell() <= limits.upload:
            return PictureFile(content.getvalue(), Kind.JPEG)
    raise _too_large()
