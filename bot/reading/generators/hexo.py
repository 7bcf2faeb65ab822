"""Hexo's rules: hexo.io, "Permalinks", "Front-matter", "Configuration" and "Writing"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha1
from typing import ClassVar, Final
from urllib.parse import urlsplit

from bot.reading.fields import shown, text_of, texts_in
from bot.reading.generators.configuration import flag_at, mapping_at, text_at, value_at, zone_at
from bot.reading.generators.folders import clean, concerns, inside, without_extension
from bot.reading.generators.generator import Generator, Written
from bot.reading.generators.slugs import hexo_slug, is_whole_address, path_address, written_address
from bot.reading.generators.tokens import fill, hexo_date_token

_TOKEN: Final = re.compile(r":(\w*[^\W_])")
_DEFAULT_PERMALINK: Final = ":year/:month/:day/:title/"
_DEFAULT_NAME: Final = ":title.md"
_SEGMENTS: Final = {
    "year": r"\d{4}",
    "month": r"\d{2}",
    "day": r"\d{2}",
    "i_month": r"\d{1,2}",
    "i_day": r"\d{1,2}",
    "hash": r"[0-9a-f]{12}",
}
_MOST_TOKENS: Final = 8
_NOT_BY_NAME: Final = frozenset({"path", "permalink"})


@dataclass(frozen=True, slots=True)
class Hexo(Generator):
    """A site that Hexo builds."""

    name: ClassVar[str] = "Hexo"

    @property
    def scheduled_by_date(self) -> bool:
        """Hexo shows posts of the future unless the configuration says `future: false`."""
        return flag_at(self.config, "future") is False

    @property
    def url(self) -> str:
        """`url`, with `root` where it was left out of it."""
        written = text_at(self.config, "url").rstrip("/")
        root = path_address(text_at(self.config, "root")).rstrip("/")
        if not is_whole_address(written):
            return ""
        try:
            return written if urlsplit(written).path.endswith(root) else written + root
        except ValueError:  # half an IPv6 address
            return ""

    @property
    def timezone(self) -> str:
        return zone_at(self.config, "timezone")

    @property
    def language(self) -> str:
        """The first of `language`, which may be a list; "default" says nothing."""
        written = text_at(self.config, "language")
        return "" if written == "default" else written

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(texts_in(value_at(self.config, "language")))

    @property
    def has_asset_folders(self) -> bool:
        return flag_at(self.config, "post_asset_folder") is True

    @property
    def public_folders(self) -> tuple[str, ...]:
        return (self._source, "public", "")

    def is_post(self, path: str) -> bool:
        """Posts lie below `_posts` and `_drafts` of the source folder."""
        return not concerns(self.prefix, self._homes) or any(inside(path, home) is not None for home in self._homes)

    def categories_of(self, page: Written) -> Iterable[str] | None:
        """Every level of a hierarchy counts; a text is one category, also with commas in it."""
        return _names(page, "categories", "category")

    def tags_of(self, page: Written) -> Iterable[str] | None:
        """A text is one tag, also with commas in it."""
        return _names(page, "tags", "tag")

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """By the post's own `permalink`, else by the site's."""
        if own := text_of(page.values.get("permalink")):
            return written_address(own)
        below = next(filter(None, (inside(page.site_path, home) for home in self._homes)), "")
        if not below:
            return ""
        pattern = text_at(self.config, "permalink") or _DEFAULT_PERMALINK

        def value_of(token: str) -> str | None:
            return self._value(token, page, below, day)

        path, missing = fill(pattern, _TOKEN, value_of)
        if missing:
            page.doubt(f"the site's pattern of addresses, {shown(pattern)}, needs a {missing} that the post has not")
            return ""
        return path_address(self._pretty(path))

    @property
    def _source(self) -> str:
        return clean(text_at(self.config, "source_dir")) or "source"

    @property
    def _homes(self) -> tuple[str, str]:
        return f"{self._source}/_posts", f"{self._source}/_drafts"

    def _pretty(self, path: str) -> str:
        """`path` without the ends that `pretty_urls` takes off."""
        if flag_at(self.config, "pretty_urls", "trailing_index") is False and path.endswith("index.html"):
            return path.removesuffix("index.html")
        if flag_at(self.config, "pretty_urls", "trailing_html") is False:
            return path.removesuffix(".html")
        return path

    def _value(self, token: str, page: Written, below: str, day: datetime | None) -> str | None:
        """What stands for `token`; None: nothing does. Hexo's own ids of posts can't be told."""
        named = _from_name(text_at(self.config, "new_post_name") or _DEFAULT_NAME, below)
        slug = named["title"]
        known = {
            "title": lambda: slug,
            "name": lambda: slug.rpartition("/")[2],
            "post_title": lambda: hexo_slug(text_of(page.values.get("title")), case="1"),
            "category": lambda: self._category(page),
            "hash": lambda: _hash(slug, day) if day else "",
        }
        if token in known:
            return known[token]() or None
        if day and (value := hexo_date_token(token, day)):
            return value
        own = "" if token in _NOT_BY_NAME else named.get(token) or text_of(page.values.get(token.lower()))
        return own or text_at(self.config, "permalink_defaults", token) or None

    def _category(self, page: Written) -> str:
        """The last category with those above it in its hierarchy, "sports/football"."""
        value = page.values.get("categories") or page.values.get("category")
        while isinstance(value, list) and value and isinstance(value[-1], list):
            value = value[-1]
        names = list(texts_in(value)) if isinstance(value, list) else [text_of(value)]
        known = mapping_at(self.config, "category_map")
        case = text_at(self.config, "filename_case")
        slugs = [text_of(known.get(name)) or hexo_slug(name, case=case) for name in names if name]
        return "/".join(slugs) or text_at(self.config, "default_category") or "uncategorized"


def _hash(slug: str, day: datetime) -> str:
    """Twelve digits of the SHA-1 of the slug and the date in seconds."""
    written = f"{slug}{int(day.timestamp())}".encode(errors="replace")
    return sha1(written, usedforsecurity=False).hexdigest()[:12]


def _names(page: Written, plural: str, singular: str) -> list[str]:
    value = page.values.get(plural) or page.values.get(singular)
    return list(texts_in(value))


def _from_name(pattern: str, below: str) -> dict[str, str]:
    """What the file's path says by `new_post_name`: at least the "title", which is the slug."""
    path = without_extension(below)
    found = _name_pattern(without_extension(pattern)).fullmatch(path)
    named = {name: value for name, value in found.groupdict().items() if value} if found else {}
    return named if "title" in named else {**named, "title": hexo_slug(path)}


@lru_cache(maxsize=8)  # a run has one site
def _name_pattern(pattern: str) -> re.Pattern[str]:
    """The expression that finds the parts of a file's name; of a pattern that can't be used, all is the title."""
    pieces, place, seen = [], 0, set[str]()
    for token in _TOKEN.finditer(pattern):
        pieces.append(re.escape(pattern[place : token.start()]))
        name = token[1] if token[1].isascii() and token[1].isidentifier() else ""
        if not name or name in seen or len(seen) == _MOST_TOKENS:
            return re.compile("(?P<title>.+)", re.S)
        seen.add(name)
        pieces.append(f"(?P<{name}>{_SEGMENTS.get(name, '.+?')})")
        place = token.end()
    return re.compile("".join((*pieces, re.escape(pattern[place:]))), re.S)
