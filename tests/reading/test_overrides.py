"""What a post asks of newsbell itself, and how what is not understood is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.models import Overrides, Picture, Post, Span, Visibility
from bot.reading.reader import read_bytes
from bot.reading.site import Site
from tests.reading.pages import SITE, read, text

DOCS = Path(__file__).parents[2] / "docs" / "front-matter.md"


def asked(*lines: str, beside: str = "") -> Post:
    """A post with these lines below `newsbell:`."""
    below = "\n".join(f"  {line}" for line in "\n".join(lines).split("\n"))
    return read(f"title: Rain\n{beside}\nnewsbell:\n{below}")


# --- whether it is sent ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["false", "off", "no", "No", '"false"', "0", "{send: false}", "{Send: no}"])
def test_a_post_may_be_kept_back(written: str) -> None:
    post = read(f"title: Rain\nnewsbell: {written}")
    assert post.visibility is Visibility.EXCLUDED
    assert post.warnings == ()


@pytest.mark.parametrize("written", ["", "true", "yes", "on", "{}", "{send: true}", "{send: }", "{silent: true}"])
def test_any_other_post_is_sent(written: str) -> None:
    post = read(f"title: Rain\nnewsbell: {written}")
    assert post.visibility is Visibility.PUBLIC
    assert post.warnings == ()


def test_a_draft_is_a_draft_first() -> None:
    assert read("title: Rain\ndraft: true\nnewsbell: false").visibility is Visibility.DRAFT


# --- what is asked for -----------------------------------------------------------------------------------------------


def test_without_the_key_nothing_is_asked_for() -> None:
    assert read().overrides == Overrides()


@pytest.mark.parametrize(
    ("line", "overrides"),
    [
        ("silent: true", Overrides(silent=True)),
        ("breaking: yes", Overrides(breaking=True)),
        ("pin: on", Overrides(pin=True)),
        ("mention: false", Overrides(mention=False)),
        ("image: false", Overrides(image=False)),
        ("image: true", Overrides()),
        ("follows: ART1", Overrides(follows="ART1")),
        ("follows: 0123", Overrides(follows="0123")),
        ("follows: ./national/rain.md", Overrides(follows="national/rain.md")),
        ("follows: https://example.org/rain/?utm_source=x#top", Overrides(follows="https://example.org/rain")),
        ("Silent: true\nPIN: true", Overrides(silent=True, pin=True)),
        ("silent:\npin:\ntext:\nfollows:\nimage:", Overrides()),
        ("text: Our own words.", Overrides(texts=(("", (Span("Our own words."),)),))),
        ("text: {telegram: Here.}", Overrides(texts=(("telegram", (Span("Here."),)),))),
        (
            "text: {all: All., Discord: There.}",
            Overrides(texts=(("", (Span("All."),)), ("discord", (Span("There."),)))),
        ),
    ],
)
def test_each_key_asks_for_one_thing(line: str, overrides: Overrides) -> None:
    post = asked(line)
    assert post.overrides == overrides
    assert post.warnings == ()


@pytest.mark.parametrize(
    ("line", "beside", "breaking", "silent"),
    [
        ("pin: false", "breaking: true\nsilent: true", True, True),
        ("breaking: false", "breaking: true\nsilent: true", False, True),
        ("silent: true", "silent: false", False, True),
    ],
)
def test_the_keys_at_the_top_still_count_unless_those_below_say_otherwise(
    line: str, beside: str, breaking: bool, silent: bool
) -> None:
    overrides = asked(line, beside=beside).overrides
    assert (overrides.breaking, overrides.silent) == (breaking, silent)


def test_a_path_of_the_site_is_followed_by_its_address() -> None:
    site = Site(root=Path("/nonexistent"), url="https://paper.example")
    post = read("title: Rain\nnewsbell:\n  follows: /national/rain/", site=site)
    assert post.overrides.follows == "https://paper.example/national/rain"


def test_own_words_are_markdown_with_what_messages_can_show() -> None:
    post = asked(
        "text: |\n  # Flood\n\n  The **river** is [rising](https://example.org/r_(1)), see `gauge.txt`.\n",
        "\n  - one\n  - two",
    )
    [(platform, spans)] = post.overrides.texts
    assert platform == ""
    assert text(spans) == "Flood\n\nThe river is rising, see gauge.txt.\n\n• one\n• two"
    assert Span("Flood", bold=True) in spans
    assert Span("river", bold=True) in spans
    assert Span("rising", link="https://example.org/r_(1)") in spans
    assert Span("gauge.txt", code=True) in spans


def test_own_words_leave_the_excerpt_to_other_platforms() -> None:
    post = asked("text: {telegram: Here.}")
    assert text(post.excerpt) == "It rained."


# --- a picture of its own --------------------------------------------------------------------------------------------


def test_a_picture_of_its_own_is_tried_first() -> None:
    post = asked("image: https://example.org/own.jpg", beside="image: https://example.org/usual.jpg")
    assert [picture.url for picture in post.pictures] == [
        "https://example.org/own.jpg",
        "https://example.org/usual.jpg",
    ]
    assert post.overrides.image


def test_a_picture_of_its_own_may_lie_in_the_site(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    own = tmp_path / "img" / "own.jpg"
    own.write_bytes(b"a picture")
    post = read("title: Rain\nnewsbell:\n  image: {src: /img/own.jpg, alt: A street}", site=Site(root=tmp_path))
    assert post.pictures == (Picture(file=str(own), alt="A street"),)


@pytest.mark.parametrize("written", ["a photo of rain", "../../../etc/passwd", "file:///etc/passwd", "{alt: Rain}"])
def test_what_is_no_picture_is_told(written: str) -> None:
    post = asked(f"image: {written}")
    assert post.pictures == ()
    assert post.overrides.image
    [warning] = post.warnings
    assert warning.startswith("line 4: ")  # of newsbell; line 3 is blank


# --- what is not understood ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "said", "mend"),
    [
        ("silnet: true", 5, '"silnet"', '"silent"'),
        ("pin: true\nbutton: big", 6, '"button"', "there are send, silent"),
        ("silent: often", 5, 'silent: "often"', "silent: true"),
        ("send: maybe", 5, 'send: "maybe"', "send: false"),
        ("image: [a.jpg]", 5, 'image: "a.jpg"', "image: false"),
        ("text: [a, b]", 5, "text has no words", "write some"),
        ("text: yes", 5, "text has no words", "write some"),
        ("text: '```'", 5, "text has no words", "write some"),
        ("text:\n  telegramm: Here.", 6, '"telegramm" below text', '"telegram"'),
        ("text:\n  discord: {a: b}", 6, "discord has no words", "write some"),
        ("follows: [ART1, ART2]", 5, "follows names no post", "write the code"),
        ("mention: {a: b}", 5, "what stands at mention", "mention: true"),
    ],
)
def test_what_is_not_understood_is_told_with_its_line_and_mend(lines: str, line: int, said: str, mend: str) -> None:
    post = asked(lines)
    [warning] = post.warnings
    assert warning.startswith(f"line {line}: ")
    assert said in warning
    assert mend in warning
    assert post.overrides in (Overrides(), Overrides(pin=True))
    assert post.visibility is Visibility.PUBLIC


def test_the_line_is_that_of_the_key_below_newsbell() -> None:
    [warning] = asked("pin: true", "silent: often", beside="silent: false").warnings
    assert warning.startswith("line 6: ")


@pytest.mark.parametrize("written", ["silent", "[silent, pin]", '"not today"'])
def test_a_value_that_says_nothing_is_told(written: str) -> None:
    post = read(f"title: Rain\nnewsbell: {written}")
    [warning] = post.warnings
    assert warning.startswith("line 3: newsbell:")
    assert "newsbell: false" in warning
    assert post.overrides == Overrides()


@pytest.mark.parametrize(
    ("front", "line"),
    [
        ('+++\ntitle = "Rain"\n\n[newsbell]\nsilent = true\nloud = 1\n+++\n', 6),
        ('+++\ntitle = "Rain"\nnewsbell.silent = true\nnewsbell.loud = 1\n+++\n', 4),
        ('{"title": "Rain",\n"newsbell": {"silent": true,\n"loud": 1}}\n', 3),
        ("---\ntitle: Rain\nnewsbell: {silent: true, loud: 1}\n---\n", 3),
    ],
)
def test_toml_and_json_ask_in_their_own_way(front: str, line: int) -> None:
    post = read_bytes(f"{front}\nIt rained.".encode(), "rain.md", SITE)
    assert post is not None
    assert post.overrides == Overrides(silent=True)
    assert [warning.partition(":")[0] for warning in post.warnings] == [f"line {line}"]


def test_half_an_emoji_in_its_own_words_is_shown_as_a_gap() -> None:
    post = read_bytes(b'{"title": "Rain", "newsbell": {"text": "wet \\ud83d."}}\n\nIt rained.', "rain.md", SITE)
    assert post is not None
    str(post).encode()


KEYS_AT_RANDOM = some.sampled_from(["send", "silent", "pin", "image", "text", "follows", "telegram", "all", "x"])
YAML = some.recursive(
    some.sampled_from(["true", "off", "~", "often", "12", "'a *b*'", "https://example.org/a.jpg", "'@everyone'", "''"]),
    lambda inner: (
        some.lists(inner, max_size=3).map(lambda all_: f"[{', '.join(all_)}]")
        | some.dictionaries(KEYS_AT_RANDOM, inner, max_size=4).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        )
    ),
    max_leaves=12,
)


@given(YAML)
def test_whatever_stands_there_the_post_is_read_and_every_doubt_has_its_line(written: str) -> None:
    post = read(f"title: Rain\nnewsbell: {written}")
    assert all(re.match(r"line \d+: ", warning) for warning in post.warnings)
    assert all(spans for _, spans in post.overrides.texts)


# --- the page for editors --------------------------------------------------------------------------------------------


def examples() -> list[str]:
    return re.findall(r"^```yaml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("example", examples())
def test_the_examples_of_the_page_for_editors_are_understood_without_a_doubt(example: str) -> None:
    post = read_bytes(f"{example}\nIt rained.".encode(), "rain.md", Site(root=SITE.root, url="https://paper.example"))
    assert post is not None
    assert post.warnings == ()


def test_the_page_for_editors_names_every_key_below_newsbell() -> None:
    page = DOCS.read_text(encoding="utf-8")
    keys = ("send", "silent", "breaking", "pin", "mention", "image", "text", "follows")
    assert [key for key in keys if f"`{key}`" not in page] == []
    assert asked(*(f"{key}: true" for key in keys[:5])).warnings == ()


def test_hundreds_of_unknown_keys_are_one_doubt() -> None:
    front = "title: Rain\nnewsbell:\n" + "".join(f"  key{number}: yes\n" for number in range(200))

    [warning] = read(front).warnings

    assert warning.startswith('line 4: "key0", "key1", "key2", "key3", "key4" and 195 more below newsbell say nothing')
    many = "title: Rain\nnewsbell:\n  text:\n" + "".join(f"    forum{number}: A\n" for number in range(6))
    [warning] = read(many).warnings
    assert '"forum4" and 1 more below text say nothing to newsbell; there are telegram, discord, all' in warning


def test_a_few_unknown_keys_are_doubted_in_their_order() -> None:
    warnings = read("title: Rain\nnewsbell:\n  silnt: yes\n  b: 1\n  pinn: yes\n  d: 1\n  e: 1\n").warnings

    assert [warning.split(" ")[2] for warning in warnings] == ['"silnt"', '"b"', '"pinn"', '"d"', '"e"']
    assert warnings[0].endswith('write "silent"')
