"""The title of a post."""

from __future__ import annotations

import re
from typing import Final

from bot.errors import PostError
from bot.reading.fields import first_text, tidy, unescape
from bot.reading.page import Page
from bot.reading.shorten import shortened
from bot.reading.text.blocks import Kind
from bot.reading.text.spans import plain

LONGEST_TITLE: Final = 256
"""UTF-16 units (Discord, "Embed Limits")."""

_OTHER_KEYS: Final = ("linktitle", "newstitle", "headline")
_RAW_TITLE: Final = re.compile(r"\ntitle[ \t]*:[ \t]+(\S.*)$", re.M | re.I)


def title_of(page: Page) -> str:
    """The title in the front matter, shown as written, else the body's first heading of level 1 without its markup,
    else what the site's generator makes of the file's name; at most LONGEST_TITLE.

    Raises PostError if there is none.
    """
    _doubt_what_yaml_swallows(page)
    if written := tidy(unescape(first_text(page.values, "title", *_OTHER_KEYS))):
        return _short(written, page, next((key for key in ("title", *_OTHER_KEYS) if page.values.get(key)), ""))
    headings = (plain(block.spans) for block in page.blocks if block.kind is Kind.HEADING and block.level == 1)
    if title := next(filter(None, map(tidy, headings)), "") or tidy(page.site.generator.title_of(page)):
        return _short(title, page)
    mend = f"add a line  {page.front.example('title')}  to its front matter"
    raise PostError(page.path, page.front.line_of("title"), "the post has no title", mend)


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
