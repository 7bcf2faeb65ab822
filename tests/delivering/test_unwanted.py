"""A send whose outcome is not known, and that nobody wants any more: nothing of it stays, and nothing more is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.errors import DeliveryError, OutcomeUnknown, Rejected, TryLater
from bot.models import GONE, Action, DeliveryState, Outcome, Visibility, Withdrawn
from bot.records import Changes
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.delivering.test_unknown import caller_of, carry_out
from tests.state.making import chat, post, publish


async def take_back(service: Service) -> None:
    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)


async def unsubscribe(service: Service) -> None:
    await service.store.subscriptions.remove(chat(1), None)


Word = Callable[[Service], Awaitable[None]]
WORDS = pytest.mark.parametrize("word", [take_back, unsubscribe])


async def unknown(service: Service) -> None:
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)


@WORDS
@pytest.mark.parametrize("proof", [Proof.FINDS, Proof.NONCE])
async def test_what_arrived_is_found_and_taken_away(service: Service, word: Word, proof: Proof) -> None:
    service.adapter.proof = proof
    service.adapter.lose_answer()
    await unknown(service)

    await word(service)
    service.pass_time(5)
    await service.idle()

    assert service.adapter.messages(chat(1)) == []
    assert [call.action for call in service.adapter.calls] == [Action.SEND, Action.PROBE, Action.DELETE]


@WORDS
@pytest.mark.parametrize("proof", [Proof.FINDS, Proof.NONCE])
async def test_what_never_arrived_is_not_sent_nor_said_to_be_deleted(
    service: Service, word: Word, proof: Proof
) -> None:
    service.adapter.proof = proof
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await unknown(service)

    await word(service)
    service.pass_time(5)
    await service.idle()

    assert await service.outcomes() == [Outcome.UNKNOWN, Outcome.RETRY]
    left = await service.delivery()
    assert (left.state, left.wanted, left.nonce) == (DeliveryState.SETTLED, GONE, "")
    assert "never arrived" in left.reason


@WORDS
async def test_without_proof_it_waits_for_a_person_and_is_looked_for_again_by_their_word(
    service: Service, word: Word
) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await unknown(service)

    await word(service)
    service.pass_time(5)
    held = await service.reaches(DeliveryState.HELD)
    assert "remove it by hand" in held.reason

    service.adapter.proof = Proof.FINDS
    assert await service.store.deliveries.retry([DeliveryState.HELD], service.now) == 1
    await service.idle()
    assert service.adapter.messages(chat(1)) == []
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_looks_that_find_nothing_yet_come_ever_later(service: Service) -> None:
    service.adapter.lose_answer()
    service.adapter.fail(*[TryLater("it may still come")] * 4, action=Action.PROBE)
    await unknown(service)
    await take_back(service)

    for _ in range(30):
        service.pass_time(5)
        await service.quiet()

    assert len(service.adapter.calls_of(Action.PROBE)) == 5
    assert service.adapter.messages(chat(1)) == []


async def test_a_word_that_comes_while_it_is_found_safe_to_repeat_is_heard(service: Service) -> None:
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    await unknown(service)
    looked = service.adapter.hang(action=Action.PROBE)
    service.pass_time(5)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PROBE)))

    await take_back(service)
    looked.set()
    await service.idle()

    assert service.adapter.messages(chat(1)) == []
    assert service.adapter.calls_of(Action.DELETE)


@WORDS
async def test_a_word_that_comes_while_a_late_repeat_is_looked_into_is_heard(service: Service, word: Word) -> None:
    service.adapter.proof = Proof.NONCE
    service.adapter.lose_answer()
    await unknown(service)
    await service.stop()
    turns = caller_of(service)
    service.pass_time(5)
    await carry_out(turns, await service.delivery())

    service.pass_time(31)
    looked = service.adapter.hang(action=Action.PROBE)
    looking = asyncio.create_task(carry_out(turns, await service.delivery()))
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.PROBE)) == 2)
    await word(service)
    looked.set()
    await looking
    await service.start()
    await service.idle()

    assert len(service.adapter.calls_of(Action.SEND)) == 1
    assert service.adapter.messages(chat(1)) == []


@pytest.mark.parametrize("proof", list(Proof))
@pytest.mark.parametrize("looked_for", [True, False])
async def test_no_edit_brings_back_what_its_chat_unsubscribed_from(
    service: Service, proof: Proof, looked_for: bool
) -> None:
    service.adapter.proof = proof
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await unknown(service)
    await unsubscribe(service)
    if looked_for:
        service.pass_time(6)
        await service.idle()

    await publish(service.store, post(title="Edited"), service.now)
    service.pass_time(60)
    await service.idle()

    assert len(service.adapter.calls_of(Action.SEND)) == 1
    assert (await service.delivery()).wanted == GONE


async def test_what_its_chat_subscribed_to_again_comes_back_with_its_post(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await unknown(service)
    await unsubscribe(service)
    service.pass_time(6)
    await service.reaches(DeliveryState.HELD)
    await service.subscribe()
    service.adapter.proof = Proof.FINDS
    await publish(service.store, post(visibility=Visibility.DRAFT), service.now)

    await publish(service.store, post(), service.now)
    service.pass_time(60)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Rain"]
    assert len(service.adapter.calls_of(Action.SEND)) == 1


@WORDS
@pytest.mark.parametrize(
    ("refusal", "outcome"),
    [(TryLater("the platform is busy"), Outcome.RETRY), (Rejected("it is too long"), Outcome.FAILED)],
)
async def test_a_call_in_the_air_that_is_refused_is_done_with_and_stops_nobody(
    service: Service, word: Word, refusal: DeliveryError, outcome: Outcome
) -> None:
    await service.subscribe()
    late = service.adapter.refuse_late(refusal)
    await service.start()
    await service.publish()
    await service.reaches(DeliveryState.CLAIMED)

    await word(service)
    late.set()
    await service.reaches(DeliveryState.SETTLED)
    assert await service.outcomes() == [outcome]

    await service.subscribe(chat(2))
    await service.publish("breaking.md")
    await service.idle()
    assert service.adapter.titles(chat(2)) == ["Breaking"]


@WORDS
async def test_a_word_that_comes_while_it_is_looked_for_without_proof_is_heard(service: Service, word: Word) -> None:
    """Else it would be forgotten, and stand there for good."""
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await unknown(service)
    looked = service.adapter.refuse_late(OutcomeUnknown("there is no proof"), action=Action.PROBE)
    service.pass_time(5)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PROBE)))

    await word(service)
    looked.set()
    held = await service.reaches(DeliveryState.HELD)

    assert "remove it by hand" in held.reason
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_a_post_that_comes_back_while_its_message_is_looked_for_is_what_the_policy_decides_about(
    service: Service,
) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await unknown(service)
    await leave_and_keep(service)
    looked = service.adapter.refuse_late(OutcomeUnknown("there is no proof"), action=Action.PROBE)
    service.pass_time(5)
    await service.adapter.until(lambda: bool(service.adapter.calls_of(Action.PROBE)))

    await service.publish()
    looked.set()
    await service.reaches(DeliveryState.SETTLED)

    assert len(service.adapter.calls_of(Action.PROBE)) == 2, "a look for what is not wanted says nothing of that"
    assert len(service.adapter.calls_of(Action.SEND)) == 2


async def leave_and_keep(service: Service) -> None:
    """The post is a draft again, and NEWSBELL_WITHDRAWN=keep."""
    draft = post(visibility=Visibility.DRAFT)
    await publish(service.store, draft, service.now, changes=Changes(Withdrawn.KEEP))


@pytest.mark.parametrize("unknown_before", [True, False])
async def test_what_arrives_after_the_post_left_is_kept_as_what_arrived_before(
    service: Service, unknown_before: bool
) -> None:
    """Nobody would understand why some chats keep the message and others lose it."""
    if unknown_before:
        service.adapter.lose_answer()
        await unknown(service)
        await leave_and_keep(service)
        service.pass_time(5)
    else:
        await service.subscribe()
        arrives = service.adapter.hang()
        await service.start()
        await service.publish()
        await service.reaches(DeliveryState.CLAIMED)
        await leave_and_keep(service)
        arrives.set()
    kept = await service.reaches(DeliveryState.SETTLED)

    assert service.adapter.titles(chat(1)) == ["Rain"]
    assert kept.shown is not None
    assert kept.wanted == kept.shown.revision
    await take_back(service)
    await service.idle()
    assert service.adapter.titles(chat(1)) == []


async def test_what_never_arrived_is_not_sent_where_messages_are_kept(service: Service) -> None:
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await unknown(service)
    await leave_and_keep(service)
    service.pass_time(5)
    await service.idle()

    assert (await service.delivery()).wanted == GONE
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_nobody_is_asked_about_what_may_be_kept_and_back_again_it_is_looked_for(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await unknown(service)
    await leave_and_keep(service)
    service.pass_time(5)
    left = await service.reaches(DeliveryState.SETTLED)
    assert "stays if it is there" in left.reason

    service.adapter.proof = Proof.FINDS
    await service.publish()
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Rain"]
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_a_takeback_takes_away_what_was_to_be_kept(service: Service) -> None:
    service.adapter.lose_answer()
    await unknown(service)
    await leave_and_keep(service)
    await take_back(service)
    service.pass_time(5)
    await service.idle()

    assert service.adapter.titles(chat(1)) == []
