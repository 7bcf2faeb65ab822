"""Announcements as they are written down, and the messages that others answer."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.models import Announcement, Delivery, Overrides, Picture, Span
from state.rows import announcement_of, announcement_text
from tests.state.making import NOON, Office, chat, later, post, publish, subscribe

PLAIN = Announcement(
    "Rain",
    body=(Span("It "), Span("rained", bold=True, link="https://example.org/")),
    url="https://example.org/rain",
    pictures=(Picture(url="https://example.org/rain.jpg", alt="Rain"),),
    published_at=NOON,
)
FULL = replace(
    PLAIN,
    silent=True,
    pin=True,
    mention=False,
    image=False,
    texts=(("", (Span("Ours", italic=True),)), ("telegram", (Span("a", code=True), Span(" b")))),
    follows="ART1",
)


@pytest.mark.parametrize("announcement", [PLAIN, FULL, Announcement("")], ids=["plain", "full", "empty"])
def test_an_announcement_is_read_as_it_was_written(announcement: Announcement) -> None:
    assert announcement_of(announcement_text(announcement)) == announcement


def test_what_a_post_does_not_ask_for_is_not_written_so_that_old_rows_compare_equal() -> None:
    assert {"pin", "mention", "image", "texts", "follows"}.isdisjoint(json.loads(announcement_text(PLAIN)))


# --- which message shows an earlier post -----------------------------------------------------------------------------


async def sent(office: Office, *posts: tuple[str, str, str]) -> Delivery:
    """Send posts (path, code, language) as messages 11, 12 … and give the delivery of a last one, not yet sent."""
    for number, (path, code, language) in enumerate(posts):
        await publish(office.store, post(path, code, language=language), later(number))
        for delivery in await office.due(later(number)):
            await office.send(delivery, later(number), f"{number + 11}")
    await publish(office.store, post("last.md", "LAST", overrides=Overrides(follows="ART1")), later(99))
    return (await office.due(later(99)))[0]


async def about(office: Office, delivery: Delivery, text: str = "ART1", language: str = "en") -> str:
    return await office.store.deliveries.message_about(text, delivery, language)


async def test_an_earlier_post_is_found_by_its_code_or_its_path(office: Office) -> None:
    await subscribe(office.store, chat(1))
    last = await sent(office, ("a.md", "ART1", "en"), ("b.md", "ART11", "en"), ("c.md", "", "en"))

    assert await about(office, last) == "11"
    assert await about(office, last, "ART11") == "12"
    assert await about(office, last, "c.md") == "13"
    assert await about(office, last, "ART") == ""
    assert await about(office, last, "%") == ""


async def test_an_earlier_post_is_found_by_its_address(office: Office) -> None:
    await subscribe(office.store, chat(1))
    rain = replace(post("a.md"), aliases=("url:https://example.org/rain@en", "page:https://example.org/own@en"))
    await publish(office.store, rain)
    await office.send((await office.due())[0], message_id="11")
    last = await sent(office)

    assert await about(office, last, "https://example.org/rain") == "11"
    assert await about(office, last, "https://example.org/own") == "11"
    assert await about(office, last, "https://example.org/rai") == ""


async def test_the_translation_in_the_posts_own_language_goes_first_and_another_is_better_than_none(
    office: Office,
) -> None:
    await subscribe(office.store, chat(1))
    last = await sent(office, ("a.md", "ART1", "en"), ("a.km.md", "ART1", "km"))

    assert [await about(office, last, language=language) for language in ("en", "km")] == ["11", "12"]
    assert await about(office, last, language="zh") in {"11", "12"}


async def test_only_what_stands_in_the_same_chat_is_answered(office: Office) -> None:
    await subscribe(office.store, chat(1), "category", "National")
    await subscribe(office.store, chat(2))
    await publish(office.store, post("a.md", "ART1", categories=("Sport",)))
    await office.send((await office.due())[0], message_id="21")
    await publish(office.store, post("last.md", "LAST"), later(1))
    first, second = await office.due(later(1))

    assert (first.destination, second.destination) == (chat(1), chat(2))
    assert [await about(office, one) for one in (first, second)] == ["", "21"]


async def test_neither_the_post_itself_nor_one_that_was_not_sent_is_answered(office: Office) -> None:
    await subscribe(office.store, chat(1))
    await publish(office.store, post("a.md", "ART1"))
    await publish(office.store, post("last.md", "LAST"))
    first = (await office.due())[0]

    assert await about(office, first, "LAST") == ""  # not sent yet
    await office.send(first, message_id="11")
    assert await about(office, first, "ART1") == ""  # itself
