"""Rungs of the ladder of pictures: written with the claim, and translated from what an older newsbell meant."""

from __future__ import annotations

import pytest

from bot.models import Delivery, Picture
from state.schema import MIGRATIONS
from tests.state.making import NOON, Office, chat, post, publish, subscribe

PICTURES = (
    Picture(url="https://example.org/1.jpg"),
    Picture(file="/site/2.jpg"),
    Picture(url="https://example.org/3.jpg"),
)


async def first(office: Office) -> Delivery:
    await subscribe(office.store, chat(1))
    await publish(office.store, post(pictures=PICTURES))
    [delivery] = await office.due()
    return delivery


@pytest.mark.parametrize(("revision", "rung"), [(1, 3), (2, 0)])
async def test_the_rung_of_a_call_is_written_with_its_claim_if_it_is_still_about_that(
    office: Office, revision: int, rung: int
) -> None:
    delivery = await first(office)
    rungs = {delivery.id: (revision, 3)}
    [claimed] = await office.store.deliveries.claim({delivery.id: "n-1"}, epoch=1, now=NOON, rungs=rungs)
    assert claimed.rung == rung
    assert (await office.one()).rung == rung


async def test_what_can_not_be_claimed_stays_on_its_rung(office: Office) -> None:
    delivery = await first(office)
    await office.claim(delivery)
    rungs = {delivery.id: (1, 3)}
    assert await office.store.deliveries.claim({delivery.id: "n-2"}, epoch=1, now=NOON, rungs=rungs) == []
    assert (await office.one()).rung == 0


@pytest.mark.parametrize(("before", "after"), [(0, 0), (1, 2), (2, 3), (3, 5)])
async def test_what_was_under_way_shows_the_same_picture_after_an_upgrade(
    office: Office, before: int, after: int
) -> None:
    """A rung was the index of a picture: an unknown send is looked for as what it was."""
    await first(office)
    with office.stranger() as connection:
        connection.execute("UPDATE deliveries SET rung = ?, tried = 1", (before,))
        for statement in dict(MIGRATIONS)["0027_rungs"]:
            connection.execute(statement)
    assert (await office.one()).rung == after
