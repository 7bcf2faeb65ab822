"""Frames of components, with the real discord.py: sent, edited, looked for, and never mixed with cards."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import OutcomeUnknown
from bot.models import Announcement, Look, Picture, Receipt, Style
from tests.adapters.discord.conftest import Server
from tests.drawing import drawn
from tests.emulators.discord.nouns import MessageFlag

FRAME = Look(style=Style.COMPONENTS)
PNG = drawn("PNG")


@pytest.fixture
def picture(tmp_path: Path) -> Picture:
    """A picture of the site."""
    file = tmp_path / "street.png"
    file.write_bytes(PNG)
    return Picture(file=str(file), alt="A street under water")


def inside(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands in the frame, as it was sent."""
    (frame,) = (component for component in components if component["type"] == 17)
    return [{name: value for name, value in part.items() if value not in (False, None)} for part in frame["components"]]


async def test_a_post_is_seen_as_one_frame(server: Server, rain: Announcement, picture: Picture) -> None:
    role = server.discord.add_role(server.guild, "Reporters", mentionable=True)
    rain = replace(rain, pictures=(picture,), published_at=datetime(2026, 1, 31, 5, 0, tzinfo=UTC))
    await server.send(rain, replace(FRAME, mention=str(role.id), silent=True))

    (message,) = server.news.visible
    assert message.flags == MessageFlag.SILENT | MessageFlag.COMPONENTS_V2
    assert (message.content, message.embeds, message.mentions) == ("", [], (role.mention,))
    assert message.components[0]["content"] == role.mention
    heading, words, gallery, foot, row = inside(message.components)
    assert heading["content"] == "## [Rain floods the market](https://news.example/rain)"
    assert words["content"] == "Water stood **knee-high** on Tuesday."
    assert gallery["items"][0]["media"]["url"] == "attachment://picture.png"
    assert gallery["items"][0]["description"] == "A street under water"
    assert foot["content"] == "-# National · #flood · 31 January 2026"
    assert row["components"][0]["url"] == "https://news.example/rain"
    assert [(file.data, file.description) for file in message.attachments] == [(PNG, "A street under water")]


async def test_an_edit_keeps_the_frame_and_its_picture(server: Server, rain: Announcement, picture: Picture) -> None:
    rain = replace(rain, pictures=(picture,))
    shown = await server.send(rain, FRAME)
    (message,) = server.news.visible
    before = message.attachments

    receipt = await server.adapter.edit(replace(rain, title="Dry again"), server.destination, FRAME, shown)

    assert receipt == shown.receipt
    assert message.attachments == before
    assert inside(message.components)[0]["content"] == "## [Dry again](https://news.example/rain)"
    (edit,) = message.edits
    assert edit["attachments"] == [{"id": str(before[0].id), "description": "A street under water"}]
    assert edit["allowed_mentions"]["parse"] == []
    assert "content" not in edit


@pytest.mark.parametrize(("was", "becomes"), [(FRAME, Look()), (FRAME, Look(style=Style.LINK)), (Look(), FRAME)])
async def test_what_was_sent_as_one_stays_so_whatever_a_subscription_says_by_now(
    server: Server, rain: Announcement, was: Look, becomes: Look
) -> None:
    shown = await server.send(rain, was)
    await server.adapter.edit(replace(rain, title="Dry again"), server.destination, becomes, shown)

    (message,) = server.news.visible
    assert bool(message.flags & MessageFlag.COMPONENTS_V2) is (was is FRAME)
    assert bool(message.embeds) is (was is not FRAME)
    assert "Dry again" in f"{message.components}{message.embeds}"


async def test_an_edit_of_what_is_not_known_says_all_anew(server: Server, rain: Announcement, picture: Picture) -> None:
    rain = replace(rain, pictures=(picture,))
    shown = await server.send(rain, FRAME)
    await server.adapter.edit(rain, server.destination, FRAME, replace(shown, fingerprint=""))

    (message,) = server.news.visible
    assert [file.data for file in message.attachments] == [PNG]
    assert len(message.edits) == 1


async def test_a_frame_whose_answer_was_lost_is_found_with_its_picture(
    server: Server, rain: Announcement, picture: Picture
) -> None:
    """So that an edit of it keeps that."""
    rain = replace(rain, pictures=(picture,))
    server.discord.fault("accept_then_close", channel=server.news)
    with pytest.raises(OutcomeUnknown):
        await server.adapter.send(rain, server.destination, FRAME, nonce="1-ab")
    await server.send(replace(rain, title="Other"), FRAME, nonce="2-ab")
    lost, _ = server.news.visible

    now = datetime.now(UTC)
    found = await server.adapter.settle(
        rain, server.destination, FRAME, nonce="1-ab", tried_at=now, now=now + timedelta(minutes=5)
    )

    assert found == Receipt((str(lost.id),), f"{lost.attachments[0].id}/picture.png")


async def test_a_withdrawn_post_is_marked_in_its_frame(server: Server, rain: Announcement, picture: Picture) -> None:
    shown = await server.send(replace(rain, pictures=(picture,)), FRAME)
    gone = Announcement("Withdrawn: Rain floods the market", mention=False)
    await server.adapter.edit(gone, server.destination, FRAME, shown)

    (message,) = server.news.visible
    assert [part.get("content") for part in inside(message.components)] == ["## Withdrawn: Rain floods the market"]
    assert message.attachments == []
