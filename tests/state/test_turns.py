"""Publications share the pace: who is next when several posts have deliveries due."""

from __future__ import annotations

from bot.models import Lane, Overrides
from tests.state.making import BOT, Office, chat, later, post, publish, subscribe


async def two_circles(office: Office) -> None:
    """Forty chats want national news; four others want sport."""
    for number in range(1, 41):
        await subscribe(office.store, chat(number), "category", "national")
    for number in range(41, 45):
        await subscribe(office.store, chat(number), "category", "sport")


async def subjects(office: Office, count: int) -> list[int]:
    """Send so many, one after the other: the subjects, in order."""
    sent = []
    for _ in range(count):
        [delivery] = await office.due(limit=1)
        await office.send(delivery)
        sent.append(delivery.subject)
    return sent


async def test_a_second_post_takes_every_second_turn_and_does_not_wait_for_the_end_of_the_first(
    office: Office,
) -> None:
    await two_circles(office)
    await publish(office.store, post("bulk.md"))
    assert await subjects(office, 20) == [1] * 20

    await publish(office.store, post("match.md", categories=("Sport",)))

    assert await subjects(office, 12) == [1, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1, 1]


async def test_a_breaking_post_goes_before_all_others_and_leaves_their_turns_as_they_were(office: Office) -> None:
    await two_circles(office)
    await publish(office.store, post("bulk.md"))
    await subjects(office, 10)

    await publish(office.store, post("goal.md", categories=("Sport",), overrides=Overrides(breaking=True)))
    assert await subjects(office, 5) == [2, 2, 2, 2, 1]

    await publish(office.store, post("match.md", categories=("Sport",)))
    assert await subjects(office, 4) == [1, 3, 1, 3]


async def test_a_chat_still_gets_its_own_posts_in_order(office: Office) -> None:
    await two_circles(office)
    await publish(office.store, post("first.md"))
    await subjects(office, 10)
    await publish(office.store, post("second.md"))

    seen: dict[int, list[int]] = {}
    while due := await office.due(limit=1):
        await office.send(due[0])
        seen.setdefault(due[0].destination_id, []).append(due[0].subject)

    assert all(of_chat in ([1, 2], [2]) for of_chat in seen.values()), "the first ten had the first post before"


async def test_one_that_comes_back_late_goes_at_once_and_does_not_set_the_clock_back(office: Office) -> None:
    await two_circles(office)
    await publish(office.store, post("bulk.md"))
    waits = await office.claim((await office.due(limit=1))[0])
    await office.end(waits, waits.state.DUE, due_at=later(60))
    await subjects(office, 20)

    [back] = await office.due(later(60), limit=1)
    assert back.id == waits.id
    await office.send(back, later(60))
    await publish(office.store, post("match.md", categories=("Sport",)))

    assert await subjects(office, 4) == [1, 2, 1, 2]


async def test_edits_of_several_posts_share_the_turns_as_well(office: Office) -> None:
    await two_circles(office)
    await publish(office.store, post("bulk.md"))
    await publish(office.store, post("match.md", categories=("Sport",)))
    await office.send_all()

    await publish(office.store, post("bulk.md", title="Edited"))
    assert await subjects(office, 10) == [1] * 10
    await publish(office.store, post("match.md", title="Edited", categories=("Sport",)))

    assert await subjects(office, 8) == [1, 2, 1, 2, 1, 2, 1, 2]


async def test_an_eighth_of_the_line_is_left_to_edits_however_many_posts_are_due(office: Office) -> None:
    await two_circles(office)
    await publish(office.store, post("match.md", categories=("Sport",)))
    await office.send_all()
    await publish(office.store, post("match.md", title="Edited", categories=("Sport",)))
    await publish(office.store, post("bulk.md"))

    lanes = [one.lane for one in await office.due(limit=16)]
    assert (lanes.count(Lane.POST), lanes.count(Lane.EDIT)) == (14, 2)
    everything = await office.store.deliveries.due("fake", BOT, later(0), limit=100, skip=())
    assert len(everything) == 44
