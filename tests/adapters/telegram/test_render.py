"""What an announcement looks like in Telegram: the layout by examples."""

from dataclasses import replace

import pytest
from telegram import constants

from adapters.telegram import markup, photos, pressing, render, words
from adapters.telegram.fingerprints import Fingerprint
from adapters.telegram.render import Button, PhotoMessage, RichMessage, TextMessage, render_caption, render_reply
from bot.composing.cutting import utf16_length
from bot.models import Announcement, Choice, Look, Picture, Reply, Span, Style
from tests.emulators.telegram.entities import parse_html

URL = "https://news.example/rain"
RAIN = Announcement(
    title="Rain & wind",
    body=(Span("It will "), Span("rain", bold=True), Span(" until <Friday>.")),
    url=URL,
    pictures=(Picture(url="https://news.example/rain.jpg"), Picture(file="/site/rain.jpg")),
    label="Weather",
    hashtags=("Weather", "National"),
)
PREVIEW = Look(style=Style.PREVIEW)
TEXT = Look(style=Style.TEXT)
RICH = Look(style=Style.RICH)


def caption(announcement: Announcement, look: Look | None = None) -> str:
    return render_caption(announcement, look or Look())


# --- the layout ------------------------------------------------------------------------------------------------------


def test_a_post_is_a_picture_with_title_excerpt_hashtags_and_a_button() -> None:
    assert render.render(RAIN, Look()) == PhotoMessage(
        picture=RAIN.pictures[0],
        caption="<b>Rain &amp; wind</b>\n\nIt will <b>rain</b> until &lt;Friday&gt;.\n\n#Weather #National",
        buttons=((Button("Read", url=URL),),),
    )


def test_the_button_speaks_the_language_of_the_post() -> None:
    english = render.render(RAIN, Look()).buttons
    assert render.render(replace(RAIN, language="km-KH"), Look()).buttons != english
    assert render.render(replace(RAIN, language="xx"), Look()).buttons == english


def test_without_a_button_the_title_is_the_link_and_a_link_ends_the_text() -> None:
    message = render.render(RAIN, Look(button=False, hashtags=False))
    assert message == PhotoMessage(
        RAIN.pictures[0],
        f'<a href="{URL}"><b>Rain &amp; wind</b></a>\n\nIt will <b>rain</b> until &lt;Friday&gt;.\n\n'
        f'<a href="{URL}">Read</a>',
    )


@pytest.mark.parametrize("style", Style)
def test_what_is_a_photo_is_known_without_rendering(style: Style) -> None:
    look = Look(style=style)
    assert render.is_photo(look) is isinstance(render.render(RAIN, look), PhotoMessage)


def test_the_rung_picks_the_picture_and_past_the_end_there_is_none() -> None:
    shown = [render.render(RAIN, Look(), rung) for rung in range(0, 6, 2)]
    assert [getattr(message, "picture", None) for message in shown] == [*RAIN.pictures, None]


@pytest.mark.parametrize("look", [TEXT, Look(image=False)], ids=["text style", "no image"])
def test_a_look_without_a_picture_is_a_text(look: Look) -> None:
    assert isinstance(render.render(RAIN, look), TextMessage)


def test_a_preview_shows_the_card_of_the_post_and_a_text_none() -> None:
    preview, text = render.render(RAIN, PREVIEW), render.render(RAIN, TEXT)
    assert isinstance(preview, TextMessage)
    assert (text, preview.preview_url) == (replace(preview, preview_url=""), URL)


def test_a_photo_that_has_no_picture_is_a_preview() -> None:
    bare = replace(RAIN, pictures=())
    assert render.render(bare, Look()) == render.render(bare, Look(Style.PHOTO)) == render.render(bare, PREVIEW)


def test_a_photo_is_what_looks_best() -> None:
    assert render.render(RAIN, Look(Style.PHOTO)) == render.render(RAIN, Look(Style.AUTO))


def test_a_preview_without_a_page_is_a_photo() -> None:
    assert isinstance(render.render(replace(RAIN, url=None), PREVIEW), PhotoMessage)


@pytest.mark.parametrize(
    ("announcement", "look"),
    [(replace(RAIN, url=None, pictures=()), PREVIEW), (RAIN, replace(PREVIEW, image=False)), (RAIN, Look(image=False))],
    ids=["no url", "no image", "a photo that shows no image"],
)
def test_there_is_no_card_without_a_url_or_where_no_picture_is_wanted(announcement: Announcement, look: Look) -> None:
    message = render.render(announcement, look)
    assert isinstance(message, TextMessage)
    assert message.preview_url == ""


def test_a_caption_may_be_empty_but_a_text_never_is() -> None:
    nothing = Announcement(title=" \n", pictures=RAIN.pictures)
    assert caption(nothing) == ""
    assert render.render(nothing, TEXT) == TextMessage("…")
    assert render.render(replace(nothing, label="Weather"), TEXT) == TextMessage("Weather")
    bare_link = render.render(replace(nothing, url=URL), TEXT)
    assert bare_link == TextMessage(URL, ((Button("Read", URL),),))


@pytest.mark.parametrize("look", [Look(style) for style in Style], ids=list(Style))
def test_every_style_comes_silently_or_protected_where_that_is_wanted(look: Look) -> None:
    message = render.render(RAIN, replace(look, silent=True, protect=True))
    assert (message.silent, message.protect) == (True, True)
    assert (render.render(RAIN, look).silent, render.render(RAIN, look).protect) == (False, False)


def test_an_excerpt_of_zero_shows_none() -> None:
    assert caption(RAIN, Look(excerpt=0)) == "<b>Rain &amp; wind</b>\n\n#Weather #National"


def test_the_excerpt_is_cut_to_what_the_look_wants() -> None:
    text, _ = parse_html(caption(Announcement("", body=(Span("word " * 100),)), Look(excerpt=50)))
    assert text.endswith("…")
    assert 30 < utf16_length(text) <= 50


def test_a_text_has_room_for_what_a_caption_has_not() -> None:
    long = Announcement("Title", body=(Span("word " * 800),), pictures=RAIN.pictures)
    look = Look(excerpt=4000)
    short, _ = parse_html(caption(long, look))
    text, _ = parse_html(render.render(long, replace(look, style=Style.TEXT)).text)  # type: ignore[union-attr]  # a text
    assert 900 < utf16_length(short) <= 1024
    assert 3900 < utf16_length(text) <= 4096


@pytest.mark.parametrize(("look", "post", "silent"), [(False, False, False), (True, False, True), (False, True, True)])
def test_look_or_post_can_ask_for_silence(look: bool, post: bool, silent: bool) -> None:
    assert render.render(replace(RAIN, silent=post), Look(silent=look)).silent is silent


def test_own_words_stand_in_place_of_the_excerpt_at_any_length_that_fits() -> None:
    own = replace(
        RAIN,
        texts=(
            (
                "telegram",
                (Span("Ours. ", italic=True), Span("word " * 500)),
            ),
            ("", (Span("No."),)),
        ),
    )
    short, _ = parse_html(caption(own, Look(excerpt=0)))
    text = render.render(own, replace(TEXT, excerpt=20))
    assert isinstance(text, TextMessage)
    assert "<i>Ours. </i>word word" in text.text
    assert "until" not in text.text
    assert 900 < utf16_length(short) <= 1024
    assert utf16_length(parse_html(text.text)[0]) > 2500


def test_words_for_all_are_for_telegram_too_and_those_for_others_are_not() -> None:
    assert "It will" not in caption(replace(RAIN, texts=(("", (Span("Ours."),)),)))
    assert "Ours." in caption(replace(RAIN, texts=(("", (Span("Ours."),)),)))
    assert caption(replace(RAIN, texts=(("discord", (Span("Ours."),)),))) == caption(RAIN)


def test_a_post_without_a_picture_is_a_text_without_a_card() -> None:
    message = render.render(replace(RAIN, image=False), Look())
    assert isinstance(message, TextMessage)
    assert message.preview_url == ""
    assert Fingerprint.of(message) != Fingerprint.of(render.render(RAIN, PREVIEW))


def test_a_title_is_one_line() -> None:
    assert caption(Announcement("Rain\n and\twind ")) == "<b>Rain and wind</b>"


def test_a_long_title_leaves_room_for_the_excerpt() -> None:
    text, _ = parse_html(caption(Announcement("Title " * 300, body=(Span("Words."),))))
    assert text.endswith("Words.")
    assert utf16_length(text) < 400


def test_only_whole_hashtags_are_shown() -> None:
    tags = tuple(f"tag{number}" for number in range(100))
    line = caption(Announcement("", hashtags=tags))
    assert utf16_length(line) <= words.HASHTAG_UNITS
    assert line.split() == [f"#{tag}" for tag in tags[: len(line.split())]]


def test_a_hashtag_has_one_sign_and_no_blanks() -> None:
    assert caption(Announcement("", hashtags=("#Rain", "two words", " ", "ភ្លៀង"))) == "#Rain #twowords #ភ្លៀង"


@pytest.mark.parametrize(
    ("span", "html"),
    [
        (Span("a", bold=True, italic=True), "<b><i>a</i></b>"),
        (Span("a", code=True, bold=True), "<code>a</code>"),  # Telegram's code is never within other markup
        (Span("a", code=True, link=URL), f'<a href="{URL}">a</a>'),
        (Span("a", bold=True, link=f'{URL}?a=1&b="2'), f'<a href="{URL}?a=1&amp;b=&quot;2"><b>a</b></a>'),
        (Span('<b>"&amp;"'), "&lt;b&gt;&quot;&amp;amp;&quot;"),
        (Span("a", link="javascript:alert(1)"), "a"),
        (Span("a", link="/relative"), "a"),
        (Span("a\x00\x07\ud800b\r\nc"), "ab\nc"),
    ],
)
def test_a_span_becomes_html(span: Span, html: str) -> None:
    assert caption(Announcement("", body=(span,))) == html


@pytest.mark.parametrize(
    "url",
    [
        None, "", "news.example", "/rain", "ftp://news.example/", "mailto:desk@news.example", "javascript:alert(1)",
        "tg://resolve?domain=x", "https://", "https://localhost/rain", "https://news.example/two words", "https://[::1",
        "https://news.example/\n", "https://news.example/" + "x" * 3000, "https://news.example/\ud800",
    ],
)  # fmt: skip
def test_a_link_that_telegram_would_refuse_is_not_there_at_all(url: str | None) -> None:
    message = render.render(replace(RAIN, url=url, pictures=()), Look(button=False))
    assert isinstance(message, TextMessage)
    assert "href" not in message.text
    assert message.preview_url == ""
    assert render.render(replace(RAIN, url=url), Look()).buttons == ()


@pytest.mark.parametrize(
    "url", [URL, "http://10.0.0.1:4000/x", "https://សារព័ត៌មាន.example/ភ្លៀង", "HTTPS://News.Example"]
)
def test_a_web_address_is_a_link(url: str) -> None:
    assert markup.web_link(url) == url


# --- articles --------------------------------------------------------------------------------------------------------


def test_an_article_has_a_heading_the_picture_with_its_caption_paragraphs_and_a_footer() -> None:
    message = render.render(
        replace(
            RAIN,
            body=(Span("It will "), Span("rain\n\nuntil\n", bold=True), Span("<Friday>.")),
            pictures=(Picture(url="https://news.example/rain.jpg?a=1&b=2", alt="The <market>"),),
        ),
        RICH,
    )
    assert isinstance(message, RichMessage)
    assert message.article == (
        "<h1>Rain &amp; wind</h1>\n"
        '<figure><img src="https://news.example/rain.jpg?a=1&amp;b=2"/>'
        "<figcaption>The &lt;market&gt;</figcaption></figure>\n"
        "<p>It will <b>rain</b></p>\n<p><b>until</b><br>&lt;Friday&gt;.</p>\n"
        "<footer>#Weather #National</footer>"
    )
    assert message.buttons == ((Button("Read", url=URL),),)


def test_without_a_button_heading_and_end_of_an_article_are_links() -> None:
    message = render.render(replace(RAIN, pictures=()), replace(RICH, button=False, hashtags=False, excerpt=0))
    assert isinstance(message, RichMessage)
    assert message.article == f'<h1><a href="{URL}">Rain &amp; wind</a></h1>\n<p><a href="{URL}">Read</a></p>'
    assert message.buttons == ()


def test_an_article_shows_the_first_picture_that_has_an_address_and_none_after_the_last() -> None:
    later = replace(RAIN, pictures=RAIN.pictures[::-1])
    shown = [render.render(later, RICH, rung) for rung in (0, 2, 3)]
    assert [getattr(message, "picture", None) for message in shown] == [later.pictures[1], later.pictures[1], None]
    assert all(isinstance(message, RichMessage) for message in shown)
    bare = render.render(later, replace(RICH, image=False))
    assert isinstance(bare, RichMessage)
    assert "<img" not in bare.article


def test_what_an_article_can_not_show_is_a_photo() -> None:
    local = replace(RAIN, pictures=RAIN.pictures[1:])  # Bot API 10.1 takes pictures by their addresses alone
    assert render.render(local, RICH) == render.render(local, Look())
    wordless = Announcement("", pictures=RAIN.pictures, hashtags=("Weather",))
    assert render.render(wordless, RICH) == render.render(wordless, Look())


@pytest.mark.parametrize(
    ("language", "rtl"), [("en", False), ("ar", True), ("fa-IR", True), ("he_IL", True), ("km", False), ("arn", False)]
)
def test_an_article_runs_as_its_language_does(language: str, rtl: bool) -> None:
    message = render.render(replace(RAIN, language=language), RICH)
    assert isinstance(message, RichMessage)
    assert message.right_to_left is rtl


# --- the limits ------------------------------------------------------------------------------------------------------


def test_the_limits_are_those_of_the_library() -> None:
    ours: list[int] = [
        render.TEXT_UNITS,
        render.CAPTION_UNITS,
        render.ENTITIES,
        render.CALLBACK_BYTES,
        render.BUTTONS,
        photos.LIMITS.upload,
        pressing.ALERT_CHARACTERS,
    ]
    theirs: list[int] = [
        constants.MessageLimit.MAX_TEXT_LENGTH,
        constants.MessageLimit.CAPTION_LENGTH,
        constants.MessageLimit.MESSAGE_ENTITIES,
        constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA,
        constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER,
        constants.FileSizeLimit.PHOTOSIZE_UPLOAD,
        constants.CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH,
    ]
    assert ours == theirs
    assert render.ROW_BUTTONS <= constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW


# --- fingerprints ----------------------------------------------------------------------------------------------------


def test_a_fingerprint_tells_words_and_picture_apart() -> None:
    photo = Fingerprint.of(render.render(RAIN, Look()))
    other_words = Fingerprint.of(render.render(replace(RAIN, title="Sun"), Look()))
    other_picture = Fingerprint.of(render.render(RAIN, Look(), rung=2))
    assert (photo.kind, other_words.picture, other_picture.words) == ("photo", photo.picture, photo.words)
    assert len({photo, other_words, other_picture, Fingerprint.of(render.render(RAIN, TEXT))}) == 4


def test_silence_and_what_is_not_shown_change_no_fingerprint() -> None:
    shown = Fingerprint.of(render.render(RAIN, Look()))
    assert Fingerprint.of(render.render(replace(RAIN, silent=True, label="Other"), Look(silent=True))) == shown


def test_the_kinds_have_different_fingerprints_and_each_can_be_read_again() -> None:
    prints = [Fingerprint.of(render.render(RAIN, look)) for look in (Look(), PREVIEW, TEXT, RICH)]
    assert [one.kind for one in prints] == ["photo", "text", "text", "rich"]
    assert len(set(prints)) == 4
    assert [Fingerprint.parse(str(one)) for one in prints] == prints


@pytest.mark.parametrize(
    ("look", "stored"),
    [
        (Look(), "photo:a8cb6549aead4c67:570e3a6300662f5f"),
        (Look(button=False), "photo:f2425bc9ecc5f820:570e3a6300662f5f"),
        (PREVIEW, "text:7258f4fd9185378b"),  # what AUTO without a picture and, at that time, the style text were
    ],
)
def test_what_was_stored_before_there_were_these_styles_is_still_the_same_rendering(look: Look, stored: str) -> None:
    assert str(Fingerprint.of(render.render(RAIN, look))) == stored


# --- replies ---------------------------------------------------------------------------------------------------------


def test_a_reply_is_plain_text_with_buttons_side_by_side_while_they_are_short() -> None:
    labels = ["National", "Sport", "Art", "Economy and business of the region", "Weather"]
    reply = render_reply(Reply("Which <one>?", tuple(Choice(label, f"/subscribe {label}") for label in labels)))
    assert reply.parts == ("Which <one>?",)
    assert [[button.label for button in row] for row in reply.buttons] == [labels[:3], [labels[3]], [labels[4]]]
    assert reply.buttons[0][0].command == "/subscribe National"


def test_a_choice_that_no_button_can_carry_is_left_out() -> None:
    fits = Choice("ok", "/subscribe " + "ក" * 17)  # 11 + 51 bytes
    too_long = Choice("no", "/subscribe " + "ក" * 18)
    assert render_reply(Reply("?", (too_long, fits))).buttons == ((Button("ok", command=fits.command),),)


def test_a_menu_keeps_its_rows_and_says_what_is_on() -> None:
    menu = (
        (Choice("Sport", "/menu off sport", on=True), Choice("Art", "/menu on art", on=False)),
        (Choice("no", "x" * 65),),
        (Choice("Help", "", url="https://example.org/help"), Choice("Done", "/menu done")),
    )
    assert render_reply(Reply("Which?", (Choice("Other", "/categories"),), menu=menu)).buttons == (
        (Button("✅ Sport", command="/menu off sport"), Button("▫️ Art", command="/menu on art")),
        (Button("Help", url="https://example.org/help"), Button("Done", command="/menu done")),
        (Button("Other", command="/categories"),),
    )


def test_a_menu_has_no_more_buttons_than_telegram_takes() -> None:
    row = tuple(Choice(str(number), f"/{number}") for number in range(8))
    rows = render_reply(Reply("Which?", menu=(row,) * 20)).buttons
    assert [len(row) for row in rows] == [8] * 12 + [4]


def test_a_long_reply_is_broken_at_line_ends() -> None:
    lines = [f"{number}. " + "x" * 100 for number in range(100)]
    parts = render_reply(Reply("\n".join(lines))).parts
    assert len(parts) == 3
    assert "\n".join(parts).split("\n") == lines


def test_a_reply_without_words_says_that_it_has_none() -> None:
    assert render_reply(Reply(" \n ")).parts == ("…",)
