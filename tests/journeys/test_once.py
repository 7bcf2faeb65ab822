"""`newsbell once`, for cron: reads, sends, settles, ends."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


async def test_once_sends_what_is_new_and_ends(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    channel = telegram.add_channel("National news")
    newsroom.write("old.md", post("OLD1"))
    assert (await newsroom.command("once"))[0] == 0
    await newsroom.subscribe([f"telegram:{channel.id}"])
    newsroom.write("new.md", post("NEW"))

    code, output = await newsroom.command("once")

    assert code == 0, output
    assert [(message.caption or "").split("\n")[0] for message in channel.visible] == ["Post NEW"]
    assert (await newsroom.command("once"))[0] == 0
    assert len(channel.visible) == 1
    assert not discord.sent


async def test_once_ends_with_1_when_a_token_is_refused(world: World) -> None:
    newsroom = world.newsroom
    newsroom.settings["DISCORD_BOT_TOKEN"] = "wrong.token.that-nobody-knows"
    newsroom.write("old.md", post("OLD1"))

    code, output = await newsroom.command("once")

    assert code == 1
    assert "Discord" in output


async def test_once_notices_what_is_gone(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    newsroom.settings["NEWSBELL_WITHDRAWN"] = "keep"
    channel = telegram.add_channel("National news")
    newsroom.write("old.md", post("OLD1"))
    assert (await newsroom.command("once"))[0] == 0
    await newsroom.subscribe([f"telegram:{channel.id}"])
    newsroom.write("story.md", post("NEW1"))
    newsroom.write("broken.md", "---\ntitle: [\n---\nIt rained.\n")
    assert (await newsroom.command("once"))[0] == 1

    (newsroom.posts / "broken.md").unlink()
    (newsroom.posts / "story.md").unlink()
    code, output = await newsroom.command("once")
    assert code == 0, output
    assert "broken.md is gone" in output

    newsroom.write("story.md", post("NEW2"))
    code, output = await newsroom.command("once")
    assert code == 0, output
    assert [(message.caption or "").split("\n")[0] for message in channel.visible] == ["Post NEW1", "Post NEW2"]
