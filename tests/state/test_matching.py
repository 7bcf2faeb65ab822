"""The store's one statement for all destinations and the pure decide() for one give the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models import Look, Post, SelectorKind, Subscription
from bot.ports import Store
from bot.subscribing.matching import decide
from tests.state.making import Office, chat, open_office, post, publish, subscribe

NAMES = ("NATIONAL", "#National", "Sport", "sport", "World_News", "world  news", "ជាតិ", "a", "ab", "#", "")
LANGUAGES = ("en", "km")

names = st.sampled_from(NAMES)
posts = st.builds(
    lambda categories, tags, language: post(categories=tuple(categories), tags=tuple(tags), language=language),
    st.lists(names, max_size=3),
    st.lists(names, max_size=3),
    st.sampled_from(LANGUAGES),
)
values = {
    "all": st.just(""),
    "category": names,
    "tag": names,
    "all-except": st.lists(names, min_size=1, max_size=3).map(",".join),
}
wishes = st.sampled_from(list(SelectorKind)).flatmap(
    lambda kind: st.tuples(
        st.integers(1, 4),  # the chat
        st.just(kind.value),
        values[kind.value],
        st.sampled_from(("", *LANGUAGES)),
        st.integers(0, 5),  # an excerpt length that tells the winner's options from the others'
    )
)
Wish = tuple[int, str, str, str, int]


@pytest.fixture(scope="module")
def slate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slate]:
    with asyncio.Runner() as runner:
        office = runner.run(open_office(tmp_path_factory.mktemp("state") / "newsbell.db"))
        yield Slate(runner, office)
        runner.run(office.store.close())


class Slate:
    """One store for all examples, wiped before each: opening one takes longer than an example."""

    def __init__(self, runner: asyncio.Runner, office: Office) -> None:
        self._runner = runner
        self._office = office

    def run(self, act: Callable[[Office], Awaitable[None]]) -> None:
        async def example() -> None:
            with self._office.stranger() as connection:
                for table in ("deliveries", "subscriptions", "files", "post_keys", "post_selectors", "posts"):
                    connection.execute(f"DELETE FROM {table}")
            await act(self._office)

        self._runner.run(example())


async def add_all(store: Store, wished: list[Wish]) -> None:
    for number, kind, value, language, excerpt in wished:
        await subscribe(store, chat(number), kind, value, language, excerpt=excerpt)


async def decided(store: Store, what: Post) -> dict[str, Look]:
    """Who gets the post, and how, by the pure rule."""
    by_chat: dict[str, list[Subscription]] = {}
    for wish in await store.subscriptions.all():
        by_chat.setdefault(wish.destination.chat_id, []).append(wish)
    winners = {chat_id: decide(what, subscriptions) for chat_id, subscriptions in by_chat.items()}
    return {chat_id: Look.from_options(wish.options) for chat_id, wish in winners.items() if wish}


async def enqueued(office: Office) -> dict[str, Look]:
    return {delivery.destination.chat_id: delivery.look for delivery in await office.due()}


@settings(max_examples=150)
@given(wished=st.lists(wishes, max_size=10), what=posts)
def test_a_post_is_enqueued_for_exactly_those_who_want_it_with_the_winners_options(
    slate: Slate, wished: list[Wish], what: Post
) -> None:
    async def act(office: Office) -> None:
        await add_all(office.store, wished)
        published = await publish(office.store, what)

        wanted = await decided(office.store, what)
        assert await enqueued(office) == wanted
        assert published.deliveries == len(wanted)
        turns = sorted(delivery.turn for delivery in await office.due())
        assert turns == list(range(1, len(wanted) + 1))  # one each, however many subscriptions a chat has

    slate.run(act)


@settings(max_examples=150)
@given(wished=st.lists(wishes, min_size=1, max_size=8), what=posts, data=st.data())
def test_unsubscribing_drops_exactly_what_no_other_subscription_wants(
    slate: Slate, wished: list[Wish], what: Post, data: st.DataObject
) -> None:
    async def act(office: Office) -> None:
        await add_all(office.store, wished)
        await publish(office.store, what)
        before = await enqueued(office)
        leaving = data.draw(st.sampled_from(await office.store.subscriptions.all()))

        await office.store.subscriptions.remove(leaving.destination, leaving.selector)

        still = await decided(office.store, what)
        assert (await enqueued(office)).keys() == before.keys() & still.keys()

    slate.run(act)
