"""A path alone says whether a file can be a post."""

from __future__ import annotations

import pytest

from bot.reading.paths import is_post_path, name_of, slug_of, stem_of, subjects_of


@pytest.mark.parametrize(
    "path",
    [
        "rain.md",
        "national/rain.md",
        "2026/11/rain.MD",
        "_posts/2026-11-03-rain.markdown",
        "_drafts/rain.mkd",
        "rain/index.md",
        "rain.km.md",
        "rain.mdx",
        "ភ្លៀង.md",
        "national/public/rain.md",
        "readme-first.md",
    ],
)
def test_markdown_files_may_be_posts(path: str) -> None:
    assert is_post_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "rain.txt",
        "rain",
        "md",
        ".md",
        "rain.md~",
        "rain.md.swp",
        ".rain.md",
        "~$rain.md",
        "#rain.md#",
        ".#rain.md",
        ".git/rain.md",
        "national/.trash/rain.md",
        "node_modules/x/rain.md",
        "_site/rain.md",
        "public/rain.md",
        "README.md",
        "national/Readme.km.md",
        "national/_index.md",
        "_index.km.md",
    ],
)
def test_other_files_may_not(path: str) -> None:
    assert not is_post_path(path)


@pytest.mark.parametrize(
    ("path", "name", "slug"),
    [
        ("rain.md", "rain", "rain"),
        ("national/2026-11-03-rain.km.md", "2026-11-03-rain", "rain"),
        ("2026-11-03-10-45-09-rain.md", "2026-11-03-10-45-09-rain", "rain"),
        ("rain/index.md", "rain", "rain"),
        ("2026-11-03-rain/index.km.md", "2026-11-03-rain", "rain"),
        ("index.md", "index", "index"),
        ("2026-11-03.md", "2026-11-03", "2026-11-03"),
    ],
)
def test_a_name_is_the_files_or_its_bundles_and_a_slug_has_no_date(path: str, name: str, slug: str) -> None:
    assert (name_of(path), slug_of(path)) == (name, slug)


@pytest.mark.parametrize(
    ("path", "stem", "subjects"),
    [
        ("rain.md", "rain", []),
        ("national/rain.km.md", "national/rain", ["national"]),
        ("national/rain/index.md", "national/rain", ["national"]),
        ("index.md", "index", []),
        ("Content/blog/2024/1/7/national/rain.md", "Content/blog/2024/1/7/national/rain", ["national"]),
        ("src/_posts/2024-11/2024/rain.md", "src/_posts/2024-11/2024/rain", []),
        ("1234567/rain.md", "1234567/rain", ["1234567"]),
    ],
)
def test_a_stem_has_the_folders_and_subjects_are_those_that_mean_something(
    path: str, stem: str, subjects: list[str]
) -> None:
    assert (stem_of(path), subjects_of(path)) == (stem, subjects)
