"""Where Jekyll shows its posts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reading.generators.generator import Fields
from tests.reading.generators.jekyll_sites import DATE, RAIN, URL, site, watched
from tests.reading.generators.sites import PHNOM_PENH, address, note, post_at


@pytest.mark.parametrize(
    ("style", "written"),
    [
        (None, "/national/rain-fall/2024/11/07/Rain.html"),
        ("date", "/national/rain-fall/2024/11/07/Rain.html"),
        ("pretty", "/national/rain-fall/2024/11/07/Rain/"),
        ("ordinal", "/national/rain-fall/2024/312/Rain.html"),
        ("weekdate", "/national/rain-fall/2024/W45/Thu/Rain.html"),
        ("none", "/national/rain-fall/Rain.html"),
        ("/:year/:month/:day/:title", "/2024/11/07/Rain"),
        ("/blog/:title/", "/blog/Rain/"),
        (":title.html", "/Rain.html"),
        ("/:slug/", "/rain/"),
        ("/:short_year/:i_month/:i_day/:hour:minute:second/", "/24/11/7/102030/"),
        ("/:short_month/:long_month/:short_day/:long_day/", "/Nov/November/Thu/Thursday/"),
        ("/:w_year/:week/:w_day/:y_day/", "/2024/45/4/312/"),
        ("/:year_:month_:day/", "/2024_11_07/"),
        ("/:name/", "/2024-11-07-rain/"),
        ("/x//:title/../y/./z/", "/x/Rain/y/z/"),
        ("/:collection/:path:output_ext", "/posts/2024-11-07-Rain.html"),
    ],
)
def test_a_style_or_pattern_gives_the_address(style: str | None, written: str) -> None:
    jekyll = site(permalink=style) if style else site()
    assert address(jekyll, RAIN, date=DATE, categories=["National", "Rain-Fall"]) == written


@pytest.mark.parametrize(
    ("permalink", "written"),
    [
        ("/rain/", "/rain/"),
        ("rain.html", "/rain.html"),
        ("/:year/:slug/", "/2024/rain/"),
        ("pretty", "/pretty"),
        ("https://other.example/rain", "https://other.example/rain"),
        ("/a b/ភ្លៀង/", "/a%20b/%E1%9E%97%E1%9F%92%E1%9E%9B%E1%9F%80%E1%9E%84/"),
    ],
)
def test_a_posts_own_permalink_wins(permalink: str, written: str) -> None:
    assert address(site(permalink="pretty"), RAIN, date=DATE, permalink=permalink) == written


def test_a_slug_in_the_front_matter_is_the_title_of_the_address() -> None:
    jekyll = site(permalink="/:title/:slug/")
    assert address(jekyll, RAIN, date=DATE, slug="Heavy rain, v1.2") == "/Heavy-rain,-v1.2/heavy-rain-v1-2/"


@pytest.mark.parametrize(
    ("pattern", "missing"), [("/:year/:title/", ":year"), ("/:nonsense/", ":nonsense"), ("/:title_x/", ":title_x")]
)
def test_what_a_pattern_lacks_is_doubted_and_there_is_no_address(pattern: str, missing: str) -> None:
    page = note("_posts/rain.md")
    assert site(permalink=pattern).address_of(page, language="en", categories=(), day=None) == ""
    assert page.doubts == [f'the pattern of its address, "{pattern}", needs a {missing} that the post has not']


def test_categories_stand_in_lower_case_with_their_blanks() -> None:
    jekyll = site(permalink="/:categories/:slugified_categories/:title/")
    written = address(jekyll, "Movies/_posts/2024-11-07-x.md", date=DATE, categories=["Weekly News", "movies"])
    assert written == "/movies/weekly%20news/movies/weekly-news/x/"


def test_no_categories_leave_no_gap() -> None:
    assert address(site(), RAIN, date=DATE) == "/2024/11/07/Rain.html"


def test_the_day_is_the_sites(tmp_path: Path) -> None:
    front = "title: Rain\ndate: 2024-11-07T18:30:00Z"
    post = post_at(site(tmp_path, permalink="pretty"), RAIN, front)
    assert post.url == f"{URL}/2024/11/08/Rain/"
    assert post.link_rule == "Jekyll"


def test_khmer_survives() -> None:
    written = address(site(permalink="/:title/:slug/"), "_posts/2024-11-07-ភ្លៀង-ខ្លាំង.md", date=DATE)
    assert written.isascii()
    assert unquote(written) == "/ភ្លៀង-ខ្លាំង/ភ្លៀង-ខ្លាំង/"


@pytest.mark.parametrize(
    ("config", "path", "written"),
    [
        ({}, "_news/2024/rain.md", "/news/2024/rain.html"),
        ({"permalink": "pretty"}, "_news/2024/rain.md", "/news/2024/rain/"),
        ({"permalink": "/:year/:title/"}, "_news/rain.md", "/news/rain/"),
        ({"permalink": "/:year/:title"}, "_news/rain.md", "/news/rain"),
        ({"collections": {"news": {"output": "true", "permalink": "/n/:name/"}}}, "_news/Big Rain.md", "/n/big-rain/"),
        ({"collections_dir": "all"}, "all/_news/rain.md", "/news/rain.html"),
        ({"collections_dir": "all"}, "all/_posts/2024-11-07-rain.md", "/2024/11/07/rain.html"),
        ({"source": "./src"}, "src/_news/rain.md", "/news/rain.html"),
        (
            {"collections": {"posts": {"permalink": "/p/:title/"}}, "permalink": "pretty"},
            "_posts/2024-11-07-x.md",
            "/p/x/",
        ),
    ],
)
def test_collections_have_patterns_of_their_own(config: Mapping[str, object], path: str, written: str) -> None:
    jekyll = site(**{"collections": {"news": {"output": "true"}}, **config})
    assert address(jekyll, path, date=DATE) == written


def test_a_page_keeps_its_path() -> None:
    assert address(watched("notes"), "notes/Rain.md") == "/notes/Rain.html"
    assert address(watched("notes", permalink="pretty"), "notes/Rain.md") == "/notes/Rain/"


@pytest.mark.parametrize(
    ("config", "url"),
    [
        ({}, URL),
        ({"url": f"{URL}/", "baseurl": "/daily/"}, f"{URL}/daily"),
        ({"baseurl": "daily"}, f"{URL}/daily"),
        ({"baseurl": "/"}, URL),
        ({"url": ""}, ""),
        ({"url": "", "baseurl": "/daily"}, ""),
        ({"url": "paper.example"}, ""),
        ({"url": ["x"], "baseurl": {}}, ""),
    ],
)
def test_the_sites_address_has_its_base_path(config: Mapping[str, object], url: str) -> None:
    assert site(**config).url == url


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1, max_size=12)
TEXT = st.text(max_size=20) | st.sampled_from(
    ["/:title/", "..", "../..", "./", "/:categories/:year/", ".", "%2e", "%", "a?b#c", "//evil.example/", "\ud83d", ""]
)
NAMES = st.text(max_size=12) | st.lists(st.text(max_size=8), max_size=3) | st.none()


@given(
    name=SEGMENT,
    folder=SEGMENT,
    pattern=TEXT | st.sampled_from(["date", "pretty", "ordinal", "weekdate", "none"]),
    front=st.fixed_dictionaries({}, optional={"slug": TEXT, "categories": NAMES, "category": NAMES, "permalink": TEXT}),
)
@settings(max_examples=400)
def test_an_address_is_always_a_path_on_the_site(name: str, folder: str, pattern: str, front: Fields) -> None:
    page = replace(note(f"{folder}/_posts/2024-11-07-{name}.md"), values=front)
    day = datetime(2024, 11, 7, tzinfo=PHNOM_PENH)
    written = site(permalink=pattern).address_of(page, language="en", categories=(), day=day)
    if written and not written.startswith("https:"):
        assert re.fullmatch(r"/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*", written)
        assert "//" not in written
        assert ".." not in written
