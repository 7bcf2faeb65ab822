"""`newsbell deliveries`: what failed or waits, trying it again, and what was removed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import click

from bot.cli.clock import clock_of
from bot.cli.ending import FAILED
from bot.cli.setting import memory, start, wait_for
from bot.cli.story import standing
from bot.cli.telling import tell
from bot.cli.wording import counted, edit_lines, say, say_json
from bot.clock import Clock
from bot.groundwork import utc_now
from bot.models import Delivery, DeliveryState, DestinationState
from bot.records import HELD_BY_WORD, Brake, HeldEdits, KnownPost, PostState, Tally
from bot.settings import Settings

SHOWN: Final = 50

Rows = list[tuple[Tally, KnownPost | None]]
"""How each delivery stands, with the post that it is about."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person's word, whether or not there are deliveries of it yet."""

    held: Sequence[KnownPost] = ()
    leaving: Sequence[KnownPost] = ()
    edits: Sequence[HeldEdits] = ()


@click.group(invoke_without_command=True)
@click.option("--failed", is_flag=True, help="Only what was given up.")
@click.option("--held", is_flag=True, help="Only what waits for a person's word.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_context
def deliveries(ctx: click.Context, failed: bool, held: bool, as_json: bool) -> None:
    """List the latest deliveries, and held posts; `retry` makes failed ones due again, `done` ends what you removed."""
    if ctx.invoked_subcommand:
        return
    chosen = {DeliveryState.FAILED: failed, DeliveryState.HELD: held}
    states = [state for state, wanted in chosen.items() if wanted] or list(DeliveryState)
    settings = start(level="WARNING")
    rows, waiting = wait_for(_listing(settings, states))
    if as_json:
        listing = {
            "deliveries": [_as_json(row.example, post) for row, post in rows],
            "held_posts": [_post_as_json(post) for post in waiting.held],
            "leaving_posts": [_post_as_json(post) for post in waiting.leaving],
            "held_edits": [asdict(edits) for edits in waiting.edits],
        }
        say_json(listing)
        return
    clock = clock_of(settings)
    for row in rows:
        say(_line(*row, clock))
    for line in (*_held_lines(waiting.held), *_leaving_lines(waiting.leaving), *edit_lines(waiting.edits)):
        say(line)
    if not rows and waiting == Waiting():
        say("Nothing to list.")


@deliveries.command()
@click.argument("ids", nargs=-1, type=int, metavar="[ID]...")
@click.option("--held", is_flag=True, help="All held ones, in place of all failed ones.")
def retry(ids: tuple[int, ...], held: bool) -> int:
    """Make deliveries due again: all failed ones, or those with these IDs, failed or held.

    Exit code 1: an ID is neither. For edits that wait there is also newsbell release --edits.
    """
    settings = start(level="WARNING")
    if ids and held:
        raise click.UsageError("name IDs, or say --held")
    if ids:
        return wait_for(_retry_these(settings, set(ids)))
    count = wait_for(_retry(settings, DeliveryState.HELD if held else DeliveryState.FAILED))
    say(f"{_deliveries_are(count)} due again")
    return 0


@deliveries.command()
@click.argument("ids", nargs=-1, type=int, required=True, metavar="ID...")
def done(ids: tuple[int, ...]) -> int:
    """Say that you removed the message of a held delivery by hand, or that it was not there: it waits no more.

    Exit code 1: an ID is none of those that are to be removed by hand.
    """
    return wait_for(_done(start(level="WARNING"), set(ids)))


async def _done(settings: Settings, ids: set[int]) -> int:
    async with memory(settings) as store:
        refused = [id for id in sorted(ids) if not await store.deliveries.removed_by_hand(id, utc_now())]
        if done := len(ids) - len(refused):
            await tell(
                store, "newsbell deliveries done", counted(done, "message is done with", "messages are done with")
            )
    for id in refused:
        say(f"✗ delivery {id} is not to be removed by hand; newsbell deliveries --held says what is", err=True)
    return FAILED if refused else 0


async def _listing(settings: Settings, states: list[DeliveryState]) -> tuple[Rows, Waiting]:
    async with memory(settings) as store:
        rows = await store.deliveries.listing(states, limit=SHOWN)
        posts = await store.posts.about({row.subject for row in rows})
        stands = await store.stories.standing([row.id for row in rows])
        waiting = Waiting()
        if DeliveryState.HELD in states:
            braked = await store.posts.braked(Brake.HELD)
            held = [post for post in await store.posts.waiting(PostState.HELD) if not post.brake]
            waiting = Waiting(
                (*held, *braked), tuple(await store.posts.leaving()), tuple(await store.deliveries.held_edits())
            )
        return [(stands[row.id], posts.get(row.subject)) for row in rows], waiting


async def _retry(settings: Settings, state: DeliveryState) -> int:
    async with memory(settings) as store:
        return await store.deliveries.retry([state], utc_now(), on_unknown=settings.on_unknown)


async def _retry_these(settings: Settings, ids: set[int]) -> int:
    """Make those due that are failed or held, and say of each other why it is not, and what to do."""
    async with memory(settings) as store:
        rows = {row.id: row for row in await store.deliveries.with_ids(ids)}
        posts = await store.posts.about({row.subject for row in rows.values()})
        stuck = [DeliveryState.FAILED, DeliveryState.HELD]
        refused = [
            id
            for id in sorted(ids)
            if not await store.deliveries.retry(stuck, utc_now(), only=[id], on_unknown=settings.on_unknown)
        ]
    say(f"{_deliveries_are(len(ids) - len(refused))} due again")
    for id in refused:
        row = rows.get(id)
        say(f"✗ {_why_not(id, row, posts.get(row.subject) if row else None)}", err=True)
    return FAILED if refused else 0


def _why_not(id: int, row: Delivery | None, post: KnownPost | None) -> str:
    """Why the delivery `row` was not made due."""
    if row is None:
        return f"there is no delivery {id}; newsbell deliveries lists them, each with its ID"
    if row.state is DeliveryState.HELD and post:
        return f"delivery {id} waits for a word about its post ({row.reason}): newsbell release {post.path}"
    tells = f"; newsbell why {post.path} tells its story" if post else ""
    return f"delivery {id} is {row.state.value}, neither failed nor held, so there is nothing to try again{tells}"


def _deliveries_are(count: int) -> str:
    return counted(count, "delivery is", "deliveries are")


def _line(tally: Tally, post: KnownPost | None, clock: Clock) -> str:
    row = tally.example
    about = f"{post.path} “{post.title}”" if post else "a digest"
    goes_on = row.state is DeliveryState.DUE and tally.chat is DestinationState.ACTIVE
    due = f", due {clock.second(row.due_at)}" if goes_on else ""
    return f"{row.id:>7} {row.state.value:<8} {row.destination!s:<28} {about}: {standing(tally)}{due}"


def _held_lines(posts: Sequence[KnownPost]) -> Iterator[str]:
    """By whose doing they are held: newsbell's own, or a person's."""
    ours, theirs = [post for post in posts if not post.brake], [post for post in posts if post.brake]
    if ours:
        yield f"{counted(len(ours), 'post is', 'posts are')} held, for your word; newsbell send --held sends them:"
        yield from _named(ours)
    if theirs:
        yield f"{counted(len(theirs), 'post is', 'posts are')} held by your word; newsbell release POST goes on:"
        yield from _named(theirs)


def _leaving_lines(posts: Sequence[KnownPost]) -> Iterator[str]:
    if posts:
        leave = counted(len(posts), "post is", "posts are")
        yield f"{leave} public no more, and newsbell release --leaving takes the messages back:"
        yield from _named(posts)


def _named(posts: Sequence[KnownPost]) -> Iterator[str]:
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
