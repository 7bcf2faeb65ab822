"""Whoever lets the bot in is welcomed, once: in a group there, of a channel in private."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.welcomes import TRIES
from bot.groundwork import utc_now
from bot.models import Place
from bot.ports import Store
from bot.subscribing.operators import Operators
from tests.adapters.telegram.coming.conftest import adapter_of, start, texts_in
from tests.adapters.telegram.conftest import FakeDesk, FakePace, listening, place
from tests.emulators.telegram import Chat, TelegramEmulator, User

TO_ALL = (
    "Hello! I am newsbell: I send new posts here as soon as they are published, by category. The administrators of "
    "Chess club decide which ones."
)
TO_ONE = "I am in Daily News now. Please choose what arrives there."


async def quiet(telegram: TelegramEmulator) -> None:
    """Wait until all that has happened was heard, and what it could lead to would be there."""
    witness = telegram.add_private(telegram.add_user("Witness", language_code="en"))
    for _ in range(2):
        await asyncio.sleep(0.15)  # for a welcome that should not come
        said = len(witness.from_bot)
        telegram.type(witness, None, "/help")
        await telegram.until(partial(_more_than, said, witness))


def _more_than(said: int, chat: Chat) -> bool:
    return len(chat.from_bot) > said


# --- in a group ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("served")
async def test_a_group_is_welcomed_once_with_buttons_in_the_language_of_who_added_the_bot(
    telegram: TelegramEmulator, desk: FakeDesk, club: Chat, sophea: User
) -> None:
    telegram.join(club, by=sophea)
    await telegram.until(lambda: club.from_bot)
    [welcome] = club.from_bot
    assert welcome.text == TO_ALL
    assert [(button.text, button.data) for button in welcome.buttons] == [
        ("Choose what arrives", "/subscribe"),
        ("What I can do", "/help"),
    ]
    telegram.press(welcome, "Choose what arrives", sophea)
    await telegram.until(lambda: desk.commands)
    assert (desk.commands[0].place.destination, desk.commands[0].admin) == (place(club), True)


@pytest.mark.usefixtures("served")
async def test_in_khmer(telegram: TelegramEmulator, club: Chat, dara: User) -> None:
    telegram.join(club, by=dara)
    await telegram.until(lambda: club.from_bot)
    assert (club.from_bot[0].text or "").startswith("សួស្ដី!")


@pytest.mark.usefixtures("served")
async def test_who_toggles_gets_one_welcome(telegram: TelegramEmulator, club: Chat, sophea: User) -> None:
    for _ in range(3):
        telegram.join(club, by=sophea)
        telegram.remove(club)
    telegram.join(club, by=sophea)
    await telegram.until(lambda: club.from_bot)
    for leave in (telegram.remove, telegram.kick):
        leave(club)
        telegram.join(club, by=sophea)
    await quiet(telegram)
    assert texts_in(club) == [TO_ALL]


@asynccontextmanager
async def at_work(
    telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk
) -> AsyncIterator[None]:
    """A newsbell that begins, listens and ends."""
    adapter = adapter_of(telegram, store, operators)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        yield
    await adapter.close()


async def test_a_restart_welcomes_nobody_twice(
    telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk, club: Chat
) -> None:
    for _ in range(2):
        async with at_work(telegram, store, operators, desk):
            telegram.join(club, by=telegram.founder)
            await telegram.until(lambda: club.from_bot)
            telegram.promote(club, telegram.bot)
            telegram.post(club, "Welcome, bell!")
            await quiet(telegram)
    assert texts_in(club) == [TO_ALL]


async def test_a_stop_in_the_time_of_waiting_welcomes_at_once(
    telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk, club: Chat
) -> None:
    adapter = adapter_of(telegram, store, operators, after=3600)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        telegram.join(club, by=telegram.founder)
        telegram.type(telegram.add_private(telegram.founder), None, "/help")
        await telegram.until(lambda: desk.commands)
        assert club.from_bot == []
    await adapter.close()
    assert texts_in(club) == [TO_ALL]


@pytest.mark.usefixtures("served")
async def test_a_group_that_was_added_silently_is_welcomed_with_the_first_thing_that_is_heard(
    telegram: TelegramEmulator, club: Chat
) -> None:
    telegram.promote(club, telegram.bot)
    telegram.updates.forget()
    for words in ("Good morning", "And you?", "/weather today"):
        telegram.post(club, words)
    await telegram.until(lambda: club.from_bot)
    await quiet(telegram)
    assert texts_in(club) == [TO_ALL]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("words", ["/subscribe national", "/start@newsbell_test_bot hello"])
async def test_who_commands_at_once_gets_the_answer_and_no_welcome_besides(
    telegram: TelegramEmulator, club: Chat, sophea: User, words: str
) -> None:
    telegram.join(club, by=sophea)
    telegram.type(club, sophea, words)
    await telegram.until(lambda: club.from_bot)
    telegram.promote(club, telegram.bot)
    await quiet(telegram)
    expected = TO_ALL if "start" in words else "subscribe national in Chess club"
    assert texts_in(club) == [expected]


@pytest.mark.usefixtures("served")
async def test_the_link_that_adds_the_bot_to_a_group_leads_to_one_welcome(
    telegram: TelegramEmulator, club: Chat, sophea: User
) -> None:
    telegram.open("https://t.me/newsbell_test_bot?startgroup=hello", sophea, club)
    await telegram.until(lambda: club.from_bot)
    await quiet(telegram)
    assert texts_in(club) == [TO_ALL]


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("bot_first", [False, True])
async def test_a_group_that_becomes_a_supergroup_is_no_new_chat(
    telegram: TelegramEmulator, sophea: User, *, bot_first: bool
) -> None:
    group = telegram.add_group("Chess club")
    telegram.remove(group)
    telegram.join(group, by=sophea)
    await telegram.until(lambda: group.from_bot)
    supergroup = telegram.migrate(group, bot_first=bot_first)
    telegram.promote(supergroup, telegram.bot)
    telegram.post(supergroup, "We are super")
    await quiet(telegram)
    assert texts_in(supergroup) == []


@pytest.mark.usefixtures("served")
async def test_a_chat_that_somebody_subscribed_before_is_not_new(
    telegram: TelegramEmulator, store: Store, club: Chat, sophea: User
) -> None:
    await store.subscriptions.remember(Place(place(club), "supergroup", "Chess club"), utc_now())
    telegram.join(club, by=sophea)
    await quiet(telegram)
    assert texts_in(club) == []


@pytest.mark.usefixtures("served")
async def test_where_the_bot_may_not_write_the_person_is_told_in_private(
    telegram: TelegramEmulator, club: Chat, at_home: Chat, sophea: User
) -> None:
    telegram.join(club, by=sophea)
    telegram.restrict(club, telegram.bot)
    await telegram.until(lambda: at_home.from_bot)
    [told] = texts_in(at_home)
    assert told.startswith("I am in Chess club now, but I can't write there: the bot may not write in the group;")
    assert [button.data for button in at_home.from_bot[0].buttons] == [f"/subscribe {club.id}"]
    assert texts_in(club) == []


async def test_a_group_that_lets_the_bot_speak_later_is_welcomed_then_and_once_also_after_a_restart(
    telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk, club: Chat
) -> None:
    at_home = telegram.add_private(telegram.add_user("Sophea", language_code="en"))
    sophea = at_home.user
    assert sophea
    async with at_work(telegram, store, operators, desk):
        telegram.join(club, by=sophea)
        telegram.restrict(club, telegram.bot)
        await telegram.until(lambda: at_home.from_bot)
    async with at_work(telegram, store, operators, desk):
        telegram.restrict(club, telegram.bot, can_send_photos=True)
        telegram.post(club, "Can the bell ring?")
        await quiet(telegram)
        assert (texts_in(club), len(at_home.from_bot)) == ([], 1), "it can't write yet, and that was told"

        for _ in range(2):
            telegram.join(club, by=sophea)
            await telegram.until(lambda: club.from_bot)
            telegram.restrict(club, telegram.bot)
            await quiet(telegram)
        assert (texts_in(club), len(at_home.from_bot)) == ([TO_ALL], 1)


@pytest.mark.usefixtures("served")
async def test_a_group_that_was_subscribed_while_the_bot_could_not_speak_needs_no_welcome(
    telegram: TelegramEmulator, store: Store, club: Chat, at_home: Chat, sophea: User
) -> None:
    telegram.join(club, by=sophea)
    telegram.restrict(club, telegram.bot)
    await telegram.until(lambda: at_home.from_bot)
    await store.subscriptions.remember(Place(place(club), "supergroup", "Chess club"), utc_now())
    telegram.join(club, by=sophea)
    await quiet(telegram)
    assert texts_in(club) == []


@pytest.mark.usefixtures("served")
async def test_a_bot_that_was_only_seen_to_leave_welcomes_nobody(telegram: TelegramEmulator) -> None:
    group = telegram.add_group("Chess club")
    telegram.remove(group)
    left = telegram.add_message(group, telegram.founder, service={"left_chat_member": telegram.bot.as_json()})
    telegram.updates.add("message", left.as_json())
    await quiet(telegram)
    assert not [request for request in telegram.requests if request.method == "getChatMember"]


# --- of a channel ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("served")
async def test_of_a_channel_the_person_who_added_the_bot_is_told_and_the_channel_is_left_in_peace(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, paper: Chat, sophea: User
) -> None:
    telegram.promote(paper, telegram.bot, by=sophea)
    await telegram.until(lambda: at_home.from_bot)
    [welcome] = at_home.from_bot
    assert welcome.text == TO_ONE
    telegram.press(welcome, "Choose what arrives", sophea)
    await telegram.until(lambda: desk.commands)
    assert desk.commands[0].place == Place(place(paper), "channel", "Daily News")
    telegram.promote(paper, telegram.bot, by=sophea, can_post_messages=True)
    telegram.post(paper, "The first news")
    await quiet(telegram)
    assert (texts_in(paper), len(at_home.from_bot)) == ([], 1)


@pytest.mark.usefixtures("served")
async def test_who_has_not_started_the_bot_finds_the_welcome_when_they_do(
    telegram: TelegramEmulator, paper: Chat, sophea: User
) -> None:
    private = telegram.add_private(sophea, started=False)
    telegram.promote(paper, telegram.bot, by=sophea)
    await telegram.until(lambda: any(each.method == "sendMessage" for each in telegram.requests))
    await quiet(telegram)
    assert texts_in(private) == texts_in(paper) == []
    telegram.open("https://t.me/newsbell_test_bot?start=from-the-site", sophea)
    await telegram.until(lambda: len(private.from_bot) == 2)
    chats = private.from_bot[-1]
    assert chats.text == "I was added to Daily News. Press a chat to choose what arrives there."
    assert chats.buttons[0].data == f"/subscribe {paper.id}"
    await start(telegram, private)
    assert private.from_bot[-1].text == "These are your chats. Press one to change what arrives there."


@pytest.mark.usefixtures("served")
async def test_of_a_channel_that_was_added_silently_the_owner_is_told(telegram: TelegramEmulator, paper: Chat) -> None:
    owner = telegram.add_private(telegram.founder)
    telegram.promote(paper, telegram.bot)
    telegram.updates.forget()
    telegram.post(paper, "The first news")
    telegram.post(paper, "The second")
    await telegram.until(lambda: owner.from_bot)
    await quiet(telegram)
    assert (texts_in(owner), texts_in(paper)) == ([TO_ONE], [])


@pytest.mark.usefixtures("served")
async def test_where_nobody_can_be_told_nothing_is_said(
    telegram: TelegramEmulator, paper: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    telegram.promote(paper, telegram.bot)
    telegram.updates.forget()
    telegram.fault("answer", method="getChatAdministrators", status=400, description="Bad Request: chat not found")
    telegram.post(paper, "The first news")
    await quiet(telegram)
    assert [record.message for record in caplog.records if "nobody can be told" in record.message]
    assert texts_in(paper) == []


@pytest.mark.usefixtures("served")
async def test_an_administrator_who_hides_is_not_told_and_neither_is_a_bot(
    telegram: TelegramEmulator, paper: Chat
) -> None:
    owner = telegram.add_private(telegram.founder)
    telegram.promote(paper, telegram.bot, by=telegram.users[1087968824])
    await telegram.until(lambda: owner.from_bot)
    assert texts_in(owner) == [TO_ONE]


# --- when it fails ---------------------------------------------------------------------------------------------------


FLOOD = {"status": 429, "description": "Too Many Requests: retry after 1", "parameters": {"retry_after": 1}}
FAULTS: dict[str, tuple[str, dict[str, Any]]] = {"getChatMember": ("close", {}), "sendMessage": ("answer", FLOOD)}


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize("act", FAULTS)
async def test_a_passing_fault_costs_no_welcome(telegram: TelegramEmulator, club: Chat, sophea: User, act: str) -> None:
    fault, details = FAULTS[act]
    telegram.fault(fault, method=act, chat=club, **details)
    telegram.join(club, by=sophea)
    await telegram.until(lambda: club.from_bot)
    await quiet(telegram)
    assert texts_in(club) == [TO_ALL]


@pytest.mark.usefixtures("served")
async def test_after_a_longer_outage_a_welcome_comes_with_what_is_heard_next(
    telegram: TelegramEmulator, club: Chat, sophea: User, caplog: pytest.LogCaptureFixture
) -> None:
    outage = telegram.fault("close", method="getChatMember", chat=club, count=TRIES)
    telegram.join(club, by=sophea)
    await telegram.until(lambda: outage.hits == TRIES)
    await quiet(telegram)
    assert texts_in(club) == []
    assert [record.levelname for record in caplog.records if "was not welcomed" in record.message] == ["WARNING"]

    telegram.promote(club, telegram.bot)
    await telegram.until(lambda: club.from_bot)
    assert texts_in(club) == [TO_ALL]


@pytest.mark.usefixtures("served")
async def test_the_letters_of_readers_to_a_channel_are_never_welcomed(telegram: TelegramEmulator, club: Chat) -> None:
    """What is said there reads one of them, who meant the channel."""
    club.direct_messages = True
    telegram.join(club, by=telegram.founder)
    telegram.promote(club, telegram.bot)
    telegram.type(club, telegram.add_user("Reader"), "Dear editors, I have a tip")
    await quiet(telegram)
    assert not [each for each in telegram.requests if each.parameters.get("chat_id") == club.id]
    assert club.from_bot == []


@pytest.mark.usefixtures("served")
async def test_a_welcome_that_may_have_been_told_comes_not_twice(
    telegram: TelegramEmulator, club: Chat, sophea: User, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.fault("close", method="sendMessage", chat=club)
    telegram.join(club, by=sophea)
    await telegram.until(lambda: any(each.method == "sendMessage" for each in telegram.requests))
    await quiet(telegram)
    telegram.promote(club, telegram.bot)
    await quiet(telegram)
    assert texts_in(club) == []
    assert [record.levelname for record in caplog.records if "was not welcomed" in record.message] == ["WARNING"]


async def test_without_a_lobby_nobody_is_welcomed(
    telegram: TelegramEmulator, desk: FakeDesk, club: Chat, sophea: User
) -> None:
    adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=FakePace(), welcome_after=0.01)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        telegram.join(club, by=sophea)
        await quiet(telegram)
    await adapter.close()
    assert texts_in(club) == []
