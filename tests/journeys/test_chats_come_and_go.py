"""Chats are lost, come back, and become others, while posts are on their way to them."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import Newsroom, post
from tests.patience import PATIENCE

pytestmark = pytest.mark.process


def titles(chat: Chat) -> list[str]:
    return [(message.caption or "").split("\n")[0] for message in chat.from_bot if message.photo]


async def all_are(newsroom: Newsroom, state: str) -> None:
    """Wait until every place is in this state."""
    async with asyncio.timeout(PATIENCE):
        while newsroom.rows("SELECT DISTINCT state FROM destinations") != [{"state": state}]:  # noqa: ASYNC110 - a database rings at nobody's door
            await asyncio.sleep(0.1)


async def test_who_is_thrown_out_is_told_of_once_harms_nobody_and_goes_on_when_it_is_back(world: World) -> None:
    newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
    operator, owner = telegram.add_user("Dara"), telegram.add_user("Sophea", language_code="km")
    operators_chat, owners_chat = telegram.add_private(operator), telegram.add_private(owner)
    group = telegram.add_supergroup("Readers")
    telegram.promote(group, owner)
    other = telegram.add_channel("National news")
    room = discord.add_channel(discord.add_guild("Mekong"), "news")
    newsroom.settings["NEWSBELL_ADMINS"] = f"telegram:{operator.id}"
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.subscribe([f"telegram:{other.id}", f"discord:{room.id}"])
    telegram.type(group, owner, "/subscribe national")
    await telegram.until(lambda: len(group.from_bot) == 1)

    telegram.kick(group)
    discord.delete_channel(room)
    newsroom.write("river.md", post("ART1"))
    await telegram.until(lambda: titles(other) == ["Post ART1"])
    await telegram.until(lambda: len(operators_chat.from_bot) == 1 and len(owners_chat.from_bot) == 1)

    [told] = operators_chat.from_bot
    assert f"Nothing can be sent to Readers (telegram:{group.id}) any more: the bot was removed" in (told.text or "")
    assert f"discord:{room.id}" in (told.text or "")
    assert (owners_chat.from_bot[-1].text or "").startswith("មិនអាចផ្ញើអ្វីទៅ Readers បានទៀតទេ៖ ")
    _, status = await newsroom.command("status")
    assert f"✗ telegram:{group.id} (Readers)" in status
    assert titles(group) == []

    telegram.join(group)
    await telegram.until(lambda: titles(group) == ["Post ART1"])
    assert len(operators_chat.from_bot) == 1


async def test_a_group_that_becomes_a_supergroup_in_the_middle_of_a_fan_out_misses_and_doubles_nothing(
    world: World,
) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    channels = [telegram.add_channel(f"Channel {number}") for number in range(10)]
    groups = [telegram.add_group(f"Group {number}") for number in range(10)]
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.subscribe([f"telegram:{each.id}" for each in (*channels, *groups)])
    newsroom.write("river.md", post("ART1", title="The river rises"))
    await newsroom.settles(20)

    moved: dict[int, Chat] = {}

    def move(group: Chat) -> None:
        moved[group.id] = telegram.migrate(group)

    for number, group in enumerate(groups):  # each moves just before its send, or when its news comes first
        telegram.fault("act", method="sendPhoto", chat=group, act=lambda group=group: move(group), skip=number % 2)
    newsroom.write("more.md", post("ART2"))
    await newsroom.settles(40)
    for group in groups:
        if group.id not in moved:
            move(group)
    newsroom.write("river.md", post("ART1", title="The river falls"))
    await telegram.until(lambda: all(titles(each)[0] == "The river falls" for each in channels))
    newsroom.write("third.md", post("ART3"))
    await newsroom.settles(60)
    await asyncio.sleep(0.5)  # for an edit that should not come

    for group in groups:
        everything = titles(group) + titles(moved[group.id])
        assert everything == ["The river rises", "Post ART2", "Post ART3"]
    assert len(newsroom.rows("SELECT * FROM destinations")) == 20
    assert not any("Traceback" in line for line in newsroom.log)


async def test_a_topic_that_is_closed_waits_and_goes_on_when_it_is_opened(world: World) -> None:
    newsroom, telegram = world.newsroom, world.telegram
    forum = telegram.add_supergroup("Desk", forum=True)
    national, sport = telegram.add_topic(forum, "National"), telegram.add_topic(forum, "Sport")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("telegram: ready")
    await newsroom.subscribe([f"telegram:{forum.id}/{national}", f"telegram:{forum.id}/{sport}"])

    telegram.close_topic(forum, national)
    newsroom.write("river.md", post("ART1"))
    await newsroom.says("the topic is closed")
    await newsroom.says("sent Post ART1")
    await telegram.until(lambda: [message.thread_id for message in forum.from_bot] == [sport])

    telegram.reopen_topic(forum, national)
    await telegram.until(lambda: [message.thread_id for message in forum.from_bot] == [sport, national])


async def test_on_discord_a_right_that_returns_and_a_thread_that_is_opened_let_what_waited_through(
    world: World,
) -> None:
    newsroom, discord = world.newsroom, world.discord
    guild = discord.add_guild("Mekong")
    room, other = discord.add_channel(guild, "news"), discord.add_channel(guild, "sport")
    thread = discord.add_thread(other, "Flood")
    newsroom.write("old.md", post("OLD1"))
    await newsroom.start()
    await newsroom.says("discord: ready")
    await discord.until(lambda: discord.gateway.connected)
    await newsroom.subscribe([f"discord:{other.id}/{thread.id}"])
    discord.forbid(room, "send_messages")
    code, said = await newsroom.command("subscriptions", "add", f"discord:{room.id}", "national")
    assert code == 0
    assert (
        f"discord:{room.id} is subscribed\n  Nothing can be sent at present: newsbell lacks Send Messages here" in said
    )
    sport = {"kind": "category", "value": "sport", "display": "", "language": "", "destination": f"discord:{room.id}"}
    (newsroom.home / "sport.json").write_text(json.dumps([sport]))
    code, said = await newsroom.command("subscriptions", "import", "sport.json", "--anyway")
    assert code == 0
    assert f"1 of 1 subscription is new\n  discord:{room.id}: Nothing can be sent at present: newsbell lacks" in said
    discord.update_thread(thread, locked=True, archived=True)

    newsroom.write("river.md", post("ART1"))
    await all_are(newsroom, "suspended")
    reasons = {row["reason"].partition(" here;")[0] for row in newsroom.rows("SELECT reason FROM destinations")}
    assert reasons == {"newsbell lacks Send Messages", "the thread is locked; unlock it, or subscribe its channel"}
    assert not room.visible
    assert not thread.visible
    discord.permit(room, "send_messages")
    discord.update_thread(thread, locked=False, archived=False)

    await discord.until(lambda: len(room.visible) == 1 and len(thread.visible) == 1)
    await all_are(newsroom, "active")
