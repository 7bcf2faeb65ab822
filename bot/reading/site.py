"""What is known of the site as a whole, and holds for every post of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.reading.generators.generator import NO_GENERATOR, Generator
from bot.reading.paths import is_post_path


class Captions(StrEnum):
    """Whether the first paragraph below the lead picture is its caption, and so no part of the excerpt."""

    AUTO = "auto"  # where it reads like one
    ALWAYS = "always"
    NEVER = "never"


class LinkTo(StrEnum):
    """Which of a post's pages its message leads to, where it has both."""

    ORIGIN = "origin"  # the publisher's: origin_url, external_url, canonical_url
    SITE = "site"  # this site's own


@dataclass(frozen=True, slots=True)
class Site:
    """The site that the watched folder belongs to. Raises ValueError for a time zone that does not exist."""

    root: Path  # the watched folder
    url: str = ""  # base of the public site: "https://paper.example" or "https://example.org/paper"
    post_url: str = ""  # a post's address when nothing else gives it: "https://paper.example/{category}/{code}"
    timezone: str = "UTC"  # of dates that name none
    language: str = "en"  # of posts that name none
    public_root: Path | None = None  # where "/img/x.jpg" lies on disk; None: in the generator's root, or the folder
    captions: Captions = Captions.AUTO
    link_to: LinkTo = LinkTo.ORIGIN
    folder_categories: bool = False  # the folders above a post count as its categories
    generator: Generator = NO_GENERATOR

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{self.timezone!r} is no time zone; write one like Asia/Phnom_Penh") from error

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none (zoneinfo keeps it in its own cache)."""
        return ZoneInfo(self.timezone)

    def is_post(self, path: str) -> bool:
        """Whether the file at `path`, relative to the watched folder, may be a post. Looks at nothing but the path."""
        return is_post_path(path) and self.generator.is_post(self.site_path(path))

    def site_path(self, path: str) -> str:
        """`path`, which is relative to the watched folder, relative to the generator's root."""
        return f"{self.generator.prefix}/{path}" if self.generator.prefix else path

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that pictures may be taken from: nothing outside them is ever read."""
        public = self.public_root or self.generator.root
        return (self.root, public) if public else (self.root,)
