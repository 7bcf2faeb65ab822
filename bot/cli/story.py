"""How the story of one delivery is put, and how those of many are summed up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.cli.wording import closed
from bot.clock import Clock
from bot.models import GONE, Action, Attempt, Delivery, DeliveryState, DestinationState, Outcome, Withdrawn
from bot.records import Digested, KnownPost, Story, Tally

_MARKS: Final = {DeliveryState.SETTLED: "✓", DeliveryState.FAILED: "✗"}
_GOES_ON: Final = "…"

_BEGINNINGS: Final = (Action.SEND, Action.PROBE)
"""What the trace of a delivery begins with."""

_STEPS: Final = {
    (Action.SEND, Outcome.UNKNOWN): "sent, and it is not known whether it arrived",
    (Action.PROBE, Outcome.SENT): "looked for it, and it is there",
    (Action.PROBE, Outcome.RETRY): "looked for it",
    (Action.PROBE, Outcome.FLOOD): "looked for it, and the platform asked for a pause",
}
"""The steps of which the two words alone would say nothing to a person."""

_IN_A_DIGEST: Final = {
    Digested.SHOWN: "shown in a digest",
    Digested.WAITING: "goes out in a digest, which is not there yet",
    Digested.FAILED: "in a digest that was given up",
    Digested.LEFT: "taken out of the digest that it was in",
}

_SHUT: Final = {DestinationState.SUSPENDED: "suspended", DestinationState.PAUSED: "paused"}


def story_lines(story: Story, post: KnownPost, clock: Clock, keep: timedelta, now: datetime) -> list[str]:
    """What happened to a delivery of `post`, line by line: where it stands, what was tried, what it waits for.

    `keep` is for how long attempts are kept.
    """
    delivery = story.delivery
    stands = _stands(delivery, story.digested, _message(story.digest or delivery))
    return [
        f"{_mark(delivery)} {delivery.destination}  {delivery.state.value}: {stands}",
        *_trace(delivery, story.attempts, keep, clock),
        *_waits(story, clock, now),
        *_next_step(story, post),
    ]


def tally_lines(tallies: Sequence[Tally]) -> Iterator[str]:
    """How the deliveries of a post stand, counted: a line for each kind."""
    width = len(str(max(tally.count for tally in tallies)))
    for tally in tallies:
        delivery = tally.example
        platform = delivery.destination.platform
        yield f"  {tally.count:>{width}} on {platform}  {_mark(delivery)} {delivery.state.value}: {_standing(tally)}"


def standing(tally: Tally) -> str:
    """What stands in the chat of one delivery, and what is to become of it."""
    return _standing(tally, _message(tally.example))


def _standing(tally: Tally, message: str = "") -> str:
    chats = "chat is" if tally.count == 1 else "chats are"
    shut = f"; the {chats} {_SHUT[tally.chat]}" if tally.chat in _SHUT else ""
    return f"{_stands(tally.example, tally.digested, message)}{shut}"


def _mark(delivery: Delivery) -> str:
    return _MARKS.get(delivery.state, _GOES_ON)


def _message(delivery: Delivery) -> str:
    """The message of a delivery by its ids, of which there is one for each part; empty: there is none."""
    return f"message {', '.join(delivery.shown.receipt.message_ids)}" if delivery.shown else ""


def _stands(delivery: Delivery, digested: Digested, message: str) -> str:
    """What of a post stands in a chat, what is to become of it, and why; `message` says which, else it is any."""
    if digested:
        named = f", {message}" if message and digested is Digested.SHOWN else ""
        return f"{_IN_A_DIGEST[digested]}{named}"
    reason = f" ({delivery.reason})" if delivery.reason else ""
    return f"{_shown(delivery, message or 'a message stands there')}{reason}"


def _shown(delivery: Delivery, message: str) -> str:
    if delivery.shown is None:
        return _unshown(delivery)
    if delivery.wanted == GONE:
        if delivery.is_marked:
            return f"{message}, marked as withdrawn"
        return f"{message}, which is to {'be marked as withdrawn' if delivery.goes is Withdrawn.MARK else 'go away'}"
    if delivery.wanted != delivery.shown.revision:
        return f"{message}, which says revision {delivery.shown.revision} and is to say revision {delivery.wanted}"
    return message


def _unshown(delivery: Delivery) -> str:
    if delivery.wanted == GONE:
        return "no message any more" if delivery.tried_at and not delivery.reason else "no message"
    if delivery.state is DeliveryState.HELD and delivery.nonce:  # it was sent, and no proof could be had
        return "nobody can tell whether it is there"
    return "not there" if delivery.state is DeliveryState.FAILED else "not there yet"


def _waits(story: Story, clock: Clock, now: datetime) -> list[str]:
    """What a delivery waits for, where its chat receives nothing, or not yet."""
    if story.delivery.state is not DeliveryState.DUE:
        return []
    if reason := closed(story.place, clock):
        return [f"    it waits, for the chat is {reason}"]
    again_at = story.delivery.due_at if story.delivery.tried_at else now
    until = max(again_at, story.chat_waits_until or now)
    if until <= now:
        return []
    return [f"    it waits until {clock.second(until)}: silence was asked for there, or something failed"]


def _next_step(story: Story, post: KnownPost) -> list[str]:
    """What lets a delivery go on that needs a word of its own; a post that is braked, or leaving, says so itself."""
    delivery = story.delivery
    if story.digested is Digested.FAILED and story.digest:
        return [f"    to try the digest again: newsbell deliveries retry {story.digest.id}"]
    if story.digested is Digested.SHOWN and story.digest and story.digest.state is DeliveryState.HELD:
        return [f"    the digest waits to be edited ({story.digest.reason}): newsbell release {post.path}"]
    if delivery.state is DeliveryState.FAILED:
        return [f"    to try it again: newsbell deliveries retry {delivery.id}"]
    return _word_for(delivery, post) if delivery.state is DeliveryState.HELD else []


def _word_for(delivery: Delivery, post: KnownPost) -> list[str]:
    """The word that a held delivery waits for, and what that does."""
    if delivery.wanted == GONE:  # it may have arrived, and nobody knows
        return [
            "    nothing is sent there. To look for the message once more, and to delete it where it is found: "
            f"newsbell deliveries retry {delivery.id}; if you have removed it: newsbell deliveries done {delivery.id}"
        ]
    if post.brake or post.reason:
        return []
    if delivery.shown:
        return [f"    to edit the message: newsbell release {post.path}; all that wait: newsbell release --edits"]
    if delivery.nonce:
        return [
            f"    it may be there already: look into the chat, then newsbell deliveries retry {delivery.id} tries again"
        ]
    return [
        f"    to send it all the same: newsbell deliveries retry {delivery.id}; "
        f"to all chats that wait for it: newsbell release {post.path}"
    ]


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
