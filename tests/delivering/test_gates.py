"""Sends and looks for lost messages keep apart in a chat with topics, and hold each other up for less than a minute."""

from __future__ import annotations

from dataclasses import replace

from bot.delivering.gates import ALONE_SECONDS, BREATH_SECONDS, PATIENCE_SECONDS, Gates
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


async def test_topics_wait_until_a_lost_message_of_their_chat_is_found(service: Service) -> None:
    await lose_a_post(service)
    looking = service.adapter.hang(action=Action.PROBE)
    await publish_elsewhere_too(service, "match.md", "SPORT")
    assert service.adapter.titles(SPORT) == [], "were it lost as well, nothing could tell the two apart"

    service.pass_time(5)
    await service.adapter.until(lambda: service.adapter.calls_of(Action.PROBE) != [])
    await publish_elsewhere_too(service, "play.md", "CULTURE")
    assert service.adapter.titles(SPORT) == service.adapter.titles(CULTURE) == []

    looking.set()
    await service.idle()
    assert service.adapter.titles(NATIONAL) == ["Rain"]
    assert service.adapter.titles(SPORT) == ["Match"]
    assert service.adapter.titles(CULTURE) == ["Play"]


async def test_a_kill_leaves_one_unknown_in_a_chat_and_its_topics_wait_for_that(service: Service) -> None:
    await service.subscribe(NATIONAL, SPORT, ELSEWHERE)
    await service.start()
    service.adapter.hang(chat="1", action=Action.SEND)
    await service.publish("rain.md")
    await service.adapter.until(lambda: service.adapter.titles(ELSEWHERE) == ["Rain"])
    assert sum(call.destination.chat_id == "1" for call in service.adapter.calls) == 1

    await service.die()
    looking = service.adapter.hang(action=Action.PROBE)
    await service.start()
    await service.publish("match.md")
    await service.adapter.until(lambda: service.adapter.titles(ELSEWHERE) == ["Rain", "Match"])
    assert sum(call.destination.chat_id == "1" for call in service.adapter.calls_of(Action.SEND)) == 1

    looking.set()
    await service.idle()
    assert service.adapter.titles(NATIONAL) == service.adapter.titles(SPORT) == ["Rain", "Match"]


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
    for number in (2, 4):
        assert not is_open(gates, clock, delivery(number))
    clock.now += ALONE_SECONDS
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


def test_a_send_waits_for_the_one_before_it_and_until_it_is_found_a_minute_at_most() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    gates.enter(delivery(1))
    assert not is_open(gates, clock, delivery(2))
    gates.leave(delivery(1), in_doubt=True)
    assert not is_open(gates, clock, delivery(2))
    assert is_open(gates, clock, look(1)), "who is kept out takes no turn from the look"
    assert is_open(gates, clock, delivery(1)), "its own topic waits in the store"

    clock.now += ALONE_SECONDS / 2
    gates.enter(look(1))
    gates.leave(look(1), in_doubt=True)
    assert not is_open(gates, clock, delivery(2))
    assert not is_open(gates, clock, delivery(3))
    clock.now += ALONE_SECONDS / 2
    assert is_open(gates, clock, delivery(2))
    assert is_open(gates, clock, delivery(3)), "what is in doubt for long keeps nobody out"
    gates.enter(delivery(2))
    gates.leave(delivery(2))
    assert not gates._chats


def test_a_minute_of_waiting_is_one_for_each_send_however_many_go_before_it() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    for number in (1, 2):
        gates.enter(delivery(number))
        assert not is_open(gates, clock, delivery(3))
        clock.now += ALONE_SECONDS / 2
        assert number == 2 or not is_open(gates, clock, delivery(3))
        gates.leave(delivery(number))
    gates.enter(delivery(4))
    assert is_open(gates, clock, delivery(3))
    gates.leave(delivery(4))

    clock.now += ALONE_SECONDS
    gates.leave(delivery(4))
    assert not gates._alone_at, "it was withdrawn"


def test_what_was_found_keeps_nobody_out_any_more() -> None:
    clock = Clock()
    gates = Gates(clock, in_one_sequence=True)
    gates.doubt(look(1))
    assert not is_open(gates, clock, delivery(2))
    gates.enter(look(1))
    gates.leave(look(1))
    assert is_open(gates, clock, delivery(2))

    gates = Gates(clock, in_one_sequence=False)
    gates.doubt(look(1))
    assert is_open(gates, clock, delivery(2))


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
