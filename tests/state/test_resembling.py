"""The posts that a file may be are found by its keys, its bytes and its looks, each through an index."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.models import Post, Span
from bot.records import UNSEEN, Kin
from state.resembling import find_kin
from tests.publishing.test_renames import MARKET, RIVER
from tests.state.making import NOON, Office, later, post, publish, record


def river(path: str = "river.md", code: str = "", text: str = RIVER, **fields: Any) -> Post:
    return post(path, code, excerpt=(Span(text),), **fields)


async def kin(office: Office, what: Post) -> list[Kin]:
    return await office.store.posts.kin(record(what))


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        (river("new.md", "ART1", MARKET), {"code:ART1@en"}),
        (river(text=MARKET, title="Flood"), {"path:river.md"}),
        (river("news/2026-11-02-river.md", text=MARKET, title="Flood"), set()),
        (river("new.md", text=MARKET, title="RIVER!"), set()),
        (river("new.md", text=f"{RIVER} Nobody was hurt.", title="Flood", language="km"), set()),
    ],
    ids=["code", "path", "slug", "title", "text"],
)
async def test_each_likeness_finds_the_post(office: Office, file: Post, keys: set[str]) -> None:
    await publish(office.store, river(code="ART1", published_at=NOON))
    await publish(office.store, river("market.md", text=MARKET[::-1]))

    [found] = [one for one in await kin(office, file) if one.subject == 1]

    assert found.keys == keys
    assert (found.key, found.path, found.language, found.published_at) == ("code:ART1@en", "river.md", "en", NOON)
    assert found.stamp == record(file).stamp
    assert found.missing_since is None


async def test_nothing_is_found_of_a_file_that_resembles_no_post(office: Office) -> None:
    await publish(office.store, river())

    assert await kin(office, river("new.md", text=MARKET, title="Market")) == []
    assert await office.store.posts.kin(record(None, "readme.md")) == []


async def test_an_old_address_leads_to_the_post_that_is_shown_there(office: Office) -> None:
    page = "https://example.org/river@en"
    await publish(office.store, river(aliases=(f"page:{page}",)))

    [found] = await kin(office, river("new.md", text=MARKET, title="Flood", aliases=(f"was:{page}",)))

    assert found.keys == {f"was:{page}"}


async def test_a_file_that_went_away_and_one_that_another_took_are_told(office: Office) -> None:
    await publish(office.store, river("a.md"))
    await publish(office.store, river("b.md"))
    await office.store.posts.forget(["a.md"], later(5))
    await publish(office.store, river("b.md", text=MARKET), same=UNSEEN)

    found = {one.subject: one for one in await kin(office, river("c.md"))}

    assert found[1].missing_since == later(5)
    assert found[1].stamp is not None
    assert found[2].stamp is None


async def test_a_strong_key_stays_and_a_weak_one_passes_on(office: Office) -> None:
    strong, weak = "url:https://example.org/x@en", "page:https://example.org/y@en"
    await publish(office.store, river("a.md", aliases=(strong, weak, "path:a.md")))
    await publish(office.store, river("b.md", aliases=(strong, weak, "path:b.md")), same=UNSEEN)

    owners = {key: one.subject for one in await kin(office, river("c.md", aliases=(strong, weak))) for key in one.keys}

    assert owners == {strong: 1, weak: 2}


async def test_a_moved_post_leaves_its_old_path_to_others(office: Office) -> None:
    await publish(office.store, river("a.md"))
    await publish(office.store, river("b.md"), same=1)

    assert await office.store.posts.missing_since("a.md") == NOON
    assert set(await office.store.posts.stamps()) == {"b.md"}
    new = await publish(office.store, river("a.md", text=MARKET))
    assert new.subject != 1
    found = [await office.store.posts.find(path) for path in ("a.md", "b.md")]
    assert [known.subject for known in found if known] == [new.subject, 1]


async def test_every_likeness_goes_through_an_index(office: Office) -> None:
    asked: list[str] = []
    with office.stranger() as connection:
        connection.set_trace_callback(asked.append)
        find_kin(connection, 1, replace(record(river()), digest="other"))
        connection.set_trace_callback(None)
        plans = [
            row["detail"]
            for query in asked
            if query.startswith("SELECT")
            for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")
        ]

    assert len(asked) >= 7
    assert not [plan for plan in plans if plan.startswith("SCAN")]
