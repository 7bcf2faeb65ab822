"""Paragraphs with plain links and emphasis are what a full parse makes of them."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.models import Span
from bot.reading.addresses import Links
from bot.reading.text.blocks import Block, Kind
from bot.reading.text.body import Body
from bot.reading.text.markdown import read_blocks
from bot.reading.text.styled import styled

LINKS = Links("https://paper.example")
ADDRESS = "https://paper.example/a"

SIGNS = "ab1 .,!?:;()[]*_\"'“”‘’-–=|#+>\n\u00a0\u200b\u200d\t\u2003\\`éⅷ𝟘½名។。€×"
PIECES = (
    *("**", "__", "  ", "\n\n", "rain", "ភ្លៀង", "និង", "<b>", "&amp;", "~~", "1. ", "- ", "*a*", "**b c**", "_d_"),
    *(
        f"]({ADDRESS})",
        f"[b]({ADDRESS})",
        "](http://x.y/_a_)",
        "[a](b)",
        "[a]: https://c.example/",
        "(https://x.example)",
    ),
)

words = st.sampled_from([*SIGNS, *PIECES])
paragraphs = st.lists(words, min_size=1, max_size=14).map("".join)


@settings(max_examples=400)
@given(paragraphs)
@example(f"Rain [in the *delta*]({ADDRESS}) fell")
@example(f"[a]({ADDRESS})[b]({ADDRESS})")
@example(f"![a]({ADDRESS}) *b*")
@example("a *b**c* d")
@example("*a* _b_ **c** __d__")
@example("*a \n*b* c*")
@example(f"**a**\n[b]({ADDRESS}): c")
def test_what_is_taken_is_what_a_full_parse_makes_of_it(written: str) -> None:
    lines = written.strip("\n").split("\n\n")[0]
    spans = styled(lines, LINKS) if lines.strip() else None

    assert spans is None or [Block(Kind.PARAGRAPH, spans)] == read_blocks(lines, LINKS.site)


@settings(max_examples=200)
@given(st.lists(paragraphs, max_size=5).map("\n\n".join))
def test_a_body_read_bit_by_bit_is_the_same_as_one_read_at_once(written: str) -> None:
    assert list(Body(written, LINKS)) == read_blocks(written, LINKS.site)


@pytest.mark.parametrize(
    ("written", "spans"),
    [
        (
            f"The [harbour master]({ADDRESS}) *also* said:",
            (Span("The "), Span("harbour master", link=ADDRESS), Span(" "), Span("also", italic=True), Span(" said:")),
        ),
        ("**Kampot** — rain", (Span("Kampot", bold=True), Span(" — rain"))),
        (f"Rain \nfell [a\nlot]({ADDRESS}).", (Span("Rain fell "), Span("a lot", link=ADDRESS), Span("."))),
        (f"ភ្លៀង\u200b [a]({ADDRESS})", (Span("ភ្លៀង\u200b "), Span("a", link=ADDRESS))),
    ],
)
def test_the_usual_forms_need_no_parser(written: str, spans: tuple[Span, ...]) -> None:
    assert styled(written, LINKS) == spans


@pytest.mark.parametrize(
    "written",
    [
        "snake_case*",
        "5 * 3 * 2",
        "a*b*",
        "*a*b",
        "***a***",
        f"*[a]({ADDRESS})*",
        f"[*a*]({ADDRESS})",
        "[a][b]",
        "[a](rain.md)",
        f"![a]({ADDRESS})",
        "a *b*  \nc",
        "* a *b*",
        "a *b*\n- c",
        "a *b*\n===",
        "*a* &amp;",
    ],
)
def test_what_needs_a_parser_is_left_to_it(written: str) -> None:
    assert styled(written, LINKS) is None
