"""Markdown becomes blocks of spans and pictures, and nothing of its markup stays."""

from __future__ import annotations

import pytest

from bot.models import Span
from bot.reading.text.blocks import Image, Kind
from bot.reading.text.markdown import read_blocks
from tests.reading.pages import text


def kinds(body: str) -> list[tuple[Kind, str]]:
    return [(block.kind, text(block.spans)) for block in read_blocks(body)]


def spans(body: str, base: str = "") -> tuple[Span, ...]:
    (block,) = read_blocks(body, base)
    return block.spans


def test_blocks_come_in_order_with_their_kind() -> None:
    body = (
        "# Title\nglued text\n\n## Two\n\n![](a.jpg)\n\nText\n\n- one\n- two\n\n> said\n>\n> more\n\n"
        "```\ncode\n```\n\n    code\n\n***\n\n| a |\n|---|\n| b |\n\nEnd"
    )
    assert kinds(body) == [
        (Kind.HEADING, "Title"),
        (Kind.PARAGRAPH, "glued text"),
        (Kind.HEADING, "Two"),
        (Kind.IMAGE, ""),
        (Kind.PARAGRAPH, "Text"),
        (Kind.LIST, "• one\n• two"),
        (Kind.QUOTE, "said\n\nmore"),
        (Kind.OTHER, ""),
        (Kind.OTHER, ""),
        (Kind.OTHER, ""),
        (Kind.OTHER, ""),
        (Kind.PARAGRAPH, "End"),
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("plain", (Span("plain"),)),
        ("a **b** c", (Span("a "), Span("b", bold=True), Span(" c"))),
        ("*a **b***", (Span("a ", italic=True), Span("b", bold=True, italic=True))),
        ("`a  <b>`", (Span("a <b>", code=True),)),
        ("[a *b*](https://x.org/)", (Span("a ", link="https://x.org/"), Span("b", italic=True, link="https://x.org/"))),
        ("<https://x.org/>", (Span("https://x.org/", link="https://x.org/"),)),
        ("[a][b]\n\n[b]: https://x.org/", (Span("a", link="https://x.org/"),)),
        ("[a](https://x.org/a_(b)?x=1)", (Span("a", link="https://x.org/a_(b)?x=1"),)),
        ("[a](javascript:x)", (Span("a"),)),
        ("[a](#top) [b](b.html) [c](mailto:x@y.org)", (Span("a b c"),)),
        ("~~a~~ b", (Span("a b"),)),
        ("a\nb", (Span("a b"),)),
        ("a  \nb", (Span("a\nb"),)),
        ("a\\\nb", (Span("a\nb"),)),
        ("a<br>b", (Span("a\nb"),)),
        ("a \u00a0 b\u00a0", (Span("a b"),)),
        ("a **\u00a0b** c", (Span("a **\u00a0b** c".replace("\u00a0", " ")),)),
        ("ក\u200bខ", (Span("ក\u200bខ"),)),
        ("a &amp; b &lt;c&gt; \\*d\\*", (Span("a & b <c> *d*"),)),
        ("a <strong>b</strong> <span class=x>c</span>", (Span("a "), Span("b", bold=True), Span(" c"))),
        ('<a href="https://x.org/?a=1&copy=2">a</a> b', (Span("a", link="https://x.org/?a=1&copy=2"), Span(" b"))),
        ("a</b> b</a> <b>c", (Span("a b "), Span("c", bold=True))),
        ("a <!-- hidden --> b", (Span("a b"),)),
        ("a ![x](y.jpg) b", (Span("a b"),)),
        ("a[^1] b\n\n[^1]: note: more", (Span("a b"),)),
        ("a[^1]: b", (Span("a: b"),)),
        ("{{ page.x }}a{% if x %} b{% endif %}{: .c target=x}", (Span("a b"),)),
        ("{% highlight x %}\na\n{% endhighlight %}\n\nb", (Span("b"),)),
        ("{{< youtube x >}}\n\n{{% note %}}\na\n{{% /note %}}", (Span("a"),)),
        ("{: .lead}\na\n{: .b}", (Span("a"),)),
        (":::note\n\na\n\n:::", (Span("a"),)),
        ("[TOC]\n\na", (Span("a"),)),
        ("[[toc]]\n\na", (Span("a"),)),
        ("* TOC\n{:toc}\n\na", (Span("a"),)),
        (":::note Title\na\n:::", (Span("a"),)),
        ("::: lead\na\n:::", (Span("a"),)),
        ('!!! note "Title"\n    a', (Span("a"),)),
        ("> [!NOTE]\n> a", (Span("a"),)),
        ("- [ ] a", (Span("• "), Span("a"))),
        ("a^[a note] b", (Span("a b"),)),
        ("a[^1] b\n\n[^1]: note\ngoes on\n    and on\n\n", (Span("a b"),)),
        ("{% raw %}{{ a }}{% endraw %} b", (Span("{{ a }} b"),)),
        ("`{{ a }}` b", (Span("{{ a }}", code=True), Span(" b"))),
        ("Use {{</* note */>}}.", (Span("Use {{< note >}}."),)),
        ('a {{</*b c="d"*/>}} e', (Span('a {{<b c="d">}} e'),)),
        ("a {{%/* note */%}}", (Span("a {{% note %}}"),)),
        ("`{{</* a */>}}` b", (Span("{{< a >}}", code=True), Span(" b"))),
        ("`Vec<Text>` b", (Span("Vec<Text>", code=True), Span(" b"))),
        ("{{< highlight go >}}\na\n{{< /highlight >}}\n\nb", (Span("b"),)),
        ("{% codeblock %}\na\n{% endcodeblock %}\n\nb", (Span("b"),)),
        ("{% include note.html text='a' %}\n\nb", (Span("b"),)),
        ("{::comment}\na\n{:/comment}\n\nb", (Span("b"),)),
        ("import A from 'a'\nimport {\n  B,\n} from \"b\";\n\na", (Span("a"),)),
        ("export const a = {\n  b: 1,\n\n  c: 2,\n};\n\na", (Span("a"),)),
        ("<Tabs values={[{a: 1}]}>\n<Tab>\n\na\n\n</Tab>\n</Tabs>", (Span("a"),)),
        ("Term\n: a\n", (Span("• "), Span("Term: a"))),
        ("import duties rise from today", (Span("import duties rise from today"),)),
        ("[a]({% post_url x %}) [b]({{< ref x >}})", (Span("a b"),)),
        ("[a](vbscript:x) [b](data:text/html,x) [c](file:///x)", (Span("a b c"),)),
    ],
)
def test_inline_markup_becomes_styles(body: str, expected: tuple[Span, ...]) -> None:
    assert spans(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("a {b} c {1+1} d", (Span("a c d"),)),
        ("a {b.map((c) => { return <d e={f}/> })} g", (Span("a g"),)),
        ("{'a'} {\"*b*\"} {`c`}{' '}d {`${e}`}", (Span("a *b* c d"),)),
        ('{"}"} a {/* b } */}c', (Span("} a c"),)),
        ("\\{a\\} b", (Span("{a} b"),)),
        ("`{a}` b", (Span("{a}", code=True), Span(" b"))),
        ("<B x={1}/> a", (Span("a"),)),
        ("<B x={1}/>\n\na", (Span("a"),)),
        ('a <B c="}>" d={"<"} {...e}>f</B> <>g</>', (Span("a f g"),)),
        ("a <b style={c}>d</b> e", (Span("a "), Span("d", bold=True), Span(" e"))),
        ("<div hidden={a}>\n\nb\n\n</div>", (Span("b"),)),
        ("import {\n  A,\n} from 'a'\nexport const b = {\n  c: 1,\n}\n\na", (Span("a"),)),
        ("a { b", (Span("a { b"),)),
        ("a } b < C {", (Span("a } b < C {"),)),
    ],
)
def test_in_mdx_expressions_and_components_vanish(body: str, expected: tuple[Span, ...]) -> None:
    (block,) = read_blocks(body, mdx=True)
    assert block.spans == expected


def test_elsewhere_braces_are_text() -> None:
    assert spans("a {b} {1+1}") == (Span("a {b} {1+1}"),)


def test_paths_are_links_where_the_site_is_known() -> None:
    assert spans("[a](/b)", "https://x.org/paper") == (Span("a", link="https://x.org/paper/b"),)
    assert spans("[a](/b)") == (Span("a"),)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a</p><p>b</p>", [(Kind.PARAGRAPH, "a"), (Kind.PARAGRAPH, "b")]),
        ("<div>\na\nb\n</div>", [(Kind.PARAGRAPH, "a b")]),
        ("<div>\n\na *b*\n\n</div>", [(Kind.PARAGRAPH, "a b")]),
        ("<h2>a</h2>\n<p>b</p>", [(Kind.HEADING, "a"), (Kind.PARAGRAPH, "b")]),
        ("<script>\nalert(1)\n</script>", []),
        ("<div><style>a{}</style>b</div>", [(Kind.PARAGRAPH, "b")]),
        ("<table><tr><td>a</td></tr></table>", []),
        ("<iframe src=x>a</iframe>", []),
        ("<!-- a -->", []),
        ("<![CDATA[ a ]]>", []),
        ("<figure><img src=a.jpg><figcaption>b <i>c</i></figcaption></figure>", [(Kind.IMAGE, "b c")]),
        ("<ul><li>a</li></ul>", [(Kind.LIST, "a")]),
        ("<blockquote><p>a</p></blockquote>", [(Kind.QUOTE, "a")]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", [(Kind.LIST, "a"), (Kind.LIST, "b")]),
        ('{{< figure src="a.jpg" caption="b c" >}}', [(Kind.IMAGE, "b c")]),
        ("<p><img src=a.jpg></p>", [(Kind.IMAGE, "")]),
        ("<p>AT&amp;T &copy 1</p>", [(Kind.PARAGRAPH, "AT&T &copy 1")]),
    ],
)
def test_html_blocks_give_their_text(body: str, expected: list[tuple[Kind, str]]) -> None:
    assert kinds(body) == expected


def test_relative_links_start_from_the_posts_own_page() -> None:
    body = "[a](b/) [c](../d/) [e](f.md) [g](#h) [i](/j)"
    blocks = read_blocks(body, "https://x.org", page="https://x.org/2026/rain/")
    links = [span.link for span in blocks[0].spans if span.link]
    assert links == ["https://x.org/2026/rain/b/", "https://x.org/2026/d/", "https://x.org/j"]


def test_a_text_that_makes_markdown_it_stumble_is_read() -> None:
    assert kinds(">* <pre\n>") == kinds(">* <pre\n>\n") == [(Kind.QUOTE, "")]


def test_a_picture_on_the_line_above_is_a_block_of_its_own() -> None:
    blocks = read_blocks("[![a](b.jpg)](https://x.org/)\nThe caption *here*\n\nText")
    assert [(block.kind, text(block.spans)) for block in blocks] == [
        (Kind.IMAGE, ""),
        (Kind.PARAGRAPH, "The caption here"),
        (Kind.PARAGRAPH, "Text"),
    ]
    assert blocks[0].images == (Image("b.jpg", "a"),)


@pytest.mark.parametrize(
    "marker",
    [
        "<!--more-->",
        "<!-- more -->",
        "<!--more Read on-->",
        "<!-- More -->",
        "<!--\nmore\n-->",
        "{/*truncate*/}",
        "<!-- truncate -->",
        "{/* truncate */}",
        "<!-- excerpt -->",
    ],
)
def test_every_spelling_of_the_excerpt_marker_is_a_block(marker: str) -> None:
    assert [kind for kind, _ in kinds(f"a\n\n{marker}\n\nb")] == [Kind.PARAGRAPH, Kind.MARKER, Kind.PARAGRAPH]
    assert [kind for kind, _ in kinds(f"a {marker} b")] == [Kind.PARAGRAPH, Kind.MARKER, Kind.PARAGRAPH]


def test_a_marker_that_is_spoken_about_marks_nothing() -> None:
    assert kinds("write `<!--more-->` here") == [(Kind.PARAGRAPH, "write <!--more--> here")]


def test_of_a_long_body_only_whole_blocks_at_its_start_are_read() -> None:
    blocks = kinds("\n\n".join(f"Paragraph {n} {'x' * 90}" for n in range(5_000)))
    assert 100 < len(blocks) < 130
    assert all(words.endswith("x" * 90) for _, words in blocks)


def test_definitions_at_the_end_of_a_long_body_are_known_at_its_start() -> None:
    body = f"[a][b]\n\n{'x' * 20_000}\n\n[b]: https://x.org/\n"
    assert read_blocks(body)[0].spans == (Span("a", link="https://x.org/"),)
