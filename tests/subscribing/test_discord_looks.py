"""Looks that Discord knows: which are offered, what is said of them, and where they can't be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.models import Destination, Place
from bot.subscribing.options import OPTIONS, cautions, read_option, refusal
from tests.subscribing.chat import Chat, marked

CHANNEL = Destination("discord", "456", bot="9")
EMPTY = "The notification of such a message is empty: Discord shows no words of it."


@pytest.fixture
async def channel() -> Chat:
    chat = Chat()
    chat.place = Place(CHANNEL, kind="text", title="#news")
    await chat.type("/subscribe national")
    return chat


async def styles(chat: Chat) -> list[object]:
    return [wish.options.get("style") for wish in await chat.subscriptions.of(CHANNEL)]


async def test_the_panel_offers_a_card_a_link_and_a_frame(channel: Chat) -> None:
    looks = await channel.press(await channel.type("/settings"), "Look")

    assert looks.text.splitlines()[1:5] == [
        "• As fits best: What looks best there",
        "• Card: A card with text and picture",
        "• Link: Title and link, and the card that Discord makes of the page",
        "• Frame: Heading, text, picture and button in one frame",
    ]
    assert marked(looks) == [["✅ As fits best", "▫️ Card"], ["▫️ Link", "▫️ Frame"], ["Back"]]


async def test_who_chooses_a_frame_is_told_what_it_costs(channel: Chat) -> None:
    looks = await channel.press(await channel.type("/settings"), "Look")
    framed = await channel.press(looks, "Frame")

    assert (
        framed.text.splitlines()[0]
        == f"Look: Frame. It holds for all that arrives in #news, from the next post on. {EMPTY}"
    )
    assert await styles(channel) == ["components"]
    card = await channel.type("/settings style card")
    assert card.text.splitlines()[0] == "Look: Card. It holds for all that arrives in #news, from the next post on."
    assert await styles(channel) == ["embed"]


async def test_frames_are_refused_in_an_announcement_channel_and_allowed_in_a_forum(channel: Chat) -> None:
    channel.place = replace(channel.place, kind="announcement")
    refused = await channel.type("/settings style components")
    in_khmer = await channel.type("/settings style components", language="km")

    assert refused.text.startswith("Frames can't be in an announcement channel: servers that follow it would get them")
    assert "Card" in str(marked(refused))
    assert "Discord" not in in_khmer.text.splitlines()[0]
    assert in_khmer.text.startswith("ស៊ុមមិនអាចប្រើក្នុងឆានែលប្រកាសបានទេ")
    assert await styles(channel) == [None]

    channel.place = replace(channel.place, kind="forum")
    await channel.type("/settings style components")
    assert await styles(channel) == ["components"]


@pytest.mark.parametrize(
    ("setting", "kind", "why"),
    [
        ("thread on", "forum", "In a forum each post is a thread of its own already."),
        ("thread on", "voice", "Threads can be opened in text and announcement channels only."),
        ("thread on", "thread", "Threads can be opened in text and announcement channels only."),
        ("tag Sport", "text", "Only posts in a forum have tags."),
    ],
)
async def test_what_would_do_nothing_in_a_place_is_refused_there(
    channel: Chat, setting: str, kind: str, why: str
) -> None:
    channel.place = replace(channel.place, kind=kind)
    refused = await channel.type(f"/settings {setting}")
    assert refused.text.startswith(why)
    [wish] = await channel.subscriptions.of(CHANNEL)
    assert wish.options.get(setting.split(maxsplit=1)[0]) is None


@pytest.mark.parametrize(("setting", "kind"), [("thread on", "announcement"), ("tag Sport", "forum")])
async def test_where_it_does_something_it_is_set(channel: Chat, setting: str, kind: str) -> None:
    channel.place = replace(channel.place, kind=kind)
    said = await channel.type(f"/settings {setting}")
    assert "from the next post on" in said.text


def test_words_alone_are_understood_still_but_not_offered_for_a_link_says_the_same() -> None:
    assert read_option("style=text", "discord") == ("style", "text")
    assert "text" not in [value.word for value in OPTIONS["style"].values_on("discord")]
    assert "text" in [value.word for value in OPTIONS["style"].values_on("console")]


def test_only_what_is_chosen_is_warned_of_or_refused() -> None:
    assert cautions({"style": "components", "pin": True}) == [EMPTY]
    assert cautions({"style": "embed"}) == cautions({}) == []
    assert refusal({"style": "components"}, "text") == refusal({"style": "embed"}, "announcement") == ""
