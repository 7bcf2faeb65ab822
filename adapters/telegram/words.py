"""The parts of an announcement as spans that Telegram takes: title, excerpt, hashtags. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from adapters.telegram.markup import clean, is_seen
from bot.composing.cutting import cut_spans, utf16_length
from bot.models import Announcement, Span
from bot.texts import texts

# Our own measures: a title or hashtags that leave no room for the words help nobody.
TITLE_UNITS: Final = 300
HASHTAG_UNITS: Final = 200

PARAGRAPH: Final = Span("\n\n")


def read(announcement: Announcement) -> str:
    """What leads to the whole post: "Read", in the language of the post."""
    return texts(announcement.language).say("Read")


def title_of(announcement: Announcement, link: str | None) -> tuple[Span, ...]:
    """The title in one line, bold; none if there is nothing to see in it."""
    words = " ".join(clean(announcement.title).split())
    return tuple(cut_spans((Span(words, bold=True, link=link),), TITLE_UNITS)) if is_seen(words) else ()


def excerpt_of(body: Sequence[Span], limit: int, *, long: bool = False) -> tuple[Span, ...]:
    """`body` in at most `limit` UTF-16 units, without blanks at both ends; none if there is nothing to see in it.

    A `long` one ends with an ellipsis wherever it is cut: it looks like the whole text else.
    """
    cleaned = [replace(span, text=clean(span.text)) for span in body]
    excerpt = _stripped(cut_spans(_stripped(cleaned), limit, always_told=long)) if limit > 0 else ()
    return excerpt if any(is_seen(span.text) for span in excerpt) else ()


def hashtags_of(announcement: Announcement) -> tuple[Span, ...]:
    """As many whole hashtags as fit."""
    line = ""
    for name in announcement.hashtags:
        tag = "".join(clean(name).split()).lstrip("#")
        longer = f"{line} #{tag}".strip() if is_seen(tag) else line
        if utf16_length(longer) > HASHTAG_UNITS:
            break
        line = longer
    return (Span(line),) if line else ()


def joined(blocks: Iterable[Sequence[Span]]) -> tuple[Span, ...]:
    """The blocks that are not empty, with a blank line between them."""
    spans: list[Span] = []
    for block in blocks:
        if block:
            spans += [PARAGRAPH, *block] if spans else block
    return tuple(spans)


def units(spans: Iterable[Span]) -> int:
    """The length in UTF-16 units."""
    return sum(utf16_length(span.text) for span in spans)


def _stripped(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without blanks at both ends: Telegram drops those, too."""
    kept = list(spans)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)
