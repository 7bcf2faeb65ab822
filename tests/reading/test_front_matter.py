"""Every way to write front matter is read, and every way to break it is explained with its line."""

from __future__ import annotations

import pytest

from bot.errors import IncompletePost, PostError
from bot.reading.front_matter import FRONT_MATTER_LIMIT, FrontMatter, read_front_matter


def front_matter(content: str | bytes) -> FrontMatter:
    found = read_front_matter(content.encode() if isinstance(content, str) else content, "rain.md")
    assert found is not None
    return found


def failure(content: str | bytes) -> PostError:
    with pytest.raises(PostError) as raised:
        front_matter(content)
    assert not isinstance(raised.value, IncompletePost)
    return raised.value


@pytest.mark.parametrize(
    "content",
    [
        "---\ntitle: Rain\n---\nIt rained.",
        "\ufeff---\ntitle: Rain\n---\nIt rained.",
        "---\r\ntitle: Rain\r\n---\r\nIt rained.",
        "---\rtitle: Rain\r---\rIt rained.",
        "---\ntitle: Rain\n...\nIt rained.",
        "-----  \ntitle: Rain\n-----\t\nIt rained.",
        "\n\n---\ntitle: Rain\n---\nIt rained.",
        "---\ntitle: Rain # falls\n---\nIt rained.",
        "---\nTitle: Rain\n---\nIt rained.",
        '+++\ntitle = "Rain"\n+++\nIt rained.',
        '{"title": "Rain"}\nIt rained.',
        '{\n  "params": {"a": {\n}},\n  "title": "Rain"\n}\nIt rained.',
    ],
)
def test_yaml_toml_and_json_are_read_with_any_line_ends_and_closing_lines(content: str) -> None:
    found = front_matter(content)
    assert (found.values["title"], found.body) == ("Rain", "It rained.")


def test_the_body_keeps_its_indent_and_knows_its_line() -> None:
    found = front_matter("\n---\ntitle: Rain\n---\n\n    code\n")
    assert (found.body, found.body_line) == ("\n    code\n", 5)


@pytest.mark.parametrize(
    "content", ["", "\n", "# Rain\n\nIt rained.", "{% include x %}", "{/* note */}", "--- a\nb\n---"]
)
def test_a_file_without_front_matter_is_no_post(content: str) -> None:
    assert read_front_matter(content.encode(), "rain.md") is None


def test_bytes_that_are_no_text_and_no_front_matter_are_no_post() -> None:
    assert read_front_matter(b"\x89PNG\xff\x00", "rain.md") is None


@pytest.mark.parametrize(
    ("front", "key", "value"),
    [
        ("title: NO", "title", "NO"),
        ("language: no", "language", "no"),
        ("title: 12:30", "title", "12:30"),
        ("code: 0123", "code", "0123"),
        ("code: 007", "code", "007"),
        ("title: 1.10", "title", "1.10"),
        ("title: true", "title", "true"),
        ("date: 2017-02-29", "date", "2017-02-29"),
        ("date: 2026-11-03", "date", "2026-11-03"),
        ('code: !!int "12"', "code", "12"),
        ("category:", "category", None),
        ("category: ~", "category", None),
        ("2024: a", "2024", "a"),
        ("content: a", "content", "a"),
        ("handler: a", "handler", "a"),
        (r'title: "Rain \ud83c\udf27"', "title", "Rain 🌧"),
        ("title: Rain\u2028falls", "title", "Rain falls"),
        ("title: Rain\x0bfalls", "title", "Rain falls"),
        ("base: &base {title: Rain}\n<<: *base", "title", "Rain"),
    ],
)
def test_yamls_traps_give_the_text_that_was_written(front: str, key: str, value: str | None) -> None:
    assert front_matter(f"---\n{front}\n---\n").values[key] == value


@pytest.mark.parametrize(
    ("front", "line", "what", "mend"),
    [
        ("title: Foo: bar", 2, 'title has a ":" outside quotation marks', 'title: "Foo: bar"'),
        ("a: b\ntitle: [Video] Rain", 3, 'title begins with "["', 'title: "[Video] Rain"'),
        ("title: @rain", 2, 'title begins with "@"', 'title: "@rain"'),
        ("title: *rain*", 2, 'title begins with "*"', 'title: "*rain*"'),
        ("title: {{ page.x }}", 2, 'title begins with "{"', 'title: "{{ page.x }}"'),
        ('title: "He said "hi""', 2, 'title has " inside "…"', r'title: "He said \"hi\""'),
        ("title: 'It's raining'", 2, "title has ' inside '…'", 'title: "It\'s raining"'),
        ('title: "Rain\ndescription: "It rained"', 2, 'title has a " that is not closed', 'title: "Rain"'),
        (r'title: "C:\x"', 2, r"title has a \ that YAML can't read", r'title: "C:\\x"'),
        ("title: Rain\n\tcode: 1", 3, "the line is indented by a tab", "two blanks"),
        ("title: Rain\ncode ART1\n", 3, 'the line has no ":"', "key: value"),
        ("tags: [rain, , sun]", 2, "tags has a list that can't be read", 'tags: ["…", "…"]'),
        ("title: !!python/name:os.system x", 2, 'title begins with "!"', "double quotes"),
        ("a: b\nc: d\n  e: f: g", 4, 'e has a ":"', 'e: "f: g"'),
    ],
)
def test_broken_yaml_names_the_line_and_what_to_write_instead(front: str, line: int, what: str, mend: str) -> None:
    error = failure(f"---\n{front}\n---\nIt rained.")
    assert (error.path, error.line) == ("rain.md", line)
    assert error.what.startswith(what)
    assert mend in error.mend


def test_the_line_is_the_files_own_also_below_blank_lines_and_with_windows_line_ends() -> None:
    assert failure("\r\n\r\n---\r\ncode: 1\r\ntitle: Foo: bar\r\n---\r\n").line == 5


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("+++\na = 1\ntitle = Rain\n+++\n", 3, "title is a text without quotation marks"),
        ("+++\ntitle: Rain\n+++\n", 2, 'title is followed by ":"'),
        ('+++\na = "b\n+++\n', 2, "the front matter is not valid TOML"),
        ('{"title": "Rain",\n}\n', 2, "the front matter is not valid JSON"),
        ('{"title": "Rain"\n"code": 1}\n', 2, "the front matter is not valid JSON"),
    ],
)
def test_broken_toml_and_json_name_the_line(content: str, line: int, what: str) -> None:
    error = failure(content)
    assert error.line == line
    assert error.what.startswith(what)


@pytest.mark.parametrize("front", ["Just a text", "- a\n- list"])
def test_front_matter_without_keys_is_explained(front: str) -> None:
    assert "key: value" in failure(f"---\n{front}\n---\n").what


@pytest.mark.parametrize(
    "content",
    [
        "---",
        "---\n",
        '---\ntitle: "Minis',
        "---\ntitle: Rain\n--",
        '+++\ntitle = "Rain"\n',
        '{"title": "Ra',
        '{"title": ',
    ],
)
def test_a_half_written_file_is_incomplete(content: str) -> None:
    with pytest.raises(IncompletePost):
        front_matter(content)


def test_a_file_that_ends_inside_a_letter_is_incomplete() -> None:
    with pytest.raises(IncompletePost):
        front_matter("---\ntitle: ភ្លៀង\n---\nភ".encode()[:-1])


def test_other_encodings_are_named_with_their_line() -> None:
    latin = failure(b"---\ntitle: caf\xe9 noir\n---\n")
    assert (latin.line, latin.mend) == (2, "save the file with the encoding UTF-8")
    assert "UTF-16" in failure("---\ntitle: Rain\n---\n".encode("utf-16")).what


@pytest.mark.parametrize(
    "front",
    ["a: " + "[" * 16_000, "- " * 8_000, "a: " + "{b: " * 2_000, "\n".join(" " * depth + "a:" for depth in range(100))],
)
def test_deep_nesting_is_refused_before_the_c_loader_sees_it(front: str) -> None:
    assert "nested too deeply" in failure(f"---\n{front}\n---\n").what


@pytest.mark.parametrize("content", ['{"a":' * 50_000, "+++\na = " + "[" * 16_000 + "\n+++\n"])
def test_deep_json_and_toml_are_refused(content: str) -> None:
    assert "nested too deeply" in failure(content).what


def test_long_front_matter_is_refused() -> None:
    assert "16 KiB" in failure(f"---\ntitle: {'x' * FRONT_MATTER_LIMIT}\n---\n").what


def test_aliases_that_double_at_every_level_cost_nothing() -> None:
    doubling = "\n".join(f"k{n}: &k{n} {{<<: [*k{n - 1}, *k{n - 1}]}}" for n in range(1, 60))
    assert front_matter(f"---\nk0: &k0 {{a: b}}\n{doubling}\n---\n").values["k59"] == {"a": "b"}


def test_repeated_keys_are_found() -> None:
    found = front_matter("---\ntitle: Rain\ncode: 1\ntitle: Sun\n---\n")
    assert (found.repeated_keys(), found.values["title"], found.line_of("code")) == (["title"], "Sun", 3)
