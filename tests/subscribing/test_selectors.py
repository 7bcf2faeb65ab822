"""What people type is understood as they mean it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Selector, SelectorKind
from bot.subscribing.selectors import UnclearWish, Wish, match_key, parse, parse_all, typed


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("national", "national"),
        ("NATIONAL", "national"),
        ("  #National ", "national"),
        ("Weekly News", "weekly-news"),
        ("weekly_-  news", "weekly-news"),
        ("weekly\u00a0news", "weekly-news"),
        ("Food, drink", "food-drink"),
        ("ＮＡＴＩＯＮＡＬ", "national"),
        ("Straße", "strasse"),
        ("ព័ត៌មានជាតិ", "ព័ត៌មានជាតិ"),
        ("#ព័ត៌\u200bមាន\u200bជាតិ", "ព័ត៌មានជាតិ"),  # an author parted the words by U+200B, the reader did not
        ("\ufeffsport", "sport"),
        ("#", ""),
    ],
)
def test_spellings_of_one_name_have_one_key(name: str, key: str) -> None:
    assert match_key(name) == key


@given(st.text())
def test_a_key_is_its_own_key_and_holds_no_separator(name: str) -> None:
    key = match_key(name)

    assert match_key(key) == key
    assert "," not in key
    assert not any(character.isspace() for character in key)


def category(value: str) -> Selector:
    return Selector(SelectorKind.CATEGORY, value)


ALL = Selector(SelectorKind.ALL)


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("national", Wish(category("national"), display="national")),
        ("#National", Wish(category("national"), display="National")),
        (" weekly news ", Wish(category("weekly-news"), display="weekly news")),
        ("all", Wish(ALL)),
        ("ALL", Wish(ALL)),
        ("*", Wish(ALL)),
        ("everything", Wish(ALL)),
        ("ទាំងអស់", Wish(ALL)),
        ("category:all", Wish(category("all"), display="all")),
        ("all except sport", Wish(Selector(SelectorKind.ALL_EXCEPT, "sport"), display="sport")),
        ("* but Sport", Wish(Selector(SelectorKind.ALL_EXCEPT, "sport"), display="Sport")),
        (
            "all except Sport, Weekly News",
            Wish(Selector(SelectorKind.ALL_EXCEPT, "sport,weekly-news"), display="Sport, Weekly News"),
        ),
        ("ទាំងអស់ លើកលែងតែ កីឡា", Wish(Selector(SelectorKind.ALL_EXCEPT, "កីឡា"), display="កីឡា")),
        ("ទាំង\u200bអស់លើកលែងកីឡា", Wish(Selector(SelectorKind.ALL_EXCEPT, "កីឡា"), display="កីឡា")),
        ("tag:Rain", Wish(Selector(SelectorKind.TAG, "rain"), display="Rain")),
        ("Tag: rain", Wish(Selector(SelectorKind.TAG, "rain"), display="rain")),
        ("lang:km", Wish(ALL, language="km")),
        ("national lang:km", Wish(category("national"), language="km", display="national")),
        ("Language:zh_TW national", Wish(category("national"), language="zh-tw", display="national")),
        ("lang:lang:km national", Wish(category("national"), language="km", display="national")),
        ("national lang:Khmer", Wish(category("national"), language="km", display="national")),
        ("national lang:ភាសាខ្មែរ", Wish(category("national"), language="km", display="national")),
        ("slang:words", Wish(category("slang:words"), display="slang:words")),
    ],
)
def test_words_become_a_wish(words: str, wish: Wish) -> None:
    assert parse(words) == wish


@pytest.mark.parametrize("named", ["French", "បារាំង", "FR"])
def test_a_language_of_the_posts_is_read_by_its_name(named: str) -> None:
    assert parse(f"national lang:{named}", ["en", "fr"]).language == "fr"
    with pytest.raises(UnclearWish, match="no language code"):
        parse("national lang:Klingon", ["en", "fr"])


@pytest.mark.parametrize(
    "words", ["#", "tag:", "all except ,", "- _", "lang:", "lang:khmer-is-nice-but-wrong", "lang:1"]
)
def test_words_that_name_nothing_are_explained(words: str) -> None:
    with pytest.raises(UnclearWish, match=r"no category|no language code"):
        parse(words)


def test_commas_part_several_wishes_which_share_the_language() -> None:
    assert parse_all("National, tag:rain lang:km", known=["national"]) == [
        Wish(category("national"), "km", "National"),
        Wish(Selector(SelectorKind.TAG, "rain"), "km", "rain"),
    ]


@pytest.mark.parametrize(
    "words",
    ["national lang:km, sport", "national,lang:km,sport", "lang: km, national, sport", "national, sport,lang:km,"],
)
def test_a_comma_after_the_language_or_the_role_is_none_of_its_letters(words: str) -> None:
    both = [Wish(category(name), "km", name) for name in ("national", "sport")]
    assert parse_all(words, known=[]) == both
    assert parse_all(f"mention:456, {words}", known=[]) == [replace(wish, mention="456") for wish in both]


def test_a_category_whose_name_has_a_comma_stays_whole() -> None:
    assert parse_all("Food, drink", known=["food-drink"]) == [Wish(category("food-drink"), display="Food, drink")]


@pytest.mark.parametrize(
    ("known", "value"),
    [
        (["food-drink", "sport"], "food-drink,sport"),
        (["food-drink", "food", "sport"], "food-drink,sport"),
        (["food-drink", "food", "drink", "sport"], "food,drink,sport"),
        (["food", "sport"], "food,drink,sport"),
        (["food-drink-sport"], "food-drink-sport"),
    ],
)
def test_a_category_whose_name_has_a_comma_is_left_out_whole(known: list[str], value: str) -> None:
    [wish] = parse_all("all except Food, Drink, sport lang:km", known)
    assert wish == Wish(Selector(SelectorKind.ALL_EXCEPT, value), "km", "Food, Drink, sport")


@given(st.sampled_from(SelectorKind), st.text(min_size=1))
def test_what_a_button_types_names_the_same_selector(kind: SelectorKind, name: str) -> None:
    key = match_key(name)
    if not key.strip("-") or key.startswith(("lang:", "language:")):
        return  # no such category can be typed, so none is offered
    selector = Selector(kind, "" if kind is SelectorKind.ALL else key)

    assert parse(typed(selector)).selector == selector
