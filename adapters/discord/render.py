"""Announcement and Look -> what Discord shall show, as frozen values. Pure: no network, no discord.py."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import PurePath
from typing import Final

from adapters.discord import limits
from adapters.discord.markdown import escape, markdown, sober, web_address
from bot.composing.cutting import cut, cut_spans, utf16_length
from bot.models import Announcement, Look, Picture, Reply, Span, Style
from bot.picturing.ladder import steps
from bot.texts import texts

PLATFORM: Final = "discord"

PREFIX: Final = "newsbell"
"""Begins the custom_id of every button of ours: Discord hands it back when somebody presses."""

_PALETTE: Final = (0x2E86C1, 0x27AE60, 0xD68910, 0xC0392B, 0x8E44AD, 0x16A085, 0xCA6F1E, 0x5B6EE1, 0xB83280, 0x708238)
"""Colours for the edge of an embed that can be told apart on Discord's dark and light background."""

_PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"})


@dataclass(frozen=True, slots=True)
class Upload:
    """A picture sent along: the path of the file, the name it gets at Discord, and its alt text."""

    file: str
    name: str
    alt: str

    @property
    def url(self) -> str:
        """How an embed names a file of its own message."""
        return f"attachment://{self.name}"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class EmbedMessage:
    """A framed message: title, text, picture, footer; empty strings are left out. `mention` is a role's id."""

    title: str
    url: str
    description: str
    colour: int
    image_url: str
    upload: Upload | None
    footer: str
    timestamp: datetime | None
    button: LinkButton | None
    mention: str
    silent: bool

    @property
    def content(self) -> str:
        """What stands above the frame: only what notifies."""
        return _role_mention(self.mention)


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """A plain message; what Discord shows below it comes from the page it links to."""

    content: str
    mention: str
    silent: bool


@dataclass(frozen=True, slots=True)
class CommandButton:
    """A button that is a typed command."""

    label: str
    custom_id: str


@dataclass(frozen=True, slots=True)
class ReplyMessage:
    """The answer to a command; the rows of a menu are broken anew, five buttons each."""

    content: str
    buttons: tuple[CommandButton | LinkButton, ...]


def render(announcement: Announcement, look: Look, *, rung: int = 0) -> EmbedMessage | LinkMessage:
    """What `announcement` looks like; `rung` is the index of the first picture to consider."""
    if look.style is Style.TEXT:
        return _link_message(announcement, look)
    return _embed_message(announcement, look, rung)


def render_reply(reply: Reply, *, target: str = "") -> ReplyMessage:
    """What `reply` looks like. `target` ("456", "456/7") is the channel its buttons are about, if not this one."""
    content = _fitting(limits.CONTENT, limits.CONTENT, lambda limit: escape(cut(reply.whole, limit)))
    prefix = f"{PREFIX}@{target}" if target else PREFIX
    buttons: dict[str, CommandButton | LinkButton] = {}
    for choice in (*chain.from_iterable(reply.menu), *reply.choices):
        label = cut(choice.marked, limits.BUTTON_LABEL)
        custom_id = f"{prefix}:{choice.command}"
        if url := _address_within(choice.url, limits.BUTTON_URL):
            buttons.setdefault(url, LinkButton(label, url))
        elif choice.command and utf16_length(custom_id) <= limits.CUSTOM_ID:
            buttons.setdefault(custom_id, CommandButton(label, custom_id))
    return ReplyMessage(content, tuple(buttons.values())[: limits.BUTTONS])


def pressed(custom_id: str) -> tuple[str, str] | None:
    """The target and the command of a button of ours that was pressed; None: it is not ours."""
    name, colon, command = custom_id.partition(":")
    prefix, _, target = name.partition("@")
    return (target, command) if colon and prefix == PREFIX else None


def fingerprint(message: EmbedMessage | LinkMessage) -> str:
    """A short digest of what an edit could change. The time shown is not part of it: alone it causes no edit."""
    lasting = replace(message, silent=False)
    if isinstance(lasting, EmbedMessage):
        lasting = replace(lasting, timestamp=None)
    return hashlib.blake2b(repr(lasting).encode(), digest_size=12).hexdigest()


def _embed_message(announcement: Announcement, look: Look, rung: int) -> EmbedMessage:
    title = cut(" ".join(announcement.title.split()), limits.EMBED_TITLE)
    footer = cut(_footer(announcement, look), limits.EMBED_FOOTER)
    room = limits.EMBED_TOTAL - utf16_length(title) - utf16_length(footer)
    picture = next(_pictures(announcement, rung), None) if look.image and announcement.image else None
    return EmbedMessage(
        title=title,
        url=_address_within(announcement.url, limits.EMBED_URL),
        description=_words(announcement, look, min(room, limits.EMBED_DESCRIPTION)),
        colour=_PALETTE[zlib.crc32(announcement.label.casefold().encode(errors="replace")) % len(_PALETTE)],
        image_url=_address_within(picture.url, limits.EMBED_URL) if picture and not picture.file else "",
        upload=_upload(picture) if picture and picture.file else None,
        footer=footer,
        timestamp=announcement.published_at.astimezone(UTC) if announcement.published_at else None,
        button=_read_button(announcement) if look.button else None,
        mention=_mention(announcement, look),
        silent=look.silent or announcement.silent,
    )


def _link_message(announcement: Announcement, look: Look) -> LinkMessage:
    """Title and address, and Discord unfurls the page; without an address, the text itself.

    Words of the post's own stand between the two. An address in angle brackets is not unfurled.
    """
    mention = _mention(announcement, look)
    title = Span(cut(" ".join(announcement.title.split()), limits.EMBED_TITLE), bold=True)
    head = _lines(_role_mention(mention), markdown([title]))
    room = limits.CONTENT - utf16_length(head) - 1
    address = _address_within(announcement.url, room - 2)
    shown = address if (look.image and announcement.image) or not address else f"<{address}>"
    left = room - utf16_length(shown) - 1
    words = _words(announcement, look, left) if announcement.own_words(PLATFORM) or not address else ""
    return LinkMessage(_lines(head, words, shown), mention, look.silent or announcement.silent)


def _words(announcement: Announcement, look: Look, room: int) -> str:
    """What stands below the title: words of the post's own as far as they fit, else its excerpt."""
    if own := announcement.own_words(PLATFORM):
        return _description(own, room, room)
    return _description(announcement.body, look.excerpt, room)


def _description(body: Sequence[Span], excerpt: int, room: int) -> str:
    def write(limit: int) -> str:
        return markdown(sober(cut_spans(body, limit), characters=room // 2))

    return _fitting(min(excerpt, room), room, write)


def _fitting(limit: int, room: int, write: Callable[[int], str]) -> str:
    """What `write` makes of a text cut to `limit` units, cut further until its markup fits into `room` units."""
    while limit > 0:
        text = write(limit)
        excess = utf16_length(text) - room
        if excess <= 0:
            return text
        # The marks of what is cut off go too: about half of it, or as large a part of it as of all.
        limit = max(limit - max(excess // 2, 1), limit * room // utf16_length(text))
    return ""


def _footer(announcement: Announcement, look: Look) -> str:
    label = " ".join(announcement.label.split())
    # A hashtag is no link on Discord: one that only repeats the label says nothing.
    further = [tag for tag in announcement.hashtags if tag.replace("_", " ").casefold() != label.casefold()]
    hashtags = " ".join(f"#{tag}" for tag in further) if look.hashtags else ""
    return " · ".join(part for part in (label, hashtags) if part)


def _pictures(announcement: Announcement, rung: int) -> Iterator[Picture]:
    """The pictures from `rung` on that Discord could show at all; of an address it does not matter who loads it."""
    for picture in (step.picture for step in islice(steps(announcement.pictures), rung, None)):
        if picture.file:
            if PurePath(picture.file).suffix.lower() in _PICTURE_SUFFIXES:
                yield picture
        elif _address_within(picture.url, limits.EMBED_URL):
            yield picture


def _upload(picture: Picture) -> Upload:
    """Under a name that needs no care: Discord changes what is not plain ASCII, and the embed would not find it."""
    file = picture.file or ""
    alt = cut(" ".join(picture.alt.split()), limits.ALT_TEXT)
    return Upload(file, f"picture{PurePath(file).suffix.lower()}", alt)


def _read_button(announcement: Announcement) -> LinkButton | None:
    url = _address_within(announcement.url, limits.BUTTON_URL)
    label = cut(texts(announcement.language).say("Read"), limits.BUTTON_LABEL)
    return LinkButton(label, url) if url else None


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


def _address_within(address: str | None, limit: int) -> str:
    address = web_address(address)
    return address if utf16_length(address) <= limit else ""


def _mention(announcement: Announcement, look: Look) -> str:
    return _role(look.mention) if announcement.mention else ""


def _role(mention: str) -> str:
    return mention if mention.isascii() and mention.isdigit() else ""


def _role_mention(role: str) -> str:
    return f"<@&{role}>" if role else ""
