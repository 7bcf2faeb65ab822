"""A picture as Telegram can take it: an address, or the bytes of a file."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adapters.telegram.markup import web_link
from bot.errors import PictureRefused
from bot.models import Picture

PHOTO_BYTES: Final = 10_000_000  # of an upload (telegram.constants.FileSizeLimit.PHOTOSIZE_UPLOAD)


@dataclass(frozen=True, slots=True)
class Photo:
    """What goes to Telegram as `media`: a file id, an address, or bytes with a `name`."""

    media: str | bytes
    name: str | None = None


async def photo_of(picture: Picture) -> Photo:
    """The picture's file, read, or its address. Raises PictureRefused for one that Telegram can't have.

    An address that is no web address never reaches PTB, which would open it as a file.
    """
    if picture.file:
        path = Path(picture.file)
        return Photo(await asyncio.to_thread(_read, path), path.name)
    if url := web_link(picture.url):
        return Photo(url)
    raise PictureRefused(
        f"Telegram can't load {picture.source or 'a picture without an address'}; use a public address"
    )


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(PHOTO_BYTES + 1)
    except OSError as error:
        raise PictureRefused(f"{path}: the picture can't be read: {error.strerror}") from error
    if len(content) > PHOTO_BYTES:
        raise PictureRefused(f"{path}: the picture has more than 10 MB, which is all that Telegram takes")
    return content
