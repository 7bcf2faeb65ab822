"""Whether the site shows a post. A future date is none of this: the publisher holds it against the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.models import Visibility
from bot.reading.dates import to_moment
from bot.reading.fields import flag
from bot.reading.overrides import is_excluded
from bot.reading.page import Page
from bot.reading.paths import folders_of

_DRAFTS: Final = "_drafts"  # Jekyll, Hexo
_EXPIRY_KEYS: Final = ("expirydate", "unpublishdate")  # Hugo


def visibility_of(page: Page, now: datetime) -> Visibility:
    """Whether the site shows `page` at `now` (aware)."""
    values = page.values
    generator = page.site.generator
    if _DRAFTS in folders_of(page.site_path) or flag(values.get("draft")) is True or generator.is_draft(page):
        return Visibility.DRAFT
    # Jekyll; a date here is Hugo's publishDate
    if flag(values.get("published")) is False and not generator.shows_unpublished:
        return Visibility.DRAFT
    if any(_has_passed(values.get(key), page, now) for key in _EXPIRY_KEYS):
        return Visibility.EXPIRED
    if flag(values.get("unlisted")) is True:  # Docusaurus
        return Visibility.UNLISTED
    return Visibility.EXCLUDED if is_excluded(page) else Visibility.PUBLIC


def _has_passed(value: object, page: Page, now: datetime) -> bool:
    moment = to_moment(value, page.site.zone) if value is not None else None
    return moment is not None and moment <= now
