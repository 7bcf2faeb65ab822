"""The categories and tags of a post, spelt as their author spelt them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.reading.fields import text_of, texts_in, unescape
from bot.reading.page import Page


def categories_of(page: Page) -> tuple[str, ...]:
    """The categories: `category` is one, `categories` is a list or a text with commas. Both count together."""
    return _each_once(_gather(page.values, "category", "categories"))


def tags_of(page: Page) -> tuple[str, ...]:
    """The tags, by the same rules."""
    return _each_once(_gather(page.values, "tag", "tags"))


def _gather(values: Mapping[str, object], singular: str, plural: str) -> Iterator[str]:
    yield from texts_in(values.get(singular))
    taxonomies = values.get("taxonomies")  # Zola
    for source in (values, taxonomies):
        if isinstance(source, dict):
            yield from _listed(source.get(plural))


def _listed(value: object) -> Iterator[str]:
    if isinstance(value, str):
        return (name for part in value.split(",") if (name := text_of(part)))
    return texts_in(value)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    first: dict[str, str] = {}
    for name in map(unescape, names):
        first.setdefault(unicodedata.normalize("NFKC", name).casefold(), name)
    return tuple(first.values())
