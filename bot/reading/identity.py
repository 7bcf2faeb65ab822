"""Which post a file is, whatever becomes of its name: its keys, strongest first (DESIGN section 4.5, ADR 0008).

Strong keys are written in the file to name the post, and belong to it for good: `code:ART24…@en`, `url:https://…@en`.
Weak ones may pass on to another post: `path:national/rain.md`, `page:https://…@en` (where the site shows it) and
`was:https://…@en` (where the site showed it once).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bot.reading.addresses import comparable, is_simple, web_address
from bot.reading.fields import first_text, text_of, texts_in
from bot.reading.links import Link, is_pattern
from bot.reading.page import Page

_ID_KEYS: Final = ("code", "id", "guid", "uid")
_PUBLISHERS_KEYS: Final = ("origin_url", "external_url", "canonical_url")
_OWN_KEYS: Final = ("permalink", "url")  # `link` may be another site's page
_FORMER_KEYS: Final = ("aliases", "redirect_from")
_NOT_THE_PAGE: Final = (*_PUBLISHERS_KEYS, "link")
_TELLING: Final = ("{code}", "{slug}", "{name}", "{path}")
"""One of these in NEWSBELL_POST_URL makes its addresses tell posts apart."""

_NO_LINK: Final = Link()


def keys_of(page: Page, language: str, link: Link = _NO_LINK) -> tuple[str, ...]:
    """Every key that means this post, strongest first; `link` is the address that its messages show.

    A translation may share code and addresses with its original, so these carry the language.
    """
    return tuple(dict.fromkeys(_keys(page, language, link)))


def _keys(page: Page, language: str, link: Link) -> Iterator[str]:
    if code := first_text(page.values, *_ID_KEYS):
        yield f"code:{code}@{language}"
    yield from (f"url:{address}@{language}" for address in _addresses(page, _texts(page, _PUBLISHERS_KEYS)))
    yield f"path:{unicodedata.normalize('NFC', page.path)}"
    own = [*_texts(page, _OWN_KEYS), link.url or "" if _tells_apart(page, link) else ""]
    yield from (f"page:{address}@{language}" for address in _addresses(page, own))
    former = (text for key in _FORMER_KEYS for text in texts_in(page.values.get(key)))
    yield from (f"was:{address}@{language}" for address in _addresses(page, former))


def _texts(page: Page, keys: Iterable[str]) -> list[str]:
    return [text_of(page.values.get(key)) for key in keys]


def _tells_apart(page: Page, link: Link) -> bool:
    """Whether the link is the post's own page by the site's rules, and so no other post's."""
    if link.rule in _NOT_THE_PAGE:
        return False
    return link.rule != "NEWSBELL_POST_URL" or any(part in page.site.post_url for part in _TELLING)


def _addresses(page: Page, written: Iterable[str]) -> Iterator[str]:
    """The comparable forms of addresses that can tell a post from others: a pattern or a site's front page can't."""
    for text in filter(None, written):
        whole = text if is_simple(text) else "" if is_pattern(text) else web_address(text, page.site.url)
        address = comparable(whole) if whole else ""
        behind_scheme = address.partition("://")[2]
        if "/" in behind_scheme or "?" in behind_scheme:
            yield address
