"""A chat that can't be written to is suspended, tried now and then, and resumed; an outage suspends nobody."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.delivering.decisions import DOUBT_SECONDS, OUTAGE_SECONDS
from bot.delivering.doors import KNOCKS, Doors
from bot.errors import DestinationLost, NeverArrived, OutcomeUnknown, PictureRefused, TryLater
from bot.models import Action, DeliveryState, Destination, DestinationState, Outcome
from bot.ports import Rate
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat, eventually

HOUR = 3600.0
NO_RIGHTS = DestinationLost("the bot may not write there", doubtful=True)


def doors(service: Service) -> Doors:
    """As after a start."""
    return Doors(service.adapter, service.store.subscriptions, lambda: service.now)


async def state_of(service: Service, number: int = 1) -> DestinationState:
    place = await service.store.subscriptions.place(chat(number))
    assert place
    return place.state


async def suspended(service: Service, *numbers: int) -> None:
    """Chats that were closed, with two posts waiting before each."""
    await service.subscribe(*(chat(number) for number in numbers or (1,)))
    for number in numbers or (1,):
        service.adapter.close_chat(chat(number))
    await service.publish("a.md", "b.md")
    await service.start()
    await service.idle()
    service.adapter.calls.clear()


async def test_a_door_is_tried_once_an_hour_with_one_call_and_what_fails_changes_nothing(service: Service) -> None:
    await suspended(service)
    closed = doors(service)
    since = service.now

    for _ in range(3):
        await closed.look()
        await service.idle()
    assert service.adapter.calls == []

    for _ in range(3):
        service.pass_time(HOUR)
        await closed.look()
        await service.idle()
    assert [call.title for call in service.adapter.calls] == ["A"] * 3
    assert await state_of(service) is DestinationState.SUSPENDED
    with service.office.stranger() as connection:
        [row] = connection.execute("SELECT state_since, on_trial FROM destinations").fetchall()
        assert (row["state_since"][:19], row["on_trial"]) == (since.isoformat()[:19], 0)
        assert [each["parked"] for each in connection.execute("SELECT parked FROM deliveries")] == [1, 1]


async def test_a_door_that_opened_without_a_word_lets_everything_through_in_order(service: Service) -> None:
    await suspended(service)
    service.adapter.reopen_chat(chat(1))

    service.pass_time(HOUR)
    await doors(service).look()
    await eventually(lambda: _shows(service, 2))

    assert service.adapter.titles(chat(1)) == ["A", "B"]
    await eventually(lambda: _is_active(service))


async def test_a_post_that_comes_later_waits_too_and_asks_as_well(service: Service) -> None:
    await suspended(service)
    await service.store.subscriptions.remove(chat(1), None)
    await service.subscribe()
    closed = doors(service)
    service.pass_time(HOUR)
    await closed.look()
    assert service.adapter.calls == []

    service.adapter.reopen_chat(chat(1))
    await service.publish("c.md")
    await service.idle()
    assert service.adapter.calls == []
    service.pass_time(HOUR)
    await closed.look()
    await eventually(lambda: _shows(service, 1))


async def test_the_longer_a_door_is_closed_the_less_often_it_is_tried(service: Service) -> None:
    await suspended(service)
    closed = doors(service)
    for _ in range(4 * 24):
        service.pass_time(HOUR)
        await closed.look()
        await service.idle()

    assert 10 < len(service.adapter.calls) < 25


async def test_a_start_tries_all_doors_but_one_that_crashes_does_not_hammer(service: Service) -> None:
    await suspended(service)
    service.pass_time(3 * 24 * HOUR)
    for _ in range(5):
        await doors(service).look()
        await service.idle()
        service.pass_time(60)

    assert len(service.adapter.calls) == 1


@pytest.mark.parametrize("tried_before", [False, True])
async def test_a_clock_that_is_set_back_keeps_no_door_from_being_tried(service: Service, *, tried_before: bool) -> None:
    await suspended(service)
    closed = doors(service)
    if tried_before:
        service.pass_time(HOUR)
        await closed.look()
        await service.idle()
        service.adapter.calls.clear()

    service.pass_time(-3 * 24 * HOUR)
    await eventually(lambda: _nothing_waits(service))
    for _ in range(3):
        await closed.look()
        await service.idle()
    assert len(service.adapter.calls) == 1, "it is not hammered at either"

    service.pass_time(HOUR)
    await closed.look()
    await service.idle()
    assert len(service.adapter.calls) == 2


async def test_no_more_than_a_few_doors_are_tried_with_one_look(service: Service) -> None:
    await suspended(service, *range(1, KNOCKS + 6))
    closed = doors(service)
    service.pass_time(HOUR)
    await closed.look()
    await service.idle()
    assert len(service.adapter.calls) == KNOCKS
    await closed.look()
    await service.idle()

    assert len({call.destination for call in service.adapter.calls}) == len(service.adapter.calls) == KNOCKS + 5


async def test_what_ends_otherwise_leaves_the_door_closed(service: Service) -> None:
    await suspended(service)
    service.adapter.reopen_chat(chat(1))
    service.adapter.fail(TryLater("a bad gateway"))
    closed = doors(service)
    service.pass_time(HOUR)
    await closed.look()
    await service.idle()
    service.pass_time(600)
    await service.idle()

    assert len(service.adapter.calls) == 1
    assert await state_of(service) is DestinationState.SUSPENDED


async def test_a_refused_picture_is_followed_by_the_next_on_the_same_trial(service: Service) -> None:
    await service.subscribe()
    service.adapter.close_chat(chat(1))
    await service.publish("a.md", pictures=PICTURES)
    await service.start()
    await service.idle()
    service.adapter.reopen_chat(chat(1))
    service.adapter.fail(PictureRefused("too large"))
    service.pass_time(HOUR)
    await doors(service).look()

    await eventually(lambda: _shows(service, 1))
    await eventually(lambda: _is_active(service))


async def test_a_lost_answer_on_trial_is_settled_before_anything_else_is_sent(service: Service) -> None:
    await suspended(service)
    service.adapter.reopen_chat(chat(1))
    service.adapter.lose_answer()
    closed = doors(service)
    service.pass_time(HOUR)
    await closed.look()
    await eventually(lambda: _stands(service, DeliveryState.UNKNOWN))
    await service.die()

    service.pass_time(2 * HOUR)
    await service.start()
    await closed.look()
    await eventually(lambda: _shows(service, 2))
    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_a_look_on_trial_that_has_to_be_made_again_does_not_close_the_door(service: Service) -> None:
    service.adapter.lose_answer()
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", service.now)
    service.adapter.fail(TryLater("not all of the chat is known yet; looking on", 2), action=Action.PROBE)

    service.pass_time(HOUR)
    await doors(service).look()
    await service.quiet()
    service.pass_time(60)
    await service.idle()

    assert await state_of(service) is DestinationState.ACTIVE
    assert service.adapter.titles(chat(1)) == ["A", "B"]


async def test_what_was_put_off_on_trial_does_not_close_the_door(service: Service) -> None:
    await suspended(service)
    service.adapter.reopen_chat(chat(1))
    chats = Rate("chat:1", 1, 1.0)

    def limits(_destination: Destination, _action: Action) -> tuple[Rate, ...]:
        """A silence begins between the claim and the call."""
        if service.dispatcher._flying:
            service.pacer.hold_keys([chats.key], 7.0)
        return (chats,)

    service.adapter.limits = limits

    async def is_put_off() -> bool:
        return Outcome.PUT_OFF in await service.outcomes()

    service.pass_time(HOUR)
    await doors(service).look()
    await eventually(is_put_off)
    service.adapter.limits = lambda _destination, _action: (chats,)
    service.pacer._held.clear()  # its clock is the loop's, and not the test's
    service.pass_time(8)
    await eventually(lambda: _shows(service, 2))
    await eventually(lambda: _is_active(service))


async def test_what_never_arrived_is_sent_in_the_trial_that_found_it_out(service: Service) -> None:
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish("a.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", service.now)

    service.pass_time(HOUR)
    await doors(service).look()
    await eventually(lambda: _shows(service, 1))

    await eventually(lambda: _is_active(service))


async def test_one_call_at_a_time_goes_through_on_trial_also_where_a_message_was_lost(service: Service) -> None:
    service.adapter.fail(OutcomeUnknown("no answer came"))
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.reaches(DeliveryState.UNKNOWN)
    await service.store.subscriptions.set_state(chat(1), DestinationState.SUSPENDED, "kicked", service.now)
    service.adapter.close_chat(chat(1))
    service.adapter.fail(NeverArrived("it is not there"), action=Action.PROBE)

    service.pass_time(HOUR)
    await doors(service).look()
    await service.quiet()

    assert len(service.adapter.calls_of(Action.SEND)) == 2, "the lost one, and one that tries the door"
    assert await state_of(service) is DestinationState.SUSPENDED


async def test_what_a_person_paused_is_not_tried(service: Service) -> None:
    await suspended(service)
    closed = doors(service)
    service.adapter.hang()
    service.pass_time(HOUR)
    await service.store.subscriptions.set_state(chat(1), DestinationState.PAUSED, "a person's word", service.now)
    await closed.look()
    await service.idle()

    assert service.adapter.calls == []


async def test_after_a_week_what_waits_is_given_up_and_the_trace_says_why(service: Service) -> None:
    await suspended(service)
    closed = doors(service)
    service.pass_time(timedelta(days=6).total_seconds())
    await service.publish("late.md")
    await closed.look()
    await service.idle()
    assert (await service.delivery(1)).state is DeliveryState.DUE

    service.pass_time(timedelta(days=1).total_seconds())
    await closed.look()

    given_up = await service.delivery(1)
    assert given_up.state is DeliveryState.FAILED
    assert given_up.reason == "it could not be delivered for 7 days: the bot was removed from the chat"
    assert (await service.delivery(3)).state is DeliveryState.DUE, "it has waited for a day only"
    service.adapter.reopen_chat(chat(1))
    await service.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", service.now)
    await eventually(lambda: _shows(service, 1))
    assert service.adapter.titles(chat(1)) == ["Late"]


async def test_the_others_are_unharmed(service: Service) -> None:
    await service.subscribe(chat(1), chat(2))
    service.adapter.close_chat(chat(1))
    await service.publish("a.md", "b.md")
    await service.start()
    await service.idle()

    assert service.adapter.titles(chat(2)) == ["A", "B"]
    assert [call.title for call in service.adapter.calls if call.destination == chat(1)] == ["A"]


async def test_a_single_chat_is_believed_the_second_time(service: Service) -> None:
    await service.subscribe()
    service.adapter.fail(NO_RIGHTS, NO_RIGHTS)
    await service.publish()
    await service.start()
    await service.quiet()
    assert await state_of(service) is DestinationState.ACTIVE
    service.pass_time(DOUBT_SECONDS)
    await service.quiet()

    assert await state_of(service) is DestinationState.SUSPENDED
    assert await service.outcomes() == [Outcome.RETRY, Outcome.SUSPENDED]


@pytest.mark.parametrize("number", [4, 12])
async def test_an_outage_that_takes_the_rights_of_many_suspends_nobody(service: Service, number: int) -> None:
    chats = [chat(each) for each in range(1, number + 1)]
    await service.subscribe(*chats)
    for each in chats:
        service.adapter.fail(*[NO_RIGHTS] * 4, chat=each.chat_id, action=Action.SEND)
    await service.publish()
    await service.start()
    await service.quiet()
    for _ in range(3):
        service.pass_time(OUTAGE_SECONDS)
        await service.quiet()
        assert {await state_of(service, each) for each in range(1, number + 1)} == {DestinationState.ACTIVE}

    service.pass_time(OUTAGE_SECONDS)
    await eventually(lambda: _all_have_it(service, number))


async def test_who_lost_the_right_when_the_outage_is_over_is_suspended(service: Service) -> None:
    chats = [chat(each) for each in range(1, 7)]
    await service.subscribe(*chats)
    for each in chats:
        service.adapter.fail(*[NO_RIGHTS] * (9 if each == chat(1) else 2), chat=each.chat_id)
    await service.publish()
    await service.start()
    for _ in range(4):
        await service.quiet()
        service.pass_time(OUTAGE_SECONDS)
    await service.quiet()

    states = [await state_of(service, number) for number in range(1, 7)]
    assert states == [DestinationState.SUSPENDED] + [DestinationState.ACTIVE] * 5


async def _shows(service: Service, number: int) -> bool:
    return len(service.adapter.titles(chat(1))) == number


async def _is_active(service: Service) -> bool:
    return await state_of(service) is DestinationState.ACTIVE


async def _nothing_waits(service: Service) -> bool:
    with service.office.stranger() as connection:
        [last] = connection.execute("SELECT max(due_at) FROM deliveries").fetchone()
    return datetime.fromisoformat(last) <= service.now


async def _stands(service: Service, state: DeliveryState) -> bool:
    return (await service.delivery()).state is state


async def _all_have_it(service: Service, number: int) -> bool:
    return all(service.adapter.titles(chat(each)) for each in range(1, number + 1))
