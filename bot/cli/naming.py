"""How people name posts and chats on the command line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click

from bot.models import Destination
from bot.ports import Store
from bot.records import KnownPost
from bot.settings import Settings

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
