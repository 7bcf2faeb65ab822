"""Posts as their files stand now, also those that nobody knows yet."""

from __future__ import annotations

import asyncio
import unicodedata
from pathlib import Path
from typing import Final

import click

from bot.cli.naming import HOW_TO_NAME, name_of
from bot.cli.no_post import why_no_post
from bot.clock import Clock
from bot.errors import PostError
from bot.groundwork import utc_now
from bot.models import Post, Visibility
from bot.premises import look_over, site_of
from bot.publishing.intake import take
from bot.reading.paths import slug_of
from bot.reading.reader import MAX_FILE_BYTES, read_bytes, read_post
from bot.reading.site import Site
from bot.records import KnownPost
from bot.settings import Settings
from bot.watching.walk import look_at

_LISTED: Final = 5


def post_named(text: str, settings: Settings) -> Post:
    """The post that `text` names as its file stands now, also one outside the posts folder. Blocking.

    Raises PostError if it can't be read, and click.ClickException if there is no such post, or more than one, or if
    the file lies in the folder and the site makes no post of it.
    """
    name = name_of(text, settings)
    site = site_of(settings)
    if (inside := settings.posts / name.path).is_file():
        _refuse_no_post(name.path, site)
        return _read(inside, site)
    if (elsewhere := Path(text)).is_file():
        return _read(elsewhere, site)
    found = _posts_called(text, site)
    if not found:
        raise click.ClickException(f"there is no post {text!r}; {HOW_TO_NAME}")
    if len(found) > 1:
        paths = ", ".join(post.path for post in found[:_LISTED]) + (", …" if len(found) > _LISTED else "")
        raise click.ClickException(f"{len(found)} posts are called {text!r}: {paths}; name one by its path")
    return found[0]


def _refuse_no_post(path: str, site: Site) -> None:
    """Raise click.ClickException for a file of the folder that is no post; files from elsewhere may be tried out."""
    outside = path.startswith(("../", "/"))
    if not outside and (reason := why_no_post(path, site)):
        raise click.ClickException(f"{path} {reason}. So newsbell never sends it; newsbell check lists the posts")


def _read(file: Path, site: Site) -> Post:
    try:
        post = read_post(file, site)
    except OSError as error:
        raise click.ClickException(f"{file} can't be read ({error.strerror})") from error
    if post is None:
        raise click.ClickException(f"{file} is no post: it has no front matter")
    return post


def _posts_called(text: str, site: Site) -> list[Post]:
    """The posts with the code `text`; without any, those whose title, or file name without its date, is `text`.

    Only files are taken apart that have these letters, or each word of them, in them or in their names.
    """
    slug = _slug(text)
    by_code: list[Post] = []
    by_slug: list[Post] = []
    for path in sorted(look_over(site).files):
        try:
            content = (site.root / path).read_bytes()[:MAX_FILE_BYTES]
            letters = f"{path}\n{content.decode(errors='replace')}".casefold()
            if text.casefold() not in letters and not all(word in letters for word in slug.split("-")):
                continue
            post = read_bytes(content, path, site)
        except (OSError, PostError):  # whatever it is, nobody asked for it
            continue
        if post and (post.key == text or post.key.startswith(f"code:{text}@")):
            by_code.append(post)
        elif post and slug and slug in {_slug(post.title), _slug(slug_of(path)), _slug(Path(path).stem)}:
            by_slug.append(post)
    return by_code or by_slug


def _slug(text: str) -> str:
    """`text` as addresses have it: "Heavy rain!" -> "heavy-rain"."""
    kept = [letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in text.casefold()]
    return "-".join("".join(kept).split())


async def read_known(known: KnownPost, settings: Settings) -> Post | None:
    """The post of `known` as its file stands now; None if it is not there. Raises PostError if it can't be read."""
    stamp = (await asyncio.to_thread(look_at, settings.posts, [known.path])).get(known.path)
    taken = await asyncio.to_thread(take, known.path, stamp, site_of(settings)) if stamp else None
    if taken is None:
        return None
    if problem := taken.record.problem:
        raise PostError(problem.path, problem.line, problem.what, problem.mend, column=problem.column)
    return taken.record.post


def unpublished(post: Post, clock: Clock) -> str:
    """Why the post is not sent, or not yet: most often readers may not see it on the site. Empty if it may be."""
    match post.visibility:
        case Visibility.DRAFT:
            return "is a draft"
        case Visibility.UNLISTED:
            return "is unlisted"
        case Visibility.EXPIRED:
            return "has expired"
        case Visibility.EXCLUDED:
            return "is kept from newsbell by its front matter (newsbell: false)"
    if post.published_at and post.lies_ahead(utc_now()):
        return f"is dated {clock.minute(post.published_at)}, which is yet to come"
    return ""
