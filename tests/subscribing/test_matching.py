"""A post reaches a destination once, under its most specific subscription."""

from __future__ import annotations

import pytest

from bot.models import Destination, Post, Selector, SelectorKind, Subscription
from bot.subscribing.matching import decide

POST = Post(
    key="path:rain.md",
    aliases=(),
    path="rain.md",
    title="Rain",
    excerpt=(),
    url=None,
    pictures=(),
    categories=("NATIONAL", "Weekly News"),
    tags=("Rain",),
    language="en",
    published_at=None,
)


def wish(kind: SelectorKind, value: str = "", language: str = "") -> Subscription:
    return Subscription(Destination("telegram", "-100123"), Selector(kind, value), language=language)


CATEGORY, TAG, ALL_EXCEPT, ALL = (
    wish(SelectorKind.CATEGORY, "national"),
    wish(SelectorKind.TAG, "rain"),
    wish(SelectorKind.ALL_EXCEPT, "sport,business"),
    wish(SelectorKind.ALL),
)


@pytest.mark.parametrize("subscription", [CATEGORY, TAG, ALL_EXCEPT, ALL, wish(SelectorKind.ALL, language="en")])
def test_a_fitting_subscription_wants_the_post(subscription: Subscription) -> None:
    assert decide(POST, [subscription]) == subscription


@pytest.mark.parametrize(
    "subscription",
    [
        wish(SelectorKind.CATEGORY, "sport"),
        wish(SelectorKind.CATEGORY, "rain"),
        wish(SelectorKind.TAG, "national"),
        wish(SelectorKind.ALL_EXCEPT, "sport,weekly-news"),
        wish(SelectorKind.ALL, language="km"),
    ],
)
def test_another_subscription_does_not(subscription: Subscription) -> None:
    assert decide(POST, [subscription]) is None


def test_the_most_specific_subscription_wins_and_among_equals_the_oldest() -> None:
    newer = wish(SelectorKind.CATEGORY, "weekly-news")

    assert decide(POST, [ALL, ALL_EXCEPT, TAG, CATEGORY, newer]) == CATEGORY
    assert decide(POST, [ALL, ALL_EXCEPT, TAG]) == TAG
    assert decide(POST, [ALL, ALL_EXCEPT]) == ALL_EXCEPT
