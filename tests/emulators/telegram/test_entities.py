"""What the emulator makes of HTML, and what it refuses as Telegram does."""

import pytest
from telegram.ext import ExtBot

from tests.emulators.telegram import TelegramEmulator
from tests.emulators.telegram.entities import is_web_address, parse_html, typed_entities
from tests.emulators.telegram.refusals import RefusedError


def test_tags_become_entities_with_offsets_in_utf16_units() -> None:
    text, entities = parse_html('🔔 <b>Rain &amp; <i>wind</i></b> <a href="https://example.org/?a=1&amp;b=2">more</a>')
    assert text == "🔔 Rain & wind more"
    assert entities == [
        {"type": "bold", "offset": 3, "length": 11},
        {"type": "italic", "offset": 10, "length": 4},
        {"type": "text_link", "offset": 15, "length": 4, "url": "https://example.org/?a=1&b=2"},
    ]


def test_blanks_around_the_text_go_and_entities_move_with_them() -> None:
    assert parse_html("\n <b> x </b>\n") == ("x", [{"type": "bold", "offset": 0, "length": 1}])


def test_only_four_names_of_characters_are_known() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&#8212;&#x2014;&nbsp;&") == ('<>&"\u2014\u2014&nbsp;&', [])


def test_an_expandable_quote_is_told_from_a_plain_one() -> None:
    _, entities = parse_html("<blockquote expandable>a</blockquote><blockquote>b</blockquote>")
    assert [entity["type"] for entity in entities] == ["expandable_blockquote", "blockquote"]


def test_a_link_to_nowhere_keeps_its_words_alone() -> None:
    assert parse_html('<a href="/relative">here</a>') == ("here", [])


async def test_the_hundred_and_first_entity_is_ignored_and_that_is_noted(
    telegram: TelegramEmulator, bot: ExtBot[None]
) -> None:
    channel = telegram.add_channel("Daily News")
    await bot.send_message(channel.id, "<b>x</b> " * 100, parse_mode="HTML")
    assert telegram.violations == []
    await bot.send_message(channel.id, "<b>x</b> " * 101, parse_mode="HTML")
    assert [len(message.entities) for message in channel.visible] == [100, 100]
    assert telegram.violations == ["sendMessage: 1 entities are ignored"]
    telegram.violations.clear()


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", "Unsupported start tag"),
        ("ស<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("<p>x</p>", 'Unsupported start tag "p"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ('<a href="x', "Unclosed start tag"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler"'),
    ],
)
def test_bad_html_is_refused(html: str, complaint: str) -> None:
    with pytest.raises(RefusedError) as caught:
        parse_html(html)
    assert caught.value.status == 400
    assert caught.value.description.startswith("Bad Request: can't parse entities: ")
    assert complaint in caught.value.description


def test_commands_mentions_and_links_are_found_in_what_people_type() -> None:
    found = typed_entities("🔔 /subscribe@newsbell_test_bot @dailynews https://example.org/a/b")
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in found] == [
        ("bot_command", 3, 28),
        ("mention", 32, 10),
        ("url", 43, 23),
    ]


@pytest.mark.parametrize(
    "url", ["http://localhost/x", "ftp://example.org", "https://", "mailto:a@example.org", "x y.z"]
)
def test_what_is_no_web_address(url: str) -> None:
    assert not is_web_address(url)
