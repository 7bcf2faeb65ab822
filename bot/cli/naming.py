"""How people name posts and chats on the command line."""

from __future__ import annotations

import asyncio
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from bot.cli.clock import Clock
from bot.cli.no_post import why_no_post
from bot.errors import PostError
from bot.models import Destination, Post, Visibility
from bot.newsroom import look_over, site_of, utc_now
from bot.ports import Store
from bot.publishing.intake import take
from bot.reading.paths import slug_of
from bot.reading.reader import MAX_FILE_BYTES, read_bytes, read_post
from bot.reading.site import Site
from bot.records import KnownPost
from bot.settings import Settings
from bot.watching.walk import look_at

HOW_TO_NAME: Final = "name its path from here, its path below the posts folder, or its code"

_CONSOLE_CHATS: Final = ("telegram", "discord")
_PLATFORMS: Final = ("telegram", "discord", "console")
_LISTED: Final = 5


@dataclass(frozen=True, slots=True)
class Name:
    """A post as it was named: the words, and the path below the posts folder that they mean if they are a path."""

    text: str
    path: str


def name_of(text: str, settings: Settings) -> Name:
    """What `text` names: a path from the current folder goes before one below the posts folder."""
    root = settings.posts.resolve()
    here = Path(os.path.normpath(Path.cwd() / text))
    if here.is_file() and here.is_relative_to(root):
        return Name(text, here.relative_to(root).as_posix())
    if here.is_file() and here.resolve().is_relative_to(root):
        return Name(text, here.resolve().relative_to(root).as_posix())
    return Name(text, os.path.normpath(text))


async def find_post(store: Store, name: Name) -> KnownPost | None:
    """The known post of that name, whether or not its file is still there."""
    return await store.posts.find(name.path) or await store.posts.find(name.text)


async def known_post(store: Store, text: str, settings: Settings) -> KnownPost:
    """The known post that `text` names. Raises click.ClickException with what to do."""
    post = await find_post(store, name_of(text, settings))
    if post is None:
        raise click.ClickException(f"no post {text!r} is known; {HOW_TO_NAME}. newsbell check lists the posts")
    return post


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


def chat_named(text: str) -> Destination:
    """The destination written as `text`, its bot left out. Raises click.ClickException with what can be written."""
    try:
        destination = Destination.parse(text)
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if destination.platform not in _PLATFORMS:
        raise click.ClickException(
            f"{text}: there is no platform {destination.platform}; write telegram:… or discord:…"
        )
    if destination.platform == "console" and (destination.chat_id not in _CONSOLE_CHATS or destination.thread_id):
        raise click.ClickException(f"{text} is no chat; the console has console:telegram and console:discord")
    return destination


async def destination_of(store: Store, text: str) -> Destination:
    """The destination written as `text`, with the bot that writes there. Raises click.ClickException."""
    destination = chat_named(text)
    bot = await store.subscriptions.bot_of(destination.platform)
    if not bot:
        how = "" if destination.platform == "console" else " with its token"
        raise click.ClickException(
            f"no {destination.platform} bot has run with this database yet; start newsbell run{how} first"
        )
    named = Destination(destination.platform, destination.chat_id, destination.thread_id, bot)
    return await _thread_named(store, named) or named


async def _thread_named(store: Store, named: Destination) -> Destination | None:
    """The known Discord thread whose id alone was written: as another place it would get each post twice."""
    if named.platform != "discord" or named.thread_id:
        return None
    places = await store.subscriptions.places()
    threads = (place.destination for place in places if place.destination.thread_id == named.chat_id)
    return next((thread for thread in threads if (thread.platform, thread.bot) == (named.platform, named.bot)), None)


async def known_chat(store: Store, text: str) -> Destination:
    """The destination written as `text`, if anything is known of it. Raises click.ClickException."""
    destination = await destination_of(store, text)
    if await store.subscriptions.place(destination) is None:
        raise click.ClickException(f"{destination} is not known; somebody there has to /subscribe first")
    return destination
