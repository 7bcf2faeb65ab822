"""What generators have in common whose configuration is a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from bot.reading.generators import scripts
from bot.reading.generators.generator import Generator
from bot.reading.generators.slugs import is_whole_address, path_address


@dataclass(frozen=True, slots=True)
class Scripted(Generator):
    """A generator with a script for its configuration. Only what it writes as plain texts is known."""

    url_key: ClassVar[str]  # of the site's host
    base_key: ClassVar[str]  # of the path below it

    @property
    def url(self) -> str:
        """The host with the path below it."""
        host = scripts.literal(self._source, self.url_key).rstrip("/")
        base = path_address(scripts.literal(self._source, self.base_key)).rstrip("/")
        return host + base if is_whole_address(host) else ""

    @property
    def language(self) -> str:
        return scripts.literal(self._source, "defaultLocale")

    @property
    def _source(self) -> str:
        return scripts.without_comments(str(self.config.get("source") or ""))
