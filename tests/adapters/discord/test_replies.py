"""What an answer of newsbell looks like on Discord: its words and its buttons."""

import pytest

from adapters.discord import limits
from adapters.discord.panel import OptionList, Picker, panel_of, switched
from adapters.discord.render import CommandButton, LinkButton, Press, pressed, render_reply
from bot.models import Ask, Choice, Pick, Reply, Wanted
from tests.adapters.discord.reader import seen


def test_a_reply_shows_its_text_as_it_is_with_its_buttons() -> None:
    message = render_reply(Reply("Did you mean *this*?", (Choice("NATIONAL (3)", "/subscribe national"),)))
    assert seen(message.content) == "Did you mean *this*?"
    assert message.buttons == (CommandButton("NATIONAL (3)", "newsbell:/subscribe national"),)


@pytest.mark.parametrize("letter", ["x", "*", "ក"])
def test_a_caution_stands_whole_whatever_is_cut_for_it(letter: str) -> None:
    caution = "Nothing can be sent at present: newsbell lacks Send Messages here."
    content = render_reply(Reply(letter * 3000, caution=caution)).content
    assert content.endswith(f"…\n{caution}")
    assert 1900 < len(content) <= 2000
    assert render_reply(Reply("Subscribed.", caution=caution)).content == f"Subscribed.\n{caution}"


def test_commands_in_a_reply_are_mentioned_where_they_are_typed_so() -> None:
    reply = Reply("I know no post “a*b”. Type </help:1> or /help")
    assert render_reply(reply).content == "I know no post “a\\*b”. Type \\</help:1> or /help"
    mentioned = render_reply(reply, commands={"help": 7})
    assert mentioned.content == "I know no post “a\\*b”. Type \\</help:1> or </help:7>"
    long = render_reply(Reply("/help " * 400), commands={"help": 10**18})
    assert len(long.content) <= limits.CONTENT


def test_a_button_about_another_channel_says_which() -> None:
    (button,) = render_reply(Reply("?", (Choice("yes", "/subscribe all"),)), target="456/7").buttons
    assert isinstance(button, CommandButton)
    assert pressed(button.custom_id) == Press("456/7", "/subscribe all")


@pytest.mark.parametrize(
    ("custom_id", "expected"),
    [
        ("newsbell:/help", Press("", "/help")),
        ("newsbell:/subscribe a:b", Press("", "/subscribe a:b")),
        ("newsbell@4:/help", Press("4", "/help")),
        ("newsbell@4/5?none:/settings all tag", Press("4/5", "/settings all tag", asks=True, nothing="none")),
        ("newsbell?:/settings all excerpt", Press("", "/settings all excerpt", asks=True)),
        ("newsbell", None),
        ("other:/help", None),
        ("", None),
    ],
)
def test_only_our_own_buttons_are_ours(custom_id: str, expected: Press | None) -> None:
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


def test_a_panel_keeps_to_discords_limits() -> None:
    long = "ខ្មែរ" * 60
    lines = tuple(Choice(long, f"/menu on {number}", note=long) for number in range(40))
    unsayable = Choice("a", "/settings " + "x" * 100)
    buttons = tuple(Choice(long, f"/help {number}") for number in range(9))
    ask = Ask(long, "/settings all mention", Wanted.ROLE, nothing="nobody")
    panel = (Pick(long, (unsayable, *lines, lines[0])), Pick(long, ()), ask, (unsayable, *buttons), buttons, buttons)
    listed, picker, *rest = panel_of(Reply("?", panel=(*panel, buttons)), target="456/7")
    assert isinstance(listed, OptionList)
    assert [option.command for option in listed.options] == [f"/menu on {number}" for number in range(25)]
    assert max(len(option.label) for option in listed.options) <= 100
    assert max(len(option.note) for option in listed.options) <= 100
    assert isinstance(picker, Picker)
    assert (picker.custom_id, len(picker.label) <= 150) == ("newsbell@456/7?nobody:/settings all mention", True)
    assert [len(row) for row in rest if isinstance(row, tuple)] == [5, 5, 5]
    assert max(len(button.label) for row in rest if isinstance(row, tuple) for button in row) <= 80


def test_a_press_changes_only_what_it_touched() -> None:
    offered = {"/menu off a": True, "/menu on b": False, "/menu on c": False}
    assert switched(offered, ["/menu off a", "/menu on c"]) == ["/menu on c"]
    assert switched(offered, []) == ["/menu off a"]
