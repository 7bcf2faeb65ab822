"""Where the bytes of pictures come from."""

from __future__ import annotations

from typing import Protocol

from bot.models import Picture, PictureFile, PictureLimits


class Pictures(Protocol):
    """Reads or downloads pictures, and makes them fit."""

    async def fetch(self, picture: Picture, limits: PictureLimits) -> PictureFile:
        """The picture, inside of `limits`, ready to be uploaded. Raises PictureRefused with the mend.

        What was fetched is at hand for a while; several calls for the same picture fetch it once. A file that has
        changed since is read anew. Takes some seconds at most.
        """

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""
