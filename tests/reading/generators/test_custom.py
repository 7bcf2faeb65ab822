"""A site's own keys stand where its generator wants them: `[extra]` of Zola, `params` of Hugo."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.models import Visibility
from bot.reading.generators.generator import Generator
from bot.reading.generators.hexo import Hexo
from bot.reading.generators.hugo import Hugo
from bot.reading.generators.jekyll import Jekyll
from bot.reading.generators.zola import Zola
from bot.reading.reader import read_post
from bot.reading.site import Site
from tests.reading.generators.sites import post_at

IMAGE = "https://x.example/rain.jpg"


def sites(root: Path) -> tuple[tuple[Generator, str], ...]:
    """Each generator that has such a table, and what it calls it."""
    return (Zola(root=root), "extra"), (Hugo(root=root), "params")


@pytest.mark.parametrize(
    "written",
    ["newsbell: false", "newsbell: {send: no}", "Newsbell: off"],
)
def test_newsbell_false_keeps_the_post_back_from_there_too(tmp_path: Path, written: str) -> None:
    for site, table in sites(tmp_path):
        post = post_at(site, "content/rain.md", f"title: Rain\n{table}:\n  {written}")
        assert post.visibility is Visibility.EXCLUDED


def test_all_keys_of_ours_are_found_there(tmp_path: Path) -> None:
    own = f"code: A1\n  origin_url: https://x.example/rain\n  image: {IMAGE}\n  image_alt: The river\n  silent: true"
    for site, table in sites(tmp_path):
        post = post_at(site, "content/rain.md", f"title: Rain\n{table}:\n  {own}\n  category: News\n  language: km")
        assert (post.key, post.url) == ("code:A1@km", "https://x.example/rain")
        assert [(picture.url, picture.alt) for picture in post.pictures] == [(IMAGE, "The river")]
        assert (post.overrides.silent, post.categories) == (True, ("News",))


def test_a_key_at_the_top_wins_unless_it_is_empty(tmp_path: Path) -> None:
    for site, table in sites(tmp_path):
        front = f"title: Rain\ncode: TOP\nnewsbell:\n{table}: {{code: BELOW, newsbell: {{pin: true}}}}"
        post = post_at(site, "content/rain.md", front)
        assert (post.key, post.overrides.pin) == ("code:TOP@en", True)


def test_the_generators_own_keys_mean_nothing_there(tmp_path: Path) -> None:
    own = "draft: true, slug: x, title: Snow, date: 2020-01-01, weight: 2, aliases: [/snow/]"
    for site, table in sites(tmp_path):
        post = post_at(site, "content/rain.md", f"title: Rain\n{table}: {{{own}}}")
        assert (post.title, post.visibility, post.published_at) == ("Rain", Visibility.PUBLIC, None)
        assert post.aliases == ()


@pytest.mark.parametrize("table", ["7", "[a, b]", "null", "text", "{1: 2}"])
def test_a_table_in_another_shape_says_nothing(tmp_path: Path, table: str) -> None:
    for site, name in sites(tmp_path):
        assert post_at(site, "content/rain.md", f"title: Rain\n{name}: {table}").warnings == ()


def test_other_generators_have_no_such_table(tmp_path: Path) -> None:
    for site, path in (
        (Jekyll(root=tmp_path), "_posts/2024-11-07-rain.md"),
        (Hexo(root=tmp_path), "source/_posts/a.md"),
    ):
        post = post_at(site, path, "title: Rain\nextra: {newsbell: false}\nparams: {newsbell: false}")
        assert post.visibility is Visibility.PUBLIC


def test_a_doubt_names_its_line_there(tmp_path: Path) -> None:
    file = tmp_path / "content/rain.md"
    file.parent.mkdir()
    file.write_text("+++\ntitle = 'Rain'\n[extra.newsbell]\nsilnt = true\n+++\nIt rained.")
    from_toml = _read(Zola(root=tmp_path), file)
    assert from_toml == ('line 4: "silnt" below newsbell says nothing to newsbell; write "silent"',)


def _read(site: Generator, file: Path) -> tuple[str, ...]:
    assert site.root is not None
    post = read_post(file, Site(root=site.root, generator=site))
    assert post is not None
    return post.warnings
