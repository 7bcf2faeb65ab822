"""A post's body, read no further than the rules ask: most need its first paragraphs and its first pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from bot.reading.addresses import Links
from bot.reading.text.blocks import Block, Image, Kind
from bot.reading.text.markdown import Definitions, block_tokens, parse_inline, read_section, sections
from bot.reading.text.preparing import prepared
from bot.reading.text.spans import unstyled
from bot.reading.text.styled import styled
from bot.reading.text.templating import EXCERPT_MARKER

# Runs of lines in which nothing means anything to Markdown: every line begins with a letter, a quotation mark or a
# bracket, and there is neither emphasis nor code, link, tag, entity or escape. tests/reading/test_body.py compares.
_START: Final = r"(?:[^\W\d_]|[\"'“‘«(])"
_REST: Final = r"[^\\`*_~\[<&\n]*+"
_PLAIN: Final = re.compile(rf"{_START}{_REST}(?:\n{_START}{_REST})*+")
_SIGNS: Final = "\\`*_~[<&"  # what _PLAIN excludes: looked for one by one, for a pattern takes five times as long
_PLAIN_HEADING: Final = re.compile(r"(#{1,6})[ \t]+([^\W_][^\\`*_~\[<&\n#]*)")
_PLAIN_IMAGE: Final = re.compile(
    r"!\[([^\\`*_~\[\]<&!\n]*)\]\((https?://[a-z0-9]+(?:[.-][a-z0-9]+)*/[A-Za-z0-9/._-]*)\)[ \t]*"
)
_BLANK_LINES: Final = re.compile(r"(?:[ \t]*\n)*")
_ENDS_AT_A_BLANK_LINE: Final = frozenset({"paragraph_open", "heading_open", "hr", "table_open", "blockquote_open"})
_OPEN_ENDED_HTML: Final = re.compile(r"\s*<(?:[!?]|script|pre|style|textarea)", re.I)
_IMAGE_TAG: Final = re.compile(r"<(?:img|picture|source)", re.I)


class Body:
    """The blocks of a body, each read when it is asked for, and then kept. `links` says where its links start from.

    `separator`, `mdx` and `mkdocs` are as for `prepared`.
    """

    def __init__(
        self,
        written: str,
        links: Links = Links(),  # noqa: B008 - frozen
        separator: str = "",
        *,
        mdx: bool = False,
        mkdocs: bool = False,
    ) -> None:
        source = prepared(written, separator, mdx=mdx, mkdocs=mkdocs)
        self._signs = [sign for sign in _SIGNS if sign in source]
        self._take(source, links)

    def _take(self, source: str, links: Links) -> None:
        self._source = source
        self._links = links
        self._definitions: Definitions = {}
        self._knows_all_definitions = False
        self._read: list[Block] = []
        self._position = 0  # where that begins of which nothing is read yet

    def __iter__(self) -> Iterator[Block]:
        index = 0
        while True:
            if index == len(self._read) and not self._advance():
                return
            yield self._read[index]
            index += 1

    def start_from(self, links: Links) -> None:
        """Let the links start from elsewhere; what was read before is read again."""
        if links != self._links:
            self._take(self._source, links)

    @property
    def may_be_marked(self) -> bool:
        """Whether a mark for the excerpt's end may be in it; False is certain."""
        return "<" in self._source and EXCERPT_MARKER in self._source  # a single letter is found ten times as fast

    def images(self) -> Iterator[Image]:
        """All pictures, in their order; what has none is not even read."""
        index = 0
        while index < len(self._read) or (self._may_show_more() and self._advance()):
            yield from self._read[index].images
            index += 1

    def _may_show_more(self) -> bool:
        if self._source.find("[", self._position) >= 0 and self._source.find("![", self._position) >= 0:
            return True
        tag = self._source.find("<", self._position)
        return tag >= 0 and _IMAGE_TAG.search(self._source, tag) is not None

    def _advance(self) -> bool:
        """Read on until there is another block; False if there is none.

        No generator: it would refer to this body, and the body to it. Only the garbage collector could free both, and
        a scan of many posts would work on ever new memory, which takes longer.
        """
        source, blocks, known = self._source, self._read, len(self._read)
        while len(blocks) == known:
            blanks = _BLANK_LINES.match(source, self._position)
            start = blanks.end() if blanks else self._position
            if start >= len(source):
                return False
            end = source.find("\n\n", start)
            end = end if end >= 0 else len(source)
            lines = source[start:end]
            if block := _plain_block(lines, self._signs) or _styled_block(lines, self._links):
                blocks.append(block)
            else:
                found, end = self._sections_from(start, end)
                for tokens in found:
                    self._learn_definitions(tokens, end)
                    parse_inline(tokens, self._definitions)
                    blocks += read_section(tokens, self._links)
            self._position = end
        return True

    def _sections_from(self, start: int, end: int) -> tuple[list[Sequence[Token]], int]:
        """The blocks that begin at `start`, which is where a block begins, and where they end.

        `end` is before a blank line. A list or the like may go on after it: then twice as much is read, and its last
        block is left for the next time unless nothing can follow it.
        """
        while True:
            text = self._source[start:end]
            found = list(sections(block_tokens(text, self._definitions)))
            if end >= len(self._source) or not found or _is_closed(found[-1][0]):
                return found, end
            if len(found) > 1 and (first_line := (found[-1][0].map or [0])[0]):
                return found[:-1], start + _offset_of_line(text, first_line)
            further = self._source.find("\n\n", end + len(text))
            end = further if further >= 0 else len(self._source)

    def _learn_definitions(self, tokens: Sequence[Token], end: int) -> None:
        """Read what stands further down, if a text in `tokens` may refer to a definition there."""
        if self._knows_all_definitions or not any("[" in token.content for token in tokens if token.type == "inline"):
            return
        if self._source.find("]:", end) >= 0:
            block_tokens(self._source[end:], self._definitions)
        self._knows_all_definitions = True


def _plain_block(lines: str, signs: Sequence[str]) -> Block | None:
    """The block that `lines`, between two blank ones, are, where no parser is needed to tell. Of _SIGNS, only `signs`
    stand in the body."""
    if lines[0].isalpha() and "\n" not in lines and not any(map(lines.__contains__, signs)):
        return Block(Kind.PARAGRAPH, unstyled(lines))
    if _PLAIN.fullmatch(lines):
        return Block(Kind.PARAGRAPH, unstyled(lines)) if "  \n" not in lines else None
    if heading := _PLAIN_HEADING.fullmatch(lines):
        return Block(Kind.HEADING, unstyled(heading[2]), level=len(heading[1]))
    if image := _PLAIN_IMAGE.fullmatch(lines):
        return Block(Kind.IMAGE, images=(Image(image[2], image[1]),))
    return None


def _styled_block(lines: str, links: Links) -> Block | None:
    """As _plain_block, of a paragraph with links or emphasis."""
    spans = styled(lines, links)
    return Block(Kind.PARAGRAPH, spans) if spans else None


def _is_closed(first: Token) -> bool:
    """Whether the block that begins with `first` ends at a blank line, whatever follows."""
    if first.type == "html_block":
        return first.content.strip() == EXCERPT_MARKER or not _OPEN_ENDED_HTML.match(first.content)
    return first.type in _ENDS_AT_A_BLANK_LINE


def _offset_of_line(text: str, line: int) -> int:
    offset = 0
    for _ in range(line):
        offset = text.index("\n", offset) + 1
    return offset
