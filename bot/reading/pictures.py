"""Which pictures can stand for a post: at most three candidates, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.models import Picture
from bot.reading.addresses import join, web_address
from bot.reading.fields import first_text, shown, text_of, tidy
from bot.reading.page import Page

MOST_CANDIDATES: Final = 3

# In lower case, as all keys are here.
_KEYS: Final = (
    *("image", "cover", "cover_image", "coverimage", "featured_image", "featuredimage", "feature_image", "og_image"),
    *("og:image", "ogimage", "socialimage", "hero", "heroimage", "hero_image", "banner", "header", "thumbnail"),
    *("teaser", "images", "social"),
)
_IN_AN_OBJECT: Final = ("url", "src", "path", "image", "og_image", "teaser", "feature")
_BADGE_HOSTS: Final = ("img.shields.io", "badgen.net", "badge.fury.io", "counter.opensuse.org")
_NO_PICTURE: Final = re.compile(r"\.(?:svgz?|mp4|webm|mov|mp3|pdf)$", re.I)  # neither platform shows SVG as a picture
_PICTURE_FILE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|bmp|tiff?|heic)$", re.I)
_HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
_SERVED_FOLDERS: Final = ("", "static", "public")  # below the site's root: Jekyll, Hugo and Zola, built sites


def pictures_of(page: Page, url: str | None) -> tuple[Picture, ...]:
    """The post's pictures: those that its front matter names, then those of its body."""
    found: dict[str, Picture] = {}
    for source, alt in _written(page):
        picture = _resolve(source, alt, page, url)
        if picture and not (picture.source in found and found[picture.source].alt):
            found[picture.source] = picture  # the same one again may bring its description along
        if len(found) == MOST_CANDIDATES:
            break
    return tuple(found.values())


def _written(page: Page) -> Iterator[tuple[str, str]]:
    for key in _KEYS:
        value = page.values.get(key)
        for candidate in islice(value, MOST_CANDIDATES) if isinstance(value, list) else (value,):
            source, alt = _source_and_alt(candidate)
            if source:
                yield source, alt or first_text(page.values, f"{key}_alt", f"{key}alt", "alt")
    images = (image for block in page.blocks for image in block.images)
    yield from ((image.source, tidy(image.alt)) for image in images if not _is_badge(image.source))


def _source_and_alt(value: object) -> tuple[str, str]:
    if not isinstance(value, Mapping):
        return (value.strip() if isinstance(value, str) else ""), ""
    sources = (candidate for key in _IN_AN_OBJECT if isinstance(candidate := value.get(key), str))
    return next(filter(None, map(str.strip, sources)), ""), text_of(value.get("alt"))


def _resolve(source: str, alt: str, page: Page, url: str | None) -> Picture | None:
    if "{{" in source or "{%" in source or _NO_PICTURE.search(_path_of(source)):
        return None
    if source.startswith("//") or _HAS_SCHEME.match(source):
        address = web_address(source)
        return Picture(url=address, alt=alt) if address else None
    if not source.startswith("/") and not _PICTURE_FILE.search(_path_of(source)):  # a teaser may be a text
        return None
    if file := _local_file(source, page):
        return Picture(file=str(file), alt=alt)
    address = web_address(source, page.site.url) if source.startswith("/") else _beside(source, page, url)
    if address:
        return Picture(url=address, alt=alt)
    page.doubt(f"the picture {shown(source)} is not in the site's folder")
    return None


def _beside(source: str, page: Page, url: str | None) -> str | None:
    """The address of a relative picture, where the post's own page on the site is known."""
    on_the_site = url and page.site.url and url.startswith(page.site.url)
    return join(url, source) if url and on_the_site else None


def _local_file(source: str, page: Page) -> Path | None:
    """The picture's file, if it is there, is a picture by its name, and lies inside the site, links followed."""
    written = _path_of(source)
    allowed = page.site.folders
    if source.startswith("/"):
        public = allowed[-1]
        places = [public / folder for folder in _SERVED_FOLDERS]
    else:
        places = [(page.site.root / page.path).parent]
    names = dict.fromkeys((written.lstrip("/"), unquote(written.lstrip("/"))))
    return _first_inside((place / name for place in places for name in names), allowed)


def _first_inside(candidates: Iterable[Path], allowed: Iterable[Path]) -> Path | None:
    for candidate in candidates:
        try:
            real = candidate.resolve(strict=True)
            inside = any(real.is_relative_to(folder.resolve()) for folder in allowed)
        except (OSError, ValueError, RuntimeError):  # not there, a NUL or 300 letters in its name, a ring of links
            continue
        if inside and _PICTURE_FILE.search(real.name) and real.is_file():
            return real
    return None


def _path_of(source: str) -> str:
    try:
        return urlsplit(source).path
    except ValueError:
        return source


def _is_badge(source: str) -> bool:
    return any(host in source for host in _BADGE_HOSTS)
