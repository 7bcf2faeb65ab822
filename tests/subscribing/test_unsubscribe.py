"""/unsubscribe ends what was subscribed."""

from __future__ import annotations

import pytest

from bot.models import Choice, Reply, Selector, SelectorKind, Subscription
from tests.subscribing.chat import GROUP, NATIONAL, Chat, marked


async def test_a_subscription_ends_with_a_word(chat: Chat) -> None:
    await chat.type("/subscribe national, business")

    assert (await chat.type("/unsubscribe #National")).text == "Unsubscribed from NATIONAL."
    assert [selector.value for selector in await chat.has()] == ["business"]


@pytest.mark.parametrize("word", ["all", "everything", "*", "ទាំងអស់"])
async def test_whether_all_subscriptions_should_end_is_asked_first(chat: Chat, word: str) -> None:
    await chat.type("/subscribe national, business")
    sure = await chat.type(f"/unsubscribe {word}")

    assert sure.text == "Should all of these subscriptions of Newsroom end?\n• NATIONAL\n• BUSINESS"
    assert marked(sure) == [["End all of them"], ["Back"]]
    assert len(await chat.has()) == 2
    back = await chat.press(sure, "Back")
    assert await chat.press(back, "All of them") == sure
    ended = await chat.press(sure, "End all of them")
    assert (ended.text, await chat.has()) == ("Unsubscribed from NATIONAL, BUSINESS.", [])
    assert ended.choices == (Choice("Choose what arrives", "/subscribe"),)


async def test_all_of_one_subscription_ends_at_once(chat: Chat) -> None:
    await chat.type("/subscribe national")

    assert (await chat.type("/unsubscribe all")).text == "Unsubscribed from NATIONAL."


async def test_the_button_for_all_posts_ends_that_subscription_alone(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.type("/subscribe all")
    page = await chat.type("/unsubscribe")
    ended = await chat.press(page, "all posts")

    assert marked(page) == [["NATIONAL", "all posts"], ["All of them"], ["Back"]]
    assert (ended.text, await chat.has()) == ("Unsubscribed from all posts.", [NATIONAL])
    again = await chat.press(page, "all posts")
    assert (again.text, await chat.has()) == ("This button is too old. Please send the command again.", [NATIONAL])


async def test_who_types_all_may_mean_all_posts(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.type("/subscribe all")
    sure = await chat.type("/unsubscribe all")

    assert marked(sure) == [["End all of them"], ["Only: all posts"], ["Back"]]
    await chat.press(sure, "Only")
    assert await chat.has() == [NATIONAL]


@pytest.mark.parametrize("words", ["national lang:km", "tag:rain", "all", "all except business"])
async def test_what_was_ended_comes_back_by_a_button(chat: Chat, words: str) -> None:
    await chat.type(f"/subscribe {words}")
    before = await chat.subscriptions.of(GROUP)
    ended = await chat.type((await chat.type("/unsubscribe")).menu[0][0].command)
    assert [await chat.has(), [choice.label.partition(":")[0] for choice in ended.choices]] == [
        [],
        ["Again", "Choose what arrives"],
    ]

    await chat.press(ended, "Again")
    assert list(await chat.subscriptions.of(GROUP)) == list(before)


async def test_the_way_out_of_the_page_leads_to_the_settings(chat: Chat) -> None:
    await chat.type("/subscribe national, business")
    settings = await chat.type("/settings")

    assert await chat.press(await chat.press(settings, "Unsubscribe"), "Back") == settings


async def test_a_language_alone_does_not_end_everything(chat: Chat) -> None:
    await chat.type("/subscribe national")
    reply = await chat.type("/unsubscribe lang:km")

    assert (reply.done, await chat.has()) == (False, [NATIONAL])


async def test_a_category_that_no_post_names_any_more_can_be_ended(chat: Chat) -> None:
    chat.subscriptions.subscribed = [Subscription(GROUP, Selector(SelectorKind.CATEGORY, "old"), "OLD")]

    ended = await chat.type("/unsubscribe old")
    assert (ended.text, [choice.label for choice in ended.choices]) == (
        "Unsubscribed from OLD.",
        ["Choose what arrives"],
    )


async def test_without_words_the_subscriptions_are_offered_as_buttons(chat: Chat) -> None:
    await chat.type("/subscribe national, tag:rain")
    reply = await chat.type("/unsubscribe")

    assert reply == Reply(
        "Which subscription should end?",
        menu=(
            (Choice("NATIONAL", "/unsubscribe national"), Choice("the tag rain", "/unsubscribe tag:rain")),
            (Choice("All of them", "/unsubscribe all"),),
            (Choice("Back", "/settings"),),
        ),
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
    page = await chat.type("/unsubscribe")

    assert [choice.command for row in page.menu for choice in row] == [
        *(f"/unsubscribe tag:t{number}" for number in range(6)),
        "/unsubscribe all",
        "/subscribe",
        "/settings",
    ]
