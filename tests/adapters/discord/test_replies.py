"""What an answer of newsbell looks like on Discord: its words and its buttons."""

import pytest

from adapters.discord.render import CommandButton, LinkButton, pressed, render_reply
from bot.models import Choice, Reply
from tests.adapters.discord.reader import seen


def test_a_reply_shows_its_text_as_it_is_with_its_buttons() -> None:
    message = render_reply(Reply("Did you mean *this*?", (Choice("NATIONAL (3)", "/subscribe national"),)))
    assert seen(message.content) == "Did you mean *this*?"
    assert message.buttons == (CommandButton("NATIONAL (3)", "newsbell:/subscribe national"),)


def test_a_button_about_another_channel_says_which() -> None:
    (button,) = render_reply(Reply("?", (Choice("yes", "/subscribe all"),)), target="456/7").buttons
    assert isinstance(button, CommandButton)
    assert pressed(button.custom_id) == ("456/7", "/subscribe all")


@pytest.mark.parametrize(
    ("custom_id", "expected"),
    [
        ("newsbell:/help", ("", "/help")),
        ("newsbell:/subscribe a:b", ("", "/subscribe a:b")),
        ("newsbell@4:/help", ("4", "/help")),
        ("newsbell", None),
        ("other:/help", None),
        ("", None),
    ],
)
def test_only_our_own_buttons_are_ours(custom_id: str, expected: tuple[str, str] | None) -> None:
    assert pressed(custom_id) == expected


def test_a_command_too_long_for_a_button_gets_none_and_twins_get_one() -> None:
    choices = (Choice("a", "/subscribe " + "x" * 90), Choice("b", "/help"), Choice("c", "/help"))
    assert [button.label for button in render_reply(Reply("?", choices)).buttons] == ["b"]


def test_a_menu_is_told_in_buttons_that_say_what_is_on() -> None:
    page = Choice("Help", "", url="https://example.org/help")
    bad = Choice("Help", "", url="https://example.org/" + "x" * 600)
    menu = ((Choice("Sport", "/menu off sport", on=True), Choice("Art", "/menu on art", on=False)), (page, bad))
    message = render_reply(Reply("?", (Choice("Done", "/help"),), menu=menu))
    assert message.buttons == (
        CommandButton("✅ Sport", "newsbell:/menu off sport"),
        CommandButton("▫️ Art", "newsbell:/menu on art"),
        LinkButton("Help", "https://example.org/help"),
        CommandButton("Done", "newsbell:/help"),
    )


def test_discord_takes_25_buttons() -> None:
    choices = tuple(Choice(str(number), f"/subscribe {number}") for number in range(40))
    assert len(render_reply(Reply("?", choices)).buttons) == 25
