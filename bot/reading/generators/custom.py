"""Keys that generators want in a table of their own: `[extra]` of Zola, `params` of Hugo.

Zola refuses a page with a key that it does not know; Hugo asks for a site's own keys below `params` since its version
0.123.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.reading.generators.generator import Fields


@dataclass(frozen=True, slots=True)
class CustomTable:
    """Where a site's own keys stand, and which keys are none: there they would mean nothing to the generator."""

    key: str
    generators_own: frozenset[str]


_ZOLA_KEYS: Final = """
    title description updated date weight draft slug path aliases authors in_search_index template taxonomies render
    insert_anchor_links generate_feeds
"""
_HUGO_KEYS: Final = """
    title linktitle date lastmod modified publishdate pubdate published expirydate unpublishdate draft slug url aliases
    description summary keywords weight type kind lang path layout markup outputs resources menu menus sitemap build
    _build cascade headless iscjklanguage translationkey
"""
# Source: getzola.org, "Page", and gohugo.io, "Front matter".
ZOLA: Final = CustomTable("extra", frozenset(_ZOLA_KEYS.split()))
HUGO: Final = CustomTable("params", frozenset(_HUGO_KEYS.split()))


def with_custom_keys(values: Fields, table: CustomTable) -> Fields:
    """`values` (keys in lower case) with the keys in the table below them, where it has any; a key above it wins."""
    written = values.get(table.key)
    if not isinstance(written, dict):
        return values
    custom = {key.lower(): value for key, value in written.items() if isinstance(key, str)}
    own = {key: value for key, value in custom.items() if key not in table.generators_own}
    return {**own, **{key: value for key, value in values.items() if value is not None or key not in own}}
