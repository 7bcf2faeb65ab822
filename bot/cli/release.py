"""`newsbell release`: a person's word for what newsbell does not do unasked, or was told not to do."""

from __future__ import annotations

from typing import Final

import click

from bot.cli.naming import known_post
from bot.cli.setting import memory, start, wait_for
from bot.cli.telling import tell
from bot.cli.wording import counted, say
from bot.groundwork import utc_now
from bot.models import Withdrawn
from bot.ports import Store
from bot.records import Brake, KnownPost, PostState
from bot.settings import Settings

STANDS: Final = {
    PostState.PUBLISHED: "is sent to whom it belongs",
    PostState.WAITING: "waits for its page again",
    PostState.SCHEDULED: "waits for its date again",
    PostState.UNPUBLISHED: "may be sent again, once it is public",
    PostState.WITHDRAWN: "may be sent again, once it is back",
    PostState.KNOWN: "may be sent again: newsbell send POST --to CHAT",
}


_UNSENT: Final = (PostState.HELD, PostState.WAITING, PostState.UNPUBLISHED, PostState.WITHDRAWN)
"""What a word may send; of the last two, what is public again: a takeback left it so, or a word that a kill cut off."""


@click.command()
@click.argument("post", required=False)
@click.option("--leaving", is_flag=True, help="All posts that went away or were unpublished too many at once.")
@click.option("--edits", is_flag=True, help="All edits that wait: too many came at once, or the messages are old.")
@click.option("--new-bot", is_flag=True, help="The bot of a new token: it takes over the chats of the one before.")
@click.option("--folder", is_flag=True, help="The folder of posts, where they moved to another device for good.")
def release(post: str | None, leaving: bool, edits: bool, new_bot: bool, folder: bool) -> int:
    """Let go what waits for your word: send a held POST (its path, or its code), go on with one after `newsbell hold`,
    send one anew after `newsbell takeback`, edit messages whose edit waits, or take back the messages of posts that
    are public no more.

    The running newsbell does the work; this only tells it.
    """
    settings = start(level="WARNING")
    if bool(post) + leaving + edits + new_bot + folder != 1:
        raise click.UsageError("name a POST, or say --leaving, --edits, --new-bot or --folder")
    if folder:
        return wait_for(_release_folder(settings))
    if new_bot:
        return wait_for(_release_bots(settings))
    if edits:
        return wait_for(_release_edits(settings))
    return wait_for(_release(settings, post) if post else _release_leaving(settings))


async def _release_leaving(settings: Settings) -> int:
    async with memory(settings) as store:
        leaving = await store.posts.leaving()
        for each in leaving:
            await _let_go(store, each, settings)
    say(f"{counted(len(leaving), 'post')} released" if leaving else "No posts are leaving.")
    return 0


async def _release_edits(settings: Settings) -> int:
    async with memory(settings) as store:
        if messages := await store.deliveries.release_edits(utc_now()):
            follow = counted(messages, "message follows its post", "messages follow their posts")
            await tell(store, "newsbell release --edits", f"{follow} now")
        else:
            say("No edits wait for your word.")
    return 0


async def _release_folder(settings: Settings) -> int:
    async with memory(settings) as store:
        await store.posts.believe(None)
        await tell(store, "newsbell release --folder", f"{settings.posts} is taken as it stands now")
    return 0


async def _release_bots(settings: Settings) -> int:
    async with memory(settings) as store:
        done = await store.subscriptions.hand_over(utc_now(), on_unknown=settings.on_unknown)
    for each in done:
        say(f"✓ {each.platform}: bot {each.new} takes over {counted(each.chats, 'chat')} of bot {each.old}")
    if done:
        say(
            "  It must be in them, with the right to write; what is unsent goes out now. What bot "
            f"{done[0].old} has shown stays as it is."
        )
    else:
        say("No new bot waits for your word.")
    return 0


async def _release(settings: Settings, text: str) -> int:
    async with memory(settings) as store:
        post = await known_post(store, text, settings)
        if post.subject in {each.subject for each in await store.posts.leaving()}:
            await _let_go(store, post, settings)
            return 0
        due = await store.posts.free(post.subject, utc_now())
        if (post.state in _UNSENT or post.brake is Brake.TAKEN) and not await _publish(settings, store, post):
            return 1  # why is said already
        stands = (await store.posts.about({post.subject}))[post.subject].state
        if not due and not post.brake and stands is post.state:
            say(f"{post.path} waits for no word; newsbell why {post.path} tells where it stands")
            return 1
        await tell(store, "newsbell release", f"{post.path} {_what_becomes_of(post, due, stands)}")
    return 0


def _what_becomes_of(post: KnownPost, due: int, stands: PostState) -> str:
    if due:
        return f"goes on: {counted(due, 'delivery is', 'deliveries are')} due"
    if post.state is stands is PostState.PUBLISHED:
        return "goes on; nothing of it is left to be sent or edited now"
    return STANDS[stands]


async def _publish(settings: Settings, store: Store, post: KnownPost) -> bool:
    from bot.newsroom import publisher_of

    return await publisher_of(settings, store).releases.release(post)


async def _let_go(store: Store, post: KnownPost, settings: Settings) -> None:
    messages = await store.posts.leave(post.subject, settings.withdrawn, utc_now())
    if settings.withdrawn is Withdrawn.KEEP:
        fate = "its messages stay, as NEWSBELL_WITHDRAWN says"
    else:
        fate = f"{counted(messages, 'message')} taken back"
    await tell(store, "newsbell release", f"{post.path}: {fate}")
