"""Makes what is shown what is wanted, for one platform: claims what is due, waits for the pace, calls, and records."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from bot.complaints import Complaint
from bot.delivering.caller import Caller
from bot.delivering.gates import Gates
from bot.delivering.line import Line
from bot.delivering.pacer import Pacer
from bot.delivering.remembering import recall
from bot.delivering.turn import Turn, action_for
from bot.delivering.wall_clock import WallClock
from bot.delivering.window import LEAST, Window
from bot.errors import StoreError
from bot.models import Action, Announcement, Delivery, DeliveryState, Destination, OnUnknown
from bot.ports import MOST_LOOKS, Adapter, Deliveries, Notices, Rate
from bot.records import Conclusion, NextUp

log = logging.getLogger(__name__)

LINE: Final = 500
"""Deliveries that stand in line in memory; the others wait in the store."""

REFILL_SECONDS: Final = 0.5
"""A full line is topped up at most this often; a shorter one in proportion sooner, down to GLANCE_SECONDS."""

GLANCE_SECONDS: Final = 0.02
"""While calls land one after the other, the store is asked at most this often whether their chats get more."""

STORE_PAUSE: Final = timedelta(seconds=5)
"""How long deliveries pause when one can't be written down: nothing may be sent that could not be remembered."""

LONGEST_SLEEP: Final = 30.0

_Channel = tuple[str, str]
_Call = asyncio.Task[Conclusion | None]


class _Flight(NamedTuple):
    """A delivery that is being carried out."""

    destination_id: int  # when it was claimed
    call: _Call


class Dispatcher:
    """One platform's deliveries: destinations side by side, each in order.

    So many calls are in the air as keep the wire busy, and always up to `in_flight`.
    """

    def __init__(
        self,
        adapter: Adapter,
        deliveries: Deliveries,
        pacer: Pacer,
        *,
        epoch: int,
        now: Callable[[], datetime],
        in_flight: int = LEAST,
        notices: Notices | None = None,
        on_unknown: OnUnknown = OnUnknown.RESEND,
    ) -> None:
        self._adapter = adapter
        self._deliveries = deliveries
        self._pacer = pacer
        self._now = now
        self._window = Window(in_flight)
        self._woken = asyncio.Event()
        self._caller = Caller(
            adapter,
            deliveries,
            pacer,
            epoch=epoch,
            now=now,
            notices=notices,
            on_unknown=on_unknown,
            settling=self._woken.set,
            opened=self._opened,
        )
        self._clock = WallClock(now, _loops_time)
        gates = Gates(_loops_time, in_one_sequence=adapter.topics_share_ids)
        self._line = Line(pacer, self._rates, gates, _loops_time, self._caller.darkroom)
        self._flying: dict[int, _Flight] = {}  # by delivery
        self._last_to: dict[_Channel, _Call] = {}  # the last of them that goes to each channel
        self._looking: set[int] = set()  # those of them that look for a lost message
        self._claiming = False
        self._begun = 0  # how many were taken out of the line
        self._complaint = Complaint(log)
        self._stale = True  # what stands in line may not be the first of its destination any more
        self._found: NextUp | None = None  # by the commit that made it so
        self._stopping = False
        self._has_landed = False  # since the line was refilled: its destination may have more to come
        self._refill_at = 0.0
        self._is_fed = False  # the store has more than there was room for
        self._due_at: datetime | None = None  # when more will be due than stood in line at the last refill
        self._rests_until: datetime | None = None  # the platform asked the whole bot to wait

    @property
    def writing(self) -> int:
        """How many calls have ended whose outcome is not written down yet."""
        return self._caller.writing

    @property
    def resting(self) -> str:
        """See bot.ports.Listener."""
        busy = self._stopping or self._flying or self._claiming or len(self._line)
        return "" if busy else self._adapter.bot

    def wake(self, found: NextUp | None = None) -> None:
        """Something may have become due: look at once, or begin with what was `found`, if that was while it rested."""
        self._stale = True
        self._found = found
        self._woken.set()

    def expect(self, announcement: Announcement, found: NextUp | None = None) -> None:
        """That will be due in a moment, if its commit succeeds."""
        if self._stopping:
            return
        if found is not None and found.said is not None:
            self._caller.darkroom.note(found.said)
        self._caller.darkroom.expect(announcement)

    def stop(self) -> None:
        """Claim nothing more; `run` returns when the calls in the air have ended."""
        self._stopping = True
        self._caller.stop()
        self._woken.set()

    def _opened(self) -> None:
        """What somebody in line may have waited for is ready. If nobody is there, it was made ready for who comes."""
        if len(self._line):
            self._woken.set()

    async def run(self) -> None:
        """Deliver until stopped."""
        await recall(self._pacer, self._deliveries, self._adapter, self._now())
        platform, bot = self._adapter.platform, self._adapter.bot
        self._rests_until = await self._deliveries.bot_waits_until(platform, bot)
        for lost in await self._deliveries.unknown(platform, bot, self._now() + timedelta(minutes=1), limit=LINE):
            self._line.gates.doubt(lost)
        while not self._stopping:
            try:
                wait = await self._round()
            except StoreError as error:
                self._complaint.say("%s: deliveries wait: %s", self._adapter.platform, error)
                self._stale, wait = True, 1.0
            except Exception:
                log.exception("%s: a round of deliveries failed; trying again in a moment", self._adapter.platform)
                self._stale = True  # who was to go in it stands in no line any more
                wait = 1.0
            await self._sleep(wait)
        await self._land()
        await self._caller.darkroom.close()

    async def idle(self) -> bool:
        """Whether nothing is in the air, in line or due now (`newsbell once` waits for it)."""
        if self._flying or self._claiming or len(self._line):
            return False
        bot, now, begun = self._adapter.bot, self._now(), self._begun
        if await self._deliveries.due(self._adapter.platform, bot, now, limit=1, skip=()):
            return False
        if await self._deliveries.unknown(self._adapter.platform, bot, now + timedelta(minutes=1), limit=1):
            return False
        return begun == self._begun  # else a call that began between the two hid from both

    async def _round(self) -> float:
        """Start all that may start now; the seconds until more may."""
        if back := self._clock.set_back:
            await self._set_back(back)
        if self._rests_until is not None and (rest := (self._rests_until - self._now()).total_seconds()) > 0:
            self._found = None  # when it may go on, more is due than was then
            return rest
        await self._refill()
        taken: list[Delivery] = []
        turn: Delivery | float | None = None
        try:
            while not self._stopping and self._in_the_air + len(taken) < self._window.size:
                turn = self._line.next()
                if not isinstance(turn, Delivery):
                    break
                taken.append(turn)
        except Exception:
            await self._start(taken)  # they have had their turns
            raise
        if await self._start(taken) < len(taken):
            self._stale = True  # somebody changed what stood in line; it is asked for anew, but not in a hot loop
            return GLANCE_SECONDS
        if isinstance(turn, Delivery):
            return LONGEST_SLEEP  # all calls are in the air, and every landing wakes the loop
        return self._until_more(turn)

    async def _set_back(self, by: timedelta) -> None:
        """The clock on the wall was set: nothing waits any longer for the time that it named before."""
        platform, seconds = self._adapter.platform, by.total_seconds()
        log.warning("%s: the clock was set back by %.0f s; what waits goes by the new time", platform, seconds)
        await self._deliveries.clock_set_back(platform, by, self._now())
        self._clock.heeded(by)
        self._rests_until = self._rests_until and self._rests_until - by
        self._stale, self._found = True, None

    def _until_more(self, turn_at: float | None) -> float:
        """The seconds until the next turn, at `turn_at`, or until something new may stand in line."""
        now = asyncio.get_running_loop().time()
        if self._runs_low:
            return 0.0
        waits = [LONGEST_SLEEP]
        if turn_at is not None:
            waits.append(turn_at - now)
        if self._has_landed:
            waits.append(self._refill_at - now)
        if self._due_at is not None:
            waits.append(max((self._due_at - self._now()).total_seconds(), self._refill_at - now))
        return min(waits)

    async def _start(self, deliveries: Sequence[Delivery]) -> int:
        """Claim together, then call side by side; how many could still be claimed."""
        self._claiming = bool(deliveries)
        self._begun += len(deliveries)
        left = {one.id: one for one in deliveries}
        try:
            turns = await self._caller.claim([*left.values()])
            if turns:
                self._complaint.over("%s: deliveries go on", self._adapter.platform)
            for turn in turns:
                del left[turn.delivery.id]
                self._take_off(turn)
        finally:
            self._claiming = False
            for one in left.values():
                self._line.leave(one, in_doubt=one.state is DeliveryState.UNKNOWN)
        return len(turns)

    def _take_off(self, turn: Turn) -> None:
        delivery, channel = turn.delivery, self._channel(turn.delivery.destination)
        before = self._last_to.get(channel)
        work = self._caller.carry_out(turn) if before is None else self._carry_out_behind(before, turn)
        call = asyncio.create_task(work, name=f"delivery {delivery.id}")
        self._flying[delivery.id] = _Flight(delivery.destination_id, call)
        self._last_to[channel] = call
        if delivery.state is DeliveryState.UNKNOWN:
            self._looking.add(delivery.id)
        call.add_done_callback(partial(self._landed, delivery, asyncio.get_running_loop().time()))

    async def _carry_out_behind(self, before: _Call, turn: Turn) -> Conclusion | None:
        """It waits here for a call that may take as long as any, and that may have been told to wait."""
        await asyncio.wait([before])
        rests = self._rests_until is not None and self._rests_until > self._now()
        return await self._caller.carry_out_late(turn, resting=rests)

    def _channel(self, destination: Destination) -> _Channel:
        """Where a call goes. Two destinations turn out to be one when a chat moves, or a thread gets known as one."""
        if destination.thread_id and not self._adapter.topics_share_ids:
            return destination.thread_id, ""
        return destination.chat_id, destination.thread_id

    def _landed(self, delivery: Delivery, began_at: float, call: _Call) -> None:
        del self._flying[delivery.id]
        self._looking.discard(delivery.id)
        channel = self._channel(delivery.destination)
        if self._last_to.get(channel) is call:
            del self._last_to[channel]
        for rate in self._rates(delivery):
            if rate.even:
                self._window.note(asyncio.get_running_loop().time() - began_at, rate.amount / rate.seconds)
        self._has_landed = True
        self._woken.set()
        concluded: Conclusion | None = None
        if not call.cancelled():
            if error := call.exception():
                log.error("%s: deliveries pause: %s", self._adapter.platform, error, exc_info=error)
                self._rest_until(self._now() + STORE_PAUSE)
            elif concluded := call.result():
                self._rest_until(concluded.nothing_before)
        in_doubt = concluded is None or concluded.state is DeliveryState.UNKNOWN
        self._line.leave(delivery, in_doubt=in_doubt)

    def _rest_until(self, until: datetime | None) -> None:
        """Start nothing before `until`, nor before what was said earlier. Many calls in the air may say the same."""
        if until is None or (self._rests_until is not None and until <= self._rests_until):
            return
        now, rests_already = self._now(), self._rests_until is not None and self._rests_until > self._now()
        self._rests_until = until
        if not rests_already:
            log.warning("%s: nothing is sent for %.0f s", self._adapter.platform, (until - now).total_seconds())

    @property
    def _in_the_air(self) -> int:
        """Calls that are not over. Beside those that ended well the next are claimed, so that one commit holds both.

        Where nothing can be written, that goes on for no more than a window.
        """
        return len(self._flying) - min(self._caller.settling, self._window.size)

    @property
    def _runs_low(self) -> bool:
        """Whether the line is to be filled before it runs out, for the store has more."""
        return self._is_fed and len(self._line) <= LINE // 2

    @property
    def _may_know_more(self) -> bool:
        """Whether the store may name more than at the last refill; while all in line are held back, it mostly can't."""
        return self._has_landed or not len(self._line) or (self._due_at is not None and self._due_at <= self._now())

    async def _refill(self) -> None:
        now = asyncio.get_running_loop().time()
        has_news = now >= self._refill_at and self._may_know_more
        if not self._stale and not self._runs_low and not has_news:
            return
        if self._stale:
            self._stale = False
            self._line.clear()
        self._has_landed = False
        found = self._handed() or await self._look()
        known = (*found.unknown, *found.due)
        self._line.join(one for one in known if one.id not in self._flying)  # as another destination's, by now
        if found.said is not None:
            self._caller.note(found.said)
        self._is_fed = not found.is_all
        self._due_at = found.next_at
        self._refill_at = now + max(REFILL_SECONDS * len(self._line) / LINE, GLANCE_SECONDS)

    def _handed(self) -> NextUp | None:
        """What the commit that woke it has found, if nothing has begun since: else who is in the air may be in it."""
        found, self._found = self._found, None
        return found if self.resting else None

    async def _look(self) -> NextUp:
        return await self._deliveries.next_up(
            self._adapter.platform,
            self._adapter.bot,
            self._now(),
            room=LINE - len(self._line),
            looks=MOST_LOOKS - self._line.looks - len(self._looking),
            skip={*(flight.destination_id for flight in self._flying.values()), *self._line.destinations},
            dark=self._line.dark,
        )

    async def _sleep(self, seconds: float) -> None:
        """Wait for news, at most `seconds`; never so long that a clock set back would go unnoticed."""
        if not self._stopping and not self._woken.is_set():
            try:
                async with asyncio.timeout(min(max(seconds, 0.0), LONGEST_SLEEP)):
                    await self._woken.wait()
            except TimeoutError:
                pass
        self._woken.clear()

    async def _land(self) -> None:
        """Wait for the calls in the air: a cancelled call would be one more unknown."""
        if self._flying:
            log.info("%s: waiting for %d calls in the air", self._adapter.platform, len(self._flying))
            await asyncio.wait([flight.call for flight in self._flying.values()])

    def _rates(self, delivery: Delivery) -> tuple[Rate, ...]:
        if self._caller.needs_no_call(delivery):
            return ()
        action = Action.PROBE if delivery.state is DeliveryState.UNKNOWN else action_for(delivery)
        return self._adapter.rates(delivery.destination, action)


def _loops_time() -> float:
    """By the clock of the loop that runs, which nobody sets."""
    return asyncio.get_running_loop().time()
