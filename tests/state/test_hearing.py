"""What people's own apps speak is remembered with whatever they ask, and costs no answer."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.models import Command, Destination
from bot.subscribing.desk import SubscriptionDesk
from bot.subscribing.lobby import Visitors
from bot.subscribing.operators import Operators
from tests.fakes import FakeNewsstand, FakeNotices, FakePosts, FakeStories, FakeSubscriptions
from tests.state.making import NOON, Office
from tests.subscribing.chat import CATEGORIES, PLACE


def clock() -> datetime:
    return NOON


def desk_of(office: Office) -> SubscriptionDesk:
    subscriptions = FakeSubscriptions()
    posts = FakePosts(CATEGORIES, subscriptions, ["en"])
    operators = Operators((), office.store.operators, clock)
    lobby = Visitors(office.store.guestbook, subscriptions, operators, FakeNotices(), now=clock)
    return SubscriptionDesk(posts, subscriptions, clock, stories=FakeStories(), stand=FakeNewsstand(posts), lobby=lobby)


async def ask(desk: SubscriptionDesk, person: str, language: str) -> str:
    return (await desk.answer(Command("help", "", PLACE, person, admin=False, language=language))).text


async def test_who_asks_is_heard_in_one_of_our_languages(office: Office) -> None:
    desk = desk_of(office)
    for person, language in (("1", "km-KH"), ("2", "fr"), ("", "km"), ("3", "km"), ("3", "en")):
        await ask(desk, person, language)

    with office.stranger() as stranger:
        rows = stranger.execute("SELECT platform, person, language FROM people ORDER BY person").fetchall()
    assert [tuple(row) for row in rows] == [("telegram", "1", "km"), ("telegram", "3", "en")]


async def test_a_database_that_fails_keeps_nobody_waiting_for_an_answer(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_of(office)
    with office.stranger() as stranger:
        stranger.execute("DROP TABLE people")

    assert "/subscriptions" in await ask(desk, "1", "en")
    assert f"what {Destination('telegram', '1')} speaks is not remembered" in caplog.text
