"""The questions that newsbell asks about a site's generator, answered as for a site whose generator is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol
from zoneinfo import ZoneInfo

Fields = Mapping[str, object]
"""Front matter, or a part of a configuration file."""


class Written(Protocol):
    """What a generator's rules go by: a post as it is written (bot.reading.page.Page)."""

    @property
    def site_path(self) -> str:
        """The file's path relative to the generator's root, with "/"."""

    @property
    def values(self) -> Fields:
        """The front matter, keys in lower case."""

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""

    def doubt(self, sentence: str, key: str = "") -> None:
        """Note something that was understood only with a guess."""


def unheard(sentence: str) -> None:
    """Takes a doubt of which nobody wants to know."""


@dataclass(frozen=True, slots=True)
class Generator:
    """A site's generator, as its configuration file in the watched folder or above it describes it.

    Subclasses know one generator each. Paths are relative to `root`, the folder of the configuration file, with "/";
    a page has its own as `page.site_path`.
    """

    name: ClassVar[str] = ""  # as people write it: "Jekyll"; empty: no generator is known
    summary_first: ClassVar[bool] = False  # True: `excerpt` in the front matter wins over a marker in the body (Jekyll)

    root: Path | None = None  # the site's root, absolute, by the links in the watched folder's path
    prefix: str = ""  # where the watched folder lies below it: "_posts", "content/news"; empty: it is the root
    file: str = ""  # the configuration file's name below root
    config: Fields = field(default_factory=dict)
    doubts: tuple[str, ...] = ()  # what could not be read of the configuration, with the mend

    # --- the site as a whole: empty where the configuration says nothing ----------------------------------------------

    @property
    def url(self) -> str:
        """The public site's address with its base path: "https://paper.example/blog"."""
        return ""

    @property
    def timezone(self) -> str:
        """An IANA name."""
        return ""

    @property
    def language(self) -> str:
        """The language of posts that name none."""
        return ""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that the configuration names, as it writes them; empty: it names none, or one."""
        return ()

    @property
    def date_keys(self) -> tuple[str, ...]:
        """Keys, in lower case, that say when the site begins to show a post, and so go before `date` (Hugo)."""
        return ()

    @property
    def excerpt_separator(self) -> str:
        """The configured mark after the excerpt; empty: only the usual ones count."""
        return ""

    @property
    def public_folders(self) -> tuple[str, ...]:
        """Where "/img/x.jpg" may lie, relative to the root: the root itself, Hugo's and Zola's static, built sites."""
        return ("", "static", "public")

    @property
    def has_asset_folders(self) -> bool:
        """Whether the pictures of `rain.md` lie in the folder `rain` beside it (Hexo with `post_asset_folder`)."""
        return False

    # --- what the site shows ------------------------------------------------------------------------------------------

    @property
    def scheduled_by_date(self) -> bool:
        """False: the site shows a post with a future date at once (Hexo; Jekyll with `future: true`)."""
        return True

    @property
    def shows_unpublished(self) -> bool:
        """True: the site shows posts with `published: false` as well (Jekyll with `unpublished: true`)."""
        return False

    # --- a file by its path -------------------------------------------------------------------------------------------

    def is_post(self, path: str) -> bool:
        """Whether the file at `path` may be a post at all; what is none is not even read."""
        return True

    def refusal(self, path: str) -> tuple[str, str] | None:
        """Why the generator ignores a file that looks like a post, and the mend; None: it does not."""
        return None

    def defaults(self, path: str, doubt: Callable[[str], None] = unheard) -> Fields:
        """The front matter that the site gives to the post at `path`, keys in lower case. What can't be read of it is
        left out, and `doubt` is told."""
        return {}

    def language_of(self, path: str) -> str:
        """The language that the generator reads from `path`; empty: it reads none there."""
        return ""

    def knows_folders(self, path: str) -> bool:
        """Whether no folder above `path` names a language but by `language_of`: there the usual guess is not made."""
        return False

    # --- a post -------------------------------------------------------------------------------------------------------

    def keys_in(self, written: Fields) -> Fields:
        """The front matter with the site's own keys beside the generator's, where it wants them in a table (Zola)."""
        return written

    def with_links(self, body: str, path: str, zone: ZoneInfo) -> str:
        """`body` with the addresses that its generator writes into its links (Jekyll's `post_url`).

        `path` is the post's; dates without a zone of their own are in `zone`.
        """
        return body

    def title_of(self, page: Written) -> str:
        """A title from where only this generator takes it; empty: none."""
        return ""

    def categories_of(self, page: Written) -> Iterable[str] | None:
        """The post's categories by this generator's rules; None: by the usual ones (bot.reading.categories)."""
        return None

    def tags_of(self, page: Written) -> Iterable[str] | None:
        """The post's tags by this generator's rules; None: by the usual ones."""
        return None

    def date_of(self, page: Written) -> datetime | None:
        """A date (aware UTC) from where only this generator takes it, asked when all usual places have none."""
        return None

    def is_draft(self, page: Written) -> bool:
        """Whether a rule of this generator alone makes the post a draft."""
        return False

    def address_of(self, page: Written, *, language: str, categories: tuple[str, ...], day: datetime | None) -> str:
        """The post's address by this generator's rules: a path on the site ("/2024/11/07/rain/"), or a whole one.

        `day` is the post's date in the site's time zone. Empty: the rules don't give one. A `permalink`, `url` or
        `slug` in the front matter that the generator fills in is part of its rules.
        """
        return ""


NO_GENERATOR = Generator()
