"""The text that stands for a post: what its author chose, else its first real paragraphs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile, zip_longest
from typing import Final

from bot.models import LONGEST_EXCERPT, Span
from bot.reading.addresses import Links
from bot.reading.captions import find_caption, without_captions
from bot.reading.fields import flag, text_of, tidy, unescape
from bot.reading.own_page import own_page
from bot.reading.page import Page
from bot.reading.site import Captions
from bot.reading.text.blocks import Block, Kind
from bot.reading.text.body import Body
from bot.reading.text.spans import joined, plain

ENOUGH: Final = LONGEST_EXCERPT + 200
"""Characters after which no further paragraph is taken: more than the longest look shows, so that a cut is seen."""

_SHORTEST_DESCRIPTION: Final = 40
_NEARLY: Final = 20  # characters that a description may have beyond the title, and still says nothing new
_BYLINE: Final = re.compile(r"(?:authors?|by|written by|posted by|editors?)\s*:", re.I)
_LONGEST_BYLINE: Final = 120
_SIGNED: Final = re.compile(r"(?:(?:posted|written|reported)\s+)?by\s+(?=[^\W\d_])", re.I)
_MOST_WORDS_SIGNED: Final = 6
_BETWEEN: Final = "& - – — | a al and at bin bint da de del der di du el for in la le of on the van von"
_BETWEEN_NAMES: Final = frozenset(_BETWEEN.split())
_LETTER: Final = re.compile(r"[^\W_]")

Paragraph = tuple[Span, ...]


def excerpt_of(page: Page, title: str, url: str | None = None) -> tuple[tuple[Span, ...], str]:
    """The excerpt of `page`, paragraphs separated by a span of two line feeds, and the caption of its lead picture.

    `url` is the post's link; relative links start from it if it is the post's page on this site.
    """
    links = Links(page.site.url, own_page(page, url))
    page.blocks.start_from(links)
    body = page.blocks
    captions = page.site.captions
    caption, caption_block = find_caption(body, captions)
    text = _Text(title, captions, caption_block)
    paragraphs = next(filter(None, (rule() for rule in _rules(page, text, body, links))), [])
    return joined(paragraphs), caption


def _rules(page: Page, text: _Text, body: Body, links: Links) -> Iterator[Callable[[], list[Paragraph]]]:
    """The ways to an excerpt, the strongest first (Jekyll's `excerpt` wins over a mark, Hugo's mark over `summary`)."""
    if page.site.generator.summary_first:
        yield lambda: _chosen(page, text, links, ("excerpt", "summary"))
        yield lambda: _before_the_marker(body, text)
    else:
        yield lambda: _before_the_marker(body, text)
        yield lambda: _chosen(page, text, links, ("summary", "excerpt"))
    yield lambda: _description(page, text)
    yield lambda: text.first_paragraphs(body)


def _before_the_marker(body: Body, text: _Text) -> list[Paragraph]:
    if not body.may_be_marked or all(block.kind is not Kind.MARKER for block in body):
        return []
    return text.first_paragraphs(list(takewhile(lambda block: block.kind is not Kind.MARKER, body)))


def _chosen(page: Page, text: _Text, links: Links, keys: Iterable[str]) -> list[Paragraph]:
    """What the front matter gives as Markdown."""
    for key in keys:
        written = page.values.get(key)
        if not isinstance(written, str) or flag(written) is not None:  # excerpt: true is a theme's switch
            continue
        if chosen := text.first_paragraphs(Body(written, links)):
            return chosen
    return []


def _description(page: Page, text: _Text) -> list[Paragraph]:
    """The description, which is plain text, if it says more than the title."""
    description = tidy(unescape(text_of(page.values.get("description"))))
    if len(description) < _SHORTEST_DESCRIPTION or _says_the_same(description, text.title):
        return []
    return [(Span(description),)]


@dataclass(frozen=True, slots=True)
class _Text:
    """What tells the text of a post from what stands around it."""

    title: str
    captions: Captions
    caption: Block | None  # of the lead picture

    def first_paragraphs(self, blocks: Iterable[Block]) -> list[Paragraph]:
        """The real paragraphs; where there are only captions, these; where there are none, lists and quotes."""
        return (
            _enough(self._paragraphs(without_captions(blocks, self.captions, self.caption)))
            or _enough(self._paragraphs(blocks))
            or _enough(block.spans for block in blocks if block.kind in {Kind.LIST, Kind.QUOTE} and block.spans)
        )

    def _paragraphs(self, blocks: Iterable[Block]) -> Iterator[Paragraph]:
        for block in blocks:
            if block.kind is Kind.PARAGRAPH and block is not self.caption and _is_real(block.spans, self.title):
                yield block.spans


def _enough(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    taken: list[Paragraph] = []
    length = 0
    for paragraph in paragraphs:
        taken.append(paragraph)
        length += len(plain(paragraph))
        if length >= ENOUGH:  # told here, for to ask for one more would be to read one more
            break
    return taken


def _is_real(spans: Paragraph, title: str) -> bool:
    text = plain(spans)
    if not _LETTER.search(text) or (
        len(text) <= _LONGEST_BYLINE and (_BYLINE.match(text) or _is_signature(spans, text))
    ):
        return False
    return (
        _begin_unlike(text, title)
        or len(text) > 2 * len(title)
        or any(said != known for said, known in zip_longest(_letters_of(text), _letters_of(title)))
    )


def _is_signature(spans: Paragraph, text: str) -> bool:
    """Whether the whole paragraph says who wrote the post: `By JANE DOE`, `**Posted by Jane Doe on Monday**`.

    After "by" comes a name with a capital. In plain words there are few, and all are names or stand between them; in
    bold or italics only a sentence is none.
    """
    signed = _SIGNED.match(text)
    if signed is None:
        return False
    first, *others = words = text[signed.end() :].split()
    if not first[0].isupper():
        return False
    if all(word[0].isupper() or word[0].isdigit() or word.lower() in _BETWEEN_NAMES for word in others):
        return len(text.split()) <= _MOST_WORDS_SIGNED or _is_styled(spans)
    return _is_styled(spans) and words[-1][-1] not in ".!?…"


def _is_styled(spans: Paragraph) -> bool:
    return all(span.bold or span.italic for span in spans if _LETTER.search(span.text))


def _begin_unlike(text: str, title: str) -> bool:
    """Whether the first letters of both are plain ones, and not the same: then there is no need to compare more."""
    first, known = text[:1], title[:1]
    return (
        first.isascii() and first.isalpha() and known.isascii() and known.isalpha() and first.lower() != known.lower()
    )


def _says_the_same(description: str, title: str) -> bool:
    if description == title:
        return True
    said, known = "".join(_letters_of(description)), "".join(_letters_of(title))
    return said in known or (known in said and len(said) - len(known) <= _NEARLY)


def _letters_of(text: str) -> Iterator[str]:
    """`text` without anything but letters, marks and digits, for comparing."""
    folded = (text if text.isascii() else unicodedata.normalize("NFKC", text)).casefold()
    return (char for char in folded if char.isalnum() or unicodedata.category(char)[0] in "LMN")
