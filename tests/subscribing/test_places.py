"""/language, /pause and /resume belong to a place."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.models import Choice, Destination, DestinationState, Place, Reply
from bot.subscribing.alarm import Alarm
from tests.subscribing.chat import GROUP, NOON, PLACE, TOPIC, Chat

NEWS = Destination("discord", "456", bot="9")


async def test_a_topic_that_is_known_by_its_number_is_called_so_in_the_chats_language() -> None:
    chat = Chat()
    chat.place = Place(TOPIC, "supergroup", "Desk › topic 7")
    assert "Desk › topic 7" in (await chat.type("/subscribe all")).text
    assert "Desk › ប្រធានបទលេខ 7" in (await chat.type("/pause", language="km")).text


@pytest.mark.parametrize("word", ["km", "KM", "km-KH", "ភាសាខ្មែរ"])
async def test_a_place_chooses_its_language_once_for_all(chat: Chat, word: str) -> None:
    assert (await chat.type(f"/language {word}")).text == "ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរ។"
    assert (await chat.type("/subscribe national", language="en")).text == (
        "បានជាវ NATIONAL។ អត្ថបទថ្មីៗនឹងមកដល់នៅ Newsroom។"
    )
    assert (await chat.type("/language english")).text == "From now on I answer in English."


@pytest.mark.parametrize(
    ("spoken", "language", "elsewhere", "begins"),
    [
        ("en", "km", False, "មិនទាន់មានការជាវ"),  # others read it
        ("en", "km", True, "There are no"),
        ("", "en", True, "There are no"),
        ("", "fr", True, "មិនទាន់មានការជាវ"),
        ("km", "en", True, "មិនទាន់មានការជាវ"),
    ],
)
async def test_what_is_read_elsewhere_is_in_the_language_of_the_person_alone(
    chat: Chat, spoken: str, language: str, *, elsewhere: bool, begins: str
) -> None:
    await chat.type("/language km")
    reply = await chat.type("/subscriptions", spoken=spoken, language=language, elsewhere=elsewhere)

    assert reply.text.startswith(begins)


async def test_until_then_a_person_is_answered_in_their_own_language(chat: Chat) -> None:
    refused = await chat.type("/subscribe national", admin=False, language="km-KH")

    assert refused.text.startswith("មានតែអ្នកគ្រប់គ្រងនៅ Newsroom ប៉ុណ្ណោះ")
    assert (await chat.type("/sing", language="fr")).text.startswith("I do not know /sing.")


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("/language", "In which language should I answer?"),
        ("/language klingon", "I do not speak “klingon”. Choose one of these:"),
    ],
)
async def test_languages_are_offered_as_buttons(chat: Chat, typed: str, text: str) -> None:
    choices = (Choice("English", "/language en"), Choice("ភាសាខ្មែរ", "/language km"))

    assert await chat.type(typed) == Reply(text, choices, done=False)


@pytest.fixture
def server(chat: Chat) -> Chat:
    """A channel of a server."""
    chat.place, chat.server = Place(NEWS, "text", "Mekong › #news"), "1"
    return chat


async def _begins(chat: Chat, place: Place, language: str = "en") -> str:
    chat.place = place
    return (await chat.type("/help", language=language)).text.split()[0]


ENGLISH, KHMER = "I", "ខ្ញុំផ្ញើអត្ថបទថ្មីៗមកឆានែលនេះភ្លាមៗពេលចេញផ្សាយ"


async def test_a_server_has_one_language_and_a_channel_may_have_its_own(server: Chat) -> None:
    news, other, thread = Place(NEWS), Place(replace(NEWS, chat_id="457")), Place(replace(NEWS, thread_id="7"))
    said = await server.type("/language km server")
    assert said.text.startswith("ចាប់ពីពេលនេះតទៅ ខ្ញុំនឹងឆ្លើយជាភាសាខ្មែរលើម៉ាស៊ីនមេទាំងមូល។")
    assert [await _begins(server, each) for each in (news, other, thread)] == [KHMER] * 3

    server.place = news
    await server.type("/language en")
    await server.type("/subscribe all")
    assert [await _begins(server, each) for each in (news, other, thread)] == [ENGLISH, KHMER, ENGLISH]

    server.place = thread
    await server.type("/language km")
    assert [await _begins(server, each) for each in (news, other, thread)] == [ENGLISH, KHMER, KHMER]

    server.place = news
    assert (await server.type("/language default")).text.startswith("ចាប់ពីពេលនេះតទៅ ឆានែលនេះ គ្មានភាសាផ្ទាល់ខ្លួន")
    assert await _begins(server, news) == KHMER
    await server.type("/language default server")
    assert [await _begins(server, each, language) for each in (news, other) for language in ("en", "km")] == [
        ENGLISH,
        KHMER,
    ] * 2


async def test_who_subscribes_makes_no_language_of_the_server_that_of_the_channel(server: Chat) -> None:
    await server.type("/language km server")
    for typed in ("/subscribe all", "/settings silent on", "/pause", "/settings unproven hold"):
        await server.type(typed)
    assert server.subscriptions.known[NEWS].language == ""
    await server.type("/language en server")
    assert await _begins(server, server.place) == ENGLISH


async def test_where_there_is_no_server_nothing_is_said_for_one(chat: Chat) -> None:
    for words in ("km server", "default"):
        assert (await chat.type(f"/language {words}")).text.startswith(f"I do not speak “{words}”.")


async def test_the_language_of_the_server_is_offered_beside_that_of_the_channel(server: Chat) -> None:
    asked = await server.type("/language")
    assert [choice.label for choice in asked.choices] == [
        "English",
        "ភាសាខ្មែរ",
        "English, on the whole server",
        "ភាសាខ្មែរ, on the whole server",
    ]
    await server.press(asked, "ភាសាខ្មែរ, on")
    assert [offer.word for offer in await server.offers("/settings answers ", "value")] == [
        "en",
        "km",
        "default",
        "en server",
        "km server",
    ]
    unknown = await server.type("/language klingon server", language="en")
    assert (unknown.done, unknown.choices) == (False, (await server.type("/language")).choices)


async def test_a_place_is_paused_and_resumed(chat: Chat) -> None:
    await chat.type("/subscribe national")

    assert (await chat.type("/pause")).text.startswith("Paused: Newsroom. New posts wait")
    assert chat.subscriptions.known[GROUP].state is DestinationState.PAUSED
    assert (await chat.type("/pause")).text == "Paused already: Newsroom."
    assert (await chat.type("/subscriptions")).text.endswith("nothing is sent until an admin resumes it.")
    assert (await chat.type("/subscribe business")).text.endswith("nothing is sent until an admin resumes it.")
    assert (await chat.type("/resume")).text == "Resumed: Newsroom. What waited arrives now, in order."
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE
    assert (await chat.type("/resume")).text == "Not paused: Newsroom. New posts arrive as they come."


async def test_a_pause_may_have_an_end_and_says_when(chat: Chat, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert (await chat.type("/pause 2h")).text == (
        "Paused until 7 November 2024, 21:00 UTC+07: Newsroom. New posts wait until then; nothing is lost."
    )
    assert "paused until 2024-11-07 21:00 UTC+07 (by " in caplog.text
    assert chat.subscriptions.known[GROUP].paused_until == NOON + timedelta(hours=2)
    assert "It is paused until 7 November 2024, 21:00 UTC+07" in (await chat.type("/subscriptions")).text
    assert (await chat.type("/pause 2h")).text == "Paused already: Newsroom."
    assert "8 November 2024, 08:00 UTC+07" in (await chat.type("/pause until 8:00")).text
    assert (await chat.type("/pause")).text.startswith("Paused: Newsroom. New posts wait until an admin")
    assert chat.subscriptions.known[GROUP].paused_until is None
    await chat.type("/pause 1d")
    await chat.type("/resume")
    assert chat.subscriptions.known[GROUP] == PLACE


async def test_khmer_is_told_until_when(chat: Chat) -> None:
    await chat.type("/language km")

    assert (await chat.type("/pause ២ម៉ោង")).text.startswith("បានផ្អាក Newsroom រហូតដល់ 7 វិច្ឆិកា 2024, 21:00 UTC+07 ហើយ។")


@pytest.mark.parametrize("words", ["a while", "until 25:00", "2 moons", "0h", "until", "13:00pm"])
async def test_a_pause_that_is_not_understood_pauses_nothing(chat: Chat, words: str) -> None:
    reply = await chat.type(f"/pause {words}")

    assert reply.text.startswith(f"I do not understand “{words}”. Type for example /pause 2h")
    assert not reply.done
    assert GROUP not in chat.subscriptions.known


async def test_a_pause_ends_by_itself(chat: Chat) -> None:
    now = NOON
    alarm = Alarm(chat.subscriptions, lambda: now)
    assert await alarm.ring() is None
    await chat.type("/pause 2h")
    assert await alarm.ring() == 7200

    now += timedelta(hours=2)
    assert await alarm.ring() is None
    assert chat.subscriptions.known[GROUP].state is DestinationState.ACTIVE


async def test_a_suspended_place_says_why_nothing_comes(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.desk.rights_lost(GROUP, "the bot may not post")

    assert "Nothing can be sent at present: the bot may not post." in (await chat.type("/subscriptions")).text


@pytest.mark.parametrize("typed", ["business", "national", "sport, business"])
async def test_who_subscribes_wakes_a_suspended_place(chat: Chat, typed: str) -> None:
    await chat.type("/subscribe national")
    await chat.desk.rights_lost(GROUP, "the bot may not post")

    told = "Nothing could be sent here for a while. I try again now, beginning with what waited."
    assert (await chat.type(f"/subscribe {typed}")).text.endswith(told)
    assert chat.subscriptions.known[GROUP] == Place(GROUP, "supergroup", "Newsroom")
    assert told not in (await chat.type("/subscribe all")).text


async def test_a_subscription_that_fails_wakes_nothing(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.desk.rights_lost(GROUP, "the bot may not post")

    assert "Nothing can be sent at present: the bot may not post." in (await chat.type("/subscribe sport")).text
    assert chat.subscriptions.known[GROUP].state is DestinationState.SUSPENDED


async def test_who_subscribes_does_not_wake_what_a_person_paused(chat: Chat) -> None:
    await chat.type("/subscribe national")
    await chat.type("/pause")

    assert "until an admin resumes it" in (await chat.type("/subscribe business")).text
    assert chat.subscriptions.known[GROUP].state is DestinationState.PAUSED
