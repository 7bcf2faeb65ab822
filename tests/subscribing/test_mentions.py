"""A role that is mentioned may be deleted: who subscribed hears of it once, and posts go on."""

from __future__ import annotations

import pytest

from bot.models import Destination, Place, Selector, SelectorKind, Subscription
from bot.subscribing.mentions import forget_role
from tests.fakes import FakeNotices, FakeSubscriptions
from tests.subscribing.chat import NOON

NEWS = Destination("discord", "456", bot="1")
SPORT = Destination("discord", "457", bot="1")
NATIONAL = Selector(SelectorKind.CATEGORY, "national")


@pytest.fixture
async def subscriptions() -> FakeSubscriptions:
    shelf = FakeSubscriptions()
    for place, role in ((NEWS, "77"), (SPORT, "78"), (Destination("telegram", "5", bot="2"), "77")):
        subscription = Subscription(place, NATIONAL, options={"mention": role, "silent": True})
        await shelf.add(subscription, Place(place, title="#news"), "9", NOON)
    return shelf


async def test_a_deleted_role_is_mentioned_no_more_and_its_owner_told_once(subscriptions: FakeSubscriptions) -> None:
    first, second = FakeNotices(), FakeNotices()
    for notices in (first, second):
        await forget_role("77", "Readers", "discord", subscriptions, notices, now=NOON)
    options = {str(each.destination): each.options for each in await subscriptions.all()}
    assert options == {
        "discord:456": {"mention": "", "silent": True},
        "discord:457": {"mention": "78", "silent": True},
        "telegram:5": {"mention": "77", "silent": True},
    }
    assert first.words == [
        "The role “Readers” was deleted. Posts go on arriving in discord:456, and mention nobody any more. Another "
        "role: /settings mention ROLE"
    ]
    assert second.words == []
