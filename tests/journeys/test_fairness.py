"""What comes out in the middle of a large fan-out does not wait for its end."""

from __future__ import annotations

import pytest

from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post
from tests.journeys.trace import calls_too_close

pytestmark = pytest.mark.process

CROWD = 240
"""Chats that a post to all of them keeps busy for 8 s at 30 a second."""

FANS = 4


def titles(chat: Chat) -> list[str]:
    return [(message.caption or "").split("\n")[0] for message in chat.visible]


async def test_a_breaking_and_an_ordinary_post_overtake_a_large_one_in_the_middle(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    newsroom.write("old.md", post("OLD1"))
    newsroom.write("older.md", post("OLD2", category="SPORT"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    crowd = [telegram.add_private(telegram.add_user(f"Reader {number}")) for number in range(CROWD)]
    fans = [telegram.add_private(telegram.add_user(f"Fan {number}")) for number in range(FANS)]
    await newsroom.subscribe([f"telegram:{chat.id}" for chat in crowd])
    for fan in fans:
        code, output = await newsroom.command("subscriptions", "add", f"telegram:{fan.id}", "sport", "--anyway")
        assert code == 0, output

    newsroom.write("bulk.md", post("BULK"))
    await telegram.until(lambda: sum(bool(chat.visible) for chat in crowd) >= 10)
    newsroom.write("match.md", post("MATCH", category="SPORT"))
    await telegram.until(lambda: all("Post MATCH" in titles(fan) for fan in fans))
    assert not all(chat.visible for chat in crowd), "the second post did not wait for the end of the first"

    goal = post("GOAL", category="SPORT").replace("language:", "breaking: true\nlanguage:")
    newsroom.write("goal.md", goal)
    await telegram.until(lambda: all("Post GOAL" in titles(fan) for fan in fans))
    assert not all(chat.visible for chat in crowd), "nor did breaking news"

    await newsroom.settles(CROWD + 2 * FANS, within=60)
    assert all(titles(chat) == ["Post BULK"] for chat in crowd)
    assert all(titles(fan) == ["Post MATCH", "Post GOAL"] for fan in fans)
    assert telegram.limits.hasty == []
    assert calls_too_close(newsroom) == []
