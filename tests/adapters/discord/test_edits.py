"""Edits: what stays of a message, and the limits that Discord has for them alone."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.edits import PUBLISHED_SECONDS, Edits
from bot.errors import PictureRefused, Reach, Scope, TryLater
from bot.models import Announcement, Look, Picture, Shown, Step, Style, Way
from tests.adapters.discord.conftest import Server
from tests.drawing import drawn

PNG, JPEG = drawn("PNG"), drawn("JPEG")


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """A picture of the site."""
    file = tmp_path / "street.png"
    file.write_bytes(PNG)
    return Picture(file=str(file), alt="A street under water")


def uploads(server: Server) -> int:
    """How many files were sent."""
    return sum(bool(one.route) and "picture." in str(one.body) and _is_new(one.body) for one in server.discord.requests)


def _is_new(body: dict[str, list[dict[str, object]]]) -> bool:
    return any(file["id"] == 0 for file in body.get("attachments", ()))


async def publish(server: Server, shown: Shown) -> None:
    """What newsbell's queue does with a message in an announcement channel."""
    channel = server.adapter._open_client().get_partial_messageable(server.news.id)
    await channel.get_partial_message(int(shown.receipt.message_ids[0])).publish()


# --- pictures --------------------------------------------------------------------------------------------------------


async def test_a_picture_that_did_not_change_is_not_sent_again(
    server: Server, rain: Announcement, picture: Picture
) -> None:
    rain = replace(rain, pictures=(picture,))
    shown = await server.send(rain)
    (message,) = server.news.visible
    before = message.attachments
    for number, title in enumerate(("Rain ends", "Dry again"), 1):
        edited = replace(rain, title=title)
        assert server.adapter.picture(edited, Look(), shown=shown) is None
        receipt = await server.adapter.edit(edited, server.destination, Look(), shown)
        assert receipt == shown.receipt
        shown = server.shown(edited, Look(), receipt)
        assert (message.attachments, len(message.edits)) == (before, number)

    assert uploads(server) == 1
    assert message.edits[0]["attachments"] == [{"id": str(before[0].id), "description": "A street under water"}]
    assert message.embeds[0]["image"]["url"] == "attachment://picture.png"


async def test_a_new_alt_text_goes_to_the_picture_that_is_there(
    server: Server, rain: Announcement, picture: Picture
) -> None:
    shown = await server.send(replace(rain, pictures=(picture,)))
    mended = replace(rain, pictures=(replace(picture, alt="The market street, knee-deep"),))
    await server.adapter.edit(mended, server.destination, Look(), shown)
    (message,) = server.news.visible
    assert [file.description for file in message.attachments] == ["The market street, knee-deep"]
    assert uploads(server) == 1


async def test_another_picture_takes_the_place_of_the_old_one(
    server: Server, rain: Announcement, picture: Picture, tmp_path: Path
) -> None:
    shown = await server.send(replace(rain, pictures=(picture,)))
    other = tmp_path / "dry.jpg"
    other.write_bytes(JPEG)
    dry = replace(rain, pictures=(Picture(file=str(other)),))
    assert server.adapter.picture(dry, Look(), shown=shown) == Step(dry.pictures[0], Way.UPLOAD)
    receipt = await server.adapter.edit(dry, server.destination, Look(), shown)
    (message,) = server.news.visible
    (file,) = message.attachments
    assert (file.data, file.filename) == (JPEG, "picture.jpeg")
    assert receipt.media_id == f"{file.id}/picture.jpeg"


async def test_a_picture_that_was_shown_by_its_address_stays_so(server: Server, rain: Announcement) -> None:
    rain = replace(rain, pictures=(Picture(url="https://news.example/a.png"),))
    shown = await server.send(rain, rung=1)
    await server.adapter.edit(replace(rain, title="Dry again"), server.destination, Look(), shown)
    (message,) = server.news.visible
    assert message.embeds[0]["image"]["url"] == "https://news.example/a.png"
    assert message.attachments == []


async def test_a_message_of_an_older_newsbell_is_sent_its_picture_anew(
    server: Server, rain: Announcement, picture: Picture
) -> None:
    rain = replace(rain, pictures=(picture,))
    shown = await server.send(rain)
    old = Shown(1, "0123456789abcdef01234567", replace(shown.receipt, media_id=""))
    await server.adapter.edit(rain, server.destination, Look(), old)
    (message,) = server.news.visible
    assert [file.data for file in message.attachments] == [PNG]
    assert uploads(server) == 2


@pytest.mark.parametrize("style", [Style.TEXT, Style.LINK])
def test_a_message_without_a_picture_of_its_own_brings_none(
    server: Server, rain: Announcement, picture: Picture, style: Style
) -> None:
    assert server.adapter.picture(replace(rain, pictures=(picture,)), Look(style=style)) is None


@pytest.mark.parametrize(
    ("answer", "reach"),
    [
        ({"status": 413, "code": 40005}, Reach.WAY),
        ({"status": 400, "code": 50035, "message": "In embeds.0.image.url: Not a well formed URL."}, Reach.WAY),
        ({"status": 400, "code": 50035, "message": "In components.0.items.0.media.url: not found"}, Reach.WAY),
        ({"status": 400, "code": 50035, "message": "In embeds.0.title: Must be 256 or fewer"}, Reach.CHAT),
    ],
)
async def test_a_refusal_that_names_the_picture_leaves_its_other_way_and_any_other_tries_without(
    server: Server, rain: Announcement, picture: Picture, answer: dict[str, Any], reach: Reach
) -> None:
    server.discord.fault("status", **answer)
    with pytest.raises(PictureRefused) as refused:
        await server.send(replace(rain, pictures=(picture,)))
    assert refused.value.reach is reach


# --- published messages ----------------------------------------------------------------------------------------------


async def test_a_published_message_is_edited_three_times_an_hour(server: Server, rain: Announcement) -> None:
    now = [0.0]
    server.adapter._edits = Edits(server.pace, lambda: now[0])
    server.discord.update_channel(server.news, kind="announcement")
    shown = await server.send(rain)
    await publish(server, shown)
    for title in ("One", "Two", "Three"):
        await server.adapter.edit(replace(rain, title=title), server.destination, Look(), shown)
    now[0] = 600.0
    with pytest.raises(TryLater) as later:
        await server.adapter.edit(replace(rain, title="Four"), server.destination, Look(), shown)

    assert later.value.retry_after == PUBLISHED_SECONDS - 600
    assert not later.value.flood, "it is about this message alone"
    assert server.news.visible[0].embeds[0]["title"] == "Three"
    assert server.discord.refusals_429 == []

    now[0] = PUBLISHED_SECONDS
    server.discord.clock.advance(PUBLISHED_SECONDS)
    await server.adapter.edit(replace(rain, title="Four"), server.destination, Look(), shown)
    assert server.news.visible[0].embeds[0]["title"] == "Four"


async def test_where_discord_refuses_it_all_the_same_that_message_waits_and_no_other(
    server: Server, rain: Announcement
) -> None:
    """Its headers say one second; the truth is in the body (discord-api-docs #6109)."""
    server.discord.update_channel(server.news, kind="announcement")
    shown, other = await server.send(rain), await server.send(rain, nonce="2")
    await publish(server, shown)
    for title in ("One", "Two", "Three"):
        await server.adapter.edit(replace(rain, title=title), server.destination, Look(), shown)
    server.adapter._edits = Edits(server.pace)  # as after a restart
    for title in ("Four", "Five"):
        with pytest.raises(TryLater) as later:
            await server.adapter.edit(replace(rain, title=title), server.destination, Look(), shown)
        assert not later.value.flood, "else all edits of the channel would wait"
        assert (later.value.retry_after or 0) > 3000

    assert len(server.discord.refusals_429) == 1, "it is not asked again"
    last = server.adapter.edit(replace(rain, title="Four"), server.destination, Look(), other)
    # It empties the bucket, and discord.py keeps its answer until the window of five seconds is over.
    editing = asyncio.create_task(last)
    await server.discord.until(lambda: server.news.visible[1].embeds[0]["title"] == "Four")
    editing.cancel()


async def test_a_short_pause_of_a_channels_edits_is_kept_by_all_of_them(server: Server, rain: Announcement) -> None:
    shown = await server.send(rain)
    server.discord.fault("rate_limited", method="PATCH", retry_after=31.0, scope="shared")
    with pytest.raises(TryLater) as later:
        await server.adapter.edit(replace(rain, title="Two"), server.destination, Look(), shown)
    assert later.value.flood
    assert later.value.scope is Scope.ROUTE, "no send waits for it"
