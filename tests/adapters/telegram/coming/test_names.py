"""A topic goes by the name that it has now: messages tell the one with which it was opened, or none."""

from __future__ import annotations

import pytest

from bot.groundwork import utc_now
from bot.models import Place
from bot.ports import Store
from bot.subscribing.operators import Operators
from tests.adapters.telegram.coming.conftest import adapter_of, texts_in
from tests.adapters.telegram.conftest import FakeDesk, listening, place
from tests.emulators.telegram import Chat, TelegramEmulator, User


@pytest.fixture
def forum(telegram: TelegramEmulator, sophea: User) -> Chat:
    forum = telegram.add_supergroup("Desk", forum=True)
    telegram.promote(forum, sophea)
    return forum


@pytest.mark.usefixtures("served")
@pytest.mark.parametrize(
    ("known", "told"),
    [
        ("Desk › Sport", "Desk › Sport"),
        ("Old desk › Sport", "Desk › Sport"),
        ("Old desk › topic {topic}", "Desk › topic {topic}"),
        ("", "Desk › topic {topic}"),
    ],
)
async def test_a_topic_is_called_as_it_was_last_called(
    telegram: TelegramEmulator, store: Store, desk: FakeDesk, forum: Chat, at_home: Chat, *, known: str, told: str
) -> None:
    topic = telegram.add_topic(forum, "Football")
    await store.subscriptions.remember(Place(place(forum, topic), title=known.format(topic=topic)), utc_now())
    telegram.type(forum, at_home.user, "/subscribe", thread=topic)
    await telegram.until(lambda: forum.from_bot)
    assert at_home.user is not None
    press = telegram.press(forum.from_bot[-1], "National", at_home.user)
    await telegram.until(lambda: press.answers)
    telegram.type(at_home, None, f"/subscriptions {forum.id}/{topic}")
    await telegram.until(lambda: texts_in(at_home))
    assert [command.place.title for command in desk.commands] == [told.format(topic=topic)] * 3


async def test_a_name_that_was_heard_before_anything_was_subscribed_there_outlives_a_restart(
    telegram: TelegramEmulator, store: Store, operators: Operators, *, desk: FakeDesk, forum: Chat, sophea: User
) -> None:
    topic = telegram.add_topic(forum, "Football")
    telegram.type(forum, sophea, "/subscribe", thread=topic, reply_to=forum.messages[topic])
    await _one_life(telegram, store, operators, desk)
    telegram.type(forum, sophea, "/subscribe", thread=topic)
    await _one_life(telegram, store, operators, desk)
    telegram.rename_topic(forum, topic, "Soccer")
    await _one_life(telegram, store, operators, desk)
    telegram.type(forum, sophea, "/subscribe", thread=topic)
    await _one_life(telegram, store, operators, desk)
    assert [command.place.title for command in desk.commands] == ["Desk › Football", "Desk › Football", "Desk › Soccer"]


async def _one_life(telegram: TelegramEmulator, store: Store, operators: Operators, desk: FakeDesk) -> None:
    """A process takes in all that was written, and ends."""
    adapter = adapter_of(telegram, store, operators)
    await adapter.open()
    async with listening(adapter, desk, telegram):
        await telegram.until(lambda: not telegram.updates.waiting)
    await adapter.close()
