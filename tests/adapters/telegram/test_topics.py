"""Topics of a forum: which one is meant, and what becomes of it."""

from __future__ import annotations

import pytest

from bot.models import Reply
from tests.adapters.telegram.conftest import MENU, FakeDesk, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def forum(telegram: TelegramEmulator, dara: User) -> Chat:
    forum = telegram.add_supergroup("Desk", forum=True)
    telegram.promote(forum, dara)
    return forum


async def test_general_is_the_group_itself_and_never_named(
    telegram: TelegramEmulator, desk: FakeDesk, forum: Chat, private: Chat, dara: User
) -> None:
    telegram.type(forum, dara, "/subscribe national")
    await reply_in(telegram, forum)
    telegram.type(private, dara, f"/subscribe {forum.id}/1 national")
    telegram.type(private, dara, f"/subscribe {forum.id}/007 national")
    await telegram.until(lambda: len(desk.commands) == 3)
    places = [command.place.destination for command in desk.commands]
    assert places == [place(forum), place(forum), place(forum, 7)]
    assert all("message_thread_id" not in request.parameters for request in telegram.requests)


async def test_who_greets_the_bot_in_a_topic_hears_of_the_administrators_of_the_group(
    telegram: TelegramEmulator, forum: Chat, dara: User
) -> None:
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, dara, "/start", thread=topic)
    welcome = await reply_in(telegram, forum)
    assert "អ្នកគ្រប់គ្រងនៃ Desk ជាអ្នកសម្រេច" in (welcome.text or ""), "Dara's Telegram speaks Khmer"
    assert welcome.thread_id == topic


async def test_general_that_is_hidden_is_silent_and_back_when_it_is_shown(
    telegram: TelegramEmulator, desk: FakeDesk, forum: Chat, dara: User
) -> None:
    telegram.hide_general(forum)
    assert desk.lost == [], "administrators may still write there: a refused send will tell"
    telegram.unhide_general(forum)
    await telegram.until(lambda: desk.regained)
    assert desk.regained == [place(forum)]


async def test_a_renamed_topic_stays_the_same_place(
    telegram: TelegramEmulator, desk: FakeDesk, forum: Chat, dara: User
) -> None:
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, dara, "/subscribe sport", thread=topic)
    telegram.rename_topic(forum, topic, "Sport")
    telegram.type(forum, dara, "/subscriptions", thread=topic)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert {command.place.destination for command in desk.commands} == {place(forum, topic)}
    assert desk.names == {place(forum): "Desk", place(forum, topic): "Desk › Sport"}
    assert not desk.lost
    assert not desk.regained


async def test_a_topic_keeps_its_name_where_a_button_is_pressed(
    telegram: TelegramEmulator, desk: FakeDesk, forum: Chat, dara: User
) -> None:
    topic = telegram.add_topic(forum, "Football")
    desk.reply = lambda _: Reply("Which one?", MENU)
    telegram.type(forum, dara, "/subscribe", thread=topic, reply_to=forum.messages[topic])
    telegram.press(await reply_in(telegram, forum), "Sport", dara)
    await telegram.until(lambda: len(desk.commands) == 2)
    telegram.rename_topic(forum, topic, "Soccer")
    telegram.press(forum.from_bot[-1], "Sport", dara)
    await telegram.until(lambda: len(desk.commands) == 3)
    names = [command.place.title for command in desk.commands]
    assert names == ["Desk › Football", "Desk › Football", "Desk › Soccer"]


async def test_a_group_that_turns_its_topics_off_is_one_place_again(
    telegram: TelegramEmulator, desk: FakeDesk, forum: Chat, dara: User
) -> None:
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, dara, "/subscribe sport", thread=topic)
    await reply_in(telegram, forum)
    telegram.turn_topics(forum, on=False)
    telegram.type(forum, dara, "/subscribe sport", thread=topic)
    telegram.type(forum, dara, "/subscribe sport")
    await telegram.until(lambda: len(desk.commands) == 3)
    assert [command.place.destination for command in desk.commands] == [place(forum, topic), place(forum), place(forum)]
