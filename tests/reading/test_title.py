"""The title is what the author wrote, wherever he wrote it."""

from __future__ import annotations

import pytest

from bot.errors import PostError
from bot.reading.reader import read_bytes
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
def test_a_post_without_a_title_is_reported_with_the_mend(front: str) -> None:
    with pytest.raises(PostError) as raised:
        read(front, "## Rain")
    assert (raised.value.what, raised.value.mend) == (
        "the post has no title",
        'add a line  title: "…"  to its front matter',
    )


def test_the_mend_is_written_as_the_front_matter_is() -> None:
    with pytest.raises(PostError, match='title = "…"'):
        read_bytes(b"+++\ncode = 1\n+++\n", "rain.md", SITE)


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
