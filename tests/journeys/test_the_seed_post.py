"""The post of which everything began, as its site published it, from the file to its readers. It is not ours to ship.

What readers should see is worked out here from the file itself, by other means than newsbell's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

from tests.journeys.conftest import World
from tests.journeys.newsroom import post
from tests.specs import seed_post

pytestmark = pytest.mark.process


@dataclass(frozen=True, slots=True)
class Seed:
    """The file, and its parts as a person would point them out."""

    file: bytes
    title: str
    image: str
    link: str
    caption: str
    lead: str  # the first paragraph


@pytest.fixture
def seed() -> Seed:
    file = seed_post()
    if file is None:
        pytest.skip("the seed post is not at hand: lay seed-post.md beside the folder that NEWSBELL_SPECS names")
    _, front_matter, text = file.decode().split("---\n", 2)
    fields = dict(re.findall(r'^(\w+): "(.*)"$', front_matter, re.MULTILINE))
    heading, picture, caption, lead, *_ = [part for part in text.split("\n\n") if part.strip()]
    assert fields["category"] == "NATIONAL"
    assert heading.strip() == f"# {fields['title']}"
    assert fields["image"] not in picture
    assert len(re.findall(r"\.(?:\s|$)", lead)) == 2  # the issue speaks of two sentences
    return Seed(file, fields["title"], fields["image"], fields["origin_url"], caption, lead)


async def test_the_seed_post_reaches_the_subscribers_of_national_and_only_them(world: World, seed: Seed) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    national, sport = telegram.add_channel("National news"), telegram.add_channel("Sport news")
    guild = discord.add_guild("Readers")
    news, games = discord.add_channel(guild, "news"), discord.add_channel(guild, "games")
    admin = discord.add_member(guild, "Sophea", permissions={"manage_guild"})
    newsroom.write("old.md", post("OLD1"))
    newsroom.write("game.md", post("OLD2", category="SPORT"))
    await newsroom.start()
    await discord.until(lambda: bool(discord.commands) and discord.gateway.connected)
    telegram.type(national, None, "/subscribe national")
    telegram.type(sport, None, "/subscribe sport")
    await telegram.until(lambda: len(telegram.sent) == 2)
    await discord.command(news, admin, "subscribe", category="National")
    await discord.command(games, admin, "subscribe", category="Sport")

    newsroom.write("seed-post.md", seed.file)
    await newsroom.settles(2)

    [photo] = [message for message in national.visible if message.photo]
    assert photo.photo is not None
    assert photo.photo.url == seed.image
    assert photo.caption == f"{seed.title}\n\n{seed.lead}\n\n#National"
    assert seed.caption[:30] not in photo.caption
    assert [(button.text, button.url) for button in photo.buttons] == [("Read", seed.link)]
    [shown] = [message for message in news.visible if message.embeds]
    [embed] = shown.embeds
    assert (embed["title"], embed["description"], embed["url"]) == (seed.title, seed.lead, seed.link)
    assert embed["image"]["url"] == seed.image
    assert not any(message.photo for message in sport.visible)
    assert not any(message.embeds for message in games.visible)
    rows = newsroom.rows("SELECT platform, state, message_ids FROM deliveries ORDER BY platform")
    assert rows == [
        {"platform": "discord", "state": "settled", "message_ids": f'["{shown.id}"]'},
        {"platform": "telegram", "state": "settled", "message_ids": f'["{photo.id}"]'},
    ]

    assert await newsroom.stop() == 0
    await newsroom.start()
    newsroom.write("later.md", post("LATER"))  # when this one is there, the seed would have been
    await newsroom.settles(4)

    assert [(each.caption or "").split("\n")[0] for each in national.visible if each.photo] == [
        seed.title,
        "Post LATER",
    ]
    assert [each.embeds[0]["title"] for each in news.visible if each.embeds] == [seed.title, "Post LATER"]
    assert not any(message.photo for message in sport.visible)
    assert not any(message.embeds for message in games.visible)
