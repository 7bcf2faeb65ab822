"""Readers see what was written, and nothing that was not."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.markdown import escape, markdown, web_address
from bot.models import Span
from tests.adapters.discord.reader import Run, read, seen

LINK = "https://news.example/a_(b)"

WRITTEN = [
    "# no heading",
    "-# no small print",
    "- no list",
    "  * no list",
    "1. no list",
    "12) no list",
    "> no quote",
    ">>> no quote",
    "*a* _b_ **c** __d__ ~~e~~ ||f|| `g` ```h```",
    "snake_case_name and 2 * 3 * 4",
    "[text](https://elsewhere.example)",
    "@everyone and @here and @EVERYONE",
    "<@123> <@!123> <@&123> <#123> </subscribe:1> <t:1700000000> <:bell:1> <a:bell:1>",
    ":bell: at 10:30:45",
    "a backslash \\ and \\* two",
    "line\n# heading?\n- list?\n1. list?",
    "ភ្នំពេញ៖ **អត្ថបទ**",
    "5 < 6 > 4",
]


@pytest.mark.parametrize("text", WRITTEN)
def test_plain_text_is_shown_as_it_was_written(text: str) -> None:
    assert seen(escape(text)) == text


@pytest.mark.parametrize("text", WRITTEN)
def test_marks_in_styled_text_are_only_text(text: str) -> None:
    for span in (Span(text, bold=True), Span(text, italic=True), Span(text, bold=True, italic=True)):
        assert seen(markdown([span])) == text


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        (Span("rain"), "rain"),
        (Span("rain", bold=True), "**rain**"),
        (Span("rain", italic=True), "*rain*"),
        (Span("rain", bold=True, italic=True), "***rain***"),
        (Span("rain_gauge", code=True), "`rain_gauge`"),
        (Span("rain", link="https://news.example/x"), "[rain](https://news.example/x)"),
        (Span("rain", bold=True, link="https://news.example/x"), "**[rain](https://news.example/x)**"),
        (Span("rain", link="javascript:alert(1)"), "rain"),
        (Span("rain", link="mailto:desk@news.example"), "rain"),
        (Span("rain", link="https://"), "rain"),
        (Span("rain", link="https://[broken"), "rain"),
        (Span(" rain ", bold=True), " **rain** "),
        (Span("rain\n\nsun", bold=True), "**rain**\n\n**sun**"),
        (Span("   ", bold=True), "   "),
        (Span("a `tick`", code=True), "a \\`tick\\`"),
        (Span("rain", code=True, link="https://news.example/x"), "[rain](https://news.example/x)"),
    ],
)
def test_each_style_has_its_marks(span: Span, expected: str) -> None:
    assert markdown([span]) == expected


def test_neighbouring_styles_do_not_run_into_each_other() -> None:
    runs = read(markdown([Span("a", bold=True), Span("b", italic=True), Span("c", code=True), Span("d")]))
    looks = [(run.text, set(run.styles)) for run in runs if run.text != "\u200b"]
    assert looks == [("a", {"bold"}), ("b", {"italic"}), ("c", {"code"}), ("d", set())]


def test_a_list_mark_cut_in_two_is_still_no_list() -> None:
    assert seen(markdown([Span("1"), Span(". first")])) == "1. first"
    assert seen(markdown([Span("-"), Span(" first")])) == "- first"


def test_a_link_leads_where_it_should_whatever_is_in_its_address() -> None:
    address = 'https://news.example/a b(c)*d*|e|`f`"g"\\h'
    (run,) = read(markdown([Span("see", link=address)]))
    assert run == Run("see", link="https://news.example/a%20b%28c%29%2Ad%2A%7Ce%7C%60f%60%22g%22%5Ch")


def test_a_link_whose_text_is_an_address_shows_where_it_leads() -> None:
    (run,) = read(markdown([Span("https://bank.example", link="https://elsewhere.example/login")]))
    assert (run.text, run.link) == ("https://elsewhere.example/login", "https://elsewhere.example/login")


def test_brackets_in_a_links_text_do_not_end_it() -> None:
    runs = read(markdown([Span("[Video] rain]", link="https://news.example/x")]))
    assert "".join(run.text for run in runs) == "(Video) rain)"
    assert {run.link for run in runs} == {"https://news.example/x"}


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("see https://news.example/a_b_c.", "https://news.example/a_b_c"),
        ("(https://news.example/a)", "https://news.example/a"),
        ("https://news.example/**x**", "https://news.example/%2A%2Ax%2A%2A"),
        ("https://news.example/@everyone!", "https://news.example/%40everyone"),
        ("https://km.example/ភ្នំពេញ។", "https://km.example/ភ្នំពេញ។"),
    ],
)
def test_an_address_in_the_text_stays_a_link(text: str, address: str) -> None:
    assert [run.link for run in read(escape(text)) if run.link] == [address]


@pytest.mark.parametrize("text", ["ftp://x.example", "", None, "https://", "news.example", "file:///etc/passwd"])
def test_only_pages_of_the_web_are_linked(text: str | None) -> None:
    assert web_address(text) == ""


def test_an_address_keeps_its_letters() -> None:
    assert web_address(" https://news.example/ភ្នំពេញ?a=(b)&c=%20d ") == "https://news.example/ភ្នំពេញ?a=(b)&c=%20d"


NASTY = st.text(alphabet=st.sampled_from("ab1 \n\\*_~`|[]()<>#-+.:@!&/ក😀"), max_size=25) | st.sampled_from(
    ["@everyone", "<@1>", "**", "__x__", "https://a.example/b_c", "http://", "]( ", "```", "1. ", "- ", "# ", "here"]
)
SPANS = st.lists(
    st.builds(
        Span,
        text=NASTY,
        bold=st.booleans(),
        italic=st.booleans(),
        code=st.booleans(),
        link=st.sampled_from([None, LINK, "javascript:x", "https://a.example/*_|`"]),
    ),
    max_size=6,
)


@given(SPANS)
def test_any_spans_are_seen_as_they_were_written(spans: list[Span]) -> None:
    shown = seen(markdown(spans))
    if not any("http" in span.text or span.link for span in spans):
        assert shown == "".join(span.text for span in spans)


@given(NASTY)
def test_any_plain_text_is_shown_as_it_was_written(text: str) -> None:
    shown = seen(escape(text))
    if not re.search(r"https?://", text):
        assert shown == text


def wanted(span: Span) -> tuple[set[str], str]:
    """How a span shall look, and where it shall lead."""
    link = LINK.replace("(", "%28").replace(")", "%29") if span.link else ""
    if span.code and not link:  # Discord has no code in a link
        return {"code"}, ""
    return {name for name, on in (("bold", span.bold), ("italic", span.italic)) if on}, link


STYLED = st.builds(
    Span,
    text=st.sampled_from(
        [
            "a",
            " b ",
            "*c*",
            "`d`",
            "**",
            "_e_",
            "[f](g)",
            "# h",
            "\\",
            "ភ្លៀង",
            "👩‍👩‍👧‍👦",
            "1. ",
            "i\nj",
            " ",
            "\n\n",
            "@here",
        ]
    ),
    bold=st.booleans(),
    italic=st.booleans(),
    code=st.booleans(),
    link=st.sampled_from([None, LINK]),
).map(lambda span: replace(span, code=False) if "`" in span.text else span)  # code knows no escapes: it goes plain


@settings(max_examples=400)
@given(st.lists(STYLED, max_size=12))
def test_every_letter_is_seen_in_the_styles_in_which_it_was_written(spans: list[Span]) -> None:
    letters = [(char, *wanted(span)) for span in spans for char in span.text if not char.isspace()]
    shown = [
        (char, set(run.styles), run.link)
        for run in read(markdown(spans))
        for char in run.text
        if not char.isspace() and char != "\u200b"
    ]
    in_links = str.maketrans("[]", "()")  # Discord would end a link's text at a bracket
    assert shown == [(char.translate(in_links) if link else char, styles, link) for char, styles, link in letters]
