"""`newsbell send`: a post to one chat, or all held posts to whom they belong."""

from __future__ import annotations

from collections.abc import Iterable

import click

from bot.cli.clock import clock_of
from bot.cli.files import read_known, unpublished
from bot.cli.hold import refuse_braked
from bot.cli.naming import known_chat, known_post
from bot.cli.release import STANDS
from bot.cli.setting import memory, start, wait_for
from bot.cli.telling import tell
from bot.cli.wording import counted, say
from bot.groundwork import utc_now
from bot.newsroom import publisher_of
from bot.records import KnownPost, PostState
from bot.settings import Settings


@click.command()
@click.argument("post", required=False)
@click.option("--to", "chat", help="The chat: telegram:-100123, telegram:-100123/7 or discord:456.")
@click.option("--held", is_flag=True, help="Release all posts that wait for a word.")
@click.option("--even-if-unpublished", is_flag=True, help="Also a draft, or a post that is not public, or not yet.")
def send(post: str | None, chat: str | None, held: bool, even_if_unpublished: bool) -> None:
    """Send POST (its path, or its code) to a chat that does not have it, or release held posts.

    The running newsbell does the sending; this only tells it.
    """
    settings = start(level="WARNING")
    if held:
        wait_for(_release(settings))
    elif post and chat:
        wait_for(_send(settings, post, chat, even_if_unpublished=even_if_unpublished))
    else:
        raise click.UsageError("name a POST and --to a chat, or say --held")


async def _release(settings: Settings) -> None:
    async with memory(settings) as store:
        publisher = publisher_of(settings, store)
        publisher.pile.begin()
        released = await publisher.releases.release_held()
        digests = await store.deliveries.gather(utc_now())
        now = await store.posts.about({post.subject for post in released})
        released = [post for post in released if now[post.subject].state in STANDS]  # else it is held again by now
        for post in released:
            await tell(store, "newsbell send --held", f"{post.path} {STANDS[now[post.subject].state]}")
    say(f"{counted(len(released), 'post')} released{_waiting(now.values())}" if released else "No posts are held.")
    if digests:
        say(f"{counted(digests, 'chat gets', 'chats get')} them as one digest (NEWSBELL_DIGEST)")


def _waiting(released: Iterable[KnownPost]) -> str:
    """How many of them do not go out at once all the same."""
    waiting = sum(post.state in (PostState.SCHEDULED, PostState.WAITING) for post in released)
    return f", of which {waiting} {'waits' if waiting == 1 else 'wait'} for a date or a page" if waiting else ""


async def _send(settings: Settings, text: str, chat: str, *, even_if_unpublished: bool) -> None:
    async with memory(settings) as store:
        post = await known_post(store, text, settings)
        destination = await known_chat(store, chat)
        refuse_braked(post)
        await _refuse_unfit(post, settings, even_if_unpublished=even_if_unpublished)
        sent = await publisher_of(settings, store).releases.send_to(post, [destination])
        if sent:
            await tell(store, "newsbell send", f"{post.path} goes to {destination}")
        else:
            say(f"{destination} has {post.path} already")


async def _refuse_unfit(known: KnownPost, settings: Settings, *, even_if_unpublished: bool) -> None:
    """Raise click.ClickException, or PostError, for a post that can't be sent now or that readers may not see yet."""
    post = await read_known(known, settings)
    if post is None or known.key not in {post.key, *post.aliases}:
        raise click.ClickException(f"{known.path} is gone from the folder, or another post; put it back first")
    if not even_if_unpublished and (reason := unpublished(post, clock_of(settings))):
        raise click.ClickException(f"{known.path} {reason}; to send it all the same: --even-if-unpublished")
