"""Short words for long names, so that a button can carry them. Pure.

A token is "~" and the first letters of a digest of what it stands for, in capitals: no match key has any. It means
something only among selectors of which exactly one has that beginning, so it is never mistaken for another one.
"""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import Final

import regex

from bot.models import Selector, SelectorKind
from bot.subscribing.selectors import LIST_SEPARATOR, NAME_SEPARATOR, UnclearWish, Wish, match_key, typed
from bot.texts import sentence

TOO_OLD: Final = sentence("This button is too old. Please send the command again.")

ROOM: Final = 35
"""Bytes of a command that a button can carry beside the place that it is about (see bot.models.Choice)."""

_SHORTEST: Final = 8
_LONGEST: Final = 16
_TOKEN: Final = regex.compile(rf"~[A-Z2-7]{{{_SHORTEST},{_LONGEST}}}")


def is_token(word: str) -> bool:
    """Whether `word` may be a token."""
    return _TOKEN.fullmatch(word) is not None


class Tokens:
    """The tokens of some selectors, known or subscribed."""

    def __init__(self, selectors: Iterable[Selector]) -> None:
        self._digests = {selector: _digest(selector) for selector in selectors}
        self._by_beginning: dict[str, list[Selector]] = {}
        for selector, digest in self._digests.items():
            self._by_beginning.setdefault(digest[:_SHORTEST], []).append(selector)

    def of(self, selector: Selector) -> str:
        """The shortest token that means `selector` here, which need not be one of the selectors."""
        digest = _digest(selector)
        tokens = [f"~{digest[:size]}" for size in range(_SHORTEST, _LONGEST + 1)]
        return next((token for token in tokens if set(self._meant(token)) <= {selector}), tokens[-1])

    def meant(self, token: str) -> Selector | None:
        """What `token` means; None: nothing any more, or more than one thing."""
        found = self._meant(token)
        return found[0] if len(found) == 1 else None

    def _meant(self, token: str) -> list[Selector]:
        """Whatever has a digest that begins so, and the category that is really called so."""
        beginning = token.removeprefix("~")
        namesake = Selector(SelectorKind.CATEGORY, match_key(token))
        found = [
            selector
            for selector in self._by_beginning.get(beginning[:_SHORTEST], [])
            if self._digests[selector].startswith(beginning)
        ]
        return [*found, namesake] if namesake in self._digests else found


def worded(selector: Selector, tokens: Tokens, room: int) -> str:
    """What to type to name `selector`: its name, or a token where the name takes more than `room` bytes."""
    words = typed(selector)
    if len(words.encode()) <= room:
        return words
    if selector.kind is not SelectorKind.ALL_EXCEPT or tokens.meant(tokens.of(selector)) == selector:
        return tokens.of(selector)
    left_out = (Selector(SelectorKind.CATEGORY, key) for key in selector.value.split(LIST_SEPARATOR))
    return "* but " + LIST_SEPARATOR.join(map(tokens.of, left_out))


def understood(wish: Wish, tokens: Tokens) -> Wish:
    """`wish` with what its tokens mean. Raises UnclearWish where one means nothing any more."""
    if wish.selector.kind not in {SelectorKind.CATEGORY, SelectorKind.ALL_EXCEPT} or "~" not in wish.display:
        return wish
    names = wish.display.split(NAME_SEPARATOR)
    meant = [_meant_by(name, tokens) for name in names]
    if wish.selector.kind is SelectorKind.CATEGORY:
        return replace(wish, selector=meant[0])
    value = LIST_SEPARATOR.join(dict.fromkeys(selector.value for selector in meant))
    return replace(wish, selector=replace(wish.selector, value=value))


def _meant_by(name: str, tokens: Tokens) -> Selector:
    if not is_token(name):
        return Selector(SelectorKind.CATEGORY, match_key(name))
    meant = tokens.meant(name)
    if meant is None:
        raise UnclearWish(TOO_OLD)
    return meant


def _digest(selector: Selector) -> str:
    # Blake2b's 20 bytes are 32 letters.
    return b32encode(blake2b(typed(selector).encode(errors="surrogatepass"), digest_size=20).digest()).decode()
