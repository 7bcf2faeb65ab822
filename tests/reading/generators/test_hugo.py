"""Hugo's addresses, languages, dates and what it leaves out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.models import Visibility
from bot.reading.generators.hugo import Hugo
from tests.reading.generators.sites import address, note, post_at, write

DATED = {"title": "Heavy Rain!", "date": "2024-11-07 09:05:00"}


def hugo(**config: object) -> Hugo:
    return Hugo(config={"baseURL": "https://paper.example/", **config})


def with_pattern(pattern: str, **config: object) -> Hugo:
    return hugo(permalinks={"posts": pattern}, **config)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("content/posts/rain.md", "/posts/rain/"),
        ("content/posts/2024/rain.md", "/posts/2024/rain/"),
        ("content/posts/rain/index.md", "/posts/rain/"),
        ("content/rain.md", "/rain/"),
        ("content/rain/index.md", "/rain/"),
        ("content/Posts/Heavy Rain.md", "/posts/heavy-rain/"),
        ("content/posts/2024-11-07-rain.md", "/posts/2024-11-07-rain/"),
        ("content/posts/ភ្លៀង.md", "/posts/%E1%9E%97%E1%9F%92%E1%9E%9B%E1%9F%80%E1%9E%84/"),
        ("content/posts/c#.md", "/posts/c%23/"),
        ("layouts/rain.md", ""),
    ],
)
def test_the_path_is_the_address(path: str, expected: str) -> None:
    assert address(hugo(), path) == expected


def test_a_slug_takes_the_names_place() -> None:
    assert address(hugo(), "content/posts/x/index.md", slug="Big Storm") == "/posts/big-storm/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/storm/", "/storm/"),
        ("storm", "/storm/"),
        ("/a/storm.html", "/a/storm.html"),
        ("/Storm", "/Storm/"),
        ("/news/:year/:slug", "/news/2024/heavy-rain/"),
        ("https://other.example/storm", "https://other.example/storm"),
    ],
)
def test_a_url_wins(url: str, expected: str) -> None:
    assert address(with_pattern("/x/:slug/"), "content/posts/rain.md", url=url, slug="", **DATED) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("/:year/:month/:day/:slug/", "/2024/11/07/heavy-rain/"),
        ("/:year/:monthname/:weekdayname/:weekday/:yearday/:title", "/2024/november/thursday/4/312/heavy-rain/"),
        ("/:06/:1/:2/:filename", "/24/11/7/rain/"),
        ("/:2006/:01/:02/:Jan/:contentbasename", "/2024/11/07/nov/rain/"),
        ("/:section/:slugorfilename/", "/posts/rain/"),
        ("/a/:slugorcontentbasename/", "/a/rain/"),
    ],
)
def test_patterns_are_filled(pattern: str, expected: str) -> None:
    assert address(with_pattern(pattern), "content/posts/rain.md", **DATED) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (":sections", "posts/a/b"),
        (":sections[0]", "posts"),
        (":sections[1:]", "a/b"),
        (":sections[:last]", "posts/a"),
        (":sections[last]", "b"),
        (":sections[1:2]", "a"),
        (":sections[7]", ""),
    ],
)
def test_sections_are_folders_with_an_index(tmp_path: Path, token: str, expected: str) -> None:
    write(tmp_path, "content/posts/a/b/_index.md")
    site = Hugo(root=tmp_path, config={"permalinks": {"posts": f"/{token}/:filename/"}})

    whole = f"/{expected}/rain/".replace("//", "/")
    assert address(site, "content/posts/a/b/rain.md") == whole
    assert address(site, "content/posts/a/b/c/rain.md") == whole


def test_a_folder_without_an_index_is_no_section(tmp_path: Path) -> None:
    site = Hugo(root=tmp_path, config={"permalinks": {"page": {"posts": "/:sections/:filename/"}}})
    assert address(site, "content/posts/2024/rain.md") == "/posts/rain/"


def test_the_nearest_section_s_pattern_counts() -> None:
    site = hugo(permalinks={"page": {"posts": "/p/:slug/", "posts/a": "/a/:slug/"}, "/": "/root/:slug/"})
    assert address(site, "content/posts/a/x.md", title="Rain") == "/a/rain/"
    assert address(site, "content/posts/b/x.md", title="Rain") == "/p/rain/"
    assert address(site, "content/x.md", title="Rain") == "/root/rain/"
    assert address(site, "content/news/x.md", title="Rain") == "/news/x/"


def test_a_date_stays_in_its_own_zone() -> None:
    page = {"title": "Rain", "date": "2024-11-07T23:30:00-05:00"}
    assert address(with_pattern("/:day/:slug/"), "content/posts/rain.md", **page) == "/07/rain/"
    page["date"] = "2024-11-07T23:30:00"
    assert address(with_pattern("/:day/:slug/"), "content/posts/rain.md", **page) == "/07/rain/"


def test_a_pattern_that_can_t_be_filled_gives_no_address_and_says_why() -> None:
    page = note("content/posts/2024-11-07-rain.md", title="Rain")
    site = with_pattern("/:year/:slug/")
    assert site.address_of(page, language="en", categories=(), day=datetime(2024, 11, 7, tzinfo=UTC)) == ""
    assert page.doubts == ['the site\'s pattern of addresses, "/:year/:slug/", needs a :year that the post has not']
    assert address(with_pattern("/:nonsense/"), "content/posts/rain.md", **DATED) == ""
    assert address(hugo(permalinks=[{"pattern": "/x/"}]), "content/posts/rain.md", **DATED) == ""


def test_the_date_and_the_slug_may_come_from_the_name() -> None:
    site = with_pattern("/:year/:slugorfilename/", frontmatter={"date": [":filename", ":default"]})
    assert address(site, "content/posts/2023-01-02-storm.md", **DATED) == "/2023/storm/"
    assert address(site, "content/posts/rain.md", **DATED) == "/2024/rain/"
    plain = hugo(frontmatter={"date": ["date", ":filename"]})
    assert address(plain, "content/posts/2023-01-02-storm.md") == "/posts/storm/"
    assert address(plain, "content/posts/2023-01-02-storm.md", **DATED) == "/posts/2023-01-02-storm/"


def test_a_key_of_the_sites_own_may_hold_the_date() -> None:
    site = hugo(frontmatter={"date": ["erschienen", ":default"]})
    assert site.date_of(note("content/rain.md", erschienen="2024-11-07")) == datetime(2024, 11, 6, 17, tzinfo=UTC)


def test_ugly_urls_and_upper_case() -> None:
    assert address(hugo(uglyURLs=True), "content/posts/rain.md") == "/posts/rain.html"
    assert address(hugo(uglyurls={"posts": True}), "content/posts/rain.md") == "/posts/rain.html"
    assert address(hugo(uglyurls={"posts": True}), "content/news/rain.md") == "/news/rain/"
    assert address(hugo(disablePathToLower=True), "content/posts/Rain.md") == "/posts/Rain/"


LANGUAGES = {"defaultContentLanguage": "en", "languages": {"en": {}, "km": {"contentDir": "content/km"}, "zh-CN": {}}}


@pytest.mark.parametrize(
    ("path", "language", "expected"),
    [
        ("content/posts/rain.md", "en", "/posts/rain/"),
        ("content/posts/rain.en.md", "en", "/posts/rain/"),
        ("content/posts/rain.zh-cn.md", "zh-cn", "/zh-cn/posts/rain/"),
        ("content/posts/rain/index.km.md", "km", "/km/posts/rain/"),
        ("content/km/posts/rain.md", "km", "/km/posts/rain/"),
        ("content/posts/rain.v2.md", "en", "/posts/rain.v2/"),
    ],
)
def test_languages(path: str, language: str, expected: str) -> None:
    site = hugo(**LANGUAGES)
    assert site.language_of(path) == language
    assert address(site, path) == expected


def test_the_default_language_may_have_a_folder_and_others_a_host() -> None:
    assert address(hugo(**LANGUAGES, defaultContentLanguageInSubdir=True), "content/rain.md") == "/en/rain/"
    hosts = hugo(languages={"km": {"baseURL": "https://km.example/"}})
    assert address(hosts, "content/rain.km.md") == "https://km.example/rain/"
    assert address(hugo(**LANGUAGES), "content/rain.km.md", url="storm") == "/km/storm/"
    assert address(hugo(**LANGUAGES), "content/rain.km.md", url="/storm/") == "/storm/"


def test_content_may_be_mounted() -> None:
    site = hugo(
        module={"mounts": [{"source": "../up", "target": "static"}, {"source": "notes", "target": "content/n"}]}
    )
    assert site.is_post("notes/rain.md")
    assert address(site, "notes/rain.md") == "/n/rain/"


def test_only_the_content_holds_posts() -> None:
    assert hugo().is_post("content/posts/rain.md")
    assert not hugo().is_post("archetypes/default.md")
    assert Hugo(prefix="notes").is_post("notes/rain.md")  # who watches another folder means it


@pytest.mark.parametrize(
    "front",
    [{"headless": True}, {"build": {"render": "never"}}, {"_build": {"render": False}}, {"build": {"list": "never"}}],
)
def test_pages_that_are_not_on_the_site(front: dict[str, object]) -> None:
    assert hugo().is_draft(note("content/rain.md", **front))
    assert not hugo().is_draft(note("content/rain.md", build={"render": "always"}))


def test_a_file_of_a_bundle_is_no_page(tmp_path: Path) -> None:
    write(tmp_path, "content/posts/rain/index.md")
    site = Hugo(root=tmp_path)
    assert site.is_draft(note("content/posts/rain/notes/more.md"))
    assert not site.is_draft(note("content/posts/rain/index.md"))
    assert not site.is_draft(note("content/posts/storm.md"))


def test_taxonomies_of_the_sites_own() -> None:
    page = note("content/rain.md", topics=["National"], themen=["Wetter"], labels="storm")
    site = hugo(taxonomies={"category": "topics", "tag": "labels"})
    assert list(site.categories_of(page) or ()) == ["National"]
    assert list(site.tags_of(page) or ()) == ["storm"]
    assert list(hugo(taxonomies={"thema": "themen", "tag": "tags"}).categories_of(page) or ()) == ["Wetter"]
    assert hugo(taxonomies={"category": "categories"}).categories_of(page) is None


def test_a_folder_of_settings_is_read(tmp_path: Path) -> None:
    write(tmp_path, "config/_default/hugo.toml", 'baseURL = "https://paper.example/"\ntimeZone = "Asia/Phnom_Penh"')
    write(tmp_path, "config/_default/permalinks.toml", 'posts = "/:year/:slug/"')
    write(tmp_path, "config/_default/languages.km.yaml", "contentDir: content/km")
    write(tmp_path, "config/production/hugo.json", '{"baseurl": "https://live.example/"}')
    write(tmp_path, "config/production/broken.toml", "= 1")
    site = Hugo(root=tmp_path)

    assert (site.url, site.timezone) == ("https://live.example/", "Asia/Phnom_Penh")
    assert address(site, "content/posts/x.md", **DATED) == "/2024/heavy-rain/"
    assert site.language_of("content/km/rain.md") == "km"
    assert len(site.doubts) == 1
    assert site.doubts[0].startswith("broken.toml:1")


def test_settings_outside_the_site_are_not_read(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside.toml", 'baseURL = "https://evil.example/"')
    (tmp_path / "site/config/_default").mkdir(parents=True)
    (tmp_path / "site/config/_default/hugo.toml").symlink_to(outside)
    assert Hugo(root=tmp_path / "site").url == ""


def test_newsbell_reads_a_post_as_hugo_does(tmp_path: Path) -> None:
    write(tmp_path, "content/posts/_index.md")
    config = {"baseURL": "https://paper.example/p/", "permalinks": {"posts": "/:year/:month/:slug/"}, **LANGUAGES}
    site = Hugo(root=tmp_path, config=config)

    post = post_at(site, "content/posts/rain.km.md", "title: Rain\ndate: 2024-11-07")
    hidden = post_at(site, "content/posts/part/index.md", "title: Part\nheadless: true")

    assert post.url == "https://paper.example/p/km/2024/11/rain/"
    assert post.language == "km"
    assert hidden.visibility is Visibility.DRAFT


def test_a_post_waits_for_its_publish_date_and_its_address_goes_by_its_date(tmp_path: Path) -> None:
    site = Hugo(root=tmp_path, config={"baseURL": "https://paper.example/", "permalinks": {"posts": "/:year/:slug/"}})
    dates = "date: 2025-12-30T08:00:00Z\npublishDate: 2026-01-02T08:00:00Z"

    post = post_at(site, "content/posts/rain.md", f"title: Rain\n{dates}")

    assert post.url == "https://paper.example/2025/rain/"
    assert post.lies_ahead(datetime(2026, 1, 1, tzinfo=UTC))
    assert not post.lies_ahead(datetime(2026, 1, 3, tzinfo=UTC))
