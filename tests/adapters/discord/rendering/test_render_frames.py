"""Frames of components, the day below a message, and what tells two messages apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.discord.fingerprints import Fingerprint
from adapters.discord.render import ComponentsMessage, EmbedMessage, LinkButton, LinkMessage, render
from bot.models import Announcement, Look, Picture, Span, Style
from tests.adapters.discord.rendering.conftest import NOON, URL, embed, fingerprint


def frame(announcement: Announcement, look: Look | None = None, *, rung: int = 0) -> ComponentsMessage:
    message = render(announcement, replace(look or Look(), style=Style.COMPONENTS), rung=rung)
    assert isinstance(message, ComponentsMessage)
    return message


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "zone", "expected"),
    [
        ("en", "UTC", "30 January 2026"),
        ("en", "Asia/Phnom_Penh", "31 January 2026"),
        ("km", "Asia/Phnom_Penh", "31 មករា 2026"),
        ("nl", "America/New_York", "30 January 2026"),
    ],
)
def test_the_day_is_that_of_the_sites_calendar(rain: Announcement, language: str, zone: str, expected: str) -> None:
    late = replace(rain, published_at=datetime(2026, 1, 30, 18, 30, tzinfo=UTC), language=language)
    for style in (Style.EMBED, Style.COMPONENTS):
        message = render(late, Look(style=style), zone=ZoneInfo(zone))
        assert not isinstance(message, LinkMessage)
        assert message.foot.removeprefix("-# ") == f"National · #flood #weather · {expected}"


def test_a_post_without_a_date_has_none_below_it(rain: Announcement) -> None:
    assert embed(replace(rain, published_at=None)).foot == "National · #flood #weather"


# --- frames of components --------------------------------------------------------------------------------------------


def test_a_frame_has_heading_words_picture_small_print_and_button(rain: Announcement) -> None:
    picture = Picture(url="https://news.example/a.png", alt="A street")
    assert frame(replace(rain, pictures=(picture,)), Look(mention="77", silent=True)) == ComponentsMessage(
        heading=f"## [Rain floods the market]({URL})",
        words="Water stood **knee-high** on Tuesday.",
        colour=embed(rain).colour,
        picture=picture,
        footer="National · #flood #weather",
        dated="31 January 2026",
        button=LinkButton("Read", URL),
        mention="77",
        silent=True,
    )
    assert frame(rain, Look(mention="77")).content == "<@&77>"


@pytest.mark.parametrize(
    ("title", "url", "heading"),
    [
        ("# 2 * 3", None, r"## \# 2 \* 3"),
        ("Learning C#", None, "## Learning C#\u200b"),
        ("See https://x.example", URL, "## See <https://x.example>"),
        ("Rain", "https://news.example/" + "a" * 600, "## Rain"),
        ("\u200b", URL, ""),
    ],
    ids=["marks", "a sign at the end", "an address", "a long address", "nothing to see"],
)
def test_a_heading_says_what_the_title_says(title: str, url: str | None, heading: str) -> None:
    assert frame(Announcement(title, url=url)).heading == heading


@pytest.mark.parametrize("style", Style)
def test_where_nothing_is_said_something_is_seen(style: Style) -> None:
    for said in (Announcement(""), Announcement("\u200b", body=(Span("\ud800 \x07"),), label="\n")):
        message = render(said, Look(style=style))
        match message:
            case LinkMessage(content=content):
                assert content == "…"
            case EmbedMessage(description=description):
                assert description == "…"
            case ComponentsMessage(words=words):
                assert words == "…"


def test_without_words_the_address_is_shown() -> None:
    assert frame(Announcement("", url=URL)).words == embed(Announcement("", url=URL)).description == f"<{URL}>"


# --- fingerprints ----------------------------------------------------------------------------------------------------


def test_the_same_message_has_the_same_fingerprint(rain: Announcement) -> None:
    assert fingerprint(embed(rain)) == fingerprint(embed(replace(rain)))


def test_the_picture_is_told_apart_from_the_words(rain: Announcement) -> None:
    one, other = (replace(rain, pictures=(Picture(url=f"https://news.example/{name}.png"),)) for name in "ab")
    for look in (Look(), Look(style=Style.COMPONENTS)):
        was, now = (Fingerprint.of(render(said, look)) for said in (one, other))
        assert (was.kind, was.words) == (now.kind, now.words)
        assert was.picture != now.picture
        assert Fingerprint.parse(str(was)) == was


def test_an_older_fingerprint_has_no_kind() -> None:
    assert Fingerprint.parse("0a1b2c") == Fingerprint("", "0a1b2c")


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Rain"},
        {"url": "https://news.example/other"},
        {"body": (Span("Dry again."),)},
        {"label": "Weather"},
        {"pictures": (Picture(url="https://news.example/a.png"),)},
    ],
    ids=str,
)
def test_whatever_would_look_different_changes_the_fingerprint(rain: Announcement, change: dict[str, object]) -> None:
    assert fingerprint(embed(rain)) != fingerprint(embed(replace(rain, **change)))  # type: ignore[arg-type]  # by name


def test_the_time_and_silence_alone_cause_no_edit(rain: Announcement) -> None:
    later = replace(rain, published_at=NOON + timedelta(days=1), silent=True)
    assert fingerprint(embed(rain)) == fingerprint(embed(later))
    assert fingerprint(frame(rain)) == fingerprint(frame(later))
    links = (render(said, Look(style=Style.LINK)) for said in (rain, later))
    assert len(set(map(fingerprint, links))) == 1
