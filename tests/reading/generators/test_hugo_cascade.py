"""What Hugo's sections, and its configuration, give to the posts below them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.models import Visibility
from bot.reading.generators.hugo import Hugo
from bot.reading.generators.hugo_cascade import matches
from tests.reading.generators.sites import post_at, write

RAIN = "content/posts/2024/rain.md"


def hugo(root: Path, **config: object) -> Hugo:
    return Hugo(root=root, config={"baseURL": "https://paper.example/", **config})


def section(root: Path, cascade: str, folder: str = "content/posts", name: str = "_index.md") -> Path:
    """A section's file with this cascade, in YAML."""
    return write(root, f"{folder}/{name}", f"---\ntitle: Posts\ncascade: {cascade}\n---\n")


@pytest.mark.parametrize(
    "front",
    [
        "---\ncascade:\n  draft: true\n---\n",
        "---\nCascade:\n  - Draft: true\n---\n",
        "---\ncascade:\n  - target: {path: /posts/**}\n    draft: true\n---\n",
        "---\ncascade:\n  - _target: {kind: page, lang: en, environment: production}\n    draft: true\n---\n",
        "---\ncascade:\n  target: [{kind: section}, {kind: page}]\n  draft: true\n---\n",
        "---\ncascade: {build: {render: never}}\n---\n",
        "+++\n[cascade]\ndraft = true\n+++\n",
        "+++\n[[cascade]]\ndraft = true\n[cascade.target]\npath = '{/news/**,/posts/**}'\n+++\n",
        '{"cascade": {"draft": true}}\n',
        '{"cascade": [{"target": {"path": "/posts/2024/*"}, "draft": true}]}\n',
    ],
)
def test_a_section_makes_drafts_of_its_pages(tmp_path: Path, front: str) -> None:
    write(tmp_path, "content/posts/_index.md", front)
    assert post_at(hugo(tmp_path), RAIN).visibility is Visibility.DRAFT
    assert post_at(hugo(tmp_path), "content/other/rain.md").visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    "target",
    [
        "{path: /news/**}",
        "{path: /posts/*}",
        "{path: /posts/**, kind: home}",
        "{kind: section}",
        "{lang: km}",
        "{environment: development}",
        "[{kind: term}, {lang: fr}]",
    ],
)
def test_a_target_that_is_not_the_post_gives_it_nothing(tmp_path: Path, target: str) -> None:
    section(tmp_path, f"{{draft: true, target: {target}}}")
    assert post_at(hugo(tmp_path), RAIN).visibility is Visibility.PUBLIC


def test_the_nearer_section_wins_and_the_post_itself_over_all(tmp_path: Path) -> None:
    section(tmp_path, "{categories: [Site], tags: [site], silent: true}", "content")
    section(tmp_path, "{categories: [Posts], tags: [posts]}")
    section(tmp_path, "{categories: [Year]}", "content/posts/2024")
    post = post_at(hugo(tmp_path, cascade={"tags": ["x"], "breaking": True}), RAIN, "title: Rain\nsilent: false")
    assert (post.categories, post.tags) == (("Year",), ("posts",))
    assert (post.overrides.silent, post.overrides.breaking) == (False, True)


def test_params_are_joined_key_by_key(tmp_path: Path) -> None:
    section(tmp_path, "{params: {cover: https://x.example/site.jpg, breaking: true}}", "content")
    section(tmp_path, "{params: {cover: https://x.example/posts.jpg}}")
    post = post_at(hugo(tmp_path), RAIN, "title: Rain\nparams: {silent: true}")
    assert (post.overrides.silent, post.overrides.breaking) == (True, True)
    assert [picture.url for picture in post.pictures] == ["https://x.example/posts.jpg"]


def test_the_first_entry_of_a_list_wins(tmp_path: Path) -> None:
    section(tmp_path, "[{target: {path: /posts/**}, categories: [A]}, {categories: [B], tags: [b]}]")
    post = post_at(hugo(tmp_path), RAIN)
    assert (post.categories, post.tags) == (("A",), ("b",))


def test_the_configuration_has_one_for_each_language(tmp_path: Path) -> None:
    languages = {"en": {}, "km": {"cascade": {"draft": True}}}
    site = hugo(tmp_path, languages=languages, cascade=[{"categories": ["News"]}])
    assert post_at(site, RAIN).categories == ("News",)
    assert post_at(site, "content/posts/rain.km.md").visibility is Visibility.DRAFT
    assert post_at(site, RAIN).visibility is Visibility.PUBLIC


def test_a_section_speaks_for_its_own_language(tmp_path: Path) -> None:
    site = hugo(tmp_path, languages={"en": {}, "km": {}})
    section(tmp_path, "{categories: [News]}")
    section(tmp_path, "{categories: [ព័ត៌មាន]}", name="_index.km.md")
    assert post_at(site, "content/posts/rain.md").categories == ("News",)
    assert post_at(site, "content/posts/rain.km.md").categories == ("ព័ត៌មាន",)


def test_a_mounted_folder_lies_below_the_sections_of_its_target(tmp_path: Path) -> None:
    mounts = [{"source": "content", "target": "content"}, {"source": "wire", "target": "content/posts/wire"}]
    site = hugo(tmp_path, module={"mounts": mounts})
    section(tmp_path, "{categories: [News]}")
    section(tmp_path, "{tags: [wire]}", "wire")
    post = post_at(site, "wire/rain.md")
    assert (post.categories, post.tags) == (("News",), ("wire",))


def test_a_change_counts_for_the_next_post_that_is_read(tmp_path: Path) -> None:
    file = section(tmp_path, "{categories: [Rain]}")
    assert post_at(hugo(tmp_path), RAIN).categories == ("Rain",)
    section(tmp_path, "{categories: [Snow]}")
    os.utime(file, ns=(1, 1))
    assert post_at(hugo(tmp_path), RAIN).categories == ("Snow",)
    file.unlink()
    assert post_at(hugo(tmp_path), RAIN).categories == ()


def test_a_section_that_can_t_be_read_is_doubted_and_the_post_stands(tmp_path: Path) -> None:
    write(tmp_path, "content/posts/_index.md", '---\ntitle: "Posts\ncascade: {draft: true}\n---\n')
    post = post_at(hugo(tmp_path), RAIN)
    assert post.visibility is Visibility.PUBLIC
    [warning] = post.warnings
    assert warning.startswith("content/posts/_index.md:")
    assert "its cascade is left out" in warning


def test_what_lies_outside_the_site_is_not_read(tmp_path: Path) -> None:
    site = hugo(tmp_path / "site")
    secret = section(tmp_path, "{categories: [Secret]}", "other")
    (tmp_path / "site/content/posts").mkdir(parents=True)
    (tmp_path / "site/content/posts/_index.md").symlink_to(secret)
    (tmp_path / "site/content/_index.md").mkdir()
    assert post_at(site, RAIN).categories == ()


@pytest.mark.parametrize("cascade", ["[]", "x", "[x, 7, [], null]", "{target: 7}", "[{target: {path: [[]]}}]", "null"])
def test_a_cascade_in_another_shape_gives_nothing(tmp_path: Path, cascade: str) -> None:
    section(tmp_path, cascade)
    post = post_at(hugo(tmp_path), RAIN)
    assert (post.visibility, post.warnings) == (Visibility.PUBLIC, ())


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("/posts/rain", "/posts/*", True),
        ("/posts/2024/rain", "/posts/*", False),
        ("/posts/2024/rain", "/posts/**", True),
        ("/posts", "/posts/**", False),
        ("/posts/rain", "/POSTS/r?in", True),
        ("/posts/rain", "**/rain", True),
        ("/posts/rain", "{/news,/posts}/**", True),
        ("/posts/rain", "/posts/[a-r]ain", True),
        ("/posts/rain", "/posts/[!r]ain", False),
        ("/posts/rain", "", False),
        ("/a" * 500, "**a" * 200 + "b", False),
    ],
)
def test_patterns_name_whole_paths(text: str, pattern: str, expected: bool) -> None:
    assert matches(text, pattern) is expected
