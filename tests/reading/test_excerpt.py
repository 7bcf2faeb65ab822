"""The excerpt is what an editor would have taken, and captions are told from text."""

from __future__ import annotations

import pytest

from bot.models import Post, Span
from tests.reading.pages import read, text

FIRST = "The first paragraph says what happened in the town."
SECOND = "The second one says why it did."
CAPTION = "Porters cross the bridge on Monday. River Daily"


def excerpt(body: str, front: str = "") -> str:
    return text(read(f"title: Rain in town\n{front}", body).excerpt)


def with_lead_picture(*paragraphs: str) -> Post:
    return read(body="\n\n".join(("![](a.jpg)", *paragraphs)))


@pytest.mark.parametrize(
    "before",
    [
        "",
        "# Rain in town\n\n",
        "# Rain in town\n",
        "**Rain in town.**\n\n",
        "![](a.jpg)\n\n",
        "## Section\n\n",
        "***\n\n",
        "| a |\n|---|\n| b |\n\n",
        "```\ncode\n```\n\n",
        "- a list\n- of points\n\n",
        "> A quote.\n\n",
        "**Author**: A porter\n\n",
        "<!-- note -->\n\n",
        "<div class='ad'></div>\n\n",
        "…\n\n",
        "{% include toc.html %}\n\n",
    ],
)
def test_the_first_real_paragraphs_are_the_excerpt(before: str) -> None:
    assert excerpt(f"{before}{FIRST}\n\n{SECOND}") == f"{FIRST}\n\n{SECOND}"


def test_paragraphs_keep_their_styles_and_are_parted_by_a_span() -> None:
    post = read(body="It **rained**.\n\nSee [here](https://example.org/).")
    assert post.excerpt == (
        Span("It "),
        Span("rained", bold=True),
        Span("."),
        Span("\n\n"),
        Span("See "),
        Span("here", link="https://example.org/"),
        Span("."),
    )


@pytest.mark.parametrize(
    ("body", "expected"), [("- a\n- b", "• a\n• b"), ("> said", "said"), ("## only", ""), ("", "")]
)
def test_lists_and_quotes_are_a_last_resort(body: str, expected: str) -> None:
    assert excerpt(body) == expected


def test_it_is_long_enough_for_every_look_and_not_endless() -> None:
    paragraphs = [f"Paragraph {n}. {'word ' * 60}".strip() for n in range(50)]
    found = excerpt("\n\n".join(paragraphs))
    assert 1_200 <= len(found) < 1_800
    assert found.split("\n\n") == paragraphs[:4]


@pytest.mark.parametrize(
    ("front", "body", "expected"),
    [
        ("", f"{FIRST}\n\n<!--more-->\n\n{SECOND}", FIRST),
        ("description: A description that is long enough to be used.", f"{FIRST}\n\n<!-- more -->\n\n{SECOND}", FIRST),
        ('excerpt_separator: "[cut]"', f"{FIRST} [cut] {SECOND}", FIRST),
        ("", f"<!--more-->\n\n{FIRST}", FIRST),
        ("summary: Rain *fell*.", FIRST, "Rain fell."),
        ("excerpt: Rain fell.", FIRST, "Rain fell."),
        ("excerpt: true", FIRST, FIRST),
        ("description: The *roofs* of the town were wet &amp; shining all day.", FIRST,
         "The *roofs* of the town were wet & shining all day."),
        ("description: Too short to say much.", FIRST, FIRST),
        ("description: Rain in town", FIRST, FIRST),
        ("description: Rain in town — from the River Daily", FIRST, FIRST),
    ],
)  # fmt: skip
def test_marker_then_summary_then_telling_description_go_before_the_body(front: str, body: str, expected: str) -> None:
    assert excerpt(body, front) == expected


def test_a_description_equal_to_a_long_title_says_nothing_new() -> None:
    title = "Ministry promises dry streets in every district before the rains return"
    for description in (title, f"{title}.", title.upper(), title[:60]):
        assert text(read(f"title: {title}\ndescription: {description}", FIRST).excerpt) == FIRST


@pytest.mark.parametrize(
    "caption",
    [
        CAPTION,
        "*The bridge on Monday.*",
        "_A porter._",
        "PHOTO SUPPLIED",
        "A porter crosses the bridge. Photo: A. Porter",
        "A porter crosses the bridge. Photo by A. Porter.",
        "The bridge on Monday morning (Reuters)",
        "The new bridge, seen from the lower market",
        "កម្មករសាកល្បងស្ពាន នៅព្រឹកថ្ងៃច័ន្ទ។ រូបថត៖ ព័ត៌មានទន្លេ",
    ],
)
def test_a_caption_below_the_lead_picture_is_no_text(caption: str) -> None:
    post = with_lead_picture(caption, FIRST)
    assert text(post.excerpt) == FIRST
    assert post.caption == caption.strip("*_")


@pytest.mark.parametrize(
    "paragraph",
    [
        FIRST,
        "Did it rain in the whole of the town?",
        "“It did rain in the whole of the town.”",
        "ភ្លៀងបានធ្លាក់ក្នុងទីក្រុងទាំងមូលនៅព្រឹកថ្ងៃច័ន្ទ។",
        "Dear readers of the town,",
        "The mayor said on Monday morning:",
        "Hello all",
        "It rained in the whole of the town, Reuters reported.",
        "x" * 400,
    ],
)
def test_a_first_paragraph_is_no_caption(paragraph: str) -> None:
    post = with_lead_picture(paragraph, SECOND)
    assert text(post.excerpt) == f"{paragraph}\n\n{SECOND}"
    assert post.caption == ""


def test_a_caption_needs_a_paragraph_after_it() -> None:
    assert text(with_lead_picture(CAPTION).excerpt) == CAPTION


def test_a_caption_needs_a_picture_above_it() -> None:
    assert excerpt(f"{CAPTION}\n\n{FIRST}").startswith(CAPTION)


@pytest.mark.parametrize(
    "lead",
    [
        "![](a.jpg)\nThe bridge on Monday morning",
        "![](a.jpg)\n\n![](b.jpg)\n\nThe bridge on Monday morning",
        "<figure><img src='a.jpg'><figcaption>The bridge on Monday morning</figcaption></figure>",
        '![](a.jpg "The bridge on Monday morning")',
        "# Rain in town\n\n![](a.jpg)\n\nThe bridge on Monday morning",
    ],
)
def test_captions_are_found_in_every_shape(lead: str) -> None:
    post = read("title: Rain in town", f"{lead}\n\n{FIRST}\n\n{SECOND}")
    assert (post.caption, text(post.excerpt)) == ("The bridge on Monday morning", f"{FIRST}\n\n{SECOND}")
