"""HTML in a body: whole blocks of it, and single tags between words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from bot.reading.addresses import Links
from bot.reading.fields import unescape
from bot.reading.text.blocks import Block, Image, Kind
from bot.reading.text.spans import SpanWriter

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
_LAZY_SOURCES: Final = ("data-src", "data-original", "data-lazy-src")
_DOT: Final = frozenset({"0", "1", "0px", "1px"})
_TABLE: Final = frozenset({"table", "thead", "tbody", "tr", "td", "th"})
_CONTAINERS: Final = {"ul": Kind.LIST, "ol": Kind.LIST, "dl": Kind.LIST, "blockquote": Kind.QUOTE}
_SILENT: Final = frozenset(_SILENT_NAMES.split())
_INLINE: Final = frozenset(_INLINE_NAMES.split())


class Tag(NamedTuple):
    """One HTML tag."""

    name: str  # in lower case
    closes: bool
    attributes: dict[str, str]

    @property
    def image(self) -> Image | None:
        """The picture that an <img> shows; lazily loaded ones keep its address elsewhere than in src.

        None for the dot that counts visitors.
        """
        get = self.attributes.get
        if self.name != "img" or self.closes or {get("width"), get("height")} & _DOT:
            return None
        written = next(filter(None, map(get, _LAZY_SOURCES)), "") or get("src", "")
        if not written or written.startswith("data:"):
            written = _first_of_set(get("srcset", "")) or written
        return Image(written, get("alt", ""), get("title", "")) if written else None


class ImageReader:
    """Gathers the pictures of <img>, and of a <picture> that has only sources."""

    def __init__(self) -> None:
        self.images: list[Image] = []
        self._source: Image | None = None
        self._in_picture = False

    def take(self, tag: Tag) -> bool:
        """Whether `tag` was about a picture and nothing else."""
        if tag.name == "img":
            if image := tag.image:
                self.images.append(image)
                self._in_picture, self._source = False, None
        elif tag.name == "source":
            if self._in_picture and not self._source and (written := _first_of_set(tag.attributes.get("srcset", ""))):
                self._source = Image(written)
        elif tag.name == "picture":
            if tag.closes and self._source:
                self.images.append(self._source)
            self._in_picture, self._source = not tag.closes, None
        else:
            return False
        return True

    def finish(self) -> tuple[Image, ...]:
        """The pictures since the last time."""
        images, self.images = tuple(self.images), []
        return images


def read_tag(written: str) -> Tag | None:
    """The tag that `written` is; None for a comment or the like."""
    match = _TAG.fullmatch(written.strip())
    return _tag(match) if match else None


def read_markup(source: str, links: Links) -> list[Block]:
    """The paragraphs and pictures in a block of HTML. Scripts, tables and the like say nothing."""
    reader = _MarkupReader(links)
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
    def __init__(self, links: Links) -> None:
        self._writer = SpanWriter(links)
        self._blocks: list[Block] = []
        self._images = ImageReader()
        self._silent = ""  # the element whose content is left out
        self._around: list[Kind] = []  # the lists and quotes that are open

    def take(self, piece: Tag | str) -> None:
        if isinstance(piece, str):
            if not self._silent:
                self._writer.write(unescape(piece).replace("\n", " "))
        elif self._silent:
            if piece.closes and piece.name == self._silent:
                self._silent = ""
            elif self._silent in _TABLE:
                self._images.take(piece)
        else:
            self._take_tag(piece)

    def finish(self) -> list[Block]:
        self._end_block(Kind.PARAGRAPH)
        return self._blocks

    def _take_tag(self, tag: Tag) -> None:
        if self._images.take(tag):
            return
        if tag.name in _SILENT:
            self._end_block(Kind.PARAGRAPH)
            self._silent = "" if tag.closes else tag.name
        elif tag.name not in _INLINE:
            self._end_block(_kind_ended_by(tag), int(tag.name[1]) if _is_heading(tag) else 0)
            self._enter_or_leave(tag)
        elif tag.closes:
            self._writer.close(tag.name)
        else:
            self._writer.open(tag.name, tag.attributes.get("href", ""))

    def _enter_or_leave(self, tag: Tag) -> None:
        if kind := _CONTAINERS.get(tag.name):
            if not tag.closes:
                self._around.append(kind)
            elif self._around:
                self._around.pop()

    def _end_block(self, kind: Kind, level: int = 0) -> None:
        spans, images = self._writer.finish(), self._images.finish()
        if kind is Kind.IMAGE and spans and not images and self._blocks and self._blocks[-1].kind is Kind.IMAGE:
            self._blocks[-1] = Block(Kind.IMAGE, spans, self._blocks[-1].images)
        elif spans or images:
            if kind is Kind.PARAGRAPH and self._around:
                kind = self._around[-1]
            self._blocks.append(Block(kind if spans else Kind.IMAGE, spans, images, level))


def _first_of_set(srcset: str) -> str:
    """The first address of `rain.jpg 1x, rain-2.jpg 2x`."""
    first = srcset.split(None, 1)
    return first[0].rstrip(",") if first else ""


def _kind_ended_by(tag: Tag) -> Kind:
    if _is_heading(tag):
        return Kind.HEADING
    return Kind.IMAGE if tag.closes and tag.name == "figcaption" else Kind.PARAGRAPH


def _is_heading(tag: Tag) -> bool:
    return tag.closes and len(tag.name) == 2 and tag.name[0] == "h" and tag.name[1] in "123456"
