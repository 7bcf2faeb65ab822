"""HTML in a body: whole blocks of it, and single tags between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.reading.blocks import Block, Image, Kind
from bot.reading.fields import unescape
from bot.reading.spans import SpanWriter

# Not html.parser: it raises AssertionError on "<![x[", and a tag is all that is needed here.
_TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)((?:\s[^<>]*)?)/?>")
_ATTRIBUTE: Final = re.compile(r"""(?<![\w:-])([\w:-]{1,40})\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_NOT_TEXT: Final = re.compile(r"<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)|<![A-Z\[].*?(?:>|\Z)", re.S | re.I)

_SILENT_NAMES: Final = """
    script style iframe svg table thead tbody tr td th pre video audio object noscript template nav button form
"""
_INLINE_NAMES: Final = """
    a abbr b bdi bdo br cite code del dfn em font i img ins kbd mark q s samp small span strong sub sup time u var wbr
"""
_SILENT: Final = frozenset(_SILENT_NAMES.split())
_INLINE: Final = frozenset(_INLINE_NAMES.split())


class Tag(NamedTuple):
    """One HTML tag."""

    name: str  # in lower case
    closes: bool
    attributes: dict[str, str]

    @property
    def image(self) -> Image | None:
        """The picture that an <img> shows; lazily loaded ones keep its address in data-src."""
        source = self.attributes.get("data-src") or self.attributes.get("src", "")
        if self.name != "img" or self.closes or not source:
            return None
        return Image(source, self.attributes.get("alt", ""), self.attributes.get("title", ""))


def read_tag(written: str) -> Tag | None:
    """The tag that `written` is; None for a comment or the like."""
    match = _TAG.fullmatch(written.strip())
    return _tag(match) if match else None


def read_markup(source: str, base: str) -> list[Block]:
    """The paragraphs and pictures in a block of HTML. Scripts, tables and the like say nothing."""
    reader = _MarkupReader(base)
    for piece in _pieces(_NOT_TEXT.sub("", source)):
        reader.take(piece)
    return reader.finish()


def _pieces(source: str) -> Iterator[Tag | str]:
    position = 0
    for match in _TAG.finditer(source):
        yield source[position : match.start()]
        yield _tag(match)
        position = match.end()
    yield source[position:]


def _tag(match: re.Match[str]) -> Tag:
    attributes = {name.lower(): unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(match[3])}
    return Tag(match[2].lower(), bool(match[1]), attributes)


class _MarkupReader:
    def __init__(self, base: str) -> None:
        self._writer = SpanWriter(base)
        self._blocks: list[Block] = []
        self._images: list[Image] = []
        self._silent = ""  # the element whose content is left out

    def take(self, piece: Tag | str) -> None:
        if isinstance(piece, str):
            if not self._silent:
                self._writer.write(unescape(piece).replace("\n", " "))
        elif self._silent:
            if piece.closes and piece.name == self._silent:
                self._silent = ""
        else:
            self._take_tag(piece)

    def finish(self) -> list[Block]:
        self._end_block(Kind.PARAGRAPH)
        return self._blocks

    def _take_tag(self, tag: Tag) -> None:
        if image := tag.image:
            self._images.append(image)
        elif tag.name in _SILENT:
            self._end_block(Kind.PARAGRAPH)
            self._silent = "" if tag.closes else tag.name
        elif tag.name not in _INLINE:
            self._end_block(_kind_ended_by(tag), int(tag.name[1]) if _is_heading(tag) else 0)
        elif tag.closes:
            self._writer.close(tag.name)
        else:
            self._writer.open(tag.name, tag.attributes.get("href", ""))

    def _end_block(self, kind: Kind, level: int = 0) -> None:
        spans, images = self._writer.finish(), tuple(self._images)
        if kind is Kind.IMAGE and spans and not images and self._blocks and self._blocks[-1].kind is Kind.IMAGE:
            self._blocks[-1] = Block(Kind.IMAGE, spans, self._blocks[-1].images)
        elif spans or images:
            self._blocks.append(Block(kind if spans else Kind.IMAGE, spans, images, level))
        self._images.clear()


def _kind_ended_by(tag: Tag) -> Kind:
    if _is_heading(tag):
        return Kind.HEADING
    return Kind.IMAGE if tag.closes and tag.name == "figcaption" else Kind.PARAGRAPH


def _is_heading(tag: Tag) -> bool:
    return tag.closes and len(tag.name) == 2 and tag.name[0] == "h" and tag.name[1] in "123456"
