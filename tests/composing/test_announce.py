"""What is said about a post."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.composing.announce import announce
from bot.models import Announcement, Overrides, Picture, Post, Span

POST = Post(
    key="code:ART1@en",
    aliases=("path:rain.md",),
    path="rain.md",
    title="Rain",
    excerpt=(Span("It "), Span("rained", bold=True), Span(".")),
    url="https://example.org/rain",
    pictures=(Picture(url="https://example.org/rain.jpg", alt="Rain"),),
    categories=("NATIONAL", "Weekly News"),
    tags=("rain",),
    language="en",
    published_at=datetime(2026, 11, 3, 5, 0, tzinfo=UTC),
    overrides=Overrides(silent=True),
)


def test_an_announcement_says_all_that_a_reader_wants_uncut() -> None:
    assert announce(POST) == Announcement(
        title="Rain",
        body=POST.excerpt,
        url="https://example.org/rain",
        pictures=POST.pictures,
        label="National",
        hashtags=("National", "Weekly_News"),
        language="en",
        published_at=POST.published_at,
        silent=True,
    )


@pytest.mark.parametrize(
    ("category", "label", "hashtag"),
    [
        ("NATIONAL", "National", "National"),
        ("National", "National", "National"),
        ("USA", "USA", "USA"),
        ("CITY LIFE", "City Life", "City_Life"),
        ("ARTS & CULTURE", "Arts & Culture", "Arts_Culture"),
        ("Covid-19", "Covid-19", "Covid_19"),
        ("#sport", "sport", "sport"),
        ("ព័ត៌មានជាតិ", "ព័ត៌មានជាតិ", "ព័ត៌មានជាតិ"),
        ("ព័ត៌\u200bមាន\u200bជាតិ", "ព័ត៌\u200bមាន\u200bជាតិ", "ព័ត៌មានជាតិ"),
        ("ЭКОНОМИКА", "Экономика", "Экономика"),
        ("C++", "C++", "C"),
    ],
)
def test_a_category_is_shown_as_people_read_it(category: str, label: str, hashtag: str) -> None:
    announcement = announce(replace(POST, categories=(category,)))
    assert (announcement.label, announcement.hashtags) == (label, (hashtag,))


@pytest.mark.parametrize("category", ["2026", "+++", "#", "19-20"])
def test_a_hashtag_needs_a_letter(category: str) -> None:
    assert announce(replace(POST, categories=(category,))).hashtags == ()


def test_the_same_hashtag_is_said_once() -> None:
    assert announce(replace(POST, categories=("CITY LIFE", "City-Life", "Sport"))).hashtags == ("City_Life", "Sport")


def test_a_post_without_category_has_no_label() -> None:
    announcement = announce(replace(POST, categories=()))
    assert (announcement.label, announcement.hashtags) == ("", ())


def test_what_the_post_asks_for_is_in_its_announcement() -> None:
    texts = (("", (Span("Ours."),)), ("telegram", (Span("Here."),)))
    asked = Overrides(pin=True, mention=False, image=False, texts=texts, follows="ART0")
    said = announce(replace(POST, overrides=asked))
    assert (said.silent, said.pin, said.mention, said.image, said.follows) == (False, True, False, False, "ART0")
    assert said.pictures == ()
    assert said.body == POST.excerpt  # of it, words of its own take the place, platform by platform
    assert [said.own_words(platform) for platform in ("telegram", "discord")] == [(Span("Here."),), (Span("Ours."),)]


def test_words_for_one_platform_are_no_words_for_another() -> None:
    said = announce(replace(POST, overrides=Overrides(texts=(("telegram", (Span("Here."),)),))))
    assert said.own_words("discord") == ()
    assert announce(POST).own_words("telegram") == ()


@pytest.mark.parametrize(
    "asked",
    [
        Overrides(pin=True),
        Overrides(mention=False),
        Overrides(image=False),
        Overrides(follows="ART0"),
        Overrides(texts=(("", (Span("Ours."),)),)),
    ],
    ids=str,
)
def test_whatever_is_asked_for_makes_another_announcement(asked: Overrides) -> None:
    assert announce(replace(POST, overrides=asked)) != announce(replace(POST, overrides=Overrides()))
