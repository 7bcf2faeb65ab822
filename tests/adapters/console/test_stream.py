"""Whoever follows the stream misses nothing, or is told so."""

from __future__ import annotations

import asyncio

from adapters.console.stream import Stream
from tests.patience import PATIENCE


def test_what_came_after_an_id_is_handed_on_in_order() -> None:
    stream = Stream()
    stream.publish("message", html="a")
    seen = stream.last_id
    stream.publish("edited", html="b")
    stream.publish("deleted", id="1")

    assert [event.kind for event in stream.since(seen)] == ["edited", "deleted"]
    assert stream.since(stream.last_id) == []


def test_who_was_away_for_too_long_is_told_to_load_anew() -> None:
    stream = Stream(kept=2)
    first = stream.last_id
    for _ in range(3):
        stream.publish("message", html="a")

    assert [(event.kind, event.id) for event in stream.since(first)] == [("stale", stream.last_id)]


def test_an_id_of_another_run_or_no_id_at_all_is_stale() -> None:
    stream = Stream()

    for last_id in (Stream().last_id, "", "nonsense", f"{stream.last_id}9", stream.last_id.replace("0", "-1")):
        assert [event.kind for event in stream.since(last_id)] == ["stale"]


def test_an_event_is_written_as_one_line_of_json() -> None:
    stream = Stream()
    stream.publish("message", html="<b>ភ្លៀង</b>\n\nevent: deleted")

    [event] = stream.since(stream.last_id.replace("-1", "-0"))
    lines = bytes(event).decode().split("\n")
    assert lines[:2] == [f"id: {stream.last_id}", "event: message"]
    assert lines[2].startswith("data: {")
    assert lines[3:] == ["", ""]


async def test_waiting_ends_with_news_with_time_and_with_the_stream() -> None:
    stream = Stream()
    waiting = asyncio.create_task(stream.wait(stream.last_id, 60))
    await asyncio.sleep(0)
    stream.publish("message", html="a")
    async with asyncio.timeout(PATIENCE):
        await waiting
        await stream.wait("an older id", 60)
        await stream.wait(stream.last_id, 0.01)
        closing = asyncio.create_task(stream.wait(stream.last_id, 60))
        await asyncio.sleep(0)
        stream.close()
        await closing
