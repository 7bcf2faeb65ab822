"""Every way to write front matter is read, and every way to break it is explained with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import IncompletePost, PostError
from bot.reading.front.front_matter import FRONT_MATTER_LIMIT, FrontMatter, read_front_matter
from bot.reading.generators.hexo import Hexo
from bot.reading.reader import read_bytes
from bot.reading.site import Site


def front_matter(content: str | bytes) -> FrontMatter:
    found = read_front_matter(content.encode() if isinstance(content, str) else content, "rain.md")
    assert found is not None
    return found


def failure(content: str | bytes) -> PostError:
    with pytest.raises(PostError) as raised:
        read_front_matter(content.encode() if isinstance(content, str) else content, "rain.md")
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
        '\ufeff{"title": "Rain"}\nIt rained.',
        '\r\n{\r\n"title": "Rain"\r\n}\r\nIt rained.',
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
    "content",
    [
        *("", "\n", "\ufeff", "# Rain\n\nIt rained.", "{% include x %}", "{/* note */}", "--- a\nb\n---", "--", "-"),
        *("It rained.\n\n---\n\ntitle: Rain\n\n---\n", "title: Rain\n---\nIt rained.", '"title": "Rain"\n;;;\n'),
    ],
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
        ("on: a", "on", "a"),
        ("true: a", "true", "a"),
        ("2024-11-07: a", "2024-11-07", "a"),
        ("code: #1", "code", None),
        ("title: &foo bar", "title", "bar"),
        ("title: a\ntitle: b", "title", "b"),
        (f"code: {'9' * 5000}", "code", "9" * 5000),
        ("title: Rain\u0085falls", "title", "Rain falls"),
        ("title: Rain\0falls", "title", "Rain falls"),
        ("date: \u00a02026-11-03", "date", "\u00a02026-11-03"),
        ("summary: |\n  It rained.\n  ---\n  Much.", "summary", "It rained.\n---\nMuch.\n"),
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
        (r'title: "Rain \ud83d\ude00 \ud83d"', 2, r"title has half an emoji (\ud83d)", "write the emoji itself"),
        (r'title: "Rain \ud83d\ude00 \q"', 2, r"title has a \ that YAML can't read", r'title: "Rain 😀 \\q"'),
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


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("---\ntitle: Foo: bar\n---", 2, 11),  # the second colon
        ("---\ntitle:   Foo:\n---", 2, 13),
        ("---\na: b\ntitle: [Video] Rain\n---", 3, 8),
        ("---\n  title:  @rain\n---", 2, 11),
        ('---\ntitle: "He said "hi""\n---', 2, 17),
        ('---\ntitle: "Rain\ndescription: "It rained"\n---', 2, 8),
        ('---\ntitle: "a\\n C:\\x"\n---', 2, 15),
        ("---\ntitle: Rain\n \tcode: 1\n---", 3, 2),
        ("---\ntitle: Rain\ncode ART1\n\n---", 3, 1),
        ("---\ntags: [rain, , sun]\n---", 2, 14),
        ("---\ntitle: ភ្លៀង: ខ្លាំង\n---", 2, 13),
        ("+++\na = 1\ntitle = Rain\n+++\n", 3, 9),
        ("+++\n title: Rain\n+++\n", 2, 7),
        ("+++\na = [1, 2\nb = 3\n+++\n", 3, 1),
        ('{"title": "Rain"\n "code": 1}\n', 2, 2),
        ('  {"title": "Rain" "code": 1}\n', 1, 20),
        ('{"title": "Rain",\n "n": NaN}\n', 2, 7),
        ('{"title": "Rain",\n "n": -Infinity}\n', 2, 7),
        ('{"title": "NaN", "Infinity": 0, "n": Infinity}\n', 1, 38),
        (f'{{"n":\n {"9" * 5000}}}\n', 2, 2),
        (f"+++\nn = {'9' * 5000}\n+++\n", 2, 5),
        (b"---\ntitle: caf\xe9 noir\n---\n", 2, 11),
        (b"\xef\xbb\xbf---\r\ntitle: \xe1\x9e\x80\xe9\r\n---\r\n", 2, 9),
        (b"---\rtitle: \xff\r---\r", 2, 8),
    ],
)
def test_the_place_on_the_line_is_named(content: str | bytes, line: int, column: int) -> None:
    error = failure(content)
    assert (error.line, error.column) == (line, column)
    assert error.mend


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"title": "Rain", "n": NaN}', "NaN is no value in JSON"),
        (f'{{"n": {"9" * 5000}}}', "a number here has too many digits"),
        ("---\n? [a]\n: b\n---\n", "the line has no"),
        ("+++\na = 1\na = 2\n+++\n", "a is written twice"),
        ("+++\na = [1, 2\nb = 3\n+++\n", "the front matter is not valid TOML (Unclosed array)"),
        ('{"title": "Rain\n"}\n', "the front matter is not valid JSON (Invalid control character"),
        ("---\n\nSome words.\n\n---\n\nMore.", "the lines between --- and its closing line are not"),
    ],
)
def test_what_is_wrong_is_said(content: str, what: str) -> None:
    assert failure(content).what.startswith(what)


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
        '{"title"',
        '{"title": "Rain",',
        '{"title": "Rain", "draft": tr',
        '{"title": "Rain", "n": -',
        '{"title": "Rain \\u00e',
        '{"title": "Rain \\',
        "{",
        "{\n",
        '+++\ntitle = "Ra',
        "---\n\n",
        "---\ntitle: 'Rain\n\n",
        "---\ntext: |\n  It rai",
        "---\ntags:\n  - ",
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
    assert (latin.what, latin.column) == ("byte 0xe9 on this line is not UTF-8", 11)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("content", ["---\ntitle: ភ្លៀង\n---\n", "\r\n+++\ntitle = 1\n+++", '{"title": "Rain"}'])
def test_letters_of_two_or_four_bytes_are_named_with_or_without_their_mark(codec: str, content: str) -> None:
    error = failure(content.encode(codec))
    assert (error.line, error.mend) == (1, "save it as UTF-8")
    assert error.what == f"the file is saved as {codec[:6].upper()}"


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


def test_hugos_resources_have_keys_of_their_own() -> None:
    found = front_matter('+++\ntitle = "Rain"\nname = 1\n[[resources]]\ntitle = "a"\nname = 2\n+++\n')
    assert found.repeated_keys() == []


def test_tomls_dates_come_as_what_they_are() -> None:
    values = front_matter("+++\nday = 2026-11-03\nat = 2026-11-03T10:00:00+07:00\ntime = 12:30:00\n+++\n").values
    assert [str(value) for value in values.values()] == ["2026-11-03", "2026-11-03 10:00:00+07:00", "12:30:00"]


def test_repeated_keys_are_found() -> None:
    found = front_matter("---\ntitle: Rain\ncode: 1\ntitle: Sun\n---\n")
    assert (found.repeated_keys(), found.values["title"], found.line_of("code")) == (["title"], "Sun", 3)


@pytest.mark.parametrize(
    "content",
    [
        "title: Rain\ndate: 2026-11-03\n---\nIt rained.",
        "\ufefftitle: Rain\r\ndate: 2026-11-03\r\n---\r\nIt rained.",
        "title: Rain\ndate: 2026-11-03\n-----\nIt rained.",
        '"title": "Rain",\n"date": "2026-11-03"\n;;;\nIt rained.',
        '"title": "Rain",\n"date": "2026-11-03",\n;;;\nIt rained.',
        ';;;\n"title": "Rain",\n"date": "2026-11-03"\n;;;\nIt rained.',
        "---\ntitle: Rain\ndate: 2026-11-03\n---\nIt rained.",
    ],
)
def test_hexos_own_forms_are_read_on_its_sites_alone(content: str) -> None:
    found = read_front_matter(content.encode(), "rain.md", hexo=True)
    assert found is not None
    assert found.values == {"title": "Rain", "date": "2026-11-03"}
    assert found.body == "It rained."
    assert found.body_line == content.replace("\r", "").count("\n") + 1
    if not content.startswith("---"):
        assert read_front_matter(content.encode(), "rain.md") is None


@pytest.mark.parametrize(
    "content",
    [
        "It rained.",
        "# Rain\n\ntitle: a\n---\n",
        "Rain\n---\n",
        "title: Rain\n",
        "title: Rain\n;;;\n",
        '"a": 1\n---',
        "",
    ],
)
def test_other_texts_are_no_front_matter_to_hexo_either(content: str) -> None:
    found = read_front_matter(content.encode(), "rain.md", hexo=True)
    assert found is None or found.values == {"a": "1"}


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("code: 1\ntitle: Foo: bar\n---\n", 2, 11),
        ('"code": 1,\n"title": Rain\n;;;\n', 2, 10),
        ('"code": 1 "title": 2\n;;;\n', 1, 11),
        (';;;\n"code": 1,\n"title": Rain\n;;;\n', 3, 10),
    ],
)
def test_hexos_own_forms_have_their_faults_named(content: str, line: int, column: int) -> None:
    with pytest.raises(PostError) as raised:
        read_front_matter(content.encode(), "rain.md", hexo=True)
    assert (raised.value.line, raised.value.column) == (line, column)


def test_hexos_json_without_its_end_is_incomplete() -> None:
    with pytest.raises(IncompletePost, match=";;;"):
        read_front_matter(b';;;\n"title": "Ra', "rain.md", hexo=True)


def test_the_mend_is_written_as_hexos_json_is() -> None:
    found = read_front_matter(b'"code": 1\n;;;\n', "rain.md", hexo=True)
    assert found is not None
    assert found.example("title") == '"title": "…",'


def test_a_post_of_a_hexo_site_is_read_in_its_old_form() -> None:
    site = Site(root=Path("/nonexistent"), generator=Hexo())
    post = read_bytes(b"title: Rain\n---\nIt rained much.", "source/_posts/rain.md", site)
    assert post is not None
    assert post.title == "Rain"


_KEYS = st.sampled_from(["title", "Title", "code", '"a b"', "1", "~", "!!str x", "!!int y", "?", "<<", "&k key"])
_VALUES = st.sampled_from(
    ["", "~", "null", "Null", '"null"', "nULL", "NO", "12:30", "2017-02-29", "!!int 12", "!!null x", "!!str", "'<<'",
     '"a: b"', "|\n  a\n  b", ">-\n  a\n  b", "a # b", "a\n  b", "&v w", "*v", "[a, b]", "!!str [a]", "{a: b}", "x:y"]
)  # fmt: skip


@given(st.lists(st.tuples(_KEYS, _VALUES), max_size=6))
@settings(max_examples=500)
def test_texts_alone_are_read_as_they_are_beside_a_list(fields: list[tuple[str, str]]) -> None:
    """Mappings of texts are read a shorter way than all others."""
    written = "".join(f"{key}: {value}\n" for key, value in fields)
    try:
        alone: object = front_matter(f"---\n{written}---\n").values | {"list": ["x"]}
    except PostError as error:
        alone = error.what
    try:
        beside: object = front_matter(f"---\n{written}list: [x]\n---\n").values
    except PostError as error:
        beside = error.what
    assert alone == beside
