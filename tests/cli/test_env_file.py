"""What `newsbell init` writes: whole, readable by nobody else, and with everything in it that stood there."""

from __future__ import annotations

import io
from pathlib import Path

import click
import pytest
from dotenv import dotenv_values
from hypothesis import given
from hypothesis import strategies as some

from bot.cli.env_file import save
from bot.variables import rewritten

VALUES = some.text(some.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=20)
NAMES = some.sampled_from(["NEWSBELL_POSTS", "TELEGRAM_BOT_TOKEN", "OTHER"])


def read(text: str) -> dict[str, str | None]:
    return dict(dotenv_values(stream=io.StringIO(text), interpolate=False))


@given(some.dictionaries(NAMES, VALUES), some.dictionaries(NAMES, VALUES))
def test_what_is_written_is_read_and_all_else_stays(before: dict[str, str], after: dict[str, str]) -> None:
    assert read(rewritten(rewritten("", before), after)) == before | after


def test_a_variable_takes_the_place_of_its_old_line_and_unknown_lines_stay() -> None:
    text = "# mine\n\nexport NEWSBELL_POSTS=old # why\nOTHER='x'\nno assignment at all\nNEWSBELL_POSTS=older\n"
    assert rewritten(text, {"NEWSBELL_POSTS": "new", "NEWSBELL_LANGUAGE": "km"}) == (
        "# mine\n\nNEWSBELL_POSTS=new\nOTHER='x'\nno assignment at all\nNEWSBELL_LANGUAGE=km\n"
    )


def test_a_variable_comes_below_its_commented_out_example() -> None:
    text = "# The folder.\n#NEWSBELL_POSTS=examples/posts\n\n# More.\n#NEWSBELL_LANGUAGE=en"
    assert rewritten(text, {"NEWSBELL_LANGUAGE": "km", "NEWSBELL_POSTS": "/srv/my posts"}) == (
        "# The folder.\n#NEWSBELL_POSTS=examples/posts\nNEWSBELL_POSTS='/srv/my posts'\n\n# More.\n"
        "#NEWSBELL_LANGUAGE=en\nNEWSBELL_LANGUAGE=km\n"
    )


def test_a_file_that_would_say_otherwise_is_commented_out() -> None:
    text = "TELEGRAM_BOT_TOKEN_FILE=/run/token\nA_FILE=b\n"
    assert read(rewritten(text, {"TELEGRAM_BOT_TOKEN": "1:a"})) == {"A_FILE": "b", "TELEGRAM_BOT_TOKEN": "1:a"}


def test_the_file_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("OTHER=1\n", encoding="utf-8")
    file.chmod(0o644)
    save(file, {"NEWSBELL_POSTS": "ព័ត៌មាន"})
    assert file.read_text(encoding="utf-8") == "OTHER=1\nNEWSBELL_POSTS='ព័ត៌មាន'\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    there, link = tmp_path / "settings", tmp_path / ".env"
    link.symlink_to(there)
    save(link, {"A": "1"})
    assert (link.is_symlink(), there.read_text(encoding="utf-8")) == (True, "A=1\n")


def test_a_file_that_cannot_be_understood_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(click.ClickException, match="it is not UTF-8"):
        save(file, {"A": "1"})
    assert file.read_bytes() == b"\xff\xfe"
