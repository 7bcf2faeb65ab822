"""What Hugo's configuration says of a site's posts, gathered once from its file and from `config/_default`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.reading.fields import flag, text_of, texts_in
from bot.reading.generators.configuration import (
    flag_at,
    mapping_at,
    read_configuration,
    text_at,
    value_at,
)
from bot.reading.generators.folders import clean
from bot.reading.generators.generator import Fields
from bot.reading.generators.hugo_cascade import Entry, read_entries

_FOLDERS: Final = ("config/_default", "config/production")  # a site is built for production
_EXTENSIONS: Final = frozenset({".toml", ".yaml", ".yml", ".json"})
_WHOLE: Final = frozenset({"hugo", "config"})  # files of these names hold settings of every kind
_MOST_FILES: Final = 100
_MOST_NESTED: Final = 16
_DEFAULT_DATES: Final = ("date", "publishdate", "pubdate", "published", "lastmod", "modified")
_NO_CATEGORIES: Final = frozenset({"tag", "tags", "series", "author", "authors", "keyword", "keywords"})


@dataclass(frozen=True, slots=True)
class Home:
    """A folder of posts."""

    source: str  # below the root: "content"
    target: str = ""  # where its files count as lying below "content"
    language: str = ""  # of every file in it; empty: the file's suffix says it


@dataclass(frozen=True, slots=True, eq=False)  # compared as what it is, so that it can be a key of a cache
class HugoSettings:
    """The settings that the rules for posts go by. Languages are written as the configuration writes them."""

    homes: tuple[Home, ...] = (Home("content"),)  # innermost first
    languages: Mapping[str, Fields] = field(default_factory=dict)  # by code in lower case
    default_language: str = "en"
    default_in_folder: bool = False
    permalinks: Mapping[str, str] | None = field(default_factory=dict)  # by section; None: can't be told
    by_language: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    ugly: bool | Mapping[str, object] = False
    lower: bool = True
    accents: bool = True
    cascade: tuple[Entry, ...] = ()  # of every language that has none of its own
    cascades: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)  # by language
    dates: tuple[str, ...] = _DEFAULT_DATES
    categories: tuple[str, ...] = ()  # the front matter's keys, where they are not the usual ones
    tags: tuple[str, ...] = ()

    @property
    def codes(self) -> frozenset[str]:
        """The languages that a file's suffix may name."""
        return frozenset((*self.languages, self.default_language))


def with_folder(root: Path | None, config: Fields) -> tuple[Fields, tuple[str, ...]]:
    """`config` with what the files in `config/_default` and `config/production` add, and what is wrong with those.

    A file is named for the settings in it: `permalinks.toml`, `languages.km.toml`.
    """
    merged: Fields = config
    doubts: list[str] = []
    for file in _files(root) if root else ():
        found = read_configuration(file)
        doubts.extend(found.doubts)
        name, _, language = file.stem.lower().partition(".")
        values: Fields = found.values if name in _WHOLE else {name: found.values}
        if language:
            values = {"languages": {language: found.values if name == "languages" else values}}
        merged = _merge(merged, values)
    return merged, tuple(doubts)


def read_settings(config: Fields) -> HugoSettings:
    """The settings in `config`."""
    languages = {code.lower(): mapping_at(config, "languages", code) for code in mapping_at(config, "languages")}
    taxonomies = {name: text_of(key).lower() for name, key in mapping_at(config, "taxonomies").items()}
    ugly = value_at(config, "uglyURLs")
    return HugoSettings(
        homes=_homes(config, languages),
        languages=languages,
        default_language=text_at(config, "defaultContentLanguage").lower() or "en",
        default_in_folder=bool(languages) and flag_at(config, "defaultContentLanguageInSubdir") is True,
        permalinks=_permalinks(value_at(config, "permalinks")),
        by_language={
            code: _permalinks(value_at(values, "permalinks"))
            for code, values in languages.items()
            if value_at(values, "permalinks")
        },
        ugly=mapping_at(config, "uglyURLs") if isinstance(ugly, dict) else flag(ugly) is True,
        lower=flag_at(config, "disablePathToLower") is not True,
        accents=flag_at(config, "removePathAccents") is not True,
        cascade=read_entries(value_at(config, "cascade")),
        cascades={
            code: read_entries(value_at(values, "cascade"))
            for code, values in languages.items()
            if value_at(values, "cascade")
        },
        dates=_dates(config),
        categories=_taxonomy(taxonomies, "category", "categories"),
        tags=_taxonomy(taxonomies, "tag", "tags"),
    )


def _homes(config: Fields, languages: Mapping[str, Fields]) -> tuple[Home, ...]:
    mounts = value_at(config, "module", "mounts")
    homes = [Home(clean(text_at(config, "contentDir")) or "content")]
    for code, values in languages.items():
        if folder := clean(text_at(values, "contentDir")):
            homes.append(Home(folder, "", code))
    for mount in mounts if isinstance(mounts, list) else ():
        target = clean(text_at(mount, "target"))
        source = clean(text_at(mount, "source"))
        if source and (target == "content" or target.startswith("content/")):
            homes.append(Home(source, target[len("content/") :], text_at(mount, "lang").lower()))
    return tuple(sorted(homes, key=lambda home: (-len(home.source), not home.language)))


def _permalinks(value: object) -> Mapping[str, str] | None:
    """The patterns of pages by section; None for the list of targets that newest versions also take."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        return None
    pages = mapping_at(value, "page")
    plain = {name: pattern for name, pattern in mapping_at(value).items() if not isinstance(pattern, dict)}
    both = {**plain, **pages}
    return {name.lower().strip("/ "): written for name, pattern in both.items() if (written := text_of(pattern))}


def _dates(config: Fields) -> tuple[str, ...]:
    """Where the date stands, in order; `:filename` is the file's name."""
    named = tuple(text.lower() for text in texts_in(value_at(config, "frontmatter", "date"))) or (":default",)
    each = ((_DEFAULT_DATES if name == ":default" else (name,)) for name in named)
    return tuple(dict.fromkeys(name for names in each for name in names))


def _taxonomy(taxonomies: Mapping[str, str], singular: str, plural: str) -> tuple[str, ...]:
    """The keys that hold a taxonomy under a name of its own; empty where the usual keys hold it.

    Where none is called `category`, all count as categories that are no tags, series or authors.
    """
    named = {name.lower(): key for name, key in taxonomies.items() if key}
    if not named or plural in named.values():
        return ()
    if singular in named:
        return (named[singular],)
    if singular == "tag":
        return ()
    return tuple(key for name, key in named.items() if not {name, key} & _NO_CATEGORIES)


def _files(root: Path) -> Iterator[Path]:
    for folder in _FOLDERS:
        try:
            files = sorted((root / folder).iterdir(), key=lambda file: (file.stem.lower() not in _WHOLE, file.name))
        except OSError:
            continue
        for file in files[:_MOST_FILES]:
            if file.suffix.lower() in _EXTENSIONS and _lies_in(file, root):
                yield file


def _lies_in(file: Path, root: Path) -> bool:
    try:
        return file.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # a circle of links
        return False


def _merge(below: Fields, above: Fields, depth: int = 0) -> Fields:
    """Both together; where both have a value, `above` wins, and tables are merged. Keys go without regard to case."""
    names = {key.lower(): key for key in below if isinstance(key, str)}
    merged = dict(below)
    for key, value in above.items():
        known = names.get(key.lower(), key) if isinstance(key, str) else key
        before = merged.get(known)
        if isinstance(before, dict) and isinstance(value, dict) and depth < _MOST_NESTED:
            merged[known] = _merge(before, value, depth + 1)
        else:
            merged[known] = value
    return merged
