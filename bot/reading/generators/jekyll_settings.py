"""What Jekyll's configuration says of a site's posts, gathered once.

Sources: jekyllrb.com, "Permalinks", "Collections", "Front Matter Defaults" and "Configuration Options"; jekyll's
`frontmatter_defaults.rb`, `utils.rb` and `configuration.rb`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from bot.reading.fields import text_of, texts_in
from bot.reading.generators.configuration import flag_at, mapping_at, text_at, value_at
from bot.reading.generators.folders import clean
from bot.reading.generators.generator import Fields

POSTS: Final = "posts"
PAGES: Final = "pages"
DRAFTS: Final = "drafts"

_STYLES: Final = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
_STYLES_WITH_EXTENSION: Final = frozenset({"date", "ordinal", "none"})  # for what is no post; not weekdate
_NEVER_READ: Final = ("node_modules", "vendor/bundle", "vendor/cache", "vendor/gems", "vendor/ruby")
_OLD_TYPES: Final = {"post": POSTS, "page": PAGES, "draft": DRAFTS}


@dataclass(frozen=True, slots=True)
class Scope:
    """Front matter that the configuration gives to some of the site's files."""

    path: str  # a path, or a pattern with *; empty: everywhere
    type: str  # "posts", "pages", "drafts" or a collection; empty: all
    values: Fields  # keys in lower case

    def applies(self, path: str, types: frozenset[str]) -> bool:
        """Whether the file at `path`, of one of `types`, gets the values."""
        if self.type and self.type not in types:
            return False
        return matches(path, self.path) if "*" in self.path else path.startswith(self.path)


@dataclass(frozen=True, slots=True, eq=False)  # compared as what it is, so that it can be a key of a cache
class JekyllSettings:
    """The settings that the rules for posts go by."""

    source: str = ""  # the folder of the site's files, below the root
    collections_dir: str = ""  # the folder of the collections and of _posts, below the source
    templates: Mapping[str, str] = field(default_factory=lambda: {POSTS: _STYLES["date"]})  # of shown collections
    page_template: str = "/:path/:basename:output_ext"
    scopes: tuple[Scope, ...] = ()  # the weakest first
    exclude: tuple[str, ...] = _NEVER_READ
    excerpt_separator: str = ""
    shows_future: bool = False

    def is_excluded(self, path: str) -> bool:
        """Whether Jekyll does not read the file at `path`, which is relative to the source."""
        folders, patterns = _kinds_of(self.exclude)
        return f"{path}/".startswith(folders) or any(matches(path, pattern) for pattern in patterns)


def read_settings(config: Fields) -> JekyllSettings:
    """The settings in `config`."""
    style = text_at(config, "permalink") or "date"
    collections_dir = clean(text_at(config, "collections_dir"))
    written = [*_NEVER_READ, *(clean(text) for text in texts_in(value_at(config, "exclude")))]
    return JekyllSettings(
        source=clean(text_at(config, "source")),
        collections_dir=collections_dir,
        templates=dict(_templates(config, style)),
        page_template=_with_ending("/:path/:basename", style),
        scopes=_by_precedence(list(_scopes(config, collections_dir))),
        exclude=tuple(filter(None, written)),
        excerpt_separator=text_at(config, "excerpt_separator"),
        shows_future=flag_at(config, "future") is True,
    )


def matches(path: str, pattern: str) -> bool:
    """Whether `pattern` (`**` stands for any number of folders) names `path` or a folder above it."""
    parts = path.split("/")
    reached = {0}
    for segment in clean(pattern).split("/"):
        if segment == "**":
            reached = set(range(min(reached), len(parts) + 1))
        else:
            reached = {start + 1 for start in reached if start < len(parts) and fnmatchcase(parts[start], segment)}
        if not reached:
            return False
    return True


@lru_cache(maxsize=16)
def _kinds_of(exclude: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All of `exclude` as paths, each with a closing "/", and those that are patterns."""
    return tuple(f"{name}/" for name in exclude), tuple(name for name in exclude if "*" in name)


def _templates(config: Fields, style: str) -> Iterator[tuple[str, str]]:
    """The patterns of addresses by collection, only of collections that the site has pages of."""
    named = value_at(config, "collections")
    names = [*named] if isinstance(named, Mapping) else [*texts_in(named)]
    for name in names:
        if isinstance(name, str) and name != POSTS and flag_at(named, name, "output") is True:
            yield name, text_at(named, name, "permalink") or _with_ending("/:collection/:path", style)
    yield POSTS, text_at(named, POSTS, "permalink") or _STYLES.get(style, style)


def _with_ending(template: str, style: str) -> str:
    """`template` with the ending that the site's style of addresses has."""
    if style == "pretty" or style.endswith("/"):
        return f"{template}/"
    return f"{template}:output_ext" if style in _STYLES_WITH_EXTENSION or style.endswith(":output_ext") else template


def _scopes(config: Fields, collections_dir: str) -> Iterator[Scope]:
    written = value_at(config, "defaults")
    for entry in written if isinstance(written, list) else ():
        values = {key.lower(): value for key, value in mapping_at(entry, "values").items()}
        path = text_of(value_at(entry, "scope", "path")).removeprefix("./").strip("/")
        if collections_dir:
            path = path.removeprefix(f"{collections_dir}/")
        kind = text_at(entry, "scope", "type")
        if values:
            yield Scope(path, _OLD_TYPES.get(kind, kind), values)


def _by_precedence(scopes: Sequence[Scope]) -> tuple[Scope, ...]:
    """The weakest first: a longer path beats a shorter one, then one with a type one without, then the later."""
    return tuple(sorted(scopes, key=lambda scope: (len(scope.path), bool(scope.type))))
