"""The title is what the author wrote, wherever he wrote it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PostError
from bot.reading.reader import read_bytes
from bot.reading.shorten import shortened, utf16_units
from bot.reading.title import LONGEST_TITLE
from tests.reading.pages import SITE, read


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("title: Rain", "Rain"),
        ('title: "<b>5 < 6</b> & *stars*"', "<b>5 < 6</b> & *stars*"),
        ("title: Fish &amp; rice, 2&#8239;km", "Fish & rice, 2 km"),
        ("title: AT&T &copy 2", "AT&T &copy 2"),
        ('title: "  Rain\u00a0\u00a0in\\n  town \ufeff"', "Rain in town"),
        ("title: 2024", "2024"),
        ("title: [Rain, Sun]", "Rain"),
        ("title:\nheadline: Rain", "Rain"),
        ("linkTitle: Rain", "Rain"),
        ("title: ភ្លៀង\u200bធ្លាក់", "ភ្លៀង\u200bធ្លាក់"),
        ('title: "a\\0b"', "a b"),
        ("newsTitle: Rain", "Rain"),
        ('title: ""\nlinktitle: Rain', "Rain"),
        ("title: [2024, Sun]", "2024"),
        ("title: [[], [Rain]]", "Rain"),
        ("title: 12.50", "12.50"),
        ("title: true", "true"),
        ("title: Fish &lt;b&gt; &amp; rice &#39;n&#x27; more", "Fish <b> & rice 'n' more"),
        ("title: a&#10;b&#0;c", "a b\ufffdc"),
    ],
)
def test_a_title_in_the_front_matter_is_plain_text_shown_as_written(front: str, title: str) -> None:
    assert read(front).title == title


@pytest.mark.parametrize(
    "body",
    [
        "# *Rain* in [town](https://example.org) `now` {#rain}",
        "Rain in town now\n================",
        "<h1>Rain in <em>town</em> now</h1>",
        "## Later\n\n# Rain in town now",
    ],
)
def test_without_one_it_is_the_first_heading_without_its_markup(body: str) -> None:
    assert read("code: 1", body).title == "Rain in town now"


@pytest.mark.parametrize("front", ["code: 1", "title:", 'title: "\u200b"', "title: {}"])
@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("2024-11-07-rain-in_the NORTH.md", "Rain In The NORTH"),
        ("news/rain/index.md", "Rain"),
        ("ភ្លៀង-ធ្លាក់.km.md", "ភ្លៀង ធ្លាក់"),
        ("2024-11-07.md", "2024-11-07"),
        ("index.md", "Riverside"),
    ],
)
def test_without_a_heading_either_it_is_the_files_name_with_a_doubt(front: str, path: str, title: str) -> None:
    post = read(front, "## Rain", path=path, site=replace(SITE, root=Path("/nonexistent/riverside")))
    assert post.title == title
    [doubt] = [warning for warning in post.warnings if "no title" in warning]
    assert doubt.endswith(f'the post has no title; "{title}", made of its file\'s name, stands for it')


@pytest.mark.parametrize(("root", "path"), [("posts", "index.md"), ("_posts", "index.md"), ("posts", "---.md")])
def test_a_post_whose_name_says_nothing_either_is_refused_with_the_mend(root: str, path: str) -> None:
    with pytest.raises(PostError) as raised:
        read("code: 1", "## Rain", path=path, site=replace(SITE, root=Path("/nonexistent") / root))
    assert (raised.value.what, raised.value.mend) == (
        "the post has no title",
        'add a line  title: "…"  to its front matter',
    )


def test_the_mend_is_written_as_the_front_matter_is() -> None:
    with pytest.raises(PostError, match='title = "…"'):
        read_bytes(b"+++\ncode = 1\n+++\n", "index.md", replace(SITE, root=Path("/nonexistent/posts")))


@pytest.mark.parametrize("front", ["title: Rain # 1", "title: &rain falls", "title: #1 of the season\nheadline: Rain"])
def test_what_yaml_swallows_of_a_title_is_doubted(front: str) -> None:
    post = read(front)
    assert len(post.warnings) == 1
    assert post.warnings[0].startswith("line 2: YAML leaves out a part of the title")


@pytest.mark.parametrize("front", ['title: "Rain # 1"', "title: Rain#1", "title: |\n  # Rain"])
def test_quoted_signs_are_not_doubted(front: str) -> None:
    assert read(front).warnings == ()


def test_a_title_written_twice_is_doubted() -> None:
    assert read("title: Rain\ntitle: Sun").warnings == (
        "line 2: title stands more than once in the front matter; the last one counts",
    )


def test_half_an_emoji_does_not_get_into_a_title() -> None:
    post = read_bytes(rb'{"title": "Rain \ud83c"}', "rain.md", SITE)
    assert post is not None
    assert post.title.encode()


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("+++\ntitle = 2024\n+++\n", "2024"),
        ("+++\ntitle = 2024-11-07\n+++\n", "2024-11-07"),
        ("+++\ntitle = true\n+++\n", "true"),
        ('{"title": 12.5}', "12.5"),
        ('{"title": ["Rain", "Sun"]}', "Rain"),
        (r'{"title": "Rain \ud83c\udf27"}', "Rain 🌧"),
    ],
)
def test_titles_of_toml_and_json_may_be_numbers_and_dates(content: str, title: str) -> None:
    post = read_bytes(content.encode(), "rain.md", SITE)
    assert post is not None
    assert post.title == title


@pytest.mark.parametrize(
    ("front", "body", "line"),
    [
        (f"code: 1\ntitle: {'rain and ' * 1_500}", "It rained.", "line 3: "),
        (f"code: 1\nheadline: {'ភ្លៀង' * 1_000}", "It rained.", "line 3: "),
        ("code: 1", f"# {'rain and ' * 11_000}", ""),
    ],
)
def test_a_title_as_long_as_a_text_is_cut_and_told(front: str, body: str, line: str) -> None:
    post = read(front, body)
    assert utf16_units(post.title) <= LONGEST_TITLE
    assert post.title.endswith("…")
    assert len(post.warnings) == 1
    assert post.warnings[0].startswith(f"{line}the title has ")


def test_a_title_of_a_hundred_thousand_letters_in_the_front_matter_is_refused() -> None:
    with pytest.raises(PostError, match="longer than 16 KiB"):
        read(f"title: {'rain ' * 20_000}")


def test_a_title_that_just_fits_is_left_alone() -> None:
    assert read(f"title: {'x' * LONGEST_TITLE}").warnings == ()
    assert read(f"title: {'🌧' * (LONGEST_TITLE // 2)}").title == "🌧" * (LONGEST_TITLE // 2)


@given(
    st.lists(st.sampled_from(["rain ", "ក្រុង", "👩‍👩‍👧‍👦", "🇰🇭", "e\u0301", "\u200b", "។", "x", "中"]), max_size=60).map(
        "".join
    ),
    st.integers(20, 60),
)
def test_short_texts_end_at_a_word_or_at_least_not_inside_a_letter(text: str, most: int) -> None:
    short = shortened(text, most)
    assert utf16_units(short) <= most
    if short == text:
        return
    assert short.endswith("…")
    kept = short.removesuffix("…")
    ends = {match.end() for match in regex.finditer(r"\X", text)}
    assert len(kept) in {0, *ends} or text[len(kept)] in " \u200b"


def test_a_letter_under_a_thousand_accents_is_cut_all_the_same() -> None:
    assert utf16_units(shortened("a" + "\u0301" * 1_000, 256)) <= 256
