"""Categories and tags in every form that generators know."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from bot.reading.generators.generator import Generator, Written
from bot.reading.reader import read_bytes
from tests.reading.pages import SITE, read


@pytest.mark.parametrize(
    ("front", "categories"),
    [
        ('category: "NATIONAL"', ("NATIONAL",)),
        ("category: Arts, Culture", ("Arts, Culture",)),
        ("categories: Weekly News", ("Weekly News",)),
        ("categories: National, Business ,", ("National", "Business")),
        ("categories: [National, ~, Business]", ("National", "Business")),
        ("categories: [National, [Politics, [Law]]]", ("National", "Politics", "Law")),
        ("category: National\ncategories: [national, Business]", ("National", "Business")),
        ("categories: [{name: National}, {label: Law, slug: x}, {title: Rain}, {slug: sun}, {other: x}]",
         ("National", "Law", "Rain", "sun")),
        ("category: 2013", ("2013",)),
        ("category:", ()),
        ("category: ''", ()),
        ("category: Arts &amp; Culture", ("Arts & Culture",)),
        ("category: ព័ត៌មានជាតិ", ("ព័ត៌មានជាតិ",)),
        ("Categories: [National]", ("National",)),
        ("title: x", ()),
    ],
)  # fmt: skip
def test_categories_are_read_as_written(front: str, categories: tuple[str, ...]) -> None:
    assert read(f"headline: Rain\n{front}").categories == categories


@pytest.mark.parametrize(
    ("front", "tags"),
    [
        ("tags: [rain, Rain, sun]", ("rain", "sun")),
        ("tags: rain, sun", ("rain", "sun")),
        ("tag: rain\ntags:\n- {label: Sun, permalink: /sun}", ("rain", "Sun")),
    ],
)
def test_tags_follow_the_same_rules(front: str, tags: tuple[str, ...]) -> None:
    assert read(f"title: Rain\n{front}").tags == tags


def test_zola_keeps_them_in_taxonomies() -> None:
    content = b'+++\ntitle = "Rain"\n[taxonomies]\ncategories = ["National"]\ntags = ["rain"]\n+++\n'
    post = read_bytes(content, "rain.md", SITE)
    assert post is not None
    assert (post.categories, post.tags) == (("National",), ("rain",))


def test_lists_that_double_at_every_level_are_walked_once() -> None:
    front = "a: &a [rain, rain]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntags: [*c, *c]"
    assert read(f"title: Rain\n{front}").tags == ("rain",)


@dataclass(frozen=True, slots=True)
class Press(Generator):
    """A generator that knows categories and tags by heart."""

    def categories_of(self, page: Written) -> list[str]:
        return ["Rain", "rain", "Arts &amp; Culture"]

    def tags_of(self, page: Written) -> list[str]:
        return []


def test_a_generators_rules_come_before_the_usual_ones() -> None:
    post = read("title: Rain\ncategory: National\ntags: [x]", site=replace(SITE, generator=Press()))
    assert (post.categories, post.tags) == (("Rain", "Arts & Culture"), ())


@pytest.mark.parametrize(
    ("path", "categories"),
    [
        ("national/rain.md", ("National Weekly", "national")),
        ("content/posts/national/politics/2024/11/07/rain/index.md", ("National Weekly", "national", "politics")),
        ("km/national/_posts/2024-11-07-rain.md", ("National Weekly", "national")),
        ("National Weekly/rain.md", ("National Weekly",)),
        ("2024-11/rain.md", ("National Weekly",)),
        ("2024-11-07-storm/rain.md", ("National Weekly",)),
        ("uk/rain.md", ("National Weekly", "uk")),
        ("world/fr/rain.md", ("National Weekly", "world", "fr")),
        ("rain.md", ("National Weekly",)),
        ("rain/index.km.md", ("National Weekly",)),
    ],
)
def test_by_the_settings_the_folders_above_a_post_count(path: str, categories: tuple[str, ...]) -> None:
    front = "title: Rain\ncategory: National Weekly"
    assert read(front, path=path, site=replace(SITE, folder_categories=True)).categories == categories
    assert read(front, path=path).categories == ("National Weekly",)


def test_folders_add_to_a_generators_categories() -> None:
    site = replace(SITE, generator=Press(), folder_categories=True)
    assert read(path="national/rain.md", site=site).categories == ("Rain", "Arts & Culture", "national")
