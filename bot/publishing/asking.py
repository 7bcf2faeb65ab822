"""What waits for a word of the operators: they are told once for a whole rush, not post by post.

A rush comes in batches. Whoever finds that something waits notes it down, and `tell` is for when the last batch is
through.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from bot.ports import Deliveries, Notices, Posts
from bot.publishing.guard import Guard
from bot.records import PostState
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

POSTS_HELD: Final = sentence(
    "New posts wait for your word: {count}, for {reason}. To send them, each with a date to come at its date: newsbell "
    "send --held; to see them: newsbell deliveries --held"
)
COPIES_HELD: Final = sentence(
    "New posts that look like copies of others wait for your word: {count}. The first is {post}, like {original}: "
    "remove it or give it a title of its own; or, to send it all the same: newsbell release {post}. To see them all: "
    "newsbell deliveries --held"
)
OLD_EDITS_HELD: Final = sentence(
    "Posts were edited, and their messages stay as they are until your word: {count}, for {reason}. To edit the "
    "messages: newsbell release --edits; to see them: newsbell deliveries --held"
)
EDITS_HELD: Final = sentence(
    "Posts were edited at once: {all}. Those with messages that stay as they are until your word: {count}, for "
    "{reason}. To edit the messages: newsbell release --edits; to see them: newsbell deliveries --held"
)
REMOVALS_HELD: Final = sentence(
    "Posts went away or were unpublished at once: {all}. Those with messages that stay until your word: {count}, for "
    "{reason}. To take the messages back: newsbell release --leaving; else put the posts back."
)

TOO_OLD: Final = Reason(sentence("their messages are older than NEWSBELL_EDIT_DAYS allows"))

_CAUSES: Final = {
    POSTS_HELD: "posts are held",
    COPIES_HELD: "copies are held",
    OLD_EDITS_HELD: "edits are held",
    EDITS_HELD: "edits are held",
    REMOVALS_HELD: "removals are held",
}


class Asked:
    """Gathers what waits, by the sentence that tells of it."""

    def __init__(self, notices: Notices | None) -> None:
        """`notices` tell the operators; None: nobody does."""
        self._notices = notices
        self._waiting: dict[str, tuple[int, Guard[Any] | None, dict[str, str]]] = {}
        self._so_far: dict[str, int] = {}  # that wait, of the mass that the log was told of last

    def note(self, message: str, count: int, *, guard: Guard[Any] | None = None, **terms: str) -> None:
        """So many posts more wait; `guard` has seen the mass. The `terms` of the first ones are told."""
        before, _, first = self._waiting.get(message, (0, guard, terms))
        self._waiting[message] = before + count, guard, first

    async def tell(self) -> None:
        """Tell what was noted since the last time; of a mass the log is told likewise."""
        waiting, self._waiting = self._waiting, {}
        for message, (count, guard, terms) in waiting.items():
            mass = {"all": guard.count} if guard else {}
            if guard:
                self._log(message, count, guard, terms)
            if self._notices is not None:
                await self._notices.tell_operators(_CAUSES[message], message, count=count, **mass, **_parted(terms))

    def _log(self, message: str, count: int, guard: Guard[Any], terms: Mapping[str, str]) -> None:
        """One line for a mass, and another where it is twice as large by then: a slow one is not told file by file."""
        self._so_far[message] = count + (self._so_far.get(message, 0) if guard.told else 0)
        if guard.count >= 2 * guard.told:
            guard.told = guard.count
            log.warning(message.format(count=self._so_far[message], all=guard.count, **terms))


def _parted(terms: Mapping[str, str]) -> dict[str, str | int]:
    """The terms with each reason as a sentence and its values, for whoever says it in another language."""
    values = {
        name: value for reason in terms.values() if isinstance(reason, Reason) for name, value in reason.values.items()
    }
    return {name: term.message if isinstance(term, Reason) else term for name, term in terms.items()} | values


def still_waiting(posts: Posts, deliveries: Deliveries) -> Mapping[str, Callable[[], Awaitable[int]]]:
    """How many posts wait for a word at this moment, for each cause that `Asked` tells of."""

    async def held(*, copies: bool) -> int:
        waiting = await posts.waiting(PostState.HELD)
        return sum(bool(post.copy_of) is copies for post in waiting if not post.brake)

    async def edits() -> int:
        return sum(each.posts + each.digests for each in await deliveries.held_edits())

    async def removals() -> int:
        return len(await posts.leaving())

    return {
        _CAUSES[POSTS_HELD]: partial(held, copies=False),
        _CAUSES[COPIES_HELD]: partial(held, copies=True),
        _CAUSES[EDITS_HELD]: edits,
        _CAUSES[REMOVALS_HELD]: removals,
    }
