"""Eleventy's addresses, data files and what is not on the site."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.models import Visibility
from bot.reading.generators.eleventy import Eleventy
from tests.reading.generators.sites import address, note, post_at, write

CONFIG = {"source": "export default function (c) { return { dir: { input: 'src', output: '_site' } }; }"}


def eleventy(root: Path | None = None) -> Eleventy:
    return Eleventy(root=root, config=CONFIG)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("src/blog/rain.md", "/blog/rain/"),
        ("src/blog/rain/index.md", "/blog/rain/"),
        ("src/blog/rain/rain.md", "/blog/rain/"),
        ("src/index.md", "/"),
        ("src/blog/2024-11-07-rain.md", "/blog/2024-11-07-rain/"),  # only fileSlug goes without the date
        ("other/rain.md", ""),
    ],
)
def test_the_path_is_the_address(path: str, expected: str) -> None:
    assert address(eleventy(), path) == expected


@pytest.mark.parametrize(
    ("permalink", "expected"),
    [
        ("/storm/", "/storm/"),
        ("storm/index.html", "/storm/"),
        ("/storm.html", "/storm.html"),
        ("/news/{{ page.fileSlug }}/", "/news/rain/"),
        ("/news/{{page.fileSlug}}/index.html", "/news/rain/"),
        ("{{ page.filePathStem }}.html", "/blog/rain.html"),
        ("/{{ title | slugify }}/", "/heavy-rain/"),
        ("/{{ section }}/{{- title | slug -}}/", "/local/heavy-rain/"),
        ("/{{ page.date | year }}/", ""),
        ("/{{ missing }}/", ""),
        ("/{% if x %}a{% endif %}/", ""),
        ({"build": "/storm/"}, "/storm/"),
        (False, ""),
    ],
)
def test_permalinks(permalink: object, expected: str) -> None:
    front = {"title": "Heavy Rain", "section": "local", "permalink": permalink}
    assert address(eleventy(), "src/blog/2024-11-07-rain.md", **front) == expected


def test_the_slug_of_an_index_is_its_folders() -> None:
    permalink = "/news/{{ page.fileSlug }}/"
    assert address(eleventy(), "src/blog/2024-11-07-rain/index.md", permalink=permalink) == "/news/rain/"


def test_a_computed_permalink_wins() -> None:
    front = {"permalink": "/a/", "eleventycomputed": {"permalink": "/{{ title | slug }}/"}, "title": "Rain"}
    assert address(eleventy(), "src/x.md", **front) == "/rain/"


def test_the_input_folder() -> None:
    assert Eleventy(config={"source": "c.setInputDirectory('./content/')"}).is_post("content/rain.md")
    assert not Eleventy(config={"source": "c.setInputDirectory('./content/')"}).is_post("README/rain.md")
    assert not eleventy().is_post("src/_includes/rain.md")
    assert address(Eleventy(config={"source": "// dir: { input: 'x' }"}), "blog/rain.md") == "/blog/rain/"


def test_data_files_give_defaults_the_nearest_wins(tmp_path: Path) -> None:
    write(tmp_path, "src/src.json", '{"layout": "base", "lang": "en"}')
    write(tmp_path, "src/blog/blog.json", '{"tags": "posts", "permalink": "/news/{{ page.fileSlug }}/", "lang": "km"}')
    write(tmp_path, "src/blog/blog.11tydata.json", '{"layout": "post"}')
    write(tmp_path, "src/blog/rain.json", '{"Section": "local"}')
    site = eleventy(tmp_path)

    defaults = site.defaults("src/blog/rain.md")

    assert {key: defaults[key] for key in ("layout", "lang", "section")} == {
        "layout": "post", "lang": "km", "section": "local",
    }  # fmt: skip
    assert "section" not in site.defaults("src/blog/storm.md")
    assert list(site.tags_of(note("src/blog/rain.md", tags=["storm", "posts"])) or ()) == ["posts", "storm"]


def test_a_changed_data_file_is_read_again(tmp_path: Path) -> None:
    file = write(tmp_path, "src/blog/blog.json", '{"lang": "km"}')
    site = eleventy(tmp_path)
    assert site.defaults("src/blog/rain.md") == {"lang": "km"}
    file.write_text('{"lang": "en"}')
    os.utime(file, ns=(1, 1))
    assert site.defaults("src/blog/rain.md") == {"lang": "en"}
    file.unlink()
    assert site.defaults("src/blog/rain.md") == {}


def test_hostile_data_files_say_nothing(tmp_path: Path) -> None:
    secret = write(tmp_path, "secret.json", '{"title": "secret"}')
    (tmp_path / "site/src/blog").mkdir(parents=True)
    (tmp_path / "site/src/blog/blog.json").symlink_to(secret)
    write(tmp_path, "site/src/src.json", "[" * 5000)
    assert eleventy(tmp_path / "site").defaults("src/blog/rain.md") == {}


def test_the_address_of_the_site_stands_in_its_data(tmp_path: Path) -> None:
    assert eleventy(tmp_path).url == ""
    write(tmp_path, "src/_data/metadata.json", '{"url": "https://paper.example/"}')
    assert eleventy(tmp_path).url == "https://paper.example"


def test_newsbell_reads_a_post_as_eleventy_does(tmp_path: Path) -> None:
    write(tmp_path, "src/_data/metadata.json", '{"url": "https://paper.example/"}')
    write(tmp_path, "src/blog/blog.json", '{"tags": "posts", "permalink": "/news/{{ page.fileSlug }}/"}')
    site = eleventy(tmp_path)

    post = post_at(site, "src/blog/2024-11-07-rain.md")
    unwritten = post_at(site, "src/blog/a.md", "title: A\npermalink: false")
    uncollected = post_at(site, "src/blog/b.md", "title: B\neleventyExcludeFromCollections: true")

    assert post.url == "https://paper.example/news/rain/"
    assert post.tags == ("posts",)
    assert post.published_at is not None
    assert unwritten.visibility is uncollected.visibility is Visibility.DRAFT
