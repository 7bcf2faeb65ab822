"""Docusaurus' rules for its blog: docusaurus.io, "plugin-content-blog", "docusaurus.config.js" and "i18n"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Final

from bot.reading.fields import text_of
from bot.reading.generators import scripts
from bot.reading.generators.folders import clean, concerns, inside, without_extension
from bot.reading.generators.generator import Written
from bot.reading.generators.scripted import Scripted
from bot.reading.generators.slugs import path_address

_PRESET: Final = r"""(?<![\w$])["']?blog["']?\s*(?=:)"""
_PLUGIN: Final = r"""(?:plugin-content-blog|content-blog)["'`]\)?\s*(?=,)"""
_PLUGIN_FOLDER: Final = "docusaurus-plugin-content-blog"
_DATED: Final = re.compile(r"(?P<folder>.*)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)", re.S)
_TRANSLATED: Final = re.compile(rf"i18n/([^/]+)/{_PLUGIN_FOLDER}(?:-([^/]+))?/(.+)", re.S)


@dataclass(frozen=True, slots=True)
class _Blog:
    """One blog of the site."""

    folder: str = "blog"  # below the root
    route: str = "blog"
    id: str = "default"


@dataclass(frozen=True, slots=True)
class Docusaurus(Scripted):
    """A site that Docusaurus builds."""

    name: ClassVar[str] = "Docusaurus"
    url_key: ClassVar[str] = "url"
    base_key: ClassVar[str] = "baseUrl"

    @property
    def public_folders(self) -> tuple[str, ...]:
        return ("static", "build", "")

    def is_post(self, path: str) -> bool:
        """Files of the blogs and their translations, but none whose name, or folder, begins with "_"."""
        homes = [blog.folder for blog in self._blogs]
        place = self._place(path)
        if place is None:
            return not concerns(self.prefix, (*homes, "i18n"))
        return not any(part.startswith("_") for part in place[1].split("/"))

    def language_of(self, path: str) -> str:
        """The language of a translation's folder, `i18n/km/docusaurus-plugin-content-blog/`."""
        translated = _TRANSLATED.fullmatch(path)
        return translated[1] if translated else ""

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """Below the blog's route: by `slug`, else by the date in the path and the name behind it."""
        place = self._place(page.site_path)
        if place is None:
            return ""
        blog, below = place
        spoken = self.language_of(page.site_path)
        folder = spoken if spoken and spoken != (self.language or "en") else ""
        slug = text_of(page.values.get("slug")) or _slug(below)
        path = path_address(f"{folder}/{blog.route}/{slug}")
        closed = scripts.switch(self._source, "trailingSlash")
        if closed is None or path == "/":
            return path
        return path.rstrip("/") + "/" if closed else path.rstrip("/")

    @property
    def _blogs(self) -> tuple[_Blog, ...]:
        return _read_blogs(self._source)

    def _place(self, path: str) -> tuple[_Blog, str] | None:
        """The blog that the file is a post of, and its path there."""
        if translated := _TRANSLATED.fullmatch(path):
            named = translated[2] or "default"
            blogs = (blog for blog in self._blogs if blog.id == named)
            blog = next(blogs, None)
            return (blog, translated[3]) if blog else None
        for blog in self._blogs:
            below = inside(path, blog.folder)
            if below is not None:
                return blog, below
        return None


@lru_cache(maxsize=8)  # a run has one site
def _read_blogs(source: str) -> tuple[_Blog, ...]:
    """The blogs that `source` sets up: of the classic preset, and of the plugin with its own id."""
    blogs = [
        _Blog(
            clean(scripts.literal(block, "path")) or "blog",
            scripts.literal(block, "routeBasePath") or "blog",
            scripts.literal(block, "id") or "default",
        )
        for opening in (_PRESET, _PLUGIN)
        for block in map(scripts.top_level, scripts.blocks_after(source, opening))
    ]
    return tuple(dict.fromkeys(blogs)) or (_Blog(),)


def _slug(below: str) -> str:
    """`2021-04-15-rain.md`, `2021/04/15/rain.mdx` and `2021-04-15-rain/index.md` are all 2021/04/15/rain."""
    name = without_extension(below).removesuffix("/index")
    dated = _DATED.fullmatch(name)
    return f"{dated['date'].replace('-', '/')}/{dated['folder']}{dated['text']}" if dated else name
