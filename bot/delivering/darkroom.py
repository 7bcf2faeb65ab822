"""Pictures are made ready before a call has its turn, once for all chats; the first of these uploads it for the others.

Where a platform gives no id for it, each chat is sent the bytes, and waits for no other one.

Who waits here stands in line, and uses up no pace, no claim and no connection. Nothing has been sent yet, so a crash
meanwhile leaves nothing unknown. And nobody waits for ever: a picture is fetched within FETCH_SECONDS, or its ladder
goes on without it, and who uploads it leads the others for LEAD_SECONDS at most (docs/adr/0026).
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final, Protocol

from bot.delivering.guarding import before_the_call
from bot.delivering.negatives import Negative, Refusal, spared
from bot.delivering.sayings import Sayings
from bot.delivering.turn import as_sent
from bot.delivering.uploads import name_of
from bot.errors import PictureRefused, Reach, TryLater
from bot.models import GONE, Announcement, Delivery, DeliveryState, Look, Picture, Receipt, Shown, Step, Way
from bot.picturing.ladder import rung_after
from bot.ports import Adapter, Deliveries, Upload
from bot.records import Said
from bot.texts import Reason

log = logging.getLogger(__name__)

FETCH_SECONDS: Final = 600.0
"""A port bounds what it does for a picture; beyond that it waits so long for those that are shrunk before it."""

LEAD_SECONDS: Final = 10.0
"""So long the others wait for the one that uploads; after that another one does."""

BELIEVED_SECONDS: Final = 300.0
"""So long a picture that could not be had is not tried again."""

FRESH_SECONDS: Final = 2.0
"""So long a file is taken for unchanged."""

REFUSING_CHATS: Final = 2
"""When so many chats in a row refuse a step, it is not theirs, and the others need not try it."""

AT_HAND_SECONDS: Final = 300.0
"""So long what was fetched is counted upon; the port keeps it for longer, where there is room."""

PROVEN_SECONDS: Final = 60.0
"""So long after it has served a chat an id is known to be good."""

REMEMBERED: Final = 1024
"""Pictures and their steps: well above the LINE of a dispatcher, each of whose deliveries may want its own."""

IDLE_SECONDS: Final = 300.0
"""A picture that nobody in line wanted for so long is forgotten: its posts are through."""


class PictureCall(Protocol):
    """A call that shows a picture."""

    async def __call__(self, *, media_id: str) -> Receipt:
        """Make it, with the picture's id if there is one."""


class Darkroom:
    """The pictures of the moment, as one bot has them at its platform."""

    def __init__(
        self,
        adapter: Adapter,
        deliveries: Deliveries,
        sayings: Sayings,
        now: Callable[[], datetime],
        opened: Callable[[], None] = lambda: None,
    ) -> None:
        """`opened` is called when somebody who waits need wait no longer."""
        self._adapter = adapter
        self._deliveries = deliveries
        self._sayings = sayings
        self._now = now
        self._on_opened = opened
        self._opened: set[str] = set()
        self._failed: set[str] = set()  # the call itself is to say why
        self._working: dict[str, asyncio.Task[None]] = {}
        self._fetching: set[asyncio.Future[None]] = set()  # also what is late
        self._negatives: OrderedDict[str, Negative] = OrderedDict()
        self._learned: list[tuple[Picture, Upload]] = []  # not in the database yet
        self._leading: dict[int, str] = {}  # sources, by delivery
        self._steps: OrderedDict[tuple[int, int, Look, int, str | None], Step] = OrderedDict()

    # --- before the turn ----------------------------------------------------------------------------------------------

    def expect(self, announcement: Announcement) -> None:
        """Have at hand what most chats are shown of it: it is being written down, and due in a moment."""
        if step := self._step_of(announcement, Look()):
            self._begin(step.picture.source, self._make_ready(self._negative(step.picture.source), step))

    def admit(self, delivery: Delivery) -> Delivery | str:
        """The delivery at the rung on which it may have its turn; or a name to wait for, until `opened` has it."""
        if delivery.wanted == GONE or delivery.state is DeliveryState.UNKNOWN:
            return delivery
        sent = as_sent(delivery)
        saying = f"{sent.subject}/{sent.wanted}"
        announcement = self._sayings.known(sent)
        if announcement is None:
            if saying in self._failed:
                self._failed.discard(saying)
                return delivery
            return self._begin(saying, self._sayings.announcement(sent.subject, sent.wanted))
        while (step := self._step(announcement, as_sent(delivery))) is not None:
            waits_for, refusal = self._examine(step)
            if waits_for:
                return waits_for
            if refusal is None or delivery.nonce:  # what may be there is repeated as it was
                return delivery
            rung = rung_after(announcement, delivery.look, delivery.rung, refusal.reach)
            delivery = replace(delivery, rung=rung, spared=spared(delivery, step.way, refusal))
        return delivery

    def _examine(self, step: Step) -> tuple[str, Refusal | None]:
        """What a delivery on this step has to wait for, and why it goes on to another one; neither: it may go."""
        source, now = step.picture.source, _clock()
        negative = self._negative(source)
        negative.wanted_at = now
        if source in self._failed:
            self._failed.discard(source)
            return "", None
        if negative.fresh_until <= now:
            return self._begin(source, self._look_up(negative, step.picture)), None
        if negative.media_id:
            return "", None
        if refusal := negative.refusal(step.way, now):
            return "", refusal
        if step.way is Way.UPLOAD and not negative.is_at_hand(now):
            return self._begin(source, self._fetch(negative, step)), None
        return (source if negative.is_shared and negative.leads is not None else ""), None

    def enter(self, delivery: Delivery) -> None:
        """It has its turn: if nobody knows its picture's id yet, it leads the others that want it.

        Where an id serves nobody else, nobody leads.
        """
        if not self._adapter.shares_pictures:
            return
        sent = as_sent(delivery)
        announcement = self._sayings.known(sent)
        if delivery.wanted == GONE or delivery.state is DeliveryState.UNKNOWN or announcement is None:
            return
        step = self._step(announcement, sent)
        negative = self._negative(step.picture.source) if step else None
        if step is None or negative is None or negative.media_id or not negative.is_shared:
            return
        source = self._leading[delivery.id] = step.picture.source
        negative.leads = delivery.id
        negative.overdue = asyncio.get_running_loop().call_later(LEAD_SECONDS, self._lead_ends, source, delivery.id)

    def leave(self, delivery: Delivery) -> None:
        """Its call is over, or was not begun: the next one leads, if need be."""
        if source := self._leading.pop(delivery.id, None):
            self._lead_ends(source, delivery.id)

    def opened(self) -> set[str]:
        """The names for which nobody need wait any longer; each is told of once."""
        names, self._opened = self._opened, set()
        return names

    async def close(self) -> None:
        """End what is begun: nothing of it was sent."""
        unfinished = [*self._working.values(), *self._fetching]
        for task in unfinished:
            task.cancel()
        if unfinished:
            await asyncio.wait(unfinished)
        for negative in self._negatives.values():
            if negative.overdue is not None:
                negative.overdue.cancel()

    # --- at the call --------------------------------------------------------------------------------------------------

    async def show(self, delivery: Delivery, announcement: Announcement, call: PictureCall) -> Receipt:
        """Make a call with the id of its picture, if the platform has it, and learn what becomes of the picture."""
        if (step := self._step(announcement, delivery)) is None:
            return await call(media_id="")
        negative = self._negative(step.picture.source)
        if not negative.name:
            with before_the_call():
                await self._look_up(negative, step.picture)
        name, media_id = negative.name, negative.media_id
        try:
            receipt = await call(media_id=media_id)
        except PictureRefused as error:
            if not media_id or error.reach is Reach.CHAT:
                raise
            if _clock() < negative.proven_until:  # another chat was just shown it by this id, which is not to blame
                raise PictureRefused(str(error), reach=Reach.PICTURE) from error
            with before_the_call():
                await self._forget(negative, media_id)
            raise TryLater(Reason("{reason}; its picture is sent anew", reason=str(error)), 0) from error
        negative.proven_until = _clock() + PROVEN_SECONDS
        new_id = receipt.media_id
        if not self._adapter.shares_pictures:
            negative.taken(step.way)
        elif not media_id and new_id is not None and (new_id or negative.is_shared):  # else there is nothing to learn
            self._learn(negative, step, name, new_id)
        return receipt

    def _learn(self, negative: Negative, step: Step, name: str, media_id: str) -> None:
        """The platform took the picture, and gave an id for it, or none. By another `name` it is another one by now."""
        if name != negative.name:
            return
        negative.media_id, negative.is_shared = media_id, bool(media_id)
        negative.refused.clear()
        negative.refusers.clear()
        if media_id and name:
            self._learned.append((step.picture, Upload(name, media_id)))
        self._open(step.picture.source)

    async def _forget(self, negative: Negative, media_id: str) -> None:
        """The platform does not know that id any more."""
        if negative.media_id == media_id:  # else a new one is known by now
            negative.media_id = ""
            await self._remember(Upload(negative.name))

    def refused(self, delivery: Delivery, announcement: Announcement, error: PictureRefused) -> int:
        """A chat did not take the picture: the rung on which it tries next. Others go by that once it came twice."""
        rung = rung_after(announcement, delivery.look, delivery.rung, error.reach)
        step = self._step(announcement, delivery)
        if step is not None and error.reach not in {Reach.CHAT, Reach.HERE}:
            negative = self._negative(step.picture.source)
            negative.refusers[step.way] += 1
            if negative.refusers[step.way] >= REFUSING_CHATS:
                negative.refused[step.way] = Refusal(error.reach, _clock() + BELIEVED_SECONDS, str(error))
        return rung

    async def keep(self) -> None:
        """Write down what was learned, but not of a file that changed meanwhile: which state of it was uploaded?"""
        while self._learned:
            picture, upload = self._learned.pop()
            if await name_of(picture) == upload.name:
                await self._remember(upload)

    def note(self, said: Said) -> None:
        """Keep what was read in passing; what is known already counts more. Which one a file is, a look will tell."""
        for picture in said.announcement.pictures:
            negative = self._negative(picture.source)
            if negative.name:
                continue
            if picture.file:
                negative.kept = said.media
            else:
                negative.name, negative.fresh_until = picture.source, math.inf
                negative.media_id = said.media.get(picture.source, "")

    # --- below --------------------------------------------------------------------------------------------------------

    def _step(self, announcement: Announcement, delivery: Delivery) -> Step | None:
        """What this delivery would bring into its chat as a picture."""
        was = delivery.shown.fingerprint if delivery.shown else None
        key = delivery.subject, delivery.wanted, delivery.look, delivery.rung, was
        step = self._steps.get(key)
        if step is None:  # a platform may come to show one where it showed none before
            step = self._step_of(announcement, delivery.look, delivery.rung, delivery.shown)
            if step is not None:
                self._steps[key] = step
            if len(self._steps) > REMEMBERED:
                self._steps.popitem(last=False)
        return step

    def _step_of(
        self, announcement: Announcement, look: Look, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """None also for what the adapter fails over: nobody else is to wait for it."""
        try:
            return self._adapter.picture(announcement, look, rung=rung, shown=shown)
        except Exception as error:  # noqa: BLE001 - the call itself meets it again, and says what follows
            log.debug("the picture of %s is not known: %r", announcement.title, error)
            return None

    def _negative(self, source: str) -> Negative:
        negative = self._negatives.get(source)
        if negative is None:
            now = _clock()
            self._make_room(now)
            negative = self._negatives[source] = Negative(self._adapter.shares_pictures, now)
        self._negatives.move_to_end(source)
        return negative

    def _make_room(self, now: float) -> None:
        """Forget what was wanted last the longest ago, if nobody waits for it, nor would try in vain without it."""
        idle: list[str] = []
        for source, one in self._negatives.items():
            if now - one.wanted_at <= IDLE_SECONDS and len(self._negatives) - len(idle) < REMEMBERED:
                break
            if not (source in self._working or one.is_needed(now)):
                idle.append(source)
        for source in idle:
            del self._negatives[source]

    def _begin(self, name: str, work: Coroutine[Any, Any, object]) -> str:
        """Let `work` be done, if it isn't being done, and its name be opened then."""
        if name in self._working:
            work.close()
        else:
            self._working[name] = asyncio.create_task(self._do(name, work), name=f"for the darkroom: {name}")
        return name

    async def _do(self, name: str, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the call itself meets it again, and says what follows
            log.debug("%s is not ready: %r", name, error)
            self._failed.add(name)
        finally:
            del self._working[name]
            self._open(name)

    async def _look_up(self, negative: Negative, picture: Picture) -> None:
        """Whether the platform has the picture, as it is by now."""
        name = await name_of(picture)
        kept, negative.kept = negative.kept, None
        if name != negative.name:
            if self._adapter.shares_pictures:
                negative.media_id = kept.get(name, "") if kept is not None else await self._id_of(name)
            negative.name, negative.is_shared = name, self._adapter.shares_pictures
            negative.at_hand_until = 0.0
            negative.refused.clear()
            negative.refusers.clear()
        negative.fresh_until = _clock() + FRESH_SECONDS if picture.file else math.inf

    async def _id_of(self, name: str) -> str:
        return await self._deliveries.media_id(self._adapter.platform, self._adapter.bot, name)

    async def _make_ready(self, negative: Negative, step: Step) -> None:
        if negative.fresh_until <= _clock():
            await self._look_up(negative, step.picture)
        if step.way is Way.UPLOAD and not (negative.media_id or negative.is_at_hand(_clock()) or negative.refused):
            await self._fetch(negative, step)

    async def _fetch(self, negative: Negative, step: Step) -> None:
        fetching = asyncio.ensure_future(self._adapter.fetch(step))
        self._fetching.add(fetching)
        fetching.add_done_callback(self._fetching.discard)
        late = False
        try:
            await asyncio.wait_for(asyncio.shield(fetching), FETCH_SECONDS)
        except PictureRefused as error:
            refusal = Refusal(error.reach, _clock() + BELIEVED_SECONDS, str(error))
        except TimeoutError:
            late = True
            reason = f"{step.picture.source}: the picture was not there within {FETCH_SECONDS:.0f} seconds"
            refusal = Refusal(Reach.WAY, _clock() + BELIEVED_SECONDS, reason)
        except Exception as error:
            log.exception("%s: fetching %s failed", self._adapter.platform, step.picture.source)
            refusal = Refusal(Reach.WAY, _clock() + BELIEVED_SECONDS, f"newsbell failed: {error!r}")
        else:
            negative.at_hand_until = _clock() + AT_HAND_SECONDS
            return
        negative.refused[step.way] = refusal
        if late:
            fetching.add_done_callback(partial(_arrived, negative, step.way, refusal))
        by_address = refusal.reach in {Reach.WAY, Reach.SOURCE} and not step.picture.file
        instead = "the platform is to load it by itself" if by_address else "the next picture is tried, at last none"
        log.warning("%s: %s; %s", self._adapter.platform, refusal.reason, instead)

    async def _remember(self, upload: Upload) -> None:
        await self._deliveries.remember_media(
            self._adapter.platform, self._adapter.bot, upload.name, upload.media_id, self._now()
        )

    def _lead_ends(self, source: str, delivery: int) -> None:
        negative = self._negatives.get(source)
        if negative is not None and negative.leads == delivery:
            negative.leads = None
            if negative.overdue is not None:
                negative.overdue.cancel()
        self._open(source)

    def _open(self, name: str) -> None:
        self._opened.add(name)
        self._on_opened()


def _arrived(negative: Negative, way: Way, refusal: Refusal, fetched: asyncio.Future[None]) -> None:
    """Who comes later has what came too late for others, unless something else is known by now."""
    if not fetched.cancelled() and fetched.exception() is None and negative.refused.get(way) is refusal:
        del negative.refused[way]
        negative.at_hand_until = _clock() + AT_HAND_SECONDS


def _clock() -> float:
    return asyncio.get_running_loop().time()
