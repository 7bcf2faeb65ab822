"""Categories and tags in every form that generators know."""

from __future__ import annotations

import pytest

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


@pytest.mark.parametrize(
    "front",
    [
        "tags: &tags [rain, *tags]",
        "a: &a [rain, rain]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntags: [*c, *c]",
        "\n".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9) if n else 'rain'}]" for n in range(25))
        + "\ntags: *k24",
    ],
)
def test_lists_that_contain_themselves_or_double_at_every_level_are_walked_once(front: str) -> None:
    assert read(f"title: Rain\n{front}").tags == ("rain",)
