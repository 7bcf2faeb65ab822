"""Eleventy's rules: 11ty.dev, "Permalinks", "Template and directory data files", "Collections" and "Dates"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import ClassVar, Final

from bot.reading.fields import flag, text_of, texts_in
from bot.reading.generators import scripts
from bot.reading.generators.configuration import read_configuration, text_at, value_at
from bot.reading.generators.folders import clean, concerns, inside, without_extension
from bot.reading.generators.generator import Fields, Generator, Written, unheard
from bot.reading.generators.slugs import ascii_slug, is_whole_address, path_address, written_address
from bot.reading.generators.tokens import fill

_TOKEN: Final = re.compile(r"\{\{-?\s*([^{}]*?)\s*-?\}\}")
_SLUG_FILTERS: Final = frozenset({"slugify", "slug"})
_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}-(.+)", re.S)
_DATA_SUFFIXES: Final = (".json", ".11tydata.json")  # the later one wins
_SITE_DATA: Final = ("metadata.json", "site.json")  # where starter projects keep the site's address
_PRIVATE: Final = frozenset({"_includes", "_data", "_layouts"})
_CACHED_FILES: Final = 1024


@dataclass(frozen=True, slots=True)
class Eleventy(Generator):
    """A site that Eleventy builds. Data files are read where they are JSON; scripts are not run."""

    name: ClassVar[str] = "Eleventy"

    @property
    def url(self) -> str:
        """The `url` in `_data/metadata.json` or `_data/site.json`, a habit of its starter projects."""
        for name in _SITE_DATA:
            written = text_at(self._data(f"{self._input}/_data/{name}".lstrip("/")), "url")
            if is_whole_address(written):
                prefix = path_address(scripts.literal(self._source, "pathPrefix")).rstrip("/")
                bare = written.rstrip("/")
                return bare if bare.endswith(prefix) else bare + prefix
        return ""

    @property
    def public_folders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self._input, "public", "static", "")))

    def is_post(self, path: str) -> bool:
        """Every Markdown file below the input folder may be one, but no layouts and data."""
        below = inside(path, self._input)
        if below is None:
            return not concerns(self.prefix, (self._input,))
        return _PRIVATE.isdisjoint(below.split("/")[:-1])

    def defaults(self, path: str, doubt: Callable[[str], None] = unheard) -> Fields:
        """What the data files of the folders above the post say, and the post's own: the nearest wins."""
        values: dict[str, object] = {}
        for file in self._data_files(path):
            values.update((key.lower(), value) for key, value in self._data(file).items())
        return values

    def tags_of(self, page: Written) -> Iterable[str] | None:
        """The tags of the data files and the post's own: Eleventy joins them."""
        written = [self._data(file).get("tags") for file in self._data_files(page.site_path)]
        return dict.fromkeys(tag for value in (*written, page.values.get("tags")) for tag in texts_in(value))

    def is_draft(self, page: Written) -> bool:
        """Posts that are not written out (`permalink: false`), or stand in no collection."""
        return flag(_permalink(page)) is False or flag(page.values.get("eleventyexcludefromcollections")) is True

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """By `permalink`, else by the path below the input folder. A date in the name stays, as Eleventy leaves it.

        Of the templates in a permalink only plain values, `page.fileSlug`, `page.filePathStem` and the filters `slug`
        and `slugify` are known; what needs another has no address here.
        """
        below = inside(page.site_path, self._input)
        permalink = _permalink(page)
        if flag(permalink) is False or below is None:
            return ""
        if not (pattern := text_of(permalink)):
            return _default_address(below)

        def value_of(expression: str) -> str | None:
            return _value(expression, page, below)

        path, missing = fill(pattern, _TOKEN, value_of)
        if missing or "{%" in path:
            page.doubt("the permalink is computed by a template, and newsbell can't tell the link from it", "permalink")
            return ""
        return written_address(re.sub(r"(?:^|(?<=/))index(?:\.html|/)?$", "", path))

    @property
    def _source(self) -> str:
        return scripts.without_comments(str(self.config.get("source") or ""))

    @property
    def _input(self) -> str:
        """The input folder; empty: the root."""
        return _read_input(self._source)

    def _data_files(self, path: str) -> Iterator[str]:
        """The data files for the post at `path`, the weakest first: `blog/blog.json`, `blog/rain.11tydata.json`."""
        below = inside(path, self._input)
        if below is None:
            return
        *folders, file = below.split("/")
        start = [self._input] if self._input else []
        for depth in range(len(folders) + 1):
            here = [*start, *folders[:depth]]
            name = here[-1] if here else (self.root.resolve().name if self.root else "")
            yield from ("/".join((*here, f"{name}{suffix}")) for suffix in _DATA_SUFFIXES if name)
        name = without_extension(file)
        yield from ("/".join((*start, *folders, f"{name}{suffix}")) for suffix in _DATA_SUFFIXES)

    def _data(self, file: str) -> Fields:
        """What the JSON file at `file` says; nothing if there is none. It is read again whenever it changes."""
        if self.root is None:
            return {}
        whole = self.root / file
        try:
            status = whole.stat()
        except (OSError, ValueError):  # there is none, or its name is none that a file can have
            return {}
        return _read(whole, self.root, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=_CACHED_FILES)
def _read(file: Path, root: Path, mtime_ns: int, size: int) -> Fields:
    """What `file` says, nothing if it lies outside `root`; its time and size tell its versions apart."""
    try:
        lies_inside = file.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a circle of links
        lies_inside = False
    return read_configuration(file).values if lies_inside else {}


@lru_cache(maxsize=8)  # a run has one site
def _read_input(source: str) -> str:
    named = [scripts.literal(block, "input") for block in scripts.blocks_after(source, r"\bdir\s*(?=:)")]
    return clean(next(filter(None, named), "") or scripts.argument(source, "setInputDirectory"))


def _permalink(page: Written) -> object:
    """The permalink; one that is computed wins, and of a table its `build`."""
    written = value_at(page.values.get("eleventycomputed"), "permalink") or page.values.get("permalink")
    return value_at(written, "build") if isinstance(written, dict) else written


def _value(expression: str, page: Written, below: str) -> str | None:
    """What the template `{{ expression }}` gives; None if it can't be told."""
    name, *filters = (part.strip() for part in expression.split("|"))
    *folders, file = below.split("/")
    stem = _without_date(without_extension(file))
    match name:
        case "page.fileSlug":
            value = stem if stem != "index" else _without_date(folders[-1]) if folders else ""
        case "page.filePathStem":
            value = "/" + "/".join((*folders, stem))
        case _:
            value = text_of(page.values.get(name.lower())) if name.isidentifier() else ""
            if not value:
                return None
    if not filters:
        return value
    return ascii_slug(value) or None if len(filters) == 1 and filters[0] in _SLUG_FILTERS else None


def _default_address(below: str) -> str:
    *folders, file = below.split("/")
    name = without_extension(file)
    own = [] if name == "index" or (folders and folders[-1] == name) else [name]
    return path_address("/".join((*folders, *own, "")))


def _without_date(name: str) -> str:
    match = _DATED.search(name)
    return match[1] if match else name
