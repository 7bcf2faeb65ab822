"""What each end of a call leads to, seen from the chat: pictures, losses, moves, removals and edits."""

from __future__ import annotations

from bot.errors import (
    DestinationLost,
    DestinationMoved,
    PictureRefused,
    Rejected,
    TryLater,
)
from bot.models import Action, DeliveryState, DestinationState, Outcome
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat, eventually


async def test_a_refused_picture_goes_another_way_then_the_next_does_and_at_last_none(service: Service) -> None:
    service.adapter.fail(*[PictureRefused("too large")] * 4)
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert [call.rung for call in service.adapter.calls] == [0, 1, 2, 3, 4]
    assert [message.picture for message in service.adapter.messages(chat(1))] == [""]
    assert await service.outcomes() == [*[Outcome.RETRY] * 4, Outcome.SENT]


async def test_a_picture_is_uploaded_once_and_then_named_by_its_id(service: Service) -> None:
    await service.subscribe(chat(1), chat(2))
    await service.publish("a.md", pictures=PICTURES)
    await service.start(in_flight=1)
    await service.idle()
    await service.stop()
    await service.start()
    await service.publish("b.md", pictures=PICTURES)
    await service.idle()

    known = f"media of {PICTURES[0].source}"
    assert [call.media_id for call in service.adapter.calls] == ["", known, known, known]


async def test_a_doubtful_loss_is_asked_twice_then_believed(service: Service) -> None:
    service.adapter.fail(*[DestinationLost("not enough rights", doubtful=True)] * 2)
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.quiet()
    assert await _state(service) is DestinationState.ACTIVE

    service.pass_time(60)
    await eventually(lambda: _suspended(service))

    assert len(service.adapter.calls) == 2
    place = await service.store.subscriptions.place(chat(1))
    assert place
    assert place.reason == "not enough rights"


async def test_a_doubtful_loss_in_an_outage_is_seen_twice_all_the_same(service: Service) -> None:
    service.adapter.fail(TryLater("bad gateway"), DestinationLost("not enough rights", doubtful=True))
    await service.subscribe()
    await service.publish()
    await service.start()
    for _ in range(2):
        await service.quiet()
        service.pass_time(61)
    await service.idle()

    assert await _state(service) is DestinationState.ACTIVE
    assert service.adapter.titles(chat(1)) == ["Rain"]


async def _state(service: Service) -> DestinationState:
    place = await service.store.subscriptions.place(chat(1))
    assert place is not None
    return place.state


async def _suspended(service: Service) -> bool:
    return await _state(service) is DestinationState.SUSPENDED


async def test_a_lost_chat_is_left_alone_and_gets_everything_when_it_is_back(service: Service) -> None:
    service.adapter.close_chat(chat(1))
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await eventually(lambda: _suspended(service))
    await service.publish("c.md")
    await service.idle()
    assert len(service.adapter.calls) == 1

    service.adapter.reopen_chat(chat(1))
    await service.store.subscriptions.set_state(chat(1), DestinationState.ACTIVE, "", service.now)
    await service.idle()

    assert service.adapter.titles(chat(1)) == ["A", "B", "C"]


async def test_a_chat_that_moved_is_followed_and_merged(service: Service) -> None:
    service.adapter.fail(DestinationMoved("upgraded to a supergroup", "-1001"), chat="-1")
    await service.subscribe(chat("-1"), chat("-1001"))
    await service.publish("a.md")
    await service.start()
    await service.idle()
    await service.publish("b.md")
    await service.idle()

    assert service.adapter.titles(chat("-1001")) == ["A", "B"]
    assert service.adapter.titles(chat("-1")) == []
    assert [str(place.destination) for place in await service.store.subscriptions.places()] == ["fake:-1001"]


async def test_a_moderators_deletion_is_not_undone(service: Service) -> None:
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.idle()
    [message] = service.adapter.messages(chat(1))
    service.adapter.remove(chat(1), message.id)

    for title in ("Wind", "Storm"):
        await service.publish(title=title)
        await service.idle()

    assert service.adapter.titles(chat(1)) == []
    assert [call.action for call in service.adapter.calls] == [Action.SEND, Action.EDIT]
    assert await service.outcomes() == [Outcome.SENT, Outcome.GONE]


async def test_an_edit_during_the_send_is_followed_by_an_edit(service: Service) -> None:
    answer = service.adapter.hang()
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.calls))
    await service.publish(title="Wind")
    await service.publish(title="Storm")

    answer.set()
    await service.idle()

    assert [(call.action, call.title) for call in service.adapter.calls] == [
        (Action.SEND, "Rain"),
        (Action.EDIT, "Storm"),
    ]
    assert service.adapter.titles(chat(1)) == ["Storm"]


async def test_an_edit_that_shows_the_same_is_no_call(service: Service) -> None:
    await service.subscribe(image=False)
    await service.publish()
    await service.start()
    await service.idle()

    await service.publish(pictures=PICTURES)
    await service.idle()

    assert await service.outcomes() == [Outcome.SENT, Outcome.UNCHANGED]
    assert len(service.adapter.calls) == 1


async def test_an_edit_whose_answer_was_lost_is_simply_done_again(service: Service) -> None:
    await service.subscribe()
    await service.publish()
    await service.start()
    await service.idle()
    service.adapter.lose_answer(action=Action.EDIT)
    await service.publish(title="Wind")
    await service.quiet()

    service.pass_time(20)
    await service.idle()

    assert len(service.adapter.calls_of(Action.EDIT)) == 2
    assert service.adapter.titles(chat(1)) == ["Wind"]


async def test_a_rejected_post_fails_with_its_reason_and_holds_up_nobody(service: Service) -> None:
    service.adapter.fail(Rejected("the text is too long"))
    await service.subscribe()
    await service.publish("a.md", "b.md")
    await service.start()
    await service.idle()

    failed = await service.delivery(1)
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, "the text is too long")
    assert service.adapter.titles(chat(1)) == ["B"]
