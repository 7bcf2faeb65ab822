"""A topic goes by the name that it has now: messages tell the one with which it was opened, or none."""

from __future__ import annotations

import pytest

from bot.groundwork import utc_now
from bot.models import Place
from bot.ports import Store
from tests.adapters.telegram.coming.conftest import texts_in
from tests.adapters.telegram.conftest import FakeDesk, place
from tests.emulators.telegram import Chat, TelegramEmulator, User

pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def forum(telegram: TelegramEmulator, sophea: User) -> Chat:
    forum = telegram.add_supergroup("Desk", forum=True)
    telegram.promote(forum, sophea)
    return forum


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
