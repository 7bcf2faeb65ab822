"""What Discord refuses, each with its code."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from tests.emulators.discord import Channel, DiscordEmulator, Guild, Member
from tests.emulators.discord.client import Client, code_of, place, pointed_at, post
from tests.emulators.discord.spec import SpecCheck
from tests.specs import DISCORD, is_at_hand


@pytest.mark.parametrize(("taken", "code"), [("view_channel", 50001), ("send_messages", 50013), ("embed_links", 50013)])
async def test_a_missing_permission_is_refused(
    server: DiscordEmulator, channel: Channel, bot: Client, taken: str, code: int
) -> None:
    server.forbid(channel, taken)
    with pytest.raises(discord.Forbidden) as refusal:
        await place(bot, channel).send(embed=discord.Embed(title="Rain"))
    assert refusal.value.code == code

    server.permit(channel, taken)
    await place(bot, channel).send(embed=discord.Embed(title="Rain"))
    assert len(channel.visible) == 1


async def test_what_is_gone_has_its_own_code(server: DiscordEmulator, guild: Guild, bot: Client) -> None:
    gone, left, forum = (server.add_channel(guild, name) for name in ("gone", "left", "forum"))
    server.update_channel(forum, kind="forum")
    server.delete_channel(gone)
    codes = [await code_of(place(bot, gone).send("x")), await code_of(place(bot, forum).send("x"))]
    server.remove_guild(guild)
    assert [*codes, await code_of(place(bot, left).send("x"))] == [10003, 50008, 50001]


V2 = 1 << 15


def frame(*inside: Any) -> dict[str, Any]:
    return {"type": 17, "components": [*inside]}


def gallery(url: str, **about: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}, **about}]}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "n" * 26}, "nonce"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title"),
        ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
        ({"embeds": [{"fields": [{"name": "n", "value": "v" * 1025}]}]}, "embeds.0.fields.0.value"),
        ({"embeds": [{"url": "ftp://example.org"}]}, "embeds.0.url"),
        ({"embeds": [{"title": "x"}] * 11}, "embeds"),
        ({"components": [{"type": 1, "components": [{"type": 2, "style": 5, "label": "x" * 81, "url": "https://a.b"}]}]},
         "components.0.components.0.label"),
        ({"content": "x", "flags": V2, "components": [{"type": 10, "content": "y"}]}, "content"),
        ({"flags": V2, "components": [{"type": 10, "content": "y" * 4001}]}, "components.0.content"),
        ({"flags": V2, "components": [{"type": 10, "content": "y" * 2001}] * 2}, "components"),
        ({"flags": V2, "components": [{"type": 10, "content": "y"}] * 41}, "components"),
        ({"flags": V2, "components": [{"type": 10, "content": ""}]}, "components.0.content"),
        ({"flags": V2, "components": [{"type": 17, "components": []}]}, "components.0.components"),
        ({"flags": V2, "components": [frame(frame())]}, "components.0.components.0.type"),
        ({"flags": V2, "components": [frame({"type": 12, "items": []})]}, "components.0.components.0.items"),
        ({"flags": V2, "components": [frame(gallery("ftp://a.b/c.png"))]},
         "components.0.components.0.items.0.media.url"),
        ({"flags": V2, "components": [gallery("https://a.b/c.png", description="x" * 1025)]},
         "components.0.items.0.description"),
        ({"flags": V2, "components": [{"type": 9, "components": [{"type": 10, "content": "y"}], "accessory": {}}]},
         "components.0.accessory.type"),
        ({"flags": V2, "components": [gallery("attachment://c.png")]}, "components.media.url"),
        ({"components": [{"type": 10, "content": "y"}]}, "components.0.type"),
    ],
)  # fmt: skip
async def test_a_body_beyond_the_limits_is_refused_with_its_place(
    server: DiscordEmulator, channel: Channel, body: Any, where: str
) -> None:
    status, _, answer = await post(server, f"/channels/{channel.id}/messages", body)
    assert (status, answer["code"]) == (400, 50035)
    node = answer["errors"]
    for step in where.split("."):
        node = node[step]
    assert node["_errors"]


async def test_an_empty_message_and_a_huge_file_are_refused(channel: Channel, bot: Client) -> None:
    assert await code_of(place(bot, channel).send(" ")) == 50006
    huge = discord.File(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "huge.bin")
    assert await code_of(place(bot, channel).send(file=huge)) == 40005


async def test_a_person_can_refuse_direct_messages(server: DiscordEmulator, bot: Client, dara: Member) -> None:
    user = await bot.fetch_user(dara.id)
    await user.send("Hello")
    assert [message.content for message in server.dm(dara).visible] == ["Hello"]
    dara.user.refuses_dms = True
    assert await code_of(user.send("Hello?")) == 50007


async def test_a_wrong_token_is_refused_everywhere(server: DiscordEmulator) -> None:
    with pointed_at(server), pytest.raises(discord.LoginFailure):
        async with Client() as client:
            await client.login("wrong")
    async with aiohttp.ClientSession() as session, session.get(f"{server.api_url}/users/@me") as response:
        assert await response.json() == {"message": "401: Unauthorized", "code": 0}


async def test_an_unknown_route_is_refused_loudly(server: DiscordEmulator) -> None:
    status, _, _ = await post(server, "/channels/1/bells", {})
    assert status == 404
    assert server.violations == ["no such route: POST /api/v10/channels/1/bells"]


async def test_the_specification_is_asked_about_every_request(server: DiscordEmulator, channel: Channel) -> None:
    if not is_at_hand(DISCORD):
        pytest.skip("no specs")
    before = SpecCheck.checked_in_all
    await post(server, f"/channels/{channel.id}/messages", {"content": ["x"]})
    assert server.checked == SpecCheck.checked_in_all - before == len(server.requests) == 1
    (violation,) = server.violations
    assert "$.content" in violation


async def test_ids_that_discord_py_sends_as_integers_are_no_violations(
    server: DiscordEmulator, channel: Channel, dara: Member, bot: Client
) -> None:
    chosen = discord.SelectDefaultValue(id=dara.id, type=discord.SelectDefaultValueType.role)
    view = discord.ui.View().add_item(discord.ui.RoleSelect(default_values=[chosen]))
    allowed = discord.AllowedMentions(roles=[discord.Object(dara.id)])
    sent = await place(bot, channel).send("Which role?", view=view, allowed_mentions=allowed)
    await sent.reply("This one", file=discord.File(io.BytesIO(b"picture"), "rain.png"))
    await (await bot.fetch_user(dara.id)).send("Which role?")
    assert server.violations == []
