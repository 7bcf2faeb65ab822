"""What two posts have in common."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Span
from bot.publishing.likeness import NEARLY, SURELY, common, traits_of
from bot.records import Traits
from tests.publishing.test_renames import FERRY, MARKET, RIVER
from tests.state.making import post

KHMER = "ទឹកទន្លេបានឡើងកន្លះម៉ែត្រក្នុងយប់នេះ ហើយទូកត្រូវបានទាញឡើងច្រាំងក្នុងភូមិបីមុនពេលថ្ងៃរះ។ "


def traits(text: str, title: str = "Rain", path: str = "rain.md") -> Traits:
    return traits_of(post(path, title=title, excerpt=(Span(text),)))


@pytest.mark.parametrize("text", [RIVER, MARKET, KHMER * 3], ids=["river", "market", "khmer"])
def test_a_text_that_was_edited_is_nearly_the_same(text: str) -> None:
    words = text.split(" ")
    edited = " ".join([*words[:3], *words[4:]]) + " More."

    assert common(traits(text), traits(edited)) >= NEARLY
    assert common(traits(text), traits(text.upper() + "\n")) == 1.0


@pytest.mark.parametrize(
    ("one", "other"), [(RIVER, MARKET), (MARKET, FERRY), (KHMER * 3, RIVER), (RIVER, ""), ("", "Rain.")]
)
def test_another_text_is_not(one: str, other: str) -> None:
    assert common(traits(one), traits(other)) < 0.1


def test_half_a_text_is_neither_the_same_nor_another() -> None:
    assert 0.2 < common(traits(RIVER + MARKET), traits(RIVER)) < SURELY


def test_a_title_and_a_slug_are_compared_without_capitals_and_marks() -> None:
    one = traits("", "River “rises” — again!", "2026-11-01-River_rises.md")
    other = traits("", "river rises again", "news/2026-11-02-river-rises.km.md")

    assert (one.title, one.slug) == (other.title, other.slug)


def test_khmer_vowels_tell_titles_apart() -> None:
    assert traits("", "កា").title != traits("", "កី").title


@given(st.text(max_size=900), st.text(max_size=900))
def test_any_two_texts_can_be_compared_either_way_round(one: str, other: str) -> None:
    share = common(traits(one), traits(other))

    assert 0 <= share <= 1
    assert share == common(traits(other), traits(one))
    assert common(traits(one), traits(one)) == 1.0
