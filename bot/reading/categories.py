"""The categories and tags of a post, spelt as their author spelt them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping

from bot.reading.fields import text_of, texts_in, unescape
from bot.reading.language import names_a_language
from bot.reading.page import Page
from bot.reading.paths import subjects_of
from bot.reading.suspicions import sane_names


def categories_of(page: Page) -> tuple[str, ...]:
    """The categories by the rules of the site's generator, where it has its own; else `category` is one, `categories`
    is a list or a text with commas, and both count together. The site's settings may add the folders above the post.
    """
    written = page.site.generator.categories_of(page)
    names = [*(_gather(page.values, "category", "categories") if written is None else written)]
    if page.site.folder_categories:
        names += [folder for folder in subjects_of(page.path) if not names_a_language(folder, page)]
    return sane_names(page, _each_once(names), "categories")


def tags_of(page: Page) -> tuple[str, ...]:
    """The tags, by the same rules."""
    written = page.site.generator.tags_of(page)
    return sane_names(page, _each_once(_gather(page.values, "tag", "tags") if written is None else written), "tags")


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
