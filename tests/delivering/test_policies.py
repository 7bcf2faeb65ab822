"""Where no proof can be had whether a message arrived, the policy of its chat decides, or else the site's."""

from __future__ import annotations

import pytest

from bot.errors import TryLater
from bot.models import Action, DeliveryState, OnUnknown
from tests.adapters.fake import Proof
from tests.delivering.service import Service
from tests.state.making import chat


async def test_where_the_policy_says_so_an_unprovable_unknown_waits_for_a_person(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.store.subscriptions.set_on_unknown(chat(1), OnUnknown.HOLD)
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)

    service.pass_time(5)
    await service.idle()
    held = await service.delivery()
    assert held.state is DeliveryState.HELD
    assert held.reason.endswith("it waits rather than being sent twice, as on-unknown of this chat says")
    assert service.adapter.titles(chat(1)) == ["A", "B"], "and holds up nobody"

    assert await service.store.deliveries.retry([DeliveryState.HELD], service.now) == 1
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "B", "A"]


async def test_the_sites_policy_holds_where_the_chat_has_none(service: Service) -> None:
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer(times=2)
    await service.subscribe(chat(1), chat(2))
    await service.store.subscriptions.set_on_unknown(chat(2), OnUnknown.RESEND)
    await service.publish()
    await service.start(on_unknown=OnUnknown.HOLD)
    await service.adapter.until(lambda: len(service.adapter.calls) == 2)
    await service.quiet()

    service.pass_time(5)
    await service.idle()
    assert [len(service.adapter.messages(chat(number))) for number in (1, 2)] == [1, 2]
    [held] = await service.store.deliveries.listing([DeliveryState.HELD], limit=9)
    assert held.reason.endswith("sent twice, as NEWSBELL_ON_UNKNOWN says")

    retried = await service.store.deliveries.retry([held.state], service.now, on_unknown=OnUnknown.HOLD)
    await service.idle()
    assert retried == 1
    assert len(service.adapter.messages(chat(1))) == 2, "a person's word sends it"


async def held(service: Service) -> None:
    """What may be there, or not, waits for a person's word."""
    service.adapter.proof = Proof.NONE
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish("a.md")
    await service.start(on_unknown=OnUnknown.HOLD)
    await service.reaches(DeliveryState.UNKNOWN)
    service.pass_time(5)
    await service.reaches(DeliveryState.HELD)


async def send_it(service: Service) -> None:
    """`newsbell deliveries retry --held`."""
    assert await service.store.deliveries.retry([DeliveryState.HELD], service.now, on_unknown=OnUnknown.HOLD) == 1


@pytest.mark.parametrize("trouble", [TryLater("offline"), TryLater("wait", 30, flood=True)])
async def test_a_persons_word_outlives_a_send_that_was_refused_for_now(service: Service, trouble: TryLater) -> None:
    await held(service)
    service.adapter.fail(trouble, action=Action.SEND)
    await send_it(service)
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.SEND)) == 2)
    await service.reaches(DeliveryState.DUE)

    service.pass_time(60)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "A"]


async def test_a_persons_word_that_comes_while_newsbell_is_down_is_heard(service: Service) -> None:
    await held(service)
    await service.die()
    await send_it(service)
    await service.start(on_unknown=OnUnknown.HOLD)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "A"]


async def test_at_a_persons_word_it_says_what_its_post_says_by_then(service: Service) -> None:
    await held(service)
    await service.publish("a.md", title="Mended")
    await send_it(service)
    await service.idle()

    assert [call.title for call in service.adapter.calls_of(Action.SEND)] == ["A", "Mended"]
