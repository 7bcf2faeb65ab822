"""kill -9 at the worst moments: nothing is lost, and doubled only where the platform leaves no proof."""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from tests.journeys.conftest import World
from tests.journeys.crowd import Crowd
from tests.journeys.newsroom import post
from tests.journeys.trace import calls_too_close

pytestmark = pytest.mark.process

CHATS = 100
"""On each platform: 200 deliveries of one post are under way when the process dies."""

KILLS = 3

EDITED = 30
"""On each platform: chats whose message is edited."""


@pytest.fixture
def chance() -> random.Random:
    """Other moments in every run; KILL_SEED brings those of an earlier run back."""
    seed = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(1_000_000))
    print(f"KILL_SEED={seed}")  # noqa: T201 - pytest shows it where a test fails
    return random.Random(seed)


async def test_three_kills_in_the_middle_of_200_deliveries_lose_nothing(world: World, chance: random.Random) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    crowd = await Crowd.gather(world, CHATS)
    crowd.slow_down(chance)

    newsroom.write("river.md", unpictured(post("ART1")))
    in_the_air = []
    for _ in range(KILLS):
        in_the_air.append(await crowd.kill_after(chance.randint(4, 30)))
        if len(in_the_air) == KILLS:
            crowd.answer_at_once()
        await newsroom.start(until="")
    await newsroom.settles(2 * CHATS)
    await crowd.calm()

    assert all(kill.total() for kill in in_the_air), in_the_air
    cut_off = sum(in_the_air, Counter())
    assert set(cut_off) == {"telegram", "discord"}, in_the_air
    on_telegram = [len(channel.visible) for channel in crowd.channels]
    assert on_telegram.count(0) == 0
    assert sum(on_telegram) - CHATS <= cut_off["telegram"]
    assert [len(room.visible) for room in crowd.rooms] == [1] * CHATS
    assert telegram.limits.hasty == []
    assert calls_too_close(newsroom) == []
    assert not discord.hasty


def unpictured(text: str) -> str:
    """The same post without a picture, for which Telegram's chats would wait until the first of them has brought it."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("image:", "![")))


async def test_kills_in_the_middle_of_edits_leave_the_last_text_everywhere(world: World, chance: random.Random) -> None:
    newsroom = world.newsroom
    crowd = await Crowd.gather(world, EDITED)
    newsroom.write("river.md", post("ART1", title="The river rises"))
    await newsroom.settles(2 * EDITED)
    crowd.slow_down(chance)

    in_the_air = []
    for title in ("The river rises further", "The river stays"):
        newsroom.write("river.md", post("ART1", title=title))
        in_the_air.append(await crowd.kill_after(chance.randint(4, 20)))
        await newsroom.start(until="")
    await crowd.kill_after(1)
    crowd.answer_at_once()
    await crowd.calm()
    newsroom.write("river.md", post("ART1", title="The river falls"))
    await newsroom.start()
    await newsroom.says("edited The river falls", times=2 * EDITED)

    assert all(kill.total() for kill in in_the_air), in_the_air
    on_telegram = [[(each.caption or "").split("\n")[0] for each in channel.visible] for channel in crowd.channels]
    on_discord = [[each.embeds[0]["title"] for each in room.visible] for room in crowd.rooms]
    assert on_telegram == on_discord == [["The river falls"]] * EDITED


async def test_an_answer_lost_by_the_kill_is_not_sent_twice_on_discord(world: World) -> None:
    newsroom, discord = world.newsroom, world.discord
    guild = discord.add_guild("Readers")
    room = discord.add_channel(guild, "news")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"discord:{room.id}"])
    discord.fault("accept_then_hang", channel=room)

    newsroom.write("river.md", post("ART1"))
    await discord.until(lambda: len(room.visible) == 1)
    await newsroom.kill()
    await newsroom.start()
    newsroom.write("more.md", post("ART2"))
    await discord.until(lambda: len(room.visible) == 2)

    assert [message.embeds[0]["title"] for message in room.visible] == ["Post ART1", "Post ART2"]
    await newsroom.says("sent Post ART2")
    assert newsroom.rows("SELECT state FROM deliveries") == [{"state": "settled"}] * 2


async def test_a_first_scan_killed_half_way_sends_nothing_afterwards(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    for number in range(10_000):
        newsroom.write(f"{number % 20:02}/{number}.md", post(f"OLD{number}"))
    channel = telegram.add_channel("National news")

    await newsroom.start(until="first scan: 4000")
    await newsroom.kill()
    assert newsroom.rows("SELECT baseline_at FROM roots") == [{"baseline_at": None}]
    await newsroom.start(until="telegram: ready")
    telegram.type(channel, None, "/subscribe all")
    await newsroom.says("watching")
    newsroom.write("new.md", post("NEW"))
    await telegram.until(lambda: any(message.photo for message in channel.visible))

    [photo] = [message for message in channel.visible if message.photo]
    assert (photo.caption or "").startswith("Post NEW")
    assert newsroom.rows("SELECT count(*) AS sent FROM deliveries") == [{"sent": 1}]
