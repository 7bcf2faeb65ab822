"""/preview shows how the newest post looks, /latest sends it, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.models import (
    Action,
    Attempt,
    Choice,
    Delivery,
    DeliveryState,
    Lane,
    Look,
    Outcome,
    Receipt,
    Reply,
    Shown,
    Subscription,
)
from bot.records import Digested, Story
from tests.state.making import post, record
from tests.subscribing.chat import GROUP, NATIONAL, NOON, PLACE, Chat

OLD = post("old.md", title="Old", published_at=NOON - timedelta(days=2))
RAIN = post("rain.md", title="Rain", published_at=NOON - timedelta(days=1))
SPORT = post("sport.md", title="Goal", categories=("SPORT",), published_at=NOON)


@pytest.fixture
async def chat() -> Chat:
    """A chat that gets NATIONAL silently, and three posts that were there before."""
    chat = Chat()
    await chat.posts.record_baseline([record(each) for each in (OLD, RAIN, SPORT)], NOON)
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL", options={"excerpt": 100, "pin": True})]
    return chat


def story(state: DeliveryState = DeliveryState.SETTLED, *, shown: bool = True, reason: str = "") -> Story:
    """What became of RAIN in the chat."""
    stands = Shown(1, "text:1", Receipt(("77",))) if shown else None
    delivery = Delivery(1, 2, GROUP, 1, 1, stands, state, Lane.POST, 1, NOON, reason=reason)
    attempt = Attempt(1, Action.SEND, Outcome.SENT, NOON, NOON + timedelta(seconds=1), 1)
    return Story(delivery, [attempt] if shown else [], PLACE)


async def test_the_preview_is_the_newest_post_that_would_arrive_as_it_would_look(chat: Chat) -> None:
    reply = await chat.type("/preview")

    assert reply.text == "A preview: this is how the latest post looks in Newsroom."
    assert reply.menu == ((Choice("Send it now", "/latest"), Choice("Settings", "/settings")),)
    assert reply.specimen
    assert reply.specimen.announcement.title == "Rain"
    assert reply.specimen.look == Look(excerpt=100, pin=True, silent=True)
    assert chat.posts.sent_to == []


async def test_the_latest_post_is_sent_once(chat: Chat) -> None:
    first = await chat.type("/latest")
    chat.stories.stories = [story()]
    again = await chat.type("/latest")

    assert first == Reply("“Rain” is on its way.")
    assert chat.posts.sent_to == [(2, GROUP)]
    assert again.text == "“Rain” arrived already: 7 November 2024, 19:00 UTC+07."
    assert again.choices == (Choice("Open it", "", message="77"),)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (story(DeliveryState.DUE, shown=False), "“Rain” is on its way already."),
        (
            story(DeliveryState.FAILED, shown=False, reason="a flood"),
            "“Rain” was given up: a flood. An operator can have it tried again.",
        ),
        (
            story(DeliveryState.HELD, shown=False, reason="newsbell hold was said"),
            "“Rain” waits for an operator's word: newsbell hold was said.",
        ),
    ],
)
async def test_what_has_not_arrived_yet_is_said_to_be_so(chat: Chat, told: Story, said: str) -> None:
    await chat.type("/latest")
    chat.stories.stories = [told]

    assert (await chat.type("/latest")).text == said


async def test_what_was_given_up_is_tried_once_more_and_not_promised(chat: Chat) -> None:
    chat.stories.stories = [story(DeliveryState.FAILED, shown=False, reason="a link that Telegram refuses")]
    assert (await chat.type("/latest")).text == (
        "“Rain” was given up: a link that Telegram refuses. It is tried once more; what comes of it: /why"
    )
    assert chat.posts.sent_to == [(2, GROUP)]


async def test_a_message_that_is_long_ago_is_told_without_its_time(chat: Chat) -> None:
    await chat.type("/latest")
    there = story()
    chat.stories.stories = [Story(there.delivery, [], PLACE)]

    assert (await chat.type("/latest")).text == "“Rain” has arrived already."


async def test_what_arrived_in_a_digest_leads_to_the_digest(chat: Chat) -> None:
    await chat.type("/latest")
    whole = story()
    chat.stories.stories = [Story(story(shown=False).delivery, [], PLACE, Digested.SHOWN, whole.delivery)]
    reply = await chat.type("/latest")

    assert (reply.text, reply.choices[0].message) == ("“Rain” has arrived already.", "77")


async def test_in_a_paused_chat_it_waits(chat: Chat) -> None:
    await chat.type("/pause")
    reply = await chat.type("/latest")

    assert reply.text.splitlines() == [
        "“Rain” will come once posts arrive here again.",
        "It is paused: nothing is sent until an admin resumes it.",
    ]


@pytest.mark.parametrize("typed", ["/preview", "/latest"])
async def test_without_such_a_post_that_is_said(chat: Chat, typed: str) -> None:
    await chat.type("/unsubscribe all")
    nothing_chosen = await chat.type(typed)
    await chat.type("/subscribe tag:snow")
    nothing_fits = await chat.type(typed)

    assert nothing_chosen.text == "There are no subscriptions in Newsroom. Begin with /subscribe."
    assert nothing_chosen.choices == (Choice("Choose what arrives", "/subscribe"),)
    assert nothing_fits == Reply(
        "No post matches what is chosen for Newsroom yet.",
        (Choice("Choose what arrives", "/subscribe"), Choice("Settings", "/settings")),
        done=False,
    )


@pytest.mark.parametrize("typed", ["/preview", "/latest"])
async def test_a_file_that_cannot_be_read_is_said_to_be_so(chat: Chat, typed: str) -> None:
    chat.stand.unreadable.add("rain.md")
    reply = await chat.type(typed)

    assert reply.text == "The file of “Rain” can't be read just now. Please try again in a minute."
    assert chat.posts.sent_to == []


@pytest.mark.parametrize("typed", ["/preview", "/latest"])
async def test_only_admins_may(chat: Chat, typed: str) -> None:
    assert not (await chat.type(typed, admin=False)).done
