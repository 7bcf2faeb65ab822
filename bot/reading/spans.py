"""Runs of styled text, gathered piece by piece with blanks collapsed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from bot.models import Span
from bot.reading.addresses import web_address

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
    """Collects text and style changes into spans. `base` is the site's address, for links that are paths."""

    def __init__(self, base: str = "") -> None:
        self._base = base
        self._spans: list[Span] = []
        self._depth = Counter[str]()
        self._links: list[str | None] = []

    def open(self, tag: str, href: str = "") -> None:
        """Begin the style of an HTML element; elements that change nothing here are ignored."""
        if tag == "a":
            self._links.append(web_address(href, self._base))
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
        collapsed = _BLANKS.sub(" ", text)
        if "\n" in collapsed:
            collapsed = _BLANKS_AROUND_BREAKS.sub("\n", collapsed)
        if not self._spans or self._spans[-1].text[-1].isspace():
            collapsed = collapsed.lstrip()
        if not collapsed:
            return
        span = Span(
            collapsed,
            bold=self._depth["bold"] > 0,
            italic=self._depth["italic"] > 0,
            code=self._depth["code"] > 0,
            link=next(filter(None, reversed(self._links)), None),
        )
        last = self._spans[-1] if self._spans else None
        if last and replace(last, text="") == replace(span, text=""):
            self._spans[-1] = replace(last, text=last.text + collapsed)
        else:
            self._spans.append(span)

    def finish(self) -> tuple[Span, ...]:
        """The spans so far, without blanks at their end; the writer is empty after, with its styles still open."""
        spans, self._spans = self._spans, []
        while spans and not (trimmed := spans[-1].text.rstrip()):
            spans.pop()
        if spans:
            spans[-1] = replace(spans[-1], text=trimmed)
        return tuple(spans)


def plain(spans: Iterable[Span]) -> str:
    """The text of `spans` without its styles."""
    return "".join(span.text for span in spans)


def joined(paragraphs: Iterable[tuple[Span, ...]]) -> tuple[Span, ...]:
    """`paragraphs` as one run of spans, with a paragraph break between every two."""
    spans: list[Span] = []
    for paragraph in paragraphs:
        spans += (PARAGRAPH_BREAK, *paragraph) if spans else paragraph
    return tuple(spans)
