"""Where nobody can tell whether a message arrived, whoever has to decide about it is told of it."""

from __future__ import annotations

import pytest

from bot.delivering.unproven import NOBODY_CAN_TELL
from bot.models import Action, DeliveryState, OnUnknown, Withdrawn
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.fakes import FakeNotices
from tests.state.making import chat

WORDS = (
    "Messages wait for your word, for nobody can tell whether they arrived: 1. The latest is “Rain” in fake:1. "
    "Look there, and then: newsbell deliveries retry ID goes on with one of them; of one that is not wanted any more, "
    "remove the message, and then: newsbell deliveries done ID; newsbell deliveries --held names them all, each with "
    "its ID"
)


@pytest.fixture
def told(service: Service) -> FakeNotices:
    notices = service.notices = FakeNotices()
    return notices


async def unknown(service: Service, policy: OnUnknown) -> None:
    """It stands there, but no answer came, and nothing can prove it."""
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish()
    await service.start(on_unknown=policy)
    await service.reaches(DeliveryState.UNKNOWN)


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.name == "bot.delivering.unproven"]


async def test_what_waits_rather_than_being_sent_twice_is_told_and_counted_until_somebody_decides(
    service: Service, told: FakeNotices, caplog: pytest.LogCaptureFixture
) -> None:
    await unknown(service, OnUnknown.HOLD)
    service.pass_time(5)
    await service.idle()

    assert told.told == [(NOBODY_CAN_TELL, WORDS)]
    [line] = warned(caplog)
    assert line.startswith("“Rain” to fake:1: there is no proof; it waits rather than being sent twice")
    assert line.endswith("look there, and then: newsbell deliveries retry 1")
    assert await service.store.deliveries.unproven() == 1

    await service.store.deliveries.retry([DeliveryState.HELD], service.now, on_unknown=OnUnknown.HOLD)
    assert await service.store.deliveries.unproven() == 0


async def test_what_may_stand_though_its_post_was_taken_back_is_told_whatever_the_policy(
    service: Service, told: FakeNotices, caplog: pytest.LogCaptureFixture
) -> None:
    await unknown(service, OnUnknown.RESEND)
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    service.pass_time(5)
    await service.idle()

    assert told.told == [(NOBODY_CAN_TELL, WORDS)]
    [line] = warned(caplog)
    assert "where it stands, remove it by hand, and then: newsbell deliveries done ID" in line
    assert line.endswith("look there, and then: newsbell deliveries done 1")


async def test_who_removed_it_by_hand_says_so_and_it_comes_back_with_its_post_as_news(service: Service) -> None:
    await unknown(service, OnUnknown.RESEND)
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    service.pass_time(5)
    held = await service.reaches(DeliveryState.HELD)
    service.adapter.chats.clear()

    assert await service.store.deliveries.removed_by_hand(held.id, service.now)
    left = await service.delivery()
    assert (left.state, left.nonce, left.reason) == (DeliveryState.SETTLED, "", "it was removed by hand")
    assert await service.store.deliveries.unproven() == 0
    assert not await service.store.deliveries.removed_by_hand(held.id, service.now), "it waits no more"

    await service.store.posts.free(1, service.now)
    await service.publish()
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Rain"]
    assert len(service.adapter.calls_of(Action.PROBE)) == 1


async def test_what_newsbell_fails_to_look_into_is_told(service: Service, told: FakeNotices) -> None:
    await unknown(service, OnUnknown.RESEND)
    service.adapter.fail(ValueError("a mistake"), action=Action.PROBE)
    service.pass_time(5)
    await service.reaches(DeliveryState.HELD)
    await service.idle()

    assert told.told == [(NOBODY_CAN_TELL, WORDS)]


async def test_a_message_that_is_sent_again_without_proof_is_said_in_the_log_alone(
    service: Service, told: FakeNotices, caplog: pytest.LogCaptureFixture
) -> None:
    await unknown(service, OnUnknown.RESEND)
    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Rain", "Rain"]
    [line] = warned(caplog)
    assert line == (
        "“Rain” to fake:1: there is no proof; sending again rather than not at all, as NEWSBELL_ON_UNKNOWN says"
    )
    assert told.told == []


async def test_what_is_found_is_nobodys_business(
    service: Service, told: FakeNotices, caplog: pytest.LogCaptureFixture
) -> None:
    await unknown(service, OnUnknown.HOLD)
    service.adapter.proof = Proof.FINDS
    service.pass_time(5)
    await service.idle()

    assert (told.told, warned(caplog)) == ([], [])
