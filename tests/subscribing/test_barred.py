"""Where the adapter sees that nothing can be sent, nothing is promised, and nothing is tried for nothing.

What bars the place stands in the adapter's words below a reply with looks; so it is not said twice.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import Choice, DestinationState, Look
from tests.state.making import post, record
from tests.subscribing.chat import GROUP, NOON, Chat

LACKS = "newsbell lacks Send Messages here"
AT_PRESENT = "Nothing can be sent at present: "
RAIN = post("rain.md", title="Rain", published_at=NOON - timedelta(days=1))


@pytest.fixture
async def chat() -> Chat:
    """A chat that is subscribed to two categories, and barred since."""
    chat = Chat()
    await chat.posts.record_baseline([record(RAIN)], NOON)
    await chat.type("/subscribe national, business")
    chat.barred = LACKS
    return chat


async def suspend(chat: Chat, reason: str = LACKS) -> None:
    await chat.subscriptions.set_state(GROUP, DestinationState.SUSPENDED, reason, NOON)


@pytest.mark.parametrize(
    "words", ["/subscribe", "/subscribe weekly-news", "/menu page", "/menu done", "/settings", "/latest", "/resume"]
)
async def test_what_the_adapter_says_is_not_said_twice(chat: Chat, words: str) -> None:
    await suspend(chat)
    reply = await chat.type(words)
    assert reply.looks == (Look(),)
    assert AT_PRESENT not in reply.text


@pytest.mark.parametrize("words", ["/status", "/subscriptions"])
async def test_where_the_adapter_adds_nothing_it_is_said_as_it_is_seen(chat: Chat, words: str) -> None:
    assert f"{AT_PRESENT}{LACKS}. It goes on" in (await chat.type(words)).text
    await suspend(chat, "the thread is locked")
    told = (await chat.type(words)).text
    assert f"{AT_PRESENT}{LACKS}. It goes on" in told
    assert "locked" not in told, "that is older"


async def test_why_offers_to_send_only_where_something_can_be(chat: Chat) -> None:
    for barred, offered in ((LACKS, False), ("", True)):
        chat.barred = barred
        told = await chat.type("/why rain")
        assert any(choice.command == "/latest" for choice in told.choices) is offered


@pytest.mark.parametrize("words", ["/subscribe weekly-news", "/menu all 1", "/resume", "/settings resume"])
async def test_a_suspended_place_is_not_woken_for_nothing(chat: Chat, words: str) -> None:
    await suspend(chat)
    barred = await chat.type(words)
    assert chat.subscriptions.known[GROUP].state is DestinationState.SUSPENDED
    for promise in ("I try again now", "What waited arrives now", "New posts arrive as they come"):
        assert promise not in barred.text

    chat.barred = ""
    await chat.type("/subscribe tag:rain")
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE


async def test_resume_ends_a_pause_and_promises_nothing(chat: Chat) -> None:
    await chat.type("/pause")
    assert (await chat.type("/subscribe")).text.endswith("It is paused: nothing is sent until an admin resumes it.")
    assert (await chat.type("/resume")).text == "Resumed: Newsroom."
    assert (await chat.type("/resume")).text == "Not paused: Newsroom."
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE


async def test_the_latest_post_is_not_said_to_be_on_its_way_and_no_button_offers_it(chat: Chat) -> None:
    subscribed = await chat.type("/subscribe weekly-news")
    assert subscribed.choices == (Choice("Preview", "/preview"),)
    preview = await chat.type("/preview")
    assert (preview.menu, preview.looks) == (((Choice("Settings", "/settings"),),), (Look(),))
    latest = await chat.type("/latest")
    assert latest.text == "“Rain” will come once posts arrive here again."
    assert chat.posts.sent_to, "it waits"


async def test_pages_of_settings_behind_the_first_repeat_nothing(chat: Chat) -> None:
    await suspend(chat)
    for barred in (LACKS, ""):
        chat.barred = barred
        first = await chat.type("/settings")
        assert (AT_PRESENT in first.text, first.looks) == (not barred, (Look(),))
        for words in ("all", "all style", "place", "pause", "answers", "unproven", "done"):
            page = await chat.type(f"/settings {words}")
            assert (AT_PRESENT in page.text, page.looks) == (False, ())


async def test_what_a_setting_needs_is_told_when_it_is_chosen(chat: Chat) -> None:
    pinned = await chat.type("/settings all pin on")
    assert (pinned.looks, pinned.known_looks) == ((Look(pin=True),), (Look(),))
    silent = await chat.type("/settings all silent on")
    assert (silent.looks, silent.known_looks) == ((Look(pin=True, silent=True),), (Look(pin=True),))


async def test_where_nothing_is_subscribed_yet_what_bars_posts_is_told_before_somebody_chooses() -> None:
    assert (await Chat().type("/subscribe")).looks == (Look(),)
    assert (await Chat().type("/settings")).looks == (Look(),)
