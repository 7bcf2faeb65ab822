"""/subscribe without words is a menu: what arrives, switched by buttons."""

from __future__ import annotations

import asyncio
from itertools import chain

import pytest

from bot.models import Category, DestinationState, Selector, SelectorKind, Subscription
from bot.subscribing.tokens import ROOM
from tests.subscribing.chat import ALL, GROUP, NATIONAL, NOON, PLACE, Chat, marked

BUSINESS = Selector(SelectorKind.CATEGORY, "business")
HOW = "What should arrive in Newsroom? ✅ arrives, ▫️ does not. Press to change it."
TOO_OLD = "This button was too old. This is how it stands now."


def many() -> list[Category]:
    """300 categories with names that are long, full of emoji, or look like each other."""
    names = [f"ព័ត៌មានជាតិ-និងអន្តរជាតិ-ប្រចាំថ្ងៃទី-{number}" for number in range(100)]
    names += [f"👩‍👩‍👧‍👧🏳️‍🌈-{'🔔' * number}" for number in range(1, 101)]
    names += ["".join("aа"[number >> bit & 1] for bit in range(7)) + "-" + "x" * 80 for number in range(100)]
    return [Category(name, name.title(), 300 - number) for number, name in enumerate(names)]


async def test_the_menu_shows_what_there_is_and_what_arrives(chat: Chat) -> None:
    menu = await chat.type("/subscribe")

    assert menu.text == f"{HOW}\n\nNothing arrives yet."
    assert marked(menu) == [
        ["▫️ All posts", "▫️ All except …"],
        ["▫️ NATIONAL (131)", "▫️ BUSINESS (88)"],
        ["▫️ Weekly News (12)"],
        ["▫️ ព័ត៌មាន\u200bជាតិ (7)"],
        ["Settings", "Done"],
    ]


async def test_a_press_switches_a_category_on_and_another_press_off(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    on = await chat.press(menu, "BUSINESS")
    both = await chat.press(on, "NATIONAL")
    off = await chat.press(both, "BUSINESS")

    assert on.text == f"{HOW}\n\nWhat arrives: BUSINESS."
    assert marked(on)[1] == ["▫️ NATIONAL (131)", "✅ BUSINESS (88)"]
    assert both.text == f"{HOW}\n\nWhat arrives: BUSINESS, NATIONAL."
    assert off.text == f"{HOW}\n\nWhat arrives: NATIONAL."
    assert chat.subscriptions.subscribed == [Subscription(GROUP, NATIONAL, "NATIONAL")]
    assert chat.subscriptions.known[GROUP] == PLACE
    assert chat.subscriptions.people[NATIONAL] == "123"


async def test_pressing_what_is_so_already_says_so(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    on = await chat.press(menu, "BUSINESS")
    again = await chat.press(menu, "BUSINESS")
    await chat.press(on, "BUSINESS")
    off = await chat.press(on, "BUSINESS")

    assert again.whole == f"BUSINESS arrives already.\n\n{HOW}\n\nWhat arrives: BUSINESS."
    assert off.whole == f"BUSINESS was switched off already.\n\n{HOW}\n\nNothing arrives yet."


async def test_two_who_press_at_once_lose_nothing(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    everything = await chat.press(menu, "All except")
    await asyncio.gather(*(chat.press(everything, label) for label in ("NATIONAL", "BUSINESS", "Weekly")))

    assert await chat.has() == [Selector(SelectorKind.ALL_EXCEPT, "national,business,weekly-news")]


async def test_all_posts_and_all_except_some(chat: Chat) -> None:
    everything = await chat.press(await chat.type("/subscribe"), "All posts")
    without = await chat.press(everything, "BUSINESS")
    whole = await chat.press(without, "BUSINESS")
    nothing = await chat.press(whole, "All posts")

    assert everything.text == f"{HOW}\n\nWhat arrives: all posts."
    assert marked(everything)[:2] == [["✅ All posts", "▫️ All except …"], ["✅ NATIONAL (131)", "✅ BUSINESS (88)"]]
    assert without.text == f"{HOW}\n\nWhat arrives: all posts except BUSINESS."
    assert marked(without)[:2] == [["▫️ All posts", "✅ All except …"], ["✅ NATIONAL (131)", "▫️ BUSINESS (88)"]]
    assert marked(whole) == marked(everything)
    assert nothing.text == f"{HOW}\n\nNothing arrives yet."
    assert await chat.has() == []


async def test_all_except_says_what_to_do_and_keeps_what_was_left_out(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    how = await chat.press(menu, "All except")
    await chat.press(how, "BUSINESS")
    late = await chat.press(menu, "All except")
    again = await chat.press(late, "All except")
    stale = await chat.type("/menu some")
    off = await chat.press(await chat.press(again, "All posts"), "All posts")

    assert how.text.startswith("All posts arrive now. Switch off what should not.\n\n")
    assert "What arrives: all posts except BUSINESS." in late.text
    assert again == stale
    assert again.aside.startswith("All posts arrive, except those that are switched off.")
    assert "What arrives: all posts except BUSINESS." in again.text, "one tap loses no list"
    assert (await chat.has(), off.text) == ([], f"{HOW}\n\nNothing arrives yet.")


@pytest.mark.parametrize("label", ["All posts", "All except"])
async def test_who_lets_all_arrive_stays_on_the_page(label: str) -> None:
    chat = Chat([Category(f"c{number}", f"C{number}", 9) for number in range(20)])
    last = await chat.press(await chat.type("/subscribe"), "◀")
    on = await chat.press(last, label)
    again = await chat.press(on, "All posts")

    for shown in (last, on, again):
        assert "3 / 3" in chain.from_iterable(marked(shown))


async def test_languages_are_those_of_the_posts_and_hold_for_all_that_arrives(chat: Chat) -> None:
    menu = await chat.press(await chat.type("/subscribe"), "NATIONAL")
    languages = await chat.press(menu, "Language: any")
    khmer = await chat.press(languages, "Khmer")
    both = await chat.press(khmer, "BUSINESS")
    any_language = await chat.press(await chat.press(both, "Language: Khmer"), "Any language")

    assert languages.text == "In which language should posts arrive in Newsroom?\n\nWhat arrives: NATIONAL."
    assert marked(languages) == [["✅ Any language", "▫️ English"], ["▫️ Khmer"], ["Back"]]
    assert khmer.text == f"{HOW}\n\nWhat arrives: NATIONAL (only in Khmer)."
    assert both.text == f"{HOW}\n\nWhat arrives: NATIONAL, BUSINESS (only in Khmer)."
    assert any_language.text == f"{HOW}\n\nWhat arrives: NATIONAL, BUSINESS."
    assert (await chat.press(languages, "Back")).text == any_language.text
    assert not (await chat.type("/menu language fr")).done


async def test_different_languages_are_told_apart(chat: Chat) -> None:
    await chat.type("/subscribe national lang:km")
    await chat.type("/subscribe business")
    menu = await chat.type("/subscribe")
    languages = await chat.press(menu, "Language: various")

    assert menu.text == f"{HOW}\n\nWhat arrives: NATIONAL (only in Khmer), BUSINESS."
    assert marked(languages) == [["▫️ Any language", "▫️ English"], ["▫️ Khmer"], ["Back"]]


async def test_posts_in_one_language_leave_no_choice() -> None:
    chat = Chat(languages=["en"])
    menu = await chat.press(await chat.type("/subscribe"), "NATIONAL")

    assert marked(menu)[-2:] == [["▫️ ព័ត៌មាន\u200bជាតិ (7)"], ["Settings", "Done"]]


async def test_done_says_what_was_chosen_and_how_to_see_it(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    nothing = await chat.press(menu, "Done")
    done = await chat.press(await chat.press(menu, "NATIONAL"), "Done")

    assert nothing.text == "Nothing arrives in Newsroom."
    assert marked(nothing) == [["Choose what arrives"]]
    assert done.text == "New posts will arrive in Newsroom: NATIONAL."
    assert [(choice.label, choice.command) for choice in done.menu[0]] == [
        ("Preview", "/preview"),
        ("Send the latest now", "/latest"),
    ]
    assert [(choice.label, choice.command) for choice in done.menu[1]] == [
        ("Settings", "/settings"),
        ("Pause", "/settings pause"),
        ("Why?", "/why"),
    ]


async def test_what_no_post_names_any_more_stays_until_it_is_switched_off(chat: Chat) -> None:
    chat.subscriptions.subscribed = [
        Subscription(GROUP, Selector(SelectorKind.CATEGORY, "harvest"), "Harvest"),
        Subscription(GROUP, Selector(SelectorKind.TAG, "rain"), "Rain"),
    ]
    menu = await chat.type("/subscribe")
    assert marked(menu)[2:] == [
        ["▫️ Weekly News (12)"],
        ["▫️ ព័ត៌មាន\u200bជាតិ (7)", "✅ Harvest (0)"],
        ["✅ #Rain"],
        ["Settings", "Done"],
        ["Language: any"],
    ]
    for label in ("Harvest", "#Rain"):
        menu = await chat.press(menu, label)

    assert await chat.has() == []
    assert marked(menu)[3:] == [["▫️ ព័ត៌មាន\u200bជាតិ (7)"], ["Settings", "Done"]]


async def test_what_is_left_out_and_no_post_names_any_more_stays_too(chat: Chat) -> None:
    chat.subscriptions.subscribed = [Subscription(GROUP, Selector(SelectorKind.ALL_EXCEPT, "winter"), "Winter")]

    await chat.press(await chat.type("/subscribe"), "winter")

    assert await chat.has() == [ALL]


async def test_three_hundred_categories_with_awkward_names_all_have_their_button() -> None:
    chat = Chat(many())
    menu = await chat.type("/subscribe")
    commands = []
    for _ in range(38):
        buttons = list(chain.from_iterable(menu.menu))
        assert all(1 <= len(choice.command.encode()) <= ROOM for choice in buttons)
        commands += [choice.command for choice in buttons if " on ~" in choice.command]
        menu = await chat.press(menu, "▶")
    back = await chat.press(menu, "◀")
    for command in commands:
        await chat.type(command)

    assert len(set(commands)) == 300
    assert marked(back)[-2] == ["◀", "38 / 38", "▶"]
    assert await chat.has() == [Selector(SelectorKind.CATEGORY, category.key) for category in many()]


async def test_a_button_whose_category_is_gone_shows_the_menu_as_it_is_now(chat: Chat) -> None:
    menu = await Chat([Category("gone", "Gone", 1)]).type("/subscribe")
    late = await chat.press(menu, "Gone")

    assert late.whole == f"{TOO_OLD}\n\n{HOW}\n\nNothing arrives yet."
    assert marked(late) == marked(await chat.type("/subscribe"))


@pytest.mark.parametrize("step", ["flip", "on", "off ~", "language", "page x", "on ~AAAAAAAA 1 2 3", "~"])
async def test_a_step_that_is_none_is_answered_politely(chat: Chat, step: str) -> None:
    reply = await chat.type(f"/menu {step}")

    assert reply.text.startswith(("This button", HOW))
    assert await chat.has() == []


async def test_only_admins_may_press(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    reply = await chat.press(menu, "NATIONAL", admin=False)

    assert not reply.done
    assert "Only admins of Newsroom" in reply.text
    assert await chat.has() == []


async def test_a_menu_in_a_paused_or_suspended_chat_says_so_and_who_subscribes_wakes_it(chat: Chat) -> None:
    menu = await chat.press(await chat.type("/subscribe"), "NATIONAL")
    await chat.type("/pause")
    paused = await chat.press(menu, "BUSINESS")
    await chat.subscriptions.set_state(GROUP, DestinationState.SUSPENDED, "the bot was removed", NOON)
    told = await chat.type("/subscribe")
    woken = await chat.press(told, "Weekly")

    assert paused.text.endswith("It is paused: nothing is sent until an admin resumes it.")
    assert "Nothing can be sent at present: the bot was removed." in told.text
    assert woken.text.startswith("Nothing could be sent here for a while. I try again now")
    assert "at present" not in woken.text
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE


async def test_a_menu_follows_the_language_that_was_chosen_meanwhile(chat: Chat) -> None:
    menu = await chat.type("/subscribe")
    await chat.type("/language km")
    khmer = await chat.press(menu, "NATIONAL")

    assert khmer.menu[-2][1].label == "រួចរាល់"


async def test_without_categories_there_is_one_switch() -> None:
    chat = Chat([], languages=[])
    menu = await chat.type("/subscribe")
    everything = await chat.press(menu, "All posts")

    assert menu.text.startswith("No post names a category yet.")
    assert marked(menu) == [["▫️ All posts"], ["Settings", "Done"]]
    assert (marked(everything), await chat.has()) == ([["✅ All posts"], ["Settings", "Done"]], [ALL])


async def test_a_new_subscription_is_like_those_that_there_are(chat: Chat) -> None:
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL", "km", {"silent": True})]
    await chat.press(await chat.type("/subscribe"), "BUSINESS")
    await chat.type("/subscribe weekly_news")

    assert [(wish.language, wish.options) for wish in chat.subscriptions.subscribed] == [
        ("km", {"silent": True}),
        ("km", {"silent": True}),
        ("", {"silent": True}),
    ]


async def test_what_arrives_beside_all_but_some_is_said_as_it_is(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.type("/subscribe all except business")

    menu = await chat.type("/subscribe")
    assert "What arrives: all posts except BUSINESS, and in any case NATIONAL." in menu.text
    await chat.type("/menu language km")
    told = (await chat.type("/status")).text
    assert "What arrives: all posts in Khmer except BUSINESS, and in any case NATIONAL (only in Khmer)." in told
