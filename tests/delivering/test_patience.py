"""A send that is lost again and again: its chat waits a minute for it, and it is repeated only while that is safe."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from bot.delivering.patience import REMEMBERED_SENDS, REPEAT_WITHIN, Patience
from bot.errors import NeverArrived, OutcomeUnknown
from bot.models import Action, Attempt, Delivery, DeliveryState, Lane, Outcome
from bot.records import Conclusion
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.state.making import NOON, chat, later

LOST = OutcomeUnknown("the connection was reset")


async def second_by_second(service: Service, seconds: int) -> None:
    for _ in range(seconds):
        service.pass_time(1)
        await service.quiet()


async def lose_the_first_of_two(service: Service) -> None:
    service.adapter.fail(*[LOST] * 99, action=Action.SEND)
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)


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


DELIVERY = Delivery(1, 1, chat(1), 1, 1, None, DeliveryState.CLAIMED, Lane.POST, 1, NOON)


def lost(after: float, **changes: Any) -> Conclusion:
    """A send that took `after` seconds to be unknown."""
    attempt = Attempt(1, Action.SEND, Outcome.UNKNOWN, later(after), later(after), 1)
    until = later(after + 60)
    ended = Conclusion(DELIVERY, attempt, DeliveryState.UNKNOWN, until, None, destination_waits_until=until)
    return replace(ended, **changes)


def test_nobody_waits_longer_for_what_is_lost_once_more() -> None:
    patience = Patience(lambda: NOON)
    assert patience.bounded(lost(0)).destination_waits_until == later(60)
    assert patience.bounded(lost(40)).destination_waits_until == later(60)
    flood = replace(lost(50).attempt, outcome=Outcome.FLOOD)
    assert patience.bounded(lost(50, attempt=flood)).destination_waits_until == later(110), "it is the chat's"


@pytest.mark.parametrize("over", [{"state": DeliveryState.SETTLED}, {"suspend": "kicked"}], ids=str)
def test_what_is_open_no_more_has_a_minute_again(over: dict[str, Any]) -> None:
    patience = Patience(lambda: NOON)
    patience.bounded(lost(0))
    patience.bounded(lost(40, **over))
    assert patience.bounded(lost(90)).destination_waits_until == later(150)


@pytest.mark.parametrize(
    ("seconds", "doubtful"), [(30, False), (31, True), (-31, True)], ids=["soon", "late", "clock set back"]
)
def test_a_repeat_is_safe_for_some_time_after_its_look(seconds: float, *, doubtful: bool) -> None:
    patience, again = Patience(lambda: later(5 + seconds)), replace(DELIVERY, nonce="1-aa")
    look = replace(lost(5).attempt, action=Action.PROBE)
    assert patience.is_doubtful(again), "nobody has looked yet"
    patience.bounded(lost(5, attempt=look, state=DeliveryState.DUE, nonce="1-aa"))
    assert patience.is_doubtful(again) is doubtful


def test_so_many_are_remembered_and_who_is_forgotten_is_looked_into_again() -> None:
    patience, again = Patience(lambda: later(5)), replace(DELIVERY, nonce="1-aa")
    for key in range(REMEMBERED_SENDS + 1):
        look = replace(lost(5).attempt, action=Action.PROBE)
        one = replace(again, id=key)
        patience.bounded(lost(5, delivery=one, attempt=look, state=DeliveryState.DUE, nonce="1-aa"))
    assert patience.is_doubtful(replace(again, id=0))
    assert not patience.is_doubtful(replace(again, id=1))
