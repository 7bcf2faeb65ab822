"""What is said about a post, for any platform."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import regex

from bot.models import Announcement, Picture, Post

_SHOUTED: Final = regex.compile(r"\b\p{Lu}{4,}\b")  # NATIONAL, but not USA
_INVISIBLE: Final = regex.compile(r"\p{Cf}+")  # a zero-width space would end a hashtag inside a Khmer word
_NOT_IN_A_HASHTAG: Final = regex.compile(r"[^\p{L}\p{M}\p{Nd}]+")
_LETTER: Final = regex.compile(r"\p{L}")


def announce(post: Post) -> Announcement:
    """The announcement of `post`, uncut."""
    asked = post.overrides
    return Announcement(
        title=post.title,
        body=post.excerpt,
        url=post.url,
        pictures=_captioned(post.pictures, post.caption) if asked.image else (),
        label=_label(post.categories[0]) if post.categories else "",
        hashtags=_hashtags(post.categories),
        language=post.language,
        published_at=post.published_at,
        silent=asked.silent,
        pin=asked.pin,
        mention=asked.mention,
        image=asked.image,
        texts=asked.texts,
        follows=asked.follows,
    )


def _captioned(pictures: tuple[Picture, ...], caption: str) -> tuple[Picture, ...]:
    """The pictures; who can't see the lead picture is told its caption, unless it has words of its own."""
    return tuple(
        replace(picture, alt=caption) if number == 0 and not picture.alt else picture
        for number, picture in enumerate(pictures)
    )


def _label(category: str) -> str:
    """`category` as people read it: capitals are for abbreviations, so NATIONAL becomes National."""
    return _SHOUTED.sub(lambda word: word[0].capitalize(), category.lstrip("# ")).strip()


def _hashtags(categories: Iterable[str]) -> tuple[str, ...]:
    """A hashtag for each category, without "#": letters, marks, digits and underscores, with at least one letter."""
    tags = map(hashtag, categories)
    return tuple({tag.casefold(): tag for tag in tags if _LETTER.search(tag)}.values())


def hashtag(category: str) -> str:
    """`category` as a hashtag without "#"; empty where it has no letters, marks or digits."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", _label(category)))
    return _NOT_IN_A_HASHTAG.sub("_", text).strip("_")
