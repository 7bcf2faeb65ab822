"""Where the bytes of pictures come from, and which pictures a platform has already."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from bot.models import Picture, PictureFile, PictureLimits


class Pictures(Protocol):
    """Reads or downloads pictures, and makes them fit."""

    async def fetch(self, picture: Picture, limits: PictureLimits, *, again: bool = False) -> PictureFile:
        """The picture, inside of `limits`, ready to be uploaded. Raises PictureRefused with the mend.

        What was fetched is at hand for a while; several calls for the same picture fetch it once. A file that has
        changed since is read anew, unless it was fetched a moment ago and is only wanted `again`. Takes half a minute
        at most, and as long as those take that are shrunk before it.
        """

    async def close(self) -> None:
        """Let go of everything. Safe to call twice."""


class Upload(NamedTuple):
    """A picture under the name by which it is remembered, and its id at the platform; empty: it was never uploaded."""

    name: str
    media_id: str = ""


class Uploads(Protocol):
    """Where an adapter remembers which pictures its platform has: they are shown again by their ids, uploaded never."""

    async def find(self, bot: str, picture: Picture) -> Upload:
        """What is known of `picture`, as it is by now. Never raises: it has no id where that can't be read."""

    async def keep(self, bot: str, picture: Picture, upload: Upload) -> None:
        """The platform has it by this id. Never raises: what can't be remembered is uploaded once more.

        Nothing is kept of a file that changed since it was found: which state of it was uploaded, nobody knows.
        """
