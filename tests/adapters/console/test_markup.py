"""No markup of a post becomes anything on the page but what its platform would show."""

from __future__ import annotations

import pytest

from adapters.console.markup import discord_html, plain_html, telegram_html

LINK = 'target="_blank" rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<b>Rain &amp; <i>wind</i></b>", "<b>Rain &amp; <i>wind</i></b>"),
        ("<code>a &lt; b</code>", "<code>a &lt; b</code>"),
        (
            '<a href="https://example.org/?a=1&amp;b=2">Read</a>',
            f'<a href="https://example.org/?a=1&amp;b=2" {LINK}>Read</a>',
        ),
        (
            "#National and #ជាតិ, C# or a#b",
            '<span class="tag">#National</span> and <span class="tag">#ជាតិ</span>, C# or a#b',
        ),
        ("<b>open <i>and", "<b>open <i>and</i></b>"),
        ("<b>a <i>b</b> c</i>", "<b>a <i>b</i></b> c"),
    ],
)
def test_telegrams_markup_is_kept_and_closed(text: str, html: str) -> None:
    assert telegram_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ('<img src="x" onerror="alert(1)">', ""),
        ('<b onclick="alert(1)" class="x">a</b>', "<b>a</b>"),
        ('<a href="javascript:alert(1)">a</a>', "a"),
        (
            '<a href="https://example.org/&quot; onclick=&quot;x">a</a>',
            f'<a href="https://example.org/&#34; onclick=&#34;x" {LINK}>a</a>',
        ),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("<!-- a --><?php ?><svg/onload=alert(1)>", ""),
    ],
)
def test_what_telegram_does_not_know_leaves_only_its_words(text: str, html: str) -> None:
    assert telegram_html(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**Rain** and *wind*", "<p><strong>Rain</strong> and <em>wind</em></p>"),
        (r"\*not italic\*", "<p>*not italic*</p>"),
        ("[Read](https://example.org)", f'<p><a {LINK} href="https://example.org">Read</a></p>'),
        (
            "https://example.org/a_b_c",
            f'<p><a {LINK} href="https://example.org/a_b_c">https://example.org/a_b_c</a></p>',
        ),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("# Large", '<p class="large">Large</p>'),
        ("<@&123>", '<p><span class="mention">@role 123</span></p>'),
    ],
)
def test_discords_markup_is_drawn(text: str, html: str) -> None:
    assert discord_html(text).strip() == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        '[a](https://example.org "onclick=x")<svg/onload=alert(1)>',
        "![a](https://example.org/a.png)",
        "<a href=x>",
    ],
)
def test_discords_markup_makes_no_other_tags(text: str) -> None:
    html = discord_html(text)

    assert not any(f"<{tag}" in html for tag in ("script", "img", "svg", "a href"))
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_commands_in_a_reply_can_be_pressed_and_addresses_are_no_commands() -> None:
    html = plain_html("/help — <b>or</b> https://example.org/help or a/b")

    assert html.count("<button") == 1
    assert 'data-command="/help"' in html
    assert "&lt;b&gt;or&lt;/b&gt; https://example.org/help or a/b" in html
