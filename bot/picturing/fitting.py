"""Whether a picture fits a platform as it is, what has to be done to it otherwise, and what can't be helped."""

from __future__ import annotations

from bot.models import PictureLimits
from bot.picturing.headers import Header


def goes_as_it_is(header: Header, size: int, limits: PictureLimits) -> bool:
    """Whether nothing has to be done to a picture of `size` bytes."""
    plain = header.plain and header.kind in limits.kinds
    return (plain or header.kind in limits.moving) and fits(header, size, limits)


def fits(header: Header, size: int, limits: PictureLimits) -> bool:
    """Whether it is inside of all limits of an upload."""
    inside = header.width + header.height <= limits.sides and not is_strip(header.width, header.height, limits)
    return inside and size <= limits.upload


def is_strip(width: int, height: int, limits: PictureLimits) -> bool:
    """Whether it is too narrow or too flat for the platform.

    Such a picture is passed over, not padded: it is a dividing line or a poster to be scrolled, of which nobody could
    see anything on a telephone, and the post may have a better one.
    """
    return max(width, height) > limits.ratio * min(width, height)


def shrunk(width: int, height: int, limits: PictureLimits) -> tuple[int, int]:
    """The sides after shrinking, in proportion; never larger than before."""
    scale = min(1.0, min(limits.side, limits.sides // 2) / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
