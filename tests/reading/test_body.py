"""A body read no further than needed gives what a whole reading gives, and costs no more for a hostile one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from bot.errors import PostError
from bot.models import Picture, Span
from bot.reading.addresses import Links
from bot.reading.excerpt import excerpt_of
from bot.reading.front.front_matter import FrontMatter, read_front_matter
from bot.reading.page import Page
from bot.reading.pictures import pictures_of
from bot.reading.site import Captions, Site
from bot.reading.text.blocks import Block, Image, Kind
from bot.reading.text.body import Body
from bot.reading.text.markdown import Definitions, block_tokens, read_blocks
from bot.reading.title import title_of

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "posts").rglob("*.md"))
URL = "https://example.org/2026/rain/"
LINKS = Links("https://example.org", URL)


class WholeBody(Body):
    """A body whose every block was read at once, by the parser alone."""

    def __init__(self, written: str) -> None:
        super().__init__(written, LINKS)
        self.blocks = read_blocks(written, LINKS.site, page=LINKS.page)

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def images(self) -> Iterator[Image]:
        return (image for block in self.blocks for image in block.images)

    @property
    def may_be_marked(self) -> bool:
        return True


def understood(body: Body, front: FrontMatter, captions: Captions) -> tuple[object, ...]:
    page = Page("rain.md", front, front.values, body, Site(Path("/nonexistent"), url=LINKS.site, captions=captions))
    try:
        title = title_of(page)
    except PostError as error:
        title = error.what
    return title, excerpt_of(page, title, URL), pictures_of(page, URL), page.doubts


WORDS = st.sampled_from(
    [
        *("rain", "It rained.", "ភ្លៀង", "a\u00a0b", "PHOTO SUPPLIED", "“said”", "1. one", "- item", "* * *"),
        *("> quote", "# Title", "Title\n===", "Sub\n---", "| a | b |\n|---|---|\n| c | d |", "a | b\n- | -\nc | d"),
        *("![](https://example.org/a.jpg)", "![x](b.jpg)", "![ref]", "![a][b]", "[a][b]", "[b]", "[b]: /u 'T'", "[b]:"),
        *("[ref]: <c d.jpg>", "https://example.org", "<https://x.org>", "[l](/p)", "[l](p.html)"),
        *("[l](javascript:x)", "<i>", "a\\\nb"),
        *("```", "~~~", "``", "`code`", "    indented", "\tindented", "**bold**", "*it*", "_it_", "__", "\\*", "&amp;"),
        *("<div>", "</div>", "<script>", "</script>", "<!--", "-->", "<!-- more -->", "<p>html</p>", "<pre>", "<?x"),
        *("<img src=a.png>", "<picture><source srcset='s.png 1x'></picture>", "<b>x</b>", "<Tabs a={1}>", "</Tabs>"),
        *("{% raw %}", "{% endraw %}", "{{ x }}", "{: .c}", "[^1]", "[^1]: note", ":::note T"),
        *(":::", "!!! note", "Term\n: def"),
        *("{{< figure src='f.png' caption='C c' >}}", "import x from 'y'", "- [ ] task", "  \n", " ", "\t", "\n"),
    ]
)  # fmt: skip
BODIES = st.lists(
    st.tuples(WORDS, st.sampled_from(["\n\n", "\n", " ", "", "\n\n\n", "\n \n", "\n    ", "\n> ", "\n- "]))
)


@given(BODIES)
@example([("- item", "\n\n"), ("    indented", "\n\n"), ("rain", "\n\n")])
@example([("```", "\n\n"), ("![x](b.jpg)", "\n\n"), ("[b]: /u 'T'", "\n\n"), ("```", "\n\n"), ("[b]", "\n")])
@example([("[b]", "\n\n"), ("<!--", "\n\n"), ("[b]: /u 'T'", "\n\n"), ("-->", "\n\n"), ("![a][b]", "\n\n")])
@settings(max_examples=600)
def test_block_for_block_it_is_what_the_parser_alone_reads(pieces: list[tuple[str, str]]) -> None:
    body = "".join(f"{words}{gap}" for words, gap in pieces)
    assert list(Body(body, LINKS)) == read_blocks(body, LINKS.site, page=LINKS.page)


@given(st.text("ab1 .\n#>-*_`[]()!:<>&|~=+\\\t\"'\u00a0ក{}%", max_size=120))
@settings(max_examples=600)
def test_so_it_is_for_any_letters(body: str) -> None:
    assert list(Body(body, LINKS)) == read_blocks(body, LINKS.site, page=LINKS.page)


@given(st.text("ab<>A{}/=\"'`\\ \n*.:", max_size=80))
@settings(max_examples=300)
def test_so_it_is_in_mdx(body: str) -> None:
    assert list(Body(body, LINKS, mdx=True)) == read_blocks(body, LINKS.site, page=LINKS.page, mdx=True)


@given(BODIES, st.sampled_from(["title: Rain\ncover: c.jpg", "layout: post"]), st.sampled_from(Captions))
@settings(max_examples=300)
def test_title_excerpt_caption_and_pictures_are_those_of_the_whole(
    pieces: list[tuple[str, str]], front_matter: str, captions: Captions
) -> None:
    written = "".join(f"{words}{gap}" for words, gap in pieces)
    front = read_front_matter(f"---\n{front_matter}\n---\n".encode(), "rain.md")
    assert front
    assert understood(Body(written, LINKS), front, captions) == understood(WholeBody(written), front, captions)


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_of_every_example_it_understands_the_same(file: Path) -> None:
    front = read_front_matter(file.read_bytes(), file.name)
    assert front
    for captions in Captions:
        lazily = understood(Body(front.body, LINKS), front, captions)
        assert lazily == understood(WholeBody(front.body), front, captions)


def test_definitions_at_the_very_end_are_known_at_the_beginning() -> None:
    filler = "\n\n".join("It rained all day in the town." for _ in range(200))
    body = Body(
        f"See [the map][m] and ![rain].\n\n{filler}\n\n[m]: https://example.org/map\n[rain]: /rain.jpg\n", LINKS
    )
    first = next(iter(body))
    assert Span("the map", link="https://example.org/map") in first.spans
    assert first.images == (Image("/rain.jpg", "rain"),)


def test_what_nobody_asks_for_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []

    def counting(source: str, definitions: Definitions) -> list[Token]:
        parsed.append(source)
        return block_tokens(source, definitions)

    monkeypatch.setattr("bot.reading.text.body.block_tokens", counting)
    body = Body("*First.*\n\n" + "Plain.\n\n" * 50 + "- a list\n\n*Last.*")
    assert [block.kind for block in islice(body, 10)] == [Kind.PARAGRAPH] * 10
    assert list(body.images()) == []
    assert parsed == ["*First.*"]


def test_no_block_is_read_after_the_last_one_of_the_excerpt(monkeypatch: pytest.MonkeyPatch) -> None:
    front = read_front_matter(b"---\ntitle: Rain\n---\n", "rain.md")
    assert front
    monkeypatch.setattr("bot.reading.text.body.block_tokens", None)  # not even asked
    body = Body(f"{'Rain. ' * 100}\n\n{'More rain. ' * 400}\n\n*Still more.*")
    page = Page("rain.md", front, front.values, body, Site(Path("/nonexistent")))
    excerpt, _ = excerpt_of(page, "Rain")
    assert [len(span.text) for span in excerpt] == [599, 2, 4399]


@pytest.mark.parametrize(
    "unit",
    [
        "- a\n\n",
        "```\n\n",
        "<!--\n\n",
        "> - a\n\n",
        "[a]\n\n",
        "`a ",
        "{% raw %}\n",
        "[^a]: b\n",
        ":::note\n",
        "<Ab c={",
        "![",
        "{{< highlight ",
        "import a\n",
        "    a\n\n",
        "1. a\n\n   b\n\n",
        "a\n: ",
        "{::comment}",
        "<pre>\n\n",
        "{/*",
        "^[a",
    ],
)
def test_a_hostile_body_costs_what_its_window_costs(unit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fed = 0

    def counting(source: str, definitions: Definitions) -> list[Token]:
        nonlocal fed
        fed += len(source)
        return block_tokens(source, definitions)

    monkeypatch.setattr("bot.reading.text.body.block_tokens", counting)
    list(Body(unit * (200_000 // len(unit)), LINKS))
    assert fed <= 8 * 13_000


def test_pictures_keep_the_address_that_was_written() -> None:
    written = "![A b](https://example.org/a_b/c-d.jpg)\n\nIt rained."
    front = read_front_matter(b"---\ntitle: Rain\n---\n", "rain.md")
    assert front
    page = Page("rain.md", front, front.values, Body(written), Site(Path("/nonexistent")))
    assert pictures_of(page, None) == (Picture(url="https://example.org/a_b/c-d.jpg", alt="A b"),)
