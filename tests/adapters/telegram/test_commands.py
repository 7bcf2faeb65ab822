"""What people type: from the emulated Telegram to a desk, and the reply back."""

import pytest

from bot.models import Place, Reply
from tests.adapters.telegram.conftest import MENU, FakeDesk, FakePace, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


async def nothing_comes_of_it(telegram: TelegramEmulator, desk: FakeDesk, chat: Chat, private: Chat) -> None:
    """Later commands of somebody else are answered, one after the other, and nothing before them was."""
    for _ in range(3):
        telegram.type(private, None, "/help")
    await telegram.until(lambda: len(private.from_bot) == 3)
    assert {command.place.destination for command in desk.commands} == {place(private)}
    assert chat.from_bot == []


async def test_a_command_in_a_private_chat_is_its_owners(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, dara: User, pace: FakePace
) -> None:
    telegram.type(private, dara, "/subscribe  ព័ត៌មាន ជាតិ \n")
    message = await reply_in(telegram, private)
    [command] = desk.commands
    assert (command.name, command.words) == ("subscribe", "ព័ត៌មាន ជាតិ")
    assert (command.person, command.admin, command.language, command.refusal) == (str(dara.id), True, "km", "")
    assert command.place == Place(place(private), "private", "Dara")
    assert type(command.place.kind) is str  # and not PTB's enumeration
    assert (message.text, message.reply_to) == ("subscribe: ព័ត៌មាន ជាតិ", None)
    assert pace.turns == [(("bot", f"chat:{private.id}"), True)]


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("/help", "help", ""),
        ("/Subscribe@NewsBell_test_bot National", "subscribe", "National"),
        ("/subscribe\nnational", "subscribe", "national"),
        ("/subscribe\u00a0national", "subscribe", "national"),
        ("/subscribe -national", "subscribe", "-national"),
        ("/nonsense at all", "nonsense", "at all"),  # in private the desk may say what there is instead
    ],
)
async def test_a_command_is_understood_as_typed(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, *, text: str, name: str, words: str
) -> None:
    telegram.type(private, None, text)
    await telegram.until(lambda: desk.commands)
    assert [(command.name, command.words) for command in desk.commands] == [(name, words)]


async def test_an_admin_of_a_group_gets_an_answer_to_the_command(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User, pace: FakePace
) -> None:
    typed = telegram.type(group, dara, "/subscribe national")
    message = await reply_in(telegram, group)
    [command] = desk.commands
    assert (command.person, command.admin) == (str(dara.id), True)
    assert (command.place.destination, command.place.kind, command.place.title) == (
        place(group),
        "supergroup",
        "Newsroom",
    )
    assert message.reply_to == typed.id
    assert pace.turns == [(("bot", f"chat:{group.id}", f"group:{group.id}", f"replies:{group.id}"), True)]


async def test_a_member_of_a_group_is_no_admin(telegram: TelegramEmulator, desk: FakeDesk, group: Chat) -> None:
    telegram.type(group, telegram.add_user("Sok"), "/subscribe national")
    await reply_in(telegram, group)
    assert [(command.admin, command.refusal) for command in desk.commands] == [(False, "")]


async def test_the_founder_of_a_basic_group_is_an_admin(telegram: TelegramEmulator, desk: FakeDesk) -> None:
    basic = telegram.add_group("Desk")
    telegram.type(basic, telegram.founder, "/subscribe national")
    await reply_in(telegram, basic)
    assert [(command.admin, command.place.kind) for command in desk.commands] == [(True, "group")]


async def test_an_anonymous_admin_is_an_admin_without_a_name(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    telegram.type(group, dara, "/subscribe national", anonymous=True)
    await reply_in(telegram, group)
    assert [(command.person, command.admin) for command in desk.commands] == [("", True)]


async def test_a_member_who_writes_as_a_channel_is_asked_to_write_in_person(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, channel: Chat, dara: User
) -> None:
    telegram.type(group, dara, "/subscribe national", as_channel=channel)
    await reply_in(telegram, group)
    [command] = desk.commands
    assert (command.person, command.admin) == ("", False)
    assert "as yourself" in command.refusal


@pytest.mark.parametrize(
    ("status", "description", "words"),
    [(400, "Bad Request: member list is inaccessible", "make me one"), (500, "Internal Server Error", "in a minute")],
)
async def test_who_cannot_be_checked_is_told_why(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, *, status: int, description: str, words: str
) -> None:
    telegram.fault("answer", method="getChatMember", status=status, description=description)
    telegram.type(group, telegram.add_user("Sok"), "/subscribe national")
    await reply_in(telegram, group)
    [command] = desk.commands
    assert not command.admin
    assert words in command.refusal


async def test_a_command_in_a_topic_is_about_the_topic_and_answered_there(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User
) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, dara, "/subscribe sport", thread=topic)
    message = await reply_in(telegram, forum)
    [command] = desk.commands
    assert (command.place.destination, command.place.title) == (place(forum, topic), f"Desk › topic {topic}")
    assert message.thread_id == topic


async def test_a_topic_has_its_name_where_telegram_tells_it(
    telegram: TelegramEmulator, desk: FakeDesk, dara: User
) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, dara, "/subscribe sport", thread=topic, reply_to=forum.messages[topic])
    await telegram.until(lambda: desk.commands)
    assert desk.commands[0].place.title == "Desk › Football"


async def test_a_thread_of_replies_is_no_topic(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    first = telegram.post(group, "What do you think?")
    telegram.type(group, dara, "/subscribe national", thread=first.id)
    await telegram.until(lambda: desk.commands)
    assert desk.commands[0].place.destination == place(group)


async def test_a_command_in_a_channel_is_an_admins_and_both_it_and_the_answer_go_again(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat
) -> None:
    telegram.type(channel, None, "/subscribe national")
    message = await reply_in(telegram, channel)
    assert (message.reply_to, message.silent) == (None, True)
    await telegram.until(lambda: channel.visible == [])
    [command] = desk.commands
    assert (command.person, command.admin) == ("", True)
    assert (command.place.destination, command.place.kind, command.place.title) == (place(channel), "channel", "News")


async def test_without_the_right_to_delete_the_typed_command_stays(telegram: TelegramEmulator) -> None:
    channel = telegram.add_channel("News", bot_rights=("can_post_messages",))
    typed = telegram.type(channel, None, "/subscribe national")
    message = await reply_in(telegram, channel)
    assert (message.text or "").startswith("subscribe: national\n\n⚠️ I can't remove your command here")
    await telegram.until(lambda: channel.visible == [typed])
    again = telegram.type(channel, None, "/subscribe sport")
    await telegram.until(lambda: len(telegram.sent) == 2 and channel.visible == [typed, again])
    assert telegram.sent[-1].text == "subscribe: sport", "once is enough"


async def test_groups_and_private_chats_are_not_tidied(
    telegram: TelegramEmulator, group: Chat, channel: Chat, dara: User
) -> None:
    telegram.type(group, dara, "/help")
    await reply_in(telegram, group)
    telegram.type(channel, None, "/help")
    await reply_in(telegram, channel)
    await telegram.until(lambda: channel.visible == [])
    assert len(group.visible) == 2


@pytest.mark.parametrize("text", ["/subscribe@other_bot national", "/nonsense", "hello", "see /help", "/"])
async def test_what_is_not_for_the_bot_is_left_alone(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, text: str
) -> None:
    group = telegram.add_supergroup("Newsroom", bot_admin=True)
    telegram.type(group, telegram.founder, text)
    await nothing_comes_of_it(telegram, desk, group, private)


async def test_the_bots_own_channel_posts_in_a_discussion_group_are_no_commands(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat, private: Chat
) -> None:
    group = telegram.add_supergroup("Discussion", bot_admin=True)
    telegram.auto_forward(telegram.post(channel, "/help me", seen=False), group)
    await nothing_comes_of_it(telegram, desk, group, private)


async def test_an_edited_message_is_no_command(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, group: Chat
) -> None:
    telegram.rewrite(telegram.post(group, "hello"), "/subscribe national")
    await nothing_comes_of_it(telegram, desk, group, private)


async def test_a_long_reply_comes_in_parts_in_order(telegram: TelegramEmulator, desk: FakeDesk, private: Chat) -> None:
    desk.reply = lambda _: Reply("\n".join(f"line {number}" for number in range(1500)), MENU)
    telegram.type(private, None, "/categories")
    await telegram.until(lambda: len(private.from_bot) == 4)
    assert "\n".join(str(message.text) for message in private.from_bot).split("\n") == [
        f"line {number}" for number in range(1500)
    ]
    assert [len(message.buttons) for message in private.from_bot] == [0, 0, 0, 2]


async def test_commands_of_one_chat_are_answered_in_order(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, dara: User
) -> None:
    telegram.fault("delay", method="getChatMember", seconds=0.1)
    for number in range(5):
        telegram.type(group, dara, f"/subscribe {number}")
    await telegram.until(lambda: len(desk.commands) == 5)
    assert [command.words for command in desk.commands] == ["0", "1", "2", "3", "4"]
