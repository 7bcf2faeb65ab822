"""A send that is lost again and again: its chat waits a minute for it, and it is repeated only while that is safe."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.delivering.pacer import Pacer
from bot.delivering.patience import REMEMBERED_SENDS, REPEAT_WITHIN, Patience
from bot.errors import NeverArrived, OutcomeUnknown, PutOff, Scope, TryLater
from bot.models import Action, Attempt, Delivery, DeliveryState, Destination, Lane, Outcome, Overrides
from bot.ports import MOST_LOOKS, Rate
from bot.records import Conclusion
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.state.making import NOON, chat, later

LOST = OutcomeUnknown("the connection was reset")


async def second_by_second(service: Service, seconds: int) -> None:
    for _ in range(seconds):
        service.pass_time(1)
        await service.quiet()


async def begin_with_a_lost_one(service: Service) -> None:
    """Two posts, of which the first is lost: what is to come of it is said before."""
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)


async def lose_the_first_of_two(service: Service) -> None:
    service.adapter.fail(*[LOST] * 99, action=Action.SEND)
    await begin_with_a_lost_one(service)


async def test_a_repeat_leaves_soon_after_the_look_that_found_it_safe_or_is_looked_into_again(service: Service) -> None:
    """The wait between two tries grows to a minute and more."""
    service.adapter.proof = Proof.NONCE
    service.adapter.fail(*[LOST] * 99, action=Action.SEND)
    await service.subscribe()
    await service.publish()
    await service.start()

    await second_by_second(service, 300)

    attempts = await service.attempts()
    pairs = [pair for pair in pairwise(attempts) if pair[1].action is Action.SEND]
    assert len(pairs) >= 5
    for look, repeat in pairs:
        assert look.action is Action.PROBE
        assert repeat.began_at - look.began_at <= REPEAT_WITHIN


async def test_a_send_that_is_lost_again_and_again_under_its_nonce_holds_up_its_chat_for_a_minute(
    service: Service,
) -> None:
    service.adapter.proof = Proof.NONCE
    await lose_the_first_of_two(service)

    await second_by_second(service, 59)
    assert {call.title for call in service.adapter.calls} == {"A"}
    await second_by_second(service, 1)
    assert {call.title for call in service.adapter.calls} == {"A", "B"}


async def test_a_send_that_never_arrives_is_sent_ever_more_seldom_and_holds_up_its_chat_for_a_minute_in_all(
    service: Service,
) -> None:
    await lose_the_first_of_two(service)
    service.adapter.fail(*[NeverArrived("nothing is there")] * 99, action=Action.PROBE)

    await second_by_second(service, 59)
    assert {call.title for call in service.adapter.calls} == {"A"}
    await second_by_second(service, 1)
    assert {call.title for call in service.adapter.calls} == {"A", "B"}

    attempts = await service.attempts()
    pairs = [pair for pair in pairwise(attempts) if pair[1].action is Action.SEND]
    waits = [(send.began_at - look.began_at).total_seconds() for look, send in pairs]
    assert waits[:3] == [0, 0, 0]
    assert 0 < waits[3] < waits[4] < waits[5]


async def test_a_silence_of_which_the_pacer_alone_hears_holds_up_a_chat_no_less(service: Service) -> None:
    """As on Telegram, where two chats are told to wait, perhaps by replies."""
    service.adapter.limits = rates
    service.adapter.fail(LOST, action=Action.SEND)
    await begin_with_a_lost_one(service)

    service.pacer.hold([Rate("bot", 30, 1.05, even=True)], 120.0, Scope.BOT)
    service.adapter.fail(TryLater("still looking", 5.0), action=Action.PROBE)
    service.pass_time(120)
    service.pacer._held.clear()  # its clock is the loop's, and not the test's
    await second_by_second(service, 4)

    assert [(call.action, call.title) for call in service.adapter.calls] == [(Action.SEND, "A"), (Action.PROBE, "A")]


@pytest.mark.parametrize("told_to_wait", [Action.PROBE, Action.SEND])
async def test_after_a_flood_wait_a_lost_send_is_waited_for_as_long_as_before(
    service: Service, told_to_wait: Action
) -> None:
    """Whether a look or a repeat was told to wait, that took the place of the minute, and is none of it."""
    service.adapter.proof = Proof.NONCE
    service.adapter.fail(LOST, action=Action.SEND)
    service.adapter.fail(TryLater("a flood", 100.0, flood=True), action=told_to_wait)
    await begin_with_a_lost_one(service)
    service.pass_time(5)
    await service.quiet()

    service.adapter.fail(TryLater("nobody answers"), action=Action.PROBE)
    service.pass_time(100)
    await service.quiet()
    assert {call.title for call in service.adapter.calls} == {"A"}
    await second_by_second(service, 10)
    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_a_send_whose_second_call_is_put_off_in_a_silence_keeps_its_place(service: Service) -> None:
    service.adapter.fail(PutOff("a pause", 90.0, flood=True, scope=Scope.ROUTE), action=Action.SEND)
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.idle()
    await second_by_second(service, 90)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_a_repeat_finds_never_to_have_arrived_is_sent_before_a_later_post(service: Service) -> None:
    """Also when the minute for which others wait is over by then."""
    service.adapter.proof = Proof.NONCE
    service.adapter.fail(LOST, NeverArrived("the post never arrived"), action=Action.SEND)
    service.adapter.fail(TryLater("it may still come", 57), action=Action.PROBE)
    await begin_with_a_lost_one(service)

    service.pass_time(5)
    await service.quiet()
    service.pass_time(57)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert [call.title for call in service.adapter.calls_of(Action.SEND)] == ["A", "A", "A", "B"]
    lost, repeated, anew, _ = (call.nonce for call in service.adapter.calls_of(Action.SEND))
    assert lost == repeated != anew, "the next one is a send like any other"


async def kill_in_a_send(service: Service) -> None:
    """Start, and die while the platform has a send that it will not carry out."""
    sent = len(service.adapter.calls_of(Action.SEND))
    service.adapter.refuse_late(LOST, action=Action.SEND)
    await service.start()
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.SEND)) > sent)
    await service.die()


async def test_two_lost_sends_to_one_chat_do_not_wait_for_each_other(service: Service) -> None:
    """Both were in the air at a kill, and both may be repeated at once."""
    service.adapter.proof = Proof.NONCE
    await service.subscribe()
    await service.publish("a.md")
    for breaking in ("b.md", "c.md"):
        await kill_in_a_send(service)
        await service.publish(breaking, overrides=Overrides(breaking=True))

    await service.start()
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["B", "C", "A"]


async def test_no_later_post_passes_one_of_many_that_were_lost_and_could_not_be_repeated(service: Service) -> None:
    """So many are not looked into at the same time: the chats of the others wait."""
    service.adapter.proof = Proof.NONCE
    places = [chat(number) for number in range(2 * MOST_LOOKS)]
    down = [TryLater("the line is down")] * len(places)
    service.adapter.fail(*[LOST] * len(places), *down, action=Action.SEND)
    await service.subscribe(*places)
    await service.publish("a.md", "b.md")
    await service.start(in_flight=100)
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.SEND)) == len(places))
    await service.quiet()

    service.pass_time(5)
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.SEND)) == 2 * len(places))
    await service.quiet()
    service.pass_time(7)
    await service.idle()
    service.pass_time(3)
    await service.idle()

    assert [service.adapter.titles(place) for place in places] == [["A", "B"]] * len(places)


DELIVERY = Delivery(1, 1, chat(1), 1, 1, None, DeliveryState.CLAIMED, Lane.POST, 1, NOON)


def lost(after: float, **changes: Any) -> Conclusion:
    """A send that took `after` seconds to be unknown."""
    attempt = Attempt(1, Action.SEND, Outcome.UNKNOWN, later(after), later(after), 1)
    until = later(after + 60)
    ended = Conclusion(DELIVERY, attempt, DeliveryState.UNKNOWN, until, None, destination_waits_until=until)
    return replace(ended, **changes)


def rates(destination: Destination, _action: Action = Action.SEND) -> tuple[Rate, ...]:
    """As Telegram counts."""
    return Rate("bot", 30, 1.05, even=True), Rate(f"chat:{destination.chat_id}", 1, 1.03)


class Lossy:
    """A patience with a send that is lost when the test says so. Its clock and that on the wall need not agree."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pacer = Pacer(lambda: self.seconds)
        self.patience = Patience(self.pacer, rates, lambda: self.seconds)

    def held_up(self, at: float, *, on_the_wall: float | None = None, **changes: Any) -> float:
        """For how many seconds the others wait once it is lost `at` so many seconds."""
        self.seconds, wall = at, at if on_the_wall is None else on_the_wall
        until = self.patience.bounded(lost(wall, **changes)).destination_waits_until
        assert until is not None
        return (until - later(wall)).total_seconds()


@pytest.fixture
def lossy() -> Lossy:
    return Lossy()


def test_nobody_waits_longer_for_what_is_lost_once_more(lossy: Lossy) -> None:
    assert lossy.held_up(0) == 60
    assert lossy.held_up(40) == 20
    assert lossy.held_up(90) == 0


def test_a_clock_that_is_set_makes_nobody_wait_longer_and_ends_no_wait(lossy: Lossy) -> None:
    assert lossy.held_up(0) == 60
    assert lossy.held_up(40, on_the_wall=-3600) == 20
    assert lossy.held_up(50, on_the_wall=3600) == 10
    assert lossy.held_up(60, on_the_wall=-3600) == 0


def test_a_flood_wait_is_the_chats_and_no_part_of_the_minute(lossy: Lossy) -> None:
    lossy.held_up(0)
    flood = replace(lost(30).attempt, outcome=Outcome.FLOOD)
    assert lossy.held_up(30, attempt=flood, destination_waits_until=later(1030)) == 1000
    assert lossy.held_up(1032) == 28


@pytest.mark.parametrize("silence", ["bot_waits_until", "rests_until"])
def test_a_silence_of_the_bot_is_no_part_of_the_minute(lossy: Lossy, silence: str) -> None:
    def tell(at: float, until: float) -> None:
        silenced: dict[str, Any] = {silence: later(until)}
        lossy.held_up(at, delivery=replace(DELIVERY, id=2), **silenced)

    lossy.held_up(0)
    for at, until in ((10, 1000), (20, 2000), (30, 40)):  # calls that were in the air are told so one after the other
        tell(at, until)
    tell(2010, 3000)
    assert lossy.held_up(2500) == 40, "it was in the air when the bot was told"
    assert lossy.held_up(3005) == 35


def test_a_flood_that_silences_the_bot_counts_once(lossy: Lossy) -> None:
    lossy.held_up(0)
    flood = replace(lost(30).attempt, outcome=Outcome.FLOOD)
    lossy.held_up(30, attempt=flood, destination_waits_until=later(1030), bot_waits_until=later(1030))
    assert lossy.held_up(1032) == 28


def test_a_repeat_that_is_put_off_in_a_silence_of_the_bot_lengthens_it_for_nobody(lossy: Lossy) -> None:
    lossy.held_up(0)
    lossy.held_up(30, delivery=replace(DELIVERY, id=2), bot_waits_until=later(330))
    put_off: dict[str, Any] = {"attempt": replace(lost(30).attempt, outcome=Outcome.PUT_OFF), "nonce": "1-aa"}
    assert lossy.held_up(30, destination_waits_until=later(330), due_at=later(330), **put_off) == 300
    assert lossy.held_up(331) == 29
    assert lossy.held_up(391) == 0


def test_a_repeat_that_is_put_off_behind_another_call_is_waited_for_no_longer_than_a_minute(lossy: Lossy) -> None:
    lossy.held_up(0)
    put_off = replace(lost(30).attempt, outcome=Outcome.PUT_OFF)
    assert lossy.held_up(30, attempt=put_off, due_at=later(30), nonce="1-aa") == 30


def test_a_silence_that_telegram_asks_for_is_no_part_of_the_minute_whichever_call_was_told_so(lossy: Lossy) -> None:
    """A reply's as well: two chats are told to wait, which means the bot."""
    lossy.held_up(0)
    lossy.seconds = 10
    for number in (2, 3):
        lossy.pacer.hold(rates(chat(number)), 990, Scope.UNSAID)
    assert lossy.held_up(20, delivery=replace(DELIVERY, id=2)) == 60, "it was in the air when the bot was told"
    assert lossy.held_up(1005) == 45
    assert lossy.held_up(1005, delivery=replace(DELIVERY, id=2)) == 55


@pytest.mark.parametrize(("told", "left"), [(1, 45), (2, 0)], ids=["itself", "another"])
def test_a_flood_wait_of_a_chats_reply_is_no_part_of_the_minute_of_what_is_lost_there(
    lossy: Lossy, told: int, left: float
) -> None:
    lossy.held_up(0)
    lossy.seconds = 10
    lossy.pacer.hold(rates(chat(told)), 990, Scope.UNSAID)
    assert lossy.held_up(1005) == left


@pytest.mark.parametrize("over", [{"state": DeliveryState.SETTLED}, {"suspend": "kicked"}], ids=str)
def test_what_is_open_no_more_has_a_minute_again(lossy: Lossy, over: dict[str, Any]) -> None:
    lossy.held_up(0)
    lossy.held_up(40, **over)
    assert lossy.held_up(90) == 60


@pytest.mark.parametrize(("seconds", "doubtful"), [(30, False), (31, True)], ids=["soon", "late"])
@pytest.mark.parametrize("on_the_wall", [-3600, 5, 3600])
def test_a_repeat_is_safe_for_some_time_after_its_look(
    lossy: Lossy, on_the_wall: float, seconds: float, *, doubtful: bool
) -> None:
    again = replace(DELIVERY, nonce="1-aa")
    look = replace(lost(on_the_wall).attempt, action=Action.PROBE, began_at=later(on_the_wall - 5))
    assert lossy.patience.is_doubtful(again), "nobody has looked yet"
    lossy.held_up(5, on_the_wall=on_the_wall, attempt=look, state=DeliveryState.DUE, nonce="1-aa")
    lossy.seconds = seconds
    assert lossy.patience.is_doubtful(again) is doubtful


def test_so_many_are_remembered_and_who_is_forgotten_is_looked_into_again(lossy: Lossy) -> None:
    again = replace(DELIVERY, nonce="1-aa")
    for key in range(REMEMBERED_SENDS + 1):
        look = replace(lost(5).attempt, action=Action.PROBE)
        lossy.held_up(5, delivery=replace(again, id=key), attempt=look, state=DeliveryState.DUE, nonce="1-aa")
    assert lossy.patience.is_doubtful(replace(again, id=0))
    assert not lossy.patience.is_doubtful(replace(again, id=1))
