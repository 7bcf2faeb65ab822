"""`newsbell check` counts what it read, and tells what to mend and what it guessed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from bot.cli import newsbell
from bot.cli.ending import ended
from tests.cli.conftest import Shell

ROOT = Path(__file__).resolve().parents[2]


def test_every_file_is_counted_for_what_it_is(shell: Shell) -> None:
    shell.write("one.md")
    shell.write("two.md")
    shell.write("plain.md", "Just text.\n")

    code, said = shell("check")

    assert code == 0
    assert said.startswith("3 files below posts: 2 posts (2 public) + 1 without front matter, so no post\n")


def test_the_counts_add_up(shell: Shell) -> None:
    shell.write("a.md")
    shell.write("copy.md", (shell.posts / "a.md").read_text())  # a post with a problem
    shell.write("later.md", date="2099-01-01T00:00:00Z")
    for state in ("draft: true", "unlisted: true", "expiryDate: 2020-01-01", "newsbell: false"):
        shell.write(f"{state.split(':')[0]}.md", f"---\ntitle: A\n{state}\n---\nText.\n")
    shell.write("half.md", "---\ntitle: Half")
    shell.write("plain.md", "Just text.\n")
    shell.write("README.md")
    (shell.posts / "away.md").symlink_to("/nowhere/at-all.md")
    (shell.posts / "elsewhere").symlink_to(shell.home)

    said = shell("check")[1]
    report = json.loads(shell("check", "--json")[1])

    assert report["files"] == report["posts"] + report["unreadable"] + report["without_front_matter"] == 10
    assert report["posts"] == sum(report["by_state"].values()) == 7
    assert set(report["by_state"]) == {"public", "scheduled", "draft", "unlisted", "expired", "excluded"}
    assert [problem["path"] for problem in report["problems"]] == ["away.md", "copy.md", "elsewhere", "half.md"]
    assert said.startswith(
        "10 files below posts: 7 posts (2 public, 1 draft, 1 excluded, 1 expired, 1 scheduled, 1 unlisted)"
        " + 2 that can't be read + 1 without front matter, so no post\n"
    )
    assert "✗ 4 problems to mend" in said


def test_a_linked_folder_is_named_with_what_to_do(shell: Shell) -> None:
    shell.write("a.md")
    (shell.home / "elsewhere").mkdir()
    (shell.home / "elsewhere" / "b.md").write_text("---\ntitle: B\n---\nText.\n")
    (shell.posts / "linked").symlink_to("../elsewhere")

    code, said = shell("check")

    assert code == 1
    assert f"✗ linked  this folder is a link to {shell.home / 'elsewhere'}; newsbell does not follow links" in said
    assert "    -> move the posts here, or watch that folder\n" in said
    assert "✗ linked  this folder is a link" in shell("check", "linked")[1]
    assert "– linked/b.md  is no post of this folder: linked is a link" in shell("check", "linked/b.md")[1]
    assert shell("once")[0] == 1
    assert "✗ linked  this folder is a link" in shell("status")[1]


def test_posts_in_html_are_named_in_one_line(shell: Shell) -> None:
    shell.settings.setenv("NEWSBELL_POSTS", "site")
    (shell.home / "site" / "_posts").mkdir(parents=True)
    (shell.home / "site" / "_config.yml").write_text("url: https://paper.example\n")
    for path, text in {
        "_posts/2020-01-01-rain.html": "---\ntitle: Rain\n---\n<p>It rained.</p>",
        "_posts/2020-01-02-snow.html": "\ufeff---\r\ntitle: Snow\r\n---\r\n<p>It snowed.</p>",
        "_posts/2020-01-03-plain.html": "<p>No front matter.</p>",
        "_posts/undated.html": "---\ntitle: Ignored by Jekyll\n---\n",
        "about.html": "---\ntitle: A page\n---\n",
        "_posts/2020-01-04-wind.md": "---\ntitle: Wind\n---\nIt blew.\n",
    }.items():
        (shell.home / "site" / path).write_text(text, newline="")

    code, said = shell("check")
    report = json.loads(shell("check", "--json")[1])

    assert code == 0
    assert said.startswith("1 file below site: 1 post (1 public)\n")
    line = "! 2 posts in .html  not read, for newsbell reads Markdown only; such as _posts/2020-01-01-rain.html\n"
    assert line in said
    assert report["html"] == {"files": 2, "example": "_posts/2020-01-01-rain.html"}
    assert ".html  not read" not in shell("check", "site/_posts/2020-01-04-wind.md")[1]


def test_only_what_readers_come_to_needs_a_link(shell: Shell) -> None:
    shell.write("draft.md", "---\ntitle: A\ndraft: true\n---\nText.\n")

    assert json.loads(shell("check", "--json")[1])["without_link"] is None
    shell.write("public.md", "---\ntitle: B\n---\nText.\n")
    without = json.loads(shell("check", "--json")[1])["without_link"]
    assert (without["posts"], without["example"]["path"]) == (1, "public.md")


def test_a_guess_is_a_warning_with_its_line_and_no_fault(shell: Shell) -> None:
    shell.write("twice.md", "---\ntitle: One\ncategory: NATIONAL\ntitle: Two\n---\nText.\n")

    code, said = shell("check")

    assert code == 0
    assert "! twice.md:2  title stands more than once in the front matter; the last one counts" in said
    report = json.loads(shell("check", "--json")[1])
    assert report["problems"] == []
    assert report["warnings"] == [
        {
            "path": "twice.md",
            "line": 2,
            "what": "title stands more than once in the front matter; the last one counts",
        }
    ]


def test_two_files_that_are_one_post_are_named_both(shell: Shell) -> None:
    shell.write("a.md")
    shell.write("b.md", (shell.posts / "a.md").read_text())

    code, said = shell("check")

    assert code == 1
    assert "✗ b.md:1  this is the same post as a.md: both have the code A and the language en" in said


def test_what_the_walk_could_not_follow_is_a_problem(shell: Shell) -> None:
    shell.write("one.md")
    (shell.posts / "away.md").symlink_to("/nowhere/at-all.md")

    code, said = shell("check")

    assert code == 1
    assert "✗ away.md  the link leads to no file inside the posts folder\n    -> " in said
    assert shell("check", str(shell.posts / "one.md"))[0] == 0


# --- what is understood ----------------------------------------------------------------------------------------------


def test_each_rule_of_links_has_its_count_and_an_example(shell: Shell) -> None:
    for name in ("a.md", "b.md"):
        shell.write(name)
    shell.write("c.md", "---\ntitle: None\n---\nText.\n")

    said = shell("check")[1]
    report = json.loads(shell("check", "--json")[1])

    assert "    origin_url: 2 posts, such as a.md\n        -> https://example.org/national/a\n" in said
    assert "    none: 1 post, c.md\n        their front matter has no origin_url or permalink" in said
    example = {"path": "a.md", "url": "https://example.org/national/a"}
    assert report["links"] == {"origin_url": {"posts": 2, "example": example}}
    assert report["without_link"]["posts"] == 1
    assert report["without_link"]["example"]["path"] == "c.md"


def test_the_generator_is_named_with_what_was_taken_from_it(shell: Shell) -> None:
    shell.settings.setenv("NEWSBELL_POSTS", "site/_posts")
    shell.settings.setenv("NEWSBELL_TIMEZONE", "Asia/Phnom_Penh")
    folder = shell.home / "site"
    (folder / "_posts").mkdir(parents=True)
    (folder / "_config.yml").write_text("url: https://paper.example\ntimezone: Asia/Tokyo\nlang: km\n")
    (folder / "_posts" / "2024-11-07-rain.md").write_text("---\ntitle: Rain\n---\nIt rained.\n")

    said = shell("check")[1]
    site = json.loads(shell("check", "--json")[1])["site"]

    assert f"Site: Jekyll, by {(folder / '_config.yml').resolve()}\n" in said
    assert "    address    https://paper.example (_config.yml)\n" in said
    assert "    time zone  Asia/Phnom_Penh (NEWSBELL_TIMEZONE; _config.yml says Asia/Tokyo)\n" in said
    assert "    Jekyll: 1 post, 2024-11-07-rain.md\n        -> https://paper.example/2024/11/07/rain.html\n" in said
    assert (site["generator"], site["address"]["value"]) == ("Jekyll", "https://paper.example")


def test_spellings_of_one_category_are_counted_together(shell: Shell) -> None:
    for name, category in (("a", "Infrastructure"), ("b", "Infrastructure"), ("c", "infrastructure"), ("d", "SPORT")):
        shell.write(f"{name}.md", category=category)

    assert json.loads(shell("check", "--json")[1])["by_category"] == {"Infrastructure": 3, "SPORT": 1}


def test_a_post_with_a_date_to_come_is_scheduled(shell: Shell) -> None:
    shell.write("a.md", date="2099-01-01T00:00:00Z")
    shell.write("b.md", "---\ntitle: Draft\ndraft: true\n---\nText.\n")

    report = json.loads(shell("check", "--json")[1])

    assert report["by_state"] == {"scheduled": 1, "draft": 1}
    assert report["posts"] == 2


# --- what is to be mended --------------------------------------------------------------------------------------------


def test_a_problem_shows_its_line_without_what_a_terminal_would_obey(shell: Shell) -> None:
    shell.write("a.md", "---\nlayout: post\ntitle: Rain: \x1b[31mmore\n---\nText.\n")

    code, said = shell("check")

    assert code == 1
    assert "✗ a.md:3  title has a" in said
    assert "\n    title: Rain: \ufffd[31mmore\n               ^\n" in said
    assert "\x1b" not in said


def test_equal_problems_are_told_in_full_once_and_named_all(shell: Shell) -> None:
    for number in range(9):
        shell.write(f"{number}.md", "---\ntitle: Half")

    said = shell("check")[1]

    assert said.count("-> add a line --- below the last key") == 3
    assert "✗ the same in 6 more:\n    3.md:1\n" in said
    assert all(f"{number}.md:1" in said for number in range(9))
    assert shell("check", "--all")[1].count("-> add a line --- below the last key") == 9
    assert len(json.loads(shell("check", "--json")[1])["problems"]) == 9


def test_a_guess_about_many_files_is_told_once(shell: Shell) -> None:
    for number in range(9):
        shell.write(f"{number}.md", f"---\ntitle: P\nimage: /img/{number}.jpg\n---\nText.\n")

    said = shell("check")[1]

    assert said.count("is not in the site's folder") == 1
    assert "! in 9 files  the picture " in said
    assert "    and 6 more (--all)\n" in said
    assert shell("check", "--all")[1].count("is not in the site's folder") == 9
    assert len(json.loads(shell("check", "--json")[1])["warnings"]) == 9


# --- what was asked for ----------------------------------------------------------------------------------------------


def test_files_and_folders_can_be_named_from_here_and_from_the_posts_folder(shell: Shell) -> None:
    for name in ("a.md", "sport/b.md", "sport/c.md", "national/d.md"):
        shell.write(name)

    assert shell("check", "posts/sport")[1].startswith("2 files below posts: 2 posts (2 public)\n")
    assert shell("check", "sport", "a.md", "posts/a.md")[1].startswith("3 files below posts: 3 posts (3 public)\n")
    assert shell("check", "posts")[1].startswith("4 files below posts: 4 posts (4 public)\n")


def test_what_is_no_post_is_said(shell: Shell) -> None:
    shell.write("README.md")
    shell.write("notes.txt")
    shell.write("empty/.keep")

    code, said = shell("check", "posts/README.md", "notes.txt", "empty")

    assert code == 0
    assert said.startswith("0 files below posts: 0 posts\n")
    assert "– README.md  is no post by its name; posts end in .md, .markdown or .mdx" in said
    assert "– notes.txt  is no post by its name" in said
    assert "– empty  no post lies in this folder" in said


def test_paths_outside_the_folder_and_of_nothing_are_mistakes_of_usage(shell: Shell) -> None:
    outside = shell.home / "elsewhere.md"
    outside.write_text("---\ntitle: A\n---\n")

    assert "elsewhere.md lies outside the posts folder" in _refused(shell, str(outside))
    assert "lies outside the posts folder" in _refused(shell, "..")
    assert "nothing.md: there is no such file or folder" in _refused(shell, "nothing.md")


def _refused(shell: Shell, path: str) -> str:
    code, said = shell("check", path)
    assert code == 2
    return said


def test_json_stands_alone_on_the_standard_output(shell: Shell) -> None:
    shell.settings.setenv("NEWSBELL_NONSENSE", "1")
    shell.write("a.md", "---\ntitle: Half")

    ended(newsbell, ["check", "--json"])
    said = shell.capture.readouterr()

    assert len(json.loads(said.out)["problems"]) == 1
    assert "NEWSBELL_NONSENSE" in said.err


def test_an_interruption_ends_it_politely(shell: Shell) -> None:
    shell.write("a.md")

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    shell.settings.setattr("bot.cli.check.take", interrupted)

    code, said = shell("check", "--json")

    assert code != 0
    assert said.strip() == "Stopped."


def test_colours_are_left_out_where_nobody_wants_them(shell: Shell) -> None:
    shell.write("a.md", "---\ntitle: Half")
    program = "import sys; sys.stdout.isatty = sys.stderr.isatty = lambda: True; from bot.cli import main; main()"

    def said(**wishes: str) -> str:
        settings = {"NEWSBELL_POSTS": str(shell.posts), "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", program, "check"]
        done = subprocess.run(command, cwd=shell.home, env=settings | wishes, capture_output=True, check=False)
        return done.stdout.decode()

    assert "\x1b[31m✗ a.md:1\x1b[0m" in said()
    assert "\x1b" not in said(NO_COLOR="1")
