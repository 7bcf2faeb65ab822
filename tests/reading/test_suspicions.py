"""What was most likely not meant is told with its line, and the post is read all the same."""

from __future__ import annotations

import pytest

from bot.reading.reader import read_bytes
from bot.reading.suspicions import LONGEST_NAME, MOST_NAMES
from tests.reading.pages import SITE, read, text


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ("title: Rain\nsummary: |\n  It rained.\n---\n  Much.\ntags: [rain]", 5),
        ("summary: >-\n  It rained.\n\n---\nMuch: indeed\ntitle: Sun", 6),
    ],
)
def test_a_rule_inside_a_text_ends_the_front_matter_and_is_told(front: str, line: int) -> None:
    post = read("title: Rain\n" + front.replace("title: Rain\n", ""))
    assert post.title == "Rain"
    what = f"line {line}: the front matter ends here, in the middle of summary; indent the line if it belongs to that"
    assert post.warnings == (what,)


@pytest.mark.parametrize(
    ("front", "body"),
    [
        ("title: Rain\nsummary: |\n  It rained.\n  ---\n  Much.", "It rained."),
        ("title: Rain\nsummary: |\n  It rained.", "It rained.\n\n---\n\nMore."),
        ("title: Rain\nsummary: |\n  It rained.", "\n---\n"),
        ("summary: |\n  It rained.\ntitle: Rain", "a: b\n---\n"),
        ("title: Rain", "a: b\n---\n"),
    ],
)
def test_rules_elsewhere_are_nobodys_business(front: str, body: str) -> None:
    assert read(front, body).warnings == ()


@pytest.mark.parametrize(
    ("front", "warned"),
    [
        ("code: #1", True),
        ("category: National\ncode:  #42 ", True),
        ("code: # to be filled in", False),
        ("code:\ntags: [a] #b", False),
        ('code: "#1"', False),
        ("code: a#1", False),
    ],
)
def test_a_code_that_yaml_takes_for_a_comment_is_told(front: str, warned: bool) -> None:
    warnings = read(f"title: Rain\n{front}").warnings
    assert [warning.partition(": ")[2][:13] for warning in warnings] == ["code is empty"] * warned


@pytest.mark.parametrize(
    ("front", "body", "line", "mention"),
    [
        ('title: "Rain, @everyone"', "It rained.", 2, "@everyone"),
        ("title: Rain", "It rained.\n\nLook @here.", 6, "@here"),
        ("title: Rain", "<@&123456>: it rained.", 4, "<@&123456>"),
        ("title: Rain", "Thanks to <@!42>", 4, "<@!42>"),
        ("title: Rain\nsummary: Well, @here!", "It rained.", 3, "@here"),
    ],
)
def test_a_mention_of_all_is_told_to_ping_nobody(front: str, body: str, line: int, mention: str) -> None:
    post = read(front, body)
    assert f'line {line}: "{mention}" is shown as it is written; nobody is pinged by it' in post.warnings


@pytest.mark.parametrize("body", ["Write to rain@here.org", "a@everyone", "@everyone.example", "@hereafter", "<@me>"])
def test_what_only_looks_like_a_mention_is_not_told(body: str) -> None:
    assert read("title: Rain", body).warnings == ()


@pytest.mark.parametrize("key", ["categories", "tags"])
def test_thousands_of_names_are_cut_to_a_number_that_a_chat_can_bear(key: str) -> None:
    names = ", ".join(f"rain {number}" for number in range(1_200))
    post = read(f"title: Rain\n{key}: [{names}]")
    kept = post.categories if key == "categories" else post.tags
    assert kept == tuple(f"rain {number}" for number in range(MOST_NAMES))
    assert post.warnings == (f"line 3: {key} names 1200; only the first {MOST_NAMES} count",)


def test_a_name_as_long_as_a_text_is_cut_and_told() -> None:
    post = read(f"title: Rain\ncategories: [Sun, {'ភ្លៀង' * 100}]")
    assert post.categories[0] == "Sun"
    assert len(post.categories[1]) <= LONGEST_NAME
    assert post.warnings == (f"line 3: categories has a name of more than {LONGEST_NAME} letters; it is cut",)


TURNS = [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))]


@pytest.mark.parametrize("turn", [*TURNS, r"\u202e", r"\U0000202E", "&#x202e;", "&#8238;"])
def test_marks_that_turn_text_are_left_out_of_the_title_and_told(turn: str) -> None:
    post = read(f'code: 1\ntitle: "Rain {turn}gpj.exe"')
    assert post.title == "Rain gpj.exe"
    assert not set(post.title) & set(TURNS)
    sentence = "the title has invisible characters that turn the direction of text; they are left out"
    assert post.warnings == (f"line 3: {sentence}",)


@pytest.mark.parametrize("turn", ["\u202e", "\u2067", "&#x202e;"])
def test_marks_that_turn_text_are_left_out_of_all_that_is_shown(turn: str) -> None:
    post = read(
        f"title: Rain\ncategory: Nat{turn}ional\ntags: [s{turn}un]\n",
        f"![a{turn}b](https://example.org/a.jpg)\n\nIt **rai{turn}ned**.\n\nAnd {turn}rained on, for hours.",
    )
    shown = " ".join(
        (*post.categories, *post.tags, post.title, text(post.excerpt), *(one.alt for one in post.pictures))
    )
    assert not set(shown) & set(TURNS)
    assert (post.categories, post.tags) == (("National",), ("sun",))
    sentence = "invisible characters that turn the direction of text stand here; they are left out"
    assert post.warnings == (f"line 3: {sentence}", f"line 7: {sentence}")


@pytest.mark.parametrize("sign", ["\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u061c"])
def test_invisible_characters_that_scripts_need_stay(sign: str) -> None:
    post = read(f"title: ភ្លៀង{sign}ធ្លាក់", f"ខ្លាំង{sign}ណាស់។")
    assert (post.title, text(post.excerpt)) == (f"ភ្លៀង{sign}ធ្លាក់", f"ខ្លាំង{sign}ណាស់។")
    assert post.warnings == ()


@pytest.mark.parametrize("char", ["\0", "\x1b", "\x7f", "\x92"])
def test_control_characters_become_blanks_and_are_told_once(char: str) -> None:
    post = read(f"title: Rain{char}falls", f"It rained.\n\nMuch{char}{char} rain.")
    assert (post.title, text(post.excerpt)) == ("Rain falls", "It rained.\n\nMuch rain.")
    sentence = f"a control character (U+{ord(char):04X}) stands here; a blank takes its place"
    assert post.warnings == (f"line 2: {sentence}",)


def test_blanks_of_word_processors_are_not_told() -> None:
    assert read("title: Rain\u2028falls", "It rained.\x0b\u2029\x0cMuch.").warnings == ()


def test_the_lines_are_the_files_own() -> None:
    post = read_bytes(b"\r\n---\r\ntitle: Rain\r\n---\r\nIt\x01 rained,\r\n@everyone\r\n", "rain.md", SITE)
    assert post is not None
    assert [warning.partition(":")[0] for warning in post.warnings] == ["line 5", "line 6"]
