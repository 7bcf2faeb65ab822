"""MkDocs: the addresses of its Material theme's blog, and of plain pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.generators.mkdocs import MkDocs
from tests.reading.generators.sites import address, note, post_at

FRONT = {"title": "Heavy Rain, again!", "date": "2024-11-07"}


def mkdocs(**blog: object) -> MkDocs:
    return MkDocs(config={"site_url": "https://paper.example/", "plugins": ["search", {"blog": blog}]})


@pytest.mark.parametrize(
    ("blog", "expected"),
    [
        ({}, "/blog/2024/11/07/heavy-rain-again/"),
        ({"post_url_format": "{slug}"}, "/blog/heavy-rain-again/"),
        ({"post_url_format": "{categories}/{file}"}, "/blog/weekly-news/rain/"),
        ({"post_url_format": "{categories}/{file}", "post_url_max_categories": "2"}, "/blog/weekly-news/local/rain/"),
        ({"post_url_date_format": "yyyy/M"}, "/blog/2024/11/heavy-rain-again/"),
        ({"post_url_date_format": "yy-MM-d"}, "/blog/24-11-7/heavy-rain-again/"),
        ({"post_slugify_separator": "_"}, "/blog/2024/11/07/heavy_rain_again/"),
    ],
)
def test_the_blogs_pattern_is_filled(blog: dict[str, object], expected: str) -> None:
    front = {**FRONT, "categories": ["Weekly News", "Local"]}
    assert address(mkdocs(**blog), "docs/blog/posts/rain.md", **front) == expected


def test_the_blog_may_be_the_whole_site() -> None:
    assert address(mkdocs(blog_dir="."), "docs/posts/rain.md", **FRONT) == "/2024/11/07/heavy-rain-again/"
    assert (
        address(mkdocs(post_dir="articles"), "docs/articles/rain.md", **FRONT) == "/blog/2024/11/07/heavy-rain-again/"
    )


def test_a_pattern_that_can_t_be_filled_gives_no_address() -> None:
    assert address(mkdocs(post_url_date_format="MMMM"), "docs/blog/posts/rain.md", **FRONT) == ""
    assert address(mkdocs(post_url_format="{nonsense}"), "docs/blog/posts/rain.md", **FRONT) == ""
    page = note("docs/blog/posts/rain.md", title="Rain")
    assert mkdocs().address_of(page, language="en", categories=(), day=None) == ""
    assert page.doubts == ['the blog\'s pattern of addresses, "{date}/{slug}", needs a {date} that the post has not']


def test_a_slug_of_the_posts_own_stays_as_it_is() -> None:
    assert address(mkdocs(), "docs/blog/posts/x.md", **FRONT, slug="Big-Storm") == "/blog/2024/11/07/Big-Storm/"


def test_the_day_is_the_one_that_is_written() -> None:
    page = {"title": "Rain", "date": {"created": "2024-11-07T23:30:00-05:00", "updated": "2024-12-01"}}
    assert address(mkdocs(), "docs/blog/posts/x.md", **page) == "/blog/2024/11/07/rain/"


def test_vowel_signs_are_left_out_as_the_slugifier_does() -> None:
    url = address(mkdocs(post_url_format="{slug}"), "docs/blog/posts/x.md", title="ភ្លៀង A")
    assert url == "/blog/%E1%9E%97%E1%9E%9B%E1%9E%84-a/"


def test_a_slugifier_of_the_blogs_own_is_doubted() -> None:
    page = note("docs/blog/posts/x.md", title="Rain")
    site = mkdocs(post_slugify=None, post_url_format="{slug}")
    assert site.address_of(page, language="en", categories=(), day=None) == "/blog/rain/"
    assert page.doubts == ["the slug in the link is a guess, for the blog has a post_slugify of its own"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [("docs/news/rain.md", "/news/rain/"), ("docs/news/index.md", "/news/"), ("docs/README.md", "/"), ("rain.md", "")],
)
def test_pages_without_a_blog(path: str, expected: str) -> None:
    assert address(MkDocs(config={"plugins": ["search"]}), path) == expected


def test_addresses_of_files() -> None:
    site = MkDocs(config={"use_directory_urls": "false", "plugins": {"material/blog": None}})
    assert address(site, "docs/blog/posts/rain.md", **FRONT) == "/blog/2024/11/07/heavy-rain-again.html"
    assert address(MkDocs(config={"use_directory_urls": "false"}), "docs/rain.md") == "/rain.html"


def test_posts_and_the_future() -> None:
    assert mkdocs().is_post("docs/blog/posts/2024/rain.md")
    assert not mkdocs().is_post("docs/blog/index.md")
    assert not mkdocs().is_post("docs/setup.md")
    assert MkDocs().is_post("docs/setup.md")
    assert mkdocs(enabled="false").is_post("docs/setup.md")
    assert not mkdocs().scheduled_by_date
    assert mkdocs(draft_if_future_date="true").scheduled_by_date
    assert mkdocs(post_excerpt_separator="<!-- cut -->").excerpt_separator == "<!-- cut -->"


def test_newsbell_reads_a_post_as_mkdocs_does(tmp_path: Path) -> None:
    site = MkDocs(root=tmp_path, config=mkdocs().config)

    front = "date:\n  created: 2024-11-07\ncategories: [General]"
    post = post_at(site, "docs/blog/posts/x.md", front, "# Heavy *rain*\n\nIt rained.")

    assert post.title == "Heavy rain"
    assert post.url == "https://paper.example/blog/2024/11/07/heavy-rain/"
