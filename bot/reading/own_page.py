"""The post's own page on the site, from which relative links and pictures start."""

from __future__ import annotations

from typing import Final

from bot.reading.addresses import is_on
from bot.reading.page import Page

_OF_OTHERS: Final = ("origin_url", "external_url", "canonical_url")


def own_page(page: Page, url: str | None) -> str:
    """`url`, the post's link, if it leads to the post's page on this site and not to a publisher's; else empty."""
    if url is None:
        return ""
    if page.site.url:
        return url if is_on(url, page.site.url) else ""
    return "" if any(page.values.get(key) for key in _OF_OTHERS) else url
