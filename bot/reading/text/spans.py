"""Runs of styled text, gathered piece by piece with blanks collapsed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from bot.models import Span
from bot.reading.addresses import Links
from bot.reading.unseen import without_turns

PARAGRAPH_BREAK: Final = Span("\n\n")

# All but a single blank. \s has U+00A0 in it, and not the zero-width space that Khmer is written with.
_BLANKS: Final = re.compile(r" [^\S\n]+|[^\S\n ][^\S\n]*")
_BLANKS_AROUND_BREAKS: Final = re.compile(r" *\n\s*")
_STYLES: Final = {
    "strong": "bold",
    "b": "bold",
    "em": "italic",
    "i": "italic",
    "cite": "italic",
    "code": "code",
    "kbd": "code",
    "samp": "code",
}


class SpanWriter:
    """Collects text and style changes into spans."""

    def __init__(self, links: Links = Links()) -> None:  # noqa: B008 - a frozen tuple
        self._starts = links
        self._spans: list[Span] = []
        self._depth = {"bold": 0, "italic": 0, "code": 0}
        self._links: list[str | None] = []

    def open(self, tag: str, href: str = "") -> None:
        """Begin the style of an HTML element; elements that change nothing here are ignored."""
        if tag == "a":
            self._links.append(self._starts.resolve(href))
        elif tag == "br":
            self.write("\n")
        elif style := _STYLES.get(tag):
            self._depth[style] += 1

    def close(self, tag: str) -> None:
        """End the style of an element; an end without a beginning is ignored."""
        if tag == "a":
            del self._links[-1:]
        elif (style := _STYLES.get(tag)) and self._depth[style]:
            self._depth[style] -= 1

    def write(self, text: str) -> None:
        """Add `text` in the styles that are open; a line feed in it is a line break."""
        collapsed = _BLANKS.sub(" ", without_turns(text))
        if "\n" in collapsed:
            collapsed = _BLANKS_AROUND_BREAKS.sub("\n", collapsed)
        if not self._spans or self._spans[-1].text[-1].isspace():
            collapsed = collapsed.lstrip()
        if not collapsed:
            return
        depth = self._depth
        link = next(filter(None, reversed(self._links)), None) if self._links else None
        style = (depth["bold"] > 0, depth["italic"] > 0, depth["code"] > 0, link)
        last = self._spans[-1] if self._spans else None
        if last and (last.bold, last.italic, last.code, last.link) == style:
            self._spans[-1] = Span(last.text + collapsed, *style)
        else:
            self._spans.append(Span(collapsed, *style))

    def finish(self) -> tuple[Span, ...]:
        """The spans so far, without blanks at their end; the writer is empty after, with its styles still open."""
        spans, self._spans = self._spans, []
        while spans and not (trimmed := spans[-1].text.rstrip()):
            spans.pop()
        if spans and len(trimmed) < len(spans[-1].text):
            spans[-1] = replace(spans[-1], text=trimmed)
        return tuple(spans)


def unstyled(text: str) -> tuple[Span, ...]:
    """What a SpanWriter makes of `text` alone, at a fraction of the cost; line feeds are blanks."""
    is_tidy = text.isprintable() and "  " not in text  # a single blank is the only one that prints
    collapsed = text.strip() if is_tidy else " ".join(text.split())
    return (Span(collapsed),) if collapsed else ()


def plain(spans: Sequence[Span]) -> str:
    """The text of `spans` without its styles."""
    if len(spans) == 1:
        return spans[0].text
    return "".join(span.text for span in spans)


def joined(paragraphs: Iterable[tuple[Span, ...]]) -> tuple[Span, ...]:
    """`paragraphs` as one run of spans, with a paragraph break between every two."""
    spans: list[Span] = []
    for paragraph in paragraphs:
        spans += (PARAGRAPH_BREAK, *paragraph) if spans else paragraph
    return tuple(spans)
