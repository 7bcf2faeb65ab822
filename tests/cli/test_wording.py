"""A problem is shown with its line and a caret under the place, whatever stands on the line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from bot.cli.wording import neutral, say, say_json, styled, told
from bot.records import Problem
from tests.cli.conftest import Shell

COMMANDS = Path(__file__).parents[2] / "bot" / "cli"
FORGED = "a\n✓ nothing to mend\n\x1b[2J\x1b[32m\x9b\u202e.md"


def pointed(line: str, column: int) -> list[str]:
    """The lines between what is wrong and its mend, without their indent and colours."""
    said = list(map(click.unstyle, told(Problem("rain.md", 2, "wrong", "mend it", column), line)))
    assert (said[0], said[-1]) == ("✗ rain.md:2  wrong", "    -> mend it")
    assert all(shown.startswith("    ") and shown == shown.rstrip() for shown in said[1:-1])
    return [shown[4:] for shown in said[1:-1]]


def cells_of(letter: str) -> int:
    """Cells of a terminal, for the letters of the test below."""
    return {"雨": 2, "\u17d2": 0, "\u17c6": 0, "\u0301": 0}.get(letter, 1)


@pytest.mark.parametrize(
    ("line", "column", "cells"),
    [
        ("title: Foo: bar", 11, 10),
        ("title: Rain", 1, 0),
        ("title: Rain", 12, 11),  # behind its end
        ("title: Rain", 99, 11),
        ("\ttitle: Rain", 1, 0),
        ("a:\tb: c", 5, 4),
        ("標題: 雨: 大", 6, 8),  # two cells each
        ("ភ្លៀង: a", 6, 4),  # two of the five are marks above or below a letter
        ("cafe\u0301: a: b", 9, 7),
        ("👩\u200d👩: a", 4, 4),
        ("a\u200bb: c", 4, 2),
    ],
)
def test_the_caret_stands_under_its_place(line: str, column: int, cells: int) -> None:
    assert pointed(line, column) == [line.replace("\t", " "), " " * cells + "^"]


def test_without_a_column_there_is_no_caret_and_without_a_line_nothing_at_all() -> None:
    assert pointed("  title: Rain", 0) == ["  title: Rain"]
    assert pointed("", 3) == pointed(" \t", 1) == []


@pytest.mark.parametrize("word", ["rain ", "雨", "ខ្លាំ", "e\u0301"])
@pytest.mark.parametrize("column", [1, 20, 500, 1_500, 2_995])
def test_a_long_line_is_cut_around_the_place(word: str, column: int) -> None:
    line = (word * 3_000)[:3_000]
    shown, below = pointed(f"{line[: column - 1]}#{line[column:]}", column)
    assert len(shown) <= 200
    assert shown.startswith("…") == (column > 200)
    assert shown.endswith("…") == (column < 2_900)
    assert below.endswith("^")
    assert len(below) - 1 == sum(map(cells_of, shown.partition("#")[0]))


def test_long_lines_without_a_column_are_cut_at_their_end() -> None:
    (shown,) = pointed("rain " * 100, 0)
    assert shown.startswith("rain rain")
    assert shown.endswith("…")
    assert len(shown) <= 91


@pytest.mark.parametrize("char", ["\x1b", "\0", "\x9b", "\r", "\u202e", "\u2066", "\u2028", "\u0085"])
def test_nothing_on_a_line_can_steer_the_terminal(char: str) -> None:
    assert pointed(f"a{char}: b: c", 6) == ["a\ufffd: b: c", "     ^"]
    said = "\n".join(told(Problem(f"ra{char}in.md", 1, f"wrong {char}", f"mend {char}")))
    assert char not in click.unstyle(said)
    assert said.count("\ufffd") == 3


def test_letters_and_joiners_are_left_alone() -> None:
    assert neutral("ភ្លៀង 👩\u200d👩 é\u200b\tb") == "ភ្លៀង 👩\u200d👩 é\u200b b"


def test_check_and_preview_show_the_line(shell: Shell) -> None:
    shell.write("broken.md", "---\ntitle: 雨: \x1b[31mrain\n---\nText.\n")
    shown = '    title: 雨: \ufffd[31mrain\n             ^\n    -> put the whole text in double quotes:  title: "雨:'
    assert f'✗ broken.md:2  title has a ":" outside quotation marks\n{shown}' in shell("check")[1]
    code, said = shell("preview", "broken.md")
    assert code == 1
    assert shown in said


def test_a_byte_that_is_no_letter_is_pointed_at(shell: Shell) -> None:
    file = shell.write("latin.md")
    file.write_bytes(b"\xef\xbb\xbf---\r\ntitle: caf\xe9 noir\r\n---\r\n")
    said = shell("check")[1]
    assert "✗ latin.md:2  byte 0xe9 on this line is not UTF-8\n    title: caf\ufffd noir\n              ^\n" in said


def test_what_is_said_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"{styled('!', 'yellow')} {FORGED}")
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert not {"\x9b", "\u202e", "\x1b[2J"} & set(re.split(r"(\x1b\[2J|.)", said))


def test_nothing_in_a_coloured_text_ends_its_colour() -> None:
    assert styled("a\x1b[0m\nb", "red") == click.style("a\ufffd[0m\ufffdb", fg="red")


def test_json_is_read_back_as_it_was_and_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    say_json({"path": FORGED})
    said = capsys.readouterr().out
    assert json.loads(said) == {"path": FORGED}
    assert not {"\x1b", "\x9b", "\u202e"} & set(said)


def test_all_commands_speak_through_the_one_place_that_keeps_them_on_their_line() -> None:
    elsewhere = [
        file.name for file in COMMANDS.glob("*.py") if re.search(r"click\.(?:s?echo|style)|print\(", file.read_text())
    ]
    assert elsewhere == ["wording.py"]


def test_a_file_whose_name_looks_like_a_report_forges_none(begun: Shell) -> None:
    shell = begun
    name = "a\n✓ nothing to mend\n.md"
    shell.write(name, "---\ntitle: A\norigin_url: https://paper.example/a\ncategory: [*]\n---\nText.\n")
    shell.write(f"b{name}", "---\ntitle: B\norigin_url: https://paper.example/b\n---\nText.\n")
    words = [("check",), ("check", "--all"), ("once",), ("status",), ("preview", name), ("preview", f"b{name}")]
    words += [("why", name), ("why", f"b{name}"), ("doctor", "--offline"), ("deliveries",), ("preview", f"c{name}")]
    for command in words:
        said = shell(*command)[1]
        assert "✓ nothing to mend" not in said.splitlines(), command
    assert "a\ufffd✓ nothing to mend\ufffd.md" in shell("check")[1]
