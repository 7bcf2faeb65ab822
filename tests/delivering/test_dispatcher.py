"""Wanted becomes shown: on the real store, whatever the platform does."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivering.conclusions import HOLDS_UP
from bot.delivering.pacer import Pacer
from bot.delivering.remembering import recall
from bot.errors import (
    BotRefused,
    DestinationLost,
    OutcomeUnknown,
    Rejected,
    Scope,
    TryLater,
)
from bot.models import Action, DeliveryState, Outcome, Overrides
from bot.ports import Rate
from tests.delivering.service import Service
from tests.state.making import BOT, chat, eventually, later, post


async def test_two_hundred_deliveries_are_all_sent_once(service: Service) -> None:
    places = [chat(number) for number in range(200)]
    await service.subscribe(*places)
    await service.start()
    await service.publish()

    await service.idle()

    assert sorted(call.destination for call in service.adapter.calls) == sorted(places)
    assert [service.adapter.titles(place) for place in places] == [["Rain"]] * 200
    assert await service.store.deliveries.counts() == {("fake", "settled"): 200}
    assert service.adapter.most_in_air <= 32


async def test_posts_reach_a_chat_in_the_order_in_which_they_became_due(service: Service) -> None:
    await service.subscribe(chat(1), chat(2))
    await service.start()
    await service.publish(*(f"{number:02}.md" for number in range(20)))

    await service.idle()

    in_order = [f"{number:02}" for number in range(20)]
    assert service.adapter.titles(chat(1)) == in_order
    assert service.adapter.titles(chat(2)) == in_order


async def test_a_breaking_post_overtakes(service: Service) -> None:
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.publish("flood.md", overrides=Overrides(breaking=True))

    await service.start()
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Flood", "A", "B"]


async def test_a_breaking_post_overtakes_those_that_wait_in_line_already(service: Service) -> None:
    service.adapter.limits = lambda destination, action: (Rate(f"chat:{destination.chat_id}", 1, 0.05),)
    await service.subscribe()
    await service.publish("a.md", "b.md", "c.md")
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.calls))

    await service.publish("flood.md", overrides=Overrides(breaking=True))
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "Flood", "B", "C"]


async def test_one_chat_has_one_call_in_the_air_at_a_time(service: Service) -> None:
    answer = service.adapter.hang(chat="1")
    await service.subscribe(chat(1), chat(2))
    await service.publish("a.md", "b.md")

    await service.start()
    await service.adapter.until(lambda: service.adapter.titles(chat(2)) == ["A", "B"])
    assert [call.title for call in service.adapter.calls if call.destination == chat(1)] == ["A"]

    answer.set()
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "B"]


@pytest.mark.parametrize(
    "error",
    [
        TryLater("the platform is down"),
        TryLater("too many", 30, flood=True),
        Rejected("too long"),
        DestinationLost("kicked"),
        OutcomeUnknown("no answer came"),
        ValueError("a bug in the adapter"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_failing_destination_delays_nobody_else(service: Service, error: Exception) -> None:
    service.adapter.fail(error, chat="1")
    others = [chat(number) for number in range(2, 12)]
    await service.subscribe(chat(1), *others)
    await service.publish("a.md", "b.md")

    await service.start()
    await service.quiet()

    assert [service.adapter.titles(place) for place in others] == [["A", "B"]] * 10


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (TryLater("the platform is down"), Outcome.RETRY),
        (TryLater("a proxy's page says that it is too much", flood=True), Outcome.FLOOD),
    ],
)
async def test_a_send_that_fails_is_tried_again_later_and_later(
    service: Service, error: TryLater, outcome: Outcome
) -> None:
    service.adapter.fail(*[error] * 3)
    await service.subscribe()
    await service.publish()
    await service.start()

    for tries, at_least in ((1, 1.6), (2, 4), (3, 12)):
        await service.quiet()
        waiting = await service.delivery()
        assert waiting.tries == tries
        assert (waiting.due_at - service.now).total_seconds() >= at_least
        service.pass_time(at_least * 1.5)

    await service.idle()
    assert await service.outcomes() == [outcome] * 3 + [Outcome.SENT]
    settled = await service.delivery()
    assert (settled.tries, settled.reason, settled.nonce) == (0, "", "")
    assert service.adapter.titles(chat(1)) == ["Rain"]


async def test_a_retry_holds_up_its_chat_for_a_minute_at_most(service: Service) -> None:
    service.adapter.fail(TryLater("later", 600), chat="1")
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.quiet()
    assert service.adapter.titles(chat(1)) == []

    service.pass_time(HOLDS_UP.total_seconds())
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["B"]

    service.pass_time(600)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["B", "A"]


async def test_a_retry_of_one_chat_does_not_wait_for_another_chats_pace(service: Service) -> None:
    service.adapter.limits = lambda destination, action: (
        (Rate("slow", 1, 3600.0),) if destination == chat("slow") else ()
    )
    await service.subscribe(chat("slow"))
    await service.publish("a.md", "b.md")
    service.let_time_pass()
    await service.start()
    await service.adapter.until(lambda: service.adapter.titles(chat("slow")) == ["A"])
    service.adapter.fail(TryLater("in a moment", 0.6), chat="quick")

    await service.subscribe(chat("quick"), kind="category", value="sport")
    await service.publish("c.md", categories=("Sport",))

    await service.adapter.until(lambda: service.adapter.titles(chat("quick")) == ["C"], seconds=2)


async def test_a_flood_wait_stops_its_chat_alone_uses_up_no_try_and_survives_a_restart(service: Service) -> None:
    service.adapter.fail(TryLater("too many", 300, flood=True), chat="1")
    await service.subscribe(chat(1), chat(2))
    await service.publish("a.md", "b.md")
    await service.start()
    await service.quiet()
    assert service.adapter.titles(chat(2)) == ["A", "B"]

    await service.die()
    await service.start()
    service.pass_time(299)
    await service.quiet()
    assert service.adapter.titles(chat(1)) == []
    assert [one.tries for one in await service.store.deliveries.listing([DeliveryState.DUE], limit=9)] == [0, 0]

    service.pass_time(1)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_a_flood_wait_of_the_whole_bot_stops_everybody_and_survives_a_restart(service: Service) -> None:
    service.adapter.fail(TryLater("too many", 100, flood=True, scope=Scope.BOT))
    await service.subscribe(*map(chat, range(3)))
    await service.publish()
    await service.start(in_flight=1)
    await service.adapter.until(lambda: bool(service.adapter.calls))

    await eventually(lambda: _waits(service))
    await service.stop()
    await service.start()
    service.pass_time(99)
    assert len(service.adapter.calls) == 1

    service.pass_time(1)
    await service.idle()
    assert [service.adapter.titles(chat(number)) for number in range(3)] == [["Rain"]] * 3


async def test_a_chat_that_asked_for_silence_has_it_after_a_restart_too(service: Service) -> None:
    rates = Rate("bot", 1000, 1.0, even=True), Rate("chat:1", 5, 1.0)
    service.adapter.limits = lambda destination, action: rates
    service.adapter.fail(TryLater("too many", 500, flood=True, scope=Scope.UNSAID))
    await service.subscribe()
    await service.publish()
    await service.start()
    await eventually(lambda: _is_silent(service, "chat:1"))
    await service.stop()

    pacer = Pacer(asyncio.get_running_loop().time)
    await recall(pacer, service.store.deliveries, service.adapter, service.now)

    blocked = pacer.blocker(rates)
    assert blocked is not None
    assert blocked[0].key == "chat:1"
    assert blocked[1] > asyncio.get_running_loop().time() + 400


async def test_where_no_time_is_named_a_chat_and_then_the_bot_are_silent_for_the_back_off(service: Service) -> None:
    """A 429 that is a proxy's page."""
    bot = Rate("bot", 1000, 1.0, even=True)
    service.adapter.limits = lambda destination, action: (bot, Rate(f"chat:{destination.chat_id}", 5, 1.0))
    service.adapter.fail(*[TryLater("too many", flood=True, scope=Scope.UNSAID)] * 2)
    await service.subscribe(chat(1), chat(2))
    await service.publish()
    await service.start()
    await eventually(lambda: _is_silent(service, "bot"))
    await service.stop()

    silences = dict(await service.store.deliveries.silences("fake", service.now))
    waits = {one.destination.chat_id: one.due_at for one, _ in await service.store.deliveries.of_post(1)}
    assert {silences["chat:1"], silences["chat:2"]} == set(waits.values())
    assert silences["bot"] in waits.values()
    assert min(waits.values()) > later(1.5)


async def test_edits_that_are_too_many_for_their_route_keep_no_post_waiting(service: Service) -> None:
    await service.subscribe()
    await service.start()
    await service.publish("a.md")
    await service.idle()
    service.adapter.fail(TryLater("too many edits", 100, flood=True, scope=Scope.ROUTE), action=Action.EDIT)

    await service.publish("a.md", title="A, edited")
    await service.publish("b.md")
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A", "B"]

    service.pass_time(100)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["A, edited", "B"]


async def _is_silent(service: Service, key: str) -> bool:
    return key in dict(await service.store.deliveries.silences("fake", service.now))


async def _waits(service: Service) -> bool:
    return await service.store.deliveries.bot_waits_until("fake", BOT) is not None


async def test_a_refused_token_rests_the_bot_and_forgets_nothing(service: Service) -> None:
    service.adapter.fail(BotRefused("the token was revoked"))
    await service.subscribe()
    await service.publish()
    await service.start()

    async def refused() -> bool:
        return await service.outcomes() == [Outcome.RETRY]

    await eventually(refused)
    assert (await service.delivery()).tries == 0
    assert len(service.adapter.calls) == 1
    assert await service.store.deliveries.bot_waits_until("fake", BOT) is None  # a restart may bring a better token

    service.pass_time(300)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Rain"]


async def test_a_post_that_was_mended_while_its_first_form_was_refused_is_sent(service: Service) -> None:
    answer = service.adapter.refuse_late(Rejected("the text is too long"))
    await service.subscribe()
    await service.publish_post(post(title="Too long"))
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.calls))

    await service.publish_post(post(title="Short"))
    answer.set()
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Short"]


async def test_a_flood_wait_in_one_topic_keeps_the_whole_chat_silent(service: Service) -> None:
    topics = [chat(1, thread=str(number)) for number in range(6)]
    service.adapter.limits = lambda destination, action: (Rate(f"chat:{destination.chat_id}", 100, 1.0),)
    service.adapter.fail(TryLater("too many requests", 0.5, flood=True))
    await service.subscribe(*topics)
    await service.start(in_flight=1)
    await service.publish()
    await service.adapter.until(lambda: bool(service.adapter.calls))
    await service.quiet()
    assert len(service.adapter.calls) == 1

    service.pass_time(1)
    await service.idle()
    assert all(service.adapter.titles(topic) == ["Rain"] for topic in topics)


async def test_nothing_to_do_is_idle_and_something_in_the_air_is_not(service: Service) -> None:
    await service.subscribe()
    await service.start()
    assert await service.dispatcher.idle()

    answer = service.adapter.hang()
    await service.publish_post(post())
    await service.adapter.until(lambda: bool(service.adapter.calls))
    assert not await service.dispatcher.idle()

    answer.set()
    await service.idle()
