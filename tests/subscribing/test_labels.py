"""What stands on buttons is short, and still tells one from another."""

from __future__ import annotations

import pytest

from bot.models import Choice
from bot.subscribing.labels import WIDTH, counted_label, grid, shortened


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("NATIONAL", "NATIONAL"),
        ("  two\nlines ", "two lines"),
        ("The weekly news of the whole region", "The weekly news o…e region"),
        ("ព័ត៌មានជាតិនិងអន្តរជាតិប្រចាំថ្ងៃទី១ខែវិច្ឆិកា", "ព័ត៌មានជាតិនិងអន្តរជាតិ…ទី១ខែវិច្ឆិកា"),
        ("👩‍👩‍👧‍👧" * 20, "👩‍👩‍👧‍👧" * 8 + "…" + "👩‍👩‍👧‍👧" * 4),
        ("新聞" * 20, "新聞新聞新聞新聞…新聞新聞"),
    ],
)
def test_a_long_name_is_cut_in_its_middle_between_letters(name: str, label: str) -> None:
    assert shortened(name) == label


def test_the_number_of_posts_is_always_there() -> None:
    assert counted_label("NATIONAL", 131) == "NATIONAL (131)"
    assert counted_label("x" * 100, 12345).endswith(" (12345)")
    assert len(counted_label("x" * 100, 12345)) == WIDTH


def test_short_ones_stand_side_by_side() -> None:
    labels = ["NATIONAL (131)", "ARTS (2)", "SPORT (3)", "The weekly news (2)", "WORLD (1)", "កីឡា (1)"]
    rows = grid([Choice(label, "/x") for label in labels])

    assert [[choice.label for choice in row] for row in rows] == [
        labels[:2],
        labels[2:3],
        labels[3:4],
        labels[4:],
    ]
