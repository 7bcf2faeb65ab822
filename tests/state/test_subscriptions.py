"""Destinations and their subscriptions in the database."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.models import DeliveryState, DestinationState, Look, Place, Selector, SelectorKind, Style
from bot.records import Here
from tests.state.making import BOT, FLOOD, NOON, Office, announcement, chat, later, post, publish, record, subscribe


async def test_a_subscription_is_remembered_once_and_its_options_are_replaced(office: Office) -> None:
    assert await subscribe(office.store, chat(1), "category", "National", excerpt=100)
    assert not await subscribe(office.store, chat(1), "category", "NATIONAL", "km", excerpt=200)

    [wish] = await office.store.subscriptions.of(chat(1))
    assert (wish.selector, wish.display, wish.language) == (
        Selector(SelectorKind.CATEGORY, "national"),
        "NATIONAL",
        "km",
    )
    assert wish.options == {"excerpt": 200}


async def test_subscriptions_come_oldest_first_and_all_of_them_by_destination(office: Office) -> None:
    for number, name in ((2, "sport"), (1, "world"), (2, "arts")):
        await subscribe(office.store, chat(number), "category", name)

    shelf = office.store.subscriptions
    assert [wish.selector.value for wish in await shelf.of(chat(2))] == ["sport", "arts"]
    assert [str(wish.destination) for wish in await shelf.all()] == ["fake:2", "fake:2", "fake:1"]
    assert await shelf.of(chat("never heard of")) == []


async def test_who_leaves_a_category_gets_nothing_unsent_of_it_but_keeps_the_rest(office: Office) -> None:
    for name in ("sport", "world"):
        await subscribe(office.store, chat(1), "category", name)
    await publish(office.store, post("sport.md", categories=("Sport",)))
    await publish(office.store, post("both.md", categories=("Sport", "World")))

    removed = await office.store.subscriptions.remove(chat(1), Selector(SelectorKind.CATEGORY, "sport"))

    assert [wish.display for wish in removed] == ["sport"]
    assert [one.subject for one in await office.send_all()] == [2]


async def test_who_leaves_everything_keeps_what_is_shown_and_being_sent(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await subscribe(office.store, chat(1), "tag", "rain")
    for path in ("a.md", "b.md", "c.md"):
        await publish(office.store, post(path))
    await office.send((await office.due())[0])
    await office.claim((await office.due())[0])

    removed = await office.store.subscriptions.remove(chat(1), None)

    assert len(removed) == 2
    assert await office.store.subscriptions.of(chat(1)) == []
    assert await office.store.deliveries.counts() == {("fake", "settled"): 1, ("fake", "claimed"): 1}


async def test_removing_what_is_not_there_removes_nothing(office: Office) -> None:
    await subscribe(office.store, chat(1), "category", "sport")

    shelf = office.store.subscriptions
    assert await shelf.remove(chat(1), Selector(SelectorKind.TAG, "sport")) == []
    assert await shelf.remove(chat("never heard of"), None) == []
    assert len(await shelf.all()) == 1


async def test_a_place_keeps_what_is_known_of_it_when_less_is_said(office: Office) -> None:
    shelf = office.store.subscriptions
    await shelf.remember(Place(chat(1), "supergroup", "Readers", "km"), NOON)
    await shelf.remember(Place(chat(1), title="Night readers"), NOON)

    assert await shelf.place(chat(1)) == Place(chat(1), "supergroup", "Night readers", "km")
    assert await shelf.place(chat(2)) is None
    assert await shelf.places() == [Place(chat(1), "supergroup", "Night readers", "km")]


async def test_a_state_reaches_the_threads_where_it_is_meant_to(office: Office) -> None:
    shelf = office.store.subscriptions
    for place in (chat(1), chat(1, "7"), chat(2)):
        await shelf.remember(Place(place), NOON)

    alone = await shelf.set_state(chat(1, "7"), DestinationState.PAUSED, "asked for", NOON)
    assert [str(place.destination) for place in alone] == ["fake:1/7"]

    lost = await shelf.set_state(
        chat(1), DestinationState.SUSPENDED, "kicked", NOON, was=DestinationState.ACTIVE, threads=True
    )
    assert [str(place.destination) for place in lost] == ["fake:1"]

    states = {str(place.destination): (place.state, place.reason) for place in await shelf.places()}
    assert states == {
        "fake:1": (DestinationState.SUSPENDED, "kicked"),
        "fake:1/7": (DestinationState.PAUSED, "asked for"),
        "fake:2": (DestinationState.ACTIVE, ""),
    }
    assert await shelf.set_state(chat(2), DestinationState.ACTIVE, "", NOON) == []


async def test_the_bot_that_wrote_last_is_remembered_for_each_platform(office: Office) -> None:
    shelf = office.store.subscriptions
    assert await shelf.bot_of("fake") == ""

    for platform, bot in (("fake", "one"), ("fake", "two"), ("other", "three"), ("fake", "one")):
        await shelf.remember_bot(platform, bot)

    assert (await shelf.bot_of("fake"), await shelf.bot_of("other")) == ("one", "three")


async def test_remembering_the_bot_forgets_no_wait(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post())
    claimed = await office.claim(await office.one())
    await office.end(claimed, claimed.state, bot_waits_until=later(60))

    await office.store.subscriptions.remember_bot("fake", BOT)

    assert await office.store.deliveries.bot_waits_until("fake", BOT) == later(60)


async def test_a_post_that_is_sent_by_a_word_looks_as_its_subscription_says(office: Office) -> None:
    rain = post(categories=("Sport", "World"))
    await publish(office.store, rain, hold=FLOOD)
    await subscribe(office.store, chat(1), excerpt=50)
    await subscribe(office.store, chat(1), "category", "sport", excerpt=100)
    await subscribe(office.store, chat(2), "category", "arts", excerpt=200)

    assert await office.store.posts.send_to(record(rain), announcement(rain), [chat(1), chat(2)], NOON) == 2

    assert sorted((each.destination.chat_id, each.look.excerpt) for each in await office.due()) == [
        ("1", 100),
        ("2", Look().excerpt),
    ]


async def test_what_was_sent_before_a_setting_changed_stays_as_it_is(office: Office) -> None:
    await subscribe(office.store, chat(1), excerpt=50)
    await publish(office.store, post())
    await office.send_all()

    await office.store.subscriptions.revise(
        Place(chat(1)), lambda mine: [replace(each, options={"excerpt": 200}) for each in mine], "anna", NOON
    )

    assert await office.due() == []
    assert (await office.one()).look.excerpt == 50


async def test_a_chat_is_told_what_it_has_in_short(office: Office) -> None:
    assert await office.store.stories.here(chat(1)) == Here()
    await subscribe(office.store, chat(1))
    for path in ("a.md", "b.md", "c.md", "d.md"):
        await publish(office.store, post(path))
    due = await office.due()
    await office.send(due[0], later(5), "70")
    await office.send((await office.due())[0], later(6), "71")
    await office.end(await office.claim((await office.due())[0]), DeliveryState.HELD)

    assert await office.store.stories.here(chat(1)) == Here("B", later(6), "71", waiting=1, held=1)

    failed = await office.claim((await office.due())[0])
    await office.end(failed, DeliveryState.FAILED, reason="too long")
    assert await office.store.stories.here(chat(1)) == Here(
        "B", later(6), "71", held=1, failed=1, failed_title="D", failed_reason="too long"
    )


async def test_revising_drops_what_nothing_wants_any_more_and_a_setting_drops_nothing(office: Office) -> None:
    await subscribe(office.store, chat(1), "category", "arts")
    await publish(office.store, post("asked.md"))
    asked = record(post("asked.md"))
    await office.store.posts.send_to(asked, announcement(post("asked.md")), [chat(1)], NOON)
    await publish(office.store, post("arts.md", categories=("Arts",)))

    async def revise(**fields: Any) -> list[int]:
        await office.store.subscriptions.revise(
            Place(chat(1)), lambda mine: [replace(each, **fields) for each in mine], "anna", NOON
        )
        return [each.subject for each in await office.store.deliveries.listing([DeliveryState.DUE], limit=9)]

    assert await revise(options={"silent": True}) == [2, 1]
    assert await revise(language="km") == []


@pytest.mark.parametrize("rubbish", ["[]", "null", '"text"', "7", "no json", '{"excerpt": "long"', "[" * 100_000])
async def test_rubbish_in_the_options_of_one_is_nobody_elses_business(office: Office, rubbish: str) -> None:
    await subscribe(office.store, chat(1))
    await subscribe(office.store, chat(2), style="text")
    with office.stranger() as connection:
        connection.execute("UPDATE subscriptions SET options = ? WHERE id = 1", (rubbish,))
    await publish(office.store, post())
    one, other = await office.due()

    assert (one.look, other.look) == (Look(), Look(style=Style.TEXT))
    assert [wish.options for wish in await office.store.subscriptions.of(chat(1))] == [{}]


async def test_a_server_has_a_language_beside_those_of_its_channels(office: Office) -> None:
    shelf, place = office.store.subscriptions, Place(chat(1), language="km")
    assert await shelf.server_language("discord", "1") == ""
    for server, language in (("1", "en"), ("2", "km"), ("1", "km"), ("2", "")):
        await shelf.choose_server_language("discord", server, language)
    assert [await shelf.server_language("discord", server) for server in ("1", "2")] == ["km", ""]

    await shelf.remember(place, NOON)
    await shelf.forget_language(place.destination)
    known = await shelf.place(place.destination)
    assert known is not None
    assert known.language == ""


async def test_a_server_names_one_role_that_may_command(office: Office) -> None:
    shelf = office.store.subscriptions
    assert await shelf.commander("discord", "1") == ""
    for server, role in (("1", "10"), ("2", "20"), ("1", "11")):
        await shelf.name_commander("discord", server, role)
    assert [await shelf.commander("discord", server) for server in ("1", "2")] == ["11", "20"]
    await shelf.forget_role("discord", "11")
    await shelf.name_commander("discord", "2", "")
    assert [await shelf.commander("discord", server) for server in ("1", "2")] == ["", ""]
