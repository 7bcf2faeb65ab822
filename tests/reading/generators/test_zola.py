"""Zola's addresses, languages and taxonomies."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.models import Visibility
from bot.reading.generators.zola import Zola
from tests.reading.generators.sites import address, note, post_at

SITE = Zola(config={"base_url": "https://paper.example", "default_language": "en", "languages": {"km": {}}})


@pytest.mark.parametrize(
    ("path", "front", "expected"),
    [
        ("content/posts/rain.md", {}, "/posts/rain/"),
        ("content/posts/Heavy_Rain day.md", {}, "/posts/heavy-rain-day/"),
        ("content/posts/rain/index.md", {}, "/posts/rain/"),
        ("content/rain.md", {}, "/rain/"),
        ("content/posts/2024-11-07-rain.md", {}, "/posts/rain/"),
        ("content/posts/2024-11-07_rain/index.md", {}, "/posts/rain/"),
        ("content/posts/2024-11-07T09:05:00Z-rain.md", {}, "/posts/rain/"),
        ("content/posts/2024-11-07.md", {}, "/posts/2024-11-07/"),
        ("content/posts/rain.km.md", {}, "/km/posts/rain/"),
        ("content/posts/rain/index.km.md", {}, "/km/posts/rain/"),
        ("content/posts/rain.md", {"slug": "Big Störm"}, "/posts/big-storm/"),
        ("content/posts/rain.md", {"slug": "x", "path": "inside/2014/12/12/rain"}, "/inside/2014/12/12/rain/"),
        ("content/posts/rain.md", {"path": "/rain"}, "/rain/"),
        ("static/rain.md", {}, ""),
    ],
)
def test_path_then_slug_then_name(path: str, front: dict[str, object], expected: str) -> None:
    assert address(SITE, path, **front) == expected


def test_what_zola_would_spell_in_latin_letters_is_not_guessed() -> None:
    page = note("content/posts/ភ្លៀង.md", title="ភ្លៀង")
    assert SITE.address_of(page, language="km", categories=(), day=None) == ""
    assert page.doubts == ["the slug that Zola makes of this name can't be told; give the post a slug of its own"]


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [("safe", "/posts/%E1%9E%80_Rain/"), ("off", "/posts/%E1%9E%80%20Rain?/".replace("?", "%3F"))],
)
def test_other_strategies_keep_every_script(strategy: str, expected: str) -> None:
    site = Zola(config={"slugify": {"paths": strategy}})
    assert address(site, "content/posts/ក Rain?.md") == expected


def test_dates_may_stay_in_the_name() -> None:
    site = Zola(config={"slugify": {"paths_keep_dates": True}})
    assert address(site, "content/posts/2024-11-07-rain.md") == "/posts/2024-11-07-rain/"


def test_languages_and_posts() -> None:
    assert SITE.language == "en"
    assert SITE.language_of("content/posts/rain.km.md") == "km"
    assert SITE.language_of("content/posts/rain.xy.md") == "en"
    assert Zola().language_of("content/posts/rain.km.md") == ""
    assert SITE.is_post("content/posts/rain.md")
    assert not SITE.is_post("themes/x/content/rain.md")


def test_a_taxonomy_of_the_sites_own_is_the_category() -> None:
    page = note("content/rain.md", taxonomies={"topics": ["National"], "tags": ["storm"], "authors": ["A"]})
    own = Zola(config={"taxonomies": [{"name": "topics"}, {"name": "tags"}, {"name": "authors"}]})
    usual = Zola(config={"taxonomies": [{"name": "categories"}, {"name": "topics"}]})
    assert list(own.categories_of(page) or ()) == ["National"]
    assert usual.categories_of(page) is None


def test_newsbell_reads_a_post_as_zola_does(tmp_path: Path) -> None:
    site = Zola(root=tmp_path, config={"base_url": "https://paper.example/z/", "languages": {"km": {}}})

    post = post_at(site, "content/posts/2024-11-07-rain.km.md")
    hidden = post_at(site, "content/posts/part.md", "title: Part\nrender: false")

    assert post.url == "https://paper.example/z/km/posts/rain/"
    assert post.language == "km"
    assert post.published_at is not None
    assert hidden.visibility is Visibility.DRAFT
