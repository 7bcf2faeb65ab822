"""Another bot on the same database waits for a word, and then takes over what it can, without losing or doubling."""

from __future__ import annotations

import pytest

from bot.models import DeliveryState, DestinationState, OnUnknown
from bot.records import Handover
from tests.state.making import BOT, NOON, Office, chat, later, post, publish, subscribe

NEW = "bot-2"
WAITS = [Handover("fake", BOT, NEW, 2)]


@pytest.fixture
async def begun(office: Office) -> Office:
    """The first bot has two chats and wrote to them."""
    assert await office.store.subscriptions.remember_bot("fake", BOT) == ""
    await subscribe(office.store, chat(1))
    await subscribe(office.store, chat(2), "category", "NATIONAL", excerpt=50)
    await publish(office.store, post("old.md"))
    await office.send_all()
    return office


async def due_of(office: Office, bot: str) -> list[tuple[str, int]]:
    due = await office.store.deliveries.due("fake", bot, later(3600), limit=100, skip=())
    return sorted((str(each.destination), each.subject) for each in due)


async def test_another_bot_asks_for_a_word_and_the_old_one_needs_none(begun: Office) -> None:
    shelf = begun.store.subscriptions
    for _ in range(3):
        assert await shelf.remember_bot("fake", NEW) == BOT
    assert await shelf.bot_of("fake") == BOT
    assert await shelf.handovers() == WAITS

    assert await shelf.remember_bot("fake", BOT) == ""
    assert await shelf.handovers() == []
    assert await shelf.hand_over(NOON) == []


async def test_a_bot_without_chats_is_followed_without_a_word(office: Office) -> None:
    shelf = office.store.subscriptions
    assert await shelf.remember_bot("fake", BOT) == ""
    await subscribe(office.store, chat(1, platform="other"))

    assert await shelf.remember_bot("fake", NEW) == ""


async def test_the_new_bot_takes_over_chats_subscriptions_and_what_is_unsent(begun: Office) -> None:
    shelf = begun.store.subscriptions
    await publish(begun.store, post("unsent.md"))
    await shelf.remember_bot("fake", NEW)
    assert await shelf.hand_over(NOON) == WAITS

    assert await shelf.remember_bot("fake", NEW) == ""
    assert [place.destination.bot for place in await shelf.places()] == [NEW, NEW]
    assert [wish.options for wish in await shelf.of(chat(2, bot=NEW))] == [{"excerpt": 50}]
    assert await due_of(begun, NEW) == [("fake:1", 2), ("fake:2", 2)]
    assert await due_of(begun, BOT) == []


async def test_what_the_old_bot_has_shown_is_neither_edited_taken_back_nor_sent_again(begun: Office) -> None:
    await publish(begun.store, post("old.md", title="Edited before"))
    await begun.store.subscriptions.remember_bot("fake", NEW)
    await begun.store.subscriptions.hand_over(NOON)
    await publish(begun.store, post("old.md", title="Edited after"))
    await begun.store.posts.forget(["old.md"], NOON)
    await begun.store.posts.withdraw_missing(NOON)
    await publish(begun.store, post("old.md", title="Back again"))

    assert await due_of(begun, NEW) == []
    story = await begun.store.deliveries.of_post(1)
    assert {delivery.state for delivery, _ in story} == {DeliveryState.SETTLED}
    assert {delivery.reason for delivery, _ in story} == {"another bot has shown it, so this one can't change it"}
    with begun.stranger() as connection:
        assert [row["message_ids"] for row in connection.execute("SELECT message_ids FROM deliveries")] == [
            '["77"]'
        ] * 2


@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize(
    ("policy", "state"), [(OnUnknown.RESEND, DeliveryState.DUE), (OnUnknown.HOLD, DeliveryState.HELD)]
)
async def test_what_the_old_bot_may_have_sent_follows_the_policy_of_its_chat(
    begun: Office, own: bool, policy: OnUnknown, state: DeliveryState
) -> None:
    if own:
        await begun.store.subscriptions.set_on_unknown(chat(1), policy)
    site = OnUnknown.RESEND if own else policy
    await publish(begun.store, post("unsure.md"))
    [due] = [each for each in await begun.due() if each.destination.chat_id == "1"]
    claimed = await begun.claim(due)
    await begun.end(claimed, DeliveryState.UNKNOWN, nonce=claimed.nonce)
    await begun.store.subscriptions.remember_bot("fake", NEW)
    await begun.store.subscriptions.hand_over(NOON, on_unknown=site)

    [unsure] = [each for each, _ in await begun.store.deliveries.of_post(2) if each.destination.chat_id == "1"]
    assert (unsure.state, unsure.nonce) == (state, "")


async def test_a_pause_is_taken_over_and_a_refusal_of_the_old_bot_is_not(begun: Office) -> None:
    shelf = begun.store.subscriptions
    await shelf.set_state(chat(1), DestinationState.PAUSED, "a person's word", NOON)
    await shelf.set_state(chat(2), DestinationState.SUSPENDED, "the bot was removed", NOON)
    await publish(begun.store, post("unsent.md"))
    await shelf.remember_bot("fake", NEW)
    await shelf.hand_over(NOON)

    assert [(place.state, place.reason) for place in await shelf.places()] == [
        (DestinationState.PAUSED, "a person's word"),
        (DestinationState.ACTIVE, ""),
    ]
    assert await due_of(begun, NEW) == [("fake:2", 2)]


async def test_back_and_forth_nobody_gets_a_post_twice(begun: Office) -> None:
    shelf = begun.store.subscriptions
    await subscribe(begun.store, chat(1, bot=NEW))  # from an earlier time of its own
    for number, bot in enumerate((NEW, BOT, NEW), start=1):
        await publish(begun.store, post(f"{number}.md"))
        assert await shelf.remember_bot("fake", bot) != ""
        await shelf.hand_over(NOON)
        await shelf.remember_bot("fake", bot)

    with begun.stranger() as connection:
        rows = connection.execute(
            """SELECT chat_id, subject, d.bot FROM deliveries d JOIN destinations ON destinations.id = destination
                WHERE d.state = 'due' ORDER BY 1, 2"""
        ).fetchall()
    assert [tuple(row) for row in rows] == [(place, post, NEW) for place in ("1", "2") for post in (2, 3, 4)]
    assert [str(place.destination) for place in await shelf.places()] == ["fake:2", "fake:1"]
