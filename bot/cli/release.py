"""`newsbell release`: a person's word for what newsbell does not do unasked."""

from __future__ import annotations

import click

from bot.cli.naming import known_post
from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import counted, say
from bot.newsroom import publisher_of, utc_now
from bot.records import KnownPost
from bot.settings import Settings


@click.command()
@click.argument("post", required=False)
@click.option("--leaving", is_flag=True, help="All posts that went away or were unpublished too many at once.")
def release(post: str | None, leaving: bool) -> int:
    """Let go what waits for your word: send a held POST (its path, or its code), or take back the messages of posts
    that are public no more.

    The running newsbell does the work; this only tells it.
    """
    settings = start(level="WARNING")
    if bool(post) == leaving:
        raise click.UsageError("name a POST, or say --leaving")
    return wait_for(_release(settings, post))


async def _release(settings: Settings, text: str | None) -> int:
    async with memory(settings) as store:
        only = await known_post(store, text, settings) if text else None
        going = [each for each in await store.posts.leaving() if only is None or each.subject == only.subject]
        for each in going:
            messages = await store.posts.leave(each.subject, settings.withdrawn, utc_now())
            say(f"✓ {each.path}: {counted(messages, 'message')} taken back")
        if only is None:
            say(f"{counted(len(going), 'post')} released" if going else "No posts are leaving.")
            return 0
        if going:
            return 0
        if await publisher_of(settings, store).release(only):
            say(f"✓ {only.path} is sent to whom it belongs")
            return 0
    say(_not_waiting(only))
    return 1


def _not_waiting(post: KnownPost) -> str:
    return f"{post.path} waits for no word; newsbell why {post.path} tells where it stands"
