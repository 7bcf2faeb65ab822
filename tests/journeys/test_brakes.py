"""The operator's brakes, typed beside a newsbell that sends at full rate on both platforms."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import World
from tests.journeys.crowd import Crowd
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process

SIZE = 180
"""So many chats that the fan-out lasts longer than a command takes to start on a busy machine."""
IN_FLIGHT = 32
"""Calls that each platform may have in the air when the word is given."""


def arrived(crowd: Crowd) -> tuple[int, int]:
    """How many messages stand on either platform."""
    return sum(len(each.visible) for each in crowd.channels), sum(len(each.visible) for each in crowd.rooms)


async def under_way(crowd: Crowd, each: int) -> None:
    """Wait until so many messages stand on both platforms."""
    await crowd.world.telegram.until(lambda: arrived(crowd)[0] >= each)
    await crowd.world.discord.until(lambda: arrived(crowd)[1] >= each)


async def test_hold_release_and_takeback_in_the_middle_of_a_fan_out(world: World) -> None:
    newsroom = world.newsroom
    crowd = await Crowd.gather(world, SIZE)
    newsroom.write("new.md", post("NEW1"))
    await under_way(crowd, 10)

    assert "✓ new.md is held" in (await newsroom.command("hold", "NEW1"))[1]
    assert "chats wait for it" in await newsroom.says("newsbell hold: new.md is held: ")
    sent = arrived(crowd)
    held = newsroom.rows("SELECT platform, count(*) AS count FROM deliveries WHERE state = 'held' GROUP BY platform")
    assert {row["platform"] for row in held} == {"discord", "telegram"}, "the fan-out was over before the word came"
    newsroom.write("new.md", post("NEW1", title="Post NEW1, edited"))
    await newsroom.says("edited: new.md")
    assert all(now <= before + IN_FLIGHT for now, before in zip(arrived(crowd), sent, strict=True))

    assert "✓ new.md goes on" in (await newsroom.command("release", "NEW1"))[1]
    await under_way(crowd, 50)
    assert "✓ new.md is taken back" in (await newsroom.command("takeback", "NEW1"))[1]
    await newsroom.says("newsbell takeback: new.md is taken back: ")
    await newsroom.settles(2 * SIZE)
    assert arrived(crowd) == (0, 0)
    assert "Post NEW1" in await newsroom.says("deleted Post NEW1, edited from")
    newsroom.write("new.md", post("NEW1", title="Post NEW1, edited again"))
    newsroom.write("newer.md", post("NEW2"))
    await newsroom.settles(4 * SIZE)
    assert arrived(crowd) == (SIZE, SIZE)
