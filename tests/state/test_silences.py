"""Who waits now, because a platform asked for silence or something failed: bots, and how many chats."""

from __future__ import annotations

import pytest

from bot.models import DeliveryState
from bot.ports import Silence
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe


async def waiting(office: Office) -> list[Silence]:
    return list(await office.store.stories.silences(NOON))


async def test_the_bot_waits_for_what_it_was_told_however_that_was_written_down(office: Office) -> None:
    await office.store.subscriptions.remember_bot("fake", BOT)
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    [delivery] = await office.due()
    await office.end(await office.claim(delivery), DeliveryState.DUE, due_at=later(60), bot_waits_until=later(60))
    assert await waiting(office) == [Silence("fake", later(60))]

    await office.store.deliveries.note_silence("fake", ["bot"], later(90), NOON)
    await office.store.deliveries.note_silence("other", ["paid"], later(30), NOON)

    assert await waiting(office) == [Silence("fake", later(90)), Silence("other", later(30))]
    assert await office.store.stories.silences(later(90)) == []


async def test_what_an_earlier_bot_was_told_is_nobodys_any_more(office: Office) -> None:
    await office.store.subscriptions.remember_bot("fake", BOT)
    with office.stranger() as connection:
        connection.execute("UPDATE bots SET waits_until = ?", (later(60).isoformat(timespec="microseconds"),))
    assert await waiting(office) == [Silence("fake", later(60))]

    await office.store.subscriptions.remember_bot("fake", "another")

    assert await waiting(office) == []


async def test_chats_are_counted_once_whatever_they_wait_for(office: Office) -> None:
    for number in (-1, -2, -3):
        await subscribe(office.store, chat(number))
    await publish(office.store, post())
    first, second, _ = await office.due()
    for delivery, seconds in ((first, 60), (second, 30)):
        claimed = await office.claim(delivery)
        await office.end(claimed, DeliveryState.DUE, due_at=later(99), destination_waits_until=later(seconds))
    silence = office.store.deliveries.note_silence
    await silence("fake", ["chat:-1", "group:-1", "channel:-4:send", "channel:-4:send:all-but-one"], later(45), NOON)

    assert await waiting(office) == [Silence("fake", later(60), chats=3)]

    await silence("fake", ["bot"], later(10), NOON)
    assert await waiting(office) == [Silence("fake", later(10)), Silence("fake", later(60), chats=3)]


@pytest.mark.parametrize(("platform", "chats"), [("telegram", 2), ("discord", 3)])
async def test_topics_count_as_their_chat_and_threads_that_are_channels_by_themselves(
    office: Office, platform: str, chats: int
) -> None:
    for forum, topic in ((-1, "7"), (-1, "8"), (-2, "7" if platform == "telegram" else "9")):
        await subscribe(office.store, chat(forum, topic, platform))
    with office.stranger() as connection:
        connection.execute("UPDATE destinations SET waits_until = ?", (later(60).isoformat(timespec="microseconds"),))
    await office.store.deliveries.note_silence(platform, ["chat:-1" if chats == 2 else "channel:7"], later(60), NOON)

    assert await waiting(office) == [Silence(platform, later(60), chats)]


@pytest.mark.parametrize(
    ("platform", "rate", "thread", "waits"),
    [
        ("fake", "chat:-1", "", True),
        ("fake", "chat:-1", "7", True),  # topics share the silence of their chat
        ("discord", "channel:7:edit", "7", True),
        ("discord", "channel:-1:edit", "7", False),  # the channel's, of which a thread is none
        ("fake", "chat:7", "7", False),  # another chat's id, by chance
        ("fake", "chat:-12", "", False),
        ("fake", "bot", "", False),
        ("fake", "channel::send", "", False),
    ],
)
async def test_a_chats_story_says_until_when_it_waits(
    office: Office, platform: str, rate: str, thread: str, waits: bool
) -> None:
    await subscribe(office.store, chat(-1, thread, platform))
    published = await publish(office.store, post())
    await office.store.deliveries.note_silence("other", [rate], later(600), NOON)
    await office.store.deliveries.note_silence(platform, [rate], later(300), NOON)

    [story] = await office.store.stories.told(published.subject, limit=9)

    assert story.chat_waits_until == (later(300) if waits else None)
