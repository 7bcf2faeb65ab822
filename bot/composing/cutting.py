"""Cutting text where people would: after a sentence, else between words, else between what they see as letters.

Lengths are in UTF-16 units, as Telegram counts them; Discord's limits in characters are then kept as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import regex

from bot.models import Span

ELLIPSIS: Final = "…"
_MORE: Final = f" {ELLIPSIS}"  # behind a whole sentence

_LEAST_SHARE: Final = 0.6
"""Of the limit: a cleaner cut that leaves less than this of it is not worth its loss."""

_ABBREVIATIONS: Final = """
    Mr Mrs Ms Dr Prof St Jr Sr Gen Lt Col Sgt Capt Gov Sen Rep Hon No Nos vs cf ca approx Fig Vol Art Inc Ltd Co Corp
"""

# The end of a sentence with the quotes that close it. A Latin one needs a blank and no small letter behind it, and
# initials and abbreviations end none; Khmer and Chinese ones need no blank; ។ល។ means "et cetera".
_SENTENCE_END: Final = regex.compile(
    r"""
    (?: (?<! \b (?: \p{L} | ABBREVIATIONS ) ) \. | [!?…]+ ) ["'”’»)\]]* (?= \Z | \s+ [^\s\p{Ll}] )
    | (?: [។៕](?!ល។) | [。！？] ) ["'”’»)\]」』]*
    """.replace("ABBREVIATIONS", "|".join(_ABBREVIATIONS.split())),
    regex.VERBOSE,
)
_LOOK_AHEAD: Final = 8  # characters in which the next sentence has begun
_BETWEEN_WORDS: Final = regex.compile(r"[\s\u200b]+")
_GRAPHEME: Final = regex.compile(r"\X")
_LOOSE_ENDS: Final = " \t\n\u00a0\u200b.,;:។–—-([{“‘«"


def utf16_length(text: str) -> int:
    """How many UTF-16 units `text` has: an emoji has two or more."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """`text`, shortened if need be to at most `limit` UTF-16 units.

    It ends with a whole sentence if that keeps more than 60 % of `limit`; else with a whole word and an ellipsis, else
    with a whole grapheme (a Khmer letter with what is below it, a family of emoji) and an ellipsis.
    """
    if _fits(text, limit):
        return text
    end, ellipsis = _cut_at(text, limit)
    return text[:end] + ellipsis


def cut_spans(spans: Sequence[Span], limit: int, *, always_told: bool = False) -> tuple[Span, ...]:
    """`spans`, shortened as one text to at most `limit` UTF-16 units in all; see `cut`.

    `always_told`: an ellipsis follows a whole sentence as well, for readers might take the text for the whole.
    """
    text = "".join(span.text for span in spans)
    if _fits(text, limit):
        return tuple(spans)
    end, ellipsis = _cut_at(text, limit - len(_MORE) if always_told else limit)
    ellipsis = ellipsis or (_MORE if always_told and end else "")
    kept = list(_up_to(spans, end))
    return tuple(_with_ending(kept, ellipsis) if ellipsis else kept)


def _cut_at(text: str, limit: int) -> tuple[int, str]:
    """Where to cut `text`, which is longer than `limit`, and what to put there."""
    if limit <= 0:
        return 0, ""
    most = _index_of(text, limit)
    letters = _grapheme_ends(text, most)
    least = _index_of(text, int(limit * _LEAST_SHARE))
    sentences = (match.end() for match in _SENTENCE_END.finditer(text, 0, most + _LOOK_AHEAD) if match.end() <= most)
    if end := _last(sentences, least, letters):
        return end, ""
    room = _index_of(text, limit - len(ELLIPSIS))
    words = (match.start() for match in _BETWEEN_WORDS.finditer(text, 0, room + 1) if match.start() <= room)
    end = _last(words, least, letters) or max((end for end in letters if end <= room), default=0)
    return _without_loose_ends(text, end, letters), ELLIPSIS


def _last(ends: Iterator[int], least: int, letters: set[int]) -> int:
    """The last of `ends` beyond `least` that splits no grapheme; 0 if there is none."""
    return max((end for end in ends if end > least and end in letters), default=0)


def _grapheme_ends(text: str, most: int) -> set[int]:
    """Every index up to `most` at which a grapheme ends."""
    ends = {0}
    for match in _GRAPHEME.finditer(text):
        if match.end() > most:
            break
        ends.add(match.end())
    return ends


def _without_loose_ends(text: str, end: int, letters: set[int]) -> int:
    """`end`, moved before commas, dashes and opening quotes: "he said, “…" reads badly."""
    trimmed = len(text[:end].rstrip(_LOOSE_ENDS))
    return trimmed if trimmed in letters else end


def _fits(text: str, limit: int) -> bool:
    return len(text) <= limit and utf16_length(text) <= limit


def _index_of(text: str, units: int) -> int:
    """The largest index with at most `units` UTF-16 units before it."""
    used = 0
    for index, char in enumerate(text):
        used += 2 if char > "\uffff" else 1
        if used > units:
            return index
    return len(text)


def _up_to(spans: Sequence[Span], end: int) -> Iterator[Span]:
    for span in spans:
        kept = span.text[:end]
        end -= len(kept)
        if kept:
            yield replace(span, text=kept)


def _with_ending(spans: list[Span], ellipsis: str) -> list[Span]:
    """`spans` with an ellipsis in the last one's style, but not inside code or a link."""
    if not spans or spans[-1].code or spans[-1].link:
        return [*spans, Span(ellipsis)]
    return [*spans[:-1], replace(spans[-1], text=spans[-1].text + ellipsis)]
