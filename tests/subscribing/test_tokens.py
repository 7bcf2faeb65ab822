"""Short words for long names: they fit a button, and are never mistaken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Selector, SelectorKind
from bot.subscribing.selectors import UnclearWish, match_key, parse
from bot.subscribing.tokens import ROOM, Tokens, is_token, understood, worded

KEYS = st.text(min_size=1, max_size=60).map(match_key).filter(lambda key: bool(key.strip("-")))
SELECTORS = st.builds(Selector, st.sampled_from([SelectorKind.CATEGORY, SelectorKind.TAG]), KEYS)


def category(key: str) -> Selector:
    return Selector(SelectorKind.CATEGORY, key)


@given(st.sets(SELECTORS, max_size=30))
def test_each_selector_has_a_token_of_its_own(selectors: set[Selector]) -> None:
    tokens = Tokens(selectors)
    for selector in selectors:
        token = tokens.of(selector)
        assert is_token(token)
        assert tokens.meant(token) == selector
        assert len(token) == 9


@given(SELECTORS)
def test_a_short_name_is_typed_and_a_long_one_is_not(selector: Selector) -> None:
    words = worded(selector, Tokens([selector]), 20)
    assert len(words.encode()) <= 20
    assert understood(parse(words), Tokens([selector])).selector == selector


def test_a_token_of_what_is_gone_means_nothing() -> None:
    token = Tokens([category("sport")]).of(category("sport"))
    with pytest.raises(UnclearWish, match="too old"):
        understood(parse(token), Tokens([category("arts")]))


def test_a_category_that_is_called_like_a_token_is_not_taken_for_what_that_means() -> None:
    short = Tokens([category("sport")]).of(category("sport"))
    namesake = category(match_key(short))
    tokens = Tokens([category("sport"), namesake])

    assert tokens.meant(short) is None
    assert tokens.meant(tokens.of(category("sport"))) == category("sport")
    assert len(tokens.of(category("sport"))) == 10
    assert understood(parse(short), Tokens([namesake])).selector == namesake


def test_digests_that_begin_alike_make_longer_tokens() -> None:
    one, other = category("category-1834404"), category("category-2739807")  # found by trying some millions
    tokens = Tokens([one, other])

    assert Tokens([one]).of(one) == Tokens([other]).of(other)
    assert tokens.meant(Tokens([one]).of(one)) is None
    assert (tokens.meant(tokens.of(one)), tokens.meant(tokens.of(other))) == (one, other)


def test_what_is_left_out_is_named_by_tokens_too() -> None:
    names = [f"ព័ត៌មាន-ជាតិ-{number}" for number in range(2)]
    selector = Selector(SelectorKind.ALL_EXCEPT, ",".join(names))
    tokens = Tokens(map(category, names))
    words = worded(selector, tokens, ROOM)

    assert len(f"/subscribe {words}".encode()) == ROOM + 1  # two fit beside all but the longest places
    assert understood(parse(words), tokens).selector == selector


def test_a_whole_subscription_to_all_but_some_has_a_token() -> None:
    selector = Selector(SelectorKind.ALL_EXCEPT, ",".join(f"category-{number}" for number in range(9)))
    tokens = Tokens([selector])

    words = worded(selector, tokens, ROOM)

    assert is_token(words)
    assert understood(parse(words), tokens).selector == selector
