"""Two hundred channels are forbidden at once: hardly any more refusals than channels, and one notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.models import DestinationState
from tests.adapters.discord.refused.newsdesk import Newsdesk, play

CHANNELS = 200
MOST_REFUSALS = 300
"""At most 1.5 answers of 401, 403 or 429 a channel: at 10,000 in ten minutes Discord shuts an address out (issue 6)."""


@pytest.mark.parametrize("hears", [True, False], ids=["with a gateway", "without a gateway"])
@pytest.mark.parametrize(
    ("right", "name"), [("view_channel", "View Channel"), ("send_messages", "Send Messages")], ids=["unseen", "mute"]
)
def test_two_hundred_channels_are_forbidden_at_once(tmp_path: Path, right: str, name: str, *, hears: bool) -> None:
    async def journey(desk: Newsdesk) -> None:
        await desk.gather_many(CHANNELS)
        await desk.open(hears=hears)
        channels = [desk.channel_of(place) for place in desk.crowd]
        for channel in channels:
            desk.discord.forbid(channel, right)
        await desk.publish("Rain")
        await desk.come_to_rest()
        await desk.hear()

        assert CHANNELS <= desk.discord.limits.invalid <= MOST_REFUSALS
        places = await desk.store.subscriptions.places()
        assert {(place.state, place.reason.partition(" here;")[0]) for place in places} == {
            (DestinationState.SUSPENDED, f"newsbell lacks {name}")
        }
        told = await desk.told()
        assert {who: len(words) for who, words in told.items()} == {"bystander": 1, "operator": 1}
        assert f"to {CHANNELS} chats any more: newsbell lacks {name} here" in told["operator"][0]

        if hears:  # else Discord tells nobody, and the closed doors are tried one after the other
            for channel in channels:
                desk.discord.permit(channel, right)
            await desk.discord.until(lambda: all(channel.visible for channel in channels))
            await desk.come_to_rest()
            assert [desk.shown(place) for place in desk.crowd] == [["Rain"]] * CHANNELS
            assert await desk.told() == told
            assert desk.discord.limits.invalid <= MOST_REFUSALS

    play(tmp_path, journey)
