"""/unsubscribe ends what was subscribed."""

from __future__ import annotations

import pytest

from bot.models import Choice, Reply, Selector, SelectorKind, Subscription
from tests.subscribing.chat import GROUP, NATIONAL, Chat


async def test_a_subscription_ends_with_a_word(chat: Chat) -> None:
    await chat.type("/subscribe national, business")

    assert (await chat.type("/unsubscribe #National")).text == "Unsubscribed from NATIONAL."
    assert [selector.value for selector in await chat.has()] == ["business"]


@pytest.mark.parametrize("word", ["all", "everything", "*", "ទាំងអស់"])
async def test_all_subscriptions_end_at_once(chat: Chat, word: str) -> None:
    await chat.type("/subscribe national, business")

    assert (await chat.type(f"/unsubscribe {word}")).text == "Unsubscribed from NATIONAL, BUSINESS."
    assert await chat.has() == []


async def test_a_language_alone_does_not_end_everything(chat: Chat) -> None:
    await chat.type("/subscribe national")
    reply = await chat.type("/unsubscribe lang:km")

    assert (reply.done, await chat.has()) == (False, [NATIONAL])


async def test_a_category_that_no_post_names_any_more_can_be_ended(chat: Chat) -> None:
    chat.subscriptions.subscribed = [Subscription(GROUP, Selector(SelectorKind.CATEGORY, "old"), "OLD")]

    assert (await chat.type("/unsubscribe old")).text == "Unsubscribed from OLD."


async def test_without_words_the_subscriptions_are_offered_as_buttons(chat: Chat) -> None:
    await chat.type("/subscribe national, tag:rain")
    reply = await chat.type("/unsubscribe")

    assert reply == Reply(
        "Which subscription should end?",
        (
            Choice("NATIONAL", "/unsubscribe national"),
            Choice("the tag rain", "/unsubscribe tag:rain"),
            Choice("All of them", "/unsubscribe all"),
        ),
        done=False,
    )
    assert len(await chat.has()) == 2


async def test_what_is_not_subscribed_is_told_with_what_is(chat: Chat) -> None:
    await chat.type("/subscribe national")
    reply = await chat.type("/unsubscribe business")

    assert reply.text == "There is no subscription to business. These are the subscriptions:\n• NATIONAL"
    assert reply.choices == (Choice("NATIONAL", "/unsubscribe national"),)


async def test_nothing_to_end_is_told(chat: Chat) -> None:
    assert await chat.type("/unsubscribe national") == Reply("There are no subscriptions in Newsroom.", done=False)


async def test_of_many_subscriptions_the_menu_shows_the_rest(chat: Chat) -> None:
    chat.subscriptions.subscribed = [
        Subscription(GROUP, Selector(SelectorKind.TAG, f"t{number}"), f"T{number}") for number in range(20)
    ]
    choices = (await chat.type("/unsubscribe")).choices

    assert [choice.command for choice in choices] == [
        *(f"/unsubscribe tag:t{number}" for number in range(6)),
        "/unsubscribe all",
        "/subscribe",
    ]
