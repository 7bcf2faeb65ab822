"""Which post a file is, whatever becomes of its name."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from bot.reading.site import Site
from tests.reading.pages import read


def keys(front: str, path: str = "national/rain.md") -> tuple[str, ...]:
    post = read(f"title: Rain\n{front}", path=path)
    return (post.key, *post.aliases)


def test_keys_come_strongest_first() -> None:
    assert keys(
        "code: ART1\norigin_url: https://Example.org/rain/?utm_source=x&id=2#top\nlanguage: km\naliases: [/old, https://example.org/older]"
    ) == (
        "code:ART1@km",
        "url:https://example.org/rain?id=2@km",
        "path:national/rain.md",
        "was:https://example.org/older@km",
    )


@pytest.mark.parametrize(
    ("front", "key"),
    [
        ("id: 7", "code:7@en"),
        ("guid: 0123", "code:0123@en"),
        ("code:\nuid: x", "code:x@en"),
        ('code: ""', "path:national/rain.md"),
        ("code: [ ]", "path:national/rain.md"),
        ("canonical_url: https://example.org/rain/", "url:https://example.org/rain@en"),
        ("permalink: https://example.org/rain", "path:national/rain.md"),
        ("origin_url: https://example.org/", "path:national/rain.md"),
        ("origin_url: not an address", "path:national/rain.md"),
        ("link: https://elsewhere.example/story", "path:national/rain.md"),
    ],
)
def test_an_id_goes_before_an_address_and_that_before_the_path(front: str, key: str) -> None:
    assert keys(front)[0] == key


def test_a_translation_with_the_same_code_is_another_post() -> None:
    assert keys("code: ART1\nlang: en")[0] != keys("code: ART1\nlang: km")[0]


def test_the_same_path_typed_on_another_system_is_the_same_key() -> None:
    decomposed = unicodedata.normalize("NFD", "café.md")
    post = read(path=decomposed)
    assert (post.key, post.path) == ("path:café.md", decomposed)


TEMPLATED = Site(Path("/nonexistent"), url="https://paper.example", post_url="https://paper.example/{category}/{slug}")


@pytest.mark.parametrize(
    ("site", "front", "pages"),
    [
        (TEMPLATED, "category: Sport", ["page:https://paper.example/sport/rain@en"]),
        (replace(TEMPLATED, post_url="https://paper.example/{category}"), "category: Sport", []),
        (TEMPLATED, "permalink: /2026/rain/", ["page:https://paper.example/2026/rain@en"]),
        (TEMPLATED, "permalink: /:year/:title/\ncategory: Sport", ["page:https://paper.example/sport/rain@en"]),
        (TEMPLATED, "link: https://elsewhere.example/story", []),
        (TEMPLATED, "origin_url: https://press.example/rain", []),
        (
            TEMPLATED,
            "category: Sport\nredirect_from: [/old/, /]",
            [
                "page:https://paper.example/sport/rain@en",
                "was:https://paper.example/old@en",
            ],
        ),
    ],
)
def test_the_page_on_the_site_is_the_weakest_key_where_it_tells_posts_apart(
    site: Site, front: str, pages: list[str]
) -> None:
    post = read(f"title: Rain\n{front}", path="2026-11-01-rain.md", site=site)

    assert [key for key in (post.key, *post.aliases) if key.startswith(("page:", "was:"))] == pages
