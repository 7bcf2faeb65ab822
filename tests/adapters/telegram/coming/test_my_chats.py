"""The private chat offers a person's chats: all that are theirs, and none that is not any more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.telegram.chats import MOST_CHATS
from bot.groundwork import utc_now
from bot.models import DestinationState, Place, Selector, SelectorKind, Subscription
from bot.ports import Store
from tests.adapters.telegram.coming.conftest import start, texts_in
from tests.adapters.telegram.conftest import FakeDesk, place
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


async def offered(telegram: TelegramEmulator, private: Chat) -> list[str]:
    """The chats that /start offers."""
    await start(telegram, private)
    return [button.text for button in private.from_bot[-1].buttons if button.data]


async def asked_which(telegram: TelegramEmulator, private: Chat, words: str) -> list[str]:
    """What the buttons below the question type for which chat `words` are meant."""
    said = len(private.from_bot)
    telegram.type(private, private.user, words)
    await telegram.until(lambda: len(private.from_bot) > said)
    return [button.data or "" for button in private.from_bot[-1].buttons]


async def keep(store: Store, chat: Chat, person: User, *, minutes: int = 0) -> None:
    there = Place(place(chat), chat.kind, chat.title)
    await store.guestbook.keep(there, str(person.id), utc_now() + timedelta(minutes=minutes))


async def test_a_group_that_the_links_have_added_is_one_of_them_and_pause_asks_for_which(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, club: Chat, sophea: User
) -> None:
    telegram.open("https://t.me/newsbell_test_bot?startgroup=hello", sophea, club)
    await telegram.until(lambda: club.from_bot)
    assert await offered(telegram, at_home) == ["👥 Chess club"]
    assert await asked_which(telegram, at_home, "/pause") == ["/pause", f"/pause {club.id}"]
    assert desk.commands == [], "nothing is paused before that is said"


async def test_who_brings_the_bot_back_has_the_chat_and_who_brought_it_first_as_well(
    telegram: TelegramEmulator, at_home: Chat, club: Chat, sophea: User
) -> None:
    telegram.join(club, by=sophea)
    await telegram.until(lambda: club.from_bot)
    telegram.kick(club)
    assert await offered(telegram, at_home) == []
    colleague = telegram.add_private(telegram.add_user("Vuthy", language_code="en"))
    assert colleague.user
    telegram.promote(club, colleague.user)
    telegram.join(club, by=colleague.user)
    telegram.type(club, colleague.user, "/status")
    await telegram.until(lambda: len(club.from_bot) == 2)
    assert await offered(telegram, colleague) == ["👥 Chess club"]
    assert await offered(telegram, at_home) == ["👥 Chess club"]


@pytest.mark.parametrize("in_topic", [False, True])
async def test_a_chat_that_was_managed_there_stays_when_nothing_arrives_in_it_any_more(
    telegram: TelegramEmulator, desk: FakeDesk, at_home: Chat, sophea: User, *, in_topic: bool
) -> None:
    hall = telegram.add_supergroup("Town hall", forum=True, bot_admin=True)
    roads = telegram.add_topic(hall, "Roads")
    telegram.promote(hall, sophea)
    for words in ("/subscribe all", "/unsubscribe all"):
        telegram.type(hall, sophea, words, thread=roads if in_topic else None)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert await offered(telegram, at_home) == ["👥 Town hall"]


async def test_who_only_reads_there_gets_no_chat_by_asking_what_all_may_ask(
    telegram: TelegramEmulator, desk: FakeDesk, club: Chat
) -> None:
    telegram.join(club)
    reader = telegram.add_private(telegram.add_user("Vuthy", language_code="en"))
    assert reader.user
    telegram.join(club, reader.user)
    for words in ("/status", "/subscribe all"):
        telegram.type(club, reader.user, words)
    await telegram.until(lambda: len(desk.commands) == 2)
    assert await offered(telegram, reader) == []


async def test_chats_in_which_a_person_decides_no_more_drop_out(
    telegram: TelegramEmulator, store: Store, at_home: Chat, sophea: User
) -> None:
    chats = [telegram.add_supergroup(name) for name in ("Mine", "Demoted", "Left", "Deleted", "Without the bot")]
    mine, demoted, left, deleted, without = chats
    for chat in chats:
        telegram.promote(chat, sophea)
        await keep(store, chat, sophea)
    telegram.demote(demoted, sophea)
    telegram.remove(left, sophea)
    telegram.delete_chat(deleted)
    telegram.kick(without)
    assert await offered(telegram, at_home) == ["👥 Mine"]
    assert await asked_which(telegram, at_home, "/status") == ["/status", f"/status {mine.id}"]


async def test_what_was_suspended_is_named_until_it_is_gone_for_good(
    telegram: TelegramEmulator, store: Store, at_home: Chat, club: Chat, sophea: User
) -> None:
    there = Place(place(club), "supergroup", "Chess club")
    wish = Subscription(there.destination, Selector(SelectorKind.ALL))
    await store.subscriptions.add(wish, there, str(sophea.id), utc_now())
    await store.subscriptions.set_state(there.destination, DestinationState.SUSPENDED, "removed", utc_now())
    telegram.kick(club)
    assert await offered(telegram, at_home) == ["⚠️ Chess club"]
    telegram.delete_chat(club)
    assert await offered(telegram, at_home) == []


async def test_a_telegram_that_does_not_tell_takes_nothing_away(
    telegram: TelegramEmulator, store: Store, at_home: Chat, club: Chat, sophea: User
) -> None:
    await keep(store, club, sophea)
    for kind, details in (("close", {}), ("flood", {"retry_after": 60})):
        telegram.fault(kind, method="getChatMember", chat=club, **details)
        assert await offered(telegram, at_home) == ["👥 Chess club"]
    assert await offered(telegram, at_home) == []


async def test_of_many_the_latest_are_shown_and_it_is_said_how_to_come_to_the_others(
    telegram: TelegramEmulator, store: Store, at_home: Chat, sophea: User
) -> None:
    chats = [telegram.add_supergroup(f"Club {number}") for number in range(MOST_CHATS + 2)]
    for number, chat in enumerate(chats):
        telegram.promote(chat, sophea)
        await keep(store, chat, sophea, minutes=number - len(chats))
    hint = f"Only the latest {MOST_CHATS} are shown. Choose any other one by the keys of /start, and it is shown, too."
    assert await offered(telegram, at_home) == [f"👥 Club {number}" for number in range(MOST_CHATS + 1, 1, -1)]
    assert hint in texts_in(at_home)[-1]
    await asked_which(telegram, at_home, "/pause 2h")
    assert texts_in(at_home)[-1] == f"For which chat?\n\n{hint}"

    said = len(at_home.from_bot)
    telegram.share(at_home, "group", chats[0])
    await telegram.until(lambda: len(at_home.from_bot) == said + 2)
    telegram.demote(chats[1], sophea)
    assert (await offered(telegram, at_home))[:2] == ["👥 Club 0", f"👥 Club {MOST_CHATS + 1}"]
    for chat in chats[2:4]:
        telegram.demote(chat, sophea)
    assert len(await offered(telegram, at_home)) == MOST_CHATS - 1
    assert hint not in texts_in(at_home)[-1]
