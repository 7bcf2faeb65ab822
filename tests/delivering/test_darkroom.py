"""Pictures before their turn: fetched once for all chats, uploaded once, and nobody waits for long."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from pathlib import Path

import pytest

from bot.composing.announce import announce
from bot.delivering.darkroom import FETCH_SECONDS, LEAD_SECONDS
from bot.errors import DestinationLost, OutcomeUnknown, PictureRefused, Reach, Rejected, TryLater
from bot.models import Action, Outcome, Way
from tests.delivering.pictured import FIRST, KNOWN, MANY, in_time_that_skips, skip, uploads
from tests.delivering.service import Service
from tests.state.making import PICTURES, chat, eventually, post

# --- one upload ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_flight", [1, 32, 256])
async def test_two_hundred_chats_at_once_are_one_download_and_one_upload(service: Service, in_flight: int) -> None:
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start(in_flight=in_flight)
    await service.idle()

    assert [call.media_id for call in service.adapter.calls] == ["", *[KNOWN] * 199]
    assert [(step.picture, step.way) for step in service.adapter.fetched] == [(FIRST, Way.UPLOAD)]
    assert all(service.adapter.titles(place) == ["Rain"] for place in MANY)


async def test_those_who_wait_for_the_upload_are_not_claimed_and_other_posts_pass(service: Service) -> None:
    uploading = service.adapter.hang()
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: len(service.adapter.calls) == 1)
    await service.subscribe(chat(900), kind="category", value="sport")
    await service.publish("sport/match.md", categories=("SPORT",))
    await service.adapter.until(lambda: service.adapter.titles(chat(900)) == ["Match"])

    async def one_is_claimed() -> bool:
        return (await service.store.deliveries.counts())["fake", "claimed"] == 1

    await eventually(one_is_claimed)
    assert uploads(service) == 2, "the picture, and the post without one"
    uploading.set()
    await service.idle()
    assert all(service.adapter.titles(place)[0] == "Rain" for place in MANY)


async def test_a_picture_that_is_long_in_coming_keeps_no_other_chat_waiting(service: Service) -> None:
    """However many chats wait for it: they stand in the store, and not in line."""
    crowd = [chat(number) for number in range(1, 1201)]
    service.adapter.darkness = asyncio.Event()
    await service.subscribe(*crowd)
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    others = [chat(number) for number in range(2001, 2101)]
    await service.subscribe(*others, kind="category", value="sport")
    await service.publish("sport/match.md", categories=("SPORT",))
    await service.adapter.until(lambda: len(service.adapter.chats) == 100)
    assert {call.title for call in service.adapter.calls} == {"Match"}

    service.adapter.darkness.set()
    await service.idle()
    assert [service.adapter.titles(place) for place in crowd] == [["Rain", "Match"]] * 1200
    assert sum(call.title == "Rain" and not call.media_id for call in service.adapter.calls) == 1


async def test_an_edit_that_changes_the_picture_of_many_uploads_it_once(service: Service) -> None:
    await service.subscribe(*MANY[:50])
    await service.publish(pictures=PICTURES[:1])
    await service.start()
    await service.idle()
    await service.publish(pictures=PICTURES[1:])
    await service.idle()

    edits = service.adapter.calls_of(Action.EDIT)
    assert [call.media_id for call in edits] == ["", *[f"media of {PICTURES[1].source}"] * 49]


async def test_an_edit_that_leaves_the_picture_alone_waits_for_nobody(service: Service) -> None:
    await service.subscribe(*MANY[:5])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()
    service.adapter.darkness = asyncio.Event()
    await service.publish(title="Wind", pictures=PICTURES)
    await service.idle()

    assert len(service.adapter.fetched) == 1
    assert service.adapter.titles(chat(5)) == ["Wind"]


async def test_a_picture_is_fetched_while_its_post_is_being_written_down(service: Service) -> None:
    await service.subscribe()
    await service.start()
    service.dispatcher.expect(announce(post(pictures=PICTURES)))
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    assert not service.adapter.calls

    await service.publish(pictures=PICTURES)
    await service.idle()
    assert [call.media_id for call in service.adapter.calls] == [""]
    assert len(service.adapter.fetched) == 1


async def test_a_picture_that_the_platform_has_is_not_fetched_for_a_post_to_come(service: Service) -> None:
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()
    await service.stop()
    await service.start()  # and knows of the id only by the database
    service.dispatcher.expect(announce(post("b.md", pictures=PICTURES)))
    await service.publish("b.md", pictures=PICTURES)
    await service.idle()

    assert [call.media_id for call in service.adapter.calls] == ["", KNOWN]
    assert len(service.adapter.fetched) == 1


async def test_a_post_to_come_whose_picture_cant_be_had_goes_on_by_its_address(service: Service) -> None:
    service.adapter.unfetchable[FIRST.source] = PictureRefused("it is not there", reach=Reach.WAY)
    await service.subscribe()
    await service.start()
    service.dispatcher.expect(announce(post(pictures=PICTURES)))
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    await service.publish(pictures=PICTURES)
    await service.idle()

    assert [(call.rung, call.media_id) for call in service.adapter.calls] == [(1, "")]
    assert len(service.adapter.fetched) == 1


async def test_the_id_outlives_a_restart(service: Service) -> None:
    await service.subscribe()
    await service.publish("a.md", pictures=PICTURES)
    await service.start()
    await service.idle()
    await service.stop()
    await service.start()
    await service.publish("b.md", pictures=PICTURES)
    await service.idle()

    assert [call.media_id for call in service.adapter.calls] == ["", KNOWN]
    assert len(service.adapter.fetched) == 1


# --- who leads fails -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        DestinationLost("the bot was removed"),
        Rejected("the text is too long"),
        TryLater("a pause", 60, flood=True),
        TryLater("not reached"),
        OutcomeUnknown("no answer came"),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_where_the_first_one_fails_the_next_one_takes_over(service: Service, error: Exception) -> None:
    service.adapter.fail(error, error)
    await service.subscribe(*MANY[:40])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: sum(map(len, service.adapter.chats.values())) >= 38)
    await service.quiet()

    assert uploads(service) == 3
    assert len(service.adapter.fetched) == 1
    sends = service.adapter.calls_of(Action.SEND)
    assert {call.media_id for call in sends[3:]} == {KNOWN}


def test_an_upload_that_hangs_holds_the_others_up_for_a_bounded_time(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        hanging = service.adapter.hang()
        await service.subscribe(*MANY[:40])
        await service.publish(pictures=PICTURES)
        await service.start()
        await service.adapter.until(lambda: len(service.adapter.calls) == 1)
        skip(LEAD_SECONDS)
        await service.adapter.until(lambda: len(service.adapter.calls) == 40)

        assert uploads(service) == 2
        hanging.set()
        await service.idle()
        assert all(len(service.adapter.titles(place)) == 1 for place in MANY[:40])

    in_time_that_skips(tmp_path, story)


async def test_a_post_that_is_withdrawn_while_its_picture_is_fetched_is_not_sent(service: Service) -> None:
    service.adapter.darkness = asyncio.Event()
    await service.subscribe(*MANY[:3])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.adapter.until(lambda: bool(service.adapter.fetched))
    with service.office.stranger() as connection:
        connection.execute("DELETE FROM deliveries")
    service.adapter.darkness.set()
    await service.idle()

    assert service.adapter.calls == []


# --- the ladder ------------------------------------------------------------------------------------------------------


async def test_what_can_not_be_fetched_costs_no_call_and_goes_by_its_address_everywhere(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.unfetchable[FIRST.source] = PictureRefused("it answers 404")
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start()
    with caplog.at_level(logging.WARNING):
        await service.idle()

    first, *others = service.adapter.calls
    assert (first.rung, first.media_id) == (1, "")
    assert {(call.rung, call.media_id) for call in others} == {(0, KNOWN)}, "by its id it goes on any rung"
    assert (len(others), len(service.adapter.fetched)) == (199, 1)
    assert [record.getMessage() for record in caplog.records if "404" in record.getMessage()] == [
        "fake: it answers 404; the platform is to load it by itself"
    ]


async def test_what_can_be_had_on_no_way_leaves_the_next_picture_its_turn(service: Service) -> None:
    service.adapter.unfetchable[FIRST.source] = PictureRefused("a strip", reach=Reach.PICTURE)
    await service.subscribe(*MANY[:5])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert [call.rung for call in service.adapter.calls] == [2] * 5
    assert {message.picture for message in service.adapter.messages(chat(3))} == {PICTURES[1].source}


async def test_without_any_picture_left_there_is_text(service: Service) -> None:
    for picture in PICTURES:
        service.adapter.unfetchable[picture.source] = PictureRefused("a strip", reach=Reach.PICTURE)
    await service.subscribe(*MANY[:5])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert {(call.rung, call.media_id) for call in service.adapter.calls} == {(4, "")}
    assert len(service.adapter.calls) == 5


async def test_what_fails_by_a_bug_is_no_picture_but_a_message(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.adapter.unfetchable[FIRST.source] = ZeroDivisionError("a bug")
    await service.subscribe()
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert [call.rung for call in service.adapter.calls] == [1]
    assert "fetching" in caplog.text


def test_a_picture_that_never_comes_is_given_up_in_time(tmp_path: Path) -> None:
    async def story(service: Service) -> None:
        service.adapter.darkness = asyncio.Event()
        await service.subscribe(*MANY[:5])
        await service.publish(pictures=PICTURES[:1])
        await service.start()
        await service.adapter.until(lambda: bool(service.adapter.fetched))
        assert service.adapter.calls == []
        skip(FETCH_SECONDS)
        await service.idle()

        assert [(call.rung, bool(call.media_id)) for call in service.adapter.calls] == [(1, False), *[(0, True)] * 4]

    in_time_that_skips(tmp_path, story)


async def test_what_two_chats_refused_is_not_tried_in_the_others(service: Service) -> None:
    service.adapter.fail(*[PictureRefused("IMAGE_PROCESS_FAILED")] * 2)
    await service.subscribe(*MANY)
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    assert len(service.adapter.calls) == 202
    assert [call.rung for call in service.adapter.calls if not call.media_id] == [0, 0, 1]
    assert await told(service) == {
        (Outcome.RETRY, "IMAGE_PROCESS_FAILED"): 2,
        (Outcome.SENT, "its picture was not uploaded here: IMAGE_PROCESS_FAILED"): 1,
        (Outcome.SENT, ""): 199,  # by its id
    }


async def told(service: Service) -> Counter[tuple[Outcome, str]]:
    """What the traces of a post say."""
    traces = await service.store.deliveries.of_post(1)
    return Counter((attempt.outcome, attempt.detail) for _, attempts in traces for attempt in attempts)


async def test_each_chat_tells_why_it_was_spared_a_picture_whatever_comes_of_its_call(service: Service) -> None:
    service.adapter.unfetchable = {
        FIRST.source: PictureRefused("it answers 404"),
        PICTURES[1].source: PictureRefused("a strip", reach=Reach.PICTURE),
    }
    ends = PictureRefused("can't be loaded"), PictureRefused("can't be loaded"), TryLater("busy", 0)
    for error, place in zip(ends, MANY[:3], strict=True):
        service.adapter.fail(error, chat=place.chat_id)
    await service.subscribe(*MANY[:3])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    upload, address = "its picture was not uploaded here", "its picture was not shown here by its address"
    assert await told(service) == {
        (Outcome.RETRY, f"{upload}: it answers 404; can't be loaded"): 2,
        (Outcome.SENT, f"{upload}: a strip"): 2,
        (Outcome.RETRY, f"{upload}: it answers 404; {address}: can't be loaded; {upload}: a strip; busy"): 1,
        (Outcome.SENT, ""): 1,
    }


async def test_a_chat_that_takes_no_pictures_gets_text_and_is_no_sign_for_the_others(service: Service) -> None:
    for place in MANY[:3]:
        service.adapter.fail(PictureRefused("no pictures here", reach=Reach.CHAT), chat=place.chat_id)
    await service.subscribe(*MANY[:10])
    await service.publish(pictures=PICTURES)
    await service.start()
    await service.idle()

    shown = [service.adapter.messages(place)[0].picture for place in MANY[:10]]
    assert shown == ["", "", "", *[FIRST.source] * 7]
    assert len(service.adapter.calls) == 13


async def test_an_id_that_is_not_known_any_more_is_replaced_by_one_more_upload(service: Service) -> None:
    await service.subscribe(*MANY[:20])
    await service.publish("a.md", pictures=PICTURES)
    await service.start()
    await service.idle()
    await service.stop()
    await service.start(in_flight=4)
    service.adapter.fail(PictureRefused("wrong file identifier"))
    await service.publish("b.md", pictures=PICTURES)
    await service.idle()

    later = service.adapter.calls[20:]
    assert len(later) == 21
    assert [call.media_id for call in later].count("") == 1
    assert {call.rung for call in later} == {0}
    assert all(service.adapter.titles(place) == ["A", "B"] for place in MANY[:20])


async def test_an_id_that_serves_other_chats_is_not_forgotten_because_one_refuses_it(service: Service) -> None:
    await service.subscribe(*MANY[:20])
    await service.publish(pictures=PICTURES)
    for _ in range(3):
        service.adapter.fail(PictureRefused("in no words that are known"), chat="7")
    await service.start(in_flight=1)
    await service.idle()

    refused = [(call.rung, call.media_id) for call in service.adapter.calls if call.destination == chat(7)]
    assert refused == [(0, KNOWN), (2, ""), (3, ""), (4, "")]
    assert len(service.adapter.calls) == 23
    assert [service.adapter.messages(place)[0].picture for place in MANY[:8]][5:] == [FIRST.source, "", FIRST.source]
