"""Readers are spoken to in their language."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.texts import known_language, texts

PHNOM_PENH = ZoneInfo("Asia/Phnom_Penh")
NOON = datetime(2024, 11, 7, 11, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "There is no category “Sport”."),
        ("en-GB", "There is no category “Sport”."),
        ("km", "មិនមានប្រភេទ “Sport” ទេ។"),
        ("km-KH", "មិនមានប្រភេទ “Sport” ទេ។"),
        ("KM_kh", "មិនមានប្រភេទ “Sport” ទេ។"),
        ("zh-tw", "There is no category “Sport”."),
        ("", "There is no category “Sport”."),
    ],
)
def test_a_sentence_is_said_in_the_nearest_language(language: str, said: str) -> None:
    assert texts(language).say("There is no category “{category}”.", category="Sport") == said


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [("en", 1, "… and 1 more"), ("en", 2, "… and 2 more"), ("km", 1, "… និង 1 ទៀត"), ("km", 5, "… និង 5 ទៀត")],
)
def test_a_number_chooses_the_form(language: str, count: int, said: str) -> None:
    assert texts(language).plural("… and {count} more", "… and {count} more", count) == said


def test_english_tells_one_from_many() -> None:
    said = [texts("en").plural("{count} post in {place}", "{count} posts in {place}", n, place="it") for n in (0, 1, 2)]

    assert said == ["0 posts in it", "1 post in it", "2 posts in it"]


def test_a_value_that_is_missing_is_an_error_and_braces_in_values_are_left_alone() -> None:
    with pytest.raises(KeyError, match="category"):
        texts("km").say("There is no category “{category}”.")
    assert texts("en").say("There is no category “{category}”.", category="{x}") == "There is no category “{x}”."


@pytest.mark.parametrize(
    ("language", "date"), [("en", "7 November 2024, 18:30 UTC+07"), ("km", "7 វិច្ឆិកា 2024, 18:30 UTC+07")]
)
def test_a_date_is_shown_by_the_clocks_of_its_zone_which_is_named(language: str, date: str) -> None:
    assert texts(language).date(NOON, PHNOM_PENH) == date


@pytest.mark.parametrize(
    ("zone", "date"),
    [("UTC", "7 November 2024, 11:30 UTC"), ("Europe/Berlin", "7 November 2024, 12:30 CET")],
)
def test_a_zone_is_called_by_its_own_name_where_it_has_one(zone: str, date: str) -> None:
    assert texts("en").date(NOON, ZoneInfo(zone)) == date


@pytest.mark.parametrize(
    ("language", "code", "name"),
    [
        ("en", "km", "Khmer"),
        ("km", "en", "អង់គ្លេស"),
        ("km", "km", "ខ្មែរ"),
        ("en", "xx", "xx"),
        ("en", "not a code", "not a code"),
    ],
)
def test_languages_have_names(language: str, code: str, name: str) -> None:
    assert texts(language).language_name(code) == name


@pytest.mark.parametrize(("language", "known"), [("km-KH", "km"), (" EN_us ", "en"), ("fr", ""), ("", "")])
def test_a_language_is_known_with_any_region(language: str, known: str) -> None:
    assert known_language(language) == known


@pytest.mark.parametrize(
    ("named", "called"),
    [
        ("Desk › topic 7", "Desk › ប្រធានបទលេខ 7"),
        (
            "Desk › topic 7 (telegram:-1001/7), Club › topic 12",
            "Desk › ប្រធានបទលេខ 7 (telegram:-1001/7), Club › ប្រធានបទលេខ 12",
        ),
        ("Desk › Football", "Desk › Football"),
        ("topic 7", "topic 7"),
    ],
)
def test_a_topic_without_a_name_is_called_by_its_number(named: str, called: str) -> None:
    assert texts("km").place(named) == called
    assert texts("en").place(named) == named


def test_a_catalogue_is_read_once() -> None:
    assert texts("km") is texts("km-KH")


def test_importing_the_texts_loads_no_babel() -> None:
    code = "import sys, bot.texts; sys.exit(any(name.startswith('babel') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
