"""Odd announcements of which many go to Telegram's limits: of length, of entities, of links, of blocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

from bot.models import Announcement, Span
from tests.adapters.odd_announcements import URL, odd_announcements

_LETTERS: Final = ("x", "ភ្លៀង", "ب", "e\u0301", "𝔘", "👩‍👩‍👧‍👦")
_SHORT: Final = ("half", "metre", "in", "night", "1,200")


def full_announcements(count: int, seed: int) -> Iterator[Announcement]:
    """So many announcements, the same ones for the same seed; one in three is full, one in ten has a full title."""
    random = Random(seed)
    for said in odd_announcements(count, seed):
        yield _filled(said, random)


def _filled(said: Announcement, random: Random) -> Announcement:
    if random.random() < 0.1:
        said = replace(said, title="T" * random.choice((299, 300, 301)))
    if random.random() < 2 / 3:
        return said
    body = random.choice((_run, _run, _marks, _marks, _links, _lines))(random)
    return replace(said, body=body, texts=(("telegram", body),) if random.random() < 0.2 else ())


def _run(random: Random) -> tuple[Span, ...]:
    """One word without an end, which is cut at the last letter that fits; some fit as they are, or nearly."""
    letter = random.choice(_LETTERS)
    size = random.choice((1000, 1010, *range(1015, 1026), *range(4085, 4098), *(5000,) * 25))
    return (Span(letter * (size // len(letter)), bold=random.random() < 0.5),)


def _marks(random: Random) -> tuple[Span, ...]:
    """Words of which each is marked, some in up to three ways."""
    return tuple(
        Span("ab ", bold=True, italic=random.random() < 0.1, link=URL if random.random() < 0.1 else None)
        for _ in range(random.choice((60, 98, 99, 100, 101, 130)))
    )


def _links(random: Random) -> tuple[Span, ...]:
    return tuple(Span("here ", link="https://x.example/" + "y" * random.randint(10, 1900)) for _ in range(20))


def _lines(random: Random) -> tuple[Span, ...]:
    """Paragraphs of a word."""
    return (Span("\n\n".join(random.choices(_SHORT, k=random.choice((480, 490, 500, 1500))))),)
