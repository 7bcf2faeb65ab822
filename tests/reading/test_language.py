"""The language of a post."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.reading.generators.generator import Generator
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
        # Outermost, or directly above or below a folder that says nothing of the posts.
        ("km/national/rain.md", "km"),
        ("content/km/national/rain.md", "km"),
        ("_posts/km/2024/rain.md", "km"),
        ("site/km/_posts/rain.md", "km"),
        ("national/km/rain.md", "en"),
        ("world/fr/rain.md", "en"),
        # What is also a country or a word.
        ("uk/rain.md", "en"),
        ("it/rain.md", "en"),
        ("is/rain.md", "en"),
        ("content/it/rain.md", "en"),
        ("_posts/uk/rain.md", "en"),
        ("us/rain.md", "en"),
        ("uk/_posts/rain.md", "uk"),
        ("content/it/posts/rain.md", "it"),
        ("as-is/rain.md", "en"),
        ("pt-BR/rain.md", "pt-br"),
        ("it_IT/blog/rain.md", "it-it"),
        ("uk/rain.it.md", "it"),
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


@dataclass(frozen=True, slots=True)
class Press(Generator):
    """A generator that has its languages in the third folder."""

    def language_of(self, path: str) -> str:
        return path.split("/")[2] if path.count("/") > 2 else ""


@pytest.mark.parametrize(
    ("front", "path", "language"),
    [
        ("lang: fr", "a/uk/rain.md", "fr"),
        ("title: x", "a/uk/rain.md", "uk"),
        ("title: x", "a/pt_BR/rain.en.md", "pt-br"),
        ("title: x", "a/(x)/rain.en.md", "en"),
        ("title: x", "rain.km.md", "km"),
    ],
)
def test_a_generator_knows_its_paths_best(front: str, path: str, language: str) -> None:
    site = replace(SITE, generator=Press(prefix="content"))
    assert read(f"headline: Rain\n{front}", path=path, site=site).language == language


def test_the_way_down_to_the_watched_folder_may_name_it() -> None:
    assert read(path="national/rain.md", site=replace(SITE, generator=Generator(prefix="content/km"))).language == "km"
