"""What is known of the site as a whole, and holds for every post of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Site:
    """The site that the watched folder belongs to. Raises ValueError for a time zone that does not exist."""

    root: Path  # the watched folder
    url: str = ""  # base of the public site: "https://paper.example" or "https://example.org/paper"
    post_url: str = ""  # a post's address when nothing else gives it: "https://paper.example/{category}/{code}"
    timezone: str = "UTC"  # of dates that name none
    language: str = "en"  # of posts that name none
    public_root: Path | None = None  # where "/img/x.jpg" lies on disk; None: in the watched folder

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{self.timezone!r} is no time zone; write one like Asia/Phnom_Penh") from error

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of dates that name none (zoneinfo keeps it in its own cache)."""
        return ZoneInfo(self.timezone)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that pictures may be taken from: nothing outside them is ever read."""
        return (self.root, self.public_root) if self.public_root else (self.root,)
