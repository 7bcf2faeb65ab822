"""The language of a post."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.pages import SITE, read


@pytest.mark.parametrize(
    ("front", "language"),
    [
        ('language: "en"', "en"),
        ("language: no", "no"),
        ("lang: zh_TW", "zh-tw"),
        ("locale: en_US.UTF-8", "en-us"),
        ("language: KH", "km"),
        ("language: Khmer", "km"),
        ("language: ខ្មែរ", "km"),
        ("lang: cn", "zh"),
        ("language: km\nlang: en", "km"),
    ],
)
def test_the_front_matter_says_it(front: str, language: str) -> None:
    post = read(f"title: Rain\n{front}", path="fr/rain.md")
    assert (post.language, post.warnings) == (language, ())


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("rain.km.md", "km"),
        ("en/news/rain.km.md", "km"),
        ("km/rain.md", "km"),
        ("zh_tw/news/_posts/rain.md", "zh-tw"),
        ("kh/rain.md", "km"),
        ("it-news/rain.md", "en"),
        ("news/rain.v2.md", "en"),
        ("xx/rain.md", "en"),
    ],
)
def test_else_the_path_says_it(path: str, language: str) -> None:
    assert read(path=path).language == language


def test_else_it_is_the_sites() -> None:
    assert read(site=replace(SITE, language="km")).language == "km"


def test_an_unknown_language_is_doubted() -> None:
    post = read("title: Rain\nlanguage: the local one")
    assert post.language == "en"
    assert post.warnings == ('line 3: "the local one" is no language known here; "en" is assumed',)
