"""Fifty chats are lost at once: each person hears of it once, and of none that is back."""

from __future__ import annotations

from pathlib import Path

from bot.models import DestinationState
from tests.adapters.refused.newsdesk import CROWD
from tests.adapters.telegram.refused.newsdesk import Newsdesk, play
from tests.emulators.telegram import Chat
from tests.state.making import eventually


def _groups(desk: Newsdesk) -> list[Chat]:
    return [desk.telegram.chats[int(place.chat_id)] for place in (desk.victim, *desk.crowd)]


async def _know(desk: Newsdesk, *lost: Chat) -> None:
    """newsbell knows that these are lost, and no others."""

    async def known() -> bool:
        places = await desk.store.subscriptions.places()
        suspended = {place.destination.chat_id for place in places if place.state is DestinationState.SUSPENDED}
        return not desk.telegram.updates.waiting and suspended == {str(chat.id) for chat in lost}

    await eventually(known)


async def _are_lost(desk: Newsdesk, *lost: Chat) -> None:
    """The same, and those who are to be told have been told."""
    await _know(desk, *lost)
    await desk.hear()


def test_fifty_chats_that_are_lost_at_once_are_one_message_and_another_cause_another_one(tmp_path: Path) -> None:
    async def journey(desk: Newsdesk) -> None:
        await desk.gather("supergroup", crowd=("supergroup",))
        await desk.open(hears=True)
        lost, muted, back = _groups(desk)[:40], _groups(desk)[40:45], _groups(desk)[45:]
        for chat in (*lost, *back):
            desk.telegram.kick(chat)
        await _know(desk, *lost, *back)
        for chat in back:
            desk.telegram.join(chat)
        await _are_lost(desk, *lost)
        told = await desk.told()
        assert {who: len(words) for who, words in told.items()} == {"owner": 1, "bystander": 1, "operator": 1}
        assert (
            "Nothing can be sent to 40 chats any more: the bot was removed from the chat; add it again"
            in told["operator"][0]
        )
        assert f"They are: Chat 0 (telegram:{lost[1].id}), Chat 1 (" in told["operator"][0]
        assert told["owner"][0].startswith("Nothing can be sent to The one any more: the bot was removed")
        assert "to 39 chats any more" in told["bystander"][0]

        for chat in muted:
            desk.telegram.restrict(chat, desk.telegram.bot)
        desk.telegram.kick(back[0])
        await _are_lost(desk, *lost, *muted, back[0])
        told = await desk.told()
        assert {who: len(words) for who, words in told.items()} == {"owner": 1, "bystander": 2, "operator": 2}
        assert "to 5 chats any more: the bot may not write in the group" in told["operator"][1]
        assert "was removed" not in told["operator"][1], "of that cause they know since today"
        assert "was removed" in told["bystander"][1]

        for chat in (*lost, *muted, back[0]):
            desk.telegram.join(chat)
        await _are_lost(desk)
        await desk.publish("Rain")
        await desk.come_to_rest()
        assert [desk.shown(place) for place in (*desk.crowd, desk.victim)] == [["Rain"]] * (CROWD + 1)
        assert await desk.told() == told, "what is over is no news"

    play(tmp_path, journey)
