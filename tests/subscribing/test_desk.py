"""News of chats reach the store, and no error leaves the desk."""

from __future__ import annotations

import logging

import pytest

from bot.models import Command, DestinationState, Look, Place, Reply
from tests.subscribing.chat import GROUP, NOON, PLACE, TOPIC, Chat


async def test_lost_rights_suspend_a_chat_and_its_topics_until_they_return(chat: Chat) -> None:
    for destination in (GROUP, TOPIC):
        await chat.subscriptions.remember(Place(destination), NOON)
    await chat.desk.rights_lost(GROUP, "the bot was removed")

    assert {place.state for place in chat.subscriptions.known.values()} == {DestinationState.SUSPENDED}
    assert {place.reason for place in chat.subscriptions.known.values()} == {"the bot was removed"}

    await chat.desk.rights_regained(GROUP)
    assert {place.state for place in chat.subscriptions.known.values()} == {DestinationState.ACTIVE}


async def test_what_happens_to_a_topic_concerns_it_alone(chat: Chat) -> None:
    for destination in (GROUP, TOPIC):
        await chat.subscriptions.remember(Place(destination), NOON)
    await chat.desk.rights_lost(TOPIC, "the topic is closed")

    assert chat.subscriptions.known[TOPIC].state is DestinationState.SUSPENDED
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE

    await chat.desk.rights_lost(GROUP, "the bot was removed")
    await chat.desk.rights_regained(TOPIC)
    assert chat.subscriptions.known[TOPIC].state is DestinationState.ACTIVE
    assert chat.subscriptions.known[GROUP].state is DestinationState.SUSPENDED


async def test_what_a_person_paused_no_news_of_a_platform_wakes(chat: Chat) -> None:
    await chat.type("/pause")
    await chat.desk.rights_lost(GROUP, "the bot was removed")
    await chat.desk.rights_regained(GROUP)

    assert chat.subscriptions.known[GROUP].state is DestinationState.PAUSED


async def test_a_chat_with_a_new_id_keeps_its_subscriptions(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.desk.moved(GROUP, "-100999")

    assert [wish.destination.chat_id for wish in await chat.subscriptions.all()] == ["-100999"]


async def test_a_place_is_called_by_its_new_name_if_it_is_known(chat: Chat) -> None:
    await chat.type("/language km")
    await chat.desk.renamed(GROUP, "Editors")
    await chat.desk.renamed(TOPIC, "Editors › Sport")

    assert [(place.title, place.language) for place in chat.subscriptions.known.values()] == [("Editors", "km")]
    await chat.desk.renamed(GROUP, "Editors", kind="announcement")
    assert [place.kind for place in chat.subscriptions.known.values()] == ["announcement"]


async def test_an_error_is_logged_and_answered_with_a_word(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.posts.fail_with = RuntimeError("disk on fire")
    reply = await chat.type("/subscribe national", language="km")

    assert reply == Reply("មិនបានសម្រេចទេ កំហុសនេះមកពីខ្ញុំ។ សូមព្យាយាមម្ដងទៀតនៅមួយនាទីក្រោយ។", done=False)
    assert [record.exc_info is not None for record in caplog.records if record.levelno == logging.ERROR] == [True]


async def test_the_word_for_an_error_is_in_the_language_of_the_place(chat: Chat) -> None:
    await chat.type("/language km")
    chat.posts.fail_with = RuntimeError("disk on fire")
    assert (await chat.type("/subscribe national", language="en")).text.startswith("មិនបានសម្រេចទេ")
    chat.subscriptions.fail_with = RuntimeError("disk on fire")
    assert await chat.desk.language(Command("help", "", PLACE, "123", admin=True, language="de")) == "en"


async def test_news_of_a_chat_that_can_not_be_noted_stops_nobody(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    chat.posts.fail_with = RuntimeError("disk on fire")
    assert await chat.offers("/subscribe nat", "category") == []
    for news in (
        chat.desk.moved(GROUP, "-100999"),
        chat.desk.rights_lost(GROUP, "gone"),
        chat.desk.rights_regained(GROUP),
    ):
        chat.subscriptions.fail_with = RuntimeError("disk on fire")
        await news

    assert len([record for record in caplog.records if record.levelno == logging.ERROR]) == 4


async def test_a_reply_about_posts_says_how_they_will_look_and_in_which_language_it_speaks(chat: Chat) -> None:
    await chat.type("/language km")
    assert (await chat.type("/subscribe national")).looks == (Look(),)
    reply = await chat.type("/settings silent on")
    assert (reply.looks, reply.language) == ((Look(silent=True),), "km")
    assert (await chat.type("/categories")).looks == ()
