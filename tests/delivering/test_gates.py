"""Sends and looks for lost messages keep apart in a chat with topics, and hold each other up for less than a minute."""

from __future__ import annotations

from dataclasses import replace

from bot.delivering.gates import BREATH_SECONDS, PATIENCE_SECONDS, Gates
from bot.models import Action, Delivery, DeliveryState, Lane, Receipt, Shown
from tests.delivering.service import Service
from tests.delivering.test_pacer import Clock
from tests.state.making import NOON, chat, eventually

NATIONAL, SPORT, CULTURE, ELSEWHERE = chat(1, "7"), chat(1, "8"), chat(1, "9"), chat(2)


async def lose_a_post(service: Service) -> None:
    """A chat with a topic for each category, where it is not known of a post whether it arrived; and another chat."""
    await service.subscribe(NATIONAL, kind="category", value="National")
    await service.subscribe(SPORT, kind="category", value="Sport")
    await service.subscribe(CULTURE, kind="category", value="Culture")
    await service.subscribe(ELSEWHERE)
    await service.start()
    service.adapter.lose_answer(chat="1")
    await service.publish("rain.md")

    async def unknown() -> bool:
        return ("fake", "unknown") in await service.store.deliveries.counts()

    await eventually(unknown)


async def publish_elsewhere_too(service: Service, path: str, category: str) -> None:
    """The other chat has it; so the topic would have it, if nothing kept it waiting."""
    await service.publish(path, categories=(category,))
    title = path.removesuffix(".md").capitalize()
    await service.adapter.until(lambda: title in service.adapter.titles(ELSEWHERE))


async def test_topics_wait_while_a_message_is_looked_for_in_their_chat_and_only_then(service: Service) -> None:
    await lose_a_post(service)
    looking = service.adapter.hang(action=Action.PROBE)
    await service.publish("match.md", categories=("SPORT",))
    await service.adapter.until(lambda: service.adapter.titles(SPORT) == ["Match"])

    service.pass_time(5)
    await service.adapter.until(lambda: service.adapter.calls_of(Action.PROBE) != [])
    await publish_elsewhere_too(service, "goal.md", "SPORT")
    assert service.adapter.titles(SPORT) == ["Match"]

    looking.set()
    await service.idle()
    assert service.adapter.titles(SPORT) == ["Match", "Goal"]
    assert service.adapter.titles(NATIONAL) == ["Rain"]


async def test_a_look_waits_for_what_is_on_its_way_to_its_chat_and_goes_before_what_comes_later(
    service: Service,
) -> None:
    await lose_a_post(service)
    sending = service.adapter.hang(chat="1", action=Action.SEND)
    await service.publish("match.md", categories=("SPORT",))
    await service.adapter.until(lambda: service.adapter.titles(SPORT) == ["Match"])

    service.pass_time(5)
    await publish_elsewhere_too(service, "play.md", "CULTURE")
    assert [call.title for call in service.adapter.calls if call.destination.chat_id == "1"] == ["Rain", "Match"]

    sending.set()
    await service.idle()
    *_, looked, sent = [call for call in service.adapter.calls if call.destination.chat_id == "1"]
    assert (looked.action, looked.title) == (Action.PROBE, "Rain")
    assert (sent.action, sent.title) == (Action.SEND, "Play")


async def test_where_topics_have_ids_of_their_own_a_look_holds_up_no_other_topic(service: Service) -> None:
    service.adapter.topics_share_ids = False
    await lose_a_post(service)
    looking = service.adapter.hang(action=Action.PROBE)
    service.pass_time(5)
    await service.adapter.until(lambda: service.adapter.calls_of(Action.PROBE) != [])

    await service.publish("match.md", categories=("SPORT",))
    await service.adapter.until(lambda: service.adapter.titles(SPORT) == ["Match"])
    looking.set()
    await service.idle()


# --- the gates alone, on a clock that only the test moves


def delivery(number: int, state: DeliveryState = DeliveryState.DUE) -> Delivery:
    """One in a topic of its own."""
    return Delivery(number, 1, chat(1, str(number)), number, 1, None, state, Lane.POST, 1, NOON)


def look(number: int) -> Delivery:
    return delivery(number, DeliveryState.UNKNOWN)


def is_open(gates: Gates, clock: Clock, one: Delivery) -> bool:
    return gates.opens_at(one) <= clock()


def test_sends_that_waited_for_a_look_go_before_the_next_one() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    gates.enter(look(1))
    assert is_open(gates, clock, look(2))

    assert not is_open(gates, clock, delivery(3))
    assert not is_open(gates, clock, look(2)), "looks that follow each other would keep the send out for long"
    gates.leave(look(1))
    assert not is_open(gates, clock, look(2))
    assert is_open(gates, clock, delivery(3))
    clock.now += BREATH_SECONDS
    assert is_open(gates, clock, look(2)), "the send may be gone"


def test_a_look_that_waits_for_an_answer_keeps_others_out_for_a_while_only() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    gates.enter(delivery(1))
    assert is_open(gates, clock, delivery(2))

    assert not is_open(gates, clock, look(3))
    assert not is_open(gates, clock, delivery(2))
    clock.now += PATIENCE_SECONDS
    assert not is_open(gates, clock, look(3))
    assert is_open(gates, clock, delivery(2))
    gates.enter(delivery(2))
    assert not is_open(gates, clock, look(3))
    assert not is_open(gates, clock, delivery(4)), "and then again"
    for number in (1, 2):
        gates.leave(delivery(number))
    assert is_open(gates, clock, look(3))
    assert not is_open(gates, clock, delivery(4))
    clock.now += BREATH_SECONDS
    assert is_open(gates, clock, delivery(4)), "the look may be gone"


def test_edits_and_other_chats_wait_for_nobody() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    gates.enter(look(1))

    assert is_open(gates, clock, replace(delivery(2), shown=Shown(1, "print", Receipt(("7",)))))
    assert is_open(gates, clock, replace(delivery(2), destination=ELSEWHERE))


def test_an_edit_that_ends_takes_no_turn_from_the_look_that_waited() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    edit = replace(delivery(2), shown=Shown(1, "print", Receipt(("7",))))
    gates.enter(delivery(1))
    gates.enter(edit)
    assert not is_open(gates, clock, look(3))

    gates.leave(delivery(1))
    gates.leave(edit)
    assert not is_open(gates, clock, delivery(4))


def test_chats_in_which_nobody_waits_any_more_are_forgotten() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    for first, second in ((look, delivery), (delivery, look)):
        gates.enter(first(1))
        assert not is_open(gates, clock, second(2))
        gates.leave(first(1))
        assert len(gates._chats) == 1

        clock.now += BREATH_SECONDS
        elsewhere = replace(delivery(3), destination=ELSEWHERE)
        gates.enter(elsewhere)
        gates.leave(elsewhere)
        assert not gates._chats, "who waited was withdrawn meanwhile"
