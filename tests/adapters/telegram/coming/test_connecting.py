"""A person connects a channel or a group from the private chat, without an id, and nobody there sees it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.groundwork import utc_now
from bot.models import DestinationState, Place, Selector, SelectorKind, Subscription
from bot.ports import Store
from bot.subscribing.operators import Operators, invite
from tests.adapters.telegram.coming.conftest import start, texts_in
from tests.adapters.telegram.conftest import FakeDesk, place
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")

KEYS = ["📢 Choose a channel", "👥 Choose a group", "📬 Here, to me"]
CHANNEL_LINK = "https://t.me/newsbell_test_bot?startchannel&admin=post_messages+edit_messages+delete_messages"
GROUP_LINK = "https://t.me/newsbell_test_bot?startgroup=hello"


def _owner(private: Chat) -> User:
    assert private.user
    return private.user


async def answers(telegram: TelegramEmulator, chat: Chat, count: int, act: Callable[[], object]) -> list[str]:
    """The `count` messages that follow `act`."""
    before = len(chat.from_bot)
    act()
    await telegram.until(lambda: len(chat.from_bot) >= before + count)
    return texts_in(chat)[before:]


# --- /start ----------------------------------------------------------------------------------------------------------


async def test_start_says_what_newsbell_is_and_lets_choose_by_keys_or_by_links(
    telegram: TelegramEmulator, at_home: Chat
) -> None:
    await start(telegram, at_home)
    greeting, links = at_home.from_bot
    assert (greeting.text or "").startswith("Hello! I am newsbell.")
    assert at_home.keys == KEYS
    assert [button.url for button in links.buttons] == [CHANNEL_LINK, GROUP_LINK]
    channel, group = (button["request_chat"] for button in at_home.reply_keyboard[0])
    rights = {name for name, wanted in channel["bot_administrator_rights"].items() if wanted}
    assert rights == {"can_post_messages", "can_edit_messages", "can_delete_messages"}
    assert channel["user_administrator_rights"] == channel["bot_administrator_rights"]
    assert (group["bot_is_member"], "bot_administrator_rights" in group) == (True, False)


async def test_start_speaks_the_language_that_was_chosen_else_that_of_the_persons_telegram(
    telegram: TelegramEmulator, store: Store, at_home: Chat, dara: User, tmp_path: Path
) -> None:
    in_khmer = telegram.add_private(dara)
    await start(telegram, in_khmer)
    with closing(sqlite3.connect(tmp_path / "newsbell.db")) as stranger:
        assert stranger.execute("SELECT * FROM people").fetchall() == [("telegram", str(dara.id), "km")]
    assert in_khmer.keys[1] == "👥 ជ្រើសរើសក្រុម"
    await store.subscriptions.remember(Place(place(at_home), "private", "Sophea", "km"), utc_now())
    await start(telegram, at_home)
    assert at_home.keys == in_khmer.keys
    telegram.tap(at_home, "📬")
    await telegram.until(lambda: at_home.keys == [])


async def test_a_topic_without_a_name_is_shown_by_its_number_in_the_persons_language(
    telegram: TelegramEmulator, store: Store, dara: User
) -> None:
    desk = telegram.add_supergroup("Desk", forum=True, bot_admin=True)
    telegram.promote(desk, dara)
    topic = Place(place(desk, 7), "supergroup", "Desk › topic 7")
    await store.subscriptions.add(
        Subscription(topic.destination, Selector(SelectorKind.ALL)), topic, str(dara.id), utc_now()
    )
    in_khmer = telegram.add_private(dara)
    await start(telegram, in_khmer)
    assert in_khmer.from_bot[-1].buttons[0].text == "👥 Desk › ប្រធានបទលេខ 7"


async def test_a_link_with_a_word_that_nobody_knows_is_a_start(telegram: TelegramEmulator, sophea: User) -> None:
    telegram.open("https://t.me/newsbell_test_bot?start=from-the-site", sophea)
    private = telegram.chats[sophea.id]
    await telegram.until(lambda: len(private.from_bot) == 2)
    assert private.keys == KEYS


# --- the way that it should go ---------------------------------------------------------------------------------------


async def test_a_channel_is_chosen_lets_the_bot_in_and_its_menu_opens_in_private(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, sophea: User
) -> None:
    await start(telegram, at_home)
    said = await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "channel", paper))
    assert said == [
        "Daily News is connected. Nobody there sees what we say here. To see your chats again: /start",
        "subscribe  in Daily News",
    ]
    assert at_home.keys == []
    menu = at_home.from_bot[-1]
    assert [button.data for button in menu.buttons] == [
        f"/subscribe {paper.id} national",
        f"/subscribe {paper.id} sport",
    ]
    [asked] = desk.commands
    assert (asked.place, asked.admin, asked.person) == (
        Place(place(paper), "channel", "Daily News"),
        True,
        str(sophea.id),
    )
    assert telegram.bot_in(paper).rights >= {"can_post_messages", "can_edit_messages", "can_delete_messages"}

    telegram.press(menu, "Sport", sophea)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert (desk.commands[1].place.destination, desk.commands[1].words) == (place(paper), "sport")
    assert paper.from_bot == []
    assert len(at_home.from_bot) == 4, "who was let in by this person need not tell them that"


async def test_a_group_is_chosen_the_bot_joins_as_a_member_and_says_nothing_there(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, club: Chat
) -> None:
    await start(telegram, at_home)
    said = await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "group", club))
    assert said == [
        "Chess club is connected. Nobody there sees what we say here. To see your chats again: /start",
        "subscribe  in Chess club",
    ]
    assert telegram.bot_in(club).status == "member"
    assert [command.place for command in desk.commands] == [Place(place(club), "supergroup", "Chess club")]
    assert (club.from_bot, at_home.keys) == ([], [])


async def test_here_is_the_private_chat_itself(telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat) -> None:
    await start(telegram, at_home)
    said = await answers(telegram, at_home, 2, lambda: telegram.tap(at_home, KEYS[2]))
    assert said == ["Good: they come here, to this chat.", "subscribe  in Sophea"]
    assert at_home.keys == []
    assert [button.data for button in at_home.from_bot[-1].buttons] == ["/subscribe national", "/subscribe sport"]
    assert desk.commands[0].place == Place(place(at_home), "private", "Sophea")


async def test_the_next_start_shows_the_chats_and_each_opens_its_menu(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, club: Chat
) -> None:
    await start(telegram, at_home)
    await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "channel", paper))
    await start(telegram, at_home)
    await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "group", club))
    await start(telegram, at_home)
    chats = at_home.from_bot[-1]
    assert chats.text == "These are your chats. Press one to change what arrives there."
    assert [(button.text, button.data or button.url) for button in chats.buttons] == [
        ("👥 Chess club", f"/subscribe {club.id}"),
        ("📢 Daily News", f"/subscribe {paper.id}"),
        ("Into a channel ↗", CHANNEL_LINK),
        ("Into a group ↗", GROUP_LINK),
    ]
    desk.commands.clear()
    telegram.press(chats, "📢 Daily News", _owner(at_home))
    await telegram.until(lambda: desk.commands and chats.edits)
    assert (desk.commands[0].place.destination, desk.commands[0].admin) == (place(paper), True)
    assert chats.text == "subscribe  in Daily News"


async def test_who_is_an_administrator_no_more_opens_nothing(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, sophea: User
) -> None:
    await start(telegram, at_home)
    await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "channel", paper))
    await start(telegram, at_home)
    telegram.demote(paper, sophea)
    desk.commands.clear()
    press = telegram.press(at_home.from_bot[-1], "📢 Daily News", sophea)
    await telegram.until(lambda: press.answers)
    assert press.answers[0]["text"] == "You are no administrator of Daily News.", "the name of a chat that was theirs"
    assert desk.commands == []


@pytest.mark.parametrize("command", ["/subscriptions", "/status", "/subscribe", "/pause"])
async def test_an_operator_gives_every_command_in_every_chat_from_outside(
    telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk, at_home: Chat, *, command: str
) -> None:
    channel = telegram.add_channel("Daily News", username="daily_news")
    telegram.type(at_home, None, f"/start {await invite(store.operators, utc_now())}")
    await telegram.until(lambda: len(operators) == 1)
    telegram.type(at_home, None, f"{command} @daily_news")
    await telegram.until(lambda: desk.commands)
    [asked] = desk.commands
    assert (asked.place.destination.chat_id, asked.admin) == (str(channel.id), False)


async def test_a_chat_of_ones_own_that_is_gone_is_named_and_another_persons_is_not(
    telegram: TelegramEmulator, at_home: Chat, paper: Chat, sophea: User
) -> None:
    await start(telegram, at_home)
    await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "channel", paper))
    await start(telegram, at_home)
    telegram.remove(paper)
    press = telegram.press(at_home.from_bot[-1], "📢 Daily News", sophea)
    await telegram.until(lambda: press.answers)
    gone = "I can't see {}. Please make me an administrator there, then try again."
    assert press.answers[0]["text"] == gone.format("Daily News")
    stranger = telegram.add_private(telegram.add_user("Vuthy", language_code="en"))
    [said] = await answers(telegram, stranger, 1, lambda: telegram.type(stranger, None, f"/subscribe {paper.id}"))
    assert said == gone.format(paper.id)


async def test_a_chat_that_another_person_connected_opens_as_it_is(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat
) -> None:
    colleague = telegram.add_private(telegram.add_user("Vuthy", language_code="en"))
    assert colleague.user
    telegram.promote(paper, colleague.user)
    for private in (at_home, colleague):
        await start(telegram, private)
        await answers(telegram, private, 2, partial(telegram.share, private, "channel", paper))
    assert texts_in(colleague)[-2:] == [
        "Daily News is connected already. Nobody there sees what we say here. To see your chats again: /start",
        "subscribe  in Daily News",
    ]
    assert len(at_home.from_bot) == 4


# --- the ways that it may go wrong -----------------------------------------------------------------------------------


async def test_where_the_client_did_not_let_the_bot_in_a_link_does(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, sophea: User
) -> None:
    await start(telegram, at_home)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper, grants=False))
    assert said.startswith("I was not let into Daily News.")
    [link] = at_home.from_bot[-1].buttons
    assert (link.text, link.url) == ("Make me an administrator ↗", CHANNEL_LINK)
    assert desk.commands == []

    [welcome] = await answers(telegram, at_home, 1, lambda: telegram.open(str(link.url), sophea, paper))
    assert welcome == "I am in Daily News now. Please choose what arrives there."
    telegram.press(at_home.from_bot[-1], "Choose what arrives", sophea)
    await telegram.until(lambda: desk.commands)
    assert desk.commands[0].place.destination == place(paper)


async def test_a_group_that_did_not_let_the_bot_in(telegram: TelegramEmulator, at_home: Chat, club: Chat) -> None:
    await start(telegram, at_home)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "group", club, grants=False))
    assert said.startswith("I was not let into Chess club.")
    assert [button.url for button in at_home.from_bot[-1].buttons] == [GROUP_LINK]


async def test_a_public_channel_that_the_bot_sees_without_being_in_it(
    telegram: TelegramEmulator, at_home: Chat, paper: Chat
) -> None:
    paper.username = "daily_news"
    await start(telegram, at_home)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper, grants=False))
    assert said.startswith("I was not let into Daily News.")


async def test_a_bot_that_may_not_post_says_so_and_tells_when_it_may(
    telegram: TelegramEmulator, at_home: Chat, sophea: User
) -> None:
    paper = telegram.add_channel("Daily News", bot_rights=["can_delete_messages"])
    telegram.promote(paper, sophea)
    await start(telegram, at_home)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper, grants=False))
    assert said == (
        "I am in Daily News now, but I can't write there: the bot may not post in the channel; make it an "
        "administrator who may post messages: tap the channel's name, then Edit, Administrators, and choose the bot."
    )
    link, choose = at_home.from_bot[-1].buttons
    assert (link.url, choose.data) == (CHANNEL_LINK, f"/subscribe {paper.id}")

    [told] = await answers(telegram, at_home, 1, lambda: telegram.promote(paper, telegram.bot, by=sophea))
    assert told == "I am in Daily News now. Please choose what arrives there."


async def test_a_person_who_is_no_administrator_may_choose_again(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, sophea: User
) -> None:
    await start(telegram, at_home)
    shared = {"request_id": 1, "chat_id": paper.id, "title": "Daily News"}
    telegram.promote(paper, telegram.bot)
    telegram.demote(paper, sophea)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.say_shared(at_home, shared))
    assert said == "You are no administrator of Daily News."
    assert (at_home.keys, desk.commands) == (KEYS, [])


@pytest.mark.parametrize(
    "description", ["Bad Request: chat not found", "Forbidden: bot was kicked from the channel chat"]
)
async def test_a_chat_that_is_gone(telegram: TelegramEmulator, at_home: Chat, paper: Chat, description: str) -> None:
    await start(telegram, at_home)
    status = 400 if description.startswith("Bad") else 403
    telegram.fault("answer", method="getChat", status=status, description=description)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper))
    assert said.startswith("I was not let into Daily News.")


@pytest.mark.parametrize(
    ("method", "kind"), [("getChat", "close"), ("getChatMember", "restart_before"), ("getChat", "flood")]
)
async def test_a_telegram_that_is_silent(
    telegram: TelegramEmulator, at_home: Chat, paper: Chat, method: str, kind: str
) -> None:
    telegram.promote(paper, telegram.bot)
    await start(telegram, at_home)
    details = {"retry_after": 60} if kind == "flood" else {}
    telegram.fault(kind, method=method, chat=paper, **details)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper))
    assert said == "Telegram does not answer me about Daily News now. Please choose it again in a minute."
    assert at_home.keys == KEYS
    await answers(telegram, at_home, 2, lambda: telegram.share(at_home, "channel", paper))
    assert at_home.keys == []


async def test_administrators_that_telegram_does_not_tell_now(
    telegram: TelegramEmulator, at_home: Chat, paper: Chat
) -> None:
    telegram.promote(paper, telegram.bot)
    telegram.updates.forget()
    await start(telegram, at_home)
    telegram.fault("close", method="getChatMember", chat=paper, skip=1)
    [said] = await answers(telegram, at_home, 1, lambda: telegram.share(at_home, "channel", paper))
    assert said.startswith("Telegram does not tell me now whether you are an administrator of Daily News.")
    assert at_home.keys == KEYS


async def test_a_key_that_we_do_not_know_is_answered_politely(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat
) -> None:
    shared = {"request_id": 77, "chat_id": paper.id}
    [said] = await answers(telegram, at_home, 1, lambda: telegram.say_shared(at_home, shared))
    assert said == "This key is too old. Please choose once more."
    assert (at_home.keys, desk.commands) == (KEYS, [])


async def test_a_chat_whose_name_is_not_told_is_called_the_chat(
    telegram: TelegramEmulator, at_home: Chat, paper: Chat
) -> None:
    shared = {"request_id": 1, "chat_id": paper.id}
    [said] = await answers(telegram, at_home, 1, lambda: telegram.say_shared(at_home, shared))
    assert said.startswith("I was not let into the chat.")


# --- the keyboard is no nuisance -------------------------------------------------------------------------------------


async def test_any_other_answer_without_buttons_takes_the_keyboard_away(
    telegram: TelegramEmulator, at_home: Chat
) -> None:
    await start(telegram, at_home)
    await answers(telegram, at_home, 1, lambda: telegram.type(at_home, None, "/help"))
    assert at_home.keys == []


async def test_an_answer_with_buttons_leaves_it_and_says_nothing_else(
    telegram: TelegramEmulator, at_home: Chat
) -> None:
    await start(telegram, at_home)
    telegram.type(at_home, None, "/subscribe")
    await telegram.until(lambda: texts_in(at_home)[-1] == "subscribe  in Sophea")
    assert (at_home.keys, len(at_home.from_bot)) == (KEYS, 3)


async def test_chats_that_get_nothing_at_present_are_marked_and_topics_are_named(
    telegram: TelegramEmulator, store: Store, at_home: Chat, sophea: User
) -> None:
    shelf = store.subscriptions
    desks = [telegram.add_supergroup(f"Desk {number}") for number in range(3)]
    states = (DestinationState.ACTIVE, DestinationState.PAUSED, DestinationState.SUSPENDED)
    for number, (desk, state) in enumerate(zip(desks, states, strict=True)):
        telegram.promote(desk, sophea)
        there = Place(place(desk, 7), "supergroup", f"Desk › {number}")
        wish = Subscription(there.destination, Selector(SelectorKind.ALL))
        await shelf.add(wish, there, str(sophea.id), utc_now() + timedelta(seconds=number))
        await shelf.set_state(there.destination, state, "the bot was removed", utc_now())
    telegram.kick(desks[2])
    await start(telegram, at_home)
    assert texts_in(at_home)[-1] == (
        "These are your chats. Press one to change what arrives there."
        "\n\n⚠️ Nothing can be sent to Desk › 2 any more: the bot was removed."
    )
    assert [(button.text, button.data) for button in at_home.from_bot[-1].buttons[:3]] == [
        ("⚠️ Desk › 2", f"/subscribe {desks[2].id}/7"),
        ("⏸ Desk › 1", f"/subscribe {desks[1].id}/7"),
        ("👥 Desk › 0", f"/subscribe {desks[0].id}/7"),
    ]
