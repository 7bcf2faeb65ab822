"""What a message looks like in a preview chat: the other platforms' own payloads, as a Bubble for the page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from adapters.console.markup import article_html, discord_html, plain_html, telegram_html
from adapters.discord import render as discord
from adapters.telegram import render as telegram
from bot.models import Announcement, Look, Picture, Reply

_KHMER: Final = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff]")

_NOTHING: Final = Markup()


class Chat(StrEnum):
    """The two preview chats, named as what they imitate."""

    TELEGRAM = "telegram"
    DISCORD = "discord"


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a message: it opens `url`, or types `command`."""

    label: str
    url: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A frame in a message: Discord's embed, or, without a colour, what either app fetches of a linked page."""

    title: str
    url: str = ""
    words: Markup = _NOTHING
    colour: str = ""  # of the edge: "#2e86c1"
    footer: str = ""
    time: datetime | None = None
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as a chat shows it. `words` is safe HTML; `typed` says that it is the reader's own line.

    `title` is that of its announcement, for messages that answer it.
    """

    words: Markup = _NOTHING
    picture: Picture | None = None
    card: Card | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    title: str = ""
    language: str = ""
    typed: bool = False

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that it shows."""
        return tuple(picture for picture in (self.picture, self.card and self.card.picture) if picture)

    @property
    def khmer(self) -> bool:
        """Whether it has Khmer letters, which stand taller than others and need higher lines."""
        labels = "".join(button.label for row in self.buttons for button in row)
        card = f"{self.card.title}{self.card.words}{self.card.footer}" if self.card else ""
        return bool(_KHMER.search(f"{self.words}{card}{labels}"))


def render(announcement: Announcement, look: Look, chat: Chat, *, rung: int = 0) -> Bubble:
    """`announcement` as `chat` shows it, with its picture number `rung`."""
    draw = _as_telegram if chat is Chat.TELEGRAM else _as_discord
    return replace(draw(announcement, look, rung), title=announcement.title, language=announcement.language)


def render_reply(reply: Reply, chat: Chat) -> Bubble:
    """An answer of newsbell with its choices as `chat` shows them."""
    if chat is Chat.TELEGRAM:
        message = telegram.render_reply(reply)
        return Bubble(plain_html("\n".join(message.parts)), buttons=_rows(message.buttons))
    answer = discord.render_reply(reply)
    row = tuple(map(_discord_button, answer.buttons))
    return Bubble(discord_html(answer.content), buttons=(row,) if row else ())


def render_typed(line: str) -> Bubble:
    """A line that somebody typed into the page."""
    return Bubble(Markup.escape(line), typed=True)


def fingerprint(announcement: Announcement, look: Look, *, rung: int = 0) -> str:
    """A short digest of what both chats would show: an announcement is asked for it without naming a chat."""
    as_telegram = replace(telegram.render(announcement, look, rung), silent=False)  # silence is nothing to see
    as_discord = discord.lasting(discord.render(announcement, look, rung=rung))
    return blake2b(f"{as_telegram!r} {as_discord!r}".encode(errors="replace"), digest_size=12).hexdigest()


def _as_telegram(announcement: Announcement, look: Look, rung: int) -> Bubble:
    message = telegram.render(announcement, look, rung)
    buttons = _rows(message.buttons)
    if isinstance(message, telegram.PhotoMessage):
        return Bubble(telegram_html(message.caption), picture=message.picture, buttons=buttons)
    if isinstance(message, telegram.RichMessage):
        return Bubble(article_html(message.article), picture=message.picture, buttons=buttons)
    return Bubble(telegram_html(message.text), card=_page_card(message.preview_url), buttons=buttons)


def _rows(buttons: telegram.Buttons) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(each.label, each.url, each.command) for each in row) for row in buttons)


def _discord_button(button: discord.CommandButton | discord.LinkButton) -> Button:
    if isinstance(button, discord.LinkButton):
        return Button(button.label, button.url)
    press = discord.pressed(button.custom_id)
    return Button(button.label, command=press.command if press else "")


def _as_discord(announcement: Announcement, look: Look, rung: int) -> Bubble:
    message = discord.render(announcement, look, rung=rung)
    if isinstance(message, discord.LinkMessage):
        unfurled = announcement.url and announcement.url in message.content.replace(f"<{announcement.url}>", "")
        shown_url = announcement.url if announcement.url and unfurled else ""
        return Bubble(discord_html(message.content), card=_page_card(shown_url))
    card = _embed(message) if isinstance(message, discord.EmbedMessage) else _frame(message)
    card = replace(card, time=announcement.published_at)
    button = message.button
    return Bubble(
        discord_html(message.content), card=card, buttons=((Button(button.label, button.url),),) if button else ()
    )


def _embed(message: discord.EmbedMessage) -> Card:
    return Card(
        message.title,
        message.url,
        discord_html(message.description),
        _edge(message.colour),
        message.footer,
        picture=message.picture,
    )


def _frame(message: discord.ComponentsMessage) -> Card:
    words = discord_html("\n".join(part for part in (message.heading, message.words) if part))
    return Card("", words=words, colour=_edge(message.colour), footer=message.footer, picture=message.picture)


def _edge(colour: int) -> str:
    return f"#{colour:06x}"


def _page_card(url: str) -> Card | None:
    return Card(urlsplit(url).netloc, url) if url else None
