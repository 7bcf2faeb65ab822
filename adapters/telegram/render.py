"""What an announcement or a reply looks like in Telegram, as values that know no library. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from adapters.telegram.markup import clean, sober, to_html, web_link
from bot.composing.cutting import cut_spans, utf16_length
from bot.models import Announcement, Choice, Look, Picture, Reply, Span, Style
from bot.texts import texts

PLATFORM: Final = "telegram"

# Telegram's limits; lengths in UTF-16 units after entity parsing (Bot API; telegram.constants, which a test compares).
TEXT_UNITS: Final = 4096
CAPTION_UNITS: Final = 1024
ENTITIES: Final = 100  # what is beyond is ignored silently
CALLBACK_BYTES: Final = 64
BUTTONS: Final = 100

# Our own measures: a title or hashtags that leave no room for the words help nobody.
TITLE_UNITS: Final = 300
HASHTAG_UNITS: Final = 200
ROW_UNITS: Final = 30  # of the labels of buttons that stand side by side on a telephone
ROW_BUTTONS: Final = 3

_PARAGRAPH: Final = Span("\n\n")


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


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text (HTML). The card of `preview_url` stands large above it; without one there is no card at all."""

    text: str
    buttons: Buttons = ()
    preview_url: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """Plain text, in as many messages as it takes; the buttons stand below the last one."""

    parts: tuple[str, ...]
    buttons: Buttons = ()


# --- announcements ---------------------------------------------------------------------------------------------------


def render(announcement: Announcement, look: Look, rung: int = 0) -> PhotoMessage | TextMessage:
    """The message that shows `announcement`: with its picture number `rung`, or as text where there is none to show."""
    silent = look.silent or announcement.silent
    buttons = _buttons(announcement, look)
    picture = _picture(announcement, look, rung)
    if picture is not None:
        return PhotoMessage(picture, render_caption(announcement, look), buttons, silent)
    url = web_link(announcement.url)
    text = _text(announcement, look, TEXT_UNITS) or to_html([Span(url or clean(announcement.label).strip() or "…")])
    return TextMessage(text, buttons, url if look.image and announcement.image else "", silent)


def render_caption(announcement: Announcement, look: Look) -> str:
    """The words below a picture, as HTML; may be empty."""
    return _text(announcement, look, CAPTION_UNITS)


def _picture(announcement: Announcement, look: Look, rung: int) -> Picture | None:
    if look.style is Style.TEXT or not (look.image and announcement.image) or rung >= len(announcement.pictures):
        return None
    return announcement.pictures[rung]


def _buttons(announcement: Announcement, look: Look) -> Buttons:
    url = web_link(announcement.url)
    return ((Button(_read(announcement), url=url),),) if url and look.button else ()


def _read(announcement: Announcement) -> str:
    return texts(announcement.language).say("Read")


def _text(announcement: Announcement, look: Look, limit: int) -> str:
    """Title, excerpt, hashtags and, without a button, the link, within `limit` units; the excerpt gives way.

    Words of the post's own take the excerpt's place, and all the room there is.
    """
    link = None if look.button else web_link(announcement.url) or None
    title = _title(announcement.title, link)
    ending = [_hashtags(announcement) if look.hashtags else (), (Span(_read(announcement), link=link),) if link else ()]
    taken = _units(_joined([title, (), *ending])) + utf16_length(_PARAGRAPH.text)
    # The title takes two entities at most, each hashtag one that Telegram itself makes, and the link one.
    entities = ENTITIES - 3 - _hashtag_count(ending[0])
    own = announcement.own_words(PLATFORM)
    words = _excerpt(own, limit - taken) if own else _excerpt(announcement.body, min(look.excerpt, limit - taken))
    excerpt = sober(words, entities=entities)
    return to_html(_joined([title, excerpt, *ending]))


def _title(title: str, link: str | None) -> tuple[Span, ...]:
    words = " ".join(clean(title).split())
    return tuple(cut_spans((Span(words, bold=True, link=link),), TITLE_UNITS)) if words else ()


def _excerpt(body: Sequence[Span], limit: int) -> tuple[Span, ...]:
    cleaned = [replace(span, text=clean(span.text)) for span in body]
    return _stripped(cut_spans(_stripped(cleaned), limit)) if limit > 0 else ()


def _hashtags(announcement: Announcement) -> tuple[Span, ...]:
    """As many whole hashtags as fit."""
    line = ""
    for name in announcement.hashtags:
        tag = "".join(clean(name).split()).lstrip("#")
        longer = f"{line} #{tag}".strip() if tag else line
        if utf16_length(longer) > HASHTAG_UNITS:
            break
        line = longer
    return (Span(line),) if line else ()


def _hashtag_count(spans: Iterable[Span]) -> int:
    return sum(span.text.count("#") for span in spans)


def _joined(blocks: Iterable[Sequence[Span]]) -> tuple[Span, ...]:
    """The blocks that are not empty, with a blank line between them."""
    spans: list[Span] = []
    for block in blocks:
        if block:
            spans += [_PARAGRAPH, *block] if spans else block
    return tuple(spans)


def _units(spans: Iterable[Span]) -> int:
    return sum(utf16_length(span.text) for span in spans)


def _stripped(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without blanks at both ends: Telegram drops those, too."""
    kept = list(spans)
    while kept and not kept[0].text.strip():
        kept.pop(0)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip())
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


# --- replies ---------------------------------------------------------------------------------------------------------


def render_reply(reply: Reply) -> ReplyMessage:
    """The messages of a reply; a menu keeps its rows. A choice whose command is too long for a button is left out."""
    parts = tuple(part for part in _parts(clean(reply.text)) if part.strip())
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
