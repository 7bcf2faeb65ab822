"""Bubbles show what the two platforms' own payloads would."""

from __future__ import annotations

from dataclasses import replace

from adapters.console.render import Button, Chat, fingerprint, render, render_reply
from bot.models import Choice, Look, Picture, Reply, Style
from tests.adapters.console.conftest import KHMER, NOON, RAIN

PICTURED = replace(
    RAIN, pictures=(Picture(url="https://example.org/rain.jpg"), Picture(url="https://example.org/sky.jpg"))
)
READ = ((Button("Read", url="https://example.org/rain"),),)


def test_telegram_shows_picture_bold_title_excerpt_hashtag_and_button() -> None:
    bubble = render(PICTURED, Look(), Chat.TELEGRAM)

    assert bubble.picture == PICTURED.pictures[0]
    assert bubble.words.startswith("<b>Rain &amp; wind</b>\n\n")
    assert "<b>heavy</b> rain fell on &lt;Monday&gt;." in bubble.words
    assert '<span class="tag">#National</span>' in bubble.words
    assert bubble.buttons == READ


def test_discord_shows_a_coloured_card_with_title_picture_footer_and_button() -> None:
    bubble = render(PICTURED, Look(), Chat.DISCORD)

    assert bubble.card
    assert (bubble.card.title, bubble.card.url) == ("Rain & wind", "https://example.org/rain")
    assert "<strong>heavy</strong> rain fell on &lt;Monday&gt;." in bubble.card.words
    assert bubble.card.colour.startswith("#")
    assert len(bubble.card.colour) == len("#2e86c1")
    assert bubble.card.footer.startswith("National")
    assert bubble.card.time == NOON
    assert bubble.pictures == PICTURED.pictures[:1]
    assert bubble.buttons == READ


def test_a_frame_of_discords_has_its_heading_in_large_letters() -> None:
    bubble = render(PICTURED, Look(style=Style.COMPONENTS), Chat.DISCORD)

    assert bubble.card
    assert bubble.card.title == ""
    assert bubble.card.words.startswith('<p class="large"><a target="_blank"')
    assert ">Rain &amp; wind</a></p>" in bubble.card.words
    assert "<strong>heavy</strong> rain fell on &lt;Monday&gt;." in bubble.card.words
    assert (bubble.card.footer[:8], bubble.card.time) == ("National", NOON)
    assert bubble.pictures == PICTURED.pictures[:1]
    assert bubble.buttons == READ


def test_a_local_picture_keeps_its_alt_text_in_both_chats() -> None:
    picture = Picture(file="/srv/site/rain.jpg", alt="Rain over a roof")
    local = replace(RAIN, pictures=(picture,))

    assert [render(local, Look(), chat).pictures for chat in Chat] == [(picture,), (picture,)]


def test_without_a_picture_telegram_shows_the_linked_page_instead() -> None:
    bubble = render(RAIN, Look(), Chat.TELEGRAM)

    assert bubble.card
    assert (bubble.card.title, bubble.card.url) == ("example.org", "https://example.org/rain")


def test_as_text_no_chat_shows_a_picture_and_discord_alone_the_linked_page() -> None:
    bubbles = {chat: render(PICTURED, Look(style=Style.TEXT), chat) for chat in Chat}

    assert [bubble.pictures for bubble in bubbles.values()] == [(), ()]
    assert bubbles[Chat.TELEGRAM].card is None
    card = bubbles[Chat.DISCORD].card
    assert card
    assert (card.colour, card.url) == ("", "https://example.org/rain")


def test_a_preview_on_telegram_shows_the_linked_page() -> None:
    bubble = render(PICTURED, Look(style=Style.PREVIEW), Chat.TELEGRAM)

    assert bubble.card
    assert (bubble.pictures, bubble.card.url) == ((), "https://example.org/rain")


def test_an_article_has_its_picture_a_bold_heading_and_its_paragraphs() -> None:
    captioned = replace(PICTURED, pictures=(Picture(url="https://example.org/rain.jpg", alt="Wet"),))

    bubble = render(captioned, Look(style=Style.RICH), Chat.TELEGRAM)

    assert bubble.pictures == captioned.pictures
    assert bubble.words.startswith("<b>Rain &amp; wind</b>\n\n")
    assert "<b>heavy</b> rain fell on &lt;Monday&gt;." in bubble.words
    assert "\n\n\n" not in bubble.words
    assert bubble.words.endswith('\n\n<span class="tag">#National</span>')
    assert bubble.buttons == READ


def test_what_discord_does_not_know_it_shows_as_usual() -> None:
    for style in (Style.PHOTO, Style.PREVIEW, Style.RICH):
        assert render(PICTURED, Look(style=style), Chat.DISCORD) == render(PICTURED, Look(), Chat.DISCORD)


def test_a_role_that_is_called_stands_above_the_card() -> None:
    assert "@role 123" in render(RAIN, Look(mention="123"), Chat.DISCORD).words


def test_khmer_is_noticed_wherever_it_stands() -> None:
    assert all(render(KHMER, Look(), chat).khmer for chat in Chat)
    assert all(render(replace(RAIN, hashtags=("ជាតិ",)), Look(), chat).khmer for chat in Chat)
    assert not any(render(RAIN, Look(), chat).khmer for chat in Chat)
    assert render_reply(Reply("Which?", (Choice("ជាតិ", "/subscribe ជាតិ"),)), Chat.TELEGRAM).khmer


def test_a_replys_choices_become_buttons_that_type_their_commands() -> None:
    reply = Reply(
        "Which?\nAll of <them>?", (Choice("National", "/subscribe national"), Choice("Sport", "/subscribe sport"))
    )

    for chat in Chat:
        bubble = render_reply(reply, chat)
        buttons = [button for row in bubble.buttons for button in row]
        assert [button.command for button in buttons] == ["/subscribe national", "/subscribe sport"]
        assert "All of &lt;them&gt;?" in bubble.words


def test_a_menu_says_what_is_on_and_may_open_a_page() -> None:
    menu = ((Choice("Sport", "/menu off sport", on=True), Choice("Help", "", url="https://example.org/help")),)

    for chat in Chat:
        assert render_reply(Reply("Which?", menu=menu), chat).buttons == (
            (Button("✅ Sport", command="/menu off sport"), Button("Help", "https://example.org/help")),
        )


def test_the_fingerprint_tells_apart_what_either_chat_shows_differently() -> None:
    same = fingerprint(PICTURED, Look())

    assert same == fingerprint(replace(PICTURED), Look(silent=True))
    assert same != fingerprint(PICTURED, Look(), rung=2)
    assert same != fingerprint(replace(PICTURED, title="Wind"), Look())
    assert same != fingerprint(replace(PICTURED, label="Sport"), Look())  # seen on Discord alone
    assert same != fingerprint(PICTURED, Look(hashtags=False))
