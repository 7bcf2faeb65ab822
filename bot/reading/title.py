"""The title of a post."""

from __future__ import annotations

import re
from typing import Final

from bot.errors import PostError
from bot.reading.fields import first_text, shown, tidy, unescape
from bot.reading.page import Page
from bot.reading.paths import is_structural, slug_of
from bot.reading.shorten import shortened
from bot.reading.text.blocks import Kind
from bot.reading.text.spans import plain

LONGEST_TITLE: Final = 256
"""UTF-16 units (Discord, "Embed Limits")."""

_OTHER_KEYS: Final = ("linktitle", "newstitle", "headline")
_INDEX: Final = "index"
_BETWEEN_WORDS: Final = re.compile(r"[-_\s]+")
_RAW_TITLE: Final = re.compile(r"\ntitle[ \t]*:[ \t]+(\S.*)$", re.M | re.I)


def title_of(page: Page) -> str:
    """The title in the front matter, shown as written, else the body's first heading of level 1 without its markup,
    else what the site's generator makes of the file's name, else that name in words; at most LONGEST_TITLE.

    Raises PostError if even the name says nothing: that of an `index.md` in a folder such as `posts`.
    """
    _doubt_what_yaml_swallows(page)
    if written := tidy(unescape(first_text(page.values, "title", *_OTHER_KEYS))):
        return _short(written, page, next((key for key in ("title", *_OTHER_KEYS) if page.values.get(key)), ""))
    headings = (plain(block.spans) for block in page.blocks if block.kind is Kind.HEADING and block.level == 1)
    if title := next(filter(None, map(tidy, headings)), "") or tidy(page.site.generator.title_of(page)):
        return _short(title, page)
    if title := tidy(_name_in_words(page)):
        page.doubt(f"the post has no title; {shown(title)}, made of its file's name, stands for it", "title")
        return _short(title, page)
    mend = f"add a line  {page.front.example('title')}  to its front matter"
    raise PostError(page.path, page.front.line_of("title"), "the post has no title", mend)


def _name_in_words(page: Page) -> str:
    """The file's name as a title: `2024-11-07-rain_in-kampot.md` is "Rain In Kampot"; empty if it says nothing.

    An index file has its folder's name; in the watched folder itself, that one's. (Reference: Jekyll's titleize_slug,
    but what is written in capitals stays so.)
    """
    slug = slug_of(page.path)
    if slug.lower() == _INDEX:
        slug = page.site.root.absolute().name
        if is_structural(slug):
            return ""
    if slug[:1].isdigit() and slug.replace("-", "").isdigit():  # a date, and nothing behind it
        return slug
    return " ".join(word[0].upper() + word[1:] for word in _BETWEEN_WORDS.split(slug) if word)


def _short(title: str, page: Page, key: str = "") -> str:
    short = shortened(title, LONGEST_TITLE)
    if short != title:
        page.doubt(f"the title has {len(title)} letters; it is cut to the {LONGEST_TITLE} that Discord shows", key)
    return short


def _doubt_what_yaml_swallows(page: Page) -> None:
    """Tell of a title that YAML cut or dropped without a word: `#` begins a comment, `&x` names the value."""
    raw = _RAW_TITLE.search(f"\n{page.front.source}") if page.front.is_yaml else None
    if raw is None or raw[1][0] in "\"'|>":
        return
    swallowed = "#" if re.search(r"(?:^|\s)#", raw[1]) else "&" if raw[1][0] == "&" else ""
    if swallowed:
        page.doubt(f'YAML leaves out a part of the title, for it has a "{swallowed}"; put it in double quotes', "title")
