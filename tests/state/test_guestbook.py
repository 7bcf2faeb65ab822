"""A chat is welcomed once, whatever happens; and who connected which chat is remembered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.models import Destination, Place, Selector, SelectorKind, Subscription
from bot.ports import Guestbook
from state import guestbook
from tests.state.making import BOT, NOON, Office, chat, later, open_office

NEWS = Place(chat("-1001"), "channel", "News")
DARA = "5001"


@pytest.fixture
def book(office: Office) -> Guestbook:
    return office.store.guestbook


async def kept(office: Office, person: str = DARA, bot: str = BOT, limit: int = 9) -> list[str]:
    places = await office.store.guestbook.kept_by("fake", bot, person, limit=limit)
    return [f"{place.destination} {place.title}" for place in places]


async def subscribe(office: Office, place: Place, person: str = DARA) -> None:
    wish = Subscription(place.destination, Selector(SelectorKind.ALL))
    await office.store.subscriptions.add(wish, place, person, NOON)


async def test_a_chat_is_new_once_also_after_a_restart_and_when_two_ask_at_once(office: Office) -> None:
    asked = await asyncio.gather(*(office.store.guestbook.welcome(NEWS, NOON) for _ in range(3)))
    assert sorted(asked) == [False, False, True]
    again = await open_office(office.path)
    assert not await again.store.guestbook.welcome(NEWS, later(60))
    await again.store.close()


async def test_a_chat_of_which_anything_is_known_is_not_new_and_neither_are_its_topics(
    office: Office, book: Guestbook
) -> None:
    await office.store.subscriptions.remember(Place(chat("-1001", "7"), "supergroup", "Desk"), NOON)
    assert not await book.welcome(replace(NEWS, destination=chat("-1001")), NOON)
    assert await book.welcome(replace(NEWS, destination=chat("-1001", bot="another")), NOON), "of another bot it is"


async def test_a_chat_that_moved_is_not_new(office: Office, book: Guestbook) -> None:
    await book.welcome(Place(chat("-1"), "group", "Desk"), NOON)
    await book.keep(Place(chat("-1"), "group", "Desk"), DARA, NOON)
    await office.store.subscriptions.move(chat("-1"), "-1001")
    await office.store.subscriptions.move(chat("-1"), "-1001")
    assert not await book.welcome(replace(NEWS, kind="supergroup"), NOON)
    assert await kept(office) == ["fake:-1001 Desk"]


async def test_a_chat_that_moves_onto_a_known_one_leaves_nothing_behind_that_could_be_told(
    office: Office, book: Guestbook
) -> None:
    for number in ("-1", "-1001"):
        await book.welcome(Place(chat(number), "group", "Desk"), NOON)
    await book.put_off(chat("-1"), DARA)
    await office.store.subscriptions.move(chat("-1"), "-1001")
    assert await book.put_off_for("fake", BOT, DARA) == []


async def test_a_welcome_that_waits_for_its_chat_waits_for_it_under_its_new_id(office: Office, book: Guestbook) -> None:
    await book.welcome(Place(chat("-1"), "group", "Desk"), NOON)
    await book.put_off(chat("-1"), "-1")
    await office.store.subscriptions.move(chat("-1"), "-1001")
    assert [place.destination for place in await book.put_off_for("fake", BOT, "-1001")] == [chat("-1001")]


async def test_a_bot_that_takes_over_welcomes_nobody_anew(office: Office, book: Guestbook) -> None:
    await office.store.subscriptions.remember_bot("fake", BOT)
    await subscribe(office, Place(chat("-2"), "group", "Desk"))
    await book.welcome(NEWS, NOON)
    await book.keep(NEWS, DARA, NOON)
    await office.store.subscriptions.remember_bot("fake", "new")
    await office.store.subscriptions.hand_over(NOON)
    assert not await book.welcome(replace(NEWS, destination=chat("-1001", bot="new")), NOON)
    assert await kept(office, bot="new") == ["fake:-1001 News", "fake:-2 Desk"]


async def test_a_chat_whose_welcome_was_not_told_is_new_again(book: Guestbook) -> None:
    assert await book.welcome(NEWS, NOON)
    await book.unwelcome(NEWS.destination)
    assert await book.welcome(NEWS, NOON)
    assert not await book.welcome(NEWS, NOON)


async def test_a_welcome_that_was_put_off_is_told_once_to_the_one_it_waits_for(book: Guestbook) -> None:
    sport = Place(chat("-1002"), "channel", "Sport")
    for number, place in enumerate((sport, NEWS)):
        await book.welcome(place, later(number))
        await book.put_off(place.destination, DARA)
    assert await book.put_off_for("fake", BOT, "5002") == []
    assert await book.put_off_for("fake", BOT, DARA) == [sport, NEWS]
    assert await book.put_off_for("fake", BOT, DARA) == []


async def test_a_person_s_chats_are_those_that_they_connected_or_subscribed_the_latest_first(
    office: Office, book: Guestbook
) -> None:
    assert await book.keep(NEWS, DARA, NOON)
    assert await book.keep(Place(chat("-1002"), "channel", "Sport"), DARA, later(1))
    assert not await book.keep(Place(chat("-1002"), "channel", "Sports"), "5002", later(2)), "somebody had"
    await subscribe(office, NEWS)
    await subscribe(office, Place(chat("-1003", "7"), "supergroup", "Desk › topic 7"))
    await subscribe(office, Place(chat(DARA), "private", "Dara"))
    await subscribe(office, Place(chat("-1004"), "group", "Not mine"), person="5002")
    assert await kept(office) == ["fake:-1002 Sport", "fake:-1003/7 Desk › topic 7", "fake:-1001 News"]
    assert await kept(office, limit=1) == ["fake:-1002 Sport"]
    assert await kept(office, "5002") == ["fake:-1002 Sports", "fake:-1004 Not mine"]
    await book.keep(NEWS, DARA, later(3))
    assert await kept(office, limit=2) == ["fake:-1001 News", "fake:-1002 Sport"], "used again, it is the latest"


async def test_a_chat_that_is_subscribed_was_connected_before(office: Office, book: Guestbook) -> None:
    await subscribe(office, NEWS, person="5002")
    assert not await book.keep(Place(Destination("fake", "-1001", bot=BOT)), DARA, NOON)


async def test_what_a_person_speaks_is_written_when_it_has_changed(office: Office, book: Guestbook) -> None:
    with office.stranger() as stranger:

        async def writes(language: str) -> bool:
            [before] = stranger.execute("PRAGMA data_version").fetchone()
            await book.hear(chat(DARA), language)
            return bool(stranger.execute("PRAGMA data_version").fetchone()[0] != before)

        assert not await writes(""), "none of ours, as of anybody"
        assert [await writes(language) for language in ("km", "km", "", "")] == [True, False, True, False]


async def test_the_names_of_topics_are_remembered_the_latest_of_many(
    book: Guestbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guestbook, "TOPICS", 3)
    football, rain = chat("-1003", "7"), chat("-1003", "8")
    assert await book.topic_name(football) == ""
    await book.name_topic(football, "Football")
    await book.name_topic(rain, "Rain")
    await book.name_topic(football, "Soccer")
    assert await book.topic_name(replace(football, bot="another")) == "Soccer"
    for number in range(2):
        await book.name_topic(chat("-1004", str(number)), "Many")
    assert [await book.topic_name(topic) for topic in (football, rain)] == ["Soccer", ""]
