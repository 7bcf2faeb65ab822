"""`newsbell takeback`: a post that should not have gone out."""

from __future__ import annotations

import click

from bot.cli.hold import NOT_OUT
from bot.cli.naming import known_post
from bot.cli.setting import memory, start, wait_for
from bot.cli.telling import tell
from bot.cli.wording import counted, say
from bot.groundwork import utc_now
from bot.models import Withdrawn
from bot.records import Braked
from bot.settings import Settings


@click.command()
@click.argument("post")
def takeback(post: str) -> None:
    """Take POST (its path, or its code) back: what is unsent is not sent, and its messages are deleted, or marked as
    withdrawn where NEWSBELL_WITHDRAWN says so, or where the platform deletes no more.

    It works at once, also while the post is being sent. Its file may stay; editing it brings nothing back.
    `newsbell release POST` sends it anew.
    """
    wait_for(_take_back(start(level="WARNING"), post))


async def _take_back(settings: Settings, text: str) -> None:
    how = Withdrawn.MARK if settings.withdrawn is Withdrawn.MARK else Withdrawn.DELETE  # a person asked: none is kept
    async with memory(settings) as store:
        post = await known_post(store, text, settings)
        braked = await store.posts.take_back(post.subject, how, utc_now())
        fate = "marked as withdrawn" if how is Withdrawn.MARK else "deleted"
        messages = f"{counted(braked.standing - braked.shut, 'message is', 'messages are')} being {fate}"
        if not post.revision:
            messages = NOT_OUT
        await tell(store, "newsbell takeback", f"{post.path} is taken back: {messages}{_shut(braked)}")
    if braked.shut:
        say(f"  those go as soon as they can; newsbell why {post.path} names the chats")
    if braked.digests:
        say(f"  {counted(braked.digests, 'digest that lists it is', 'digests that list it are')} rewritten without it")
    if braked.edits:
        along = counted(braked.edits, "edit that waited for your word is", "edits that waited for your word are")
        say(f"  with that, {along} made")
    if braked.unsent:
        say(f"  {counted(braked.unsent, 'chat that waited for it does', 'chats that waited for it do')} not get it")
    if braked.flying:
        say(f"  {counted(braked.flying, 'call was', 'calls were')} in the air; what arrives is taken back as well")
    say(f"  to send it anew: newsbell release {post.path}")


def _shut(braked: Braked) -> str:
    """What can't be taken back now."""
    if not braked.shut:
        return ""
    return f"; {counted(braked.shut, 'stands in a chat that is', 'stand in chats that are')} suspended or paused"
