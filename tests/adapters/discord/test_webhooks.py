"""Messages under a name of the site's own, by a webhook: written, changed, found again, and as the bot if need be."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.history import NoProof
from bot.errors import DestinationLost, NeverArrived, OutcomeUnknown, Rejected, Scope, TryLater
from bot.models import Announcement, Look, Receipt, Shown
from tests.adapters.discord.conftest import FakePace, Server, adapter_for
from tests.emulators.discord import Channel
from tests.fakes.notices import FakeNotices
from tests.state.making import eventually

NEWS = Look(sender="Mekong News")


@pytest.fixture
def branded(server: Server) -> Server:
    """The server, on which newsbell may have webhooks."""
    server.discord.permit(server.news, "manage_webhooks")
    return server


async def send(server: Server, rain: Announcement, channel: Channel | None = None, look: Look = NEWS) -> Shown:
    place = server.place(channel or server.news)
    return server.shown(rain, look, await server.adapter.send(rain, place, look, nonce="1"))


async def settle(server: Server, rain: Announcement, channel: Channel | None = None, *, after: float) -> Receipt | None:
    now = datetime.now(UTC)
    return await server.adapter.settle(
        rain,
        server.place(channel or server.news),
        NEWS,
        nonce="1",
        tried_at=now,
        now=now + timedelta(seconds=after),
    )


async def restart(server: Server) -> Server:
    """The same server, with an adapter that knows no webhook yet."""
    await server.adapter.close()
    adapter = adapter_for(server.discord, server.pace, server.trails)
    await adapter.open()
    return replace(server, adapter=adapter)


def paths(server: Server, method: str) -> list[str]:
    """The last parts of what was asked, without ids and tokens."""
    asked = [request for request in server.discord.requests if request.method == method]
    return [(request.route or "").removeprefix("/channels/{channel_id}") for request in asked]


async def test_a_message_comes_under_the_name_that_was_chosen_by_one_webhook_that_is_made_once(
    branded: Server, rain: Announcement
) -> None:
    first = await send(branded, rain)
    await send(branded, replace(rain, title="Wind"), look=Look(sender="Mekong Weather"))
    again = await restart(branded)
    await send(again, replace(rain, title="Sun"))

    messages = branded.news.visible
    assert [message.author.name for message in messages] == ["Mekong News", "Mekong Weather", "Mekong News"]
    assert len(branded.news.webhooks) == 1
    assert first.receipt == Receipt((str(messages[0].id),))
    assert messages[0].embeds[0]["title"] == "Rain floods the market"
    await again.adapter.close()


@pytest.mark.parametrize("restarted", [False, True])
async def test_it_is_edited_and_deleted_by_who_wrote_it(branded: Server, rain: Announcement, restarted: bool) -> None:
    shown = await send(branded, rain)
    server = await restart(branded) if restarted else branded
    place = server.destination
    sunny = replace(rain, title="Rain ends")
    await server.adapter.edit(sunny, place, NEWS, shown)
    assert [message.embeds[0]["title"] for message in server.news.visible] == ["Rain ends"]
    await server.adapter.edit(rain, place, Look(), server.shown(sunny, NEWS, shown.receipt))  # the option is off by now
    assert [message.embeds[0]["title"] for message in server.news.visible] == ["Rain floods the market"]
    await server.adapter.delete(place, shown)
    assert server.news.visible == []
    await server.adapter.close()


async def test_after_a_restart_a_deletion_finds_the_webhook(branded: Server, rain: Announcement) -> None:
    shown = await send(branded, rain)
    server = await restart(branded)
    await server.adapter.delete(server.destination, shown)
    assert server.news.visible == []
    await server.adapter.close()


async def test_what_the_bot_wrote_before_is_still_changed_by_the_bot(branded: Server, rain: Announcement) -> None:
    shown = await send(branded, rain, look=Look())
    await send(branded, replace(rain, title="Wind"))
    await branded.adapter.edit(replace(rain, title="Rain ends"), branded.destination, NEWS, shown)
    assert [message.embeds[0]["title"] for message in branded.news.visible] == ["Rain ends", "Wind"]
    await branded.adapter.delete(branded.destination, shown)
    assert [message.embeds[0]["title"] for message in branded.news.visible] == ["Wind"]


async def test_in_a_thread_and_in_a_forum_it_works_as_well(branded: Server, rain: Announcement) -> None:
    thread = branded.discord.add_thread(branded.news, "Flood", owner=branded.reader.user)
    await send(branded, rain, thread)
    forum = branded.discord.add_channel(branded.guild, "posts", "forum", tags=["National"], require_tag=True)
    branded.discord.permit(forum, "manage_webhooks", "manage_threads")
    shown = await send(branded, rain, forum)
    [post] = forum.threads

    assert [message.author.name for message in (*thread.visible, *post.visible)] == ["Mekong News"] * 2
    assert (post.name, post.applied_tags) == ("Rain floods the market", [forum.tags[0].id])
    await branded.adapter.edit(replace(rain, title="Rain ends"), branded.place(forum), NEWS, shown)
    assert (post.name, post.visible[0].embeds[0]["title"]) == ("Rain ends", "Rain ends")
    await branded.adapter.delete(branded.place(forum), shown)
    assert forum.threads == []


async def test_without_manage_threads_a_post_keeps_its_name_and_loses_its_words(
    branded: Server, rain: Announcement
) -> None:
    forum = branded.discord.add_channel(branded.guild, "posts", "forum")
    branded.discord.permit(forum, "manage_webhooks")
    shown = await send(branded, rain, forum)
    [post] = forum.threads
    await branded.adapter.edit(replace(rain, title="Rain ends"), branded.place(forum), NEWS, shown)
    assert (post.name, post.visible[0].embeds[0]["title"]) == ("Rain floods the market", "Rain ends")
    await branded.adapter.delete(branded.place(forum), shown)
    assert post.visible == []


async def test_a_webhook_that_is_gone_is_never_used_again_and_replaced_once(
    branded: Server, rain: Announcement
) -> None:
    shown = await send(branded, rain)
    [dead] = branded.news.webhooks
    branded.discord.delete_webhook(dead)
    await send(branded, replace(rain, title="Wind"))
    await send(branded, replace(rain, title="Sun"))

    used = [request.path for request in branded.discord.requests if f"/webhooks/{dead.id}/" in request.path]
    assert len(used) == 2, "once well, and once in vain"
    assert len(branded.news.webhooks) == 1
    with pytest.raises(Rejected, match="was deleted or moved to another channel"):
        await branded.adapter.edit(replace(rain, title="Rain ends"), branded.destination, NEWS, shown)
    with pytest.raises(Rejected, match="was deleted or moved to another channel"):
        await branded.adapter.delete(branded.destination, shown)


async def test_where_webhooks_are_forbidden_the_bot_writes_itself_and_the_owner_is_told(
    server: Server, rain: Announcement
) -> None:
    notices = FakeNotices()
    adapter = DiscordAdapter(server.discord.token, api_url=server.discord.api_url, pace=server.pace, notices=notices)
    await adapter.open()
    bare = replace(server, adapter=adapter)
    await send(bare, rain)
    await bare.adapter.send(rain, bare.destination, NEWS, nonce="2")

    assert [message.author.name for message in server.news.visible] == ["newsbell"] * 2
    assert paths(server, "GET").count("/webhooks") == 1, "it is not asked again and again"
    [told] = notices.words
    assert "under newsbell's own name, not as “Mekong News”" in told
    assert "allow Manage Webhooks" in told
    await adapter.close()


async def test_once_the_gateway_tells_that_webhooks_are_allowed_one_writes_without_a_pause(
    live: Server, rain: Announcement
) -> None:
    async def is_heard() -> bool:
        return live.adapter._rights.heard(live.destination) is not None

    async def may_sign() -> bool:
        ground = live.adapter._rights.heard(live.destination)
        return ground is not None and ground.permissions.manage_webhooks

    await eventually(is_heard)
    await send(live, rain)
    live.discord.permit(live.news, "manage_webhooks")
    await eventually(may_sign)
    await live.adapter.send(rain, live.destination, NEWS, nonce="2")
    assert [message.author.name for message in live.news.visible] == ["newsbell", "Mekong News"]


async def test_what_a_webhook_wrote_waits_for_manage_webhooks_and_the_channel_goes_on(
    branded: Server, rain: Announcement
) -> None:
    shown = await send(branded, rain)
    branded.discord.forbid(branded.news, "manage_webhooks")
    server = await restart(branded)
    with pytest.raises(TryLater, match="allow Manage Webhooks") as caught:
        await server.adapter.delete(server.destination, shown)
    assert caught.value.scope is Scope.ROUTE, "nothing else there waits for it"
    with pytest.raises(TryLater, match="allow Manage Webhooks"):
        await server.adapter.edit(replace(rain, title="Rain ends"), server.destination, NEWS, shown)
    assert paths(server, "GET").count("/webhooks") == 2, (
        "the first for the send, the second in vain: not again and again"
    )

    branded.discord.permit(branded.news, "manage_webhooks")
    again = await restart(server)
    await again.adapter.delete(again.destination, shown)
    assert server.news.visible == []
    await again.adapter.close()


async def test_each_webhook_of_newsbells_is_tried_for_what_one_of_them_wrote(
    branded: Server, rain: Announcement
) -> None:
    branded.discord.add_webhook(branded.news, "newsbell")
    other = branded.discord.add_webhook(branded.news, "newsbell")
    branded.news.webhooks.reverse()
    shown = await send(branded, rain)
    branded.news.webhooks.reverse()
    server = await restart(branded)
    await server.adapter.edit(replace(rain, title="Rain ends"), server.destination, NEWS, shown)
    [message] = server.news.visible
    assert (message.webhook, message.embeds[0]["title"]) == (other, "Rain ends")
    await server.adapter.delete(server.destination, shown)
    assert server.news.visible == []
    await server.adapter.close()


async def test_a_webhook_whose_making_was_answered_with_trouble_is_found_and_not_made_twice(
    branded: Server, rain: Announcement
) -> None:
    branded.discord.fault("bad_gateway", method="POST", path="/channels/{channel_id}/webhooks", accept=True)
    with pytest.raises(TryLater):
        await send(branded, rain)
    await send(branded, rain)
    assert (len(branded.news.webhooks), len(branded.news.visible)) == (1, 1)


async def test_a_webhook_that_was_moved_takes_no_post_with_it(branded: Server, rain: Announcement) -> None:
    await send(branded, rain)
    thread = branded.discord.add_thread(branded.news, "Flood", owner=branded.reader.user)
    elsewhere = branded.discord.add_channel(branded.guild, "elsewhere")
    for place in (branded.news, thread):
        branded.discord.move_webhook(branded.news.webhooks[0], elsewhere)
        await send(branded, replace(rain, title="Wind"), place)
    assert [message.embeds[0]["title"] for message in branded.news.visible] == ["Rain floods the market", "Wind"]
    assert [message.embeds[0]["title"] for message in thread.visible] == ["Wind"]
    assert (elsewhere.visible, len(branded.news.webhooks)) == ([], 1)


async def test_between_forums_too(branded: Server, rain: Announcement) -> None:
    forum, other = (branded.discord.add_channel(branded.guild, name, "forum") for name in ("posts", "other"))
    branded.discord.permit(forum, "manage_webhooks")
    await send(branded, rain, forum)
    branded.discord.move_webhook(forum.webhooks[0], other)
    await send(branded, replace(rain, title="Wind"), forum)
    assert (len(forum.threads), other.threads) == (2, [])


async def test_a_channel_whose_webhooks_are_not_told_holds_up_no_other(branded: Server, rain: Announcement) -> None:
    other = branded.discord.add_channel(branded.guild, "other")
    branded.discord.permit(other, "manage_webhooks")
    branded.discord.fault("hang", path="/channels/{channel_id}/webhooks", channel=branded.news)
    silent = asyncio.create_task(send(branded, rain))
    await branded.discord.until(lambda: "/webhooks" in paths(branded, "GET"))
    await send(branded, rain, other)
    assert (len(other.visible), silent.done()) == (1, False)
    silent.cancel()


async def test_a_name_that_discord_does_not_take_is_left_out_and_the_owner_is_told(
    branded: Server, rain: Announcement
) -> None:
    notices = FakeNotices()
    discord = branded.discord
    adapter = DiscordAdapter(discord.token, api_url=discord.api_url, pace=branded.pace, notices=notices)
    await adapter.open()
    name = "Clyde's News"
    await send(replace(branded, adapter=adapter), rain, look=Look(sender=name))
    assert [message.author.name for message in branded.news.visible] == ["newsbell"]
    [told] = notices.words
    assert f"under newsbell's own name, not as “{name}”" in told
    assert "In username:" in told
    assert told.endswith("choose another name: /settings sender.")

    tried = len(paths(branded, "POST"))
    await adapter.send(rain, branded.destination, Look(sender=name), nonce="2")
    assert len(paths(branded, "POST")) == tried + 1  # the bot's own, at once
    assert [message.author.name for message in branded.news.visible] == ["newsbell"] * 2
    await adapter.close()


async def test_which_right_is_missing_is_named_as_for_the_bots_own_messages(
    branded: Server, rain: Announcement
) -> None:
    branded.discord.forbid(branded.news, "view_channel")
    with pytest.raises(DestinationLost, match="View Channel"):
        await send(branded, rain)


async def test_the_limits_of_webhooks_are_kept(branded: Server, rain: Announcement) -> None:
    branded.pace.turns.clear()
    await send(branded, rain)
    keys = {rate.key: (rate.amount, rate.seconds) for rates, _ in branded.pace.turns for rate in rates}
    assert keys[f"channel:{branded.news.id}:webhook"][0] == 5
    assert keys[f"channel:{branded.news.id}:webhook-minute"][0] == 30

    class Busy(FakePace):
        def wait(self, rates: object) -> float:
            return 40.0

    adapter = adapter_for(branded.discord, Busy())
    await adapter.open()
    with pytest.raises(TryLater) as caught:
        await adapter.send(rain, branded.destination, NEWS, nonce="2")
    assert caught.value.retry_after == 40
    await adapter.close()


@pytest.mark.parametrize("kind", ["accept_then_close", "bad_gateway"])
async def test_a_message_whose_answer_was_lost_is_found_and_not_written_twice(
    branded: Server, rain: Announcement, kind: str
) -> None:
    await send(branded, replace(rain, title="Wind"))
    accepting = {} if kind == "accept_then_close" else {"accept": True}
    branded.discord.fault(kind, method="POST", **accepting)  # type: ignore[arg-type]  # a kind by its name
    with pytest.raises(OutcomeUnknown):
        await send(branded, rain)

    [_, message] = branded.news.visible
    again = await restart(branded)
    assert await settle(again, rain, after=0) == Receipt((str(message.id),))
    await again.adapter.close()


async def test_in_a_forum_too(branded: Server, rain: Announcement) -> None:
    forum = branded.discord.add_channel(branded.guild, "posts", "forum")
    branded.discord.permit(forum, "manage_webhooks")
    await send(branded, rain, forum)
    again = await restart(branded)
    assert await settle(again, rain, forum, after=0) == Receipt((str(forum.threads[0].id),))
    with pytest.raises(NeverArrived):
        await settle(again, replace(rain, title="Wind"), forum, after=20)
    await again.adapter.close()


async def test_what_is_not_there_is_written_anew_once_it_can_not_come_any_more(
    branded: Server, rain: Announcement
) -> None:
    branded.discord.say(branded.news, branded.reader, "Good morning!")
    with pytest.raises(TryLater, match="may still come") as caught:
        await settle(branded, rain, after=5)
    assert not isinstance(caught.value, NeverArrived)
    with pytest.raises(NeverArrived):
        await settle(branded, rain, after=20)


async def test_where_nothing_can_be_read_there_is_no_proof(branded: Server, rain: Announcement) -> None:
    await send(branded, rain)
    branded.discord.forbid(branded.news, "read_message_history")
    with pytest.raises(NoProof, match="Read Message History"):
        await settle(branded, rain, after=0)


async def test_its_token_is_nowhere_to_be_seen_but_in_addresses(branded: Server, rain: Announcement) -> None:
    await send(branded, rain)
    [hook] = branded.news.webhooks
    branded.discord.fault("rate_limited", method="POST", retry_after=60.0)
    with pytest.raises(TryLater) as caught:
        await send(branded, rain)
    assert hook.token not in f"{branded.adapter._webhooks._hooks._known!r}{caught.value!r}{caught.value.__cause__!r}"
