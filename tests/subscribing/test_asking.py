"""Who may ask what, and what is answered to those who look around."""

from __future__ import annotations

import pytest

from bot.models import Category, Choice, Destination, Place, Reply
from bot.texts import Reason, texts
from tests.subscribing.chat import GROUP, PLACE, Chat

ADMINS_ONLY = ["/subscribe national", "/subscribe", "/unsubscribe all", "/pause", "/resume", "/language km"]
FOR_ALL = ["/subscriptions", "/categories", "/help", "/start"]


@pytest.mark.parametrize("typed", ADMINS_ONLY)
async def test_others_are_refused_with_the_reason(chat: Chat, typed: str) -> None:
    reply = await chat.type(typed, admin=False)

    name = typed.split(maxsplit=1)[0]
    what = "change its subscriptions" if "subscribe" in name else f"use {name}"
    assert reply == Reply(f"Only admins of Newsroom may {what}. Ask one of them to type it.", done=False)
    assert (await chat.has(), chat.subscriptions.known) == ([], {})


@pytest.mark.parametrize("typed", FOR_ALL)
async def test_anybody_may_look(chat: Chat, typed: str) -> None:
    assert (await chat.type(typed, admin=False)).done


async def test_a_check_that_failed_is_told_in_the_language_of_who_reads_it(chat: Chat) -> None:
    reply = await chat.type("/subscribe national", admin=False, refusal="Make me an admin first.")
    refusal = Reason("You may not post in {chat} yourself. Please ask an administrator who may.", chat="{Daily}")
    khmer = await chat.type("/subscribe national", admin=False, refusal=refusal, language="km")

    assert reply == Reply("Make me an admin first.", done=False)
    assert khmer == Reply(texts("km").say(refusal.message, chat="{Daily}"), done=False)


@pytest.mark.parametrize(("person", "done"), [("777", True), ("778", False), ("", False)])
async def test_operators_may_everywhere(person: str, done: bool) -> None:
    chat = Chat(operators=[Destination("telegram", "777"), Destination("discord", "778")])

    assert (await chat.type("/subscribe national", admin=False, person=person)).done is done


async def test_subscriptions_are_listed(chat: Chat) -> None:
    assert (await chat.type("/subscriptions")).text == "There are no subscriptions in Newsroom. Begin with /subscribe."

    await chat.type("/subscribe all except business lang:en")
    assert (await chat.type("/subscriptions")).text == (
        "Subscriptions of Newsroom:\n• all posts in English except BUSINESS"
    )


async def test_categories_are_listed_with_buttons_for_who_may_press_them(chat: Chat) -> None:
    reply = await chat.type("/categories")

    assert reply.text.splitlines()[:2] == ["Categories, with the number of their posts:", "• NATIONAL (131)"]
    assert reply.choices[1] == Choice("BUSINESS (88)", "/subscribe business")
    assert (await chat.type("/categories", admin=False)).choices == ()


async def test_a_long_list_ends_in_how_many_more_there_are() -> None:
    reply = await Chat([Category(f"c{number}", f"C{number}", 1) for number in range(100)]).type("/categories")

    assert reply.text.splitlines()[-1] == "… and 60 more"


@pytest.mark.parametrize("typed", ["/help", "/start", "/start from-a-link", "/HELP"])
async def test_help_lists_every_command(chat: Chat, typed: str) -> None:
    lines = (await chat.type(typed)).text.splitlines()

    assert lines[0] == "I send new posts to this chat as soon as they are published, by category."
    assert [line.split()[0] for line in lines[2:]] == [
        "/subscribe",
        "/unsubscribe",
        "/subscriptions",
        "/categories",
        "/latest",
        "/preview",
        "/why",
        "/settings",
        "/language",
        "/pause",
        "/resume",
        "/status",
        "/help",
    ]
    assert "/pause — Send nothing for now, or for a time: /pause 2h" in lines


async def test_help_calls_a_channel_of_a_server_so(chat: Chat) -> None:
    chat.server = "55"
    assert (await chat.type("/help")).text.startswith("I send new posts to this channel as soon as")
    assert (await chat.type("/help", language="km")).text.startswith("ខ្ញុំផ្ញើអត្ថបទថ្មីៗមកឆានែលនេះភ្លាមៗ")


async def test_help_tells_members_what_they_may_and_that_admins_may_more(chat: Chat) -> None:
    reply = await chat.type("/help", admin=False)
    *lines, _, more = reply.text.splitlines()[2:]

    assert [line.split()[0] for line in lines] == ["/subscriptions", "/categories", "/status", "/help"]
    assert more == "Admins of Newsroom may do more here: they choose what arrives, and how."
    assert reply.choices == ()


async def test_an_unknown_command_points_to_help(chat: Chat) -> None:
    assert await chat.type("/sing") == Reply("I do not know /sing. To see what I know, type /help", done=False)


@pytest.mark.parametrize(
    ("place", "where"),
    [
        (PLACE, "Newsroom"),
        (Place(GROUP), "this chat"),
        (Place(GROUP, kind="private", title="Dara"), "this chat"),
    ],
)
async def test_a_place_is_called_by_its_name_where_it_has_one(chat: Chat, place: Place, where: str) -> None:
    chat.place = place

    assert (await chat.type("/unsubscribe")).text == f"There are no subscriptions in {where}."


async def test_an_admin_who_looks_around_may_change_what_they_see(chat: Chat) -> None:
    nothing = await chat.type("/subscriptions")
    await chat.type("/subscribe national")
    something = await chat.type("/subscriptions")

    assert [choice.command for choice in nothing.choices] == ["/subscribe"]
    assert [choice.command for choice in something.choices] == ["/subscribe", "/settings"]
    assert (await chat.type("/subscriptions", admin=False)).choices == ()


async def test_of_many_categories_the_menu_shows_the_rest() -> None:
    chat = Chat([Category(f"c{number}", f"C{number}", 9) for number in range(20)])

    assert [choice.command for choice in (await chat.type("/categories")).choices] == [
        *(f"/subscribe c{number}" for number in range(8)),
        "/subscribe",
    ]
