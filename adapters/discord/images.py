"""A picture as Discord gets it: as bytes, by an address that it loads itself, or as the attachment that is there.

Discord gives a picture no id that serves other messages, so each of them is sent the bytes. What stays in a message
that is edited is named by its attachment, and not sent again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self

from adapters.discord import limits
from adapters.discord.fingerprints import Fingerprint, digest_of
from adapters.discord.render import address_within
from bot.errors import PictureRefused, Reach
from bot.models import Kind, Picture, PictureFile, PictureLimits, Shown, Step, Way
from bot.ports import Pictures
from bot.texts import Reason, sentence

LIMITS: Final = PictureLimits(
    upload=limits.FILE_BYTES,
    address=limits.FILE_BYTES,  # nobody knows how much Discord loads
    kinds=frozenset({Kind.JPEG, Kind.PNG}),
    moving=frozenset({Kind.GIF, Kind.WEBP}),
)

_UNLOADABLE: Final = sentence("Discord can't load {source}; use a public address")
_NO_ADDRESS: Final = sentence("the picture has no address from which Discord could load it; use a public one")

_OWN_FILE: Final = "attachment://"

# What a message shows of its own files has their address, and is not in its list of attachments (docs #1340, #8279).
_ATTACHMENT: Final = re.compile(r"/attachments/\d+/(?P<id>\d+)/(?P<name>[^/?#]+)")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message: as a receipt's media id, `<id>/<name>`."""

    id: str
    name: str

    @classmethod
    def parse(cls, media_id: str) -> Self | None:
        """The attachment that was written as `media_id`; None: there was none."""
        number, slash, name = media_id.partition("/")
        return cls(number, name) if slash else None

    def __str__(self) -> str:
        return f"{self.id}/{self.name}"


class Image(NamedTuple):
    """How a message shows its picture: `url` is an address, or names a file of its own. Empty: it has none."""

    url: str = ""
    file: PictureFile | None = None  # is sent along
    stays: Attachment | None = None  # is there

    @property
    def own_name(self) -> str:
        """The name of the message's file that it is; empty: it is none."""
        return self.url.removeprefix(_OWN_FILE) if self.url.startswith(_OWN_FILE) else ""


NONE: Final = Image()


class Images:
    """Brings pictures, each on the way that its rung of the ladder names."""

    def __init__(self, pictures: Pictures | None) -> None:
        """Without `pictures` nothing is uploaded: Discord loads everything by itself."""
        self._pictures = pictures

    async def bring(self, picture: Picture | None, way: Way, shown: Shown | None = None) -> Image:
        """The picture for a new message, or for an edit of `shown`. Raises PictureRefused where it can't be had."""
        if picture is None:
            return NONE
        if shown is not None and (there := standing(picture, shown)):
            return there
        if way is Way.UPLOAD and self._pictures is not None:
            file = await _fetched(self._pictures, picture, again=True)
            return Image(_OWN_FILE + file.name, file)
        if url := address_within(picture.url, limits.EMBED_URL):
            return Image(url)
        reason = Reason(_UNLOADABLE, source=picture.source) if picture.source else _NO_ADDRESS
        raise PictureRefused(reason, reach=Reach.PICTURE)

    async def fetch(self, step: Step) -> None:
        """Have at hand what `bring` is going to need. Raises PictureRefused."""
        if step.way is Way.UPLOAD and self._pictures is not None:
            await _fetched(self._pictures, step.picture, again=False)


async def _fetched(pictures: Pictures, picture: Picture, *, again: bool) -> PictureFile:
    """The bytes. Discord never says that it finds no picture at an address: where there is none, it is not asked."""
    try:
        return await pictures.fetch(picture, LIMITS, again=again)
    except PictureRefused as error:
        if error.reach is not Reach.SOURCE:
            raise
        raise PictureRefused(str(error), reach=Reach.PICTURE) from error


def standing(picture: Picture, shown: Shown) -> Image | None:
    """`picture` as it stands in the message of `shown`; None: another one stands there, or none."""
    if Fingerprint.parse(shown.fingerprint).picture != digest_of(picture):
        return None
    if attachment := Attachment.parse(shown.receipt.media_id or ""):
        return Image(_OWN_FILE + attachment.name, stays=attachment)
    url = address_within(picture.url, limits.EMBED_URL)
    return Image(url) if url else None


def media_id_of(message: Mapping[str, Any]) -> str:
    """The file that a message of Discord's shows, as a media id; empty: it shows none of its own."""
    found = filter(None, (_ATTACHMENT.search(str(media.get("url"))) for media in _media(message)))
    return next((str(Attachment(each["id"], each["name"])) for each in found), "")


def _media(message: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for embed in message.get("embeds", ()):
        yield embed.get("image") or {}
    for component in _flat(message.get("components", ())):
        for item in component.get("items") or ():
            yield item.get("media") or {}
    yield from message.get("attachments", ())


def _flat(components: Any) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from _flat(component.get("components") or ())
