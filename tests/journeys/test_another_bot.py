"""Somebody sets another bot's token: nothing is sent by it until a person says so, and then everything once."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.emulators.telegram import TelegramEmulator
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

pytestmark = pytest.mark.process


async def health_of(console: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as session, session.get(f"{console}/healthz") as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def test_the_token_of_another_bot_waits_for_a_word_and_the_other_platform_does_not(world: World) -> None:
    newsroom, first, discord = world.newsroom, world.telegram, world.discord
    channel = first.add_channel("National news")
    room = discord.add_channel(discord.add_guild("Readers"), "news")
    newsroom.settings["NEWSBELL_CONSOLE"] = "127.0.0.1:0"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.says("discord: ready")
    await newsroom.subscribe([f"telegram:{channel.id}", f"discord:{room.id}"])
    newsroom.write("river.md", post("ART1", title="The river rises"))
    await newsroom.says("sent The river rises", times=2)
    assert await newsroom.stop() == 0

    async with TelegramEmulator("987654321:AAE-of-another-bot-that-somebody-made-anew") as second:
        same = second.add_channel("National news")
        assert same.id == channel.id
        reader = second.add_user("Dara")
        newsroom.settings |= {"TELEGRAM_BOT_TOKEN": second.token, "TELEGRAM_API_URL": second.url}
        await newsroom.start()
        said = await newsroom.says("newsbell release --new-bot")
        second.type(second.add_private(reader), reader, "/help")
        newsroom.write("more.md", post("ART2"))
        newsroom.write("river.md", post("ART1", title="The river falls"))
        await newsroom.says("sent Post ART2 to discord")
        await newsroom.says("edited The river falls in discord")
        _, status = await newsroom.command("status")
        why = await newsroom.command("why", "more.md")
        doctor = await newsroom.command("doctor")
        health = await health_of(await newsroom.console())
        code, once = await newsroom.command("once")

        assert "bot 987654321" in said
        assert second.sent == []
        assert "newsbell release --new-bot" in status
        assert "newsbell release --new-bot" in why[1]
        assert doctor[0] == 1
        assert "newsbell release --new-bot" in doctor[1]
        assert "newsbell release --new-bot" in health["asks"]["telegram"]
        assert not health["ok"]
        assert code == 3, once

        await newsroom.kill()
        await newsroom.start()
        code, output = await newsroom.command("release", "--new-bot")
        assert code == 0
        assert "✓ telegram: bot 987654321 takes over 1 chat of bot" in output
        await newsroom.says("telegram: ready")
        await newsroom.says("sent Post ART2 to telegram")
        await second.until(lambda: len(second.sent) == 2)  # the post, and the answer to /help
        newsroom.write("last.md", post("ART3"))
        await newsroom.says("sent Post ART3 to telegram")

        assert [(each.caption or "").split("\n")[0] for each in same.visible] == ["Post ART2", "Post ART3"]
        assert "No new bot waits" in (await newsroom.command("release", "--new-bot"))[1]
        assert "release --new-bot" not in (await newsroom.command("status"))[1]
        assert await newsroom.stop() == 0
        assert not second.violations
