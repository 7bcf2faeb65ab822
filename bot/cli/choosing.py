"""Which files `newsbell check` reads: all posts, or those at the paths that were named."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from bot.cli.no_post import has_front_matter, is_html, may_be_html_post, why_no_post
from bot.cli.report import NoPost, Unread
from bot.cli.wording import neutral
from bot.premises import count_files, folder_error
from bot.reading.site import Site
from bot.records import FileStamp, Problem
from bot.watching.walk import Walk


class Choice:
    """The files that `names` name, files or folders; all posts without any. Paths are relative to the watched folder.

    Raises click.UsageError for a name of nothing, and for one outside the watched folder.
    """

    def __init__(self, names: Iterable[str], site: Site) -> None:
        places = dict.fromkeys(_below(name, site) for name in names)
        self._site = site
        self._places = [] if "." in places else list(places)
        self._walk = Walk(site.root, lambda path: site.is_post(path) or may_be_html_post(path, site))
        self.html = Unread()  # posts written in HTML; complete when all files were taken
        self._read: set[str] = set()  # the places where there was something to read

    def count(self) -> int:
        """How many files there may be: for a bar, not for a sum. Raises FolderError."""
        return count_files(self._site) if not self._places else 0

    def files(self) -> Iterator[tuple[str, FileStamp]]:
        """The files in order, none kept in memory. Raises FolderError."""
        try:
            for path, stamp in self._walk.files():
                if is_html(path):
                    self._count_html(path)
                elif self._is_chosen(path):
                    yield path, stamp
        except OSError as error:
            raise folder_error(self._site, error) from error

    def problems(self) -> list[Problem]:
        """What was found to be mended on the way; complete when all files were taken."""
        return [each for each in self._walk.problems if not is_html(each.path) and self._is_chosen(each.path)]

    def no_posts(self) -> list[NoPost]:
        """The places where there was nothing to read, and why; complete when all files were taken."""
        return [NoPost(place, _why_none(place, self._site)) for place in self._places if place not in self._read]

    def _is_chosen(self, path: str) -> bool:
        if not self._places:
            return True
        chosen = self._chosen_by(path)
        self._read |= chosen
        return bool(chosen)

    def _chosen_by(self, path: str) -> set[str]:
        return {place for place in self._places if path == place or path.startswith(f"{place}/")}

    def _count_html(self, path: str) -> None:
        if (not self._places or self._chosen_by(path)) and has_front_matter(self._site.root / path):
            self.html.files += 1
            self.html.example = self.html.example or path


def _below(name: str, site: Site) -> str:
    """The path below the watched folder that `name` means: from here, or else from that folder."""
    root = Path(os.path.realpath(site.root))
    here, there = Path(os.path.normpath(Path.cwd() / name)), Path(os.path.normpath(root / name))
    for path in (here, Path(os.path.realpath(here.parent)) / here.name, Path(os.path.realpath(here)), there):
        if os.path.lexists(path) and path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    if os.path.lexists(here):
        raise _usage(f"{name} lies outside the posts folder {root}; NEWSBELL_POSTS names that folder")
    raise _usage(f"{name}: there is no such file or folder, neither here nor in the posts folder {root}")


def _usage(fault: str) -> click.UsageError:
    return click.UsageError(neutral(fault), click.get_current_context())


def _why_none(place: str, site: Site) -> str:
    """Why nothing is read at `place`, where something is."""
    return "no post lies in this folder" if (site.root / place).is_dir() else why_no_post(place, site)
