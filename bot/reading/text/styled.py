"""Paragraphs whose only signs are plain links and emphasis, as most of those with any: read without a parser.

What it takes must be what markdown-it makes of it (tests/reading/test_styled.py compares); anything else it leaves.
Source of the conditions: CommonMark 0.31.2, "Emphasis and strong emphasis" and "Inline links".
"""

from __future__ import annotations

import re
from typing import Final

from bot.models import Span
from bot.reading.addresses import Links

_OTHER_SIGNS: Final = ("\\", "`", "~", "<", "&", "![")
_FIRST_START: Final = re.compile(r"(?:[^\W\d_]|[\"'“‘«(]|\*\*?[^\W_]|__?[^\W_]|\[)")
_START: Final = re.compile(r"[^\W\d_]|[\"'“‘«(]")  # of a further line
_BEFORE_EMPHASIS: Final = frozenset(" (\"'“‘")

# A sign of emphasis opens it where a blank or a bracket stands before and a letter or digit behind, and closes it where
# they stand the other way round. A lone sign matches as well, with neither group.
_SIGN: Final = re.compile(
    r"[\[*_\]](?:"
    r"(?<=\[)(?P<label>[^\s\[\]*_](?:[^\[\]*_]*[^\s\[\]*_])?)\]"
    r"\((?P<url>https?://[a-z0-9]++(?:[.-][a-z0-9]++)*+/[A-Za-z0-9/._-]*+)\)(?!\[)"
    r"|(?<=(?P<sign>[*_]))(?P<second>(?P=sign)?)(?P<text>[^\W_](?:[^\[\]*_]*[^\W_])?)(?P=sign)(?P=second)"
    r"(?=[ .,;:!?)”’]|\Z)"
    r")?"
)


def styled(lines: str, links: Links) -> tuple[Span, ...] | None:
    """The text of the paragraph that `lines`, between two blank ones, are; None where only a parser can tell."""
    if not _FIRST_START.match(lines) or any(map(lines.__contains__, _OTHER_SIGNS)):
        return None
    text = lines.rstrip(" ")
    if "\n" in text:
        first, *others = (line.removesuffix(" ") for line in text.split("\n"))
        if not all(map(_START.match, others)):
            return None
        text = " ".join((first, *others))
    if "  " in text or not text.replace("\u200b", "").isprintable():  # the only blanks left are single ones
        return None
    return _spans(text, links)


def _spans(text: str, links: Links) -> tuple[Span, ...] | None:
    spans: list[Span] = []
    position = 0
    for sign in _SIGN.finditer(text):
        start = sign.start()
        label, url, mark, second, emphasized = sign.groups()
        if start > position:
            spans.append(Span(text[position:start]))
        if label is not None:
            address = links.resolve(url)
            if address is None:
                return None
            spans.append(Span(label, link=address))
        elif mark is not None and (not start or text[start - 1] in _BEFORE_EMPHASIS):
            spans.append(Span(emphasized, bold=bool(second), italic=not second))
        else:
            return None
        position = sign.end()
    if position < len(text):
        spans.append(Span(text[position:]))
    return tuple(spans)
