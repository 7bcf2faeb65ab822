"""A file becomes a Post: every rule in its order. Whatever the file holds, only PostError comes out of here."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.errors import PostError
from bot.models import Overrides, Post
from bot.reading.categories import categories_of, tags_of
from bot.reading.dates import published_at
from bot.reading.excerpt import excerpt_of
from bot.reading.fields import flag
from bot.reading.front_matter import FrontMatter, read_front_matter
from bot.reading.identity import keys_of
from bot.reading.language import language_of
from bot.reading.links import link_of
from bot.reading.markdown import EXCERPT_MARKER, read_blocks
from bot.reading.page import Page
from bot.reading.pictures import pictures_of
from bot.reading.site import Site
from bot.reading.title import title_of
from bot.reading.visibility import visibility_of

MAX_FILE_BYTES: Final = 1 << 20
"""Of a file that is read at all. The largest real post measured had 284,548 bytes."""


def read_post(path: Path, site: Site, *, now: datetime | None = None) -> Post | None:
    """The post in the file at `path`; None if the file is no post.

    `now` (aware) decides whether the post has expired; it is the present unless given. Raises PostError with line and
    mend, IncompletePost for a file that is being written, and OSError when the file can't be read at all.
    """
    relative_path = path.relative_to(site.root).as_posix() if path.is_relative_to(site.root) else path.name
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
        return None
    refuse_too_large(relative_path, status.st_size)
    with path.open("rb") as file:
        content = file.read(MAX_FILE_BYTES + 1)  # it may have grown since
    return read_bytes(content, relative_path, site, now=now)


def read_bytes(content: bytes, relative_path: str, site: Site, *, now: datetime | None = None) -> Post | None:
    """The post in `content`, the bytes of the file at `relative_path` (with "/") below the watched folder.

    As `read_post`, but without OSError. Local pictures are looked for on disk; nothing else is read.
    """
    _refuse_a_nameless_path(relative_path)
    refuse_too_large(relative_path, len(content))
    if refusal := site.generator.refusal(site.site_path(relative_path)):
        raise PostError(relative_path, 0, *refusal)
    front = read_front_matter(content, relative_path)
    if front is None:
        return None
    values = {**site.generator.defaults(site.site_path(relative_path)), **front.values}
    page = Page(relative_path, front, values, read_blocks(_body(front), site.url), site)
    return _to_post(page, now or datetime.now(UTC))


def _to_post(page: Page, now: datetime) -> Post:
    for key in page.front.repeated_keys():
        page.doubt(f"{key} stands more than once in the front matter; the last one counts", key)
    title = title_of(page)
    language = language_of(page)
    categories = categories_of(page)
    moment = published_at(page)
    day = moment.astimezone(page.site.zone).date().isoformat() if moment else ""
    url = link_of(page, language=language, categories=categories, day=day)
    keys = keys_of(page, language)
    excerpt, caption = excerpt_of(page, title)
    return Post(
        key=keys[0],
        aliases=keys[1:],
        path=page.path,
        title=title,
        excerpt=excerpt,
        url=url,
        pictures=pictures_of(page, url),
        categories=categories,
        tags=tags_of(page),
        language=language,
        published_at=moment,
        caption=caption,
        visibility=visibility_of(page, now),
        overrides=Overrides(
            breaking=flag(page.values.get("breaking")) is True, silent=flag(page.values.get("silent")) is True
        ),
        warnings=tuple(page.doubts),
    )


def _body(front: FrontMatter) -> str:
    """The body; where the front matter names a mark of its own for the excerpt's end (Jekyll), that becomes ours."""
    separator = front.values.get("excerpt_separator")
    if not isinstance(separator, str) or not separator.strip():
        return front.body
    return front.body.replace(separator, EXCERPT_MARKER, 1)


def refuse_too_large(relative_path: str, size: int) -> None:
    if size > MAX_FILE_BYTES:
        what = f"the file has {size / (1 << 20):.1f} MiB, and a post may have at most {MAX_FILE_BYTES >> 20} MiB"
        raise PostError(relative_path, 0, what, "move pictures and attachments out of the text, or shorten it")


def _refuse_a_nameless_path(relative_path: str) -> None:
    """Raise PostError for a file name that is not UTF-8: neither database nor log could hold it."""
    try:
        relative_path.encode()
    except UnicodeEncodeError as error:
        shown = relative_path.encode(errors="backslashreplace").decode()
        raise PostError(shown, 0, "the file's name is not UTF-8", "give it another name") from error
