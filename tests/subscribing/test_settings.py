"""/settings by buttons and by words."""

from __future__ import annotations

import asyncio
from itertools import chain
from typing import Any

import pytest

from bot.models import Choice, DestinationState, Look, OnUnknown, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.tokens import ROOM
from tests.subscribing.chat import ALL, GROUP, NATIONAL, Chat, marked

BUSINESS = Selector(SelectorKind.CATEGORY, "business")
OF_PLACE = [
    ["If in doubt: as usual"],
    ["Answers: English"],
    ["Pause", "Unsubscribe …"],
    ["Choose what arrives"],
    ["Done"],
]
LOOK = [
    ["Look: As fits best"],
    ["Text length: medium"],
    ["✅ Picture", "✅ Hashtags"],
    ["✅ Read button", "▫️ Silent"],
    ["▫️ Pin", "▫️ No forwarding"],
]


def options(chat: Chat) -> list[dict[str, Any]]:
    return [wish.options for wish in chat.subscriptions.subscribed]


@pytest.fixture
def one(chat: Chat) -> Chat:
    """A chat with one subscription."""
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL")]
    return chat


@pytest.fixture
def two(one: Chat) -> Chat:
    """A chat with two subscriptions."""
    one.subscriptions.subscribed.append(Subscription(GROUP, BUSINESS, "BUSINESS"))
    return one


async def test_with_one_subscription_all_is_on_one_page(one: Chat) -> None:
    panel = await one.type("/settings")

    assert panel.text == "How posts look, for all that arrives in Newsroom:"
    assert marked(panel) == [*LOOK, ["Preview"], *OF_PLACE]


async def test_with_several_it_is_first_asked_for_which_of_them(two: Chat) -> None:
    panel = await two.type("/settings")
    business = await two.press(panel, "BUSINESS")
    silent = await two.press(business, "Silent")
    whole = await two.press(await two.press(silent, "Back"), "For all that arrives")

    assert panel.text == "Settings of Newsroom. How posts look: for all that arrives, or only for …"
    assert marked(panel) == [["For all that arrives"], ["NATIONAL", "BUSINESS"], *OF_PLACE]
    assert marked(business) == [*LOOK, ["Preview", "Back"]]
    assert silent.text.splitlines() == [
        "Silent: on. It holds for BUSINESS, from the next post on.",
        "",
        "How posts look, for BUSINESS:",
    ]
    assert options(two) == [{}, {"silent": True}]
    assert marked(whole)[3] == ["✅ Read button"]
    assert marked(whole)[4] == ["▫️ Silent: various"]


async def test_for_all_that_arrives_every_subscription_is_set(two: Chat) -> None:
    whole = await two.press(await two.type("/settings"), "For all that arrives")
    looks = await two.press(whole, "Look: As fits best")
    preview = await two.press(looks, "Page preview")

    assert looks.text.splitlines()[:3] == [
        "How a post looks, for all that arrives in Newsroom:",
        "• As fits best: What looks best there",
        "• Photo: The picture, with the words below it",
    ]
    assert marked(looks) == [["✅ As fits best", "▫️ Photo"], ["▫️ Page preview", "▫️ Text only"], ["▫️ Article"], ["Back"]]
    assert "Look: Page preview. It holds for all that arrives in Newsroom, from the next post on." in preview.text
    assert options(two) == [{"style": "preview"}] * 2


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("style preview", [{"style": "preview"}] * 2),
        ("style=preview", [{"style": "preview"}] * 2),
        ("look text", [{"style": "text"}] * 2),
        ("SILENT on", [{"silent": True}] * 2),
        ("all pin on", [{"pin": True}] * 2),
        ("excerpt 450", [{"excerpt": 450}] * 2),
        ("NATIONAL silent on", [{"silent": True}, {}]),
        ("business picture off", [{}, {"image": False}]),
        ("silent", [{}, {}]),
        ("silent perhaps", [{}, {}]),
        ("style prevew", [{}, {}]),
        ("nonsense", [{}, {}]),
        ("protect", [{}, {}]),
        ("mention 5", [{}, {}]),
    ],
)
async def test_words_work_as_well(two: Chat, typed: str, expected: list[dict[str, Any]]) -> None:
    await two.type(f"/settings {typed}")

    assert options(two) == expected


async def test_a_mistake_is_met_with_the_nearest(two: Chat) -> None:
    near = await two.type("/settings silnt on")
    far = await two.type("/settings nonsense")
    value = await two.type("/settings style prevew")

    assert near.text.endswith("silent, pin, protect, answers, pause, unproven. Did you mean silent?")
    assert near.choices == (Choice("silent", "/settings all silent"),)
    assert far.text.startswith("There is no setting “nonsense”.")
    assert not far.done
    assert value.text.startswith("“style” can't be “prevew”. Write one of: auto, photo, preview, text, rich.")
    assert marked(value)[-1] == ["Back"]


async def test_two_settings_at_once_are_both_kept(two: Chat) -> None:
    await asyncio.gather(*(two.type(f"/settings {each}") for each in ("silent on", "national pin on", "style text")))

    assert options(two) == [{"silent": True, "pin": True, "style": "text"}, {"silent": True, "style": "text"}]


async def test_what_holds_for_the_place_is_set_there(one: Chat) -> None:
    doubt = await one.press(await one.type("/settings"), "If in doubt")
    held = await one.press(doubt, "hold back")
    khmer = await one.press(await one.press(held, "Answers"), "ភាសាខ្មែរ")

    assert marked(doubt) == [["✅ as usual", "▫️ send again"], ["▫️ hold back"], ["Back"]]
    assert held.text.startswith("If in doubt: hold back.\n\n")
    assert marked(held)[6] == ["If in doubt: hold back"]
    assert one.subscriptions.known[GROUP].on_unknown is OnUnknown.HOLD
    assert one.subscriptions.known[GROUP].language == "km"
    assert khmer.text.startswith("ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរ។")
    assert khmer.menu[-1][0].label == "រួចរាល់"
    again = await one.type("/settings unproven resend")
    assert again.text.startswith("បើមិនប្រាកដ៖ ផ្ញើម្ដងទៀត។\n\n")
    await one.type("/settings unproven site")
    assert one.subscriptions.known[GROUP].on_unknown is None


async def test_a_pause_is_chosen_and_ended_by_buttons(one: Chat) -> None:
    paused = await one.press(await one.press(await one.type("/settings"), "Pause"), "For 8 hours")
    state = one.subscriptions.known[GROUP].state
    resumed = await one.press(paused, "Resume")
    for_good = await one.press(await one.press(resumed, "Pause"), "Until I resume it")

    assert state is DestinationState.PAUSED
    assert "\n\nIt is paused until 8 November 2024, 03:00 UTC+07: nothing is sent before" in paused.text
    assert resumed.text.startswith("Resumed: Newsroom. What waited arrives now, in order.")
    assert for_good.text.endswith("It is paused: nothing is sent until an admin resumes it.")
    assert (await one.type("/settings pause soon")).text.startswith("I do not understand “soon”.")


async def test_without_subscriptions_only_the_place_can_be_set(chat: Chat) -> None:
    panel = await chat.type("/settings")
    silent = await chat.type("/settings silent on")

    assert panel.text == "Settings of Newsroom. Nothing arrives there yet."
    assert marked(panel) == [*OF_PLACE[:2], ["Pause"], *OF_PLACE[3:]]
    assert silent == Reply(
        "There are no subscriptions in Newsroom. Begin with /subscribe.",
        (Choice("Choose what arrives", "/subscribe"),),
        done=False,
    )


async def test_the_end_is_one_sentence_and_the_way_back(one: Chat) -> None:
    done = await one.press(await one.type("/settings"), "Done")

    assert done == Reply(
        "The settings of Newsroom are saved.",
        menu=((Choice("Settings", "/settings"), Choice("Preview", "/preview")),),
    )


async def test_every_button_has_room_for_a_place_whatever_it_is_about(chat: Chat) -> None:
    chat.subscriptions.subscribed = [
        Subscription(GROUP, Selector(SelectorKind.CATEGORY, f"ព័ត៌មានជាតិ-និងអន្តរជាតិ-{number}"), "ព័ត៌មានជាតិ" * 9)
        for number in range(20)
    ] + [Subscription(GROUP, ALL)]
    seen: set[str] = set()
    todo = ["/settings"]
    while todo:
        reply = await chat.type(todo.pop())
        new = {choice.command for choice in chain.from_iterable(reply.menu)} - seen
        assert all(len(command.encode()) <= ROOM for command in new)
        seen |= new
        todo += [command for command in new if command.startswith("/settings") and len(command.split()) <= 3]

    assert sum(" style " in command for command in seen) == 22 * 5
    assert "/settings page 3" in seen


async def test_a_button_of_a_subscription_that_is_gone_is_answered_politely(two: Chat) -> None:
    business = await two.press(await two.type("/settings"), "BUSINESS")
    await two.type("/unsubscribe business")

    assert (await two.press(business, "Silent")).text == "This button is too old. Please send the command again."
    assert options(two) == [{}]


async def test_only_admins_may(two: Chat) -> None:
    assert not (await two.type("/settings", admin=False)).done
    assert not (await two.type("/settings silent on", admin=False)).done
    assert options(two) == [{}, {}]


async def test_a_category_that_is_called_like_an_option_is_set_by_buttons(chat: Chat) -> None:
    pin = Selector(SelectorKind.CATEGORY, "pin")
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL"), Subscription(GROUP, pin, "PIN")]
    await chat.type("/settings pin on")
    await chat.press(await chat.press(await chat.type("/settings"), "PIN"), "Silent")

    assert options(chat) == [{"pin": True}, {"pin": True, "silent": True}]


async def test_every_length_has_a_name_and_that_of_an_article_comes_back_by_a_button(two: Chat) -> None:
    odd = await two.type("/settings excerpt 450")
    assert "Text length: 450 letters" in {label for row in marked(odd) for label in row}

    await two.type("/settings style rich")
    lengths = await two.press(odd, "Text length")
    assert not any(label.removeprefix("▫️ ").isdecimal() for row in marked(lengths) for label in row)
    whole = await two.press(lengths, "as much as fits")
    assert "Text length: as much as fits" in {label for row in marked(whole) for label in row}
    assert options(two) == [{"style": "rich", "excerpt": Look.from_options({"style": "rich"}).excerpt}] * 2


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ("no forwarding on", "protect", True),
        ("Silent: on", "silent", True),
        ("✅ Read button off", "button", False),
        ("national Text length: very long", "excerpt", 1000),
        ("look = Page preview", "style", "preview"),
        ("គ្មានសំឡេង៖ បើក", "silent", True),
    ],
)
async def test_what_stands_on_buttons_may_be_typed(one: Chat, typed: str, name: str, value: object) -> None:
    assert (await one.type(f"/settings {typed}")).done
    [wish] = await one.subscriptions.of(GROUP)
    assert wish.options[name] == value


async def test_a_language_that_newsbell_does_not_speak_is_met_with_those_that_it_does(one: Chat) -> None:
    reply = await one.type("/settings answers German")
    assert reply.text == "I do not speak “German”. Choose one of these:"
    assert marked(reply) == [["✅ English", "▫️ ភាសាខ្មែរ"], ["Back"]]
