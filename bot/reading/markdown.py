"""A body in Markdown becomes a flat list of blocks, each with its text in spans and its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.models import Span
from bot.reading.blocks import Block, Image, Kind
from bot.reading.markup import read_markup, read_tag
from bot.reading.spans import SpanWriter, joined

WINDOW: Final = 12_000
"""Characters of a body that are read: far more than any excerpt takes, and a bound on what a hostile body costs."""

EXCERPT_MARKER: Final = "<!--more-->"
_MARKERS: Final = re.compile(r"(?<!`)<!--\s*(?:more|truncate|excerpt)\b[^>]{0,200}-->|\{/\*\s*truncate\s*\*/\}")
_DEFINITION: Final = re.compile(r"^ {0,3}\[[^\]^\n][^\]\n]{0,200}\]:[ \t]*\S.*$", re.M)

# What generators take out of the text before Markdown sees it. `(?!…)` keeps a search from running past the next start.
_NO_MARKDOWN: Final = re.compile(
    r"\{%-?\s*(highlight|raw|comment)\b(?:(?!\{%-?\s*(?:end)?\1).)*\{%-?\s*end\1\s*-?%\}"  # whole blocks of Liquid
    r"|\{%(?:(?!\{%).)*?%\}"  # Liquid tags
    r"|\{\{(?:(?!\{\{).)*?\}\}"  # Liquid and Hugo expressions, Hugo shortcodes
    r"|\{[:#][^}\n]{0,500}\}"  # kramdown attributes, {#ids} of headings
    r"|^ {0,3}\[\^[^\]\s]{1,100}\]:[^\n]*|\[\^[^\]\s]{1,100}\]"  # footnotes, and the marks that point at them
    r"|^[ \t]*(?::::|!!!|\?\?\?)[^\n]*"  # fences of admonitions
    r"|^\[toc\][ \t]*$",
    re.M | re.S | re.I,
)
_SIGNS_OF_IT: Final = ("{%", "{{", "{:", "{#", "[^", ":::", "!!!", "???", "[toc]", "[TOC]")


def read_blocks(body: str, base: str = "") -> list[Block]:
    """The blocks of the first part of `body`. `base` is the site's address, for links that are paths on it."""
    source = _prepared(body)
    blocks: list[Block] = []
    for tokens in _sections(_parser().parse(source)):
        blocks += _read_section(tokens, base)
    return blocks


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _prepared(body: str) -> str:
    source = body
    if len(body) > WINDOW:
        end = body.rfind("\n\n", 0, WINDOW)
        cut = end if end > 0 else WINDOW
        definitions = "\n".join(_DEFINITION.findall(body, cut))  # they often stand at the very end
        source = f"{body[:cut]}\n\n{definitions[:WINDOW]}"
    if any(sign in source for sign in _SIGNS_OF_IT):
        source = _NO_MARKDOWN.sub("", source)
    if "<!--" in source or "truncate" in source:
        source = _MARKERS.sub(f"\n\n{EXCERPT_MARKER}\n\n", source)
    return source


def _sections(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """The tokens of one block after the other, each from its opening to its closing token."""
    start = 0
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : index + 1]
            start = index + 1


def _read_section(tokens: Sequence[Token], base: str) -> list[Block]:
    match tokens[0].type:
        case "paragraph_open":
            return list(_read_paragraph(tokens[1], base))
        case "heading_open":
            spans, images = _read_inline(tokens[1].children or (), base)
            return [Block(Kind.HEADING, spans, images, int(tokens[0].tag[1:]))]
        case "html_block":
            html = tokens[0].content
            return [Block(Kind.MARKER)] if html.strip() == EXCERPT_MARKER else read_markup(html, base)
        case "bullet_list_open" | "ordered_list_open":
            return [_read_container(Kind.LIST, tokens, base)]
        case "blockquote_open":
            return [_read_container(Kind.QUOTE, tokens, base)]
        case _:
            _, images = _read_all(tokens, base)
            return [Block(Kind.OTHER, images=images)]


def _read_paragraph(inline: Token, base: str) -> Iterator[Block]:
    """A paragraph; pictures on lines of their own at its beginning are a block before it."""
    children = inline.children or []
    lead = _length_of_lead_pictures(children)
    if lead:
        _, images = _read_inline(children[:lead], base)
        yield Block(Kind.IMAGE, images=images)
    spans, images = _read_inline(children[lead:], base)
    if spans:
        yield Block(Kind.PARAGRAPH, spans, images)
    elif images:
        yield Block(Kind.IMAGE, images=images)


def _length_of_lead_pictures(children: Sequence[Token]) -> int:
    """How many of `children` are a first line without any text, but with a picture: `![](rain.jpg)` over a caption."""
    breaks = (index for index, child in enumerate(children) if child.type in {"softbreak", "hardbreak"})
    end = next(breaks, 0)
    line = children[:end]
    has_text = any(child.type in {"text", "code_inline"} and child.content.strip() for child in line)
    return end if not has_text and any(child.type == "image" for child in line) else 0


def _read_container(kind: Kind, tokens: Sequence[Token], base: str) -> Block:
    paragraphs, images = _read_all(tokens, base)
    if kind is Kind.QUOTE:
        return Block(kind, joined(paragraphs), images)
    spans = [span for item in paragraphs for span in (Span("\n• "), *item)]
    if spans:
        spans[0] = Span("• ")
    return Block(kind, tuple(spans), images)


def _read_all(tokens: Sequence[Token], base: str) -> tuple[list[tuple[Span, ...]], tuple[Image, ...]]:
    """Every run of text in a container and every picture, at any depth."""
    read = [_read_inline(token.children or (), base) for token in tokens if token.type == "inline"]
    return [spans for spans, _ in read if spans], tuple(image for _, images in read for image in images)


def _read_inline(children: Sequence[Token], base: str) -> tuple[tuple[Span, ...], tuple[Image, ...]]:
    writer = SpanWriter(base)
    images: list[Image] = []
    for child in children:
        match child.type:
            case "text":
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
                images.append(Image(str(child.attrs.get("src", "")), child.content, title))
            case "html_inline":
                _take_tag(child.content, writer, images)
            case _ if child.nesting > 0:
                writer.open(child.tag, str(child.attrs.get("href", "")))
            case _:
                writer.close(child.tag)
    return writer.finish(), tuple(images)


def _take_tag(written: str, writer: SpanWriter, images: list[Image]) -> None:
    tag = read_tag(written)
    if tag is None:
        return
    if image := tag.image:
        images.append(image)
    elif tag.closes:
        writer.close(tag.name)
    else:
        writer.open(tag.name, tag.attributes.get("href", ""))
