"""A send whose outcome is not known is settled, never guessed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.delivering.caller import Caller
from bot.delivering.decisions import REFUSED_BOT_SECONDS
from bot.errors import (
    BotRefused,
    DeliveryError,
    DestinationLost,
    DestinationMoved,
    MessageGone,
    OutcomeUnknown,
    PictureRefused,
    Rejected,
    TryLater,
)
from bot.models import GONE, Action, Delivery, DeliveryState, OnUnknown, Outcome, Place
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat


def caller_of(service: Service) -> Caller:
    """What carries the deliveries of `service` out, one by one, as the test says."""
    caller = Caller(
        service.adapter, service.store.deliveries, service.pacer, epoch=service.epoch, now=lambda: service.now
    )
    caller._patience._clock = service.seconds
    return caller


async def test_an_unknown_send_that_arrived_is_found_and_not_sent_again(service: Service) -> None:
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    assert service.adapter.titles(chat(1)) == ["A"], "the unknown holds up its chat"

    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert await service.outcomes() == [Outcome.UNKNOWN, Outcome.SENT]
    found = await service.delivery()
    assert (found.state, found.tries, found.nonce) == (DeliveryState.SETTLED, 0, "")
    assert found.shown
    assert found.shown.receipt.message_ids == ("1",)


async def test_an_unknown_send_that_did_not_arrive_is_repeated_under_its_nonce(service: Service) -> None:
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()

    first, second = service.adapter.calls_of(Action.SEND)
    assert first.nonce == second.nonce
    assert len(service.adapter.messages(chat(1))) == 1


async def test_a_platform_that_only_knows_nonces_shows_an_unknown_send_once(service: Service) -> None:
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()

    assert len(service.adapter.calls_of(Action.SEND)) == 2
    assert len(service.adapter.messages(chat(1))) == 1


@pytest.mark.parametrize(
    "error",
    [TryLater("down"), TryLater("slow", 9, flood=True), DestinationLost("outage", doubtful=True)],
    ids=["down", "flood", "doubtful"],
)
async def test_a_repeated_send_that_fails_is_still_unknown_and_shows_nothing_twice(
    service: Service, error: DeliveryError
) -> None:
    """Not sent, says the second call: about the first it says nothing."""
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    service.adapter.fail(error, action=Action.SEND)
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.SEND)) == 2)
    await service.quiet()
    assert (await service.delivery()).state is DeliveryState.UNKNOWN
    for _ in range(4):
        service.pass_time(61)
        await service.quiet()

    assert (await service.delivery()).state is DeliveryState.SETTLED
    assert len(service.adapter.messages(chat(1))) == 1
    assert len({call.nonce for call in service.adapter.calls_of(Action.SEND)}) == 1


async def carry_out(caller: Caller, delivery: Delivery) -> None:
    for turn in await caller.claim([delivery]):
        await caller.carry_out(turn)


async def test_a_repeat_that_waited_long_for_its_turn_is_looked_into_again_and_then_made_in_that_turn(
    service: Service,
) -> None:
    """Another turn may be as long in coming, and what only looked at each would never be sent."""
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish()
    await service.start()
    unknown = await service.reaches(DeliveryState.UNKNOWN)
    await service.stop()
    turns = caller_of(service)

    service.pass_time(5)
    await carry_out(turns, unknown)
    service.pass_time(31)
    await carry_out(turns, await service.delivery())

    assert await service.outcomes() == [Outcome.UNKNOWN, Outcome.RETRY, Outcome.RETRY, Outcome.SENT]
    assert len(service.adapter.messages(chat(1))) == 1


async def test_a_bot_that_is_refused_while_it_looks_rests(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(BotRefused("the token was revoked"), action=Action.PROBE)
    await service.subscribe()
    await service.publish()
    await service.start()
    unknown = await service.reaches(DeliveryState.UNKNOWN)
    await service.stop()
    caller = caller_of(service)

    service.pass_time(5)
    (turn,) = await caller.claim([unknown])
    concluded = await caller.carry_out(turn)
    assert concluded
    assert concluded.nothing_before == service.now + timedelta(seconds=REFUSED_BOT_SECONDS)
    assert (await service.delivery()).state is DeliveryState.UNKNOWN


async def test_without_proof_a_resend_that_waits_for_its_turn_is_not_looked_into_any_more(service: Service) -> None:
    """A look may use up the turns of its chat: looks and waits would take turns for ever."""
    service.adapter.proof = Proof.NONE
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish()
    await service.start()
    unknown = await service.reaches(DeliveryState.UNKNOWN)
    await service.stop()
    turns = caller_of(service)

    service.pass_time(5)
    await carry_out(turns, unknown)
    service.pass_time(300)
    await carry_out(turns, await service.delivery())

    assert await service.outcomes() == [Outcome.UNKNOWN, Outcome.RETRY, Outcome.SENT]


async def test_without_proof_an_unknown_is_sent_again_rather_than_not_at_all(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Rain"]
    probe = (await service.attempts())[1]
    assert "rather than not at all" in probe.detail


async def test_without_proof_and_without_answers_a_chat_is_not_showered(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer(times=100)
    await service.subscribe()
    await service.publish()
    await service.start()

    for _ in range(60):
        service.pass_time(5)
        await service.quiet()

    assert 2 <= len(service.adapter.messages(chat(1))) <= 9, "in five minutes"


async def test_an_unknown_that_cannot_be_looked_into_holds_up_its_chat_for_a_minute_at_most(service: Service) -> None:
    service.adapter.lose_answer(chat="1")
    service.adapter.fail(*[TryLater("down")] * 99, action=Action.PROBE)
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.quiet()
    assert service.adapter.titles(chat(1)) == ["A"], "B waits for A"
    service.pass_time(55)
    await service.quiet()

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    assert (await service.delivery()).state is DeliveryState.UNKNOWN


async def test_looking_on_shortens_the_wait_of_the_chats_others_by_nothing(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(TryLater("looking on", 2), *[TryLater("down")] * 9, action=Action.PROBE)
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    for seconds in (5, 2, 8):
        service.pass_time(seconds)
        await service.quiet()
        assert service.adapter.titles(chat(1)) == ["A"]


async def test_a_flood_wait_for_a_look_is_kept(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(TryLater("too many", 200, flood=True), action=Action.PROBE)
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    for seconds in (5, 100, 99):
        service.pass_time(seconds)
        await service.quiet()
    assert len(service.adapter.calls) == 2

    service.pass_time(1)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_a_flood_wait_for_a_look_keeps_the_whole_chat_silent_and_is_no_try(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(TryLater("too many", 200, flood=True), action=Action.PROBE)
    topic, other = chat(1, thread="7"), chat(1, thread="8")
    await service.store.subscriptions.remember(Place(other), service.now)
    await service.subscribe(topic)
    await service.publish("a.md")
    await service.start()
    before = await service.reaches(DeliveryState.UNKNOWN)
    service.pass_time(5)
    await service.quiet()

    assert await service.outcomes() == [Outcome.UNKNOWN, Outcome.FLOOD]
    assert (await service.delivery()).tries == before.tries
    await service.store.subscriptions.remove(topic, None)
    await service.subscribe(other)
    await service.publish("b.md")
    await service.quiet()
    assert len(service.adapter.calls) == 2, "its topics wait with it"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(DestinationLost("kicked"), Outcome.SUSPENDED), (DestinationMoved("moved", "-1001"), Outcome.MOVED)],
)
async def test_an_unknown_in_a_chat_that_is_lost_or_moved_stays_unknown(
    service: Service, error: DeliveryError, outcome: Outcome
) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(error, action=Action.PROBE)
    await service.subscribe()
    await service.publish()
    await service.start()
    nonce = (await service.reaches(DeliveryState.UNKNOWN)).nonce
    service.pass_time(5)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PROBE)))
    await service.stop()

    left = await service.delivery()
    assert left.state in (DeliveryState.UNKNOWN, DeliveryState.DUE)
    assert left.nonce == nonce
    assert await service.outcomes() == [Outcome.UNKNOWN, outcome]


@pytest.mark.parametrize("policy", OnUnknown)
@pytest.mark.parametrize("refusal", [Rejected("no such history"), PictureRefused("no picture")])
async def test_a_look_that_the_platform_refuses_is_no_proof_and_the_send_is_given_up_by_no_means(
    service: Service, refusal: DeliveryError, policy: OnUnknown
) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(refusal, action=Action.PROBE)
    await service.subscribe()
    await service.publish()
    await service.start(on_unknown=policy)
    nonce = (await service.reaches(DeliveryState.UNKNOWN)).nonce

    service.pass_time(5)
    if policy is OnUnknown.RESEND:
        await service.idle()
        assert service.adapter.titles(chat(1)) == ["Rain", "Rain"], "rather twice than never"
        return
    held = await service.reaches(DeliveryState.HELD)
    assert (held.nonce, len(service.adapter.messages(chat(1)))) == (nonce, 1)


async def test_an_unknown_whose_message_was_removed_since_is_let_be(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(MessageGone("it was sent, and deleted since"), action=Action.PROBE)
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()

    left = await service.delivery()
    assert (left.state, left.wanted) == (DeliveryState.SETTLED, GONE)
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_a_look_that_fails_by_a_bug_waits_for_a_persons_word(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(ValueError("a bug in the adapter"), action=Action.PROBE)
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.reaches(DeliveryState.HELD)
    assert len(service.adapter.calls_of(Action.PROBE)) == 1
    assert "the adapter failed" in caplog.text

    assert await service.store.deliveries.retry([DeliveryState.HELD], service.now) == 1
    await service.idle()
    assert len(service.adapter.calls_of(Action.PROBE)) == 2, "it may be there: the word is no reason to send it twice"
    assert service.adapter.titles(chat(1)) == ["Rain"]


async def test_an_unknown_send_that_was_edited_meanwhile_is_repeated_as_it_was_and_then_edited(
    service: Service,
) -> None:
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.publish(title="Wind")

    service.pass_time(5)
    await service.idle()

    assert [(call.action, call.title) for call in service.adapter.calls] == [
        (Action.SEND, "Rain"),
        (Action.PROBE, "Rain"),
        (Action.SEND, "Rain"),
        (Action.EDIT, "Wind"),
    ]
    assert service.adapter.titles(chat(1)) == ["Wind"]


async def test_an_unknown_send_with_another_picture_is_repeated_with_that_picture(service: Service) -> None:
    service.adapter.fail(PictureRefused("too large"), OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()

    assert [call.rung for call in service.adapter.calls_of(Action.SEND)] == [0, 1, 1]
