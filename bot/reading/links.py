"""Where readers find a post on the web."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.addresses import encode_segment, web_address
from bot.reading.fields import first_text, text_of
from bot.reading.page import Page
from bot.reading.paths import name_of, slug_of

_WHOLE_KEYS: Final = ("origin_url", "external_url", "canonical_url")
_OWN_KEYS: Final = ("permalink", "url", "link")  # may also be a path on the site
_TO_BE_FILLED: Final = re.compile(r"/:|[{}]")  # /:year/:title/, {{ site.x }}: for the generator to fill in
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


def link_of(page: Page, *, language: str, categories: tuple[str, ...], day: str) -> str | None:
    """The post's address: as its front matter gives it, else by the template in the settings, else None.

    `day` is its date at the site, `2024-11-07`, or empty.
    """
    for key in (*_WHOLE_KEYS, *_OWN_KEYS):
        written = text_of(page.values.get(key))
        base = page.site.url if key in _OWN_KEYS else ""
        if address := web_address(written, base) if not _TO_BE_FILLED.search(written) else None:
            return address
        if written and key in _WHOLE_KEYS:
            page.doubt(f"{key} is no address that readers can open; it should begin with https://", key)
    return _from_template(page, language=language, categories=categories, day=day)


def _from_template(page: Page, *, language: str, categories: tuple[str, ...], day: str) -> str | None:
    if not page.site.post_url:
        return None
    year, month, day_of_month = day.split("-") if day else ("", "", "")
    known = {
        "code": first_text(page.values, "code", "id", "guid", "uid"),
        "slug": text_of(page.values.get("slug")) or slug_of(page.path),
        "name": name_of(page.path),
        "category": _slugify(categories[0]) if categories else "",
        "language": language,
        "year": year,
        "month": month,
        "day": day_of_month,
    }
    missing = [name for name in _PLACEHOLDER.findall(page.site.post_url) if not known.get(name)]
    if missing:
        page.doubt(f"the post is sent without a link, for the site's addresses need its {' and '.join(missing)}")
        return None
    filled = _PLACEHOLDER.sub(lambda match: encode_segment(known[match[1]]), page.site.post_url)
    return web_address(filled, page.site.url)


def _slugify(name: str) -> str:
    """A category in an address: "National News" is national-news."""
    return re.sub(r"[\s/_]+", "-", name.strip().lstrip("#").lower())
