"""What a body is made of, in the order in which it is read."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from bot.models import Span


class Kind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    IMAGE = "image"  # one or more pictures and nothing else; `spans` is the caption of an HTML figure
    LIST = "list"
    QUOTE = "quote"
    MARKER = "marker"  # <!--more-->: the excerpt ends here
    OTHER = "other"  # code, a table, a rule: not for messages


class Image(NamedTuple):
    """A picture in a body, as written."""

    source: str
    alt: str = ""
    title: str = ""


class Block(NamedTuple):
    """A block of the body with its text and the pictures in it."""

    kind: Kind
    spans: tuple[Span, ...] = ()
    images: tuple[Image, ...] = ()
    level: int = 0  # of a heading, 1 to 6
