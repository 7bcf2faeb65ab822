"""Slips of the finger find the category that was meant."""

from __future__ import annotations

import pytest

from bot.models import Category
from bot.subscribing.suggest import nearest

CATEGORIES = [
    Category("national", "NATIONAL", 131),
    Category("business", "BUSINESS", 88),
    Category("weekly-news", "Weekly News", 12),
    Category("sport", "SPORT", 9),
    Category("ព័ត៌មានជាតិ", "ព័ត៌មានជាតិ", 7),
    Category("កីឡា", "កីឡា", 5),
]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("natoinal", ["national"]),
        ("Nat", ["national"]),
        ("#SPORTS", ["sport"]),
        ("news", ["weekly-news"]),
        ("weekly-newz", ["weekly-news"]),
        ("bussines", ["business"]),
        ("ព័ត៌មាន", ["ព័ត៌មានជាតិ"]),
        ("កិឡា", ["កីឡា"]),
        ("xyzzy", []),
        ("", ["national", "business", "weekly-news", "sport", "ព័ត៌មានជាតិ", "កីឡា"]),
    ],
)
def test_the_nearest_categories_are_found(typed: str, meant: list[str]) -> None:
    assert [category.key for category in nearest(typed, CATEGORIES, limit=8)] == meant


def test_a_beginning_goes_before_a_part_and_a_part_before_a_likeness() -> None:
    categories = [
        Category("arms", "", 1),
        Category("modern-art", "", 1),
        Category("art", "", 1),
        Category("arts", "", 1),
    ]

    assert [category.key for category in nearest("art", categories, limit=3)] == ["art", "arts", "modern-art"]
