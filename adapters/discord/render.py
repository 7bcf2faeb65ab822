"""Announcement and Look -> what Discord shall show, as frozen values. Pure: no network, no discord.py."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from adapters.discord import limits
from adapters.discord.hints import hinted
from adapters.discord.markdown import clean, escape, heading, headline, is_seen, markdown, sober, subtext, web_address
from bot.composing.cutting import cut, cut_spans, utf16_length
from bot.models import Announcement, Look, Picture, Reply, Span, Style
from bot.picturing.ladder import pictures_from
from bot.texts import texts

PLATFORM: Final = "discord"

PREFIX: Final = "newsbell"
"""Begins the custom_id of every button of ours: Discord hands it back when somebody presses."""

_PALETTE: Final = (0x2E86C1, 0x27AE60, 0xD68910, 0xC0392B, 0x8E44AD, 0x16A085, 0xCA6F1E, 0x5B6EE1, 0xB83280, 0x708238)
"""Colours for the edge of a frame that can be told apart on Discord's dark and light background."""

SMALL_PRINT: Final = 256
"""Of what stands below the words in a frame of components, which share one room with it."""

ADDRESSES: Final = 1024

_ID_DIGITS: Final = 20  # of the largest number of 64 bits

_NOTHING: Final = "\N{HORIZONTAL ELLIPSIS}"
"""What stands where there is nothing else to be seen: Discord takes no empty message."""


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a page."""

    label: str
    url: str


class _Framed:
    """A message that frames its words."""

    __slots__ = ()

    mention: str

    @property
    def content(self) -> str:
        """What stands above the frame: only what notifies."""
        return _role_mention(self.mention)


@dataclass(frozen=True, slots=True)
class EmbedMessage(_Framed):
    """A card: title, text, picture, footer; empty strings are left out. `mention` is a role's id.

    `timestamp` is shown by each reader's own clock and calendar, `dated` is the day by the site's.
    """

    title: str
    url: str
    description: str
    colour: int
    picture: Picture | None
    footer: str
    dated: str
    timestamp: datetime | None
    button: LinkButton | None
    mention: str
    silent: bool

    @property
    def foot(self) -> str:
        """What stands below all else."""
        return _dotted(self.footer, self.dated)


@dataclass(frozen=True, slots=True)
class LinkMessage:
    """A plain message; what Discord shows below it comes from the page it links to."""

    content: str
    mention: str
    silent: bool


@dataclass(frozen=True, slots=True)
class ComponentsMessage(_Framed):
    """A frame of Components V2: heading, text, picture, small print and button, all in Discord's Markdown.

    Such a message has no content and no embeds, and never becomes one that has (discord.md 7.1).
    """

    heading: str
    words: str
    colour: int
    picture: Picture | None
    footer: str
    dated: str
    button: LinkButton | None
    mention: str
    silent: bool

    @property
    def foot(self) -> str:
        """What stands below all else, in small print."""
        return subtext(_dotted(self.footer, self.dated))


Message = EmbedMessage | LinkMessage | ComponentsMessage


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


def render(announcement: Announcement, look: Look, *, rung: int = 0, zone: tzinfo = UTC) -> Message:
    """What `announcement` looks like on that rung of the ladder of pictures; `zone` is the site's.

    A style that Discord does not know is shown as an embed.
    """
    match look.style:
        case Style.TEXT | Style.LINK:
            return _link_message(announcement, look)
        case Style.COMPONENTS:
            return _components_message(announcement, look, rung, zone)
    return _embed_message(announcement, look, rung, zone)


def shows_pictures(look: Look) -> bool:
    """Whether a message of that look may have a picture of its own."""
    return look.style not in {Style.TEXT, Style.LINK}


def picture_of(message: Message) -> Picture | None:
    """The picture of a message of its own."""
    return None if isinstance(message, LinkMessage) else message.picture


def render_reply(reply: Reply, *, target: str = "", commands: Mapping[str, int] | None = None) -> ReplyMessage:
    """What `reply` looks like. `target` ("456", "456/7") is the channel its buttons are about, if not this one.

    The commands that it names are written as they are typed on Discord, or mentioned by their ids in `commands`; None:
    it is read where they are typed otherwise.
    """
    content = _words_of(reply, commands, target)
    prefix = f"{PREFIX}@{target}" if target else PREFIX
    buttons: dict[str, CommandButton | LinkButton] = {}
    for choice in (*chain.from_iterable(reply.menu), *reply.choices):
        label = cut(choice.marked, limits.BUTTON_LABEL)
        custom_id = f"{prefix}:{choice.command}"
        if url := address_within(choice.url, limits.BUTTON_URL):
            buttons.setdefault(url, LinkButton(label, url))
        elif choice.command and utf16_length(custom_id) <= limits.CUSTOM_ID:
            buttons.setdefault(custom_id, CommandButton(label, custom_id))
    return ReplyMessage(content, tuple(buttons.values())[: limits.BUTTONS])


def _words_of(reply: Reply, commands: Mapping[str, int] | None, target: str) -> str:
    """All that is said; whatever else is cut, the caution stands whole."""

    def fitting(text: str, room: int) -> str:
        def write(limit: int) -> str:
            words = escape(cut(text, limit))
            return words if commands is None else hinted(words, commands, target)

        return _fitting(room, room, write)

    caution = fitting(reply.caution, limits.CONTENT)
    return _lines(fitting(reply.whole, limits.CONTENT - utf16_length(caution) - bool(caution)), caution)


class Press(NamedTuple):
    """What a custom_id says: the place that it is about (empty: this one), the command, and whether it is asked for."""

    target: str
    command: str
    asks: bool = False
    nothing: str = ""  # what is typed behind the command where nothing was given


def pressed(custom_id: str) -> Press | None:
    """What the press of something of ours means; None: it is not ours. `newsbell@456/7?none:/settings all sender`."""
    name, colon, command = custom_id.partition(":")
    name, asks, nothing = name.partition("?")
    prefix, _, target = name.partition("@")
    return Press(target, command, bool(asks), nothing) if colon and prefix == PREFIX else None


def lasting(message: Message) -> Message:
    """`message` without what causes no edit by itself: the time shown, and silence, which is nothing to see."""
    match message:
        case EmbedMessage():
            return replace(message, silent=False, timestamp=None, dated="")
        case ComponentsMessage():
            return replace(message, silent=False, dated="")
    return replace(message, silent=False)


def _embed_message(announcement: Announcement, look: Look, rung: int, zone: tzinfo) -> EmbedMessage:
    title = headline(_title(announcement), limits.EMBED_TITLE)
    url = address_within(announcement.url, limits.EMBED_URL)
    dated = _dated(announcement, zone)
    footer = cut(_footer(announcement, look), limits.EMBED_FOOTER - utf16_length(_dotted("", dated)))
    room = limits.EMBED_TOTAL - utf16_length(title) - utf16_length(_dotted(footer, dated))
    words = _words(announcement, look, min(room, limits.EMBED_DESCRIPTION))
    return EmbedMessage(
        title=title,
        url=url,
        description=words if title or words else _instead(url),
        colour=_colour(announcement),
        picture=_picture(announcement, look, rung),
        footer=footer,
        dated=dated,
        timestamp=announcement.published_at.astimezone(UTC) if announcement.published_at else None,
        button=_read_button(announcement) if look.button else None,
        mention=_mention(announcement, look),
        silent=look.silent or announcement.silent,
    )


def _components_message(announcement: Announcement, look: Look, rung: int, zone: tzinfo) -> ComponentsMessage:
    title, url = _title(announcement), address_within(announcement.url, limits.BUTTON_URL)
    mention, dated = _mention(announcement, look), _dated(announcement, zone)
    footer = cut(_footer(announcement, look), SMALL_PRINT)
    head = heading(title, url) if title else ""
    around = (_role_mention(mention), head, subtext(_dotted(footer, dated)))
    words = _words(announcement, look, limits.COMPONENTS_TEXT - sum(map(utf16_length, around)))
    return ComponentsMessage(
        heading=head,
        words=words if title or words else _instead(url),
        colour=_colour(announcement),
        picture=_picture(announcement, look, rung),
        footer=footer,
        dated=dated,
        button=_read_button(announcement) if look.button else None,
        mention=mention,
        silent=look.silent or announcement.silent,
    )


def _link_message(announcement: Announcement, look: Look) -> LinkMessage:
    """Title and address, and Discord unfurls the page; without an address, the text itself.

    Words of the post's own stand between the two. An address in angle brackets is not unfurled.
    """
    mention = _mention(announcement, look)
    head = _lines(_role_mention(mention), markdown([Span(_title(announcement), bold=True)]))
    room = limits.CONTENT - utf16_length(head) - 1
    address = address_within(announcement.url, room - 2)
    shown = address if (look.image and announcement.image) or not address else f"<{address}>"
    left = room - utf16_length(shown) - 1
    words = _words(announcement, look, left) if announcement.own_words(PLATFORM) or not address else ""
    content = _lines(head, words, shown)
    return LinkMessage(content if is_seen(content) else _NOTHING, mention, look.silent or announcement.silent)


def _words(announcement: Announcement, look: Look, room: int) -> str:
    """What stands below the title: words of the post's own as far as they fit, else its excerpt."""
    if own := announcement.own_words(PLATFORM):
        return _description(own, room, room)
    return _description(announcement.body, look.excerpt, room)


def _description(body: Sequence[Span], excerpt: int, room: int) -> str:
    body = [span if (text := clean(span.text)) == span.text else replace(span, text=text) for span in body]

    def write(limit: int) -> str:
        return markdown(sober(cut_spans(body, limit), characters=room // 2))

    words = _fitting(min(excerpt, room), room, write)
    return words if is_seen(words) else ""


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
    label = " ".join(clean(announcement.label).split())
    # A hashtag is no link on Discord: one that only repeats the label says nothing.
    further = [tag for tag in announcement.hashtags if tag.replace("_", " ").casefold() != label.casefold()]
    hashtags = " ".join(f"#{tag}" for tag in further) if look.hashtags else ""
    return _dotted(label, " ".join(clean(hashtags).split()))


def _dotted(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _dated(announcement: Announcement, zone: tzinfo) -> str:
    """The day on which the post appeared, by the site's calendar, in the post's language."""
    moment = announcement.published_at
    return texts(announcement.language).day(moment, zone) if moment else ""


def _title(announcement: Announcement) -> str:
    """On one line; empty where nothing of it is seen."""
    title = cut(" ".join(clean(announcement.title).split()), limits.EMBED_TITLE)
    return title if is_seen(title) else ""


def _instead(address: str) -> str:
    """What stands where there are neither a title nor words."""
    return markdown([Span(address)]) or _NOTHING


def _colour(announcement: Announcement) -> int:
    return _PALETTE[zlib.crc32(announcement.label.casefold().encode(errors="replace")) % len(_PALETTE)]


def _picture(announcement: Announcement, look: Look, rung: int) -> Picture | None:
    """The picture of that rung; how it comes to Discord makes no difference to how it looks."""
    pictures = pictures_from(announcement, look, rung)
    if not pictures:
        return None
    return replace(pictures[0], alt=cut(" ".join(clean(pictures[0].alt).split()), limits.ALT_TEXT))


def _read_button(announcement: Announcement) -> LinkButton | None:
    url = address_within(announcement.url, limits.BUTTON_URL)
    label = cut(texts(announcement.language).say("Read"), limits.BUTTON_LABEL)
    return LinkButton(label, url) if url else None


def _lines(*lines: str) -> str:
    return "\n".join(line for line in lines if line)


@lru_cache(ADDRESSES)
def address_within(address: str | None, limit: int) -> str:
    """`address` if it is one of the web and no longer than that; else empty. Each message asks it of its picture."""
    address = web_address(address)
    return address if utf16_length(address) <= limit else ""


def _mention(announcement: Announcement, look: Look) -> str:
    return _role(look.mention) if announcement.mention else ""


def _role(mention: str) -> str:
    return mention if mention.isascii() and mention.isdigit() and len(mention) <= _ID_DIGITS else ""


def _role_mention(role: str) -> str:
    return f"<@&{role}>" if role else ""
