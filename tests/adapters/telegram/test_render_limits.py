"""Whatever comes, Telegram can take it: the limits by force, with the emulator's entity parser as the referee."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from adapters.telegram import markup, render
from adapters.telegram.fingerprints import Fingerprint
from adapters.telegram.render import PhotoMessage, RichMessage, TextMessage, render_caption, render_reply
from bot.composing.cutting import utf16_length
from bot.models import Announcement, Look, Picture, Reply, Span, Style
from tests.emulators.telegram.articles import read_article
from tests.emulators.telegram.entities import parse_html
from tests.emulators.telegram.media import Media

URL = "https://news.example/rain"
PICTURES = (Picture(url="https://news.example/rain.jpg"), Picture(file="/site/rain.jpg"))

HOSTILE = some.sampled_from(
    [
        "<b>", "</b>", "<a href='x'>", "&", "&amp;", "&#0;", "\"'", "*_`[", "{0}%s", "\x00\x1b", "\ud800",
        "\u202eabc", "\u200b",
        "ភាសាខ្មែរ។ ", "العربية ", "שלום", "👩‍👩‍👧‍👦", "🇰🇭", "e\u0301", "\n\n\n", " ",
        "@everyone", "#tag", "/start", "https://x.example ",
    ]
)  # fmt: skip
WORDS = some.lists(HOSTILE | some.text(max_size=30), max_size=40).map("".join)
LINKS = some.none() | some.sampled_from([URL, f'{URL}?q="<&>', "javascript:x", "https://[", "x" * 3000]) | WORDS
SPANS = some.builds(Span, text=WORDS, bold=some.booleans(), italic=some.booleans(), code=some.booleans(), link=LINKS)
ANNOUNCEMENTS = some.builds(
    Announcement,
    title=WORDS,
    body=some.lists(SPANS, max_size=8).map(tuple)
    | some.integers(1, 300).map(lambda n: (Span("a", bold=True, link=URL),) * n),
    url=LINKS,
    pictures=some.just(PICTURES),
    label=WORDS,
    hashtags=some.lists(WORDS, max_size=5).map(tuple),
    language=some.sampled_from(["en", "km", "zz"]),
    image=some.booleans(),
    texts=some.lists(
        some.tuples(some.sampled_from(["", "telegram", "discord"]), some.lists(SPANS, max_size=4).map(tuple)),
        max_size=2,
    ).map(tuple),
)
LOOKS = some.builds(
    Look,
    style=some.sampled_from(Style),
    image=some.booleans(),
    excerpt=some.integers(0, 6000),
    hashtags=some.booleans(),
    button=some.booleans(),
)


def links_in(entities: list[dict[str, Any]]) -> list[str]:
    return [entity["url"] for entity in entities if entity["type"] == "text_link"]


@settings(max_examples=150)
@given(ANNOUNCEMENTS, LOOKS)
def test_whatever_comes_telegram_can_take_it(announcement: Announcement, look: Look) -> None:
    message = render.render(announcement, look)
    assert str(Fingerprint.parse(str(Fingerprint.of(message)))) == str(Fingerprint.of(message))
    if isinstance(message, RichMessage):
        article = read_article({"html": message.article}, lambda url: Media("photo", "1", "url", url=url))
        assert article.words
        return
    html = message.caption if isinstance(message, PhotoMessage) else message.text
    text, entities = parse_html(html)  # raises what Telegram would refuse
    html.encode()
    assert utf16_length(text) <= (1024 if isinstance(message, PhotoMessage) else 4096)
    assert text or isinstance(message, PhotoMessage)
    assert html.count("</") <= render.ENTITIES
    assert all(link.startswith(("http://", "https://")) for link in links_in(entities))
    assert re.sub(r"</?(?:b|i|code|a)(?: href=\"[^\"<>]*\")?>", "", html).count("<") == 0


@settings(max_examples=60)
@given(ANNOUNCEMENTS)
def test_the_link_at_the_end_is_never_lost_among_too_many_entities(announcement: Announcement) -> None:
    html = render_caption(replace(announcement, url=URL), Look(button=False, excerpt=4000))
    assert parse_html(html)[1][-1].get("url") == URL


def styles(entities: list[dict[str, Any]], unit: int) -> set[str]:
    """How the text at this UTF-16 unit looks."""
    here = [entity for entity in entities if entity["offset"] <= unit < entity["offset"] + entity["length"]]
    return {entity.get("url") or entity["type"] for entity in here}


def wanted_styles(span: Span) -> set[str]:
    link = markup.web_link(span.link)
    if span.code and not link:
        return {"code"}
    return {name for name, on in (("bold", span.bold), ("italic", span.italic), (link, bool(link))) if on}


STYLED = some.builds(
    Span,
    text=some.sampled_from(
        ["a", " b ", "<b>c</b>", "`d`", "&amp;", "ភ្លៀង", "👩‍👩‍👧‍👦", "e\nf", "**g**", '"h"', " ", "\n\n"]
    ),
    bold=some.booleans(),
    italic=some.booleans(),
    code=some.booleans(),
    link=some.sampled_from([None, URL, f'{URL}?q="<&>', "javascript:x"]),
)


@settings(max_examples=150)
@given(some.lists(STYLED, max_size=30))
def test_every_letter_is_shown_in_the_styles_in_which_it_was_written(spans: list[Span]) -> None:
    message = render.render(Announcement("", body=tuple(spans)), Look(style=Style.TEXT, excerpt=4000))
    assert isinstance(message, TextMessage)
    text, entities = parse_html(message.text)
    letters = [(char, wanted_styles(span)) for span in spans for char in span.text]
    while letters and letters[0][0].isspace():
        letters.pop(0)
    while letters and letters[-1][0].isspace():
        letters.pop()
    assert text == ("".join(char for char, _ in letters) or "…")
    unit = 0
    for char, wanted in letters:
        assert char.isspace() or styles(entities, unit) == wanted
        unit += utf16_length(char)


@pytest.mark.parametrize(
    "spans",
    [
        (Span("a", bold=True), Span("b", italic=True)),
        (Span("word ", bold=True, italic=True, link=URL), Span("word ")),
        (Span("`x` ", code=True), Span("<y> ", code=True, link=URL)),
        (Span("a ", link="https://news.example/" + "x" * 2000),),
    ],
    ids=["styles", "links in bold", "code", "long links"],
)
def test_ten_thousand_spans_are_a_message_that_telegram_takes(spans: tuple[Span, ...]) -> None:
    many = spans * (10_000 // len(spans))
    for announcement in (Announcement("Rain", body=many, url=URL), Announcement("Rain", texts=(("", many),), url=URL)):
        message = render.render(announcement, Look(style=Style.TEXT, excerpt=6000, button=False))
        assert isinstance(message, TextMessage)
        text, entities = parse_html(message.text)
        assert 2000 < utf16_length(text) <= 4096
        assert len(entities) <= render.ENTITIES
        assert entities[-1]["url"] == URL
        assert sum(len(link) for link in links_in(entities)) <= markup.LINK_BYTES


def test_links_that_are_too_much_together_are_dropped_from_the_end() -> None:
    links = [f"https://news.example/{number}/{'x' * 1000}" for number in range(10)]
    body = tuple(Span(f"word {number} ", link=link) for number, link in enumerate(links))
    _, entities = parse_html(render_caption(Announcement("", body=body), Look()))
    assert links_in(entities) == links[:7]


LONG = some.builds(str.__mul__, some.text(min_size=1, max_size=5), some.integers(1, 3000))


@settings(max_examples=60)
@given(some.lists(WORDS | LONG, max_size=4).map("\n".join))
def test_no_part_of_a_reply_is_too_long_or_blank_and_no_word_is_lost(text: str) -> None:
    parts = render_reply(Reply(text)).parts
    assert all(part.strip() and utf16_length(part) <= 4096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(markup.clean(text).split()) or parts == ("…",)
