"""Which pictures can stand for a post: at most three candidates, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final, NamedTuple

from bot.models import Picture
from bot.reading.addresses import is_simple, join, path_in, web_address
from bot.reading.fields import first_text, shown, text_of, tidy
from bot.reading.own_page import own_page
from bot.reading.page import Page
from bot.reading.picture_files import find_picture, names_a_picture

MOST_CANDIDATES: Final = 3

# In lower case, as all keys are here.
_KEYS: Final = (
    *("image", "cover", "cover_image", "coverimage", "featured_image", "featuredimage", "feature_image", "og_image"),
    *("og:image", "ogimage", "socialimage", "hero", "heroimage", "hero_image", "banner", "header", "thumbnail"),
    *("teaser", "images", "photos", "social"),
)
_IN_AN_OBJECT: Final = ("url", "src", "path", "image", "og_image", "teaser", "feature")
_BADGE_HOST: Final = re.compile(
    r"(?:https?:)?//(?:[^/]*\.)?(?:img\.shields\.io|badgen\.net|badge\.fury\.io|coveralls\.io|codecov\.io|komarev\.com"
    r"|travis-ci\.(?:org|com)|hits\.[\w.-]+|(?:[\w-]*counter|statcounter)\.[\w.-]+|badges\.[\w.-]+"
    r"|doubleclick\.net|google-analytics\.com)(?:[/:?]|$)",
    re.I,
)
_BADGE_PATH: Final = re.compile(r"/badges?/|[/_-]badge\.\w+(?:$|\?)|visitor-badge", re.I)
_NO_PICTURE: Final = re.compile(r"\.(?:svgz?|mp4|webm|mov|mp3|pdf)$", re.I)  # neither platform shows SVG as a picture
_HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_ON_THIS_MACHINE: Final = re.compile(r"file:|[a-z]:[\\/]|\\\\", re.I)  # file:///x.jpg, C:\x.jpg, \\server\x.jpg
_LOOKS_LIKE_A_PATH: Final = re.compile(r"(?:\.{1,2}|~)?/|\S+/\.\./")


class _Written(NamedTuple):
    source: str
    alt: str
    key: str = ""  # of the front matter


def pictures_of(page: Page, url: str | None, own: object = None) -> tuple[Picture, ...]:
    """The post's pictures: the one that it names for newsbell, those of its front matter, then those of its body."""
    found: dict[str, Picture] = {}
    if (first := _own(own, page, url)) is not None:
        found[first.source] = first
    for written in _written(page):
        picture = _resolve(written, page, url)
        if picture and not (picture.source in found and found[picture.source].alt):
            found[picture.source] = picture  # the same one again may bring its description along
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(found.values())


def _own(written: object, page: Page, url: str | None) -> Picture | None:
    """The picture below `newsbell`, which is doubted if it is none."""
    if written is None:
        return None
    doubts = len(page.doubts)
    source, alt = _source_and_alt(written)
    picture = _resolve(_Written(source, alt, "newsbell"), page, url) if source else None
    if picture is None and len(page.doubts) == doubts:
        page.doubt(f"the image {shown(source)} below newsbell is no picture; write its path or address", "newsbell")
    return picture


def _written(page: Page) -> Iterator[_Written]:
    values = page.values
    for key in filter(values.__contains__, _KEYS):
        value = values[key]
        if value is None:
            continue
        for candidate in islice(value, MOST_CANDIDATES) if isinstance(value, list) else (value,):
            source, alt = _source_and_alt(candidate)
            if source:
                yield _Written(source, alt or first_text(values, f"{key}_alt", f"{key}alt", "alt"), key)
    for image in page.blocks.images():
        yield _Written(image.source.strip(), tidy(image.alt))


def _source_and_alt(value: object) -> tuple[str, str]:
    if not isinstance(value, Mapping):
        return (value.strip() if isinstance(value, str) else ""), ""
    sources = (candidate for key in _IN_AN_OBJECT if isinstance(candidate := value.get(key), str))
    return next(filter(None, map(str.strip, sources)), ""), text_of(value.get("alt"))


def _resolve(written: _Written, page: Page, url: str | None) -> Picture | None:
    source = written.source
    if is_simple(source):  # most are, and the rest costs twice as much
        path = path_in(source)
        return None if _NO_PICTURE.search(path) or _is_badge(source) else Picture(url=source, alt=written.alt)
    if _ON_THIS_MACHINE.match(source):
        _refuse(written, page)
        return None
    path = _path_of(source)
    if not path or "{{" in source or "{%" in source or _NO_PICTURE.search(path) or _is_badge(source):
        return None
    if source.startswith("//") or _HAS_SCHEME.match(source):
        address = web_address(source)
        return Picture(url=address, alt=written.alt) if address else None
    if not _LOOKS_LIKE_A_PATH.match(source) and not names_a_picture(path):  # a teaser may be a text
        return None
    return _local(written, path, page, url)


def _local(written: _Written, path: str, page: Page, url: str | None) -> Picture | None:
    """A picture on disk, or else where the site would show it."""
    found = find_picture(path, page)
    if found.file:
        return Picture(file=str(found.file), alt=written.alt)
    if found.outside:
        _refuse(written, page)
        return None
    if found.empty:
        page.doubt(f"the picture {shown(written.source)} is an empty file; save it once more", written.key)
        return None
    if address := _on_the_site(written.source, page, url):
        return Picture(url=address, alt=written.alt)
    mend = "put the file there, or write the picture's whole https:// address"
    page.doubt(f"the picture {shown(written.source)} is not in the site's folder; {mend}", written.key)
    return None


def _refuse(written: _Written, page: Page) -> None:
    mend = "put the file into the site's folder, or write its https:// address"
    page.doubt(
        f"the picture {shown(written.source)} lies outside the site's folders and is not used; {mend}", written.key
    )


def _on_the_site(source: str, page: Page, url: str | None) -> str | None:
    """The address of a picture that is not on disk: a path on the site, or beside the post's own page there."""
    if source.startswith("/") and page.site.url:
        return web_address(source, page.site.url)
    own = own_page(page, url) if page.site.url else ""
    return join(own, source) if own else None


def _path_of(source: str) -> str:
    try:
        return path_in(source)
    except ValueError:
        return source


def _is_badge(source: str) -> bool:
    return _BADGE_HOST.match(source) is not None or ("badge" in source and _BADGE_PATH.search(source) is not None)
