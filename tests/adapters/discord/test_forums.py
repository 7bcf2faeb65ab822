"""Forums: each post is a thread of its own, with the tags of its categories, once, whatever happens on the way."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.discord.forums import Forum, choose_tags, thread_name
from adapters.discord.history import NoProof
from bot.composing.announce import hashtag
from bot.errors import DestinationLost, MessageGone, NeverArrived, OutcomeUnknown, Rejected, TryLater
from bot.models import Announcement, Look, Picture, Receipt, Shown, Style
from bot.subscribing.tags import tag_key
from tests.adapters.discord.conftest import Server, adapter_for
from tests.drawing import drawn
from tests.emulators.discord import Channel

TAGS = ["Sport", "National", "⚽ Football"]


@pytest.fixture
def forum(server: Server) -> Channel:
    """A forum without a rule."""
    return server.discord.add_channel(server.guild, "posts", "forum", tags=TAGS)


async def post(server: Server, forum: Channel, rain: Announcement, look: Look | None = None) -> Shown:
    """Post in the forum, and what is shown then."""
    look = look or Look()
    return server.shown(rain, look, await server.adapter.send(rain, server.place(forum), look, nonce="1"))


async def settle(
    server: Server, forum: Channel, rain: Announcement, *, after: float = 0, unwanted: bool = False
) -> Receipt | None:
    """What became of the send that was tried just now, `after` so many seconds."""
    now = datetime.now(UTC)
    return await server.adapter.settle(
        rain,
        server.place(forum),
        Look(),
        nonce="1",
        tried_at=now,
        now=now + timedelta(seconds=after),
        unwanted=unwanted,
    )


async def restart(server: Server) -> Server:
    """The same server, with an adapter that has seen nothing yet."""
    await server.adapter.close()
    adapter = adapter_for(server.discord, server.pace, server.trails)
    await adapter.open()
    return replace(server, adapter=adapter)


def tags_of(forum: Channel) -> list[list[str]]:
    """The names of the tags of each post."""
    names = {tag.id: tag.name for tag in forum.tags}
    return [[names[tag] for tag in thread.applied_tags] for thread in forum.threads]


# --- posting ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["forum", "media"])
async def test_a_post_is_a_thread_with_the_title_as_its_name_and_the_tag_of_its_category(
    server: Server, rain: Announcement, kind: str
) -> None:
    forum = server.discord.add_channel(server.guild, "posts", kind, tags=TAGS)  # type: ignore[arg-type]  # a kind by its name
    shown = await post(server, forum, rain)

    [thread] = forum.threads
    [message] = thread.visible
    assert thread.name == "Rain floods the market"
    assert message.embeds[0]["description"] == "Water stood **knee-high** on Tuesday."
    assert shown.receipt == Receipt((str(thread.id),)) == Receipt((str(message.id),))
    assert tags_of(forum) == [["National"]]


async def test_that_a_channel_is_a_forum_is_found_out_once(server: Server, forum: Channel, rain: Announcement) -> None:
    for title in "abc":
        await post(server, forum, replace(rain, title=title))

    seen = [(request.method, request.path.rpartition("/")[2]) for request in server.discord.requests[2:]]
    assert seen == [("POST", "messages"), ("GET", str(forum.id)), *[("POST", "threads")] * 3]


async def test_an_ordinary_channel_is_never_asked_what_it_is(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    await server.adapter.edit(replace(rain, title="Rain ends"), server.destination, Look(), shown)
    await server.adapter.delete(server.destination, shown)

    assert [request.method for request in server.discord.requests[2:]] == ["POST", "PATCH", "DELETE"]


@pytest.mark.parametrize("style", [Style.EMBED, Style.COMPONENTS])
async def test_a_picture_comes_along_and_stays_in_an_edit(
    server: Server, forum: Channel, rain: Announcement, tmp_path: Path, style: Style
) -> None:
    file = tmp_path / "street.png"
    file.write_bytes(drawn("PNG"))
    rain, look = replace(rain, pictures=(Picture(file=str(file), alt="A street"),)), Look(style=style, silent=True)
    shown = await post(server, forum, rain, look)

    [message] = forum.threads[0].visible
    [attachment] = message.attachments
    assert (attachment.description, message.silent) == ("A street", True)
    assert shown.receipt.media_id == f"{attachment.id}/picture.png"
    await server.adapter.edit(replace(rain, title="Dry again"), server.place(forum), look, shown)
    assert message.attachments == [attachment]
    assert "Dry again" in f"{message.embeds}{message.components}"


@pytest.mark.parametrize(
    ("tags", "look", "worn"),
    [
        ({"tags": TAGS}, Look(), "National"),
        ({"tags": ["Sport"]}, Look(), "Sport"),
        ({"tags": ["Sport", "Other"], "moderated": ["National"]}, Look(), "Sport"),
        ({"tags": ["Sport", "Other"]}, Look(tag="other"), "Other"),
        ({"tags": ["Sport"], "moderated": ["Other"]}, Look(tag="Other"), "Sport"),
    ],
    ids=["matching", "first", "moderated", "named", "named-moderated"],
)
async def test_where_a_tag_must_be_there_is_one(
    server: Server, rain: Announcement, tags: dict[str, Sequence[str]], look: Look, worn: str
) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum", require_tag=True, **tags)
    await post(server, forum, rain, look)
    assert tags_of(forum) == [[worn]]


@pytest.mark.parametrize("moderated", [[], ["News"]])
async def test_where_a_tag_must_be_and_there_is_none_it_is_said_what_to_do(
    server: Server, rain: Announcement, moderated: list[str]
) -> None:
    forum = server.discord.add_channel(server.guild, "posts", "forum", moderated=moderated, require_tag=True)
    with pytest.raises(DestinationLost, match="add one that is not for moderators alone, or switch off Require Tags"):
        await post(server, forum, rain)
    assert forum.threads == []

    tag = server.discord.add_tag(forum, "National")
    await post(server, forum, rain)
    assert [thread.applied_tags for thread in forum.threads] == [[tag.id]], "it is not believed for ten minutes"


async def test_tags_that_changed_meanwhile_are_read_anew(server: Server, forum: Channel, rain: Announcement) -> None:
    await post(server, forum, rain)
    forum.tags.clear()
    server.discord.add_tag(forum, "National")
    wind = replace(rain, title="Wind")
    with pytest.raises(TryLater) as caught:
        await post(server, forum, wind)
    await post(server, forum, wind)

    assert caught.value.retry_after == 0
    assert [thread.name for thread in forum.threads] == ["Rain floods the market", "Wind"]
    assert forum.threads[1].applied_tags == [forum.tags[0].id]


async def test_that_a_tag_must_be_from_now_on_is_read_anew(server: Server, forum: Channel, rain: Announcement) -> None:
    untagged = replace(rain, label="", hashtags=())
    await post(server, forum, untagged)
    forum.require_tag = True
    with pytest.raises(TryLater):
        await post(server, forum, untagged)
    await post(server, forum, untagged)

    assert tags_of(forum) == [[], ["Sport"]]


def test_names_of_tags_are_compared_as_those_of_categories() -> None:
    assert tag_key("⚽ Weekly_news") == tag_key("#WEEKLY NEWS") == "weekly-news"
    assert tag_key("អន្តរ\u200bជាតិ") == tag_key("អន្តរជាតិ")
    assert tag_key("🔥") == "🔥"


def test_a_post_wears_five_tags_at_most_in_the_order_of_its_categories() -> None:
    names = ["Rock & Roll", "b", "c", "d", "e", "f"]
    forum = Forum(1, 2, {tag_key(name): number for number, name in enumerate(reversed(names))}, wants_tag=True)
    post = Announcement("Rain", label=names[0], hashtags=tuple(map(hashtag, names)))
    assert choose_tags(forum, post, Look()) == [5, 4, 3, 2, 1]


def test_a_long_title_is_cut_between_letters() -> None:
    name = thread_name("👨‍👩‍👧 " * 40)
    assert len(name.encode("utf-16-le")) // 2 <= 100
    assert name.rstrip("…").strip().split(" ") == ["👨‍👩‍👧"] * name.count("👨")
    assert thread_name(" ") == "…"


# --- what becomes of a post ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edit_changes_words_and_name(
    server: Server, forum: Channel, rain: Announcement, restarted: bool
) -> None:
    shown = await post(server, forum, rain)
    again = await restart(server) if restarted else server
    await again.adapter.edit(replace(rain, title="Rain ends"), server.place(forum), Look(), shown)

    [thread] = forum.threads
    assert (thread.name, thread.visible[0].embeds[0]["title"]) == ("Rain ends", "Rain ends")
    await again.adapter.close()


async def test_an_edit_of_the_words_alone_asks_for_no_new_name(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    await server.adapter.edit(replace(rain, label="Weather"), server.place(forum), Look(), shown)

    changed = [
        request.path.rpartition("/channels/")[2] for request in server.discord.requests if request.method == "PATCH"
    ]
    [thread] = forum.threads
    assert changed == [f"{thread.id}/messages/{thread.id}"]


@pytest.mark.parametrize("title", ["Rain floods the market", "Rain ends"])
async def test_an_archived_post_is_opened_for_its_edit(
    server: Server, forum: Channel, rain: Announcement, title: str
) -> None:
    shown = await post(server, forum, rain)
    [thread] = forum.threads
    server.discord.update_thread(thread, archived=True)
    await server.adapter.edit(replace(rain, title=title, label="Weather"), server.place(forum), Look(), shown)

    assert (thread.name, thread.archived, len(thread.visible[0].edits)) == (title, False, 1)


async def test_a_locked_post_costs_its_edit_and_not_the_forum(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    server.discord.update_thread(forum.threads[0], archived=True, locked=True)
    with pytest.raises(Rejected, match="unlock it"):
        await server.adapter.edit(replace(rain, label="Weather"), server.place(forum), Look(), shown)


async def test_a_post_that_somebody_deleted_is_gone_and_not_its_forum(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    server.discord.delete_channel(forum.threads[0])
    with pytest.raises(MessageGone):
        await server.adapter.edit(replace(rain, label="Weather"), server.place(forum), Look(), shown)
    with pytest.raises(MessageGone):
        await server.adapter.delete(server.place(forum), shown)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_withdrawn_post_goes_with_its_thread(
    server: Server, forum: Channel, rain: Announcement, restarted: bool
) -> None:
    server.discord.permit(forum, "manage_threads")
    shown = await post(server, forum, rain)
    again = await restart(server) if restarted else server
    await again.adapter.delete(server.place(forum), shown)

    assert forum.threads == []
    await again.adapter.close()


async def test_without_the_right_to_delete_threads_its_words_go_and_it_is_closed(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    [thread] = forum.threads
    server.discord.update_thread(thread, archived=True)
    await server.adapter.delete(server.place(forum), shown)

    assert (thread.visible, thread.archived) == ([], True)


async def test_a_pin_is_inside_of_the_thread(server: Server, forum: Channel, rain: Announcement) -> None:
    shown = await post(server, forum, rain)
    with pytest.raises(Rejected, match="may not pin here"):
        await server.adapter.pin(server.place(forum), shown.receipt)
    server.discord.permit(forum, "pin_messages")
    again = await restart(server)
    await again.adapter.pin(server.place(forum), shown.receipt)
    [message] = forum.threads[0].visible
    assert message.pinned
    await again.adapter.unpin(server.place(forum), shown.receipt)
    assert not message.pinned
    await again.adapter.close()


# --- when the answer is lost -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["accept_then_close", "bad_gateway", "unavailable"])
async def test_a_post_whose_answer_was_lost_is_found_and_not_made_twice(
    server: Server, forum: Channel, rain: Announcement, kind: str
) -> None:
    """discord.py itself would try again after 502, and a thread has no nonce."""
    await post(server, forum, replace(rain, title="Wind"))
    server.trails.known = {forum.threads[0].id}
    accepting = {} if kind == "accept_then_close" else {"accept": True}
    server.discord.fault(kind, method="POST", **accepting)  # type: ignore[arg-type]  # a kind by its name
    with pytest.raises(OutcomeUnknown):
        await post(server, forum, rain)

    [_, thread] = forum.threads
    assert await settle(server, forum, rain) == Receipt((str(thread.id),))
    assert await settle(server, forum, rain, unwanted=True) == Receipt((str(thread.id),))


async def test_it_is_found_after_a_restart_too_also_if_it_was_archived(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    server.discord.update_thread(forum.threads[0], archived=True)
    again = await restart(server)

    assert await settle(again, forum, rain) is None, "nobody knows yet that it is a forum"
    assert await post(again, forum, rain) == shown
    assert await settle(again, forum, rain) == shown.receipt
    assert len(forum.threads) == 1
    await again.adapter.close()


async def test_a_repeat_to_what_only_then_turns_out_to_be_a_forum_may_find_that_it_never_arrived(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    tried_at = datetime.now(UTC) - timedelta(seconds=30)
    place, now = server.place(forum), tried_at + timedelta(seconds=5)
    assert await server.adapter.settle(rain, place, Look(), nonce="1", tried_at=tried_at, now=now) is None

    with pytest.raises(NeverArrived):
        await post(server, forum, rain)
    assert not forum.threads


async def test_what_is_not_there_is_sent_anew_once_it_can_not_come_any_more(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    server.discord.add_thread(forum, rain.title, owner=server.reader.user)
    await post(server, forum, replace(rain, title="Wind"))
    await post(server, forum, replace(rain, url="https://news.example/other"))

    with pytest.raises(TryLater, match="may still come") as caught:
        await settle(server, forum, rain, after=5)
    assert not isinstance(caught.value, NeverArrived)
    assert caught.value.retry_after == pytest.approx(15, abs=1)
    with pytest.raises(NeverArrived):
        await settle(server, forum, rain, after=20)


async def test_an_earlier_post_with_the_same_title_and_words_is_not_taken_for_this_one(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    shown = await post(server, forum, rain)
    server.trails.known = {int(shown.receipt.message_ids[0])}
    with pytest.raises(NeverArrived):
        await settle(server, forum, rain, after=20)


async def test_a_withdrawn_post_that_comes_back_is_not_found_in_its_closed_thread(
    server: Server, forum: Channel, rain: Announcement
) -> None:
    await server.adapter.delete(server.place(forum), await post(server, forum, rain))
    assert forum.threads[0].archived
    with pytest.raises(NeverArrived):
        await settle(server, forum, rain, after=20)


async def test_a_forum_that_can_not_be_read_is_no_proof(server: Server, forum: Channel, rain: Announcement) -> None:
    await post(server, forum, rain)
    server.discord.forbid(forum, "read_message_history")
    with pytest.raises(NoProof, match="Read Message History"):
        await settle(server, forum, rain, after=20)


async def test_too_many_archived_posts_since_are_no_proof(server: Server, forum: Channel, rain: Announcement) -> None:
    await post(server, forum, replace(rain, title="Wind"))
    for number in range(101):
        server.discord.add_thread(forum, f"Talk {number}", archived=True, owner=server.reader.user)
    with pytest.raises(NoProof, match="more than 100"):
        await settle(server, forum, rain, after=20)


async def test_a_look_that_fails_is_taken_again(server: Server, forum: Channel, rain: Announcement) -> None:
    await post(server, forum, replace(rain, title="Wind"))
    server.discord.fault("unavailable", method="GET")
    with pytest.raises(TryLater):
        await settle(server, forum, rain, after=20)
