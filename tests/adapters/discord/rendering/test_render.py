"""What an announcement looks like on Discord: within its limits, and with nothing that could ping."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import limits
from adapters.discord.render import (
    CommandButton,
    ComponentsMessage,
    EmbedMessage,
    LinkButton,
    LinkMessage,
    Message,
    render,
    render_reply,
)
from bot.composing.cutting import utf16_length
from bot.models import Announcement, Choice, Look, Picture, Reply, Span, Style
from tests.adapters.discord.reader import read, read_own, seen
from tests.adapters.discord.rendering.conftest import NOON, URL, embed, fingerprint

LONG_URL = "https://news.example/" + "a" * 2100


def text(announcement: Announcement, **options: str) -> LinkMessage:
    message = render(announcement, Look.from_options({"style": "link", **options}))
    assert isinstance(message, LinkMessage)
    return message


def picture_shown(announcement: Announcement, *, rung: int = 0) -> str:
    picture = embed(announcement, rung=rung).picture
    return picture.source if picture else ""


def test_an_announcement_becomes_a_frame_with_all_that_readers_need(rain: Announcement) -> None:
    assert embed(rain) == EmbedMessage(
        title="Rain floods the market",
        url=URL,
        description="Water stood **knee-high** on Tuesday.",
        colour=embed(rain).colour,
        picture=None,
        footer="National · #flood #weather",
        dated="31 January 2026",
        timestamp=NOON,
        button=LinkButton("Read", URL),
        mention="",
        silent=False,
    )


@pytest.mark.parametrize(
    "title",
    [
        "5 * 3 = _15_",
        "*Phnom Penh* floods",
        "Who ||did|| it? ~~Not me~~",
        "[Video](soon) at :clock: `noon`",
        "1. The rain",
        "What stands at https://news.example/_a_*b*",
        "Ask @everyone and <@77>",
        "\\o/",
    ],
)
def test_a_title_is_read_as_it_was_written(rain: Announcement, title: str) -> None:
    assert seen(embed(replace(rain, title=title)).title) == title


@pytest.mark.parametrize("title", ["*" * 300, "_a_ " * 100, "words " * 60])
def test_a_title_with_many_marks_stays_within_its_limit(rain: Announcement, title: str) -> None:
    shown = embed(replace(rain, title=title)).title
    assert 120 < utf16_length(shown) <= limits.EMBED_TITLE
    assert title.startswith(seen(shown).rstrip("…"))


@pytest.mark.parametrize(
    ("look", "field", "expected"),
    [
        (Look(excerpt=0), "description", ""),
        (Look(hashtags=False), "footer", "National"),
        (Look(button=False), "button", None),
        (Look(silent=True), "silent", True),
        (Look(mention="77"), "content", "<@&77>"),
        (Look(mention="@everyone"), "content", ""),
        (Look(), "content", ""),
    ],
)
def test_options_change_what_is_shown(rain: Announcement, look: Look, field: str, expected: object) -> None:
    assert getattr(embed(rain, look), field) == expected


def test_a_silent_post_is_silent_everywhere(rain: Announcement) -> None:
    assert embed(replace(rain, silent=True)).silent
    assert text(replace(rain, silent=True)).silent


def test_a_category_keeps_its_colour(rain: Announcement) -> None:
    assert embed(rain).colour == embed(replace(rain, title="Other", label="NATIONAL")).colour
    colours = {embed(replace(rain, label=label)).colour for label in ("National", "Sport", "Business", "World")}
    assert len(colours) > 1


def test_the_time_is_told_in_utc(rain: Announcement) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=7)))
    shown = embed(replace(rain, published_at=local)).timestamp
    assert shown == NOON
    assert shown.tzinfo is UTC


def test_the_excerpt_is_cut_where_people_would_cut_it(rain: Announcement) -> None:
    body = (Span("One sentence here. ", bold=True), Span("And a second one that is too long to stay."))
    assert embed(replace(rain, body=body), Look(excerpt=25)).description == "**One sentence here.**"


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_picture_has_its_alt_text_on_one_line(rain: Announcement) -> None:
    file = Picture(file="/site/img/Flut in Köln.JPG", alt="A  street\nunder water")
    assert embed(replace(rain, pictures=(file,))).picture == replace(file, alt="A street under water")


@pytest.mark.parametrize(("rung", "expected"), [(0, "a.png"), (1, "a.png"), (2, "b.png"), (3, "c.png"), (5, "")])
def test_each_rung_has_its_picture_however_it_comes_to_discord(rain: Announcement, rung: int, expected: str) -> None:
    pictures = (Picture(url="/a.png"), Picture(file="/b.png"), Picture(url="/c.png"))
    assert picture_shown(replace(rain, pictures=pictures), rung=rung).removeprefix("/") == expected


def test_without_pictures_wanted_none_is_shown(rain: Announcement) -> None:
    pictures = (Picture(url="https://news.example/a.png"),)
    assert embed(replace(rain, pictures=pictures), Look(image=False)).picture is None


# --- addresses -------------------------------------------------------------------------------------------------------


def test_a_long_address_is_no_button_but_still_a_link(rain: Announcement) -> None:
    url = "https://news.example/" + "a" * 600
    message = embed(replace(rain, url=url))
    assert (message.url, message.button) == (url, None)


@pytest.mark.parametrize("url", [None, "", LONG_URL, "javascript:alert(1)"])
def test_what_is_no_address_is_not_linked(rain: Announcement, url: str | None) -> None:
    message = embed(replace(rain, url=url))
    assert (message.url, message.button) == ("", None)


# --- the plain style -------------------------------------------------------------------------------------------------


def test_texts_are_links_here(rain: Announcement) -> None:
    assert render(rain, Look(style=Style.TEXT)) == text(rain)


def test_a_link_is_title_and_address(rain: Announcement) -> None:
    assert text(rain).content == f"**Rain floods the market**\n{URL}"


def test_own_words_stand_in_place_of_the_excerpt_at_any_length_that_fits(rain: Announcement) -> None:
    own = replace(rain, texts=(("discord", (Span("Ours. ", italic=True), Span("word " * 500))), ("", (Span("No."),))))
    description = embed(own, Look(excerpt=0)).description
    assert description.startswith("*Ours.* word word")
    assert len(description) > 2500
    assert embed(replace(rain, texts=(("", (Span("For all."),)),))).description == "For all."
    assert embed(replace(rain, texts=(("telegram", (Span("There."),)),))) == embed(rain)


def test_own_words_stand_between_title_and_address_in_the_plain_style(rain: Announcement) -> None:
    own = replace(rain, texts=(("", (Span("Our "), Span("own", bold=True), Span(" words."))),))
    assert text(own).content == f"**Rain floods the market**\nOur **own** words.\n{URL}"
    long = text(replace(rain, texts=(("", (Span("word " * 2000),)),))).content
    assert long.endswith(f"…\n{URL}")
    assert 1900 < len(long) <= limits.CONTENT


@pytest.mark.parametrize("style", Style)
def test_a_post_that_wants_no_mention_mentions_nobody(rain: Announcement, style: Style) -> None:
    message = render(replace(rain, mention=False), Look(style=style, mention="77"))
    assert message.mention == ""
    assert "<@&" not in message.content
    assert fingerprint(message) != fingerprint(render(rain, Look(style=style, mention="77")))


def test_a_post_that_wants_no_picture_has_none_nor_that_of_its_page(rain: Announcement) -> None:
    pictured = replace(rain, pictures=(Picture(url="https://news.example/a.png"),), image=False)
    assert embed(pictured).picture is None
    assert text(pictured).content == f"**Rain floods the market**\n<{URL}>"  # brackets keep Discord from unfurling


def test_the_plain_style_escapes_its_title(rain: Announcement) -> None:
    assert seen(text(replace(rain, title="# 2 * 3 @everyone")).content.split("\n")[0]) == "# 2 * 3 @everyone"


def test_the_plain_style_pings_the_role(rain: Announcement) -> None:
    message = text(rain, mention="77")
    assert message.content.startswith("<@&77>\n**Rain")
    assert message.mention == "77"


@pytest.mark.parametrize("url", [None, LONG_URL])
def test_the_plain_style_without_an_address_shows_the_text(rain: Announcement, url: str | None) -> None:
    content = text(replace(rain, url=url)).content
    assert content == "**Rain floods the market**\nWater stood **knee-high** on Tuesday."


# --- anything --------------------------------------------------------------------------------------------------------

WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["😀" * 3000, "*" * 5000, "ភ្នំពេញ " * 700, "@everyone <@1> <@&2>", "a. " * 2000, "_" * 300]),
)
ADDRESSES = st.sampled_from([None, URL, LONG_URL, "https://news.example/" + "b" * 700, "no address"])
SPANS = st.lists(
    st.builds(Span, text=WORDS, bold=st.booleans(), italic=st.booleans(), code=st.booleans(), link=ADDRESSES),
    max_size=4,
).map(tuple)
ANNOUNCEMENTS = st.builds(
    Announcement,
    title=WORDS,
    body=SPANS,
    url=ADDRESSES,
    pictures=st.lists(
        st.builds(Picture, url=ADDRESSES, alt=WORDS) | st.just(Picture(file="/a.png", alt="😀" * 900))
    ).map(tuple),
    label=WORDS,
    hashtags=st.lists(WORDS, max_size=3).map(tuple),
    language=st.sampled_from(["en", "km", "de"]),
    mention=st.booleans(),
    image=st.booleans(),
    texts=st.lists(st.tuples(st.sampled_from(["", "discord", "telegram"]), SPANS), max_size=2).map(tuple),
)
LOOKS = st.builds(
    Look,
    style=st.sampled_from(Style),
    excerpt=st.sampled_from([0, 1, 300, 4096, 100_000]),
    hashtags=st.booleans(),
    button=st.booleans(),
    mention=st.sampled_from(["", "77"]),
)


@given(ANNOUNCEMENTS, LOOKS)
def test_nothing_is_ever_beyond_discords_limits(announcement: Announcement, look: Look) -> None:
    message = render(announcement, look)
    assert utf16_length(message.content) <= limits.CONTENT
    if isinstance(message, LinkMessage):
        return
    if isinstance(message, EmbedMessage):
        assert utf16_length(message.title) <= limits.EMBED_TITLE
        assert utf16_length(message.description) <= limits.EMBED_DESCRIPTION
        assert utf16_length(message.foot) <= limits.EMBED_FOOTER
        assert utf16_length(message.title + message.description + message.foot) <= limits.EMBED_TOTAL
        assert utf16_length(message.url) <= limits.EMBED_URL
    else:
        texts = (message.content, message.heading, message.words, message.foot)
        assert sum(map(utf16_length, texts)) <= limits.COMPONENTS_TEXT
    assert message.picture is None or utf16_length(message.picture.alt) <= limits.ALT_TEXT
    assert message.button is None or len(message.button.url) <= limits.BUTTON_URL


@given(ANNOUNCEMENTS, LOOKS)
def test_nothing_but_the_chosen_role_is_ever_mentioned(announcement: Announcement, look: Look) -> None:
    message = render(announcement, look)
    role = f"<@&{look.mention}>"
    read(message.content.replace(role, "", 1))  # raises for a mention, a heading, a list …
    if not isinstance(message, LinkMessage):
        assert message.content in {"", role}
    if isinstance(message, EmbedMessage):
        read(message.description)
    if isinstance(message, ComponentsMessage):
        for words in (message.heading, message.words, message.foot):
            read_own(words)
    if not announcement.mention:
        assert message.mention == ""
        assert role not in message.content


@pytest.mark.parametrize(
    "spans",
    [
        (Span("a", bold=True), Span("b", italic=True)),
        (Span("word ", bold=True, italic=True, link=URL), Span("word ")),
        (Span("`x` ", code=True), Span("<y> ", code=True, link=URL)),
        (Span("a ", link="https://news.example/" + "x" * 2000),),
        (Span("_*~`|"),),
    ],
    ids=["styles", "links in bold", "code", "long links", "marks"],
)
@pytest.mark.parametrize("style", Style)
def test_ten_thousand_spans_are_a_message_that_discord_takes(spans: tuple[Span, ...], style: Style) -> None:
    many = spans * (10_000 // len(spans))
    for said in (Announcement("Rain", body=many), Announcement("Rain", texts=(("", many),))):
        message = render(said, Look(style=style, excerpt=6000))
        shown, most = _longest(message)
        assert most * 0.4 < utf16_length(shown) <= most
        read(shown)


def _longest(message: Message) -> tuple[str, int]:
    match message:
        case EmbedMessage(description=description):
            return description, limits.EMBED_DESCRIPTION
        case ComponentsMessage(words=words):
            return words, limits.COMPONENTS_TEXT
    return message.content, limits.CONTENT


def test_a_link_that_is_too_long_for_its_place_leaves_its_words() -> None:
    body = (Span("See "), Span("the map", link="https://news.example/" + "x" * 2000), Span(" of the flood."))
    assert text(Announcement("Rain", body=body)).content == "**Rain**\nSee the map of the flood."


@given(
    WORDS,
    st.lists(st.builds(Choice, label=WORDS, command=WORDS, url=ADDRESSES.map(lambda url: url or "")), max_size=4).map(
        tuple
    ),
)
def test_replies_keep_to_the_limits_too(words: str, choices: tuple[Choice, ...]) -> None:
    message = render_reply(Reply(words, choices))
    read(message.content)
    assert utf16_length(message.content) <= limits.CONTENT
    for button in message.buttons:
        assert utf16_length(button.label) <= limits.BUTTON_LABEL
        if isinstance(button, CommandButton):
            assert utf16_length(button.custom_id) <= limits.CUSTOM_ID
        else:
            assert 0 < utf16_length(button.url) <= limits.BUTTON_URL
