"""Hexo's addresses and categories. The first two tables are the examples of its own page on permalinks."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.reading.generators.hexo import Hexo
from tests.reading.generators.sites import Note, address, address_of, note, post_at

FRONT = {"title": "Hello World!", "date": "2013-07-14 17:01:34", "categories": ["foo", "bar"]}


def hexo(permalink: str = ":year/:month/:day/:title/", **config: object) -> Hexo:
    return Hexo(config={"url": "https://paper.example", "permalink": permalink, **config})


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        (":year/:month/:day/:title/", "/2013/07/14/hello-world/"),
        (":year-:month-:day-:title.html", "/2013-07-14-hello-world.html"),
        (":category/:title/", "/foo/bar/hello-world/"),
        (":i_month/:i_day/:hour:minute:second/:name", "/7/14/170134/hello-world"),
        (":post_title/", "/hello-world/"),
        (":year_:month/:title/", "/2013_07/hello-world/"),
    ],
)
def test_patterns_are_filled(permalink: str, expected: str) -> None:
    assert address(hexo(permalink), "source/_posts/hello-world.md", **FRONT) == expected


def test_the_title_is_the_path_and_the_name_its_last_part() -> None:
    assert address(hexo(), "source/_posts/lorem/hello-world.md", **FRONT) == "/2013/07/14/lorem/hello-world/"
    named = hexo(":year/:month/:day/:name/")
    assert address(named, "source/_posts/lorem/hello-world.md", **FRONT) == "/2013/07/14/hello-world/"


def test_the_hash_is_of_title_and_date() -> None:
    page = Note("source/_posts/hello-world.md", FRONT, ZoneInfo("UTC"))
    assert address_of(hexo(":title-:hash/"), page) == "/hello-world-a2c8ac003b43/"


@pytest.mark.parametrize(
    ("categories", "expected"),
    [
        (None, "/none/rain/"),
        ("Weekly News", "/Weekly-News/rain/"),
        ([["Sports", "Football"], ["Über uns"]], "/Uber-uns/rain/"),
        (["ព័ត៌មាន"], "/%E1%9E%96%E1%9F%90%E1%9E%8F%E1%9F%8C%E1%9E%98%E1%9E%B6%E1%9E%93/rain/"),
        (["Mapped"], "/m/rain/"),
    ],
)
def test_the_category_in_an_address(categories: object, expected: str) -> None:
    site = hexo(":category/:title/", default_category="none", category_map={"Mapped": "m"})
    assert address(site, "source/_posts/rain.md", categories=categories) == expected


def test_uncategorized_is_the_default() -> None:
    assert address(hexo(":category/:title/"), "source/_posts/rain.md") == "/uncategorized/rain/"


def test_any_key_of_the_front_matter_may_be_a_token() -> None:
    site = hexo(":lang/:urlname/", permalink_defaults={"lang": "en"})
    assert address(site, "source/_posts/x.md", urlname="storm") == "/en/storm/"
    assert address(site, "source/_posts/x.md", urlname="storm", lang="km") == "/km/storm/"
    assert address(site, "source/_posts/x.md") == ""
    assert address(hexo(":id/"), "source/_posts/x.md") == ""


def test_the_name_of_new_posts_says_what_the_title_is() -> None:
    dated = hexo(":lang/:title/", new_post_name=":lang/:year-:month-:day-:title.md")
    assert address(dated, "source/_posts/km/2024-11-07-heavy-rain.md") == "/km/heavy-rain/"
    plain = hexo(":title/", new_post_name=":year-:month-:day-:title.md")
    assert address(plain, "source/_posts/lorem/my rain.md") == "/lorem-my-rain/"  # such a name fits no pattern


def test_a_permalink_of_the_posts_own_wins() -> None:
    assert address(hexo(), "source/_posts/x.md", permalink="storm/2024") == "/storm/2024"
    assert address(hexo(), "source/_posts/x.md", permalink="/storm.html") == "/storm.html"


def test_pretty_urls() -> None:
    bare = {"trailing_index": "false", "trailing_html": "false"}
    assert address(hexo(":title.html", pretty_urls=bare), "source/_posts/rain.md") == "/rain"
    assert address(hexo(":title/index.html", pretty_urls=bare), "source/_posts/rain.md") == "/rain/"


@pytest.mark.parametrize(
    ("url", "root", "expected"),
    [
        ("https://paper.example", "/", "https://paper.example"),
        ("https://paper.example/blog/", "/blog/", "https://paper.example/blog"),
        ("https://paper.example", "/blog/", "https://paper.example/blog"),
        ("paper", "/", ""),
    ],
)
def test_the_sites_address(url: str, root: str, expected: str) -> None:
    assert Hexo(config={"url": url, "root": root}).url == expected


def test_every_level_of_a_hierarchy_is_a_category() -> None:
    page = note("source/_posts/x.md", categories=[["Sports", "Football"], "Local, really"], tag="one, two")
    assert list(hexo().categories_of(page) or ()) == ["Sports", "Football", "Local, really"]
    assert list(hexo().tags_of(page) or ()) == ["one, two"]


def test_posts_and_the_future() -> None:
    assert hexo().is_post("source/_posts/a/x.md")
    assert hexo().is_post("source/_drafts/x.md")
    assert not hexo().is_post("source/about/index.md")
    assert hexo(source_dir="src/").is_post("src/_posts/x.md")
    assert not hexo().scheduled_by_date
    assert hexo(future="false").scheduled_by_date


def test_a_post_of_tomorrow_is_on_the_site_today(tmp_path: Path) -> None:
    post = post_at(Hexo(root=tmp_path), "source/_posts/rain.md", "title: Rain\ndate: 2124-11-07 08:00")
    assert not post.lies_ahead(datetime(2026, 1, 1, tzinfo=UTC))


def test_newsbell_reads_a_post_as_hexo_does(tmp_path: Path) -> None:
    site = Hexo(root=tmp_path, config={"url": "https://paper.example"})

    front = "title: Rain\ndate: 2024-11-07 23:30\ncategories: [Sports, Football]"
    post = post_at(site, "source/_posts/lorem/rain.md", front)

    assert post.url == "https://paper.example/2024/11/07/lorem/rain/"
    assert post.categories == ("Sports", "Football")
