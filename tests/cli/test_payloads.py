"""What `newsbell preview` shows of a call is what the platforms' servers get from the real libraries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.render import render as render_discord
from adapters.pictures.pictures import FetchedPictures
from adapters.telegram.adapter import TelegramAdapter
from adapters.telegram.render import render as render_telegram
from bot.cli.payloads import discord_payload, telegram_payload
from bot.composing.announce import announce
from bot.models import Announcement, Destination, Look, Picture, Span, Style
from bot.reading.reader import read_post
from bot.reading.site import Site
from tests.adapters.telegram.conftest import FakePace
from tests.emulators.discord import DiscordEmulator
from tests.emulators.telegram import TelegramEmulator

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "posts"
LOCAL = EXAMPLES / "2026-11-16-village-boat-race.md"  # with a picture beside it
FAR = Announcement(
    title="Rain & <wind>",
    body=(Span("It rained in "), Span("three", bold=True), Span(" villages.\n\nThe river rose.")),
    url="https://example.org/rain",
    pictures=(Picture(url="https://pictures.example.org/rain.jpg"),),
    label="National",
    hashtags=("National",),
)
ANNOUNCEMENTS = pytest.mark.parametrize("name", ["far", "local"])
LOOKS = pytest.mark.parametrize(
    "look",
    [
        Look(),
        Look(silent=True, protect=True, button=False),
        Look(image=False),
        Look(Style.COMPONENTS, silent=True, button=False),
        *(Look(style) for style in Style if style is not Style.AUTO),
    ],
    ids=[
        "usual",
        "silent and protected",
        "without picture",
        "a silent frame",
        *(style for style in Style if style is not Style.AUTO),
    ],
)


@ANNOUNCEMENTS
@LOOKS
async def test_what_is_shown_is_what_telegram_gets(name: str, look: Look) -> None:
    announcement = _announcement(name)
    async with TelegramEmulator(limits="off") as telegram:
        chat = telegram.add_channel("News")
        pictures = FetchedPictures() if name == "local" else None  # those with an address go by that
        adapter = TelegramAdapter(telegram.token, api_url=telegram.url, pace=FakePace(), pictures=pictures)
        await adapter.open()
        await adapter.send(announcement, Destination("telegram", str(chat.id), bot=adapter.bot), look, nonce="1")
        await adapter.close()
        if pictures:
            await pictures.close()
        request = telegram.requests[-1]

    payload = telegram_payload(render_telegram(announcement, look))

    assert payload.method.lower() == request.method.lower()
    assert _pruned(payload.fields) == _pruned(_apart(request.parameters), "chat_id", "photo" if request.files else "")
    assert bool(payload.file) == bool(request.files)


@ANNOUNCEMENTS
@LOOKS
async def test_what_is_shown_is_what_discord_gets(name: str, look: Look) -> None:
    announcement = _announcement(name)
    async with DiscordEmulator() as discord:
        channel = discord.add_channel(discord.add_guild("Readers"), "news")
        pictures = FetchedPictures() if name == "local" else None
        adapter = DiscordAdapter(
            discord.token, api_url=discord.api_url, gateway_url=discord.gateway_url, pace=FakePace(), pictures=pictures
        )
        await adapter.open()
        await adapter.send(announcement, Destination("discord", str(channel.id), bot=adapter.bot), look, nonce="1")
        await adapter.close()
        if pictures:
            await pictures.close()
        [request] = [each for each in discord.requests if each.path.endswith("/messages") and each.method == "POST"]

    payload = discord_payload(render_discord(announcement, look))

    added = {"nonce", "enforce_nonce"}  # by newsbell, a new one for each delivery
    for embed in request.body.get("embeds", []):
        assert embed.pop("type") == "rich"  # the only kind that bots send; Discord wants none
    assert _pruned(payload.fields) == _pruned(request.body, *added)


def test_a_role_that_is_mentioned_may_be_pinged_and_nobody_else() -> None:
    payload = discord_payload(render_discord(FAR, Look(mention="77")))

    assert payload.fields["content"] == "<@&77>"
    assert payload.fields["allowed_mentions"] == {"parse": [], "roles": ["77"]}
    framed = discord_payload(render_discord(FAR, Look(Style.COMPONENTS, mention="77")))
    assert framed.fields["components"][0] == {"type": 10, "content": "<@&77>"}


def _announcement(name: str) -> Announcement:
    if name == "far":
        return FAR
    post = read_post(LOCAL, Site(EXAMPLES))
    assert post
    return announce(post)


def _apart(parameters: dict[str, Any]) -> dict[str, Any]:
    """Parameters of the Bot API as the emulator has them; some arrive as JSON in a text."""
    return {
        name: json.loads(value) if isinstance(value, str) and value.startswith(("[", "{")) else value
        for name, value in parameters.items()
    }


def _pruned(value: Any, *unshown: str) -> Any:
    """`value` without what means the same when it is left out: nothing, false, 0, and what is `unshown`."""
    if isinstance(value, dict):
        kept = {name: _pruned(inner) for name, inner in value.items() if name not in unshown}
        return {name: inner for name, inner in kept.items() if inner not in (None, False, "false", 0, [], {})}
    return [_pruned(inner) for inner in value] if isinstance(value, list) else value
