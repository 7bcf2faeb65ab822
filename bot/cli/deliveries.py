"""`newsbell deliveries`: what failed or waits, and trying it again."""

from __future__ import annotations

from collections.abc import Iterator

import click

from bot.cli.ending import FAILED
from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import counted, say, say_json
from bot.models import Delivery, DeliveryState
from bot.newsroom import utc_now
from bot.records import HELD_BY_WORD, Brake, KnownPost, PostState
from bot.settings import Settings

SHOWN = 50

Rows = list[tuple[Delivery, KnownPost | None]]
"""Deliveries with the post that each is about."""
Held = list[KnownPost]
"""Posts that wait for a person's word, whether or not there are deliveries of them yet."""


@click.group(invoke_without_command=True)
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option("--held", is_flag=True, help="Only what waits for a person's word.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def deliveries(ctx: click.Context, failed: bool, held: bool, as_json: bool) -> None:
    """List the latest deliveries, and held posts; `retry` makes failed ones due again."""
    if ctx.invoked_subcommand:
        return
    chosen = {DeliveryState.FAILED: failed, DeliveryState.HELD: held}
    states = [state for state, wanted in chosen.items() if wanted] or list(DeliveryState)
    rows, posts = wait_for(_listing(start(level="WARNING"), states))
    if as_json:
        listing = {
            "deliveries": [_as_json(*row) for row in rows],
            "held_posts": [_post_as_json(post) for post in posts],
        }
        say_json(listing)
        return
    for row in rows:
        say(_line(*row))
    for line in _held_lines(posts):
        say(line)
    if not rows and not posts:
        say("Nothing to list.")


@deliveries.command()
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.option("--held", is_flag=True, help="Held ones too.")
def retry(ids: tuple[int, ...], held: bool) -> int:
    """Make failed deliveries due again: those with these IDs, or all of them. Exit code 1: an ID is none of them."""
    states = [DeliveryState.FAILED, *([DeliveryState.HELD] if held else [])]
    count = wait_for(_retry(start(level="WARNING"), states, set(ids) or None))
    say(f"{counted(count, 'delivery is', 'deliveries are')} due again")
    return FAILED if count < len(set(ids)) else 0


async def _listing(settings: Settings, states: list[DeliveryState]) -> tuple[Rows, Held]:
    async with memory(settings) as store:
        rows = await store.deliveries.listing(states, limit=SHOWN)
        posts = await store.posts.about({row.subject for row in rows})
        held: Held = []
        if DeliveryState.HELD in states:
            braked = await store.posts.braked(Brake.HELD)
            held = [post for post in await store.posts.waiting(PostState.HELD) if not post.brake] + braked
        return [(row, posts.get(row.subject)) for row in rows], held


async def _retry(settings: Settings, states: list[DeliveryState], only: set[int] | None) -> int:
    async with memory(settings) as store:
        return await store.deliveries.retry(states, utc_now(), only=only)


def _line(row: Delivery, post: KnownPost | None) -> str:
    about = f"{post.path} “{post.title}”" if post else "a digest"
    due = f", due {row.due_at:%Y-%m-%d %H:%M:%S}" if row.state is DeliveryState.DUE else ""
    reason = f"  {row.reason}" if row.reason else ""
    return f"{row.id:>7} {row.state.value:<8} {row.destination!s:<28} {about}{due}{reason}"


def _held_lines(posts: Held) -> Iterator[str]:
    """By whose doing they are held: newsbell's own, or a person's."""
    ours, theirs = [post for post in posts if not post.brake], [post for post in posts if post.brake]
    if ours:
        yield f"{counted(len(ours), 'post is', 'posts are')} held, for your word; newsbell send --held sends them:"
        yield from _named(ours)
    if theirs:
        yield f"{counted(len(theirs), 'post is', 'posts are')} held by your word; newsbell release POST goes on:"
        yield from _named(theirs)


def _named(posts: Held) -> Iterator[str]:
    for post in posts[:SHOWN]:
        yield f"  {post.path} “{post.title}”  {post.reason or HELD_BY_WORD}"
    if len(posts) > SHOWN:
        yield f"  and {len(posts) - SHOWN} more (--json lists them all)"


def _post_as_json(post: KnownPost) -> dict[str, object]:
    return {"path": post.path, "title": post.title, "reason": post.reason or HELD_BY_WORD}


def _as_json(row: Delivery, post: KnownPost | None) -> dict[str, object]:
    return {
        "id": row.id,
        "path": post.path if post else None,
        "title": post.title if post else None,
        "destination": str(row.destination),
        "state": row.state.value,
        "wanted": row.wanted,
        "shown": row.shown.revision if row.shown else None,
        "message_ids": list(row.shown.receipt.message_ids) if row.shown else [],
        "due_at": row.due_at.isoformat() if row.state is DeliveryState.DUE else None,
        "tries": row.tries,
        "reason": row.reason,
    }
