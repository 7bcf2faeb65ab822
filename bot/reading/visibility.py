"""Whether the site shows a post. A future date is none of this: the publisher holds it against the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.models import Visibility
from bot.reading.dates import to_moment
from bot.reading.fields import flag
from bot.reading.page import Page
from bot.reading.paths import folders_of

_DRAFTS: Final = "_drafts"  # Jekyll, Hexo
_EXPIRY_KEYS: Final = ("expirydate", "unpublishdate")  # Hugo


def visibility_of(page: Page, now: datetime) -> Visibility:
    """Whether the site shows `page` at `now` (aware)."""
    values = page.values
    if _DRAFTS in folders_of(page.path) or flag(values.get("draft")) is True:
        return Visibility.DRAFT
    if flag(values.get("published")) is False:  # Jekyll; a date here is Hugo's publishDate
        return Visibility.DRAFT
    if any(_has_passed(values.get(key), page, now) for key in _EXPIRY_KEYS):
        return Visibility.EXPIRED
    if flag(values.get("unlisted")) is True:  # Docusaurus
        return Visibility.UNLISTED
    return Visibility.PUBLIC


def _has_passed(value: object, page: Page, now: datetime) -> bool:
    moment = to_moment(value, page.site.zone)
    return moment is not None and moment <= now
