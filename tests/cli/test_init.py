"""`newsbell init` without a terminal: by options, and by what can be guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Shell


@pytest.fixture
def bare(shell: Shell) -> Shell:
    """Nothing is set, and a site of Jekyll lies there."""
    shell.settings.delenv("NEWSBELL_POSTS")
    shell.write("_posts/2024-11-07-rain.md")
    config = "url: https://news.example\ntimezone: Asia/Phnom_Penh\nlang: km\n"
    (shell.posts / "_config.yml").write_text(config, encoding="utf-8")
    return shell


def env(shell: Shell) -> str:
    file = shell.home / ".env"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_without_a_terminal_it_names_the_options_that_are_missing(bare: Shell) -> None:
    code, said = bare("init", "--posts", "posts/_posts", "--no-discord")
    assert code == 2
    assert "missing: --site-url, --timezone, --language, --telegram-token or --no-telegram. Or --yes" in said
    assert env(bare) == ""


def test_what_the_site_says_itself_is_not_written_down_again(bare: Shell) -> None:
    code, said = bare("init", "--posts", "posts/_posts", "--yes")
    assert code == 0
    assert f"✓ 1 file of Jekyll, by {bare.posts}/_config.yml; newsbell check reads them" in said
    assert env(bare) == "NEWSBELL_POSTS=posts/_posts\n"
    assert "Next: newsbell run. Without a token its console shows in a browser what it would send." in said


def test_options_are_written_and_what_stands_is_kept(bare: Shell) -> None:
    (bare.home / ".env").write_text("OTHER=mine\nNEWSBELL_LANGUAGE=en\n", encoding="utf-8")
    words = ("--site-url", "https://paper.example/", "--timezone", "Asia/Bangkok", "--language", "km")
    code, said = bare("init", "--posts", "posts", *words, "--no-telegram", "--no-discord")
    assert code == 0, said
    assert "NEWSBELL_LANGUAGE=km (in the place of another)" in said
    assert env(bare).splitlines() == [
        "OTHER=mine",
        "NEWSBELL_LANGUAGE=km",
        "NEWSBELL_POSTS=posts",
        "NEWSBELL_SITE_URL=https://paper.example/",
        "NEWSBELL_TIMEZONE=Asia/Bangkok",
    ]
    code, said = bare("init", "--posts", "posts", *words, "--no-telegram", "--no-discord")
    assert ".env stays as it is." in said


def test_the_environment_goes_first_and_is_not_written_down(bare: Shell) -> None:
    bare.settings.setenv("NEWSBELL_POSTS", "posts/_posts")
    code, said = bare("init", "--posts", "elsewhere", "--yes")
    assert (code, env(bare)) == (0, "")
    assert ".env stays as it is." in said


@pytest.mark.parametrize(
    ("words", "code", "fault"),
    [
        (("--posts", "nowhere"), 1, "nowhere does not exist"),
        (("--posts", "posts", "--timezone", "Mars"), 2, "NEWSBELL_TIMEZONE: is no time zone"),
        (("--posts", "posts", "--site-url", "news"), 2, "NEWSBELL_SITE_URL: "),
        (("--posts", "posts", "--telegram-token", "secret!"), 2, "TELEGRAM_BOT_TOKEN: does not look like a token"),
    ],
)
def test_a_wrong_answer_writes_nothing_and_is_named(bare: Shell, words: tuple[str, ...], code: int, fault: str) -> None:
    given, said = bare("init", *words, "--yes")
    assert (given, env(bare)) == (code, "")
    assert fault in said
    assert "secret!" not in said


def test_a_folder_without_posts_is_taken_with_a_warning(shell: Shell) -> None:
    shell.settings.delenv("NEWSBELL_POSTS")
    code, said = shell("init", "--posts", "posts", "--yes")
    assert code == 0
    assert f"! no post was found below {shell.posts}" in said
    assert env(shell) == "NEWSBELL_POSTS=posts\n"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("/opt/news bell/bin/newsbell", "'/opt/news bell/bin/newsbell'"),
        (".venv/bin/newsbell", ".venv/bin/newsbell"),
        ("{here}/.venv/bin/newsbell", ".venv/bin/newsbell"),
        ("/usr/bin/pytest", "newsbell"),
    ],
)
def test_the_next_step_is_typed_as_this_one_was(bare: Shell, typed: str, shown: str) -> None:
    bare.settings.setenv("NEWSBELL_ADMINS", "telegram:1")
    bare.settings.setattr("sys.argv", [typed.format(here=Path.cwd())])
    _, said = bare("init", "--posts", "posts", "--yes")
    assert f"Next: {shown} run. Operators there are already: {shown} operators list" in said


def test_who_has_newsbell_on_the_path_types_its_name(bare: Shell, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "newsbell"
    program.parent.mkdir()
    program.touch(mode=0o755)
    bare.settings.setenv("PATH", str(program.parent))
    bare.settings.setattr("sys.argv", [str(program)])
    _, said = bare("init", "--posts", "posts", "--yes")
    assert "Next: newsbell run. Without a token" in said


def test_where_there_are_operators_nobody_is_invited(bare: Shell) -> None:
    bare.settings.setenv("NEWSBELL_ADMINS", "telegram:1")
    _, said = bare("init", "--posts", "posts", "--yes")
    assert "Next: newsbell run. Operators there are already: newsbell operators list" in said


def test_a_telegram_that_cannot_be_reached_writes_nothing(bare: Shell) -> None:
    bare.settings.setenv("TELEGRAM_API_URL", "http://127.0.0.1:9")
    token = "123456789:AAF-a-token-that-nobody-knows-000000000"
    code, said = bare("init", "--posts", "posts", "--telegram-token", token, "--yes")
    assert (code, env(bare)) == (1, "")
    assert (
        "Telegram: Telegram can't be reached (http://127.0.0.1:9); is that server up, and is TELEGRAM_API_URL right?"
        in said
    )
    assert "nothing was written" in said
    assert token not in said
