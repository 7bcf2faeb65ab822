"""Decides whether a destination wants a post. Pure; the store asks the same question in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.models import Post, SelectorKind, Subscription
from bot.subscribing.selectors import LIST_SEPARATOR, match_key

_BREADTH: Final = {SelectorKind.CATEGORY: 0, SelectorKind.TAG: 1, SelectorKind.ALL_EXCEPT: 2, SelectorKind.ALL: 3}


def decide(post: Post, subscriptions: Sequence[Subscription]) -> Subscription | None:
    """Of one destination's `subscriptions`, oldest first, the one under which it gets `post`; None: it does not.

    The most specific one wins: category, then tag, then all-except, then all; among equals the oldest.
    """
    categories = {match_key(name) for name in post.categories}
    tags = {match_key(name) for name in post.tags}
    fitting = [wish for wish in subscriptions if _fits(wish, categories, tags, post.language)]
    return min(fitting, key=lambda wish: _BREADTH[wish.selector.kind], default=None)


def _fits(wish: Subscription, categories: set[str], tags: set[str], language: str) -> bool:
    if wish.language not in {"", language}:
        return False
    match wish.selector.kind:
        case SelectorKind.CATEGORY:
            return wish.selector.value in categories
        case SelectorKind.TAG:
            return wish.selector.value in tags
        case SelectorKind.ALL_EXCEPT:
            return categories.isdisjoint(wish.selector.value.split(LIST_SEPARATOR))
        case SelectorKind.ALL:
            return True
