"""Jekyll's rules: jekyllrb.com, "Posts", "Permalinks", "Collections"; its `document.rb`, `url_drop.rb`, `url.rb`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import ClassVar, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import regex

from bot.reading.addresses import web_address
from bot.reading.dates import to_moment
from bot.reading.fields import flag, shown, text_of, texts_in
from bot.reading.generators.configuration import flag_at, text_at, value_at, zone_at
from bot.reading.generators.folders import clean, inside, without_extension
from bot.reading.generators.generator import Fields, Generator, Written, unheard
from bot.reading.generators.jekyll_links import Target, files_for, front_of, with_addresses
from bot.reading.generators.jekyll_settings import DRAFTS, PAGES, POSTS, JekyllSettings, read_settings
from bot.reading.generators.slugs import is_whole_address, path_address
from bot.reading.generators.tokens import fill, hexo_date_token, hugo_date_token
from bot.reading.language import is_language_folder

_DATED: Final = re.compile(r"(?P<date>[0-9]{2,4}-[0-9]{1,2}-[0-9]{1,2})-(?P<slug>[^/]*)", re.S)
_SHORT_YEAR: Final = re.compile(r"([0-9]{2})-([0-9]{1,2})-([0-9]{1,2})")
_TOKEN: Final = re.compile(r":([a-z_]+)")
_SPECIAL: Final = ("_", ".", "#")
_INDEX: Final = "index"
_GO_LAYOUTS: Final = {
    "short_month": "Jan", "long_month": "January", "short_year": "06", "short_day": "Mon", "long_day": "Monday",
    "y_day": "002",
}  # fmt: skip
_MODES: Final = {
    "raw": regex.compile(r"\s+"),
    "default": regex.compile(r"[^\p{M}\p{L}\p{Nd}]+"),
    "pretty": regex.compile(r"[^\p{M}\p{L}\p{Nd}._~!$&'()+,;=@]+"),
    "ascii": regex.compile(r"[^A-Za-z0-9]+"),
}
_IS_SLUG: Final = re.compile(r"[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+")
_SAFE: Final = "-._~!$&'()*+,;=:@/"
_IS_SAFE: Final = re.compile(r"[A-Za-z0-9_.~!$&'()*+,;=:@/-]*+")
_SLASHES: Final = re.compile("/{2,}")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a file lies among the site's files."""

    kind: str  # "posts", "pages" or a collection
    above: tuple[str, ...]  # the folders above `_posts`; of a page, all of its folders
    below: str  # the path below `_posts` or the collection's folder, without extension
    draft: bool = False

    @property
    def basename(self) -> str:
        """The file's name without extension."""
        return self.below.rpartition("/")[2]

    @property
    def slug(self) -> str:
        """The name without the date in front of it."""
        dated = _DATED.fullmatch(self.basename)
        return (dated["slug"] if dated else self.basename).rstrip(".")


@dataclass(frozen=True, slots=True)
class Jekyll(Generator):
    """A site that Jekyll builds. Plugins and themes are not looked at."""

    name: ClassVar[str] = "Jekyll"
    summary_first: ClassVar[bool] = True

    settings: JekyllSettings = field(init=False, repr=False, compare=False, default=JekyllSettings())

    def __post_init__(self) -> None:
        object.__setattr__(self, "settings", read_settings(self.config))

    @property
    def url(self) -> str:
        """`url` with `baseurl`."""
        host = text_at(self.config, "url").rstrip("/")
        base = path_address(text_at(self.config, "baseurl")).rstrip("/")
        return host + base if web_address(host) else ""

    @property
    def timezone(self) -> str:
        return zone_at(self.config, "timezone")

    @property
    def language(self) -> str:
        """`lang`, or `locale` as themes have it."""
        return text_at(self.config, "lang") or text_at(self.config, "locale")

    @property
    def languages(self) -> tuple[str, ...]:
        """`languages`, as polyglot has it."""
        return tuple(texts_in(value_at(self.config, "languages")))

    @property
    def excerpt_separator(self) -> str:
        return self.settings.excerpt_separator

    @property
    def public_folders(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.settings.source, "", clean(text_at(self.config, "destination")) or "_site")))

    @property
    def scheduled_by_date(self) -> bool:
        """Jekyll leaves out posts of the future unless the configuration says `future: true`."""
        return not self.settings.shows_future

    @property
    def shows_unpublished(self) -> bool:
        return flag_at(self.config, "unpublished") is True

    def is_post(self, path: str) -> bool:
        """Posts, drafts, and what lies in collections with `output: true`.

        Pages of the site, `about.md`, are none. But who watches a folder inside the site means what lies in it.
        """
        place = self._place(path)
        if place is None:
            return False
        return place.kind != PAGES or (
            self.prefix not in {"", self.settings.source} and place.basename.lower() != _INDEX
        )

    def refusal(self, path: str) -> tuple[str, str] | None:
        """In `_posts` every name must begin with a date."""
        place = self._place(path)
        if place is None or place.kind != POSTS or place.draft or _DATED.fullmatch(place.basename):
            return None
        name = path.rpartition("/")[2]
        what = "Jekyll ignores this file, for names in _posts must begin with a date"
        return what, f"give it a name such as {shown(f'2026-01-31-{name}')}, or move it to _drafts"

    def defaults(self, path: str, doubt: Callable[[str], None] = unheard) -> Fields:
        """What `defaults:` gives to the post: of the scopes that it is in, the narrowest one wins for each key."""
        return _given(self.settings, path) if self.settings.scopes else {}

    def with_links(self, body: str, path: str, zone: ZoneInfo) -> str:
        """The addresses of `{% post_url 2024-11-07-rain %}` and `{% link _posts/2024-11-07-rain.md %}`, where there is
        such a file in the site."""

        def address_of(tag: str, target: str) -> str:
            found = (self._linked(file, zone) for file in files_for(tag, target, path, self.settings))
            return next(filter(None, found), "")

        return with_addresses(body, address_of)

    def title_of(self, page: Written) -> str:
        """The file's name in words: `rain-in-kampot` is "Rain In Kampot"."""
        place = self._place(page.site_path)
        return " ".join(word.capitalize() for word in place.slug.split("-") if word) if place else ""

    def categories_of(self, page: Written) -> Iterable[str] | None:
        """The folders above `_posts`, but no languages, and those of the configuration and of both keys together."""
        place = self._place(page.site_path)
        above = place.above if place and place.kind == POSTS else ()
        languages = (*self.languages, self.language) if above else ()
        named = (each for each in above if not is_language_folder(each, page.site_path, self.root, languages))
        return [*named, *self._written_categories(page)]

    def tags_of(self, page: Written) -> Iterable[str] | None:
        """`tag` is one, `tags` a list or a text with blanks between them."""
        return [*texts_in(page.values.get("tag")), *_words(page.values.get("tags"))]

    def date_of(self, page: Written) -> datetime | None:
        """A date with a year of two digits in front of the file's name: `24-11-07-rain.md`."""
        place = self._place(page.site_path)
        dated = _DATED.fullmatch(place.basename) if place else None
        short = _SHORT_YEAR.fullmatch(dated["date"]) if dated else None
        if short is None:
            return None
        year, month, day = map(int, short.groups())
        try:
            written = datetime(year + (2000 if year < 69 else 1900), month, day, tzinfo=page.zone)
        except ValueError:
            return None
        return written.astimezone(UTC)

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """By the post's own `permalink`, else by the pattern of its collection or the site. A style's name is none."""
        own = text_of(page.values.get("permalink"))
        if is_whole_address(own):
            return web_address(own) or ""
        place = self._place(page.site_path)
        if place is None:
            return ""
        template = own or self.settings.templates.get(place.kind, self.settings.page_template)

        def value_of(token: str) -> str | None:
            value = self._value(token, page, place, day)
            if value is None and token.endswith("_"):  # ":month_:day" is the month, "_", and the day
                value = self._value(token[:-1], page, place, day)
                value = None if value is None else f"{value}_"
            if value is None or _IS_SAFE.fullmatch(value):
                return value
            return quote(value, safe=_SAFE, errors="replace")

        path, missing = fill(template, _TOKEN, value_of)
        if missing:
            page.doubt(f"the pattern of its address, {shown(template)}, needs a {missing} that the post has not")
            return ""
        return path_address(_sanitized(path))

    def _linked(self, file: str, zone: ZoneInfo) -> str:
        """The address of the file at `file`; empty if there is none, or if the site does not show it."""
        place = self._place(file)
        written = front_of(self.root, file) if self.root and place else None
        if place is None or written is None or place.draft or self.refusal(file):
            return ""
        if without_extension(file) == file:  # a picture, a document; what becomes of other pages can't be told
            below = inside(file, self.settings.source)
            return path_address(below or file) if not file.endswith((".html", ".htm")) else ""
        if not written or (flag(written.get("published")) is False and not self.shows_unpublished):
            return ""
        page = Target(file, {**self.defaults(file), **written}, zone)
        dated = _DATED.fullmatch(place.basename)
        moment = to_moment(written.get("date"), zone) or (to_moment(dated["date"], zone) if dated else None)
        return self.address_of(page, language="", categories=(), day=moment.astimezone(zone) if moment else None)

    def _value(self, token: str, page: Written, place: _Place, day: datetime | None) -> str | None:
        """What stands in an address for `:token`; None if it has no such value."""
        if day is not None and (written := _date_token(token, day)):
            return written
        if token == "categories":
            return "/".join(dict.fromkeys(name.lower() for name in self._all_categories(page, place)))
        if token == "slugified_categories":
            return "/".join(dict.fromkeys(map(slugify, self._all_categories(page, place))))
        value_of = _VALUES.get(token)
        return value_of(text_of(page.values.get("slug")) or place.slug, place) if value_of else None

    def _all_categories(self, page: Written, place: _Place) -> Iterator[str]:
        """Every category in the order in which Jekyll writes them into an address."""
        if place.kind == POSTS:
            yield from place.above
        yield from self._written_categories(page)

    def _written_categories(self, page: Written) -> Iterator[str]:
        yield from _words(self.defaults(page.site_path).get("categories"))  # the post's own don't replace these
        yield from _words(page.values.get("categories"))
        yield from texts_in(page.values.get("category"))

    def _place(self, path: str) -> _Place | None:
        """Where the file lies; None where Jekyll does not look."""
        return _place_of(self.settings, path)


_VALUES: Final[Mapping[str, Callable[[str, _Place], str]]] = {  # by token, of the post's slug and place
    "title": lambda slug, _: slugify(slug, "pretty", cased=True),
    "slug": lambda slug, _: slugify(slug),
    "name": lambda _, place: slugify(place.basename),
    "basename": lambda _, place: place.basename if place.basename != _INDEX else "",
    "path": lambda _, place: "/".join(place.above) if place.kind == PAGES else place.below.rstrip("."),
    "collection": lambda _, place: place.kind,
    "output_ext": lambda *_: ".html",
}


@lru_cache(maxsize=64)
def _place_of(settings: JekyllSettings, path: str) -> _Place | None:
    """Where the file lies, kept for a while: every rule asks for the place of the post that is being read."""
    if settings.is_excluded(inside(path, settings.source) or path):
        return None
    *folders, name = _relative(settings, path).split("/")
    for index, folder in enumerate(folders):
        kind = folder.removeprefix("_")
        below = "/".join((*folders[index + 1 :], without_extension(name)))
        if folder in {"_posts", "_drafts"}:
            return _Place(POSTS, tuple(folders[:index]), below, draft=folder == "_drafts")
        if not index and folder != kind and kind in settings.templates:
            return _Place(kind, (), below)
        if folder.startswith(_SPECIAL) or folder.endswith("~"):
            return None
    return _Place(PAGES, tuple(folders), without_extension(name))


@lru_cache(maxsize=64)
def _given(settings: JekyllSettings, path: str) -> Fields:
    """The front matter that the configuration gives to the post at `path`, kept for a while as its place is."""
    values: dict[str, object] = {}
    place = _place_of(settings, path)
    if place is None:
        return values
    kinds = frozenset({place.kind, DRAFTS} if place.draft else {place.kind})
    for scope in settings.scopes:
        if scope.applies(_relative(settings, path), kinds):
            values.update((key, value) for key, value in scope.values.items() if value is not None)
    return values


def _relative(settings: JekyllSettings, path: str) -> str:
    """`path` as Jekyll's rules see it: below the source, and there below the folder of the collections."""
    below = inside(path, settings.source)
    below = path if below is None else below
    collected = inside(below, settings.collections_dir)
    return collected if collected is not None and collected.startswith("_") else below


def slugify(text: str, mode: str = "default", *, cased: bool = False) -> str:
    """`text` with a "-" for each run of what `mode` does not keep; letters and marks of every script stay.

    Source: jekyll's `Utils.slugify`; `mode` is "raw", "default", "pretty" or "ascii".
    """
    if not _IS_SLUG.fullmatch(text):  # else it is its own slug in every mode
        text = _MODES[mode].sub("-", text).removeprefix("-").removesuffix("-")
    return text if cased else text.lower()


def _words(value: object) -> Iterable[str]:
    """The names in a plural key: a text is split at its blanks."""
    return text_of(value).split() if isinstance(value, str) else texts_in(value)


def _date_token(token: str, day: datetime) -> str | None:
    """The value of Jekyll's date tokens; None if `token` is no such token."""
    if layout := _GO_LAYOUTS.get(token):
        return hugo_date_token(layout, day)
    match token:
        case "week":
            return f"{day.isocalendar().week:02}"
        case "w_year":
            return f"{day.isocalendar().year:04}"
        case "w_day":
            return str(day.isocalendar().weekday)
        case _:
            return hexo_date_token(token, day)


def _sanitized(path: str) -> str:
    """`path` as jekyll's `URL.sanitize_url` leaves it: nothing that leads up, no doubled "/"."""
    bare = f"/{path}".replace("..", "/").replace("./", "")
    return _SLASHES.sub("/", bare) if "//" in bare else bare
