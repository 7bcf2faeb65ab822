"""Notices come in the language that a person chose, else in that of their own app, else in the lost chat's."""

from __future__ import annotations

import pytest

from bot.models import Destination, Place
from tests.delivering.service import Service
from tests.delivering.test_notices import House
from tests.state.making import BOT, NOON, chat


@pytest.fixture
def house(service: Service) -> House:
    return House(service.office)


async def test_a_person_is_told_in_the_language_of_their_own_chat_else_of_the_lost_one(house: House) -> None:
    store = house.office.store
    await store.subscriptions.remember(Place(chat(1000), "private", language="km"), NOON)
    await house.subscribe(Place(chat(1), "group", "Readers", language="km"), person="2000")
    await house.subscribe(Place(chat(2), "group", "Others"), person="3000")
    await house.lose(1)
    await house.lose(2)

    told = dict(await house.look())

    assert told["1000"].startswith("មិនអាចផ្ញើអ្វី")
    assert told["2000"].startswith("មិនអាចផ្ញើអ្វី")
    assert told["3000"].startswith("Nothing can be sent")


async def test_a_topic_that_is_known_by_its_number_is_told_in_that_language_too(house: House) -> None:
    await house.subscribe(Place(chat(1), "supergroup", "Desk › topic 7", language="km"), person="2000")
    await house.lose(1)

    told = dict(await house.look())

    assert "Desk › ប្រធានបទលេខ 7 " in told["2000"]
    assert "Desk › topic 7 (fake:1) " in told["1000"]


async def test_who_chose_no_language_is_told_in_that_of_their_own_app(house: House) -> None:
    guestbook = house.office.store.guestbook
    for person in ("1000", "2000", "3000"):
        await guestbook.hear(Destination("fake", person, bot=BOT), "km")
    await house.office.store.subscriptions.remember(Place(chat(3000), "private", language="en"), NOON)
    for number, person in ((1, "2000"), (2, "3000")):
        await house.subscribe(Place(chat(number), "group", "Readers"), person=person)
        await house.lose(number)

    told = dict(await house.look())

    assert told["1000"].startswith("មិនអាចផ្ញើអ្វី"), "an operator, too"
    assert told["2000"].startswith("មិនអាចផ្ញើអ្វី")
    assert told["3000"].startswith("Nothing can be sent"), "as was chosen"


async def test_who_subscribed_is_told_of_their_place_once_and_the_operators_where_nobody_can_be(house: House) -> None:
    await house.subscribe(Place(chat(1), "group", "Readers", language="km"), person="2000")
    await house.subscribe(Place(chat(2), "group", "Others"), person="operator")

    async def tell(number: int) -> list[tuple[str, str]]:
        message = "Posts arrive in {place}, but are not pinned: {reason}."
        reason = "Telegram refuses the message: “No.”"
        await house.notifier.tell_owners(chat(number), f"not pinned: {number}", message, reason=reason)
        return await house.look()

    assert await tell(1) == [("2000", "អត្ថបទមកដល់នៅ Readers ប៉ុន្តែមិនត្រូវបានខ្ទាស់ទេ៖ Telegram បដិសេធសារ៖ “No.”។")]
    assert await tell(1) == []
    refused = "Posts arrive in Others (fake:2), but are not pinned: Telegram refuses the message: “No.”."
    assert await tell(2) == [("1000", refused)]
    assert await tell(3) == []
