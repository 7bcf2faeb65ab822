"""Docusaurus' blogs: their addresses, translations, and what its configuration tells without being run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.generators.docusaurus import Docusaurus
from tests.reading.generators.sites import address, post_at

CONFIG = """
// url: 'https://comment.example',
/** @type {import('@docusaurus/types').Config} */
const config = {
  title: 'Paper',  // it's here
  url: 'https://paper.example',
  baseUrl: '/p/',
  i18n: { defaultLocale: 'en', locales: ['en', 'km'] },
  presets: [
    ['classic', ({
      docs: { path: 'handbook', routeBasePath: '/' },
      blog: { showReadingTime: true, feedOptions: { path: 'feed' }, path: './news', routeBasePath: 'latest' },
    })],
  ],
  plugins: [
    ['@docusaurus/plugin-content-blog', { id: 'team', path: 'team', routeBasePath: 'team-news' }],
  ],
};
"""
SITE = Docusaurus(config={"source": CONFIG})
PLAIN = Docusaurus(config={"source": "module.exports = { url: process.env.URL, baseUrl: '/' }"})


def test_the_configuration_tells_where_the_site_is() -> None:
    assert SITE.url == "https://paper.example/p"
    assert SITE.language == "en"
    assert PLAIN.url == ""
    assert Docusaurus(config={"source": "{url: `https://${host}`}"}).url == ""


@pytest.mark.parametrize(
    ("path", "slug", "expected"),
    [
        ("blog/2021-04-15-rain.md", "", "/blog/2021/04/15/rain"),
        ("blog/2021/04/15/rain.mdx", "", "/blog/2021/04/15/rain"),
        ("blog/2021-04-15-rain/index.md", "", "/blog/2021/04/15/rain"),
        ("blog/2021/04/15/rain/index.mdx", "", "/blog/2021/04/15/rain"),
        ("blog/2021-04-15/rain.md", "", "/blog/2021/04/15/rain"),
        ("blog/team/2021-04-15-rain.md", "", "/blog/2021/04/15/team/rain"),
        ("blog/rain.md", "", "/blog/rain"),
        ("blog/rain/index.md", "", "/blog/rain"),
        ("blog/2021-04-15-rain.md", "storm", "/blog/storm"),
        ("blog/2021-04-15-rain.md", "/a/Storm", "/blog/a/Storm"),
        ("docs/rain.md", "", ""),
    ],
)
def test_the_slug_or_the_path(path: str, slug: str, expected: str) -> None:
    assert address(PLAIN, path, slug=slug) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("news/2021-04-15-rain.md", "/latest/2021/04/15/rain"),
        ("team/2021-04-15-rain.md", "/team-news/2021/04/15/rain"),
        ("i18n/km/docusaurus-plugin-content-blog/rain.md", "/km/latest/rain"),
        ("i18n/en/docusaurus-plugin-content-blog/rain.md", "/latest/rain"),
        ("i18n/km/docusaurus-plugin-content-blog-team/rain.md", "/km/team-news/rain"),
        ("i18n/km/docusaurus-plugin-content-blog-other/rain.md", ""),
        ("blog/rain.md", ""),
    ],
)
def test_every_blog_has_its_folder_and_route(path: str, expected: str) -> None:
    assert address(SITE, path) == expected


def test_the_closing_slash_is_configured() -> None:
    closed = Docusaurus(config={"source": "{ trailingSlash: true, }"})
    open_ = Docusaurus(config={"source": "{ trailingSlash: false, }"})
    assert address(closed, "blog/rain.md") == "/blog/rain/"
    assert address(open_, "blog/rain.md", slug="/storm/") == "/blog/storm"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("news/rain.md", True),
        ("news/_rain.md", False),
        ("news/_drafts/rain.md", False),
        ("i18n/km/docusaurus-plugin-content-blog/rain.md", True),
        ("i18n/km/docusaurus-plugin-content-docs/current/rain.md", False),
        ("handbook/rain.md", False),
    ],
)
def test_posts_lie_in_the_blogs(path: str, expected: bool) -> None:
    assert SITE.is_post(path) is expected


def test_who_watches_another_folder_means_it() -> None:
    assert Docusaurus(prefix="handbook", config=SITE.config).is_post("handbook/rain.md")
    assert not Docusaurus(prefix="news", config=SITE.config).is_post("news/_rain.md")


def test_newsbell_reads_a_post_as_docusaurus_does(tmp_path: Path) -> None:
    site = Docusaurus(root=tmp_path, config={"source": CONFIG})

    front = "title: Rain\ntags: [{label: Storm, permalink: /storm}, flood]"
    post = post_at(site, "i18n/km/docusaurus-plugin-content-blog/2021/04/15/rain.mdx", front)

    assert post.url == "https://paper.example/p/km/latest/2021/04/15/rain"
    assert post.language == "km"
    assert post.tags == ("Storm", "flood")
    assert post.published_at is not None
