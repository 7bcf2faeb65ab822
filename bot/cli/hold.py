"""`newsbell hold`: the operator's brake."""

from __future__ import annotations

from typing import Final

import click

from bot.cli.naming import known_post
from bot.cli.setting import memory, start, wait_for
from bot.cli.telling import tell
from bot.cli.wording import counted, say
from bot.groundwork import utc_now
from bot.records import Brake, Braked, KnownPost
from bot.settings import Settings

NOT_OUT: Final = "nothing of it was sent yet"
"""What there is to say of a post that still waits for its date, its page or a word."""


@click.command()
@click.argument("post")
def hold(post: str) -> None:
    """Send nothing more of POST (its path, or its code), neither to those who wait for it nor as an edit.

    It works at once, also while the post is being sent. `newsbell release POST` goes on, `newsbell takeback POST` takes
    it back. A post that is removed meanwhile takes its messages with it all the same.
    """
    wait_for(_hold(start(level="WARNING"), post))


async def _hold(settings: Settings, text: str) -> None:
    async with memory(settings) as store:
        post = await known_post(store, text, settings)
        if post.brake is Brake.TAKEN:
            raise click.ClickException(f"{post.path} was taken back already, so nothing of it is sent")
        braked = await store.posts.hold(post.subject, utc_now())
        await tell(store, "newsbell hold", f"{post.path} is held: {_about(post, braked)}")
    if braked.flying:
        say(f"  {counted(braked.flying, 'call was', 'calls were')} in the air and may still arrive")
    say(f"  it goes on with: newsbell release {post.path}")


def _about(post: KnownPost, braked: Braked) -> str:
    if not post.revision:
        return NOT_OUT
    stand = f"; {counted(braked.standing, 'message stands', 'messages stand')}" if braked.standing else ""
    return f"{counted(braked.unsent, 'chat waits', 'chats wait')} for it{stand}"


def refuse_braked(post: KnownPost) -> None:
    """Raise click.ClickException for a post that a person held."""
    if post.brake is Brake.HELD:
        raise click.ClickException(f"{post.path} is held by your own word; first: newsbell release {post.path}")
