"""Plain words: what Telegram refuses for its markup or length, by a mistake of newsbell's, goes out without markup.

The refused call is a retry (ADR 0005): the next one is claimed, paced and recorded like any other.
"""

from __future__ import annotations

import logging
import re
from collections import OrderedDict
from dataclasses import replace
from html import unescape
from typing import Final

from telegram.error import BadRequest

from adapters.telegram.markup import escape, words_in
from adapters.telegram.render import CAPTION_UNITS, TEXT_UNITS, Message, PhotoMessage, RichMessage, TextMessage
from adapters.telegram.words import PARAGRAPH
from bot.composing.cutting import cut, utf16_length
from bot.errors import TryLater
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

REMEMBERED: Final = 256
"""Messages that were refused: they are not tried again for every chat."""

_REFUSALS: Final = ("can't parse entities", "is too long", "_too_long")  # Telegram's texts (reference: 4.3), lower case
_WITHOUT: Final = sentence("Telegram takes no markup here, so it goes out as plain text: “{answer}”")
_LAST_LINK: Final = re.compile(r'<a href="([^"]*)">[^<]*</a>$')


class PlainWords:
    """Knows which messages are to be shown without markup."""

    def __init__(self) -> None:
        self._refused: OrderedDict[Message, None] = OrderedDict()

    def shows(self, message: Message) -> Message:
        """What can be shown of `message`, as far as that is known."""
        if self._refused and message in self._refused and not isinstance(message, RichMessage):
            return plain(message)
        return message

    def heed(self, message: PhotoMessage | TextMessage, error: BadRequest) -> None:
        """`message` was refused: if for its markup, and it has some, it is tried again at once without.

        Raises TryLater in the place of such a refusal.
        """
        if any(text in str(error).lower() for text in _REFUSALS) and plain(message) != message:
            self._note(message, error)
            raise TryLater(Reason(_WITHOUT, answer=str(error)), 0) from error

    def _note(self, message: Message, error: BadRequest) -> None:
        if message in self._refused:  # a call that was in the air with the first one
            return
        self._refused[message] = None
        if len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        log.error(
            "telegram refuses a post as newsbell wrote it (%s), so it goes out as plain text; this is newsbell's"
            " mistake, please report it with the post",
            error,
        )


def plain(message: PhotoMessage | TextMessage) -> PhotoMessage | TextMessage:
    """`message` in words alone, and in half of the room: whoever counted wrong is not to go to the limit again.

    Where no button leads to the post, its address stands in the place of the link.
    """
    if isinstance(message, PhotoMessage):
        return replace(message, caption=_words(message.caption, CAPTION_UNITS // 2, linked=not message.buttons))
    return replace(message, text=_words(message.text, TEXT_UNITS // 2, linked=not message.buttons))


def _words(html: str, units: int, *, linked: bool) -> str:
    link = _LAST_LINK.search(html) if linked else None
    address = unescape(link[1]) if link else ""
    room = units - utf16_length(PARAGRAPH.text + address)
    if link is None or room < 0:  # an address that is longer than that is left out
        return escape(cut(words_in(html), units))
    words = cut(words_in(html[: link.start()]).rstrip(), room)
    return escape(f"{words}{PARAGRAPH.text}{address}".lstrip())
