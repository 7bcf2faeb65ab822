"""Astro: what its configuration and the habits of its sites tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.generators.astro import Astro
from tests.reading.generators.sites import address, post_at

CONFIG = """export default defineConfig({
  // site: 'https://comment.example',
  site: "https://paper.example",
  base: '/p',
  i18n: { defaultLocale: 'km', locales: ['km', 'en'] },
});"""
SITE = Astro(config={"source": CONFIG})


@pytest.mark.parametrize(
    ("path", "front", "expected"),
    [
        ("src/content/blog/rain.md", {}, "/blog/rain/"),
        ("src/content/blog/en/Heavy Rain!.mdx", {}, "/blog/en/heavy-rain/"),
        ("src/content/blog/rain/index.md", {}, "/blog/rain/"),
        ("src/content/blog/x.md", {"slug": "storm/2024"}, "/blog/storm/2024/"),
        ("src/content/rain.md", {}, ""),
        ("src/pages/rain.md", {}, "/rain/"),
        ("src/pages/news/index.md", {}, "/news/"),
        ("README/rain.md", {}, ""),
    ],
)
def test_addresses(path: str, front: dict[str, object], expected: str) -> None:
    assert address(SITE, path, **front) == expected


def test_settings() -> None:
    assert SITE.url == "https://paper.example/p"
    assert SITE.language == "km"
    never = Astro(config={"source": "{ trailingSlash: 'never', srcDir: './app' }"})
    assert address(never, "app/content/blog/rain.md") == "/blog/rain"
    assert Astro(config={"source": "{ site: process.env.SITE }"}).url == ""


def test_posts() -> None:
    assert SITE.is_post("src/content/blog/rain.md")
    assert not SITE.is_post("src/content/blog/_rain.md")
    assert not SITE.is_post("src/content/_blog/rain.md")
    assert not SITE.is_post("src/components/rain.md")


def test_newsbell_reads_a_post_of_astro(tmp_path: Path) -> None:
    site = Astro(root=tmp_path, config={"source": CONFIG})

    post = post_at(site, "src/content/blog/rain.md", "title: Rain\npubDate: March 7, 2023")

    assert post.url == "https://paper.example/p/blog/rain/"
    assert post.published_at is not None
