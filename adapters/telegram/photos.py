"""A picture as Telegram gets it: by the id of one that it has, as bytes, or by an address that it loads itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from telegram import PhotoSize

from adapters.telegram.markup import web_link
from bot.errors import PictureRefused, Reach
from bot.models import Kind, Picture, PictureLimits, Step, Way
from bot.ports import Pictures
from bot.texts import Reason, sentence

_UNLOADABLE: Final = sentence("Telegram can't load {source}; use a public address")
_NO_ADDRESS: Final = sentence("the picture has no address from which Telegram could load it; use a public one")

# Bot API, sendPhoto and "Sending files"; by a file id there is no limit. A test compares what telegram.constants has.
LIMITS: Final = PictureLimits(
    upload=10_000_000,
    address=5_000_000,
    kinds=frozenset({Kind.JPEG, Kind.PNG}),
    sides=10_000,
    ratio=20,
)


class Supply(NamedTuple):
    """From where Telegram gets the picture of a message."""

    way: Way = Way.UPLOAD
    media_id: str = ""  # the file id from an earlier receipt of this bot; empty: it does not have it yet


@dataclass(frozen=True, slots=True)
class Photo:
    """What goes to Telegram as `media`: what it has by its file id, an address, or bytes with a `name`."""

    media: PhotoSize | str | bytes
    name: str | None = None


class Photos:
    """Brings pictures, each on the way that its rung of the ladder names."""

    def __init__(self, pictures: Pictures | None) -> None:
        """Without `pictures` nothing is uploaded: Telegram loads everything by itself."""
        self._pictures = pictures

    async def bring(self, picture: Picture, supply: Supply) -> Photo:
        """The picture. Raises PictureRefused for one that Telegram can't have.

        An address that is no web address never reaches PTB, which would open it as a file.
        """
        if supply.media_id:
            return _photo_there(supply.media_id)
        if supply.way is Way.UPLOAD and self._pictures is not None:
            made = await self._pictures.fetch(picture, LIMITS, again=True)
            return Photo(made.content, made.name)
        if url := web_link(picture.url):
            return Photo(url)
        raise PictureRefused(
            Reason(_UNLOADABLE, source=picture.source) if picture.source else _NO_ADDRESS,
            reach=Reach.PICTURE,
        )

    async def fetch(self, step: Step) -> None:
        """Have at hand what `bring` is going to need. Raises PictureRefused."""
        if step.way is Way.UPLOAD and self._pictures is not None:
            await self._pictures.fetch(step.picture, LIMITS)


@lru_cache(maxsize=256)
def _photo_there(media_id: str) -> Photo:
    """A photo that Telegram has. A bare id PTB would look for among the files, for each chat: it might be a path."""
    return Photo(PhotoSize(media_id, media_id, width=1, height=1))  # of all that, only the id is sent
