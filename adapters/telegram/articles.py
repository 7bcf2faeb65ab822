"""An announcement as an article: the HTML of a rich message (Bot API 10.1, "Rich HTML style"). Pure.

It has blocks, where a text has line breaks: a heading, the picture with its caption, paragraphs, a footer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from adapters.telegram.markup import clean, escape, sober, to_html, web_link, words_in
from adapters.telegram.words import excerpt_of, hashtags_of, read, title_of
from bot.models import Announcement, Look, Picture, Span

# Of a rich message (Bot API 10.1, "Rich Message Limits").
CHARACTERS: Final = 32_768
BLOCKS: Final = 500
LEVELS: Final = 16

# Our own measures.
CAPTION_UNITS: Final = 300
WORDS_UNITS: Final = CHARACTERS // 4  # with all else it fits even if it is bytes that are counted, three a letter
ENTITIES: Final = 400  # of the excerpt: no limit is named, and a thousand tags are no excerpt
PARAGRAPHS: Final = BLOCKS - 10  # heading, picture with its caption, link and footer are blocks as well

_LINE: Final = "<br>"
_GAP: Final = re.compile(r"\n{2,}")
_RIGHT_TO_LEFT: Final = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def is_right_to_left(language: str) -> bool:
    """Whether `language` ("ar", "fa-IR") is written from right to left."""
    return language.lower().replace("_", "-").partition("-")[0] in _RIGHT_TO_LEFT


def picture_of(pictures: Iterable[Picture]) -> Picture | None:
    """The first picture that an article can show: it takes them by their address alone."""
    return next((picture for picture in pictures if not picture.file and web_link(picture.url)), None)


def article(announcement: Announcement, look: Look, platform: str, picture: Picture | None) -> str:
    """The whole article; empty if there is nothing to say."""
    link = None if look.button else web_link(announcement.url) or None
    title = title_of(announcement, link)
    hashtags = hashtags_of(announcement) if look.hashtags else ()
    own = announcement.own_words(platform)
    words = excerpt_of(own or announcement.body, WORDS_UNITS if own else min(look.excerpt, WORDS_UNITS), long=True)
    if not title and not words:
        return ""
    blocks = [
        f"<h1>{to_html(replace(span, bold=False) for span in title)}</h1>" if title else "",
        _figure(picture) if picture else "",
        *_paragraphs(sober(words, entities=ENTITIES)),
        f"<p>{to_html([Span(read(announcement), link=link)])}</p>" if link else "",
        f"<footer>{to_html(hashtags)}</footer>" if hashtags else "",
    ]
    return "\n".join(filter(None, blocks))


def _figure(picture: Picture) -> str:
    image = f'<img src="{escape(picture.url or "")}"/>'
    caption = to_html(excerpt_of([Span(" ".join(clean(picture.alt).split()))], CAPTION_UNITS))
    return f"<figure>{image}<figcaption>{caption}</figcaption></figure>" if caption else image


def _paragraphs(words: Iterable[Span]) -> Iterator[str]:
    """The paragraphs of `words`; of too many, all that is left stands in the last one."""
    paragraphs = list(_split(words))
    whole, rest = paragraphs[: PARAGRAPHS - 1], paragraphs[PARAGRAPHS - 1 :]
    yield from (f"<p>{inner}</p>" for inner in whole)
    if rest:
        yield f"<p>{(_LINE * 2).join(rest)}</p>"


def _split(words: Iterable[Span]) -> Iterator[str]:
    """The HTML of each paragraph that has something to see. A span may reach over several."""
    inner = ""
    for span in words:
        first, *later = _GAP.split(span.text)
        inner += _lines(span, first)
        for text in later:
            if _has_words(inner):
                yield inner
            inner = _lines(span, text)
    if _has_words(inner):
        yield inner


def _lines(span: Span, text: str) -> str:
    return _LINE.join(to_html([replace(span, text=line)]) if line else "" for line in text.split("\n"))


def _has_words(inner: str) -> bool:
    return bool(words_in(inner).strip())
