"""/subscribe takes what exists, and helps to find it."""

from __future__ import annotations

import pytest

from bot.models import Category, Choice, Destination, Place, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.wording import AT_ONCE
from tests.subscribing.chat import ALL, GROUP, NATIONAL, PLACE, Chat

TRYING = (Choice("Preview", "/preview"), Choice("Send the latest now", "/latest"))


@pytest.mark.parametrize("typed", ["national", "NATIONAL", "#National", "  national "])
async def test_a_category_is_subscribed_however_it_is_typed(chat: Chat, typed: str) -> None:
    reply = await chat.type(f"/subscribe {typed}")

    assert reply == Reply("Subscribed to NATIONAL. New posts will arrive in Newsroom.", TRYING)
    assert chat.subscriptions.subscribed == [Subscription(GROUP, NATIONAL, "NATIONAL")]
    assert chat.subscriptions.known[GROUP] == PLACE
    assert chat.subscriptions.people[NATIONAL] == "123"


@pytest.mark.parametrize(
    ("typed", "told", "selector", "language"),
    [
        ("all", "all posts", ALL, ""),
        ("*", "all posts", ALL, ""),
        ("all except business", "all posts except BUSINESS", Selector(SelectorKind.ALL_EXCEPT, "business"), ""),
        ("tag:Rain", "the tag Rain", Selector(SelectorKind.TAG, "rain"), ""),
        ("weekly_news lang:km", "Weekly News (only in Khmer)", Selector(SelectorKind.CATEGORY, "weekly-news"), "km"),
        ("ព័ត៌មានជាតិ", "ព័ត៌មាន\u200bជាតិ", Selector(SelectorKind.CATEGORY, "ព័ត៌មានជាតិ"), ""),
    ],
)
async def test_there_is_more_to_subscribe_to_than_a_category(
    chat: Chat, typed: str, told: str, selector: Selector, language: str
) -> None:
    reply = await chat.type(f"/subscribe {typed}")

    assert reply.text == f"Subscribed to {told}. New posts will arrive in Newsroom."
    assert [(wish.selector, wish.language) for wish in chat.subscriptions.subscribed] == [(selector, language)]


async def test_several_categories_are_subscribed_at_once(chat: Chat) -> None:
    reply = await chat.type("/subscribe national, sport, tag:rain")

    assert reply.text.splitlines() == [
        "Subscribed to NATIONAL. New posts will arrive in Newsroom.",
        "There is no category “sport”.",
        "Subscribed to the tag rain. New posts will arrive in Newsroom.",
        "These are the categories:",
        "• NATIONAL (131)",
        "• BUSINESS (88)",
        "• Weekly News (12)",
        "• ព័ត៌មាន\u200bជាតិ (7)",
    ]
    assert not reply.done
    assert await chat.has() == [NATIONAL, Selector(SelectorKind.TAG, "rain")]


async def test_however_many_names_are_unknown_the_categories_are_listed_once(chat: Chat) -> None:
    names = [f"zzz{number}" for number in range(AT_ONCE - 1)]
    reply = await chat.type(f"/subscribe {', '.join(names)}, natoinal")

    lines = reply.text.splitlines()
    assert lines[: len(names)] == [f"There is no category “{name}”." for name in names]
    assert lines[len(names) : -4] == [
        "There is no category “natoinal”. Did you mean NATIONAL?",
        "These are the categories:",
    ]
    assert (reply.choices, reply.done) == ((Choice("NATIONAL", "/subscribe national"),), False)


async def test_one_language_holds_for_all_that_a_command_names(chat: Chat) -> None:
    reply = await chat.type("/subscribe national lang:km, business lang:en")
    assert (reply.done, reply.text) == (
        False,
        "A command has one language, for all that it names: lang:km, lang:en are too many. Please send one command for "
        "each.",
    )
    assert await chat.has() == []
    reply = await chat.type("/subscribe national lang:km, business lang:KM")
    assert reply.text.splitlines() == [
        "Subscribed to NATIONAL (only in Khmer). New posts will arrive in Newsroom.",
        "Subscribed to BUSINESS (only in Khmer). New posts will arrive in Newsroom.",
    ]


async def test_subscribing_twice_says_so_and_keeps_the_options(chat: Chat) -> None:
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL", options={"image": False})]

    assert (await chat.type("/subscribe national")).text == "Subscribed already to NATIONAL."
    assert (await chat.type("/subscribe national lang:km")).text.startswith("Subscribed to NATIONAL (only in Khmer).")
    assert chat.subscriptions.subscribed == [Subscription(GROUP, NATIONAL, "NATIONAL", "km", {"image": False})]


@pytest.mark.parametrize(
    ("typed", "text", "choices"),
    [
        (
            "natoinal",
            "There is no category “natoinal”. Did you mean NATIONAL?",
            [Choice("NATIONAL", "/subscribe national")],
        ),
        (
            "natoinal lang:km",
            "There is no category “natoinal”. Did you mean NATIONAL?",
            [Choice("NATIONAL", "/subscribe national lang:km")],
        ),
        (
            "all except busines",
            "There is no category “busines”. Did you mean BUSINESS?",
            [Choice("BUSINESS", "/subscribe all except business")],
        ),
        (
            "ព័ត៌មាន",
            "There is no category “ព័ត៌មាន”. Did you mean ព័ត៌មាន\u200bជាតិ?",
            [Choice("ព័ត៌មាន\u200bជាតិ", "/subscribe ~LLL2ZC53")],
        ),
    ],
)
async def test_an_unknown_category_is_not_subscribed_but_the_nearest_is_offered(
    chat: Chat, typed: str, text: str, choices: list[Choice]
) -> None:
    assert await chat.type(f"/subscribe {typed}") == Reply(text, tuple(choices), done=False)
    assert await chat.has() == []

    await chat.type(choices[0].command)
    assert len(await chat.has()) == 1


async def test_several_near_categories_are_all_offered() -> None:
    chat = Chat([Category("arts", "ARTS", 2), Category("art-market", "Art market", 1), Category("sport", "SPORT", 1)])
    reply = await chat.type("/subscribe art")

    assert reply.text == "There is no category “art”. Did you mean one of these?"
    assert [choice.label for choice in reply.choices] == ["ARTS", "Art market"]


@pytest.mark.parametrize("typed", ["/subscribe", "/subscribe national", "/categories"])
async def test_where_no_post_names_a_category_that_is_said(typed: str) -> None:
    reply = await Chat([]).type(typed)

    assert "No post names a category yet. To get every post, type /subscribe all" in reply.text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/subscribe national lang:khmer!", "“khmer!” is no language code. Write lang:en or lang:km."),
        ("/subscribe #", "“#” names no category."),
    ],
)
async def test_words_that_mean_nothing_are_explained(chat: Chat, typed: str, text: str) -> None:
    assert await chat.type(typed) == Reply(text, done=False)


async def test_what_is_repeated_of_a_long_word_is_short(chat: Chat) -> None:
    reply = await chat.type("/subscribe " + "z" * 4000)

    assert len(reply.text) < 300


async def test_a_role_is_mentioned_where_the_platform_has_roles(chat: Chat) -> None:
    refused = await chat.type("/subscribe national mention:456")
    assert (refused.done, refused.text.split(".")[0]) == (False, "There is no option “mention” here")
    chat.place = Place(Destination("discord", "9"), title="#news")
    await chat.type("/subscribe national, business mention:456")
    assert [wish.options for wish in await chat.subscriptions.of(chat.place.destination)] == [{"mention": "456"}] * 2
    again = await chat.type("/subscribe national mention:456")
    assert again.text == "Subscribed already to NATIONAL; its posts mention 456."
    await chat.type("/subscribe national mention:nobody")
    national, _ = await chat.subscriptions.of(chat.place.destination)
    assert national.options == {"mention": ""}


async def test_a_role_that_was_named_for_one_category_is_not_mentioned_for_the_next(chat: Chat) -> None:
    chat.place = Place(Destination("discord", "9"), title="#news")
    await chat.type("/subscribe national mention:456")
    await chat.type("/settings silent on")
    told = await chat.type("/subscribe business")
    assert told.text == "Subscribed to BUSINESS. New posts will arrive in #news."
    in_khmer = await chat.type("/subscribe national lang:km")
    assert in_khmer.text.endswith("and mention 456.")
    national, business = await chat.subscriptions.of(chat.place.destination)
    assert (national.options, business.options) == ({"mention": "456", "silent": True}, {"silent": True})
