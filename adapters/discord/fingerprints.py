"""What tells two renderings apart, and what stands in a channel: the memory that an edit needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Final, Self

from adapters.discord.render import ComponentsMessage, EmbedMessage, LinkMessage, Message, lasting
from bot.models import Look, Picture, Shown, Style

EMBED: Final = "embed"
LINK: Final = "link"
COMPONENTS: Final = "components"

_KINDS: Final = {EmbedMessage: EMBED, LinkMessage: LINK, ComponentsMessage: COMPONENTS}


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Written `embed:<words>:<picture>`, `link:<words>` or `components:<words>:<picture>`: digests of all but the
    picture, and of the picture. They are stored for ever; older ones are a digest of all without a kind."""

    kind: str
    words: str
    picture: str = ""

    @classmethod
    def of(cls, message: Message) -> Self:
        """The fingerprint of a rendering."""
        kind, message = _KINDS[type(message)], lasting(message)
        if isinstance(message, LinkMessage) or message.picture is None:
            return cls(kind, _digest(message))
        there = Picture(alt=message.picture.alt)  # the alt text is words: it can be changed alone
        return cls(kind, _digest(replace(message, picture=there)), digest_of(message.picture))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The fingerprint that was written as `text`."""
        kind, colon, digests = text.partition(":")
        words, _, picture = digests.partition(":")
        return cls(kind, words, picture) if colon else cls("", text)

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.words, self.picture) if part)


def digest_of(picture: Picture) -> str:
    """What a fingerprint keeps of a picture, however it came to Discord."""
    return _digest(picture.source)


def as_it_stands(look: Look, shown: Shown) -> Look:
    """`look` for an edit of `shown`: what was sent as components stays so, and nothing else becomes it.

    Discord takes the flag of Components V2 from no message (discord.md 7.1).
    """
    was = Fingerprint.parse(shown.fingerprint).kind
    if not shown.fingerprint or (was == COMPONENTS) is (look.style is Style.COMPONENTS):
        return look
    return replace(look, style=Style.COMPONENTS if was == COMPONENTS else Style.EMBED)


def _digest(shown: object) -> str:
    return blake2b(repr(shown).encode(errors="replace"), digest_size=8).hexdigest()
