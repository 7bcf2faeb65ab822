"""A one-time code makes an operator: in private, once, and in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.groundwork import utc_now
from bot.models import Destination
from bot.ports import Store
from bot.subscribing.operators import CODE_LASTS, Operators, invite
from tests.adapters.telegram.coming.conftest import texts_in
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")

ADMITTED = (
    "You are an operator of newsbell now: I tell you here when something goes wrong, and you may give every command in "
    "every chat."
)


async def test_the_link_makes_its_first_visitor_an_operator_and_goes_on_to_the_choice(
    telegram: TelegramEmulator, store: Store, operators: Operators, sophea: User
) -> None:
    code = await invite(store.operators, utc_now())
    telegram.open(f"https://t.me/newsbell_test_bot?start={code}", sophea)
    private = telegram.chats[sophea.id]
    await telegram.until(lambda: len(private.from_bot) == 3)
    assert texts_in(private)[0] == ADMITTED
    assert private.keys[0] == "📢 Choose a channel"
    assert list(operators) == [Destination("telegram", str(sophea.id))]
    assert code not in str([message.text for message in private.from_bot])


async def test_of_two_who_come_at_once_one_is_admitted(
    telegram: TelegramEmulator, store: Store, operators: Operators
) -> None:
    code = await invite(store.operators, utc_now())
    rivals = [telegram.add_user(name, language_code="en") for name in ("Sophea", "Vuthy")]
    for rival in rivals:
        telegram.open(f"https://t.me/newsbell_test_bot?start={code}", rival)
    chats = [telegram.chats[rival.id] for rival in rivals]
    await telegram.until(lambda: sorted(len(chat.from_bot) for chat in chats) == [1, 3])
    said = {texts_in(chat)[0] for chat in chats}
    assert said == {ADMITTED, "This code was used already. A new one comes from: newsbell operators add"}
    assert len(operators) == 1


@pytest.mark.parametrize(
    ("age", "words", "said"),
    [
        (CODE_LASTS, "", "This code is too old. A new one comes from: newsbell operators add"),
        (
            timedelta(),
            "x",
            "I do not know this code. Was all of it copied? A new one comes from: newsbell operators add",
        ),
    ],
)
async def test_a_code_that_does_not_help(
    telegram: TelegramEmulator,
    store: Store,
    at_home: Chat,
    operators: Operators,
    *,
    age: timedelta,
    words: str,
    said: str,
) -> None:
    code = await invite(store.operators, utc_now() - age)
    telegram.type(at_home, None, f"/start {code}{words}")
    await telegram.until(lambda: at_home.from_bot)
    assert texts_in(at_home) == [said]
    assert len(operators) == 0


async def test_who_guesses_is_stopped(telegram: TelegramEmulator, at_home: Chat) -> None:
    for number in range(6):
        telegram.type(at_home, None, f"/start op-{number}")
    await telegram.until(lambda: len(at_home.from_bot) == 6)
    assert texts_in(at_home)[5] == "Those were too many wrong codes. Please try again in an hour."


async def test_who_was_removed_is_no_operator_by_the_old_link(
    telegram: TelegramEmulator, store: Store, at_home: Chat, operators: Operators, sophea: User
) -> None:
    code = await invite(store.operators, utc_now())
    telegram.type(at_home, None, f"/start {code}")
    await telegram.until(lambda: len(at_home.from_bot) == 3)
    telegram.type(at_home, None, f"/start {code}")
    await telegram.until(lambda: len(at_home.from_bot) == 6)
    assert texts_in(at_home)[3] == "You are an operator of newsbell already."
    assert await store.operators.forget(Destination("telegram", str(sophea.id)))
    await operators.look()
    telegram.type(at_home, None, f"/start {code}")
    await telegram.until(lambda: len(at_home.from_bot) == 7)
    assert texts_in(at_home)[6] == "This code was used already. A new one comes from: newsbell operators add"
    assert len(operators) == 0


SPENT = (
    "Others can read this code here, so it makes nobody an operator any more. A new one comes from: newsbell operators "
    "add. Please give it to me in our private chat."
)


async def test_a_code_that_others_read_is_worth_nothing_any_more(
    telegram: TelegramEmulator, store: Store, club: Chat, at_home: Chat, operators: Operators
) -> None:
    code = await invite(store.operators, utc_now())
    telegram.join(club, by=at_home.user)
    telegram.type(club, at_home.user, f"/start {code} please")
    await telegram.until(lambda: club.from_bot)
    assert texts_in(club) == [SPENT]
    telegram.type(at_home, None, f"/start {code}")
    await telegram.until(lambda: at_home.from_bot)
    assert texts_in(at_home) == ["This code was used already. A new one comes from: newsbell operators add"]
    assert len(operators) == 0


async def test_in_a_channel_too(
    telegram: TelegramEmulator, store: Store, paper: Chat, at_home: Chat, operators: Operators
) -> None:
    code = await invite(store.operators, utc_now())
    telegram.promote(paper, telegram.bot)
    telegram.type(paper, None, f"/start {code}")
    await telegram.until(lambda: SPENT in texts_in(paper))
    telegram.type(at_home, None, f"/start {code}")
    await telegram.until(lambda: at_home.from_bot)
    assert len(operators) == 0


async def test_what_only_looks_like_a_code_troubles_nobody_in_a_group(
    telegram: TelegramEmulator, club: Chat, sophea: User, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.join(club, by=sophea)
    telegram.type(club, sophea, "/start op-erators please")
    await telegram.until(lambda: club.from_bot)
    assert not [record for record in caplog.records if record.levelname == "WARNING"]
