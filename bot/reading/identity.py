"""Which post a file is, whatever becomes of its name: its keys, strongest first (DESIGN section 4.5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from bot.reading.addresses import comparable, web_address
from bot.reading.fields import first_text, text_of, texts_in
from bot.reading.page import Page

_ID_KEYS: Final = ("code", "id", "guid", "uid")
_ADDRESS_KEYS: Final = (
    "origin_url",
    "external_url",
    "canonical_url",
    "permalink",
    "url",
)  # `link` may be another site's page
_OLD_ADDRESS_KEYS: Final = ("aliases", "redirect_from")


def keys_of(page: Page, language: str) -> tuple[str, ...]:
    """Every key that means this post, strongest first: `code:ART24…@en`, `url:https://…@en`, `path:national/rain.md`.

    A translation may share code and address with its original, so these carry the language.
    """
    return tuple(dict.fromkeys(_keys(page, language)))


def _keys(page: Page, language: str) -> Iterator[str]:
    if code := first_text(page.values, *_ID_KEYS):
        yield f"code:{code}@{language}"
    written = [text_of(page.values.get(key)) for key in _ADDRESS_KEYS]
    current = [address for text in written if (address := _telling_address(text, page.site.url))]
    yield from (f"url:{address}@{language}" for address in current[:1])
    yield f"path:{unicodedata.normalize('NFC', page.path)}"
    old = [text for key in _OLD_ADDRESS_KEYS for text in texts_in(page.values.get(key))]
    former = [address for text in old if (address := _telling_address(text, page.site.url))]
    yield from (f"url:{address}@{language}" for address in current[1:] + former)


def _telling_address(written: str, base: str) -> str:
    """The comparable form of an address that can tell a post from others: a site's front page can't."""
    address = comparable(web_address(written, base) or "")
    parts = urlsplit(address)
    return address if parts.path or parts.query else ""
