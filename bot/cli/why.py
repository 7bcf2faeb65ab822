"""`newsbell why`: the trace of a post."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Final

import click

from bot.cli.clock import Clock, clock_of
from bot.cli.naming import HOW_TO_NAME, Name, find_post, known_chat, name_of, read_known, unpublished
from bot.cli.no_post import why_no_post
from bot.cli.pointing import told_as_remembered
from bot.cli.setting import memory, start, wait_for
from bot.cli.wording import closed, say
from bot.delivering.platform import needs_a_word
from bot.errors import PostError
from bot.models import GONE, Action, Attempt, Delivery, DeliveryState, Destination, Outcome
from bot.newsroom import site_of
from bot.ports import Store
from bot.records import Brake, Handover, KnownPost, PostState
from bot.settings import Settings

_NO_CHAT: Final = {
    PostState.KNOWN: "No chat has it.",
    PostState.PUBLISHED: "No chat has it: nobody was subscribed to it when it was published.",
}
_BEGINNINGS: Final = (Action.SEND, Action.PROBE)
"""What the trace of a delivery begins with."""

_STEPS: Final = {
    (Action.SEND, Outcome.UNKNOWN): "sent, and it is not known whether it arrived",
    (Action.PROBE, Outcome.SENT): "looked for it, and it is there",
    (Action.PROBE, Outcome.RETRY): "looked for it",
    (Action.PROBE, Outcome.FLOOD): "looked for it, and the platform asked for a pause",
}
"""The steps of which the two words alone would say nothing to a person."""

_WAITING: Final = "No chat has it yet, for it waits."


@click.command()
@click.argument("post")
@click.argument("chat", required=False)
def why(post: str, chat: str | None) -> None:
    """Tell the story of POST (its path, or its code): who got it, when, what was tried, and why it did not arrive.

    With CHAT (telegram:-100123/7, discord:456) only what happened there.
    """
    wait_for(_tell(start(level="WARNING"), post, chat))


async def _tell(settings: Settings, text: str, chat: str | None) -> None:
    async with memory(settings) as store:
        destination = await known_chat(store, chat) if chat else None
        name = name_of(text, settings)
        post = await find_post(store, name)
        lines = _story(store, post, destination, settings) if post else _no_post(store, name, settings)
        async for line in lines:
            say(line)


async def _no_post(store: Store, name: Name, settings: Settings) -> AsyncIterator[str]:
    """Why a name means no post. Raises click.ClickException if it means no file either."""
    for problem in await store.posts.problems():
        if problem.path == name.path:
            for line in told_as_remembered(problem, site_of(settings)):
                yield line
            yield "It was never sent, and is not until that is mended."
            return
    known = await store.posts.stamps_of([name.path])
    if not known and not _is_there(name.path, settings):
        raise click.ClickException(f"no post {name.text!r} is known; {HOW_TO_NAME}. newsbell check lists the posts")
    if reason := why_no_post(name.path, site_of(settings)):
        yield f"{name.path} {reason}."
    elif known:
        yield f"{name.path} is no post: it has no front matter."
    else:
        yield f"{name.path} was not looked at yet. newsbell run or newsbell once does it."


async def _story(
    store: Store, post: KnownPost, destination: Destination | None, settings: Settings
) -> AsyncIterator[str]:
    story = await store.deliveries.of_post(post.subject)
    clock = clock_of(settings)
    standing = _by_word(post) or _page(post, clock) or await _standing(post, settings, clock, asked=bool(story))
    for line in _about(post, standing, clock):
        yield line
    for problem in await store.posts.problems():
        if problem.path == post.path:
            for line in told_as_remembered(problem, site_of(settings)):
                yield line
    if gone := await _gone(store, post.path, settings, clock):
        yield gone
    for line in _asking(await store.subscriptions.handovers(), story):
        yield line
    shut = {place.destination: closed(place, clock) for place in await store.subscriptions.places()} if story else {}
    here = [row for row in story if destination is None or str(row[0].destination) == str(destination)]
    for delivery, attempts in here:
        waits = (*_waits(delivery, shut.get(delivery.destination, "")), *_next_step(delivery, post))
        for line in (_line(delivery), *_trace(delivery, attempts, settings.keep_days, clock), *waits):
            yield line
    if not here:
        yield f"{destination} does not have it." if destination else _NO_CHAT.get(post.state, _WAITING)


async def _gone(store: Store, path: str, settings: Settings, clock: Clock) -> str:
    """Since when the file of a post is not there; empty: it is."""
    if since := await store.posts.missing_since(path):
        return f"  its file is gone from the folder since {clock.second(since)}"
    return "" if _is_there(path, settings) else "  its file is not in the folder now"


def _asking(asking: Sequence[Handover], story: Sequence[tuple[Delivery, Sequence[Attempt]]]) -> Iterator[str]:
    """Why nothing moves where another bot waits for a person's word."""
    waiting = {delivery.destination.platform for delivery, _ in story if delivery.state is not DeliveryState.SETTLED}
    for each in asking:
        if each.platform in waiting:
            yield f"  {each.platform}: {needs_a_word(each.old, each.new)}"


def _is_there(path: str, settings: Settings) -> bool:
    return (settings.posts / path).is_file()


_STANDING: Final = {
    PostState.KNOWN: "was there before newsbell's first scan, so it was not sent",
    PostState.WITHDRAWN: "was published, and withdrawn: its file is gone, or public no more",
    PostState.PUBLISHED: "was published",
}


def _by_word(post: KnownPost) -> str:
    """What a person said about the post; empty: nothing."""
    match post.brake:
        case Brake.TAKEN:
            return f"was taken back by your word (newsbell takeback); newsbell release {post.path} sends it anew"
        case Brake.HELD:
            return f"is held by your word (newsbell hold); newsbell release {post.path} goes on"
    return ""


def _page(post: KnownPost, clock: Clock) -> str:
    """Which page the post waits for; empty: for none."""
    if post.page_until is None:
        return ""
    until = clock.second(post.page_until)
    return f"waits for its page {post.page}, until {until} at the latest; newsbell release {post.path} sends it now"


async def _standing(post: KnownPost, settings: Settings, clock: Clock, *, asked: bool) -> str:
    """Where the post stands, and what it waits for."""
    match post.state:
        case PostState.KNOWN if asked:
            return "was there before newsbell's first scan, so it went only where somebody asked for it"
        case PostState.SCHEDULED if post.published_at:
            return f"waits for its date, {clock.minute(post.published_at)}"
        case PostState.HELD:
            because = f", for {post.reason}" if post.reason else ""
            return f"is held{because}; it waits for your word: newsbell release {post.path}"
        case PostState.UNPUBLISHED:
            return f"{await _reason(post, settings, clock)}, so it waits until the site shows it"
        case PostState.PUBLISHED if post.reason:
            return f"was published; it is public no more, but {post.reason}: newsbell release {post.path} withdraws it"
    return _STANDING[post.state]


async def _reason(known: KnownPost, settings: Settings, clock: Clock) -> str:
    """Why a post is not public, as its file says now."""
    try:
        post = await read_known(known, settings)
    except PostError:
        post = None
    return (unpublished(post, clock) if post else "") or "was not public when newsbell last read it"


def _about(post: KnownPost, standing: str, clock: Clock) -> list[str]:
    date = f", dated {clock.minute(post.published_at)}" if post.published_at else ""
    said = f"revision {post.revision}" if post.revision else "never announced"
    categories = ", ".join(post.categories) or "none"
    return [
        f"{post.path}: {post.title}",
        f"  {standing} ({said}{date})",
        f"  categories: {categories}; language: {post.language}; seen first {clock.second(post.first_seen_at)}",
    ]


def _line(delivery: Delivery) -> str:
    mark = {DeliveryState.SETTLED: "✓", DeliveryState.FAILED: "✗"}.get(delivery.state, "…")
    reason = f" ({delivery.reason})" if delivery.reason else ""
    return f"{mark} {delivery.destination}  {delivery.state.value}: {_shown(delivery)}{reason}"


def _shown(delivery: Delivery) -> str:
    """What stands in the chat, and what is to become of it."""
    if delivery.shown is None:
        return "no message of its own" if delivery.wanted == GONE else "not there yet"
    message = f"message {', '.join(delivery.shown.receipt.message_ids)}"
    if delivery.wanted == GONE:
        return f"{message}, which is to go away"
    if delivery.wanted != delivery.shown.revision:
        return f"{message}, which says revision {delivery.shown.revision} and is to say revision {delivery.wanted}"
    return message


def _waits(delivery: Delivery, closed: str) -> list[str]:
    """What a delivery waits for, where its chat receives nothing."""
    return [f"    it waits, for the chat is {closed}"] if closed and delivery.state is DeliveryState.DUE else []


def _next_step(delivery: Delivery, post: KnownPost) -> list[str]:
    """What lets a delivery go on that needs a word of its own; a post that is braked, or leaving, says so itself."""
    if delivery.state is DeliveryState.FAILED:
        return [f"    to try it again: newsbell deliveries retry {delivery.id}"]
    if delivery.state is not DeliveryState.HELD or post.brake or post.reason:
        return []
    if delivery.shown:
        return [f"    to edit the message: newsbell release {post.path}; all that wait: newsbell release --edits"]
    return [f"    to send it all the same: newsbell deliveries retry {delivery.id}"]


def _trace(delivery: Delivery, attempts: Sequence[Attempt], keep: timedelta, clock: Clock) -> list[str]:
    lines = [_step(attempt, clock) for attempt in attempts]
    if delivery.tried_at and not any(attempt.action in _BEGINNINGS for attempt in attempts):
        days = f"{keep / timedelta(days=1):g} days (NEWSBELL_KEEP_DAYS)"
        lines.insert(0, f"    what was tried before is no longer kept: it is older than {days}")
    return lines


def _step(attempt: Attempt, clock: Clock) -> str:
    took = (attempt.ended_at - attempt.began_at).total_seconds()
    detail = f": {attempt.detail}" if attempt.detail else ""
    words = f"{attempt.action.value} -> {attempt.outcome.value}"
    step = _STEPS.get((attempt.action, attempt.outcome), words)
    return f"    {clock.second(attempt.began_at)} {step} ({took:.1f} s){detail}"
