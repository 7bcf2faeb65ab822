"""A file becomes a Post: every rule in its order. Whatever the file holds, only PostError comes out of here."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bot.errors import IgnoredPost, PostError
from bot.models import Post, Visibility
from bot.reading.addresses import Links
from bot.reading.categories import categories_of, tags_of
from bot.reading.dates import published_at
from bot.reading.excerpt import excerpt_of
from bot.reading.front.front_matter import FrontMatter, read_front_matter
from bot.reading.identity import keys_of
from bot.reading.language import language_of
from bot.reading.links import link_of
from bot.reading.overrides import overrides_of
from bot.reading.page import Page
from bot.reading.pictures import pictures_of
from bot.reading.site import Site
from bot.reading.suspicions import suspect
from bot.reading.text.body import Body
from bot.reading.title import title_of
from bot.reading.visibility import visibility_of

MAX_FILE_BYTES: Final = 1 << 20
"""Of a file that is read at all. The largest real post measured had 284,548 bytes."""

_MDX: Final = ".mdx"


def read_post(path: Path, site: Site, *, now: datetime | None = None) -> Post | None:
    """The post in the file at `path`; None if the file is no post.

    `now` (aware) decides whether the post has expired; it is the present unless given. Raises PostError with line and
    mend, IncompletePost for a file that is being written, IgnoredPost for one that the site leaves out, and OSError
    when the file can't be read at all.
    """
    relative_path = _relative(path, site)
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # a pipe would make us wait for its writer
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            return None
        refuse_too_large(relative_path, status.st_size)
        content = os.read(handle, min(2 * status.st_size, MAX_FILE_BYTES) + 1)  # it may have grown since
    finally:
        os.close(handle)
    return read_bytes(content, relative_path, site, now=now)


def read_bytes(content: bytes, relative_path: str, site: Site, *, now: datetime | None = None) -> Post | None:
    """The post in `content`, the bytes of the file at `relative_path` (with "/") below the watched folder.

    As `read_post`, but without OSError. Local pictures are looked for on disk; nothing else is read.
    """
    _refuse_a_nameless_path(relative_path)
    refuse_too_large(relative_path, len(content))
    if refusal := site.generator.refusal(site.site_path(relative_path)):
        raise IgnoredPost(relative_path, 0, *refusal)
    front = read_front_matter(content, relative_path, hexo=site.generator.name == "Hexo")
    if front is None:
        return None
    doubts: list[str] = []
    defaults = site.generator.defaults(site.site_path(relative_path), doubts.append)
    written = site.generator.keys_in(front.values)
    values = _above(defaults, written) if defaults else written
    page = Page(relative_path, front, values, _body(front, values, relative_path, site), site, doubts)
    return _to_post(page, now or datetime.now(UTC))


def _above(defaults: Mapping[str, object], written: Mapping[str, object]) -> Mapping[str, object]:
    """`defaults`, each replaced by what is written for it; an empty key replaces none."""
    return {**defaults, **{key: value for key, value in written.items() if value is not None or key not in defaults}}


def _relative(path: Path, site: Site) -> str:
    """`path` below the watched folder, with "/"; its name alone if it is elsewhere."""
    root, written = f"{site.root}{os.sep}", str(path)
    if written.startswith(root):  # as nearly always, and pathlib takes ten times as long
        return written.removeprefix(root).replace(os.sep, "/")
    return path.relative_to(site.root).as_posix() if path.is_relative_to(site.root) else path.name


def _to_post(page: Page, now: datetime) -> Post:
    suspect(page)
    title = title_of(page)
    language = language_of(page)
    categories = categories_of(page)
    moment = published_at(page)
    day = moment.astimezone(page.site.zone) if moment else None
    visibility = visibility_of(page, now)
    public = visibility is Visibility.PUBLIC
    link = link_of(page, language=language, categories=categories, day=day, needed=public)
    url = link.url
    keys = keys_of(page, language, link)
    excerpt, caption = excerpt_of(page, title, url)
    asked = overrides_of(page, url)
    return Post(
        key=keys[0],
        aliases=keys[1:],
        path=page.path,
        title=title,
        excerpt=excerpt,
        url=url,
        pictures=pictures_of(page, url, asked.picture),
        categories=categories,
        tags=tags_of(page),
        language=language,
        published_at=moment,
        caption=caption,
        visibility=visibility,
        link_rule=link.rule,
        waits_for_date=page.site.generator.scheduled_by_date,
        overrides=asked.overrides,
        warnings=tuple(page.doubts),
    )


def _body(front: FrontMatter, values: Mapping[str, object], path: str, site: Site) -> Body:
    """The body; the post or the site may have a mark of its own for the excerpt's end."""
    own = values.get("excerpt_separator")
    separator = own if isinstance(own, str) else site.generator.excerpt_separator
    is_mkdocs = site.generator.name == "MkDocs"
    body = site.generator.with_links(front.body, site.site_path(path), site.zone)
    return Body(body, Links(site.url), separator, mdx=path.lower().endswith(_MDX), mkdocs=is_mkdocs)


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
