"""What a chat wants, and how it changes when something is switched on or off. Pure.

Everything is "set on" or "set off", never "flip": who presses twice, or after somebody else, changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.models import Destination, Look, Selector, SelectorKind, Subscription
from bot.subscribing.selectors import LIST_SEPARATOR, NAME_SEPARATOR

ALL = Selector(SelectorKind.ALL)


def looks_of(wishes: Iterable[Subscription]) -> tuple[Look, ...]:
    """The looks in which posts arrive that are wanted so; where nothing is, the one in which they would."""
    return tuple(dict.fromkeys(Look.from_options(wish.options) for wish in wishes)) or (Look(),)


@dataclass(frozen=True, slots=True)
class Wants:
    """The subscriptions of one destination, oldest first. `names` are the spellings of categories, by their keys."""

    destination: Destination
    mine: Sequence[Subscription]
    names: Mapping[str, str]

    @property
    def everything(self) -> bool:
        """Whether all posts arrive."""
        return any(wish.selector == ALL for wish in self.mine)

    @property
    def all_but_some(self) -> bool:
        """Whether all posts arrive except those of some categories."""
        return bool(self._broad) and not self.everything

    @property
    def left_out(self) -> tuple[str, ...]:
        """The categories that are left out, in the order in which they were; of several subscriptions those of each."""
        if not self.all_but_some:
            return ()
        first, *others = (wish.selector.value.split(LIST_SEPARATOR) for wish in self._broad)
        return tuple(key for key in first if all(key in other for other in others))

    @property
    def language(self) -> str:
        """The language in which all is wanted; empty: in any, or in different ones."""
        languages = self.languages
        return languages.pop() if len(languages) == 1 else ""

    @property
    def languages(self) -> set[str]:
        """The languages that are wanted; among them the empty one: any."""
        return {wish.language for wish in self.mine}

    @property
    def options(self) -> dict[str, Any]:
        """The options that all subscriptions share: a new one has them, too."""
        first, *others = (wish.options for wish in self.mine) if self.mine else ({},)
        return {name: value for name, value in first.items() if all(name in o and o[name] == value for o in others)}

    @property
    def telling(self) -> Sequence[Subscription]:
        """The subscriptions that say what arrives: beside one to all posts, others change nothing about it."""
        whole = [wish for wish in self.mine if wish.selector == ALL]
        return [
            wish for wish in self.mine if wish in whole or not any(w.language in {"", wish.language} for w in whole)
        ]

    def arrives(self, selector: Selector) -> bool:
        """Whether the posts of a category or a tag arrive for its sake."""
        if any(wish.selector == selector for wish in self.mine):
            return True
        return selector.kind is SelectorKind.CATEGORY and bool(self._broad) and selector.value not in self.left_out

    def switched(self, selector: Selector, *, on: bool) -> Sequence[Subscription]:
        """The subscriptions once the posts of a category or a tag arrive, or don't."""
        if self.arrives(selector) == on:
            return self.mine
        if not on:
            others = [wish for wish in self.mine if wish.selector != selector]
            without = replace(self, mine=others)
            return without._leaving_out((*self.left_out, selector.value)) if without.arrives(selector) else others
        if selector.value in self.left_out and selector.kind is SelectorKind.CATEGORY:
            return self._leaving_out(tuple(key for key in self.left_out if key != selector.value))
        return [*self.mine, self.new(selector)]

    def switched_all(self, *, on: bool) -> Sequence[Subscription]:
        """The subscriptions once all posts arrive, or only those of what else is chosen."""
        if on:
            return self._leaving_out(()) if not self.everything else self.mine
        return [wish for wish in self.mine if wish not in self._broad]

    def in_language(self, language: str) -> Sequence[Subscription]:
        """The subscriptions once only posts in one language are wanted; empty: in any."""
        return [replace(wish, language=language) for wish in self.mine]

    def new(self, selector: Selector) -> Subscription:
        """One more subscription, like those that there are."""
        names = (self.names.get(key, key) for key in selector.value.split(LIST_SEPARATOR))
        return Subscription(self.destination, selector, NAME_SEPARATOR.join(names), self.language, dict(self.options))

    @property
    def _broad(self) -> Sequence[Subscription]:
        """The subscriptions to all posts, and to all except some."""
        return [wish for wish in self.mine if wish.selector.kind in {SelectorKind.ALL, SelectorKind.ALL_EXCEPT}]

    def _leaving_out(self, keys: tuple[str, ...]) -> Sequence[Subscription]:
        """The subscriptions once all posts arrive except those of the categories `keys`."""
        broad = self._broad
        selector = Selector(SelectorKind.ALL_EXCEPT, LIST_SEPARATOR.join(keys)) if keys else ALL
        now = self.new(selector)
        if broad:
            now = replace(now, language=broad[0].language, options=broad[0].options)
        return [*(wish for wish in self.mine if wish not in broad), now]
