"""Zola's rules: getzola.org, "Page", "Section", "Multilingual sites" and "Configuration"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from bot.reading.fields import flag, text_of, texts_in
from bot.reading.generators.configuration import flag_at, mapping_at, text_at, value_at
from bot.reading.generators.custom import ZOLA, with_custom_keys
from bot.reading.generators.folders import concerns, inside, without_extension
from bot.reading.generators.generator import Fields, Generator, Written
from bot.reading.generators.slugs import ascii_slug, is_whole_address, path_address

_CONTENT: Final = "content"
_DATED: Final = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))?\s?[_-](.+)",
    re.S,
)
_UNSAFE: Final = re.compile(r"""[<>:"/\\|?*#()\[\]\n\r\t]""")
_NO_CATEGORIES: Final = frozenset({"tag", "tags", "series", "author", "authors", "keyword", "keywords"})


@dataclass(frozen=True, slots=True)
class Zola(Generator):
    """A site that Zola builds."""

    name: ClassVar[str] = "Zola"

    @property
    def url(self) -> str:
        written = text_at(self.config, "base_url")
        return written if is_whole_address(written) else ""

    @property
    def language(self) -> str:
        return text_at(self.config, "default_language")

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(mapping_at(self.config, "languages"))

    @property
    def public_folders(self) -> tuple[str, ...]:
        return ("static", _CONTENT, "public", "")

    def is_post(self, path: str) -> bool:
        """Everything below `content` may be one."""
        return not concerns(self.prefix, (_CONTENT,)) or inside(path, _CONTENT) is not None

    def language_of(self, path: str) -> str:
        """The language of the file's suffix; on a site of several, else the default one."""
        languages = mapping_at(self.config, "languages")
        _, language = _split(path.rpartition("/")[2], languages)
        return language or (self.language if languages else "")

    def keys_in(self, written: Fields) -> Fields:
        """Zola has a site's own keys in `[extra]`, and refuses them elsewhere."""
        return with_custom_keys(written, ZOLA)

    def categories_of(self, page: Written) -> Iterable[str] | None:
        """Where the configuration has no taxonomy `categories`: those that are no tags, series or authors."""
        named = value_at(self.config, "taxonomies")
        names = [text_at(taxonomy, "name") for taxonomy in named] if isinstance(named, list) else []
        if not names or {"categories", "category"} & {*map(str.lower, names)}:
            return None
        own = [name for name in names if name and name.lower() not in _NO_CATEGORIES]
        return [text for name in own for text in texts_in(value_at(page.values.get("taxonomies"), name))]

    def is_draft(self, page: Written) -> bool:
        """Pages with `render = false` are not on the site."""
        return flag(page.values.get("render")) is False

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """By `path`, else the folders and `slug`, else the folders and the file's name without its date."""
        below = inside(page.site_path, _CONTENT)
        if below is None:
            return ""
        if path := text_of(page.values.get("path")):
            return path_address(f"{path}/")
        *folders, file = below.split("/")
        name, spoken = _split(file, mapping_at(self.config, "languages"))
        if name == "index":
            name = folders.pop() if folders else ""
        written = text_of(page.values.get("slug"))
        slug = self._slug(written or self._without_date(name))
        if name and not slug:
            page.doubt("the slug that Zola makes of this name can't be told; give the post a slug of its own", "slug")
            return ""
        prefix = [spoken] if spoken and spoken != self.language else []
        return path_address("/".join((*prefix, *folders, slug, "")))

    def _without_date(self, name: str) -> str:
        dated = _DATED.fullmatch(name)
        return dated[1] if dated and flag_at(self.config, "slugify", "paths_keep_dates") is not True else name

    def _slug(self, text: str) -> str:
        """`text` by the strategy of `[slugify] paths`: "on" leaves plain Latin letters, "safe" what files may have."""
        strategy = text_at(self.config, "slugify", "paths").lower()
        if strategy == "off":
            return text
        return _UNSAFE.sub("", text.rstrip(" .").replace(" ", "_")) if strategy == "safe" else ascii_slug(text)


def _split(file: str, languages: Iterable[str]) -> tuple[str, str]:
    """The file's name without extension and language, and the language: `rain.km.md` is "rain" and "km"."""
    name = without_extension(file)
    stem, _, suffix = name.rpartition(".")
    return (stem, suffix) if stem and suffix in languages else (name, "")
