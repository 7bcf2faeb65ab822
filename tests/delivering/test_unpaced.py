"""What needs no call takes no turn: an edit that changes nothing in a chat leaves the pace to what does."""

from __future__ import annotations

from bot.models import Action, DeliveryState, Destination, Outcome
from bot.ports import Rate
from bot.records import Said
from tests.delivering.service import Service
from tests.delivering.test_unknown import caller_of
from tests.state.making import PICTURES, chat

EDITS = (Rate("edits", 2, 3600.0),)


def two_an_hour(_: Destination, action: Action) -> tuple[Rate, ...]:
    return EDITS if action is Action.EDIT else ()


async def shown_in(service: Service, chats: int) -> None:
    """A post without its picture."""
    service.adapter.limits = two_an_hour
    await service.subscribe(*(chat(number) for number in range(1, chats + 1)), image=False)
    await service.publish()
    await service.start()
    await service.idle()


async def test_an_edit_that_shows_the_same_everywhere_takes_no_turn(service: Service) -> None:
    await shown_in(service, 20)
    await service.publish(pictures=PICTURES)
    await service.idle()

    deliveries = [delivery for delivery, _ in await service.store.deliveries.of_post(1)]
    assert [one.shown and one.shown.revision for one in deliveries] == [2] * 20
    assert service.adapter.calls_of(Action.EDIT) == []
    assert service.pacer.blocker(EDITS) is None

    await service.publish("wind.md")
    await service.idle()
    assert service.adapter.titles(chat(20)) == ["Rain", "Wind"]


async def test_after_a_restart_it_counts_as_no_call_either(service: Service) -> None:
    await shown_in(service, 3)
    await service.publish(pictures=PICTURES)
    await service.idle()
    await service.stop()
    await service.start()
    await service.publish(title="Storm")
    await service.adapter.until(lambda: len(service.adapter.calls_of(Action.EDIT)) == 2)

    assert service.pacer.blocker(EDITS) is not None, "the third one waits"


async def test_where_the_wish_moves_on_before_the_claim_the_call_takes_its_turn(service: Service) -> None:
    await shown_in(service, 1)
    await service.stop()
    await service.publish(pictures=PICTURES)
    caller, shows_the_same = caller_of(service), await service.delivery()
    caller.note(Said(1, 2, await service.store.deliveries.announcement(1, 2), {}))
    assert caller.needs_no_call(shows_the_same)

    service.pacer.count(EDITS)
    await service.publish(title="Storm")
    (turn,) = await caller.claim([shows_the_same])
    await caller.carry_out(turn)

    assert await service.outcomes() == [Outcome.SENT, Outcome.EDITED]
    assert service.pacer.blocker(EDITS) is not None, "with the one that was counted before, it was the second"


async def test_where_the_platform_is_silent_then_it_goes_back_for_no_brake_stops_what_is_claimed(
    service: Service,
) -> None:
    await shown_in(service, 1)
    await service.stop()
    await service.publish(pictures=PICTURES)
    caller, shows_the_same = caller_of(service), await service.delivery()
    caller.note(Said(1, 2, await service.store.deliveries.announcement(1, 2), {}))
    await service.publish(title="Storm")
    (turn,) = await caller.claim([shows_the_same])

    service.pacer.hold_keys([EDITS[0].key], 300.0)
    await caller.carry_out(turn)

    assert service.adapter.calls_of(Action.EDIT) == []
    assert (await service.delivery()).state is DeliveryState.DUE
