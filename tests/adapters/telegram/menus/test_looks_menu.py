"""/settings, /preview and /latest, as people press them."""

from __future__ import annotations

import pytest

from adapters.telegram.replies import BEGINNING
from tests.adapters.telegram.conftest import place
from tests.adapters.telegram.menus.bureau import Bureau, screen
from tests.emulators.telegram import Chat, TelegramEmulator, User


@pytest.fixture
def anna(telegram: TelegramEmulator, group: Chat, channel: Chat) -> User:
    """An administrator of the group and of the channel."""
    anna = telegram.add_user("Anna", language_code="en")
    for chat in (group, channel):
        telegram.promote(chat, anna)
    return anna


async def test_after_subscribing_a_preview_and_the_post_itself(bureau: Bureau, group: Chat, anna: User) -> None:
    await bureau.open()
    menu = await bureau.type(group, anna, "/subscribe national")
    subscribed = screen(menu)
    await bureau.press(menu, "Preview", anna)
    await bureau.telegram.until(lambda: len(group.from_bot) == 2 and group.from_bot[1].text != BEGINNING)
    previewed, specimen = screen(menu), group.from_bot[1]
    await bureau.press(menu, "Send it now", anna)
    await bureau.telegram.until(lambda: len(group.from_bot) == 3)
    await bureau.settled()
    post = group.from_bot[2]
    again = await bureau.type(group, anna, "/latest")

    assert subscribed == [
        "Subscribed to NATIONAL. New posts will arrive in Newsroom.",
        "[Preview] [Send the latest now]",
    ]
    assert previewed == ["A preview: this is how the latest post looks in Newsroom.", "[Send it now] [Settings]"]
    assert screen(specimen)[0] == "River 2"
    assert specimen.silent
    assert screen(menu) == ["“River 2” is on its way."]
    assert screen(post) == screen(specimen)
    assert not post.silent
    assert screen(again)[0].startswith("“River 2” arrived already: ")
    assert [(button.text, button.url) for button in again.buttons] == [
        ("Open it", f"https://t.me/c/{str(group.id).removeprefix('-100')}/{post.id}")
    ]
    assert len(group.from_bot) == 4


async def test_a_channel_is_previewed_in_private_and_gets_its_post(
    bureau: Bureau, telegram: TelegramEmulator, channel: Chat, anna: User
) -> None:
    private = telegram.add_private(anna)
    await bureau.open()
    menu = await bureau.type(private, anna, "/subscribe @news_channel sport")
    await bureau.press(menu, "Preview", anna)
    await telegram.until(lambda: len(private.from_bot) == 2 and private.from_bot[1].text != BEGINNING)
    unseen = list(channel.visible)
    await bureau.press(menu, "Send it now", anna)
    await telegram.until(lambda: channel.visible)

    assert screen(private.from_bot[1])[0] == "គ្រាប់បាល់"
    assert unseen == []
    assert [screen(message) for message in channel.visible] == [screen(private.from_bot[1])]


async def test_a_preview_in_a_channel_goes_again(bureau: Bureau, channel: Chat) -> None:
    await bureau.open()
    await bureau.type(channel, None, "/subscribe national")
    bureau.telegram.type(channel, None, "/preview")
    await bureau.telegram.until(lambda: len(bureau.telegram.sent) == 3 and not channel.visible)

    assert screen(bureau.telegram.sent[2])[0] == "River 2"
    assert bureau.telegram.sent[2].silent


async def test_a_setting_holds_from_the_next_post_on(bureau: Bureau, group: Chat, anna: User) -> None:
    await bureau.open()
    await bureau.type(group, anna, "/subscribe national")
    await bureau.save("first.md")
    await bureau.telegram.until(lambda: len(group.from_bot) == 2)
    first = group.from_bot[1]
    panel = await bureau.type(group, anna, "/settings")
    opened = screen(panel)
    await bureau.press(panel, "Silent", anna)
    await bureau.press(panel, "Read button", anna)
    await bureau.press(panel, "Look:", anna)
    looks = screen(panel)
    await bureau.press(panel, "Text only", anna)
    await bureau.press(panel, "Done", anna)
    await bureau.save("second.md")
    await bureau.telegram.until(lambda: len(group.from_bot) == 4)
    second = group.from_bot[3]

    assert opened == [
        "How posts look, for all that arrives in Newsroom:",
        "[Look: As fits best]",
        "[Text length: medium]",
        "[✅ Picture] [✅ Hashtags]",
        "[✅ Read button] [▫️ Silent]",
        "[▫️ Pin] [▫️ No forwarding]",
        "[Preview]",
        "[If in doubt: as usual]",
        "[Answers: English]",
        "[Pause] [Unsubscribe …]",
        "[Choose what arrives]",
        "[Done]",
    ]
    assert looks[6:] == [
        "[✅ As fits best] [▫️ Photo]",
        "[▫️ Page preview] [▫️ Text only]",
        "[▫️ Article]",
        "[Back]",
    ]
    assert screen(panel) == ["The settings of Newsroom are saved.", "[Settings] [Preview]"]
    assert (first.edits, first.silent, len(first.buttons)) == ([], False, 1)
    assert (second.silent, second.buttons) == (True, [])


async def test_one_subscription_of_several_is_set_alone(bureau: Bureau, group: Chat, anna: User) -> None:
    await bureau.open()
    await bureau.type(group, anna, "/subscribe national, sport")
    panel = await bureau.type(group, anna, "/settings")
    await bureau.press(panel, "Sport", anna)
    await bureau.press(panel, "Silent", anna)

    assert screen(panel)[:3] == [
        "Silent: on. It holds for Sport, from the next post on.",
        "",
        "How posts look, for Sport:",
    ]
    mine = await bureau.room.store.subscriptions.of(place(group))
    assert [(wish.display, wish.options) for wish in mine] == [("NATIONAL", {}), ("Sport", {"silent": True})]


async def test_the_settings_of_a_channel_are_made_in_private(
    bureau: Bureau, telegram: TelegramEmulator, channel: Chat, anna: User
) -> None:
    private = telegram.add_private(anna)
    await bureau.open()
    await bureau.type(private, anna, "/subscribe @news_channel ព័ត៌មានជាតិ និងអន្តរជាតិ ប្រចាំថ្ងៃ, sport")
    panel = await bureau.type(private, anna, "/settings @news_channel")
    await bureau.press(panel, "ព័ត៌មាន", anna)
    await bureau.press(panel, "Text length", anna)
    await bureau.press(panel, "long", anna)

    [khmer, sport] = await bureau.room.store.subscriptions.of(place(channel))
    assert (khmer.options, sport.options) == ({"excerpt": 600}, {})
    assert all(len((button.data or "").encode()) <= 64 for button in panel.buttons)
    assert channel.visible == []


async def test_what_came_and_why_something_did_not(bureau: Bureau, group: Chat, anna: User) -> None:
    await bureau.open()
    await bureau.type(group, anna, "/subscribe national")
    await bureau.save("flood.md")
    await bureau.telegram.until(lambda: len(group.from_bot) == 2)
    await bureau.settled()
    came = await bureau.type(group, anna, "/why")
    other = await bureau.type(group, anna, "/why goal.md")
    status = await bureau.type(group, bureau.telegram.add_user("Bopha", language_code="en"), "/status")

    assert screen(came)[0].startswith("“Flood”: it arrived: ")
    assert came.buttons[0].url == f"https://t.me/c/{str(group.id).removeprefix('-100')}/{group.from_bot[1].id}"
    assert screen(other) == [
        "“Goal”: it is not among what was chosen here. Its categories: Sport; its language: English. "
        "What arrives: NATIONAL.",
        "[Choose what arrives]",
    ]
    assert screen(status)[1] == "What arrives: NATIONAL."
    assert screen(status)[2].startswith("The last post came ")


async def test_who_switches_pin_on_where_the_bot_may_not_pin_hears_so_at_once(
    bureau: Bureau, telegram: TelegramEmulator, group: Chat, anna: User
) -> None:
    telegram.promote(group, telegram.bot, can_manage_chat=True)
    await bureau.open()
    await bureau.type(group, anna, "/subscribe national")
    warned = await bureau.type(group, anna, "/settings pin on")
    off = await bureau.type(group, anna, "/settings pin off")
    telegram.promote(group, telegram.bot, can_pin_messages=True)
    well = await bureau.type(group, anna, "/settings pin on")

    assert (warned.text or "").endswith(
        "⚠️ Posts will arrive, but not be pinned: the bot may not pin there; make it an administrator who may pin "
        "messages (in a channel: edit messages): tap the chat's name, then Edit, Administrators, and choose the bot."
    )
    assert "⚠️" not in (off.text or "")
    assert "⚠️" not in (well.text or "")
