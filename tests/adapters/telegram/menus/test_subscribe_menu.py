"""The menu of /subscribe, as people press it: in groups, topics, private chats, and for a channel."""

from __future__ import annotations

import pytest

from bot.models import Destination, DestinationState, Selector, SelectorKind
from bot.texts import texts
from tests.adapters.telegram.conftest import place
from tests.adapters.telegram.menus.bureau import Bureau, screen
from tests.emulators.telegram import Chat, TelegramEmulator, User

NATIONAL = Selector(SelectorKind.CATEGORY, "national")
SPORT = Selector(SelectorKind.CATEGORY, "sport")
HOW = "✅ arrives, ▫️ does not. Press to change it."


@pytest.fixture
def sok(telegram: TelegramEmulator, group: Chat) -> User:
    """Another administrator of the group, whose Telegram is in English, as Dara's is in Khmer."""
    sok = telegram.add_user("Sok", language_code="en")
    telegram.promote(group, sok)
    return sok


async def wishes(bureau: Bureau, destination: Destination) -> list[tuple[Selector, str]]:
    return [(wish.selector, wish.language) for wish in await bureau.room.store.subscriptions.of(destination)]


async def test_a_group_chooses_what_arrives_and_gets_it(bureau: Bureau, group: Chat, sok: User) -> None:
    await bureau.open()
    menu = await bureau.type(group, sok, "/subscribe")
    opened = screen(menu)
    await bureau.press(menu, "Sport", sok)
    pressed = screen(menu)
    await bureau.press(menu, "Done", sok)

    assert opened == [
        f"What should arrive in Newsroom? {HOW}",
        "",
        "Nothing arrives yet.",
        "[▫️ All posts] [▫️ All except …]",
        "[▫️ NATIONAL (3)] [▫️ Sport (2)]",
        "[▫️ BUSINESS (1)]",
        "[▫️ ព័ត៌មាន\u200bជាតិ និងអ…តិ ប្រចាំថ្ងៃ (1)]",
        "[Settings] [Done]",
    ]
    assert pressed[2:] == [
        "What arrives: Sport.",
        "[▫️ All posts] [▫️ All except …]",
        "[▫️ NATIONAL (3)] [✅ Sport (2)]",
        "[▫️ BUSINESS (1)]",
        "[▫️ ព័ត៌មាន\u200bជាតិ និងអ…តិ ប្រចាំថ្ងៃ (1)]",
        "[Settings] [Done]",
        "[Language: any]",
    ]
    assert screen(menu) == [
        "New posts will arrive in Newsroom: Sport.",
        "[Preview] [Send the latest now]",
        "[Settings] [Pause] [Why?]",
    ]
    assert await wishes(bureau, place(group)) == [(SPORT, "")]
    await bureau.save("cup.md", "Sport")
    await bureau.telegram.until(lambda: "Cup" in str(group.from_bot[-1].text))


async def test_two_admins_press_the_same_menu_and_their_own(bureau: Bureau, group: Chat, sok: User, dara: User) -> None:
    await bureau.open()
    one = await bureau.type(group, sok, "/subscribe")
    other = await bureau.type(group, dara, "/subscribe")
    bureau.telegram.press(one, "▫️ Sport (2)", sok)
    bureau.telegram.press(other, "▫️ NATIONAL (3)", dara)
    await bureau.telegram.until(lambda: one.edits and other.edits)
    late = bureau.telegram.press(one, "▫️ NATIONAL (3)", sok)
    await bureau.telegram.until(lambda: len(one.edits) == 2)

    assert late.answers == [{"text": "NATIONAL arrives already.", "show_alert": False}]
    assert screen(one)[0].startswith("What should arrive"), "which concerns the others, too"
    assert "[✅ NATIONAL (3)] [✅ Sport (2)]" in screen(one)
    assert set(await wishes(bureau, place(group))) == {(NATIONAL, ""), (SPORT, "")}


async def test_a_topic_is_subscribed_where_the_menu_stands(
    bureau: Bureau, telegram: TelegramEmulator, dara: User
) -> None:
    forum = telegram.add_supergroup("Desk", forum=True)
    topic = telegram.add_topic(forum, "Football")
    telegram.promote(forum, dara)
    await bureau.open()
    menu = await bureau.type(forum, dara, "/subscribe", thread=topic)
    await bureau.press(menu, "Sport", dara)
    await bureau.save("cup.md", "Sport")
    await telegram.until(lambda: len(forum.from_bot) == 2)

    assert await wishes(bureau, place(forum, topic)) == [(SPORT, "")]
    assert {message.thread_id for message in forum.from_bot} == {topic}


async def test_a_channel_is_managed_from_a_private_chat_and_readers_see_nothing(
    bureau: Bureau, channel: Chat, private: Chat, dara: User
) -> None:
    await bureau.open()
    menu = await bureau.type(private, dara, "/subscribe @news_channel")
    await bureau.press(menu, "ព័ត៌មាន", dara)
    await bureau.press(menu, "រួចរាល់", dara)
    data = [button.data or "" for button in menu.buttons]

    assert screen(menu)[0].startswith("អត្ថបទថ្មីៗនឹងមកដល់ News៖ ព័ត៌មាន")
    assert data == [
        f"/{step}".replace(" ", f" {channel.id} ", 1).rstrip()
        for step in ("preview ", "latest ", "settings ", "settings pause", "why ")
    ]
    assert [each.selector.value for each in await bureau.room.store.subscriptions.of(place(channel))] == [
        "ព័ត៌មានជាតិ-និងអន្តរជាតិ-ប្រចាំថ្ងៃ"
    ]
    assert channel.visible == []


async def test_everything_but_some_in_one_language(bureau: Bureau, telegram: TelegramEmulator) -> None:
    anna = telegram.add_user("Anna", language_code="en")
    private = telegram.add_private(anna)
    await bureau.open()
    menu = await bureau.type(private, anna, "/subscribe")
    await bureau.press(menu, "All except", anna)
    await bureau.press(menu, "NATIONAL", anna)
    await bureau.press(menu, "Language: any", anna)
    languages = screen(menu)
    await bureau.press(menu, "Khmer", anna)

    assert languages == [
        "In which language should posts arrive in this chat?",
        "",
        "What arrives: all posts except NATIONAL.",
        "[✅ Any language] [▫️ English]",
        "[▫️ Khmer]",
        "[Back]",
    ]
    assert screen(menu)[2:6] == [
        "What arrives: all posts in Khmer except NATIONAL.",
        "[▫️ All posts] [✅ All except …]",
        "[▫️ NATIONAL (3)] [✅ Sport (2)]",
        "[✅ BUSINESS (1)]",
    ]
    assert await wishes(bureau, place(private)) == [(Selector(SelectorKind.ALL_EXCEPT, "national"), "km")]


async def test_many_categories_are_paged(bureau: Bureau, telegram: TelegramEmulator) -> None:
    anna = telegram.add_user("Anna", language_code="en")
    private = telegram.add_private(anna)
    for number in range(60):
        bureau.write(f"c{number}.md", f"{'ព័ត៌មានអន្តរជាតិ ' * 3}{number:02}", date="2026-01-01", language="km")
    await bureau.open()
    menu = await bureau.type(private, anna, "/subscribe")
    await bureau.press(menu, "◀", anna)
    last = screen(menu)
    label = last[-3].strip("[]▫️ ")
    await bureau.press(menu, label, anna)

    assert label.endswith(" 59 (1)")
    assert last[-2:] == ["[◀] [8 / 8] [▶]", "[Settings] [Done]"]
    assert f"[✅ {label}]" in screen(menu)
    assert [each.selector.value[-2:] for each in await bureau.room.store.subscriptions.of(place(private))] == ["59"]


async def test_a_reader_who_presses_is_told_alone(bureau: Bureau, group: Chat, sok: User) -> None:
    await bureau.open()
    menu = await bureau.type(group, sok, "/subscribe")
    reader = bureau.telegram.add_user("Bopha", language_code="en")
    bureau.telegram.join(group, reader)
    press = await bureau.press(menu, "NATIONAL", reader)

    assert press.answers[0]["text"].startswith("Only admin")
    assert menu.edits == []
    assert await wishes(bureau, place(group)) == []


async def test_a_menu_keeps_the_language_in_which_it_was_opened(
    bureau: Bureau, group: Chat, sok: User, dara: User
) -> None:
    await bureau.open()
    menu = await bureau.type(group, dara, "/subscribe")
    opened = screen(menu)[0]
    await bureau.press(menu, "Sport", sok)

    assert "ណា" in opened or "អ្វី" in opened
    assert screen(menu)[0] == opened


async def test_no_member_wipes_the_welcome_of_all(bureau: Bureau, telegram: TelegramEmulator, sok: User) -> None:
    club = telegram.add_supergroup("Chess club")
    telegram.promote(club, sok)
    reader = telegram.add_user("Reader", language_code="en")
    await bureau.open()
    welcome = await bureau.type(club, reader, "/start")
    telegram.press(welcome, "What I can do", reader)
    await telegram.until(lambda: len(club.from_bot) == 2)

    assert welcome.edits == []
    [_, told] = club.from_bot
    assert screen(told)[0].startswith("I send new posts to this chat")
    assert screen(told)[-1].startswith("Admins of Chess club may do more"), "without a button that is not theirs"

    await bureau.press(welcome, "What I can do", sok)
    assert screen(welcome)[-1] == "[Choose what arrives]"
    await bureau.press(welcome, "Choose what arrives", sok)
    assert screen(welcome)[0].startswith("What should arrive in Chess club?")


async def test_old_buttons_are_answered_politely(bureau: Bureau, group: Chat, sok: User) -> None:
    await bureau.open()
    menu = await bureau.type(group, sok, "/subscribe")
    for number in range(3):
        await bureau.save(f"river{number}.md", "RIVERS", title=f"River {number}")
    press = await bureau.press(menu, "NATIONAL", sok)
    await bureau.telegram.until(lambda: menu.edits)

    assert press.answers == [{"text": "This button was too old. This is how it stands now.", "show_alert": False}]
    assert "[▫️ RIVERS (3)] [▫️ Sport (2)]" in screen(menu)
    assert await wishes(bureau, place(group)) == []


async def test_a_menu_outlives_a_pause_another_language_and_a_move_to_a_supergroup(
    bureau: Bureau, telegram: TelegramEmulator, sok: User
) -> None:
    group = telegram.add_group("Old desk")
    telegram.promote(group, sok)
    await bureau.open()
    menu = await bureau.type(group, sok, "/subscribe")
    await bureau.press(menu, "NATIONAL", sok)
    await bureau.type(group, sok, "/language km")
    await bureau.type(group, sok, "/pause")
    await bureau.press(menu, "Sport", sok)

    assert "កំពុងផ្អាក៖" in screen(menu)[4]
    assert "[ការកំណត់] [រួចរាល់]" in screen(menu)
    moved = telegram.migrate(group)
    telegram.promote(moved, sok)
    new = await bureau.type(moved, sok, "/subscribe")
    assert "[✅ NATIONAL (3)] [✅ Sport (2)]" in screen(new)
    known = await bureau.room.store.subscriptions.place(place(moved))
    assert known
    assert (known.state, known.language) == (DestinationState.PAUSED, "km")


async def test_an_anonymous_administrator_is_told_what_to_type_where_buttons_do_not_work(
    bureau: Bureau, telegram: TelegramEmulator
) -> None:
    club = telegram.add_supergroup("Chess club")
    vuthy = telegram.add_user("Vuthy", language_code="en")
    telegram.promote(club, vuthy, is_anonymous=True)
    await bureau.open()

    async def said(words: str) -> list[str]:
        before = len(club.from_bot)
        telegram.type(club, vuthy, words, anonymous=True)
        await telegram.until(lambda: len(club.from_bot) > before)
        return screen(club.from_bot[-1])

    instead = "As long as I am no administrator here, buttons do not work for anonymous administrators. "
    offered = await said("/subscribe")
    assert [line for line in offered if not line.startswith("• ព័ត៌មាន")] == [
        "Nothing arrives yet.",
        "",
        f"{instead}Please type instead:",
        "• All posts: /subscribe all",
        "• NATIONAL (3): /subscribe national",
        "• Sport (2): /subscribe sport",
        "• BUSINESS (1): /subscribe business",
        "• Settings: /settings",
    ]
    assert await said("/subscribe sport") == [
        "Subscribed to Sport. New posts will arrive in Chess club.",
        "",
        f"{instead}Please type instead:",
        "• Preview: /preview",
        "• Send the latest now: /latest",
    ]
    assert "• Sport: /unsubscribe sport" in await said("/unsubscribe")
    assert "• ▫️ Silent: /settings all silent on" in await said("/settings")
    assert texts("km").say(f"{instead}Please type instead:") in await said("/settings answers km")

    telegram.promote(club, telegram.bot)
    assert "[✅ Sport (2)]" in " ".join(await said("/subscribe"))
