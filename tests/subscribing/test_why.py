"""/why tells what became of a post in a chat, /status how everything is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.models import (
    Action,
    Attempt,
    Choice,
    Delivery,
    DeliveryState,
    Destination,
    Lane,
    Outcome,
    Place,
    Receipt,
    Reply,
    Shown,
    Subscription,
    Visibility,
)
from bot.records import Brake, Digested, Here, PostState, Story
from tests.state.making import announcement, post, record
from tests.subscribing.chat import GROUP, NATIONAL, NOON, PLACE, Chat

RAIN = post("rain.md", title="Rain", published_at=NOON - timedelta(days=1))
OLD = post("old.md", title="Old", published_at=NOON - timedelta(days=2))
SPORT = post("sport.md", title="Goal", categories=("SPORT",), published_at=NOON - timedelta(days=3))
SEND = (Choice("Send it now", "/latest"),)
OPERATOR = "777"
DRAFT = {"visibility": Visibility.DRAFT, "title": "Minister resigns", "categories": ("SECRET",)}
AHEAD = {"published_at": NOON + timedelta(days=1), "title": "Minister resigns"}


@pytest.fixture
async def chat() -> Chat:
    """A chat that gets NATIONAL, and three posts that were there before."""
    chat = Chat(operators=[Destination("telegram", OPERATOR)])
    await chat.posts.record_baseline([record(each) for each in (RAIN, OLD, SPORT)], NOON)
    chat.subscriptions.subscribed = [Subscription(GROUP, NATIONAL, "NATIONAL")]
    return chat


def story(
    state: DeliveryState, *, shown: bool = False, wanted: int = 1, reason: str = "", digested: Digested = Digested.NOT
) -> Story:
    """What became of RAIN in the chat."""
    stands = Shown(1, "text:1", Receipt(("77",))) if shown else None
    delivery = Delivery(1, 1, GROUP, 1, wanted, stands, state, Lane.POST, 1, NOON, reason=reason)
    attempt = Attempt(1, Action.SEND, Outcome.SENT, NOON, NOON + timedelta(seconds=1), 1)
    return Story(delivery, [attempt] if shown else [], PLACE, digested)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (story(DeliveryState.SETTLED, shown=True), "it arrived: 7 November 2024, 19:00 UTC+07."),
        (story(DeliveryState.SETTLED, digested=Digested.SHOWN), "it arrived."),
        (story(DeliveryState.DUE, shown=True, wanted=2), "it arrived: 7 November 2024, 19:00 UTC+07."),
        (story(DeliveryState.DUE), "it is on its way."),
        (story(DeliveryState.CLAIMED), "it is on its way."),
        (story(DeliveryState.DUE, reason="slow"), "it has not arrived yet: slow. It is tried again by itself."),
        (story(DeliveryState.UNKNOWN), "it was sent, and nobody knows yet whether it arrived. I am finding out."),
        (
            story(DeliveryState.CLAIMED, wanted=0),
            "it was sent, and nobody knows yet whether it arrived. I am finding out.",
        ),
        (story(DeliveryState.HELD, reason="a flood"), "it waits for an operator's word: a flood."),
        (
            story(DeliveryState.FAILED, reason="too long"),
            "it was given up: too long. An operator can have it tried again.",
        ),
        (story(DeliveryState.SETTLED, wanted=0), "it was withdrawn, so nothing of it stands here."),
    ],
)
async def test_what_became_of_the_latest_post_here(chat: Chat, told: Story, said: str) -> None:
    chat.stories.stories = [told]

    assert (await chat.type("/why")).text == f"“Rain”: {said}"


async def test_of_a_message_that_somebody_removed_here_nobody_says_that_the_post_was_withdrawn(chat: Chat) -> None:
    removed = "the message was removed in the chat"
    chat.stories.stories = [story(DeliveryState.SETTLED, wanted=0, reason=removed)]
    chat.posts.known[RAIN.key] = replace(chat.posts.known[RAIN.key], state=PostState.PUBLISHED)
    assert (await chat.type("/why")).text == f"“Rain”: nothing of it stands here any more: {removed}."

    chat.posts.known[RAIN.key] = replace(chat.posts.known[RAIN.key], state=PostState.WITHDRAWN)
    assert (await chat.type("/why rain.md")).text == "“Rain”: it was withdrawn, so nothing of it stands here."


@pytest.mark.parametrize("words", ["Old", "old", "~2"])
async def test_a_post_may_be_named_by_title_and_slug(chat: Chat, words: str) -> None:
    assert (await chat.type(f"/why {words}")).text.startswith("“Old”: ")


async def test_of_posts_of_one_name_the_one_is_meant_that_was_to_arrive_here(chat: Chat) -> None:
    await chat.posts.record_baseline([record(post("km/rain.md", title="ភ្លៀង", published_at=NOON))], NOON)
    assert (await chat.type("/why rain")).text.startswith("“ភ្លៀង”: ")
    chat.stories.stories = [story(DeliveryState.SETTLED, shown=True)]
    assert (await chat.type("/why rain")).text.startswith("“Rain”: it arrived")


async def test_what_names_a_post_on_a_button_tells_of_none_that_nobody_may_know(chat: Chat) -> None:
    draft = post("draft.md", title="Draft", visibility=Visibility.DRAFT)
    await chat.posts.record_baseline([record(draft)], NOON)
    shorter = [await chat.desk.shortened("why", words) for words in ("old.md", "draft.md", "nope.md")]
    assert shorter == ["~2", "~4", "~0"]
    assert await chat.desk.shortened("pause", "2h") == "2h"
    secret, unknown = [(await chat.type(f"/why {words}")).text for words in shorter[1:]]
    assert secret == unknown
    assert unknown.startswith("I know no post “…”. Copy its link or its title to here;")


async def test_where_posts_are_offered_while_one_types_nobody_is_told_to_copy_anything_to_here(chat: Chat) -> None:
    chat.place = Place(Destination("discord", "456", bot="9"))
    said = (await chat.type("/why nothing")).text
    assert said.startswith("I know no post “nothing”. Choose one of those that are offered while you type;")


async def test_where_it_stands_a_button_leads_there(chat: Chat) -> None:
    chat.stories.stories = [story(DeliveryState.SETTLED, shown=True)]

    assert (await chat.type("/why rain.md")).choices == (Choice("Open it", "", message="77"),)


async def test_in_a_paused_chat_it_waits(chat: Chat) -> None:
    await chat.type("/pause")
    chat.stories.stories = [story(DeliveryState.DUE)]

    said = (await chat.type("/why")).text
    assert said == "“Rain”: it waits. It is paused: nothing is sent until an admin resumes it."


async def test_a_post_that_was_there_before_newsbell_can_be_sent(chat: Chat) -> None:
    before = "it was there before newsbell began, and such posts are not sent by themselves."
    assert await chat.type("/why") == Reply(f"“Rain”: {before}", SEND)
    assert await chat.type("/why old.md") == Reply(f"“Old”: {before}")


async def test_a_post_that_came_out_before_anybody_asked_for_it_here(chat: Chat) -> None:
    wind = post("wind.md", title="Wind", published_at=NOON)
    await chat.posts.take_in(record(wind), announcement(wind), NOON)

    assert await chat.type("/why") == Reply("“Wind”: nothing here asked for it when it came out.", SEND)


async def test_a_post_that_was_not_chosen(chat: Chat) -> None:
    assert await chat.type("/why sport.md") == Reply(
        "“Goal”: it is not among what was chosen here. Its categories: SPORT; its language: English. "
        "What arrives: NATIONAL.",
        (Choice("Choose what arrives", "/subscribe"),),
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": PostState.HELD, "reason": "a flood"}, "it waits for an operator's word: a flood."),
        ({"state": PostState.WAITING}, "it waits for its page on the website."),
        ({"state": PostState.UNPUBLISHED}, "it is not public on the website."),
        ({"state": PostState.WITHDRAWN}, "it was withdrawn."),
        ({"state": PostState.SCHEDULED}, "it comes out at its time: 6 November 2024, 19:00 UTC+07."),
        ({"state": PostState.PUBLISHED, "brake": Brake.HELD}, "an operator holds it back."),
        ({"state": PostState.PUBLISHED, "brake": Brake.TAKEN}, "an operator took it back."),
    ],
)
async def test_why_nobody_has_it(chat: Chat, changes: dict[str, object], said: str) -> None:
    stands(chat, **changes)

    assert (await chat.type("/why rain.md", person=OPERATOR)).text == f"“Rain”: {said}"


def stands(chat: Chat, **changes: object) -> None:
    """RAIN stands so from now on."""
    known = chat.posts.known[RAIN.key]
    chat.posts.known[RAIN.key] = replace(known, **changes)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "changes",
    [
        {"state": PostState.UNPUBLISHED} | DRAFT,
        {"state": PostState.SCHEDULED} | AHEAD,
        {"state": PostState.WAITING},
        {"state": PostState.HELD, "brake": Brake.HELD} | AHEAD,
    ],
    ids=["draft", "scheduled", "waits for its page", "held before its date"],
)
async def test_what_was_never_public_only_operators_know(chat: Chat, changes: dict[str, object]) -> None:
    strange = (await chat.type("/why nope.md")).text
    stands(chat, **changes)

    assert await chat.type("/why rain.md") == Reply(strange.replace("nope.md", "rain.md"), done=False)
    assert "I know no post" not in (await chat.type("/why rain.md", person=OPERATOR)).text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": PostState.WITHDRAWN} | DRAFT, "it was withdrawn."),
        ({"state": PostState.KNOWN} | DRAFT, "it is not public on the website."),
        ({"state": PostState.KNOWN} | AHEAD, "it is not public on the website."),
    ],
)
async def test_what_is_hidden_now_is_called_as_the_person_called_it(
    chat: Chat, changes: dict[str, object], said: str
) -> None:
    stands(chat, **changes)

    assert await chat.type("/why rain.md") == Reply(f"“rain.md”: {said}")
    assert (await chat.type("/why rain.md", person=OPERATOR)).text.startswith("“Minister resigns”: ")
    assert (await chat.type("/why")).text.startswith("“Old”: "), "it is the latest no more"


async def test_a_chat_that_got_a_draft_by_an_operators_word_is_told_so(chat: Chat) -> None:
    stands(chat, state=PostState.UNPUBLISHED, **DRAFT)
    chat.stories.stories = [story(DeliveryState.SETTLED, shown=True)]

    assert (await chat.type("/why rain.md")).text == "“rain.md”: it arrived: 7 November 2024, 19:00 UTC+07."


async def test_what_follows_its_file_though_its_date_was_moved_ahead_is_no_secret(chat: Chat) -> None:
    stands(chat, state=PostState.PUBLISHED, **AHEAD)

    said = "nothing here asked for it when it came out."
    assert (await chat.type("/why rain.md")).text == f"“Minister resigns”: {said}"


async def test_a_post_that_is_not_known() -> None:
    chat = Chat()

    assert await chat.type("/why") == Reply("There is no post yet.", done=False)
    assert (await chat.type("/why nope.md")).text.startswith("I know no post “nope.md”.")
    assert not (await chat.type("/why", admin=False)).done


# --- /status ---------------------------------------------------------------------------------------------------------


async def test_everybody_hears_how_it_is(chat: Chat) -> None:
    chat.stories.now_here = Here("Rain", NOON, "77", waiting=1, held=2)
    reply = await chat.type("/status", admin=False)

    assert reply.text.splitlines() == [
        "newsbell is well.",
        "What arrives: NATIONAL.",
        "The last post came 7 November 2024, 19:00 UTC+07: “Rain”.",
    ]
    assert reply.choices == (Choice("Open it", "", message="77"),)


async def test_admins_hear_what_waits(chat: Chat) -> None:
    await chat.type("/pause")
    chat.stories.now_here = Here(waiting=1, held=2)

    assert (await chat.type("/status")).text.splitlines()[2:] == [
        "It is paused: nothing is sent until an admin resumes it.",
        "No post has come here yet.",
        "1 post waits to be sent.",
        "2 posts wait for an operator's word.",
    ]


async def test_admins_hear_what_was_given_up(chat: Chat) -> None:
    chat.stories.now_here = Here(failed=2, failed_title="Rain", failed_reason="too long")
    assert (await chat.type("/status")).text.splitlines()[3:] == [
        "2 posts were given up and did not come here.",
        "“Rain” was given up: too long. An operator can have it tried again.",
    ]
    assert "given up" not in (await chat.type("/status", admin=False)).text


async def test_only_operators_hear_what_is_wrong() -> None:
    chat = Chat(operators=[Destination("telegram", "1")])
    chat.fault = "the folder /srv/posts is gone"
    trouble = "newsbell has a problem at present."

    assert (await chat.type("/status")).text.splitlines()[:2] == [trouble, "Nothing arrives yet."]
    assert (await chat.type("/status", person="1")).text.splitlines()[:2] == [trouble, chat.fault]
