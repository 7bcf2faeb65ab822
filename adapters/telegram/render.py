"""What an announcement or a reply looks like in Telegram, as values that know no library. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypedDict

from adapters.telegram.articles import article, is_right_to_left, picture_of
from adapters.telegram.markup import clean, is_seen, sober, to_html, web_link
from adapters.telegram.words import PARAGRAPH, excerpt_of, hashtags_of, joined, read, title_of, units
from bot.composing.cutting import utf16_length
from bot.models import Announcement, Choice, Look, Picture, Reply, Span, Style
from bot.picturing.ladder import pictures_from

PLATFORM: Final = "telegram"

# Telegram's limits; lengths in UTF-16 units after entity parsing (Bot API; telegram.constants, which a test compares).
TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024
ENTITIES: Final = 100  # what is beyond is ignored silently
CALLBACK_BYTES: Final = 64
BUTTONS: Final = 100

# Our own measures.
ROW_UNITS: Final = 30  # of the labels of buttons that stand side by side on a telephone
ROW_BUTTONS: Final = 3


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message: it opens `url`, or sends `command` back to the bot."""

    label: str
    url: str = ""
    command: str = ""


Buttons = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


@dataclass(frozen=True, slots=True)
class PhotoMessage:
    """A picture with a caption (HTML)."""

    picture: Picture
    caption: str
    buttons: Buttons = ()
    silent: bool = False
    protect: bool = False


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text (HTML). The card of `preview_url` stands large above it; without one there is no card at all."""

    text: str
    buttons: Buttons = ()
    preview_url: str = ""
    silent: bool = False
    protect: bool = False


@dataclass(frozen=True, slots=True)
class RichMessage:
    """An article (rich HTML) with its `picture`, if any. `instead` is shown where Telegram takes no article."""

    article: str
    picture: Picture | None
    instead: PhotoMessage | TextMessage
    buttons: Buttons = ()
    right_to_left: bool = False
    silent: bool = False
    protect: bool = False


Message = PhotoMessage | TextMessage | RichMessage


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """Plain text, in as many messages as it takes; the buttons stand below the last one."""

    parts: tuple[str, ...]
    buttons: Buttons = ()


# --- announcements ---------------------------------------------------------------------------------------------------


def render(announcement: Announcement, look: Look, rung: int = 0) -> Message:
    """The message that shows `announcement`: with its picture on that rung, or as text where there is none to show.

    A style that Telegram does not know is shown as a photo.
    """
    match look.style:
        case Style.TEXT:
            return _as_text(announcement, look)
        case Style.PREVIEW if web_link(announcement.url):
            return _as_text(announcement, look, card=True)
        case Style.RICH:
            return _as_article(announcement, look, rung)
    return _as_photo(announcement, look, rung)


def is_photo(look: Look) -> bool:
    """Whether what has a picture is sent as a photo, however the rest of it looks."""
    return look.style not in (Style.TEXT, Style.PREVIEW, Style.RICH)


def render_caption(announcement: Announcement, look: Look) -> str:
    """The words below a picture, as HTML; may be empty."""
    return _text(announcement, look, CAPTION_UNITS)


def _as_photo(announcement: Announcement, look: Look, rung: int) -> PhotoMessage | TextMessage:
    pictures = pictures_from(announcement, look, rung)
    if not pictures:
        return _as_text(announcement, look, card=True)
    return PhotoMessage(pictures[0], render_caption(announcement, look), **_around(announcement, look))


def _as_text(announcement: Announcement, look: Look, *, card: bool = False) -> TextMessage:
    """A `card` shows the picture of the page: none where no picture is wanted."""
    url = web_link(announcement.url)
    label = clean(announcement.label).strip()
    text = _text(announcement, look, TEXT_UNITS) or to_html([Span(url or (label if is_seen(label) else "…"))])
    preview_url = url if card and look.image and announcement.image else ""
    return TextMessage(text, preview_url=preview_url, **_around(announcement, look))


def _as_article(announcement: Announcement, look: Look, rung: int) -> Message:
    """The article; a photo where it has pictures and none that an article can show, or nothing else to say."""
    instead = _as_photo(announcement, look, rung)
    pictures = pictures_from(announcement, look, rung)
    picture = picture_of(pictures)
    html = article(announcement, look, PLATFORM, picture)
    if not html or (pictures and picture is None):
        return instead
    rtl = is_right_to_left(announcement.language)
    return RichMessage(html, picture, instead, right_to_left=rtl, **_around(announcement, look))


class _Around(TypedDict):
    """What all kinds of messages have."""

    buttons: Buttons
    silent: bool
    protect: bool


def _around(announcement: Announcement, look: Look) -> _Around:
    url = web_link(announcement.url)
    buttons: Buttons = ((Button(read(announcement), url=url),),) if url and look.button else ()
    return {"buttons": buttons, "silent": look.silent or announcement.silent, "protect": look.protect}


def _text(announcement: Announcement, look: Look, limit: int) -> str:
    """Title, excerpt, hashtags and, without a button, the link, within `limit` units; the excerpt gives way.

    Words of the post's own take the excerpt's place, and all the room there is.
    """
    link = None if look.button else web_link(announcement.url) or None
    title = title_of(announcement, link)
    ending = [
        hashtags_of(announcement) if look.hashtags else (),
        (Span(read(announcement), link=link),) if link else (),
    ]
    taken = units(joined([title, (), *ending])) + utf16_length(PARAGRAPH.text)
    # The title takes two entities at most, each hashtag one that Telegram itself makes, and the link one.
    entities = ENTITIES - 3 - _hashtag_count(ending[0])
    own = announcement.own_words(PLATFORM)
    room = limit - taken if own else min(look.excerpt, limit - taken)
    words = excerpt_of(own or announcement.body, room, long=look.style is Style.PREVIEW and limit == TEXT_UNITS)
    excerpt = sober(words, entities=entities, linked=2 * len((link or "").encode()))  # the title has it as well
    return to_html(joined([title, excerpt, *ending]))


def _hashtag_count(spans: Iterable[Span]) -> int:
    return sum(span.text.count("#") for span in spans)


# --- replies ---------------------------------------------------------------------------------------------------------


def render_reply(reply: Reply) -> ReplyMessage:
    """The messages of a reply; a menu keeps its rows. A choice whose command is too long for a button is left out."""
    parts = tuple(part for part in _parts(clean(reply.whole)) if part.strip())
    rows = [*map(_sendable, reply.menu), *_rows(_sendable(reply.choices))]
    return ReplyMessage(parts or ("…",), tuple(_within(BUTTONS, rows)))


def _within(limit: int, rows: Iterable[Sequence[Button]]) -> Iterator[tuple[Button, ...]]:
    """The rows that hold buttons, until there are `limit` of them."""
    for row in rows:
        if fitting := tuple(row[:limit]):
            yield fitting
        limit -= len(fitting)


def _rows(buttons: Iterable[Button]) -> Iterator[tuple[Button, ...]]:
    """Buttons side by side as long as their labels are short."""
    row: list[Button] = []
    for button in buttons:
        labels = [each.label for each in (*row, button)]
        if row and (len(labels) > ROW_BUTTONS or sum(map(utf16_length, labels)) > ROW_UNITS):
            yield tuple(row)
            row = []
        row.append(button)
    if row:
        yield tuple(row)


def _sendable(choices: Iterable[Choice]) -> list[Button]:
    """The buttons of those choices that Telegram takes."""
    return [
        Button(choice.marked, choice.url) if choice.url else Button(choice.marked, command=choice.command)
        for choice in choices
        if choice.label and (choice.url or 1 <= len(choice.command.encode()) <= CALLBACK_BYTES)
    ]


def _parts(text: str) -> Iterator[str]:
    """`text` in parts of at most TEXT_UNITS, broken at line ends where it can be."""
    part = ""
    for line in text.split("\n"):
        for piece in _pieces(line):
            longer = f"{part}\n{piece}" if part else piece
            if utf16_length(longer) <= TEXT_UNITS:
                part = longer
                continue
            yield part
            part = piece
    yield part


def _pieces(line: str) -> Iterator[str]:
    """A line that is longer than a message in pieces that are not."""
    piece, units = "", 0
    for character in line:
        width = utf16_length(character)
        if units + width > TEXT_UNITS:
            yield piece
            piece, units = "", 0
        piece, units = piece + character, units + width
    yield piece
