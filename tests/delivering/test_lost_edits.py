"""An edit or a deletion whose answer was lost: it was done, or not, or it still will be; nobody knows what is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.errors import DestinationLost, OutcomeUnknown, TryLater
from bot.models import Action, DeliveryState, DestinationState, Outcome, Withdrawn
from tests.delivering.service import Service
from tests.state.making import chat


async def shown(service: Service) -> None:
    """A post stands in the chat."""
    await service.subscribe()
    await service.publish(title="Right")
    await service.start()
    await service.idle()


async def take_back(service: Service) -> None:
    await service.store.posts.leave(1, Withdrawn.DELETE, service.now)


async def lost_edit(service: Service) -> None:
    """It was edited to what it must not say, and nobody has heard of that."""
    await shown(service)
    service.adapter.lose_answer(action=Action.EDIT)
    await service.publish(title="Wrong")
    await service.quiet()
    assert service.adapter.titles(chat(1)) == ["Wrong"]


async def lost_deletion(service: Service) -> None:
    """It is gone, and nobody has heard of that."""
    await shown(service)
    service.adapter.lose_answer(action=Action.DELETE)
    await take_back(service)
    await service.quiet()
    assert service.adapter.titles(chat(1)) == []


async def killed_in_an_edit(service: Service) -> None:
    await shown(service)
    service.adapter.hang(action=Action.EDIT)
    await service.publish(title="Wrong")
    await service.adapter.until(lambda: service.adapter.titles(chat(1)) == ["Wrong"])
    await service.die()
    await service.start()


async def killed_in_a_deletion(service: Service) -> None:
    await shown(service)
    service.adapter.hang(action=Action.DELETE)
    await take_back(service)
    await service.adapter.until(lambda: service.adapter.titles(chat(1)) == [])
    await service.die()
    await service.start()


Step = Callable[[Service], Awaitable[None]]


@pytest.mark.parametrize("loss", [lost_edit, killed_in_an_edit])
async def test_what_a_lost_edit_did_is_undone_by_the_edit_that_says_the_old_again(service: Service, loss: Step) -> None:
    await loss(service)
    await service.publish(title="Right")

    service.pass_time(60)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Right"]
    assert len(service.adapter.calls_of(Action.SEND)) == 1


async def test_calls_that_come_to_nothing_after_a_lost_edit_make_nobody_surer(service: Service) -> None:
    await lost_edit(service)
    service.adapter.fail(TryLater("down", 5), DestinationLost("kicked"), action=Action.EDIT)
    for seconds in (20, 5):
        service.pass_time(seconds)
        await service.quiet()

    await service.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", service.now)
    await service.publish(title="Right")
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Right"]


@pytest.mark.parametrize("title", ["Right", "Other words"])
@pytest.mark.parametrize("loss", [lost_deletion, killed_in_a_deletion])
async def test_a_post_that_is_back_after_its_lost_deletion_is_sent_anew(
    service: Service, loss: Step, title: str
) -> None:
    await loss(service)
    await service.publish(title=title)

    service.pass_time(60)
    await service.idle()

    assert service.adapter.titles(chat(1)) == [title]
    [left] = await service.store.deliveries.of_post(1)
    assert left[0].shown
    assert not left[0].shown.may_be_gone


async def test_a_post_that_is_back_after_its_lost_deletion_was_done_again_is_sent_anew(service: Service) -> None:
    await lost_deletion(service)
    service.pass_time(60)
    await service.idle()
    assert await service.outcomes() == [Outcome.SENT, Outcome.RETRY, Outcome.GONE]
    assert "by a deletion of newsbell's that had no answer" in (await service.delivery()).reason

    await service.publish(title="Right")
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["Right"]


async def test_a_post_that_is_back_after_a_deletion_that_was_not_done_keeps_its_message(service: Service) -> None:
    await shown(service)
    [before] = service.adapter.messages(chat(1))
    service.adapter.fail(OutcomeUnknown("no answer came"), action=Action.DELETE)
    await take_back(service)
    await service.quiet()

    await service.publish(title="Right")
    service.pass_time(20)
    await service.idle()

    assert service.adapter.messages(chat(1)) == [before]


async def test_what_somebody_removed_after_a_lost_edit_is_not_sent_again(service: Service) -> None:
    await lost_edit(service)
    [message] = service.adapter.messages(chat(1))
    service.adapter.remove(chat(1), message.id)

    service.pass_time(60)
    await service.idle()
    await service.publish(title="Right")
    await service.idle()

    assert service.adapter.titles(chat(1)) == []


# --- nothing overtakes it


async def mark(service: Service) -> None:
    await service.store.posts.take_back(1, Withdrawn.MARK, service.now)


async def hold_edit_and_release(service: Service) -> None:
    await service.store.posts.hold(1, service.now)
    await service.publish(title="Better")
    await service.store.posts.free(1, service.now)


@pytest.mark.parametrize("word", [mark, hold_edit_and_release])
async def test_no_edit_goes_before_a_lost_one_can_arrive_no_more(service: Service, word: Step) -> None:
    """It would be overwritten by the one that arrives late, and nobody would know."""
    await lost_edit(service)
    await word(service)
    service.pass_time(19)
    await service.quiet()
    assert len(service.adapter.calls_of(Action.EDIT)) == 1

    service.pass_time(1)
    await service.idle()
    assert len(service.adapter.calls_of(Action.EDIT)) == 2
    assert service.adapter.titles(chat(1)) != ["Wrong"]


async def test_no_edit_goes_before_a_lost_deletion_can_arrive_no_more(service: Service) -> None:
    await lost_deletion(service)
    await service.publish(title="Right")
    service.pass_time(19)
    await service.quiet()
    assert service.adapter.calls_of(Action.EDIT) == []

    service.pass_time(1)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Right"]


async def test_a_deletion_waits_for_no_lost_edit(service: Service) -> None:
    await lost_edit(service)
    await take_back(service)
    await service.quiet()

    assert service.adapter.titles(chat(1)) == []


async def test_a_deletion_that_was_wished_for_while_an_edit_was_in_the_air_waits_for_it_no_longer(
    service: Service,
) -> None:
    await shown(service)
    lost = service.adapter.refuse_late(OutcomeUnknown("no answer came"), action=Action.EDIT)
    await service.publish(title="Wrong")
    await service.reaches(DeliveryState.CLAIMED)
    await take_back(service)
    lost.set()
    await service.idle()

    assert service.adapter.titles(chat(1)) == []
    assert len(service.adapter.calls_of(Action.EDIT)) == 1


async def test_a_mark_that_was_wished_for_while_an_edit_was_in_the_air_waits_for_it(service: Service) -> None:
    await shown(service)
    lost = service.adapter.refuse_late(OutcomeUnknown("no answer came"), action=Action.EDIT)
    await service.publish(title="Wrong")
    await service.reaches(DeliveryState.CLAIMED)
    await mark(service)
    lost.set()
    await service.quiet()
    assert len(service.adapter.calls_of(Action.EDIT)) == 1

    service.pass_time(20)
    await service.idle()
    assert service.adapter.titles(chat(1)) == ["Withdrawn: Right"]


async def test_a_lost_edit_of_another_clock_is_not_waited_for(service: Service) -> None:
    await lost_edit(service)
    await service.stop()

    service.pass_time(-3600)
    await service.start()
    await service.idle()

    assert len(service.adapter.calls_of(Action.EDIT)) == 2
