"""What a subscription may ask for: typed, understood, stored, and read again whatever is stored."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.models import Look, Style
from bot.subscribing.options import OPTIONS, Option, UnclearOption, options_on, read_option
from bot.texts import texts

PLATFORMS = ("telegram", "discord", "console")


def test_every_option_is_a_field_of_the_look_and_every_field_an_option() -> None:
    assert set(OPTIONS) == {field.name for field in fields(Look)}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("option", OPTIONS.values(), ids=OPTIONS)
def test_every_value_that_is_offered_can_be_typed_stored_and_is_written_the_same(option: Option, platform: str) -> None:
    for value in option.values_on(platform):
        stored = option.read(value.word, platform)

        assert option.typed(stored) == value.word
        assert getattr(Look.from_options({option.name: stored}), option.name) == stored


@pytest.mark.parametrize(
    ("words", "stored"),
    [
        ("style=rich", ("style", "rich")),
        ("STYLE  Rich", ("style", "rich")),
        ("pin = on", ("pin", True)),
        ("silent off", ("silent", False)),
        ("excerpt=77", ("excerpt", 77)),
    ],
)
def test_an_option_is_read_as_people_write_it(words: str, stored: tuple[str, Any]) -> None:
    assert read_option(words, "telegram") == stored


@pytest.mark.parametrize(
    ("words", "platform", "said"),
    [
        ("style=loud", "telegram", "“style” can't be “loud”. Write one of: auto, photo, preview, text, rich."),
        ("style=rich", "discord", "“style” can't be “rich”. Write one of: auto, embed, link, components."),
        ("pin", "telegram", "“pin” can't be “”. Write one of: on, off."),
        ("excerpt=-1", "telegram", "“excerpt” can't be “-1”. Write a number from 0 to 4096."),
        ("excerpt=4097", "telegram", "“excerpt” can't be “4097”. Write a number from 0 to 4096."),
        ("tag=", "discord", "“tag” can't be “”. Write a name of at most 80 letters, or none."),
        ("sender=Discord News", "discord", "“sender” can't be “Discord News”: it may not have “discord” in it."),
        ("mention=admins", "discord", "“mention” can't be “admins”. Write the id of a role, or nobody."),
        (
            "protect=on",
            "discord",
            "There is no option “protect” here."
            " There are: style, image, excerpt, hashtags, button, silent, pin, mention, thread, sender, tag.",
        ),
        (
            "",
            "telegram",
            "There is no option “” here. There are: style, image, excerpt, hashtags, button, silent, pin, protect.",
        ),
    ],
)
def test_what_can_not_be_is_refused_with_what_can(words: str, platform: str, said: str) -> None:
    with pytest.raises(UnclearOption) as refused:
        read_option(words, platform)

    assert str(refused.value) == said
    assert texts("en").say(refused.value.message, **refused.value.values) == said


def test_the_meanings_are_told_in_both_languages() -> None:
    for option in options_on("console"):
        for meaning in (option.meaning, *(value.meaning for value in option.values if value.meaning)):
            assert texts("en").term(meaning) == meaning != texts("km").term(meaning)


# --- what is stored --------------------------------------------------------------------------------------------------


def test_a_style_with_more_room_shows_more_unless_a_length_is_named() -> None:
    assert Look.from_options({"style": "rich"}).excerpt > Look.from_options({"style": "preview"}).excerpt > 300
    assert Look.from_options({"style": "rich", "excerpt": 100}) == Look(Style.RICH, excerpt=100)
    assert Look.from_options({"style": "auto"}) == Look()


@pytest.mark.parametrize(
    "options",
    [
        {"style": "hologram"},
        {"style": 7},
        {"style": None},
        {"style": ["rich"]},
        {"excerpt": "300"},
        {"excerpt": True},
        {"excerpt": -1},
        {"excerpt": 10**9},
        {"pin": 1},
        {"silent": "yes"},
        {"mention": 77},
        {"digest": True},
    ],
    ids=str,
)
def test_what_can_not_be_is_left_aside_when_it_is_stored(options: dict[str, Any]) -> None:
    assert Look.from_options({**options, "button": False}) == Look(button=False)


@given(
    some.dictionaries(
        some.sampled_from([*OPTIONS, "other"]),
        some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.lists(some.none(), max_size=2),
    )
)
def test_no_stored_rubbish_stops_a_delivery(options: dict[str, Any]) -> None:
    look = Look.from_options(options)

    assert {name: type(value) for name, value in asdict(look).items() if name != "style"} == {
        name: type(value) for name, value in asdict(Look()).items() if name != "style"
    }
    assert isinstance(look.style, Style)
    assert hash(look) == hash(Look.from_options(asdict(look)))
