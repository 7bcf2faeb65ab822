"""One file taken apart: what every rule of this package is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.reading.blocks import Block
from bot.reading.front_matter import FrontMatter
from bot.reading.site import Site


@dataclass(frozen=True, slots=True)
class Page:
    """A file's front matter and the blocks of its body; `doubts` gathers what the rules had to guess."""

    path: str  # relative to the watched folder, "/" as separator
    front: FrontMatter
    blocks: Sequence[Block]
    site: Site
    doubts: list[str] = field(default_factory=list)

    @property
    def values(self) -> dict[str, object]:
        """The front matter, with keys in lower case."""
        return self.front.values

    def doubt(self, sentence: str, key: str = "") -> None:
        """Note something that was understood only with a guess; `key` is the front matter's key it is about."""
        whole = f"line {self.front.line_of(key)}: {sentence}" if key else sentence
        if whole not in self.doubts:
            self.doubts.append(whole)
