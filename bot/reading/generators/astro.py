"""Astro's rules, as far as it has any: docs.astro.build, "Routing", "Content collections" and "Configuration"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bot.reading.fields import text_of
from bot.reading.generators import scripts
from bot.reading.generators.folders import clean, concerns, inside, without_extension
from bot.reading.generators.generator import Written
from bot.reading.generators.scripted import Scripted
from bot.reading.generators.slugs import github_slug, path_address


@dataclass(frozen=True, slots=True)
class Astro(Scripted):
    """A site that Astro builds.

    Where a content collection's posts appear is decided by the site's own code. `/<collection>/<slug>/` is what its
    templates and most sites do, and no more than that: who differs gives `NEWSBELL_POST_URL`.
    """

    name: ClassVar[str] = "Astro"
    url_key: ClassVar[str] = "site"
    base_key: ClassVar[str] = "base"

    @property
    def public_folders(self) -> tuple[str, ...]:
        return ("public", "src", "dist", "")

    def is_post(self, path: str) -> bool:
        """Files of collections and pages, but none whose name, or folder, begins with "_"."""
        found = [inside(path, home) for home in self._homes]
        below = next((part for part in found if part is not None), None)
        if below is None:
            return not concerns(self.prefix, self._homes)
        return not any(part.startswith("_") for part in below.split("/"))

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """Of a collection's post by the convention named above, of a page by its path."""
        content, pages = self._homes
        if (below := inside(page.site_path, pages)) is not None:
            *folders, name = without_extension(below).split("/")
            return self._closed("/".join((*folders, name if name != "index" else "")))
        below = inside(page.site_path, content)
        if below is None or "/" not in below:
            return ""
        collection, rest = without_extension(below).split("/", 1)
        name = rest.removesuffix("/index")
        slug = text_of(page.values.get("slug")) or "/".join(map(github_slug, name.split("/")))
        return self._closed(f"{collection}/{slug}")

    @property
    def _homes(self) -> tuple[str, str]:
        source = clean(scripts.literal(self._source, "srcDir")) or "src"
        return f"{source}/content", f"{source}/pages"

    def _closed(self, path: str) -> str:
        """`path` as a folder's address; as a file's where the configuration says so."""
        never = scripts.literal(self._source, "trailingSlash") == "never"
        return path_address(path.rstrip("/") if never else f"{path}/")
