"""The text that stands for a post: what its author chose, else its first real paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

from bot.models import Span
from bot.reading.blocks import Block, Kind
from bot.reading.captions import find_caption
from bot.reading.fields import flag, text_of, tidy, unescape
from bot.reading.markdown import read_blocks
from bot.reading.page import Page
from bot.reading.spans import joined, plain

ENOUGH: Final = 1_200
"""Characters after which no further paragraph is taken: what the longest excerpt of a subscription needs."""

_SHORTEST_DESCRIPTION: Final = 40
_NEARLY: Final = 20  # characters that a description may have beyond the title, and still says nothing new
_BYLINE: Final = re.compile(r"(?:authors?|by|written by|posted by|editors?)\s*:", re.I)
_LONGEST_BYLINE: Final = 120
_LETTER: Final = re.compile(r"[^\W_]")

Paragraph = tuple[Span, ...]


def excerpt_of(page: Page, title: str) -> tuple[tuple[Span, ...], str]:
    """The excerpt of `page`, paragraphs separated by a span of two line feeds, and the caption of its lead picture."""
    caption, caption_block = find_caption(page.blocks)
    body = [block for block in page.blocks if block is not caption_block]
    paragraphs = _before_the_marker(body, title) or _chosen(page, title) or _first_paragraphs(body, title)
    return joined(paragraphs), caption


def _before_the_marker(blocks: Sequence[Block], title: str) -> list[Paragraph]:
    if all(block.kind is not Kind.MARKER for block in blocks):
        return []
    return _first_paragraphs(list(takewhile(lambda block: block.kind is not Kind.MARKER, blocks)), title)


def _chosen(page: Page, title: str) -> list[Paragraph]:
    """What the front matter gives: Markdown in `summary` and `excerpt`, plain text in `description`."""
    for key in ("summary", "excerpt"):
        written = page.values.get(key)
        if not isinstance(written, str) or flag(written) is not None:  # excerpt: true is a theme's switch
            continue
        if chosen := _first_paragraphs(read_blocks(written, page.site.url), title):
            return chosen
    description = tidy(unescape(text_of(page.values.get("description"))))
    if len(description) < _SHORTEST_DESCRIPTION or _says_the_same(description, title):
        return []
    return [(Span(description),)]


def _first_paragraphs(blocks: Iterable[Block], title: str) -> list[Paragraph]:
    """The real paragraphs; where there are none, lists and quotes."""
    shown = list(blocks)
    paragraphs = (block.spans for block in shown if block.kind is Kind.PARAGRAPH and _is_real(block.spans, title))
    others = (block.spans for block in shown if block.kind in {Kind.LIST, Kind.QUOTE} and block.spans)
    return _enough(paragraphs) or _enough(others)


def _enough(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    taken: list[Paragraph] = []
    length = 0
    for paragraph in paragraphs:
        if length >= ENOUGH:
            break
        taken.append(paragraph)
        length += len(plain(paragraph))
    return taken


def _is_real(spans: Paragraph, title: str) -> bool:
    text = plain(spans)
    if not _LETTER.search(text) or (len(text) <= _LONGEST_BYLINE and _BYLINE.match(text)):
        return False
    return len(text) > 2 * len(title) or _letters(text) != _letters(title)


def _says_the_same(description: str, title: str) -> bool:
    said, known = _letters(description), _letters(title)
    return said in known or (known in said and len(said) - len(known) <= _NEARLY)


def _letters(text: str) -> str:
    """`text` without anything but letters, marks and digits, for comparing."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if unicodedata.category(char)[0] in "LMN")
