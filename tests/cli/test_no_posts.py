"""Folders without posts, files that the site itself leaves out, and what `check` and `once` say of them."""

from __future__ import annotations

import json

from bot.cli.nothing import RULES
from bot.reading.generators import detect  # noqa: F401 - knows all generators
from bot.reading.generators.generator import Generator
from tests.cli.conftest import Shell


def test_an_empty_folder_is_no_success(shell: Shell) -> None:
    code, said = shell("check")

    assert code == 1
    assert f"! no post was found below {shell.posts}\n" in said
    assert "! no Markdown file lies there; let NEWSBELL_POSTS name the folder in which your posts lie\n" in said
    assert said.endswith("! no post to send\n")
    assert "nothing to mend" not in said
    assert json.loads(shell("check", "--json")[1])["nothing"][0] == f"no post was found below {shell.posts}"


def test_files_that_the_generator_does_not_take_are_told_with_its_rule_and_what_to_set(shell: Shell) -> None:
    (shell.posts / "astro.config.mjs").write_text("export default {}\n")
    shell.write("src/blog/a.md")
    shell.write("src/blog/2024/b.md")
    shell.write("src/README.md")

    code, said = shell("check")

    assert code == 1
    assert "! 3 Markdown files lie there and are not taken, such as src/README.md: this is a site of Astro, and" in said
    shell.write("src/README.md").unlink()
    assert f"! if these are your posts, set NEWSBELL_POSTS={shell.posts}/src/blog\n" in shell("check")[1]
    shell.settings.setenv("NEWSBELL_POSTS", f"{shell.posts}/src/blog")
    assert shell("check")[0] == 0


def test_files_without_front_matter_alone_are_no_success(shell: Shell) -> None:
    shell.write("plain.md", "Just text.\n")

    code, said = shell("check")

    assert code == 1
    assert "! 1 Markdown file lies there without front matter; a post begins with a line ---" in said
    assert shell("check", "plain.md")[0] == 0, "asked for by name, it is answered"


def test_every_generator_has_its_rule_in_words() -> None:
    kinds = [Generator]
    for kind in kinds:
        kinds += kind.__subclasses__()
    ours = [kind for kind in kinds if kind.__module__.startswith("bot.")]  # other tests have some of their own
    assert {kind.name for kind in ours if kind.name} == RULES.keys()


def test_a_misnamed_file_in_posts_is_a_warning_and_no_problem(shell: Shell) -> None:
    (shell.posts / "_config.yml").write_text("url: https://paper.example\n")
    for number in range(6):
        shell.write(f"_posts/rain-{number}.md")
    shell.write("_posts/2024-11-07-rain.md")

    code, said = shell("check")
    report = json.loads(shell("check", "--json")[1])

    assert code == 0
    assert "7 files below posts: 1 post (1 public) + 6 that Jekyll ignores\n" in said
    assert "! in 6 files  Jekyll ignores this file, for names in _posts must begin with a date; give it a name" in said
    assert said.endswith("✓ nothing to mend; 6 warnings\n")
    assert report["files"] == 7 == report["posts"] + report["ignored"]
    assert not report["problems"]

    code, said = shell("once")
    assert code == 0
    assert said.count("_posts/rain-0.md: Jekyll ignores this file") == 1
    assert "is no post: Jekyll ignores this file, for names in _posts" in shell("why", "_posts/rain-0.md")[1]
    assert "is no post: Jekyll ignores this file, for names in _posts" in shell("preview", "_posts/rain-0.md")[1]


def test_once_says_each_problem_once(shell: Shell) -> None:
    shell.write("old.md")
    assert shell("once")[0] == 0
    shell.write("broken.md", "---\ntitle: Foo: bar\n---\nText.\n")

    code, said = shell("once")

    assert code == 1
    assert said.count('has a ":" outside quotation marks') == 1
    assert "✗ broken.md:2  title has" in said
    assert "             ^\n" in said


def test_once_hints_at_a_folder_without_posts(shell: Shell) -> None:
    assert "no post was found in posts; newsbell check says what lies there, and why" in shell("once")[1]
    shell.write("a.md")
    assert "no post was found" not in shell("once")[1]
