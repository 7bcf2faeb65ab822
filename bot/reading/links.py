"""Where readers find a post on the web."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.reading.addresses import LONGEST_ADDRESS, encode_segment, is_simple, is_too_long, web_address
from bot.reading.fields import first_text, text_of
from bot.reading.page import Page
from bot.reading.paths import name_of, slug_of, stem_of
from bot.reading.site import LinkTo

_ORIGIN_KEYS: Final = ("origin_url", "external_url", "canonical_url")
_OWN_KEYS: Final = ("permalink", "url", "link")  # may also be a path on the site
_TO_BE_FILLED: Final = re.compile(  # /:year/:title/, {{ site.x }}: a sign that re finds fast, then what is around it
    r"[:{}](?:(?<=[{}])|(?<![^/_.-]:)[A-Za-z])"
)
_BEGINS_AS_ONE: Final = re.compile(r"(?:https?:)?//", re.I)
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")
_TEMPLATE_RULE: Final = "NEWSBELL_POST_URL"


@dataclass(frozen=True, slots=True)
class Link:
    """A post's address and what gave it: a key of the front matter, a generator, or a setting."""

    url: str | None = None
    rule: str = ""


def link_of(
    page: Page, *, language: str, categories: tuple[str, ...], day: datetime | None, needed: bool = True
) -> Link:
    """The post's address: the publisher's (or, by the settings, the site's own first), else none.

    The site's own is what its front matter gives, else what its generator would make of it, else what the template in
    the settings does. `day` is the post's date in the site's time zone. Not `needed`: the post has no public page
    (a draft, part of a bundle), so what its address lacks is not worth a doubt.
    """
    origin = next(_publishers(page), Link())
    if origin.url and page.site.link_to is LinkTo.ORIGIN:
        return origin
    doubts = len(page.doubts)
    own = _own(page) or _generated(page, language=language, categories=categories, day=day)
    if own is None and page.site.post_url:
        own = _from_template(page, origin, language=language, categories=categories, day=day)
    if not needed:
        del page.doubts[doubts:]
    return own or origin


def is_pattern(written: str) -> bool:
    """Whether an address is for the generator to fill in: /:year/:title/, {{ site.x }}/rain."""
    return _TO_BE_FILLED.search(written) is not None


def _publishers(page: Page) -> Iterator[Link]:
    for key in _ORIGIN_KEYS:
        written = text_of(page.values.get(key))
        if not written:
            continue
        if address := _whole(written):
            yield Link(address, key)
        else:
            page.doubt(f"{key} is no address that readers can open; {_mend(written)}", key)


def _whole(written: str) -> str | None:
    """`written` as a whole address; None if it is none, or to be filled in."""
    if is_simple(written):
        return written
    return None if is_pattern(written) else web_address(written)


def _mend(written: str) -> str:
    """What is to be done about an address that can't be used."""
    if is_pattern(written):
        return "write it out, for newsbell fills in nothing there"
    if is_too_long(written):
        return f"it has more than {LONGEST_ADDRESS} characters, and no platform takes that; shorten it"
    if _BEGINS_AS_ONE.match(written):
        return "the name of its host can't be right"
    return "it should begin with https://"


def _own(page: Page) -> Link | None:
    """What the front matter says by itself: a whole address before a path on the site."""
    texts = {key: written for key in _OWN_KEYS if (written := text_of(page.values.get(key)))}
    ready = {key: written for key, written in texts.items() if not is_pattern(written)}
    if not ready:
        return None
    whole = (Link(address, key) for key, written in ready.items() if (address := web_address(written)))
    paths = (
        Link(address, key)
        for key, written in ready.items()
        if ".." not in written and (address := web_address(written, page.site.url))
    )
    return next(whole, None) or next(paths, None)


def _generated(page: Page, *, language: str, categories: tuple[str, ...], day: datetime | None) -> Link | None:
    generator = page.site.generator
    written = generator.address_of(page, language=language, categories=categories, day=day)
    address = web_address(written, page.site.url)
    return Link(address, generator.name) if address else None


def _from_template(
    page: Page, origin: Link, *, language: str, categories: tuple[str, ...], day: datetime | None
) -> Link | None:
    template = page.site.post_url
    known = {
        "code": first_text(page.values, "code", "id", "guid", "uid"),
        "slug": text_of(page.values.get("slug")) or slug_of(page.path),
        "name": name_of(page.path),
        "path": stem_of(page.path),
        "category": _slugify(categories[0]) if categories else "",
        "language": language,
        "year": f"{day.year:04}" if day else "",
        "month": f"{day.month:02}" if day else "",
        "day": f"{day.day:02}" if day else "",
    }
    missing = [name for name in _PLACEHOLDER.findall(template) if not known.get(name)]
    if missing:
        instead = f"with the link in its {origin.rule}" if origin.url else "without a link"
        page.doubt(f"the post is sent {instead}, for the site's addresses need its {' and '.join(missing)}")
        return None
    filled = _PLACEHOLDER.sub(lambda match: _encoded(match[1], known[match[1]]), template)
    address = web_address(filled, page.site.url)
    return Link(address, _TEMPLATE_RULE) if address else None


def _encoded(name: str, value: str) -> str:
    """`value` for its placeholder; only `{path}` has folders in it."""
    return "/".join(map(encode_segment, value.split("/"))) if name == "path" else encode_segment(value)


def _slugify(name: str) -> str:
    """A category in an address: "National News" is national-news."""
    return re.sub(r"[\s/_]+", "-", name.strip().lstrip("#").lower())
