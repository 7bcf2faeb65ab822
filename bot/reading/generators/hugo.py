"""Hugo's rules: gohugo.io, "URL management", "Configure permalinks", "Configure front matter" and "Build options"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, Final

from bot.reading.dates import to_moment
from bot.reading.fields import flag, shown, text_of, texts_in
from bot.reading.generators.configuration import text_at, value_at, zone_at
from bot.reading.generators.custom import HUGO, with_custom_keys
from bot.reading.generators.folders import clean, concerns, inside, is_there, without_extension
from bot.reading.generators.generator import Fields, Generator, Written, unheard
from bot.reading.generators.hugo_cascade import Entry, cascade_in, given
from bot.reading.generators.hugo_settings import Home, HugoSettings, read_settings, with_folder
from bot.reading.generators.slugs import hugo_path, is_whole_address, path_address, written_address
from bot.reading.generators.tokens import day_as_written, fill, hugo_date_token

_TOKEN: Final = re.compile(r":(\w+(?:\[[^\]]*\])?)")
_CUT: Final = re.compile(r"sections\[(\d{1,4}|last|)(:?)(\d{1,4}|last|)\]")
_DATED_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(.*)", re.S)
_BUNDLE: Final = "index"
_TEXTS: Final[Mapping[str, Callable[[str, str, str], str]]] = {  # by token, of the post's slug, title and file name
    "title": lambda slug, title, name: title,
    "slug": lambda slug, title, name: slug or title,
    "filename": lambda slug, title, name: name,
    "contentbasename": lambda slug, title, name: name,
    "slugorfilename": lambda slug, title, name: slug or name,
    "slugorcontentbasename": lambda slug, title, name: slug or name,
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file lies in the site's content."""

    home: Home
    folders: tuple[str, ...]  # above the page; of `rain/index.md` those above the folder `rain`
    name: str  # without extension and language
    language: str  # as the configuration writes it, in lower case
    bundle: bool


@dataclass(frozen=True, slots=True)
class Hugo(Generator):
    """A site that Hugo builds. The settings of themes are not looked at."""

    name: ClassVar[str] = "Hugo"

    settings: HugoSettings = field(init=False, repr=False, compare=False, default=HugoSettings())

    def __post_init__(self) -> None:
        config, doubts = with_folder(self.root, self.config)
        object.__setattr__(self, "config", config)
        object.__setattr__(self, "doubts", tuple(dict.fromkeys((*self.doubts, *doubts))))
        object.__setattr__(self, "settings", read_settings(config))

    @property
    def url(self) -> str:
        written = text_at(self.config, "baseURL")
        return written if is_whole_address(written) else ""

    @property
    def timezone(self) -> str:
        return zone_at(self.config, "timeZone")

    @property
    def date_keys(self) -> tuple[str, ...]:
        return ("publishdate",)  # Hugo's own `.Date` may lie before it; its addresses are made of that

    @property
    def language(self) -> str:
        own = text_at(self.config, "locale") or text_at(self.config, "languageCode")
        return text_at(self.config, "defaultContentLanguage") or own

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self.settings.languages)

    @property
    def public_folders(self) -> tuple[str, ...]:
        written = [value_at(self.config, "staticDir")]
        written += [value_at(values, "staticDir") for values in self.settings.languages.values()]
        own = [clean(folder) for value in written for folder in texts_in(value)]
        homes = [home.source for home in self.settings.homes]
        return tuple(dict.fromkeys((*own, "static", "assets", *homes, "public", "")))

    def is_post(self, path: str) -> bool:
        """Everything below the content folders may be one."""
        homes = [home.source for home in self.settings.homes]
        return not concerns(self.prefix, homes) or any(inside(path, home) is not None for home in homes)

    def language_of(self, path: str) -> str:
        """The language of the file's suffix or content folder; on a site of several, else the default one."""
        place = self._place(path)
        return place.language if place and self.settings.languages else ""

    def knows_folders(self, path: str) -> bool:
        """A folder of the content is a section, whatever its name, unless the configuration gives it to a language."""
        return self._place(path) is not None

    def keys_in(self, written: Fields) -> Fields:
        """Since version 0.123, Hugo has a site's own keys below `params`."""
        return with_custom_keys(written, HUGO)

    def defaults(self, path: str, doubt: Callable[[str], None] = unheard) -> Fields:
        """What the sections above the post give it by `cascade`, the nearest first, and then the configuration."""
        place = self._place(path)
        if place is None:
            return {}
        site = self.settings.cascades.get(place.language, self.settings.cascade)
        cascades = [*self._cascades(place, doubt), site]
        if not any(cascades):
            return {}
        logical = "/".join(("", *place.folders, place.name))
        return given(cascades, path=self._sanitized(logical), language=place.language)

    def categories_of(self, page: Written) -> Iterable[str] | None:
        """The taxonomy named `category`, under whatever key."""
        return _listed(page.values, self.settings.categories)

    def tags_of(self, page: Written) -> Iterable[str] | None:
        """The taxonomy named `tag`, under whatever key."""
        return _listed(page.values, self.settings.tags)

    def date_of(self, page: Written) -> datetime | None:
        """The date under a key that `[frontmatter] date` names, by default that of the last change."""
        moments = (to_moment(page.values.get(key), page.zone) for key in self.settings.dates)
        return next(filter(None, moments), None)

    def is_draft(self, page: Written) -> bool:
        """Headless pages, pages that are not rendered or not listed, and files that belong to a bundle."""
        if flag(page.values.get("headless")) is True:
            return True
        build = page.values.get("build") or page.values.get("_build")
        if not build:
            return self._lies_in_a_bundle(page.site_path)
        render, listed = value_at(build, "render"), value_at(build, "list")
        if text_of(render).lower() in {"never", "link"} or text_of(listed).lower() == "never":
            return True
        return flag(render) is False or flag(listed) is False or self._lies_in_a_bundle(page.site_path)

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """By `url`, else the section's permalink pattern, else the path. Dates stay in the zone they are written in."""
        place = self._place(page.site_path)
        if place is None:
            return ""
        day, named = self._dated(page, place, day)
        slug = text_of(page.values.get("slug")) or named
        if url := text_of(page.values.get("url")):
            return self._from_url(page, place, url, slug, day)
        patterns = self.settings.by_language.get(place.language, self.settings.permalinks)
        if patterns is None:
            return ""
        if pattern := _pattern(patterns, place.folders):
            path = self._filled(page, place, pattern, slug, day)
        else:
            path = "/".join((*place.folders, slug or place.name))
        if not path:
            return ""
        path = self._sanitized(path).strip("/")
        return self._on_site(place, f"{path}.html" if self._is_ugly(place) else f"{path}/")

    # --- the parts of an address --------------------------------------------------------------------------------------

    def _from_url(self, page: Written, place: _Place, url: str, slug: str, day: datetime | None) -> str:
        if is_whole_address(url):
            return written_address(url)
        path = self._filled(page, place, url, slug, day)
        if not path:
            return ""
        if not path.endswith("/") and "." not in path:
            path += "/"
        return path_address(path) if path.startswith("/") else self._on_site(place, path)

    def _filled(self, page: Written, place: _Place, pattern: str, slug: str, day: datetime | None) -> str:
        title = text_of(page.values.get("title"))

        def value_of(token: str) -> str | None:
            return self._value(token, place, slug, title, day)

        path, missing = fill(pattern.replace("\\:", "\0"), _TOKEN, value_of)
        if missing:
            page.doubt(f"the site's pattern of addresses, {shown(pattern)}, needs a {missing} that the post has not")
            return ""
        return path.replace("\0", ":")

    def _value(self, token: str, place: _Place, slug: str, title: str, day: datetime | None) -> str | None:
        """What stands for `token`; None: nothing does."""
        if text_of_token := _TEXTS.get(token):
            return self._sanitized(text_of_token(slug, title, place.name)) or None
        if token == "section":
            return place.folders[0] if place.folders else ""
        if token == "sections":
            return "/".join(self._sections(place))
        if cut := _CUT.fullmatch(token):
            return "/".join(_cut(self._sections(place), *cut.groups()))
        return hugo_date_token(token, day) if day else None

    def _sections(self, place: _Place) -> tuple[str, ...]:
        """The folders of the nearest section: the first one is a section, deeper ones that have an `_index.md`."""
        folders = place.folders
        above = len(clean(place.home.target).split("/")) if place.home.target else 0
        names = self._named("_index", place)
        for depth in range(len(folders), 1, -1):
            on_disk = "/".join((place.home.source, *folders[above:depth]))
            if depth > above and self._has_file(on_disk, names):
                return folders[:depth]
        return folders[:1]

    def _on_site(self, place: _Place, path: str) -> str:
        """`path` below the language's own host, its folder, or the site's root."""
        settings = self.settings
        if host := text_at(settings.languages.get(place.language), "baseURL"):
            return written_address(f"{host.rstrip('/')}{path_address(path)}") if is_whole_address(host) else ""
        prefixed = place.language != settings.default_language or settings.default_in_folder
        return path_address(f"{place.language}/{path}" if prefixed else path)

    def _sanitized(self, text: str) -> str:
        return hugo_path(text, lower=self.settings.lower, accents=self.settings.accents)

    def _is_ugly(self, place: _Place) -> bool:
        ugly = self.settings.ugly
        return ugly if isinstance(ugly, bool) else flag(value_at(ugly, *place.folders[:1])) is True

    def _dated(self, page: Written, place: _Place, day: datetime | None) -> tuple[datetime | None, str]:
        """The date that Hugo finds, and the slug that comes with it where it is the file name's."""
        for source in self.settings.dates:
            if source == ":filename" and (match := _DATED_NAME.match(place.name)):
                if (moment := to_moment(match[1], page.zone)) is not None:
                    return moment.astimezone(page.zone), match[2].strip(" -_")
            elif (moment := to_moment(page.values.get(source), page.zone)) is not None:
                return day_as_written(page.values, (source,), moment.astimezone(page.zone)), ""
        return None, ""

    # --- where files lie ----------------------------------------------------------------------------------------------

    def _place(self, path: str) -> _Place | None:
        return _place_of(self.settings, path)

    def _lies_in_a_bundle(self, path: str) -> bool:
        """Whether an `index.md` stands beside the file or above it: then the file is a part of that page."""
        place = self._place(path)
        if place is None or place.bundle:
            return False
        *folders, _ = path.split("/")
        names = self._named(_BUNDLE, place)
        first = len(clean(place.home.source).split("/"))
        return any(self._has_file("/".join(folders[:depth]), names) for depth in range(first + 1, len(folders) + 1))

    def _named(self, name: str, place: _Place) -> tuple[str, ...]:
        """The files that may be `name` in the language of `place`."""
        return (f"{name}.md", f"{name}.{place.language}.md") if self.settings.languages else (f"{name}.md",)

    def _cascades(self, place: _Place, doubt: Callable[[str], None]) -> Iterator[tuple[Entry, ...]]:
        """The cascades of the sections that the post lies in, the nearest first, each with one look at its file."""
        if self.root is None:
            return
        for files in _section_files(self.settings, place.home, place.folders, place.language):
            found = next(filter(None, (cascade_in(self.root, file) for file in files)), None)
            if found is not None:
                yield found.entries
                if found.doubt:
                    doubt(found.doubt)

    def _has_file(self, folder: str, names: Iterable[str]) -> bool:
        return self.root is not None and any(is_there(f"{self.root}/{folder}/{name}") for name in names)


@lru_cache(maxsize=64)
def _place_of(settings: HugoSettings, path: str) -> _Place | None:
    """Where the file lies, kept for a while: every rule asks for the place of the post that is being read."""
    for home in settings.homes:
        below = inside(path, home.source)
        if below is not None:
            return _placed(settings, home, below)
    return None


def _placed(settings: HugoSettings, home: Home, below: str) -> _Place:
    *folders, file = [*filter(None, home.target.split("/")), *below.split("/")]
    name = without_extension(file)
    stem, _, suffix = name.rpartition(".")
    spoken = suffix.lower() if stem and suffix.lower() in settings.codes else ""
    name = stem if spoken else name
    bundle = name.lower() == _BUNDLE
    if bundle:
        name = folders.pop() if folders else ""
    language = spoken or home.language or settings.default_language
    return _Place(home, tuple(folders), name, language, bundle)


@lru_cache(maxsize=256)
def _section_files(
    settings: HugoSettings, home: Home, folders: tuple[str, ...], language: str
) -> tuple[tuple[str, ...], ...]:
    """Of each of `folders`, the innermost first, and of the content itself: the files that may describe it."""
    names = _named_in(settings, "_index", home, language)
    homes = [each for each in settings.homes if each.language in {"", language}]
    return tuple(
        tuple(
            "/".join(filter(None, (each.source, rest.rstrip("/"), name)))
            for each in homes
            if (rest := inside(f"{'/'.join(folders[:depth])}/", each.target) if depth else "") is not None
            and (depth or not each.target)
            for name in names
        )
        for depth in range(len(folders), -1, -1)
    )


def _named_in(settings: HugoSettings, name: str, home: Home, language: str) -> tuple[str, ...]:
    """The files that are `name` in `language` alone: a section's file without a suffix is of the default language, or
    of its folder's."""
    bare = f"{name}.md"
    if not settings.languages:
        return (bare,)
    suffixed = f"{name}.{language}.md"
    return (bare, suffixed) if language == (home.language or settings.default_language) else (suffixed,)


def _pattern(patterns: Fields, folders: tuple[str, ...]) -> str:
    """The pattern of the nearest section that has one; "/" is the one of pages at the root."""
    for depth in range(len(folders), 0, -1):
        if found := patterns.get("/".join(folders[:depth]).lower()):
            return str(found)
    return "" if folders else str(patterns.get("", ""))


def _cut(sections: tuple[str, ...], low: str, colon: str, high: str) -> tuple[str, ...]:
    """The part of `sections` that `[low:high]`, `[2]` or `[last]` names; none where it reaches outside."""
    last = len(sections) - 1
    start = last if low == "last" else int(low) if low.isdecimal() else 0
    if not sections or start > last:
        return ()
    if not colon:
        return sections[start : start + 1]
    return sections[start : last if high == "last" else int(high) if high.isdecimal() else None]


def _listed(values: Fields, keys: tuple[str, ...]) -> list[str] | None:
    return [name for key in keys for name in texts_in(values.get(key))] if keys else None
