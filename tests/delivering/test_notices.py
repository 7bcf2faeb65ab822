"""Operators and owners of chats are told in their language, once, together, and never twice by a crash."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.delivering.dead_ends import CHAT_MISSING, GROUP_DELETED
from bot.delivering.notices import GLANCE_SECONDS, Notifier
from bot.errors import OutcomeUnknown, Rejected, TryLater
from bot.models import (
    DeliveryState,
    Destination,
    DestinationState,
    Outcome,
    Place,
    Selector,
    SelectorKind,
    Subscription,
)
from bot.publishing.asking import EDITS_HELD, POSTS_HELD, TOO_OLD, Asked
from bot.publishing.guard import Guards
from bot.texts import texts
from tests.adapters.fake import FakeAdapter, Fault
from tests.delivering.service import Service
from tests.state.making import BOT, NOON, Office, chat, later, post, publish

KICKED = "the bot was removed from the group; add it again"
OPERATOR = Destination("fake", "1000", bot=BOT)
OWNER = Destination("fake", "2000", bot=BOT)
HELD = "Nothing can be sent to {place} any more: {reason}. What is due there waits for {days} days, and goes out by \
itself once that is mended."  # any sentence of the catalogue


class House:
    """The notifier over a real store, with a clock that the test moves."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.adapter = FakeAdapter()
        self.now = NOON
        self.standing: dict[str, Callable[[], Awaitable[int]]] = {}
        self.notifier = self.anew()

    def anew(self) -> Notifier:
        """As after a start."""
        return Notifier(
            self.office.store.notices, [OPERATOR], lambda: [self.adapter], now=self.clock, standing=self.standing
        )

    def set_standing(self, cause: str, count: int) -> None:
        """So much of a cause that can be counted is there now."""

        async def counted() -> int:
            return count

        self.standing[cause] = counted

    def clock(self) -> datetime:
        return self.now

    async def look(self, seconds: float = 6) -> list[tuple[str, str]]:
        """Whom a look after so many seconds told what."""
        self.now += timedelta(seconds=seconds)
        before = len(self.adapter.notices)
        await self.notifier.tell(patient=True)
        return [(person.chat_id, reply.text) for person, reply in self.adapter.notices[before:]]

    async def subscribe(self, place: Place, person: str = OWNER.chat_id) -> None:
        wish = Subscription(place.destination, Selector(SelectorKind.ALL))
        await self.office.store.subscriptions.add(wish, place, person, self.now)

    async def lose(self, number: int, reason: str = KICKED) -> None:
        await self.office.store.subscriptions.set_state(chat(number), DestinationState.SUSPENDED, reason, self.now)

    async def regain(self, number: int) -> None:
        await self.office.store.subscriptions.set_state(chat(number), DestinationState.ACTIVE, "", self.now)


@pytest.fixture
def house(service: Service) -> House:
    return House(service.office)


async def test_who_subscribed_and_the_operators_are_told_once_why_and_what_to_do(house: House) -> None:
    await house.subscribe(Place(chat(1), "group", "Readers"))
    await house.lose(1)

    told = dict(await house.look())

    assert set(told) == {"1000", "2000"}
    assert told["1000"].startswith(f"Nothing can be sent to Readers (fake:1) any more: {KICKED}. ")
    assert told["2000"].startswith(f"Nothing can be sent to Readers any more: {KICKED}. "), "who never saw an id"
    assert await house.look() == []
    assert await house.look(timedelta(days=3).total_seconds()) == []


async def test_an_operator_who_subscribed_a_chat_is_told_of_it_once(house: House) -> None:
    await house.subscribe(Place(chat(1), "group", "Readers"), person=OPERATOR.chat_id)
    await house.lose(1)

    [(person, text)] = await house.look()
    assert person == OPERATOR.chat_id
    assert text.count("Nothing can be sent to Readers (fake:1) any more") == 1
    assert text.count("Nothing can be sent") == 1

    await house.subscribe(Place(chat(2), "group", "Writers"), person=OPERATOR.chat_id)
    await house.lose(2)
    assert [text.count("Writers") for _, text in await house.look()] == [1], "as whose chat it is, for the same cause"


async def test_chats_that_are_lost_together_are_one_message(house: House) -> None:
    for number in range(1, 51):
        await house.subscribe(Place(chat(number), "group", f"Readers {number}"))
        await house.lose(number)
        assert await house.look(0.1) == []

    told = await house.look()

    assert sorted(person for person, _ in told) == ["1000", "2000"]
    assert all(f"to 50 chats any more: {KICKED}." in text for _, text in told)
    assert "Readers 1 (fake:1), Readers 2 (fake:2)" in dict(told)["1000"]
    assert "Readers 1, Readers 2, " in dict(told)["2000"]
    assert all(text.endswith(" …") for _, text in told)


async def test_losses_that_do_not_end_are_told_after_a_minute_at_the_latest(house: House) -> None:
    told: list[tuple[str, str]] = []
    for number in range(1, 31):
        await house.subscribe(Place(chat(number)))
        await house.lose(number)
        told += await house.look(4)

    assert sorted(person for person, _ in told)[0] == "1000"


async def test_another_cause_is_told_the_same_day_and_the_same_one_the_next(house: House) -> None:
    for number in (1, 2, 3):
        await house.subscribe(Place(chat(number)), person="operator")  # no person of the platform
    await house.lose(1)
    assert len(await house.look()) == 1

    await house.lose(2)
    await house.lose(3, "the group was deleted")
    [(_, text)] = await house.look()
    assert "fake:3" in text
    assert "fake:2" not in text

    [(_, text)] = await house.look(timedelta(days=1).total_seconds())
    assert f"fake:2 any more: {KICKED}" in text


async def test_a_chat_that_is_lost_again_is_news_only_if_something_had_arrived(house: House) -> None:
    await house.subscribe(Place(chat(1)))
    await publish(house.office.store, post())
    await house.lose(1)
    await house.look()
    two_days = timedelta(days=2).total_seconds()

    await house.regain(1)
    house.now += timedelta(hours=1)
    await house.lose(1)
    assert await house.look(two_days) == []

    await house.regain(1)
    await house.office.send_all(house.now)
    await house.lose(1)
    assert await house.look(10) != []


async def test_a_second_loss_of_the_same_day_is_told_if_something_had_arrived(house: House) -> None:
    await house.subscribe(Place(chat(1)))
    await publish(house.office.store, post())
    await house.lose(1)
    assert {person for person, _ in await house.look()} == {"1000", "2000"}

    house.now += timedelta(minutes=1)
    await house.regain(1)
    await house.office.send_all(house.now)
    await house.lose(1)
    assert {person for person, _ in await house.look()} == {"2000"}, "the operators hear of a reason once a day"


async def test_a_second_loss_for_another_reason_is_told_to_all(house: House) -> None:
    await house.subscribe(Place(chat(1)))
    await house.lose(1)
    await house.look()
    for reason in ("the group was deleted", KICKED):
        await house.regain(1)
        house.now += timedelta(minutes=1)
        await house.lose(1, reason)
        told = dict(await house.look())
        assert reason in told["2000"]
    assert set(told) == {"2000"}, "the operators know of this reason since today"


async def test_a_place_that_is_back_before_anybody_was_told_is_no_news(house: House) -> None:
    await house.subscribe(Place(chat(1)))
    await house.lose(1)
    await house.regain(1)

    assert await house.look() == []


async def test_nobody_is_told_in_the_chat_that_can_not_be_written_to(house: House) -> None:
    await house.subscribe(Place(chat(2000), "private"), person="2000")
    await house.lose(2000, "the person blocked the bot; unblock it to go on")

    assert [person for person, _ in await house.look()] == ["1000"]


async def test_any_part_has_a_word_to_the_operators_every_ten_minutes_for_a_cause(house: House) -> None:
    for _ in range(3):
        await house.notifier.tell_operators("rain.md has no page", HELD, place="rain.md", reason="no page", days=1)

    assert await house.look() == [("1000", texts("en").say(HELD, place="rain.md", reason="no page", days=1))]
    await house.notifier.tell_operators("rain.md has no page", HELD, place="rain.md", reason="no page", days=1)
    assert await house.look() == []
    await house.notifier.tell_operators("snow.md has no page", HELD, place="snow.md", reason="no page", days=1)
    assert len(await house.look()) == 1
    [(_, text)] = await house.look(600)
    assert "rain.md" in text


async def test_a_notice_wakes_the_one_who_tells(house: House) -> None:
    telling = asyncio.create_task(house.notifier.run())
    await asyncio.sleep(0)

    async with asyncio.timeout(0.9 * GLANCE_SECONDS):
        await house.notifier.tell_operators("x", HELD, place="rain.md", reason="no page", days=1)
        while not house.adapter.notices:  # noqa: ASYNC110 - what is awaited here is the end of a look
            await asyncio.sleep(0.005)
    telling.cancel()


async def test_what_could_not_be_told_is_told_later_and_given_up_after_a_day(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.adapter.notice_faults.extend([Fault(TryLater("no network"))] * 2)
    await house.notifier.tell_operators("x", HELD, place="rain.md", reason="no page", days=1)
    assert await house.look() == []
    assert await house.look(30) == []
    assert await house.look(timedelta(days=1).total_seconds()) == []
    assert "could not be told for a day (no network): Nothing can be sent to rain.md" in caplog.text
    assert await house.look(3600) == []


@pytest.mark.parametrize("error", [Rejected("takes no messages"), OutcomeUnknown("no answer"), ValueError("a bug")])
async def test_what_is_refused_or_not_known_to_have_arrived_is_logged_and_not_repeated(
    house: House, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    house.adapter.notice_faults.append(Fault(error))
    await house.notifier.tell_operators("x", HELD, place="rain.md", reason="no page", days=1)

    assert await house.look() == []
    assert await house.look(3600) == []
    assert [record.levelno >= logging.WARNING for record in caplog.records if "rain.md" in record.getMessage()] == [
        True
    ]


async def test_a_crash_while_something_is_told_does_not_tell_it_twice(house: House) -> None:
    said = asyncio.Event()
    house.adapter.notice_faults.append(Fault(None, until=said))
    await house.subscribe(Place(chat(1)))
    await house.lose(1)
    house.now = later(6)
    telling = asyncio.create_task(house.notifier.tell(patient=True))
    await asyncio.sleep(0.05)
    telling.cancel()

    house.notifier = house.anew()
    told = await house.look()

    assert len(told) <= 1
    assert await house.look() == []


async def test_a_word_to_the_operators_never_raises(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await house.office.store.close()

    await house.notifier.tell_operators("x", HELD, place="rain.md", reason="no page", days=1)
    assert await house.look() == []

    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


async def test_a_refused_send_leads_to_a_notice_as_the_platforms_news_do(house: House) -> None:
    await house.subscribe(Place(chat(1)))
    await publish(house.office.store, post())
    claimed = await house.office.claim(await house.office.one())
    await house.office.end(claimed, DeliveryState.DUE, outcome=Outcome.SUSPENDED, suspend=KICKED)

    assert {person for person, _ in await house.look()} == {"1000", "2000"}


async def test_a_rush_after_the_rush_is_told_with_what_came_meanwhile(house: House) -> None:
    reason = "more than 20 new posts came"

    async def rush(count: int) -> None:
        await house.notifier.tell_operators("posts are held", POSTS_HELD, count=count, reason=reason)

    def told(count: int) -> list[tuple[str, str]]:
        return [("1000", texts("en").say(POSTS_HELD, count=count, reason=reason))]

    await rush(21)
    await rush(5)
    assert await house.look() == told(26)
    for _ in range(50):
        await rush(1)
        assert await house.look(6) == []
    assert await house.look(300) == told(50)
    await rush(30)
    assert await house.look() == []
    assert await house.look(600) == told(30)
    assert await house.look(3600) == []
    await rush(7)
    assert await house.look(0) == told(7)


@pytest.mark.parametrize(("lost", "reason"), [(1, GROUP_DELETED), (2, GROUP_DELETED), (1, CHAT_MISSING)])
async def test_of_what_never_comes_back_no_return_is_promised(house: House, lost: int, reason: str) -> None:
    for number in range(1, lost + 1):
        await house.subscribe(Place(chat(number), "group", "Readers"))
        await house.lose(number, reason)

    told = await house.look()
    assert len(told) == 2
    for _, text in told:
        assert f"{reason}. What is due there is given up after 7 days. " in text
        assert "newsbell subscriptions remove CHAT" in text
        assert "itself" not in text


async def test_the_reason_too_is_told_in_the_persons_language(house: House) -> None:
    await house.office.store.subscriptions.remember(Place(chat(1000), "private", language="km"), NOON)
    await house.subscribe(Place(chat(1), "group", "Readers"), person="operator")
    await house.lose(1, "the person's account was deleted")

    [(_, text)] = await house.look()
    assert texts("km").term("the person's account was deleted") in text
    assert "account" not in text


async def test_why_posts_wait_is_told_in_the_operators_language(house: House) -> None:
    guards = Guards(20, timedelta(days=1))
    old = guards.old(replace(post(), published_at=NOON - timedelta(days=2)), NOON)
    assert old is not None
    reasons = {
        guards.news.holds([f"{number}.md" for number in range(21)], NOON): (
            "more than 20 new posts came within 60 seconds",
            "មានអត្ថបទថ្មីលើសពី 20 មកដល់",
        ),
        guards.edits.holds(range(21), NOON): ("more than 20 posts were edited within 60 seconds", "លើសពី 20 ត្រូវបានកែ"),
        old.reason: ("it is older than a day (NEWSBELL_MAX_AGE)", "វាចាស់ជាងមួយថ្ងៃ (NEWSBELL_MAX_AGE)"),
        TOO_OLD: ("their messages are older than NEWSBELL_EDIT_DAYS allows", "សាររបស់វាចាស់ជាង"),
    }
    for language in ("en", "km"):
        notifier = Notifier(
            house.office.store.notices, [OPERATOR], lambda: [house.adapter], now=house.clock, language=language
        )
        for reason, (english, khmer) in reasons.items():
            asked = Asked(notifier)
            asked.note(EDITS_HELD, 21, guard=guards.edits, reason=reason)
            await asked.tell()
            assert str(reason).startswith(english)
            [(_, text)] = await house.look(601)
            assert (khmer if language == "km" else english) in text
            assert "{" not in text


async def test_braces_in_somebody_elses_words_stay(house: House) -> None:
    await house.notifier.tell_operators("x", HELD, place="rain.md", reason="bad {field} in {place}: {}", days=1)

    [(_, text)] = await house.look()
    assert "any more: bad {field} in rain.md: {}. What" in text
