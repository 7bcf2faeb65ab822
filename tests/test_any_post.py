"""Whatever an editor writes is a post, none, or a PostError; and a post becomes messages that both platforms take."""

from __future__ import annotations

import re
from typing import Final

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import limits as discord_limits
from adapters.discord import render as discord
from adapters.telegram import render as telegram
from bot.composing.announce import announce
from bot.composing.cutting import ELLIPSIS, cut_spans, utf16_length
from bot.errors import PostError
from bot.models import Look, Post, Style
from bot.reading.reader import read_bytes
from tests.adapters.discord.reader import read, read_own
from tests.emulators.telegram.articles import read_article
from tests.emulators.telegram.entities import parse_html
from tests.emulators.telegram.media import Media
from tests.reading.pages import SITE

# What breaks readers and renderers: signs of every syntax, mentions, marks, joined emoji, invisible letters.
_SIGNS: Final = """
    --- +++ { } ... : - # " ' [ ] ( ) < > & * ** _ __ ` ``` ~~ | \\ / ! ? @ @everyone @here <@1> <@&22> <#3> </x:4>
    [x](https://example.org/a_(b)) ![](x.jpg) ![a][r] [r]: [^1] {{x}} {%x%} {{<figure>}} <!--more--> <b> </b> <a> <img
    https://example.org javascript:alert(1) tg://user?id=1 &amp; &#x202e; ក្រុង ព្រឹត្តិការណ៍។ 👩‍👩‍👧‍👦 🇰🇭 中文。 مرحبا <t:5>
    > - * 1. ||spoiler|| \\# $x$ :::note --> ]]>
"""
_INVISIBLE: Final = ("\n", "\n\n", "\t", "\u202e", "\u200b", "\ufeff", "\0", "\ud83d", "e\u0301")
_KEYS: Final = """
    title date category categories tags image description excerpt summary language code origin_url permalink slug draft
    published newsbell silent breaking aliases excerpt_separator expiryDate
"""
ODD: Final = st.sampled_from((*_SIGNS.split(), *_INVISIBLE))
TEXT: Final = st.lists(ODD | st.text(max_size=12) | st.sampled_from(["rain ", "the river rose. "]), max_size=30).map(
    "".join
)
KEYS: Final = st.sampled_from(_KEYS.split())
VALUES: Final = TEXT | st.sampled_from(
    ["yes", "no", "~", "2026-11-03", "0000-00-00", "[a, b]", "{a: b}", "12:30", "0x1f"]
)
BLOCKS: Final = st.lists(TEXT, max_size=6).map("\n\n".join)
FILES: Final = st.builds(
    lambda fence, fields, body: f"{fence}\ntitle: Rain\n{fields}\n{fence}\n\n{body}",
    st.sampled_from(["---", "---", "---", "+++", ""]),
    st.lists(st.builds("{}: {}".format, KEYS, VALUES), max_size=6).map("\n".join),
    BLOCKS,
).map(lambda text: text.encode(errors="replace"))
LOOKS: Final = st.builds(
    Look,
    style=st.sampled_from(Style),
    image=st.booleans(),
    excerpt=st.sampled_from([0, 1, 20, 300, 1200]),
    button=st.booleans(),
    mention=st.sampled_from(["", "22"]),
)


def post_in(content: bytes) -> Post | None:
    """The post; None where there is none, or a PostError says what is wrong and how to mend it."""
    try:
        return read_bytes(content, "rain.md", SITE)
    except PostError as error:
        refused = error
    assert refused.what
    assert refused.mend
    assert refused.path == "rain.md"
    assert 0 <= refused.line <= content.count(b"\n") + content.count(b"\r") + 1
    return None


@settings(max_examples=300)
@given(st.binary(max_size=300) | FILES | TEXT.map(lambda text: text.encode(errors="replace")))
def test_any_file_is_a_post_or_none_or_an_error_that_helps(content: bytes) -> None:
    post = post_in(content)
    if post is not None:
        str(post).encode()  # fits into a database and a log: no half letters
        assert post.title
        assert post.key


@settings(max_examples=300)
@given(FILES, LOOKS)
def test_any_post_is_a_message_that_both_platforms_take(content: bytes, look: Look) -> None:
    post = post_in(content)
    if post is None:
        return
    announcement = announce(post)
    _telegram_takes(telegram.render(announcement, look))
    _discord_takes(discord.render(announcement, look), look)


@settings(max_examples=200)
@given(FILES, st.integers(1, 400))
def test_no_cut_is_inside_what_readers_see_as_a_letter(content: bytes, limit: int) -> None:
    post = post_in(content)
    if post is None:
        return
    whole = "".join(span.text for span in post.excerpt)
    shown = "".join(span.text for span in cut_spans(post.excerpt, limit))
    assert utf16_length(shown) <= limit
    kept = shown if whole.startswith(shown) else shown.removesuffix(ELLIPSIS)
    assert whole.startswith(kept)
    assert len(kept) in {0, *(match.end() for match in regex.finditer(r"\X", whole))}


def _telegram_takes(message: telegram.Message) -> None:
    if isinstance(message, telegram.RichMessage):
        read_article({"html": message.article}, lambda url: Media("photo", "1", "url", url=url))  # raises likewise
        return
    html, most = (
        (message.caption, telegram.CAPTION_UNITS)
        if isinstance(message, telegram.PhotoMessage)
        else (message.text, telegram.TEXT_UNITS)
    )
    words, entities = parse_html(html)  # raises what Telegram would refuse: unbalanced, unknown, unescaped
    assert utf16_length(words) <= most
    assert {entity["type"] for entity in entities} <= {"bold", "italic", "code", "text_link"}
    assert all(re.match("https?://", entity["url"]) for entity in entities if "url" in entity)


def _discord_takes(message: discord.Message, look: Look) -> None:
    role = f"<@&{look.mention}>"
    read(message.content.replace(role, "", 1))  # raises for a mention, a heading, broken markup …
    assert utf16_length(message.content) <= discord_limits.CONTENT
    if isinstance(message, discord.LinkMessage):
        return
    assert message.content in {"", role}
    if isinstance(message, discord.EmbedMessage):
        read(message.description)
        assert utf16_length(message.title) <= discord_limits.EMBED_TITLE
        assert utf16_length(message.description) <= discord_limits.EMBED_DESCRIPTION
        return
    texts = (message.content, message.heading, message.words, message.foot)
    assert sum(map(utf16_length, texts)) <= discord_limits.COMPONENTS_TEXT
    for text in texts[1:]:
        read_own(text)
