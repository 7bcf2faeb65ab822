"""A body in Markdown becomes a flat list of blocks, each with its text in spans and its pictures."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping, Sequence
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.models import Span
from bot.reading.addresses import Links
from bot.reading.text.blocks import Block, Image, Kind
from bot.reading.text.markup import ImageReader, read_markup, read_tag
from bot.reading.text.preparing import prepared
from bot.reading.text.spans import SpanWriter, joined
from bot.reading.text.templating import EXCERPT_MARKER

_TEXTS: Final = frozenset({"text", "text_special", "code_inline"})

Definitions = MutableMapping[str, Any]
"""markdown-it's `env`, in which it keeps the definitions that links refer to."""


def read_blocks(body: str, base: str = "", *, page: str = "", separator: str = "", mdx: bool = False) -> list[Block]:
    """The blocks of the first part of `body`, all at once; bot.reading.text.body reads no more than is asked for.

    `base` is the site's address, for links that are paths on it; `page` is the post's own, for relative ones.
    """
    blocks: list[Block] = []
    where = Links(base, page)
    for tokens in sections(parser().parse(_ended(prepared(body, separator, mdx=mdx)))):
        blocks += read_section(tokens, where)
    return blocks


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Whatever it is: bot.reading.addresses decides, and what is refused there leaves its text without a link."""
        return True


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough."""
    return _Parser("commonmark").enable(["table", "strikethrough"])


def block_tokens(source: str, definitions: Definitions) -> list[Token]:
    """The blocks of `source`, the text in them not taken apart yet."""
    tokens: list[Token] = []
    parser().block.parse(_ended(source), parser(), definitions, tokens)
    return tokens


def _ended(source: str) -> str:
    """`source` with a line feed at its end: markdown-it 4 raises for a <pre> in a list in a quote without it."""
    return f"{source}\n"


def parse_inline(tokens: Sequence[Token], definitions: Definitions) -> None:
    """Take the text in `tokens` apart."""
    for token in tokens:
        if token.type == "inline":
            token.children = []
            parser().inline.parse(token.content, parser(), definitions, token.children)


def sections(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of one block after the other, each from its opening to its closing token."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : index + 1]
            start = index + 1


def read_section(tokens: Sequence[Token], links: Links) -> list[Block]:
    match tokens[0].type:
        case "paragraph_open":
            return list(_read_paragraph(tokens[1], links))
        case "heading_open":
            spans, images = _read_inline(tokens[1].children or (), links)
            return [Block(Kind.HEADING, spans, images, int(tokens[0].tag[1:]))]
        case "html_block":
            html = tokens[0].content
            return [Block(Kind.MARKER)] if html.strip() == EXCERPT_MARKER else read_markup(html, links)
        case "bullet_list_open" | "ordered_list_open":
            return [_read_container(Kind.LIST, tokens, links)]
        case "blockquote_open":
            return [_read_container(Kind.QUOTE, tokens, links)]
        case _:
            _, images = _read_all(tokens, links)
            return [Block(Kind.OTHER, images=images)]


def _read_paragraph(inline: Token, links: Links) -> Iterator[Block]:
    """A paragraph; pictures on lines of their own at its beginning are a block before it."""
    children = inline.children or []
    lead = _length_of_lead_pictures(children)
    if lead:
        _, images = _read_inline(children[:lead], links)
        yield Block(Kind.IMAGE, images=images)
    spans, images = _read_inline(children[lead:], links)
    if spans:
        yield Block(Kind.PARAGRAPH, spans, images)
    elif images:
        yield Block(Kind.IMAGE, images=images)


def _length_of_lead_pictures(children: Sequence[Token]) -> int:
    """How many of `children` are a first line without any text, but with a picture: `![](rain.jpg)` over a caption."""
    breaks = (index for index, child in enumerate(children) if child.type in {"softbreak", "hardbreak"})
    end = next(breaks, 0)
    line = children[:end]
    has_text = any(child.type in _TEXTS and child.content.strip() for child in line)
    return end if not has_text and any(child.type == "image" for child in line) else 0


def _read_container(kind: Kind, tokens: Sequence[Token], links: Links) -> Block:
    paragraphs, images = _read_all(tokens, links)
    if kind is Kind.QUOTE:
        return Block(kind, joined(paragraphs), images)
    spans = [span for item in paragraphs for span in (Span("\n• "), *item)]
    if spans:
        spans[0] = Span("• ")
    return Block(kind, tuple(spans), images)


def _read_all(tokens: Sequence[Token], links: Links) -> tuple[list[tuple[Span, ...]], tuple[Image, ...]]:
    """Every run of text in a container and every picture, at any depth."""
    read = [_read_inline(token.children or (), links) for token in tokens if token.type == "inline"]
    return [spans for spans, _ in read if spans], tuple(image for _, images in read for image in images)


def _read_inline(children: Sequence[Token], links: Links) -> tuple[tuple[Span, ...], tuple[Image, ...]]:
    writer = SpanWriter(links)
    images = ImageReader()
    for child in children:
        match child.type:
            case "text" | "text_special":
                writer.write(child.content)
            case "softbreak":
                writer.write(" ")
            case "hardbreak":
                writer.write("\n")
            case "code_inline":
                writer.open("code")
                writer.write(child.content)
                writer.close("code")
            case "image":
                title = str(child.attrs.get("title", ""))
                images.images.append(Image(str(child.attrs.get("src", "")), child.content, title))
            case "html_inline":
                _take_tag(child.content, writer, images)
            case _ if child.nesting > 0:
                writer.open(child.tag, str(child.attrs.get("href", "")))
            case _:
                writer.close(child.tag)
    return writer.finish(), images.finish()


def _take_tag(written: str, writer: SpanWriter, images: ImageReader) -> None:
    tag = read_tag(written)
    if tag is None or images.take(tag):
        return
    if tag.closes:
        writer.close(tag.name)
    else:
        writer.open(tag.name, tag.attributes.get("href", ""))
