"""The owner of a channel without a public name lives with it: no id is ever typed, and no answer is about elsewhere."""

from __future__ import annotations

import pytest

from bot.models import DestinationState
from tests.adapters.telegram.conftest import place
from tests.adapters.telegram.menus.bureau import Bureau, screen
from tests.emulators.telegram import Chat, Message, TelegramEmulator, User
from tests.state.making import eventually


@pytest.fixture
def owner(telegram: TelegramEmulator) -> User:
    return telegram.add_user("Sophea", language_code="en")


@pytest.fixture
def home(telegram: TelegramEmulator, owner: User) -> Chat:
    """The owner's private chat with the bot."""
    return telegram.add_private(owner)


@pytest.fixture
async def daily(bureau: Bureau, telegram: TelegramEmulator, owner: User, home: Chat) -> Chat:
    """A private channel, connected by a key of /start, to which all posts go."""
    channel = telegram.add_channel("Daily")
    telegram.promote(channel, owner)
    await bureau.open()
    await bureau.type(home, owner, "/start")
    await telegram.until(lambda: len(home.from_bot) == 2)
    telegram.share(home, "channel", channel)
    await telegram.until(lambda: len(home.from_bot) == 4)
    menu = home.from_bot[-1]
    await bureau.press(menu, "All posts", owner)
    await bureau.press(menu, "Done", owner)
    return channel


async def state_of(bureau: Bureau, chat: Chat) -> DestinationState | None:
    known = await bureau.room.store.subscriptions.place(place(chat))
    return known.state if known else None


async def press_and_read(bureau: Bureau, menu: Message, label: str, owner: User) -> list[str]:
    await bureau.press(menu, label, owner)
    return screen(menu)


async def test_a_command_that_names_no_chat_asks_for_which(
    bureau: Bureau, home: Chat, daily: Chat, owner: User
) -> None:
    question = await bureau.type(home, owner, "/pause 2h")
    assert screen(question) == ["For which chat?", "[📬 This chat here]", "[📢 Daily]"]

    await bureau.press(question, "📢 Daily", owner)

    paused, resume = screen(question)
    assert (paused.startswith("Paused until "), ": Daily. New posts wait" in paused, resume) == (True, True, "[Resume]")
    assert (await state_of(bureau, daily), await state_of(bureau, home)) == (DestinationState.PAUSED, None)
    await bureau.press(question, "Resume", owner)
    assert screen(question) == ["Resumed: Daily. What waited arrives now, in order."]
    assert await state_of(bureau, daily) is DestinationState.ACTIVE


async def test_this_chat_here_is_one_of_them(bureau: Bureau, home: Chat, daily: Chat, owner: User) -> None:
    question = await bureau.type(home, owner, "/subscribe sport")
    await bureau.press(question, "📬", owner)
    assert [each.display for each in await bureau.room.store.subscriptions.of(place(home))] == ["Sport"]
    assert await state_of(bureau, daily) is DestinationState.ACTIVE


@pytest.mark.parametrize("typed", ["/status", "/settings", "/why", "/latest", "/unsubscribe", "/resume", "/categories"])
async def test_every_answer_about_the_channel_names_it(
    bureau: Bureau, home: Chat, daily: Chat, owner: User, typed: str
) -> None:
    question = await bureau.type(home, owner, typed)
    await bureau.press(question, "📢 Daily", owner)
    assert "Daily" in (question.text or "")
    assert all(str(daily.id) in (button.data or str(daily.id)) for button in question.buttons)


async def test_words_for_which_a_button_has_no_room_open_what_there_is(
    bureau: Bureau, home: Chat, daily: Chat, owner: User
) -> None:
    question = await bureau.type(home, owner, f"/subscribe {'ព័ត៌មានជាតិ ' * 5}")
    await bureau.press(question, "📢 Daily", owner)
    assert screen(question)[0].startswith("What should arrive in Daily?")


async def test_why_is_asked_about_the_very_post_however_long_its_name_is(
    bureau: Bureau, home: Chat, daily: Chat, owner: User
) -> None:
    path = f"{'long-' * 9}name.md"
    await bureau.save(path, title="A title of many words that fits into no button of Telegram")
    for words in (path, "A title of many words that fits into no button of Telegram", f"https://news.example/{path}"):
        question = await bureau.type(home, owner, f"/why {words}")
        await bureau.press(question, "📢 Daily", owner)
        assert (question.text or "").startswith(
            "Daily:\n“A title of many words that fits into no button of Telegram”: "
        )


async def test_what_was_cut_off_on_a_button_is_not_taken_for_nothing(
    bureau: Bureau, home: Chat, daily: Chat, owner: User
) -> None:
    question = await bureau.type(home, owner, f"/pause {'for a very long time ' * 3}")
    await bureau.press(question, "📢 Daily", owner)
    assert "Paused" not in (question.text or "")
    assert "for a very long time" in (question.text or "")


async def test_who_keeps_no_other_chat_is_not_asked(bureau: Bureau, telegram: TelegramEmulator, daily: Chat) -> None:
    reader = telegram.add_user("Vuthy", language_code="en")
    said = await bureau.type(telegram.add_private(reader), reader, "/pause 2h")
    assert (said.text or "").startswith("Paused until ")
    assert ": this chat." in (said.text or "")


async def test_help_and_the_language_are_asked_for_nowhere_else(
    bureau: Bureau, home: Chat, daily: Chat, owner: User
) -> None:
    assert (await bureau.type(home, owner, "/language km")).text == "ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរ។"
    assert (await bureau.type(home, owner, "/subscribe")).text == "សម្រាប់កន្លែងណា?"


async def test_the_channels_screens_lead_on_by_buttons(bureau: Bureau, home: Chat, daily: Chat, owner: User) -> None:
    menu = home.from_bot[-1]
    assert screen(menu) == [
        "New posts will arrive in Daily: all posts.",
        "[Preview] [Send the latest now]",
        "[Settings] [Pause] [Why?]",
    ]
    await bureau.press(menu, "Settings", owner)
    done = await press_and_read(bureau, menu, "Done", owner)
    assert done == ["The settings of Daily are saved.", "[Settings] [Preview]"]

    await bureau.press(menu, "Settings", owner)
    await bureau.press(menu, "Pause", owner)
    await bureau.press(menu, "For an hour", owner)
    await bureau.press(menu, "Choose what arrives", owner)
    assert screen(menu)[-3:] == ["[Resume]", "[Settings] [Done]", "[Language: any]"]
    await bureau.press(menu, "Resume", owner)

    question = await bureau.type(home, owner, "/subscribe")
    await bureau.press(question, "📢 Daily", owner)
    await bureau.press(question, "All posts", owner)
    nothing = await press_and_read(bureau, question, "Done", owner)
    assert nothing == ["Nothing arrives in Daily.", "[Choose what arrives]"]


async def test_a_menu_follows_its_group_that_has_become_a_supergroup(
    bureau: Bureau, telegram: TelegramEmulator, home: Chat, owner: User
) -> None:
    group = telegram.add_group("Desk")
    telegram.promote(group, owner)
    await bureau.open()
    menu = await bureau.type(home, owner, f"/subscribe {group.id}")
    await bureau.press(menu, "Sport", owner)
    supergroup = telegram.migrate(group)

    async def has_moved() -> bool:
        return await bureau.room.store.subscriptions.place(place(supergroup)) is not None

    await eventually(has_moved)
    await bureau.press(menu, "All posts", owner)

    assert {button.data.split()[1] for button in menu.buttons if button.data} == {str(supergroup.id)}
    assert "What arrives: all posts." in screen(menu)
    assert [each.destination for each in await bureau.room.store.subscriptions.places()] == [place(supergroup)]
    await bureau.type(home, owner, "/start")
    await telegram.until(lambda: len(home.from_bot) == 3)
    assert [button.data for button in home.from_bot[-1].buttons if button.data] == [f"/subscribe {supergroup.id}"]


async def test_a_reply_with_buttons_comes_alone_also_after_start(
    bureau: Bureau, telegram: TelegramEmulator, home: Chat, owner: User
) -> None:
    await bureau.open()
    await bureau.type(home, owner, "/start")
    await telegram.until(lambda: len(home.from_bot) == 2)
    settings = await bureau.type(home, owner, "/settings")
    assert settings.buttons
    assert len(home.from_bot) == 3
    assert not any(request.method == "deleteMessage" for request in telegram.requests)
    await bureau.type(home, owner, "/nonsense")
    await telegram.until(lambda: home.keys == [])  # the keys go with the first answer that has no buttons
