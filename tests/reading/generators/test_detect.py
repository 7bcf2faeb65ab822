"""The nearest configuration file says which generator a site has."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reading.generators.detect import find_generator
from bot.reading.generators.generator import NO_GENERATOR
from tests.reading.generators.sites import write

URL = "https://paper.example"


@pytest.mark.parametrize(
    ("file", "text", "name"),
    [
        ("_config.yml", f"url: {URL}", "Jekyll"),
        ("_config.yaml", "", "Jekyll"),
        ("_config.toml", f'url = "{URL}"', "Jekyll"),
        ("_config.yml", "permalink: pretty\nfuture: true", "Jekyll"),
        ("_config.yml", "source_dir: source", "Hexo"),
        ("_config.yml", "new_post_name: :title.md", "Hexo"),
        ("hugo.toml", "", "Hugo"),
        ("hugo.yaml", "title: x", "Hugo"),
        ("hugo.yml", "title: x", "Hugo"),
        ("hugo.json", "{}", "Hugo"),
        ("hugo.toml", "a = = b", "Hugo"),
        ("config/_default/hugo.toml", "", "Hugo"),
        ("config/_default/config.yaml", "", "Hugo"),
        ("config.toml", f'baseURL = "{URL}"', "Hugo"),
        ("config.toml", f'baseurl = "{URL}"', "Hugo"),
        ("config.yaml", f"baseURL: {URL}", "Hugo"),
        ("config.json", f'{{"baseURL": "{URL}"}}', "Hugo"),
        ("config.toml", f'base_url = "{URL}"', "Zola"),
        ("config.toml", f'base_url = "{URL}"\nbroken = = x', "Zola"),
        ("config.toml", f'baseURL = "{URL}"\nbroken = = x', "Hugo"),
        ("config.toml", "debug = true", ""),
        ("config.json", '{"base_url": "x"}', ""),
        ("docusaurus.config.js", "", "Docusaurus"),
        ("docusaurus.config.ts", "", "Docusaurus"),
        ("docusaurus.config.mjs", "", "Docusaurus"),
        ("docusaurus.config.cjs", "", "Docusaurus"),
        ("mkdocs.yml", "x: !!python/name:os.system", "MkDocs"),
        ("mkdocs.yaml", "", "MkDocs"),
        (".eleventy.js", "", "Eleventy"),
        ("eleventy.config.js", "", "Eleventy"),
        ("eleventy.config.cjs", "", "Eleventy"),
        ("eleventy.config.mjs", "", "Eleventy"),
        ("eleventy.config.ts", "", "Eleventy"),
        ("astro.config.mjs", "", "Astro"),
        ("astro.config.ts", "", "Astro"),
    ],
)
def test_a_file_means_a_generator(tmp_path: Path, file: str, text: str, name: str) -> None:
    (tmp_path / ".git").mkdir()
    write(tmp_path, file, text)
    found = find_generator(tmp_path)
    assert found.name == name
    if name:
        assert (found.root, found.prefix, found.file) == (tmp_path.resolve(), "", file)


def test_a_package_tells_hexo_from_jekyll(tmp_path: Path) -> None:
    write(tmp_path, "_config.yml", f"url: {URL}")
    write(tmp_path, "package.json", '{"dependencies": {"hexo": "^7"}}')
    assert find_generator(tmp_path).name == "Hexo"
    write(tmp_path, "package.json", '{"dependencies": {"prettier": "^3"}}')
    assert find_generator(tmp_path).name == "Jekyll"


def test_a_folder_above_is_looked_in_and_the_way_down_is_known(tmp_path: Path) -> None:
    write(tmp_path, "_config.yml", f"url: {URL}")
    posts = tmp_path / "news" / "_posts"
    posts.mkdir(parents=True)
    found = find_generator(posts)
    assert (found.name, found.root, found.prefix) == ("Jekyll", tmp_path.resolve(), "news/_posts")
    assert found.url == URL


def test_the_nearest_one_wins(tmp_path: Path) -> None:
    write(tmp_path, "mkdocs.yml")
    write(tmp_path, "site/_config.yml")
    (tmp_path / "site" / "_posts").mkdir()
    assert find_generator(tmp_path / "site" / "_posts").name == "Jekyll"


def test_links_are_followed_first(tmp_path: Path) -> None:
    write(tmp_path, "site/_config.yml")
    (tmp_path / "site" / "_posts").mkdir()
    (tmp_path / "posts").symlink_to(tmp_path / "site" / "_posts")
    assert find_generator(tmp_path / "posts").prefix == "_posts"


@pytest.mark.parametrize("watched", ["current/_posts", "posts"])
def test_the_root_is_where_the_links_lead_by_now(tmp_path: Path, watched: str) -> None:
    for number in ("1", "2"):
        write(tmp_path, f"releases/{number}/_config.yml")
        (tmp_path / f"releases/{number}/_posts").mkdir()
    (tmp_path / "current").symlink_to("releases/1")
    (tmp_path / "posts").symlink_to("releases/1/_posts")
    generator = find_generator(tmp_path / watched)
    assert generator.prefix == "_posts"

    for link, place in (("current", "releases/2"), ("posts", "releases/2/_posts")):
        (tmp_path / link).unlink()
        (tmp_path / link).symlink_to(place)

    assert generator.root
    assert generator.root.resolve() == (tmp_path / "releases/2").resolve()


def test_nothing_is_looked_at_above_a_repository(tmp_path: Path) -> None:
    write(tmp_path, "_config.yml")
    posts = tmp_path / "repository" / "posts"
    posts.mkdir(parents=True)
    assert find_generator(posts).name == "Jekyll"
    (tmp_path / "repository" / ".git").touch()  # a file in a worktree
    assert find_generator(posts) is NO_GENERATOR
    write(tmp_path, "repository/hugo.toml")
    assert find_generator(posts).name == "Hugo"


def test_nothing_is_looked_at_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (home / "posts").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    write(home, "_config.yml")
    write(tmp_path, "_config.yml")
    assert find_generator(home / "posts") is NO_GENERATOR
    assert find_generator(home).root == home.resolve()


def test_a_folder_that_is_not_there_or_a_ring_of_links_is_no_site(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "ring").symlink_to(tmp_path / "ring")
    (tmp_path / "_config.yml").mkdir()
    for folder in (tmp_path / "none", tmp_path / "ring", tmp_path):
        assert find_generator(folder) is NO_GENERATOR


def test_what_can_t_be_read_is_told(tmp_path: Path) -> None:
    write(tmp_path, "_config.yml", "title: a: b")
    [doubt] = find_generator(tmp_path).doubts
    assert doubt.startswith("_config.yml:1: ")


@pytest.mark.parametrize("file", ["_config.yml", "hugo.yaml"])
def test_a_time_zone_that_does_not_exist_is_told(tmp_path: Path, file: str) -> None:
    write(tmp_path, file, "timeZone: Phnom Penh" if file.startswith("hugo") else "timezone: Phnom Penh")
    found = find_generator(tmp_path)
    assert found.timezone == ""
    assert found.doubts == (
        f'{file}: "Phnom Penh" is no time zone, so NEWSBELL_TIMEZONE counts, or UTC; write one like Asia/Phnom_Penh',
    )
