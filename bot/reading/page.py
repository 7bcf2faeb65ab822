"""One file taken apart: what every rule of this package is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bot.reading.front.front_matter import FrontMatter
from bot.reading.site import Site
from bot.reading.text.body import Body


@dataclass(frozen=True, slots=True)
class Page:
    """A file's front matter and the blocks of its body; `doubts` gathers what the rules had to guess."""

    path: str  # relative to the watched folder, "/" as separator
    front: FrontMatter
    values: Mapping[str, object]  # the front matter, keys in lower case, above what the configuration gives by default
    blocks: Body  # read no further than somebody asks
    site: Site
    doubts: list[str] = field(default_factory=list)

    @property
    def site_path(self) -> str:
        """The path relative to the root of the site's generator, which its rules go by."""
        return self.site.site_path(self.path)

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return self.site.zone

    def doubt(self, sentence: str, key: str = "") -> None:
        """Note something that was understood only with a guess; `key` is the front matter's key it is about."""
        whole = f"line {self.front.line_of(key)}: {sentence}" if key else sentence
        if whole not in self.doubts:
            self.doubts.append(whole)
