"""The watched folder, and what is known of the site that it belongs to."""

from __future__ import annotations

import asyncio
import os
from typing import Final

from bot.errors import FolderError
from bot.reading.generators.detect import find_generator
from bot.reading.site import Site
from bot.settings import Settings
from bot.texts import Reason, sentence
from bot.watching.walk import Tree, Walk, walk

_MISSING: Final = sentence("NEWSBELL_POSTS: {root} does not exist; name the folder of your posts, or make this one")
_NO_FOLDER: Final = sentence("NEWSBELL_POSTS: {root} is no folder; name the folder in which the posts lie")
_CLOSED: Final = sentence(
    "NEWSBELL_POSTS: {root} can't be read; give newsbell's user the right to read it, or name another folder"
)
_BROKEN: Final = sentence("NEWSBELL_POSTS: {root} can't be looked at ({error}); mend that, or name another folder")


def site_of(settings: Settings) -> Site:
    """What is known of the site as a whole: from the settings, else from its generator's configuration. Blocking."""
    generator = find_generator(settings.posts)
    given = settings.model_fields_set
    return Site(
        root=settings.posts,
        url=settings.site_url or generator.url,
        post_url=settings.post_url,
        timezone=settings.timezone if "timezone" in given else generator.timezone or settings.timezone,
        language=settings.language if "language" in given else generator.language or settings.language,
        captions=settings.captions,
        link_to=settings.link,
        folder_categories=settings.folder_categories,
        generator=generator,
    )


def look_over(site: Site) -> Tree:
    """Everything in the watched folder. Blocking. Raises FolderError with the mend."""
    try:
        return walk(site.root, site.is_post)
    except OSError as error:
        raise folder_error(site, error) from error


def count_files(site: Site) -> int:
    """How many files in the watched folder may be posts, without looking at them. Blocking. Raises FolderError."""
    try:
        return Walk(site.root, site.is_post).count()
    except OSError as error:
        raise folder_error(site, error) from error


def folder_error(site: Site, error: OSError) -> FolderError:
    """Why the watched folder can't be looked at, with the mend."""
    root = str(site.root.absolute())
    match error:
        case FileNotFoundError():
            return FolderError(Reason(_MISSING, root=root))
        case NotADirectoryError():
            return FolderError(Reason(_NO_FOLDER, root=root))
        case PermissionError():
            return FolderError(Reason(_CLOSED, root=root))
        case _:
            return FolderError(Reason(_BROKEN, root=root, error=str(error.strerror)))


class Belonging:
    """Whether the watched folder, once it was lost, is back as a part of another site than it is known to be of.

    A configuration is waited for: git and rsync write `content/` before `hugo.toml`. Until then the site is the known
    one, or none.
    """

    def __init__(self, settings: Settings, known: Site) -> None:
        self._settings = settings
        self._known = known
        self._is_open = False

    def is_lost(self) -> None:
        """What comes back may be another site's."""
        self._is_open = True

    async def has_changed(self) -> bool:
        """Whether it is another site's by now, as far as that is open."""
        if not self._is_open:
            return False
        found = await asyncio.to_thread(self._look)
        if found is None or not found.generator.name:
            return False
        self._is_open = False
        return found != self._known

    def _look(self) -> Site | None:
        """The site whose folder is there, if it is; blocking."""
        try:
            os.scandir(self._settings.posts).close()
        except OSError:
            return None
        return site_of(self._settings)
