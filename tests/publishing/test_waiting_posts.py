"""A post that waits, for its date or for a word, while files are renamed, copied and replaced around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.delivering.newsdesk import Desk
from tests.publishing.test_renames import MARKET, RIVER, page

PAST = "date: 2026-11-01 08:00"
FUTURE = "date: 2026-11-03 12:00"


async def let_its_time_come(desk: Desk) -> None:
    desk.now += timedelta(days=3)
    await desk.publisher.releases.publish_scheduled()


async def test_a_rename_by_copying_and_removing_is_no_copy(desk: Desk) -> None:
    desk.write("2026-11-03-rian.md", content=page("River rises", RIVER, FUTURE))
    await desk.scan()
    desk.write("2026-11-03-rain.md", content=page("River rises", RIVER, FUTURE))
    await desk.scan()
    desk.remove("2026-11-03-rian.md")
    await desk.scan()
    await let_its_time_come(desk)
    assert await desk.due() == ["River rises"]


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_copy_of_a_removed_post_goes_out(desk: Desk, at_once: bool) -> None:
    desk.write("a.md", content=page("River rises", RIVER, FUTURE))
    if not at_once:
        await desk.scan()
    desk.write("b.md", content=page("River rises", RIVER, FUTURE))
    await desk.scan()
    desk.remove("a.md")
    await desk.scan()
    await let_its_time_come(desk)
    assert await desk.due() == ["River rises"]


async def test_a_new_post_at_the_path_of_a_removed_one_goes_out_once(desk: Desk) -> None:
    desk.write("b.md", content=page("River rises", RIVER, FUTURE))
    await desk.scan()
    desk.remove("b.md")
    await desk.scan()
    desk.write("b.md", content=page("Market", MARKET, PAST))
    await desk.scan()
    assert await desk.due() == ["Market"]
    await let_its_time_come(desk)
    assert await desk.due() == []


async def test_a_post_that_was_sent_and_moved_onto_a_scheduled_one_is_not_sent_again(desk: Desk) -> None:
    desk.write("a.md", content=page("Market", MARKET, PAST))
    desk.write("b.md", content=page("River rises", RIVER, FUTURE))
    await desk.scan()
    assert await desk.due() == ["Market"]
    desk.move("a.md", "b.md")
    await desk.scan()
    await let_its_time_come(desk)
    assert await desk.due() == []
