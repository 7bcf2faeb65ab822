"""The language of a post."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.reading.generators.generator import Generator
from bot.reading.generators.hugo import Hugo
from bot.reading.generators.jekyll import Jekyll
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


@pytest.mark.parametrize(
    ("folders", "path", "language"),
    [
        # Alone, such a folder is about something.
        (("posts/cs", "posts/news"), "posts/cs/rain.md", "en"),
        (("cs",), "cs/rain.md", "en"),
        (("posts/cs", "posts/it"), "posts/cs/rain.md", "en"),
        # With another one beside it, or as a site of its own, it is a language.
        (("posts/cs", "posts/km"), "posts/cs/rain.md", "cs"),
        (("km", "fr"), "km/rain.md", "km"),
        (("kh", "zh_tw"), "kh/news/rain.md", "km"),
        (("km/_posts",), "km/_posts/rain.md", "km"),
        (("km/news/_posts",), "km/news/_posts/rain.md", "km"),
        # A file's name is another matter.
        (("posts",), "posts/rain.cs.md", "cs"),
    ],
)
def test_a_folder_that_stands_alone_is_no_language(
    tmp_path: Path, folders: tuple[str, ...], path: str, language: str
) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    assert read(path=path, site=replace(SITE, root=tmp_path)).language == language


def test_a_language_of_the_site_needs_none_beside_it(tmp_path: Path) -> None:
    (tmp_path / "km").mkdir()
    site = replace(SITE, root=tmp_path, generator=Jekyll(root=tmp_path, config={"languages": ["en", "km"]}))
    assert read(path="km/rain.md", site=site).language == "km"
    assert read(path="km/rain.md", site=replace(SITE, root=tmp_path)).language == "en"


def test_a_folder_added_later_counts(tmp_path: Path) -> None:
    (tmp_path / "km").mkdir()
    site = replace(SITE, root=tmp_path)
    assert read(path="km/rain.md", site=site).language == "en"
    (tmp_path / "fr").mkdir()
    os.utime(tmp_path, ns=(1, 1))
    assert read(path="km/rain.md", site=site).language == "km"


@pytest.mark.parametrize(
    ("config", "path", "language"),
    [
        ({}, "content/posts/cs/rain.md", "en"),
        ({}, "content/cs/rain.md", "en"),
        ({}, "content/posts/rain.cs.md", "en"),
        ({"languages": {"en": {}, "cs": {}}}, "content/posts/rain.cs.md", "cs"),
        ({"languages": {"en": {}, "cs": {}}}, "content/posts/cs/rain.md", "en"),
        ({"languages": {"en": {}, "cs": {"contentDir": "content/cs"}}}, "content/cs/posts/rain.md", "cs"),
    ],
)
def test_hugo_has_the_languages_of_its_configuration_alone(config: dict[str, object], path: str, language: str) -> None:
    site = replace(SITE, generator=Hugo(config=config), folder_categories=True)
    post = read(path=path, site=site)
    assert post.language == language
    assert ("cs" in post.categories) == (language == "en" and "/cs/" in path)
