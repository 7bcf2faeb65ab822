"""Jekyll's rules for its posts, but for their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import PostError
from bot.models import Visibility
from bot.reading.generators.jekyll import slugify
from tests.reading.generators.jekyll_sites import RAIN, URL, site, watched
from tests.reading.generators.sites import post_at

# --- which files are posts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        RAIN,
        "_posts/old/2024-11-07-rain.md",
        "movies/horror/_posts/2024-11-07-rain.md",
        "_posts/06-06-rain.md",
        "_drafts/rain.md",
        "_news/rain.md",
    ],
)
def test_posts_drafts_and_shown_collections_are_read(path: str) -> None:
    assert site(collections={"news": {"output": "true"}, "staff": {}}).is_post(path)


@pytest.mark.parametrize(
    "path",
    [
        "about.md",
        "news/index.md",
        "_staff/editor.md",
        "_includes/rain.md",
        "_layouts/_posts/2024-11-07-rain.md",
        "vendor/bundle/ruby/gems/jekyll/_posts/2024-11-07-welcome.md",
        "archive/_posts/2024-11-07-rain.md",
        "old-2020/_posts/2024-11-07-rain.md",
    ],
)
def test_pages_and_what_jekyll_does_not_read_are_none(path: str) -> None:
    config = {"collections": {"news": {"output": "true"}, "staff": {}}, "exclude": ["archive/", "old-*"]}
    assert not site(**config).is_post(path)


def test_who_watches_a_folder_of_pages_means_them() -> None:
    jekyll = watched("notes")
    assert jekyll.is_post("notes/rain.md")
    assert not jekyll.is_post("notes/index.md")
    assert not watched("src", source="src").is_post("src/about.md")


def test_in_posts_a_name_without_a_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PostError) as caught:
        post_at(site(tmp_path), "_posts/06-06-rain.md")
    assert caught.value.what == "Jekyll ignores this file, for names in _posts must begin with a date"
    assert caught.value.mend == 'give it a name such as "2026-01-31-06-06-rain.md", or move it to _drafts'


@pytest.mark.parametrize("path", [RAIN, "_posts/24-1-7-rain.md", "_drafts/rain.md", "_news/rain.md", "notes/rain.md"])
def test_elsewhere_names_are_free(path: str) -> None:
    assert site(collections={"news": {"output": "true"}}).refusal(path) is None


def test_a_year_of_two_digits_is_a_date(tmp_path: Path) -> None:
    assert post_at(site(tmp_path), "_posts/24-11-7-rain.md").published_at == datetime(2024, 11, 6, 17, tzinfo=UTC)
    assert post_at(site(tmp_path), "_posts/24-13-7-rain.md").published_at is None


# --- what a post says ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "categories"),
    [
        ("categories: classic hollywood", ("classic", "hollywood")),
        ("category: classic hollywood", ("classic hollywood",)),
        ("categories: [Weekly News, ~, Rain]", ("Weekly News", "Rain")),
        ("categories: a b\ncategory: c d", ("a", "b", "c d")),
        ("category: [a, b]", ("a", "b")),
        ("category: 2013", ("2013",)),
        ("category:\ncategories:", ()),
    ],
)
def test_a_text_of_categories_is_split_at_its_blanks(tmp_path: Path, front: str, categories: tuple[str, ...]) -> None:
    assert post_at(site(tmp_path), RAIN, f"title: Rain\n{front}").categories == categories


def test_tags_go_by_the_same_rules(tmp_path: Path) -> None:
    assert post_at(site(tmp_path), RAIN, "title: Rain\ntags: rain sun\ntag: heavy rain").tags == (
        *("heavy rain", "rain", "sun"),
    )


@pytest.mark.parametrize(
    ("path", "categories"),
    [
        ("movies/horror/_posts/2024-11-07-rain.md", ("movies", "horror", "Rain")),
        ("_posts/movies/2024-11-07-rain.md", ("Rain",)),
        ("km/news/_posts/2024-11-07-rain.md", ("news", "Rain")),
    ],
)
def test_folders_above_posts_are_categories_and_those_below_are_not(
    tmp_path: Path, path: str, categories: tuple[str, ...]
) -> None:
    assert post_at(site(tmp_path), path, "title: Rain\ncategories: Rain").categories == categories


def test_a_language_above_posts_stands_in_the_address_all_the_same(tmp_path: Path) -> None:
    post = post_at(site(tmp_path), "km/news/_posts/2024-11-07-rain.md")
    assert (post.url, post.language) == (f"{URL}/km/news/2024/11/07/rain.html", "km")


@pytest.mark.parametrize(
    ("body", "title"), [("# Heavy *rain*\n\nIt rained.", "Heavy rain"), ("It rained.", "Rain In KAMPOT".title())]
)
def test_the_last_title_is_made_of_the_name(tmp_path: Path, body: str, title: str) -> None:
    post = post_at(site(tmp_path), "_posts/2024-11-07-rain-in-KAMPOT.md", "layout: post", body)
    assert post.title == title


def test_the_front_matters_excerpt_comes_before_a_mark(tmp_path: Path) -> None:
    post = post_at(
        site(tmp_path), RAIN, "title: Rain\nexcerpt: In short, it rained.", "It rained.\n\n<!--more-->\n\nX."
    )
    assert "".join(span.text for span in post.excerpt) == "In short, it rained."


def test_the_configured_mark_ends_the_excerpt(tmp_path: Path) -> None:
    jekyll = site(tmp_path, excerpt_separator="<!--cut-->")
    post = post_at(jekyll, RAIN, "title: Rain", "It rained in Kampot.\n\n<!--cut-->\n\nAnd then it stopped.")
    assert "".join(span.text for span in post.excerpt) == "It rained in Kampot."
    assert site(excerpt_separator="\n\n").excerpt_separator == ""


def test_time_zone_and_language_are_the_configurations() -> None:
    jekyll = site(timezone="Asia/Phnom_Penh", lang="km")
    assert (jekyll.timezone, jekyll.language) == ("Asia/Phnom_Penh", "km")
    assert (site(timezone="Nowhere").timezone, site(locale="en-US").language) == ("", "en-US")


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_posts_of_the_future_are_shown_at_once_if_the_configuration_says_so() -> None:
    assert site().scheduled_by_date
    assert not site(future="true").scheduled_by_date


def test_unpublished_posts_are_shown_if_the_configuration_says_so(tmp_path: Path) -> None:
    front = "title: Rain\npublished: false"
    assert post_at(site(tmp_path), RAIN, front).visibility is Visibility.DRAFT
    assert post_at(site(tmp_path, unpublished="true"), RAIN, front).visibility is Visibility.PUBLIC


# --- front matter by default -----------------------------------------------------------------------------------------


def scope(values: Mapping[str, object], path: str | None = None, kind: str | None = None) -> dict[str, object]:
    written = {"path": path, "type": kind}
    return {"scope": {key: value for key, value in written.items() if value is not None}, "values": values}


@pytest.mark.parametrize(
    ("path", "kind", "applies"),
    [
        ("", None, True),
        ("", "posts", True),
        ("", "post", True),
        ("", "pages", False),
        ("", "news", False),
        ("movies", None, True),
        ("/movies/", "posts", True),
        ("movies/_posts", None, True),
        ("films", None, False),
        ("movies/*/old", None, True),
        ("**/old", None, True),
        ("movies/_posts/*/*.md", None, True),
        ("*/old", None, False),
        ("movies/*.md", None, False),
    ],
)
def test_a_scope_has_a_path_or_a_pattern_and_a_type(path: str, kind: str | None, applies: bool) -> None:
    jekyll = site(defaults=[scope({"Author": "x"}, path, kind)])
    assert jekyll.defaults("movies/_posts/old/2024-11-07-rain.md") == ({"author": "x"} if applies else {})


def test_the_narrower_scope_wins_whatever_the_order() -> None:
    values = [
        scope({"a": "path and type"}, "_posts", "posts"),
        scope({"a": "path", "b": "path"}, "_posts"),
        scope({"a": "type", "b": "type", "c": "type"}, "", "posts"),
        scope({"a": "all", "b": "all", "c": "all", "d": "all"}),
    ]
    expected = {"a": "path and type", "b": "path", "c": "type", "d": "all"}
    for written in (values, values[::-1]):
        assert site(defaults=written).defaults(RAIN) == expected


def test_defaults_stand_below_the_front_matter_and_categories_add_up(tmp_path: Path) -> None:
    default = {"permalink": "/p/:title/", "lang": "km", "categories": "News Daily", "tags": ["x"], "image": "/a.png"}
    jekyll = site(tmp_path, defaults=[scope(default, "", "posts")])
    post = post_at(jekyll, RAIN, "title: Rain\ncategories: [Rain]\ntags: [y]\nlang:")
    assert post.url == f"{URL}/p/Rain/"
    assert post.link_rule == "Jekyll"
    assert post.categories == ("News", "Daily", "Rain")
    assert (post.tags, post.language) == (("y",), "km")
    other = post_at(jekyll, "_posts/2024-11-07-Sun.md")  # with the same pattern
    assert not {post.key, *post.aliases} & {other.key, *other.aliases}


@pytest.mark.parametrize("written", ["x", {"scope": 1}, [1, {"values": 2}, {"scope": [], "values": {"a": "b"}}], None])
def test_defaults_of_another_shape_are_harmless(written: object) -> None:
    assert site(defaults=written).defaults(RAIN) in ({}, {"a": "b"})


@pytest.mark.parametrize(
    ("mode", "cased", "slug"),
    [
        ("default", False, "the-config-yml-file"),
        ("pretty", False, "the-_config.yml-file"),
        ("pretty", True, "The-_config.yml-file"),
        ("raw", True, "The-_config.yml-file"),
        ("ascii", False, "the-config-yml-file"),
    ],
)
def test_slugs_have_modes(mode: str, cased: bool, slug: str) -> None:
    assert slugify("The _config.yml file", mode, cased=cased) == slug
