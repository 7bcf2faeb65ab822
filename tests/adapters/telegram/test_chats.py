"""What happens to chats, and what happens when something fails."""

import logging

import pytest

from bot.models import Command, Reply
from tests.adapters.telegram.conftest import FakeDesk, FakePace, menu_in, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


# --- news of chats ---------------------------------------------------------------------------------------------------


async def test_the_loss_of_a_chat_and_its_return_are_told(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat, group: Chat, private: Chat
) -> None:
    telegram.kick(channel)
    telegram.remove(group)
    telegram.block(private)
    await telegram.until(lambda: len(desk.lost) == 3)
    assert {where: why.partition(";")[0] for where, why in desk.lost} == {
        place(channel): "the bot was removed from the chat",
        place(group): "the bot was removed from the chat",
        place(private): "the person blocked the bot",
    }
    assert desk.regained == []
    telegram.promote(channel, telegram.bot)
    telegram.join(group)
    telegram.unblock(private)
    await telegram.until(lambda: len(desk.regained) == 3)
    assert set(desk.regained) == {place(channel), place(group), place(private)}


async def test_a_demoted_bot_cannot_post_in_a_channel(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat
) -> None:
    telegram.promote(channel, telegram.bot, can_delete_messages=True)
    telegram.demote(channel, telegram.bot)
    await telegram.until(lambda: len(desk.lost) == 2)
    assert all(where == place(channel) and "may post messages" in why for where, why in desk.lost)


async def test_a_muted_bot_cannot_write_in_a_group(telegram: TelegramEmulator, desk: FakeDesk, group: Chat) -> None:
    telegram.restrict(group, telegram.bot, can_send_photos=True)
    await telegram.until(lambda: desk.lost)
    telegram.restrict(group, telegram.bot, can_send_messages=True)
    await telegram.until(lambda: desk.regained)
    assert [where for where, _ in desk.lost] == desk.regained == [place(group)]


async def test_a_group_that_becomes_a_supergroup_is_followed(telegram: TelegramEmulator, desk: FakeDesk) -> None:
    group = telegram.add_group("Desk")
    supergroup = telegram.migrate(group)
    await telegram.until(lambda: len(desk.moves) == 2)  # both chats tell it
    assert desk.moves == [(place(group), str(supergroup.id))] * 2


async def test_a_reopened_topic_is_told_and_a_closed_one_is_not(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User
) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Football")
    telegram.close_topic(forum, topic)
    telegram.reopen_topic(forum, topic)
    await telegram.until(lambda: desk.regained)
    assert (desk.regained, desk.lost) == ([place(forum, topic)], [])


# --- when it fails ---------------------------------------------------------------------------------------------------


async def test_a_desk_that_fails_is_logged_and_stops_nothing(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, channel: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Command) -> Reply:
        raise ZeroDivisionError

    usual, desk.reply = desk.reply, fail
    telegram.type(private, None, "/subscribe national")
    apology = await reply_in(telegram, private)
    assert apology.text
    assert [record.levelname for record in caplog.records if "could not be handled" in record.message] == ["ERROR"]
    desk.reply = usual
    telegram.type(private, None, "/help")
    await telegram.until(lambda: private.from_bot[-1].text == "help:")


async def test_a_failure_below_a_button_is_told_to_the_one_who_pressed(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)

    def fail(_: Command) -> Reply:
        raise ZeroDivisionError

    desk.reply = fail
    press = telegram.press(menu, "National", dara)
    await telegram.until(lambda: press.answers)
    assert press.answers[0]["text"]


async def test_a_reply_that_cannot_be_sent_is_one_line_in_the_log(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault(
        "answer", method="sendMessage", status=403, description="Forbidden: bot was kicked from the group chat"
    )
    for _ in range(2):
        telegram.type(group, dara, "/help")
    await reply_in(telegram, group)
    assert [record.levelname for record in caplog.records if "add it again" in record.message] == ["WARNING"]
    assert len(desk.commands) == 2


async def test_a_reply_waits_out_a_short_flood(
    telegram: TelegramEmulator, private: Chat, pace: FakePace, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("flood", method="sendMessage", retry_after=0.05)
    telegram.type(private, None, "/help")
    await reply_in(telegram, private)
    assert len(pace.turns) == 2
    assert pace.heeded == [(["bot", f"chat:{private.id}"], 0.05)], "what else is due there waits, too"
    assert caplog.records == []


async def test_a_pressed_button_waits_out_a_short_flood(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User
) -> None:
    menu = await menu_in(telegram, desk, private, dara)
    telegram.fault("flood", method="editMessageText", retry_after=0.05)
    telegram.press(menu, "National", dara)
    await telegram.until(lambda: menu.text == "subscribe: national")


@pytest.mark.parametrize(("seconds", "times", "turns"), [(0.05, 2, 2), (61, 1, 1)])
async def test_a_reply_is_given_up_after_a_second_flood_or_a_long_one(
    telegram: TelegramEmulator,
    private: Chat,
    pace: FakePace,
    caplog: pytest.LogCaptureFixture,
    *,
    seconds: float,
    times: int,
    turns: int,
) -> None:
    telegram.fault("flood", method="sendMessage", retry_after=seconds, count=times)
    telegram.type(private, None, "/help")
    telegram.type(private, None, "/categories")
    message = await reply_in(telegram, private)
    assert message.text == "categories:"
    assert len(pace.turns) == turns + 1
    assert [record.levelno for record in caplog.records if "got no reply" in record.message] == [logging.WARNING]


# --- a group that moves ----------------------------------------------------------------------------------------------


async def test_a_move_is_followed_whichever_chat_tells_it_first(telegram: TelegramEmulator, desk: FakeDesk) -> None:
    group = telegram.add_group("Desk")
    supergroup = telegram.migrate(group, backwards=True)
    await telegram.until(lambda: len(desk.moves) == 2)
    assert desk.moves == [(place(group), str(supergroup.id))] * 2


async def test_a_menu_that_was_open_when_the_group_moved_is_too_old_and_the_move_is_followed(
    telegram: TelegramEmulator, desk: FakeDesk
) -> None:
    group = telegram.add_group("Desk")
    menu = await menu_in(telegram, desk, group, telegram.founder)
    supergroup = telegram.migrate(group)
    telegram.updates.forget()  # the news of it come later
    press = telegram.press(menu, "National", telegram.founder)
    await telegram.until(lambda: press.answers and desk.moves)
    assert desk.moves[0] == (place(group), str(supergroup.id))


async def test_what_may_not_be_looked_up_in_a_moved_group_any_more_is_asked_for_anew(
    telegram: TelegramEmulator, desk: FakeDesk
) -> None:
    group = telegram.add_group("Desk")
    menu = await menu_in(telegram, desk, group, telegram.founder)
    telegram.fault(
        "answer",
        method="getChatMember",
        status=400,
        description="Bad Request: group chat was upgraded to a supergroup chat",
        parameters={"migrate_to_chat_id": -1001234567890},
    )
    press = telegram.press(menu, "National", telegram.founder)
    await telegram.until(lambda: press.answers)
    assert "too old" in press.answers[0]["text"]
    assert (desk.moves, desk.commands) == ([(place(group), "-1001234567890")], [])


# --- rights of the bot -----------------------------------------------------------------------------------------------


async def test_a_channel_may_be_written_to_again_with_the_right_to_post(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat
) -> None:
    telegram.promote(channel, telegram.bot, can_post_messages=True)
    await telegram.until(lambda: desk.regained)
    assert (desk.regained, desk.lost) == ([place(channel)], [])


async def test_a_bot_that_is_demoted_in_a_group_may_still_write(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat
) -> None:
    telegram.promote(group, telegram.bot)
    telegram.demote(group, telegram.bot)
    await telegram.until(lambda: len(desk.regained) == 2)
    assert desk.lost == []


async def test_a_bot_that_may_send_no_pictures_may_still_write(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat
) -> None:
    telegram.restrict(group, telegram.bot, can_send_messages=True)
    await telegram.until(lambda: desk.regained)
    assert desk.lost == []


async def test_a_chat_learns_its_name_from_whatever_comes_from_there(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat
) -> None:
    telegram.promote(group, telegram.bot)
    await telegram.until(lambda: desk.names)
    assert desk.names == {place(group): group.title}
