"""The excerpt is what an editor would have taken, and captions are told from text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models import LONGEST_EXCERPT, Post, Span
from bot.reading.generators.generator import Generator
from bot.reading.site import Captions
from tests.reading.pages import SITE, read, text


class SummaryFirst(Generator):
    """As Jekyll, with a mark of its own."""

    summary_first = True

    @property
    def excerpt_separator(self) -> str:
        """Ends every excerpt."""
        return "[cut here]"


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
    assert LONGEST_EXCERPT + 100 < len(found) < LONGEST_EXCERPT + 600, "more, so that it is seen to be cut"
    assert found.split("\n\n") == paragraphs[:14]


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


@pytest.mark.parametrize("captions", [Captions.AUTO, Captions.ALWAYS])
def test_captions_further_down_are_no_text(captions: Captions) -> None:
    body = f"{FIRST}\n\n![](a.jpg)\n\n{CAPTION}\n\n![](b.jpg)\n*Seen from afar.*\n\n{SECOND}"
    post = read(body=body, site=replace(SITE, captions=captions))
    assert (text(post.excerpt), post.caption) == (f"{FIRST}\n\n{SECOND}", "")


def test_a_caption_further_down_is_better_than_no_text() -> None:
    assert excerpt(f"- a list\n\n![](a.jpg)\n\n{CAPTION}") == CAPTION


@pytest.mark.parametrize("caption", [CAPTION, "PHOTO SUPPLIED", "*The bridge.*"])
def test_where_captions_never_stand_every_paragraph_is_text(caption: str) -> None:
    body = f"![](a.jpg)\n\n{caption}\n\n{FIRST}\n\n![](b.jpg)\n\n{caption}"
    post = read(body=body, site=replace(SITE, captions=Captions.NEVER))
    plain = caption.strip("*")
    assert (text(post.excerpt), post.caption) == (f"{plain}\n\n{FIRST}\n\n{plain}", "")


@pytest.mark.parametrize("caption", [FIRST, "Hello all", "Dear readers of the town,", CAPTION])
def test_where_captions_always_stand_the_first_paragraph_below_the_picture_is_one(caption: str) -> None:
    site = replace(SITE, captions=Captions.ALWAYS)
    post = read(body=f"![](a.jpg)\n\n{caption}\n\n{SECOND}", site=site)
    assert (text(post.excerpt), post.caption) == (SECOND, caption)
    alone = read(body=f"![](a.jpg)\n\n{caption}", site=site)
    assert (text(alone.excerpt), alone.caption) == (caption, "")


@pytest.mark.parametrize("title", ["", ' "A tooltip"'])
@pytest.mark.parametrize(
    ("captions", "below", "is_caption"),
    [
        (Captions.AUTO, CAPTION, True),
        (Captions.AUTO, FIRST, False),
        (Captions.ALWAYS, CAPTION, True),
        (Captions.ALWAYS, FIRST, True),
        (Captions.NEVER, CAPTION, False),
    ],
)
def test_a_pictures_title_does_not_decide_about_captions(
    captions: Captions, below: str, is_caption: bool, title: str
) -> None:
    post = read(body=f"![](a.jpg{title})\n\n{below}\n\n{SECOND}", site=replace(SITE, captions=captions))
    assert text(post.excerpt) == (SECOND if is_caption else f"{below}\n\n{SECOND}")
    assert post.caption == (below if is_caption else title.strip(' "'))
    lower = read(body=f"{SECOND}\n\n![](b.jpg{title})\n\n{CAPTION}", site=replace(SITE, captions=captions))
    assert (text(lower.excerpt) == SECOND) == (captions is not Captions.NEVER)


def test_a_figures_own_caption_counts_in_every_mode() -> None:
    body = f'{{{{< figure src="a.jpg" caption="The bridge" >}}}}\n\n{FIRST}\n\n{SECOND}'
    for captions in Captions:
        post = read(body=body, site=replace(SITE, captions=captions))
        assert (text(post.excerpt), post.caption) == (f"{FIRST}\n\n{SECOND}", "The bridge")


def test_where_the_generator_has_it_so_the_front_matter_goes_before_the_marker() -> None:
    body = f"{FIRST}\n\n<!--more-->\n\n{SECOND}"
    front = "title: Rain\nexcerpt: Rain *fell*."
    assert text(read(front, body).excerpt) == FIRST
    assert text(read(front, body, site=replace(SITE, generator=SummaryFirst())).excerpt) == "Rain fell."
    assert text(read("title: Rain", body, site=replace(SITE, generator=SummaryFirst())).excerpt) == FIRST


def test_the_sites_mark_ends_the_excerpt_unless_the_post_has_its_own() -> None:
    site = replace(SITE, generator=SummaryFirst())
    body = f"{FIRST}\n\n[cut here]\n\n{SECOND}\n\n[or here]\n\nEnd."
    assert text(read(body=body, site=site).excerpt) == FIRST
    own = 'title: Rain\nexcerpt_separator: "[or here]"'
    assert text(read(own, body, site=site).excerpt).endswith(SECOND)
    blank = 'title: Rain\nexcerpt_separator: "\\n\\n"'
    assert text(read(blank, body, site=site).excerpt).endswith("End.")


@pytest.mark.parametrize(
    "before",
    [
        ":::note Title\nA box.\n:::\n\n",
        '!!! note "Title"\n    A box.\n\n    Its second paragraph.\n\n',
        "> [!WARNING]\n> A box.\n\n",
        "import A from 'a'\n\nexport const b = [\n  1,\n];\n\n",
        "Term\n: Its meaning.\n\n",
        "- [x] done\n\n",
        "[^1]: A note\n    of two lines.\n\n",
        "[a]: https://example.org\n\n",
        "[toc]\n\n",
        "<ul>\n<li>a list</li>\n</ul>\n\n",
        '{{< figure src="a.jpg" caption="The bridge" >}}\n\n',
    ],
)
def test_what_is_no_paragraph_of_the_text_is_passed_over(before: str) -> None:
    assert excerpt(f"{before}{FIRST}\n\n{SECOND}") == f"{FIRST}\n\n{SECOND}"


def test_links_start_from_the_posts_page_on_the_site_and_never_from_a_publishers() -> None:
    online = replace(SITE, url="https://example.org")
    body = "See [a](map/) and [b](/map/)."
    own = [span.link for span in read("title: Rain\nurl: /2026/rain/", body, site=online).excerpt if span.link]
    assert own == ["https://example.org/2026/rain/map/", "https://example.org/map/"]
    publishers = "title: Rain\norigin_url: https://publisher.example/rain/"
    assert [span.link for span in read(publishers, body, site=online).excerpt if span.link] == own[1:]
    assert read(publishers, body).excerpt == (Span("See a and b."),)
    named = "title: Rain\nexcerpt: See [a](map/).\nurl: /2026/rain/"
    assert [span.link for span in read(named, body, site=online).excerpt if span.link] == own[:1]


def test_the_link_is_known_even_where_the_title_comes_from_the_body() -> None:
    post = read("url: https://example.org/rain/", "See [a](map/).\n\n# Rain", site=SITE)
    assert Span("a", link="https://example.org/rain/map/") in post.excerpt


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
