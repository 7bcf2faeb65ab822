"""What of a post is still there when it was renamed or copied: title, slug, and a sketch of its first paragraphs.

The sketch is the smallest hashes of all runs of eight characters (a bottom-k sketch: Cohen and Kaplan, "Summarizing
data using bottom-k sketches", 2007). The share of hashes that two sketches have in common is about the share of text
that two posts have in common; changing a sentence in the middle changes only that sentence's share.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final
from zlib import crc32

from bot.models import Post
from bot.reading.paths import slug_of
from bot.records import Traits

_RUN_BYTES: Final = 16  # eight characters in UTF-16
_SKETCH_HASHES: Final = 32
_SKETCHED_CHARACTERS: Final = 800  # of the excerpt: what follows adds cost and no certainty
_LETTERS: Final = "LMN"  # categories of letters, their marks (Khmer vowels) and numbers

LONG: Final = 200
"""Characters from which on a text is long enough to be told from others by itself."""

SHORT: Final = 60
"""Characters below which a text says little: dozens of posts may hold the same sentence."""

NEARLY: Final = 0.5
"""The common share from which on two texts are nearly equal, for posts that share a title or a slug as well."""

SURELY: Final = 0.8
"""The common share from which on two long texts are one text, whatever they are called."""


@lru_cache(maxsize=512)  # a post is compared several times while it is taken in
def traits_of(post: Post) -> Traits:
    """What is compared of `post`."""
    text = "".join(span.text for span in post.excerpt)
    text = " ".join(unicodedata.normalize("NFC", text).casefold().split())[:_SKETCHED_CHARACTERS]
    return Traits(plain(post.title), plain(slug_of(post.path)), _sketch(text), len(text))


def common(one: Traits, other: Traits) -> float:
    """How much of the two texts is the same, from 0 to 1; two empty texts have everything in common."""
    if not one.sketch and not other.sketch:
        return 1.0
    both = sorted({*one.sketch, *other.sketch})[:_SKETCH_HASHES]
    return len({*both}.intersection(one.sketch).intersection(other.sketch)) / len(both)


def plain(text: str) -> str:
    """A title or a slug without capitals and punctuation: "National_Rain" and "National: rain" are the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(
        "".join(letter if unicodedata.category(letter)[0] in _LETTERS else " " for letter in folded).split()
    )


def _sketch(text: str) -> tuple[int, ...]:
    raw = text.encode("utf-16-le", "replace")
    if not raw:
        return ()
    hashes = {crc32(raw[start : start + _RUN_BYTES]) for start in range(0, max(len(raw) - _RUN_BYTES, 0) + 1, 2)}
    return tuple(sorted(hashes)[:_SKETCH_HASHES])
