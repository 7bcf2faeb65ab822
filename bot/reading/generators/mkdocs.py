"""MkDocs' rules, and those of Material's blog plugin: squidfunk.github.io/mkdocs-material, "Built-in blog plugin"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from bot.reading.fields import shown, text_of, texts_in
from bot.reading.generators.configuration import flag_at, mapping_at, text_at, value_at
from bot.reading.generators.folders import clean, concerns, inside, without_extension
from bot.reading.generators.generator import Fields, Generator, Written
from bot.reading.generators.slugs import is_whole_address, mkdocs_slug, path_address
from bot.reading.generators.tokens import day_as_written, fill, unicode_date
from bot.reading.page import Page
from bot.reading.text.blocks import Kind
from bot.reading.text.spans import plain

_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_PLUGINS: Final = frozenset({"blog", "material/blog"})
_INDEXES: Final = frozenset({"index", "readme"})
_MOST_CATEGORIES: Final = 1000


@dataclass(frozen=True, slots=True)
class MkDocs(Generator):
    """A site that MkDocs builds, with the blog of its Material theme or without."""

    name: ClassVar[str] = "MkDocs"

    @property
    def scheduled_by_date(self) -> bool:
        """The blog shows posts of the future unless it says `draft_if_future_date`."""
        return self._blog is not None and flag_at(self._blog, "draft_if_future_date") is True

    @property
    def url(self) -> str:
        written = text_at(self.config, "site_url")
        return written if is_whole_address(written) else ""

    @property
    def language(self) -> str:
        return text_at(self.config, "theme", "language")

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that the theme lets readers choose from."""
        choices = value_at(self.config, "extra", "alternate")
        return tuple(text_at(each, "lang") for each in choices) if isinstance(choices, list) else ()

    @property
    def excerpt_separator(self) -> str:
        return text_at(self._blog, "post_excerpt_separator")

    @property
    def public_folders(self) -> tuple[str, ...]:
        return (self._docs, "site", "")

    def is_post(self, path: str) -> bool:
        """With the blog, the files in its folder of posts; without, every page of the site."""
        home = self._docs if self._blog is None else self._posts
        return not concerns(self.prefix, (home,)) or inside(path, home) is not None

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """Of a post by `post_url_format`, `{date}/{slug}`; of any other page by its path."""
        blog, below = self._blog, inside(page.site_path, self._posts)
        if blog is None or below is None:
            return self._page_address(page.site_path)
        pattern = text_at(blog, "post_url_format") or "{date}/{slug}"
        day = day_as_written(page.values, ("date",), day)

        def value_of(name: str) -> str | None:
            return self._value(name, page, blog, below, day)

        path, missing = fill(pattern, _PLACEHOLDER, value_of)
        if missing:
            page.doubt(f"the blog's pattern of addresses, {shown(pattern)}, needs a {missing} that the post has not")
            return ""
        return self._closed(f"{clean(self._blog_folder)}/{path.strip('/')}")

    @property
    def _docs(self) -> str:
        return clean(text_at(self.config, "docs_dir")) or "docs"

    @property
    def _blog(self) -> Fields | None:
        """The settings of the blog plugin; None without one."""
        plugins = value_at(self.config, "plugins")
        for entry in plugins if isinstance(plugins, list) else [plugins]:
            if isinstance(entry, str) and entry in _PLUGINS:
                return {}
            for name in _PLUGINS & entry.keys() if isinstance(entry, dict) else ():
                settings = mapping_at(entry, name)
                return None if flag_at(settings, "enabled") is False else settings
        return None

    @property
    def _blog_folder(self) -> str:
        """Below the folder of documents; "." is that folder itself."""
        return text_at(self._blog, "blog_dir") or "blog"

    @property
    def _posts(self) -> str:
        written = text_at(self._blog, "post_dir") or "{blog}/posts"
        return clean(f"{self._docs}/{written.replace('{blog}', self._blog_folder)}")

    def _value(self, name: str, page: Written, blog: Fields, below: str, day: datetime | None) -> str | None:
        """What stands for `{name}`; None: nothing does."""
        match name:
            case "date":
                form = text_at(blog, "post_url_date_format") or "yyyy/MM/dd"
                return unicode_date(form, day) or None if day else None
            case "slug":
                return text_of(page.values.get("slug")) or self._slug(page, blog, below) or None
            case "file":
                return without_extension(below.rpartition("/")[2])
            case "categories":
                written = text_at(blog, "post_url_max_categories")
                most = int(written) if written.isdecimal() and len(written) < 4 else 1
                separator = text_at(blog, "categories_slugify_separator") or "-"
                names = list(texts_in(page.values.get("categories")))[: min(most, _MOST_CATEGORIES)]
                return "/".join(mkdocs_slug(each, separator) for each in names)
        return None

    def _slug(self, page: Written, blog: Fields, below: str) -> str:
        """The slug of the title: the front matter's, else the first heading, else the file's name."""
        if "post_slugify" in blog:
            page.doubt("the slug in the link is a guess, for the blog has a post_slugify of its own", "slug")
        title = text_of(page.values.get("title")) or _heading(page) or without_extension(below.rpartition("/")[2])
        return mkdocs_slug(title, text_at(blog, "post_slugify_separator") or "-")

    def _page_address(self, path: str) -> str:
        below = inside(path, self._docs)
        if below is None:
            return ""
        *folders, file = below.split("/")
        name = without_extension(file)
        if name.lower() in _INDEXES:
            return path_address("/".join((*folders, "")))
        return self._closed("/".join((*folders, name)))

    def _closed(self, path: str) -> str:
        """`path` as a folder's address, or a file's without `use_directory_urls`."""
        return path_address(f"{path}.html" if flag_at(self.config, "use_directory_urls") is False else f"{path}/")


def _heading(page: Written) -> str:
    """The first heading of level 1 in the body: 62 of 100 posts have their title there."""
    blocks = page.blocks if isinstance(page, Page) else ()
    texts = (plain(block.spans) for block in blocks if block.kind is Kind.HEADING and block.level == 1)
    return next(filter(None, texts), "")
