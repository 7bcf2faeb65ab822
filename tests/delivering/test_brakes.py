"""hold, release, takeback: the operator's brakes, also in the middle of a fan-out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.errors import TryLater
from bot.models import GONE, DeliveryState, Outcome, Withdrawn
from bot.ports import Rate
from bot.records import Brake, KnownPost, PostState
from tests.delivering.newsdesk import Desk
from tests.delivering.service import Service
from tests.publishing.test_renames import RIVER, page
from tests.state.making import BOT, NOON, chat, eventually, post, subscribe

CROWD = 120
DATED = "date: 2026-11-01 08:00"
AHEAD = "date: 2026-11-02 13:00"


@pytest.fixture
async def desk(desk: Desk) -> Desk:
    """With newsbell's own settings."""
    desk.publish_as(withdrawn=Withdrawn.DELETE)
    return desk


async def written(desk: Desk, title: str = "Rain", *, date: str = DATED, draft: str = "") -> None:
    desk.write("rain.md", content=page(title, RIVER, date, *([draft] if draft else [])))
    await desk.scan()


async def known(desk: Desk) -> KnownPost:
    found = await desk.service.store.posts.find("rain.md")
    assert found is not None
    return found


async def wanted(desk: Desk) -> list[int]:
    """What is to be done now: the revision wanted, GONE for a deletion; it is done."""
    return [delivery.wanted for delivery in await desk.service.office.send_all(desk.now)]


async def freed(desk: Desk) -> bool:
    """`newsbell release`."""
    before = await known(desk)
    await desk.service.store.posts.free(before.subject, desk.now)
    waits = before.state is PostState.HELD or before.brake is Brake.TAKEN
    return await desk.publisher.releases.release(before) if waits else True


async def crowd_of(service: Service) -> None:
    """Many chats, and a platform on which the post is on its way to them."""
    service.adapter.limits = lambda destination, action: (Rate("bot", 200, 1.0, even=True),)
    await service.subscribe(*(chat(number) for number in range(CROWD)))
    await service.start()
    await service.publish_post(post("rain.md"))

    async def under_way() -> bool:
        return len(service.adapter.calls) >= 10

    await eventually(under_way)


async def test_a_hold_stops_a_fan_out_and_a_release_ends_it(service: Service) -> None:
    await crowd_of(service)

    braked = await service.store.posts.hold(1, service.now)
    await service.quiet()
    sent = len(service.adapter.calls)
    assert sent <= CROWD - braked.unsent
    counts = await service.store.deliveries.counts()
    assert counts == {("fake", "held"): CROWD - sent, ("fake", "settled"): sent}
    await service.publish_post(post("rain.md", title="Heavy rain"))
    await service.quiet()
    assert len(service.adapter.calls) == sent
    assert await service.store.deliveries.retry([DeliveryState.HELD], service.now) == 0

    assert await service.store.posts.free(1, service.now) == CROWD
    await service.idle()
    assert [service.adapter.titles(chat(number)) for number in range(CROWD)] == [["Heavy rain"]] * CROWD


async def test_a_takeback_stops_a_fan_out_and_leaves_no_message(service: Service) -> None:
    await crowd_of(service)

    await service.store.posts.take_back(1, Withdrawn.DELETE, service.now)
    await service.idle()

    assert [service.adapter.titles(chat(number)) for number in range(CROWD)] == [[]] * CROWD
    assert await service.store.deliveries.counts() == {("fake", "settled"): CROWD}


async def test_a_call_in_the_air_that_fails_waits_like_the_others(service: Service) -> None:
    await service.subscribe()
    late = service.adapter.refuse_late(TryLater("the platform is busy"))
    await service.start()
    await service.publish_post(post("rain.md"))
    await service.reaches(DeliveryState.CLAIMED)

    assert (await service.store.posts.hold(1, service.now)).flying == 1
    late.set()
    held = await service.reaches(DeliveryState.HELD)

    assert held.reason == "newsbell hold was said"
    assert service.adapter.titles(chat(1)) == []


async def test_what_may_have_arrived_is_looked_into_before_it_is_sent_on(service: Service) -> None:
    await service.subscribe()
    service.adapter.lose_answer()
    await service.start()
    await service.publish_post(post("rain.md"))
    await service.reaches(DeliveryState.UNKNOWN)

    await service.store.posts.hold(1, service.now)
    service.pass_time(60)
    await service.reaches(DeliveryState.SETTLED)

    assert service.adapter.titles(chat(1)) == ["Rain"]


@pytest.mark.parametrize("edited", [False, True])
async def test_no_edit_brings_back_what_was_taken_back_but_a_release_does(desk: Desk, *, edited: bool) -> None:
    await written(desk)
    assert await desk.due() == ["Rain"]
    braked = await desk.service.store.posts.take_back((await known(desk)).subject, Withdrawn.DELETE, desk.now)
    assert (braked.unsent, braked.standing) == (0, 1)
    assert await wanted(desk) == [GONE]

    if edited:
        await written(desk, "Heavy rain")
        await written(desk, "Heavy rain", draft="draft: true")
        await written(desk, "Heavy rain")
    assert await wanted(desk) == []
    assert await desk.states() == {"rain.md": PostState.WITHDRAWN}

    assert await freed(desk)
    assert await desk.titles_shown() == ["Heavy rain" if edited else "Rain"]
    assert await desk.states() == {"rain.md": PostState.PUBLISHED}


async def test_what_is_taken_back_before_it_was_sent_never_is(desk: Desk) -> None:
    await written(desk)
    braked = await desk.service.store.posts.take_back((await known(desk)).subject, Withdrawn.DELETE, desk.now)

    assert braked.unsent == 1
    assert await wanted(desk) == []
    assert await desk.titles_shown() == []


@pytest.mark.parametrize("gone", [False, True])
async def test_a_taken_post_goes_to_a_chat_by_a_word_and_follows_its_file_there(desk: Desk, *, gone: bool) -> None:
    await written(desk)
    await wanted(desk)
    await desk.service.store.posts.take_back((await known(desk)).subject, Withdrawn.DELETE, desk.now)
    await wanted(desk)

    assert await desk.publisher.releases.send_to(await known(desk), [chat(1)]) == 1
    assert await desk.publisher.releases.send_to(await known(desk), [chat(1)]) == 0
    assert await desk.titles_shown() == ["Rain"]
    await written(desk, "Heavy rain")
    assert await desk.titles_shown() == ["Heavy rain"]
    if gone:
        desk.remove("rain.md")
        await desk.scan()
    else:
        await written(desk, "Heavy rain", draft="draft: true")
    assert await wanted(desk) == [GONE]


async def test_a_word_for_a_chat_says_what_a_draft_says_by_then(desk: Desk) -> None:
    await written(desk)
    await wanted(desk)
    await written(desk, draft="draft: true")
    assert await wanted(desk) == [GONE]
    await written(desk, "Heavy rain", draft="draft: true")

    assert await desk.publisher.releases.send_to(await known(desk), [chat(1)]) == 1
    assert await desk.titles_shown() == ["Heavy rain"]


async def test_a_word_for_a_chat_counts_on_from_the_copies_that_it_had(desk: Desk) -> None:
    """A post sent elsewhere by hand, and back again since, has fewer deliveries in a chat than publications."""
    await written(desk)
    await desk.service.subscribe(chat(2))
    assert await desk.publisher.releases.send_to(await known(desk), [chat(2)]) == 1
    await wanted(desk)
    desk.remove("rain.md")
    await desk.scan()
    assert await wanted(desk) == [GONE, GONE]
    await written(desk)
    await wanted(desk)
    await desk.service.store.posts.take_back((await known(desk)).subject, Withdrawn.DELETE, desk.now)
    await wanted(desk)

    assert await desk.publisher.releases.send_to(await known(desk), [chat(1)]) == 1
    assert await desk.titles_shown() == ["Rain"]


async def test_a_held_post_does_not_go_out_at_its_time(desk: Desk) -> None:
    await written(desk, date=AHEAD)
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    await written(desk, "Heavy rain", date=AHEAD)
    assert await desk.publisher.releases.release_held() == []
    desk.now += timedelta(hours=2)
    await desk.publisher.releases.publish_scheduled()
    assert await wanted(desk) == []

    assert await freed(desk)
    assert await desk.titles_shown() == ["Heavy rain"]


async def test_a_scheduled_post_that_is_let_go_waits_for_its_time_again(desk: Desk) -> None:
    await written(desk, date=AHEAD)
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    assert await freed(desk)

    assert await desk.states() == {"rain.md": PostState.SCHEDULED}
    desk.now += timedelta(hours=2)
    await desk.publisher.releases.publish_scheduled()
    assert await desk.titles_shown() == ["Rain"]


async def test_a_held_draft_waits_when_it_is_public(desk: Desk) -> None:
    await written(desk, draft="draft: true")
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    await written(desk)

    assert await desk.states() == {"rain.md": PostState.HELD}
    assert (await known(desk)).reason == "newsbell hold was said"
    assert await freed(desk)
    assert await desk.titles_shown() == ["Rain"]


async def test_other_categories_wait_as_well(desk: Desk) -> None:
    await subscribe(desk.service.store, chat(2), "category", "Sport")
    await written(desk)
    await wanted(desk)
    subject = (await known(desk)).subject
    await desk.service.store.posts.hold(subject, desk.now)
    desk.write("rain.md", content=page("Rain", RIVER, DATED).replace("[National]", "[Sport]"))
    await desk.scan()
    assert await wanted(desk) == []

    assert await desk.service.store.posts.free(subject, desk.now) == 2
    assert len(await wanted(desk)) == 2


async def test_a_held_post_that_is_removed_takes_its_messages_with_it(desk: Desk) -> None:
    await written(desk)
    await wanted(desk)
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    await written(desk, "Heavy rain")
    desk.remove("rain.md")
    await desk.scan()

    assert await wanted(desk) == [GONE]
    await written(desk)
    assert await desk.states() == {"rain.md": PostState.HELD}


async def test_a_post_that_was_taken_back_is_no_flood(desk: Desk) -> None:
    desk.publish_as(flood=1, withdrawn=Withdrawn.DELETE)
    await written(desk)
    await desk.service.store.posts.take_back((await known(desk)).subject, Withdrawn.DELETE, desk.now)
    await wanted(desk)
    desk.now = NOON + timedelta(hours=1)
    desk.write("rain.md", content=page("Heavy rain", RIVER, DATED))
    desk.write("market.md", "Market")
    await desk.scan()

    assert await desk.states() == {"market.md": PostState.PUBLISHED, "rain.md": PostState.WITHDRAWN}


async def edit_held(desk: Desk) -> None:
    """The post was sent; its edit was due when the post was held."""
    await written(desk)
    await wanted(desk)
    await written(desk, "Heavy rain")
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    assert await wanted(desk) == []


async def test_a_deletion_that_failed_after_a_hold_is_tried_again_at_a_word(desk: Desk) -> None:
    office, shelf = desk.service.office, desk.service.store.deliveries
    await edit_held(desk)
    desk.remove("rain.md")
    await desk.scan()
    [deletion] = await office.due(desk.now)
    await office.end(await office.claim(deletion, desk.now), DeliveryState.FAILED, desk.now, outcome=Outcome.FAILED)

    assert await shelf.retry([DeliveryState.FAILED], desk.now) == 1
    assert await wanted(desk) == [GONE]


async def test_what_waits_to_be_removed_by_hand_after_a_hold_is_looked_for_at_a_word(desk: Desk) -> None:
    office, shelf = desk.service.office, desk.service.store.deliveries
    await written(desk)
    [sent] = await office.due(desk.now)
    again = {"outcome": Outcome.UNKNOWN, "nonce": "n-1"}
    await office.end(await office.claim(sent, desk.now), DeliveryState.DUE, desk.now, **again)
    await desk.service.store.posts.hold((await known(desk)).subject, desk.now)
    desk.remove("rain.md")
    await desk.scan()
    [unknown] = await shelf.unknown("fake", BOT, desk.now, limit=9)
    await office.end(unknown, DeliveryState.HELD, desk.now, **again)

    assert await shelf.unproven() == 1
    assert await shelf.retry([DeliveryState.HELD], desk.now) == 1


async def test_an_edit_that_waits_for_a_word_goes_at_it_though_its_post_was_held_once(desk: Desk) -> None:
    desk.publish_as(withdrawn=Withdrawn.MARK)
    await edit_held(desk)
    desk.remove("rain.md")
    await desk.scan()
    assert await desk.titles_shown() == ["Withdrawn: Rain"]
    await desk.service.store.posts.free((await known(desk)).subject, desk.now)
    await written(desk, "Heavy rain")
    assert await desk.titles_shown() == ["Heavy rain"]
    desk.now += timedelta(days=15)
    desk.publish_as(edit_age=timedelta(days=14))
    await written(desk, "Rain and wind")
    assert await wanted(desk) == []

    assert await desk.service.store.deliveries.release_edits(desk.now) == 1
    assert await desk.titles_shown() == ["Rain and wind"]


async def test_what_was_undone_while_its_post_was_held_is_under_no_brake_after_its_release(desk: Desk) -> None:
    """Whatever it was that let the delivery end: a row of an older database may still bear the mark."""
    await written(desk)
    await wanted(desk)
    subject = (await known(desk)).subject
    await desk.service.store.posts.hold(subject, desk.now)
    with desk.service.office.stranger() as connection:
        connection.execute("UPDATE deliveries SET braked = 1, state = 'failed'")
    await desk.service.store.posts.free(subject, desk.now)

    assert await desk.service.store.deliveries.retry([DeliveryState.FAILED], desk.now) == 1
