"""What one person alone reads is in their language, wherever they are; what stands in a chat is in the chat's."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.groundwork import utc_now
from bot.subscribing.operators import invite
from tests.adapters.telegram.menus.bureau import Bureau, screen
from tests.emulators.telegram import Chat, TelegramEmulator, User

KHMER = re.compile(r"[\u1780-\u17ff]")
CHOSEN = "ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរ។"


@pytest.fixture
def owner(telegram: TelegramEmulator) -> User:
    """Somebody whose Telegram is English."""
    return telegram.add_user("Sophea", language_code="en")


@pytest.fixture
async def home(bureau: Bureau, telegram: TelegramEmulator, owner: User) -> Chat:
    """The private chat, in which Khmer was chosen."""
    home = telegram.add_private(owner)
    await bureau.open()
    assert (await bureau.type(home, owner, "/language km")).text == CHOSEN
    return home


def is_khmer(text: str | None) -> bool:
    """Whether a text is in Khmer, but for names and commands."""
    return bool(KHMER.search(text or "")) and " you " not in f" {text} ".lower()


async def test_the_language_that_was_chosen_at_home_holds_for_all_that_is_said_there(
    bureau: Bureau, telegram: TelegramEmulator, home: Chat, owner: User
) -> None:
    club = telegram.add_supergroup("Chess club")
    for typed in ("/subscribe @no_such_channel", f"/status {club.id}", f"/subscribe {club.id}", "hello"):
        said = await bureau.type(home, owner, typed)
        assert is_khmer(said.text), typed

    first = await bureau.type(home, owner, "/subscribe national\n/pause 2h")
    words, more = (first.text or "").split("\n\n")
    assert is_khmer(words)
    assert is_khmer(more)

    first.content = replace(first.content, keyboard=(({"text": "Old", "callback_data": "of a version before"},),))
    old = telegram.press(first, "Old", owner)
    await telegram.until(lambda: old.answers)
    assert is_khmer(str(old.answers[0]["text"]))


async def test_in_a_group_too_who_presses_is_told_in_their_own_language(
    bureau: Bureau, telegram: TelegramEmulator, group: Chat, home: Chat, owner: User
) -> None:
    sok = telegram.add_user("Sok", language_code="en")
    telegram.promote(group, sok)
    menu = await bureau.type(group, sok, "/subscribe")
    telegram.join(group, owner)

    press = await bureau.press(menu, "NATIONAL", owner)
    assert is_khmer(str(press.answers[0]["text"]))
    assert screen(menu)[0].startswith("What should arrive in Newsroom?")


async def test_a_menu_that_others_see_goes_on_in_its_language_when_an_operator_presses(
    bureau: Bureau, telegram: TelegramEmulator, group: Chat, home: Chat, owner: User
) -> None:
    code = await invite(bureau.room.store.operators, utc_now())
    assert is_khmer((await bureau.type(home, owner, f"/start {code}")).text)
    sok = telegram.add_user("Sok", language_code="en")
    telegram.promote(group, sok)
    menu = await bureau.type(group, sok, "/subscribe")

    await bureau.press(menu, "NATIONAL", owner)
    assert screen(menu)[2] == "What arrives: NATIONAL."


async def test_what_a_chat_speaks_is_not_what_is_said_of_it_in_private(
    bureau: Bureau, telegram: TelegramEmulator, group: Chat
) -> None:
    await bureau.open()
    sok = telegram.add_user("Sok", language_code="en")
    telegram.promote(group, sok)
    at_home = telegram.add_private(sok)

    said = await bureau.type(at_home, sok, f"/language {group.id} km")
    assert said.text == "In Newsroom I answer in Khmer from now on."
    menu = await bureau.type(at_home, sok, f"/subscribe {group.id}")
    assert screen(menu)[0].startswith("What should arrive in Newsroom?")
    await bureau.press(menu, "NATIONAL", sok)
    await bureau.press(menu, "Settings", sok)
    assert "[Answers: ភាសាខ្មែរ]" in screen(menu)
    await bureau.press(menu, "Answers", sok)
    assert screen(menu)[-2:] == ["[▫️ English] [✅ ភាសាខ្មែរ]", "[Back]"]
    assert is_khmer((await bureau.type(group, sok, "/subscriptions")).text)
    await bureau.press(menu, "English", sok)
    assert screen(menu)[0] == "In Newsroom I answer in English from now on."
    assert (await bureau.type(group, sok, "/subscriptions")).text == "Subscriptions of Newsroom:\n• NATIONAL"


async def test_who_is_an_administrator_of_which_chat_can_not_be_seen(
    bureau: Bureau, telegram: TelegramEmulator, group: Chat
) -> None:
    await bureau.open()
    sok = telegram.add_user("Sok", language_code="en")
    at_home = telegram.add_private(sok)
    telegram.promote(group, sok)

    async def said_to(person: User, chat: Chat, typed: str) -> str:
        hidden = "Bad Request: member list is inaccessible"
        telegram.fault("answer", method="getChatMember", status=400, description=hidden)
        said = await bureau.type(chat, person, f"{typed} {group.id}")
        return (said.text or "").removesuffix(" Please make me one, then try again.")

    await bureau.type(at_home, sok, f"/subscribe {group.id} national")
    for typed in ("/subscribe", "/status"):
        assert await said_to(sok, at_home, typed) == "I can't see who is an administrator of Newsroom."
    stranger = telegram.add_user("Bopha", language_code="en")
    unnamed = await said_to(stranger, telegram.add_private(stranger), "/subscribe")
    assert unnamed == "I can't see who is an administrator of the chat.", (
        "a title is told to nobody who guesses a number"
    )
