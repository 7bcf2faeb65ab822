"""What tells two renderings apart, and what stands in a chat: the memory that an edit needs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

from adapters.telegram.render import Message, PhotoMessage, RichMessage

PHOTO: Final = "photo"
TEXT: Final = "text"
RICH: Final = "rich"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Written `photo:<words>:<picture>`, `text:<words>` or `rich:<words>`: digests of words with buttons, and of the
    picture, which can be exchanged alone. They are stored for ever: a digest of the same message never changes."""

    kind: str
    words: str
    picture: str = ""

    @classmethod
    def of(cls, message: Message) -> Self:
        """The fingerprint of a rendering; whether it arrives silently or protected is no part of what is shown."""
        if isinstance(message, PhotoMessage):
            return cls(PHOTO, _digest(message.caption, message.buttons), _digest(message.picture.source))
        if isinstance(message, RichMessage):
            return cls(RICH, _digest(message.article, message.buttons))
        return cls(TEXT, _digest(message.text, message.buttons, message.preview_url))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The fingerprint that was written as `text`."""
        kind, _, digests = text.partition(":")
        words, _, picture = digests.partition(":")
        return cls(kind, words, picture)

    def __str__(self) -> str:
        return ":".join(part for part in (self.kind, self.words, self.picture) if part)


def _digest(*shown: object) -> str:
    return blake2b(repr(shown).encode(errors="replace"), digest_size=8).hexdigest()
