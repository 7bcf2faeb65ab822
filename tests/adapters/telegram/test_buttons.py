"""What people press: menus that become answers."""

import pytest

from bot.models import Choice, Reply
from tests.adapters.telegram.conftest import MENU, FakeDesk, FakePace, menu_in, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


async def test_a_pressed_button_is_a_typed_command_and_the_menu_becomes_the_answer(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, pace: FakePace
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    press = telegram.press(menu, "National", dara)
    await telegram.until(lambda: menu.edits)
    [command] = desk.commands
    assert (command.name, command.words, command.person, command.admin) == ("subscribe", "national", str(dara.id), True)
    assert command.place.destination == place(group)
    assert (menu.text, menu.buttons) == ("subscribe: national", [])
    assert press.answers == [{"show_alert": False}]
    counted_as = ("bot", f"chat:{group.id}", f"group:{group.id}", f"replies:{group.id}", f"menus:{group.id}")
    assert pace.turns[-1] == (counted_as, True)


async def test_a_member_who_presses_is_told_alone_and_the_menu_stays(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = lambda command: Reply("Only admins " + "x" * 300, done=command.admin)
    press = telegram.press(menu, "National", telegram.add_user("Sok"))
    await telegram.until(lambda: press.answers)
    [answer] = press.answers
    assert answer["show_alert"]
    assert (answer["text"][:12], len(answer["text"])) == ("Only admins ", 200)
    assert (menu.edits, len(menu.buttons)) == ([], 2)


async def test_what_everybody_may_ask_wipes_no_menu_when_a_member_asks_it(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    desk.reply = lambda _: Reply("Which one?", (Choice("Status", "/status"),))
    telegram.type(group, dara, "/subscribe")
    menu, sok = await reply_in(telegram, group), telegram.add_user("Sok")
    desk.reply = lambda _: Reply("All is well.", MENU)
    press = telegram.press(menu, "Status", sok)
    await telegram.until(lambda: press.answers)
    assert press.answers == [{"text": "All is well.", "show_alert": True}]
    desk.reply = lambda _: Reply("x" * 201, MENU)
    telegram.press(menu, "Status", sok)
    await telegram.until(lambda: len(group.from_bot) == 2)
    assert group.from_bot[-1].buttons == []
    for _ in range(9):
        press = telegram.press(menu, "Status", sok)
    await telegram.until(lambda: press.answers)
    assert press.answers == [{"text": "x" * 199 + "…", "show_alert": True}], "beyond a member's share it is cut"
    assert menu.edits == []


async def test_what_is_pressed_quickly_is_drawn_as_it_is_in_the_end(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, pace: FakePace
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    pace.opened.clear()
    pace.waiting = 17.4
    desk.reply = lambda _: Reply(f"after {len(desk.commands)}", MENU)
    presses = [telegram.press(menu, label, dara) for label in ("National", "Sport", "National", "Sport")]
    await telegram.until(lambda: all(press.answers for press in presses))
    assert menu.edits == []
    assert {press.answers[0]["show_alert"] for press in presses} == {False}
    assert {"17" in press.answers[0]["text"] for press in presses} == {True}, "they know that it takes a while"
    pace.opened.set()
    await telegram.until(lambda: menu.text == "after 4")
    assert len(menu.edits) <= 2, "the last press may have been on its way still"


async def test_what_is_pressed_while_a_menu_is_being_drawn_is_drawn_after_it(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = lambda _: Reply(f"after {len(desk.commands)}", MENU)
    telegram.fault("answered", method="editMessageText", chat=group, then=lambda: telegram.press(menu, "Sport", dara))
    telegram.press(menu, "National", dara)
    await telegram.until(lambda: menu.text == "after 2")
    assert len(menu.edits) == 2


async def test_what_is_pressed_while_a_drawing_breaks_is_drawn_all_the_same(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = lambda _: Reply(f"after {len(desk.commands)}", MENU)
    hangs = telegram.fault("hang", method="editMessageText", chat=group)
    telegram.press(menu, "National", dara)
    await telegram.until(lambda: hangs.hits)
    telegram.press(menu, "Sport", dara)
    await telegram.until(lambda: menu.edits)
    assert (menu.text, len(desk.commands)) == ("after 2", 2)


async def test_a_question_back_to_an_admin_takes_the_place_of_the_menu(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, group, dara)
    desk.reply = lambda _: Reply("Did you mean this one?", MENU[:1], done=False)
    press = telegram.press(menu, "Sport", dara)
    await telegram.until(lambda: menu.edits)
    assert (menu.text, len(menu.buttons)) == ("Did you mean this one?", 1)
    assert press.answers == [{"show_alert": False}]


async def test_an_answer_that_says_the_same_is_fine(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)
    desk.reply = lambda _: Reply("Which one?", MENU)
    press = telegram.press(menu, "National", dara)
    await telegram.until(lambda: press.answers and telegram.requests[-1].method == "editMessageText")
    assert len(private.from_bot) == 1


async def test_an_answer_too_long_for_the_menu_goes_on_below_it(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)
    desk.reply = lambda _: Reply("first\n" + "x" * 4096 + "\n" + "y" * 4096, MENU)
    telegram.press(menu, "National", dara)
    await telegram.until(lambda: len(private.from_bot) == 3)
    assert [str(message.text)[0] for message in private.from_bot] == ["f", "x", "y"]
    assert [len(message.buttons) for message in private.from_bot] == [0, 0, 2]


@pytest.mark.parametrize("press_first", [True, False])
async def test_a_menu_in_a_channel_goes_again_pressed_or_not(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat, dara: User, press_first: bool
) -> None:
    menu = await menu_in(telegram, desk, channel, dara)
    if press_first:
        telegram.press(menu, "National", dara)
    await telegram.until(lambda: channel.visible == [])
    assert len(desk.commands) == press_first


async def test_the_button_of_an_older_version_is_answered_politely(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    desk.reply = lambda _: Reply("Which one?", (Choice("Old", "v0:subscribe:7"),))
    telegram.type(private, dara, "/subscribe")
    menu = await reply_in(telegram, private)
    press = telegram.press(menu, "Old", dara)
    await telegram.until(lambda: press.answers)
    assert press.answers[0]["show_alert"]
    assert press.answers[0]["text"]
    assert len(desk.commands) == 1


async def test_the_button_of_a_message_too_old_to_be_seen_is_answered_politely(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)
    menu.date = 0  # so the Bot API marks a message that it shows no more
    press = telegram.press(menu, "National", dara)
    await telegram.until(lambda: press.answers)
    assert press.answers[0]["show_alert"]
    assert desk.commands == []


async def test_a_press_that_telegram_has_forgotten_still_counts(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)
    press = telegram.press(menu, "National", dara)
    telegram.queries.pop(press.id)
    await telegram.until(lambda: menu.text == "subscribe: national")
