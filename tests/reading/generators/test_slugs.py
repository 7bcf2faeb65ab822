"""Texts as parts of an address."""

from __future__ import annotations

import pytest

from bot.reading.generators.slugs import (
    ascii_slug,
    github_slug,
    hexo_slug,
    hugo_path,
    mkdocs_slug,
    path_address,
    written_address,
)


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", "/"),
        ("a/b", "/a/b"),
        ("//a//b//", "/a/b/"),
        ("/../../etc/./passwd", "/etc/passwd"),
        ("a b?#", "/a%20b%3F%23"),
        ("100%/%20", "/100%25/%20"),
        ("\\\\bank.example\\x", "/%5C%5Cbank.example%5Cx"),
        ("\ud83d", "/%3F"),
    ],
)
def test_a_path_as_an_address(path: str, address: str) -> None:
    assert path_address(path) == address


def test_an_address_that_is_written() -> None:
    assert written_address("//paper.example/a b") == "https://paper.example/a%20b"
    assert written_address("https://bank.example@evil.example/") == ""
    assert written_address("javascript:alert(1)") == "/javascript:alert(1)"  # on the site itself


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("Heavy Rain!", ("heavy-rain", "Heavy-Rain", "heavy-rain", "heavy-rain", "heavy-rain")),
        (" a  - b ", ("a-b", "a-b", "a-b", "a----b", "-a----b-")),
        ("C# & Go_1.2", ("c#-go_1.2", "C-Go-1-2", "c-go-1-2", "c--go_12", "c--go_12")),
        ("Søren's Œuvre", ("sørens-œuvre", "Soren-s-OEuvre", "soren-s-oeuvre", "sørens-œuvre", "sørens-œuvre")),
        ("ភ្លៀង", ("ភ្លៀង", "ភ្លៀង", "", "ភលង", "ភ្លៀង")),
        ("雨 1", ("雨-1", "雨-1", "", "雨-1", "雨-1")),
    ],
)
def test_every_generator_has_its_way(text: str, slugs: tuple[str, ...]) -> None:
    ways = (hugo_path, hexo_slug, ascii_slug, mkdocs_slug, github_slug)
    assert tuple(slug(text) for slug in ways) == slugs


def test_the_case_is_configured() -> None:
    assert hugo_path("Rain", lower=False) == "Rain"
    assert [hexo_slug("Rain", case=case) for case in ("0", "1", "2")] == ["Rain", "rain", "RAIN"]
