"""A channel or group that is managed from a private chat."""

import pytest

from adapters.telegram.commands import about
from adapters.telegram.render import CALLBACK_BYTES
from bot.models import Choice, Destination, Place, Reply
from bot.subscribing.tokens import ROOM
from bot.texts import texts
from tests.adapters.telegram.conftest import MENU, FakeDesk, place, reply_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


async def test_a_channel_is_managed_from_a_private_chat_by_name_or_number(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, channel: Chat, dara: User
) -> None:
    for named in ("@news_channel", str(channel.id), f"{channel.id}/7"):
        telegram.type(private, dara, f"/subscribe {named} ព័ត៌មាន ជាតិ")
    await telegram.until(lambda: len(private.from_bot) == 3)
    places = [place(channel), place(channel), place(channel, 7)]
    assert [command.place.destination for command in desk.commands] == places
    for command in desk.commands:
        assert (command.words, command.admin, command.person) == ("ព័ត៌មាន ជាតិ", True, str(dara.id))
        assert (command.place.kind, command.refusal) == ("channel", "")
    assert [command.place.title for command in desk.commands] == ["News", "News", "News › topic 7"]


async def test_the_choices_of_a_reply_are_about_the_channel_too(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, channel: Chat, dara: User
) -> None:
    aimed = Choice("There", "/subscribe @other_channel sport")
    page = Choice("Help", "", url="https://example.org/help")
    menu_rows = ((Choice("Art", "/menu on art", on=False), page),)
    desk.reply = lambda _: Reply("Which one?", (*MENU, aimed), done=False, menu=menu_rows)
    telegram.type(private, dara, "/subscribe @news_channel")
    menu = await reply_in(telegram, private)
    assert [button.data or button.url for button in menu.buttons] == [
        f"/menu {channel.id} on art",
        page.url,
        f"/subscribe {channel.id} national",
        f"/subscribe {channel.id} sport",
        aimed.command,
    ]
    telegram.press(menu, "Sport", dara)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert (desk.commands[1].place.destination, desk.commands[1].words) == (place(channel), "sport")


@pytest.mark.parametrize("command", ["subscribe", "subscriptions", "status", "why", "latest"])
@pytest.mark.parametrize("kind", ["channel", "group"])
async def test_a_stranger_is_told_nothing_of_a_chat_not_even_its_name(
    telegram: TelegramEmulator, desk: FakeDesk, *, kind: str, command: str
) -> None:
    add = telegram.add_channel if kind == "channel" else telegram.add_supergroup
    chat = add("Strike committee", username="strikers")
    stranger = telegram.add_user("Sok", language_code="en")
    private = telegram.add_private(stranger)
    for named in (chat.id, "@strikers"):
        telegram.type(private, stranger, f"/{command} {named}")
    await telegram.until(lambda: len(private.from_bot) == 2)
    said = [message.text for message in private.from_bot]
    assert said == ["You are no administrator of the chat.", "You are no administrator of @strikers."]
    assert desk.commands == []


async def test_an_admin_is_told_what_comes_to_a_channel(
    telegram: TelegramEmulator, desk: FakeDesk, channel: Chat, private: Chat, dara: User
) -> None:
    telegram.type(private, dara, "/subscriptions @news_channel")
    await telegram.until(lambda: desk.commands)
    assert desk.commands[0].place.destination == place(channel)


@pytest.mark.parametrize("named", ["@no_such_channel", "-1009999999999"])
async def test_a_channel_that_cannot_be_seen_is_said_to_be_so(
    telegram: TelegramEmulator, desk: FakeDesk, private: Chat, named: str
) -> None:
    telegram.type(private, None, f"/subscribe {named} national")
    message = await reply_in(telegram, private)
    assert named in str(message.text)
    assert desk.commands == []


async def test_only_private_chats_can_name_another_chat(
    telegram: TelegramEmulator, desk: FakeDesk, group: Chat, channel: Chat, dara: User
) -> None:
    telegram.type(group, dara, "/subscribe @news_channel national")
    await telegram.until(lambda: desk.commands)
    assert (desk.commands[0].place.destination, desk.commands[0].words) == (place(group), "@news_channel national")


def test_the_longest_place_leaves_room_for_what_menus_type() -> None:
    far = Destination("telegram", "-4503599627370496", "1234567890")  # ids have 52 bits at most (Bot API)
    menu = ((Choice("Sport", "/menu ".ljust(ROOM, "x")),),)
    [[choice]] = about(Place(far, "supergroup", "Far"), Reply("Which one?", menu=menu), texts("en")).menu
    assert len(choice.command.encode()) == CALLBACK_BYTES


def test_a_reply_that_names_its_topic_by_the_number_is_headed_by_it_no_second_time() -> None:
    topic = Place(Destination("telegram", "-1001", "7"), "supergroup", "Desk › topic 7")
    named, khmer = "Desk › ប្រធានបទលេខ 7", texts("km")
    assert about(topic, Reply(f"ការកំណត់នៃ {named}"), khmer).text == f"ការកំណត់នៃ {named}"
    assert about(topic, Reply("មិនទាន់មាន"), khmer).text == f"{named}:\nមិនទាន់មាន"
