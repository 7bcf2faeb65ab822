"""Notices: what newsbell has to say about itself, to the operators and to those who subscribed a chat (DESIGN 4.4).

Whoever needs a word to the operators calls `bot.ports.Notices.tell_operators`; of suspended chats nobody has to tell
anything here, for they are found in the store, whoever suspended them and before whichever crash. What is written down
is told once: it counts as told from before the call, so a notice may be lost by a crash, but comes never twice.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from bot.delivering.dead_ends import DEAD_ENDS
from bot.delivering.doors import PATIENCE
from bot.errors import DeliveryError, TryLater
from bot.models import Destination, Place, Reply
from bot.ports import Adapter, NoticeShelf
from bot.records import Loss, Notice
from bot.texts import sentence, texts

log = logging.getLogger(__name__)

GLANCE_SECONDS: Final = 2.0
"""How often a look is taken whether somebody is to be told something."""

QUIET: Final = timedelta(seconds=5)
LONGEST_GATHERING: Final = timedelta(minutes=1)
"""Losses are told together: when none came for QUIET, or when the first one has waited so long."""

RETRY: Final = timedelta(minutes=1)
GIVEN_UP_AFTER: Final = timedelta(days=1)
TOGETHER: Final = 20
"""Notices in one message at most."""

NAMED: Final = 10
"""Places that a notice names; of more it gives the number."""

LOST: Final = "lost: "
"""What the causes of notices about suspended places begin with; the places' reason follows."""

_PLACES: Final = "lost"
"""The term of such a notice that nobody reads: the ids of its places, as JSON."""

_ONE: Final = sentence(
    "Nothing can be sent to {place} any more: {reason}. What is due there waits for {days} days, and goes out by "
    "itself once that is mended."
)
_MANY: Final = sentence(
    "Nothing can be sent to {count} chats any more: {reason}. What is due there waits for {days} days, and goes out by "
    "itself once that is mended. They are: {places}"
)


_ONE_DEAD: Final = sentence(
    "Nothing can be sent to {place} any more: {reason}. What is due there is given up after {days} days. An operator "
    "can end it before: newsbell subscriptions remove CHAT"
)
_MANY_DEAD: Final = sentence(
    "Nothing can be sent to {count} chats any more: {reason}. What is due there is given up after {days} days. An "
    "operator can end it before: newsbell subscriptions remove CHAT. They are: {places}"
)


class Notifier:
    """bot.ports.Notices, and the task that tells people what is written down."""

    def __init__(
        self,
        shelf: NoticeShelf,
        operators: Collection[Destination],
        voices: Callable[[], Iterable[Adapter]],
        *,
        now: Callable[[], datetime],
        language: str = "en",
        standing: Mapping[str, Callable[[], Awaitable[int]]] = MappingProxyType({}),
    ) -> None:
        """`operators` may come and go; `voices` are the platforms that can be spoken on now; `language` is for people
        of whom none is known.

        `standing` counts, by cause, what a notice tells of: nothing any more, and it is not told.
        """
        self._shelf = shelf
        self._operators = operators
        self._voices = voices
        self._now = now
        self._language = language
        self._standing = standing
        self._woken = asyncio.Event()

    async def tell_operators(self, cause: str, message: str, /, **values: str | int) -> None:
        """See bot.ports.Notices."""
        try:
            notices = [Notice(person, cause, message, values, self._language) for person in self._operators]
            await self._shelf.add(notices, self._now(), anew=await self._is_new(cause, values))
        except Exception:
            log.exception("the operators can't be told of %s", cause)
        self._woken.set()

    async def tell_once_a_day(self, cause: str, message: str, /, **values: str | int) -> None:
        """See bot.ports.Notices."""
        try:
            notices = [Notice(person, cause, message, values, self._language) for person in self._operators]
            await self._shelf.write(notices, self._now())
        except Exception:
            log.exception("the operators can't be told of %s", cause)
        self._woken.set()

    async def tell_owners(self, place: Destination, cause: str, message: str, /, **values: str | int) -> None:
        """See bot.ports.Notices."""
        try:
            if (found := await self._shelf.owners(place)) is None:
                return
            known, people = found
            named = values | {"place": _name(known, in_full=False)}
            owners = [Destination(place.platform, person) for person in people if _can_be_told(person, place)]
            notices = [Notice(person, cause, message, named, known.language) for person in owners]
            if not notices:
                named |= {"place": _name(known, in_full=True)}
                notices = [Notice(person, cause, message, named, self._language) for person in self._operators]
            await self._shelf.write(notices, self._now())
        except Exception:
            log.exception("the owners of %s can't be told of %s", place, cause)
        self._woken.set()

    async def tell_of_end(self, cause: str, message: str, /, **values: str | int) -> None:
        """See bot.ports.Notices."""
        try:
            over = f"{cause}: over"
            notices = [Notice(person, over, message, values, self._language) for person in self._operators]
            await self._shelf.end(cause, notices, self._now())
        except Exception:
            log.exception("the operators can't be told that it is over: %s", cause)
        self._woken.set()

    async def _is_new(self, cause: str, values: Mapping[str, str | int]) -> bool:
        """Whether there is nothing of that cause but what is told now."""
        count = self._standing.get(cause)
        return count is not None and await count() <= int(values.get("count", 1))

    async def run(self) -> None:
        """Tell what is to be told, until cancelled."""
        while True:
            await self.tell(patient=True)
            try:
                async with asyncio.timeout(GLANCE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()

    async def tell(self, *, patient: bool) -> None:
        """Tell what is to be told now; `patient`: chats that are being lost at this moment are told of together.

        Never raises: what goes wrong is logged, and tried again with the next look.
        """
        try:
            await self._write_losses(patient=patient)
            for voice in self._voices():
                due = await self._true_now(await self._shelf.due(voice.platform, self._now(), limit=TOGETHER))
                for person, notices in _by_person(due).items():
                    await self._say(voice, person, notices)
        except Exception:
            log.exception("notices could not be told; trying again")

    async def _true_now(self, due: Iterable[Notice]) -> list[Notice]:
        """What is still to be told, with the counts of this moment; a cause that has ended is dropped."""
        true = []
        for notice in due:
            if _PLACES in notice.terms:
                true += await self._still_lost(notice)
                continue
            standing = await self._standing[notice.cause]() if notice.cause in self._standing else None
            if standing == 0:
                await self._shelf.drop([notice])
                log.info("not told any more, for it has ended: %s", notice.cause)
            elif standing is not None and "count" in notice.terms:
                true.append(replace(notice, terms=notice.terms | {"count": standing}))
            else:
                true.append(notice)
        return true

    async def _still_lost(self, notice: Notice) -> list[Notice]:
        """The notice about those of its places that are still suspended; none if all are back before it was told."""
        lost = await self._shelf.suspended(json.loads(str(notice.terms[_PLACES])))
        if not lost:
            await self._shelf.drop([notice])
            return []
        told = _about(str(notice.terms["reason"]), lost, notice.person, cause=notice.cause, language=notice.language)
        return [replace(notice, message=told.message, terms=told.terms)]

    async def _write_losses(self, *, patient: bool) -> None:
        now = self._now()
        losses = await self._shelf.losses(now)
        if not losses or (patient and _still_coming(losses, now)):
            return
        to_owners = [loss for loss in losses if loss.to_owners]
        to_operators = [loss for loss in losses if loss.to_operators]
        notices = [
            *_to_owners(to_owners),
            *(
                _about(reason, lost, operator, cause=LOST + reason, language=self._language)
                for reason, lost in _by_reason(to_operators).items()
                for operator in self._operators
            ),
        ]
        await self._shelf.write(
            notices,
            now,
            owners_of=[loss.destination for loss in to_owners],
            operators_of=[loss.destination for loss in to_operators],
        )

    async def _say(self, voice: Adapter, person: str, notices: Sequence[Notice]) -> None:
        """Tell one person all that is due, in one message. Never raises a DeliveryError."""
        text = "\n\n".join(
            worded(notice.message, notice.terms, notice.language or self._language) for notice in _each_once(notices)
        )
        destination = Destination(voice.platform, person, bot=voice.bot)
        await self._shelf.claim(notices)
        try:
            await voice.notify(destination, Reply(text))
        except TryLater as error:
            await self._postpone(notices, error, text)
        except DeliveryError as error:
            log.warning("%s could not be told (%s): %s", destination, error, text)
        except Exception:
            log.exception("%s could not be told: %s", destination, text)
        else:
            log.info("told %s: %s", destination, text)

    async def _postpone(self, notices: Sequence[Notice], error: TryLater, text: str) -> None:
        now = self._now()
        fresh = [notice for notice in notices if notice.written_at and now - notice.written_at < GIVEN_UP_AFTER]
        if len(fresh) < len(notices):
            log.warning("%s could not be told for a day (%s): %s", notices[0].person, error, text)
        await self._shelf.postpone(fresh, now + max(RETRY, timedelta(seconds=error.retry_after or 0)))


def worded(message: str, terms: Mapping[str, str | int], language: str) -> str:
    """The sentence `message` in a language; its reason, where it has one, is a sentence that shares its values."""
    spoken = texts(language)
    places = {name: spoken.place(str(terms[name])) for name in ("place", "places") if name in terms}
    reason = {"reason": spoken.term(str(terms["reason"]), **terms)} if "reason" in terms else {}
    return spoken.say(message, **{**terms, **places, **reason})


def _still_coming(losses: Collection[Loss], now: datetime) -> bool:
    times = [loss.since for loss in losses]
    return now - max(times) < QUIET and now - min(times) < LONGEST_GATHERING


def _to_owners(losses: Collection[Loss]) -> list[Notice]:
    """A notice for each person and reason."""
    owned: dict[tuple[Destination, str], list[Loss]] = {}
    for loss in losses:
        lost = loss.place.destination
        for person in loss.people:
            if _can_be_told(person, lost):
                owned.setdefault((Destination(lost.platform, person), loss.place.reason), []).append(loss)
    return [_about(reason, lost, person) for (person, reason), lost in owned.items()]


def _can_be_told(person: str, of: Destination) -> bool:
    """Who is hidden by the platform, or is no person of it, can't be told; nor anybody in the very chat."""
    return person.isdecimal() and person != of.chat_id


def _about(reason: str, losses: Sequence[Loss], person: Destination, *, cause: str = "", language: str = "") -> Notice:
    """That nothing can be sent to these places, for the same reason."""
    places = json.dumps([loss.destination for loss in losses])
    terms: dict[str, str | int] = {"reason": reason, "days": PATIENCE.days, _PLACES: places}
    one, many = (_ONE_DEAD, _MANY_DEAD) if reason in DEAD_ENDS else (_ONE, _MANY)
    names = [_name(loss.place, in_full=bool(cause)) for loss in losses]
    if len(names) == 1:
        return Notice(person, cause, one, terms | {"place": names[0]}, language or losses[0].place.language)
    shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    terms |= {"count": len(names), "places": shown}
    return Notice(person, cause, many, terms, language or losses[0].place.language)


def _each_once(notices: Iterable[Notice]) -> Iterator[Notice]:
    """The notices without those about places of which another one tells the same person as an operator."""
    notices = list(notices)
    as_operator = {place for notice in notices if notice.cause for place in _places_of(notice)}
    for notice in notices:
        if notice.cause or not _places_of(notice) or not as_operator.issuperset(_places_of(notice)):
            yield notice


def _places_of(notice: Notice) -> list[int]:
    places: list[int] = json.loads(str(notice.terms.get(_PLACES, "[]")))
    return places


def _name(place: Place, *, in_full: bool) -> str:
    """What people call a place. Operators need its id too, for commands; others have never seen one."""
    if not place.title:
        return str(place.destination)
    return f"{place.title} ({place.destination})" if in_full else place.title


def _by_reason(losses: Iterable[Loss]) -> Mapping[str, list[Loss]]:
    grouped: dict[str, list[Loss]] = {}
    for loss in losses:
        grouped.setdefault(loss.place.reason, []).append(loss)
    return grouped


def _by_person(notices: Iterable[Notice]) -> Mapping[str, list[Notice]]:
    grouped: dict[str, list[Notice]] = {}
    for notice in notices:
        grouped.setdefault(notice.person.chat_id, []).append(notice)
    return grouped
