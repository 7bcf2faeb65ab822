"""What is read: a post, as its site's generator understands it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style: what both platforms can show, in neither's markup.

    A line break is a "\\n" in `text`, a new paragraph is "\\n\\n".
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Where a picture can be had: a public address, or a file inside the site's root (an absolute path)."""

    url: str | None = None
    file: str | None = None
    alt: str = ""

    @property
    def source(self) -> str:
        """The one string that tells this picture from others."""
        return self.file or self.url or ""


class Visibility(StrEnum):
    """Whether the site shows a post. A future date is none of these: the publisher holds it against the clock."""

    PUBLIC = "public"
    DRAFT = "draft"  # published: false, draft: true, a _drafts folder
    UNLISTED = "unlisted"
    EXPIRED = "expired"
    EXCLUDED = "excluded"  # on the site, but newsbell shall not send it: `newsbell: false`


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a post's front matter asks of newsbell itself; everywhere else the subscription's options hold."""

    breaking: bool = False  # overtakes the other posts
    silent: bool = False  # rings nobody's telephone
    pin: bool = False  # is pinned where the bot may
    mention: bool = True  # False: mentions nobody, whatever a subscription says
    image: bool = True  # False: without a picture
    texts: tuple[
        tuple[str, tuple[Span, ...]], ...
    ] = ()  # words of its own instead of the excerpt, by platform; "": all
    follows: str = ""  # the earlier post that its message answers: a code, a path, or an address in comparable form


@dataclass(frozen=True, slots=True)
class Post:
    """One post, as its site's generator understands it."""

    key: str  # its identity: "code:ART24…@en", "url:https://…@en" or "path:national/rain.md"
    aliases: tuple[str, ...]  # further keys that mean this post, strongest first
    path: str  # relative to the watched folder, "/" as separator
    title: str
    excerpt: tuple[Span, ...]  # the first real paragraphs, up to about 1,200 characters, uncut otherwise
    url: str | None
    pictures: tuple[Picture, ...]  # candidates, best first
    categories: tuple[str, ...]  # as written
    tags: tuple[str, ...]  # as written
    language: str  # "en", "km", "zh-tw"
    published_at: datetime | None  # None: the post names no date at all
    caption: str = ""  # of the lead picture, told to people who can't see it
    visibility: Visibility = Visibility.PUBLIC
    overrides: Overrides = Overrides()
    link_rule: str = ""  # what gave the address: "origin_url", "permalink", "Jekyll", "NEWSBELL_POST_URL"; empty: none
    waits_for_date: bool = True  # False: the site shows it at once, also with a date in the future (Hexo, MkDocs)
    warnings: tuple[str, ...] = ()  # what was understood only with a guess; the post is sent all the same

    def lies_ahead(self, now: datetime) -> bool:
        """Whether the site does not show the post before its date, which is after `now`."""
        return self.waits_for_date and self.published_at is not None and self.published_at > now
