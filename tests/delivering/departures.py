"""Calls that have their turns, wait for a database that is now quick, now slow, and leave: for tests of the pace."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.delivering.pacer import Pacer
from bot.ports import Rate
from tests.delivering.virtual_time import VirtualLoop

ROUNDING = 1e-6


@dataclass
class Office:
    """Calls that have their turns, wait for a database that is now quick, now slow, and leave."""

    seed: int = 0
    slowest: float = 0.0  # seconds
    left: dict[str, list[float]] = field(default_factory=dict)  # when calls really left, by the key of each rate

    def __post_init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pacer = Pacer(self.loop.time)
        self._chance = random.Random(self.seed)

    async def call(self, rates: Sequence[Rate], *, urgent: bool = False) -> float:
        """A call of the adapter's own: a reply, a probe, a pin. When it left."""
        await self.pacer.turn(rates, urgent=urgent)
        return await self.leave(rates)

    async def leave(self, rates: Sequence[Rate]) -> float:
        """What had its turn is written down, and leaves."""
        await asyncio.sleep(self._chance.uniform(0, self.slowest))
        await self.pacer.start(rates)
        now = self.loop.time()
        for rate in rates:
            self.left.setdefault(rate.key, []).append(now)
        return now

    async def dispatch(self, deliveries: Sequence[Sequence[Rate]]) -> None:
        """What the line does: whoever may go, goes."""
        async with asyncio.TaskGroup() as in_the_air:
            for rates in deliveries:
                while blocked := self.pacer.blocker(rates):  # noqa: ASYNC110 - it is time that is waited for
                    await asyncio.sleep(blocked[1] - self.loop.time())
                self.pacer.count(rates)
                in_the_air.create_task(self.leave(rates))

    async def dispatch_in_rounds(self, deliveries: Sequence[Sequence[Rate]], claim_seconds: float) -> None:
        """The same, where all that may go is claimed in one commit, and nobody has a turn meanwhile."""
        waiting = deque(deliveries)
        async with asyncio.TaskGroup() as in_the_air:
            while waiting:
                taken = []
                while waiting and (blocked := self.pacer.blocker(waiting[0])) is None:
                    self.pacer.count(waiting[0])
                    taken.append(waiting.popleft())
                await asyncio.sleep(claim_seconds if taken else 0)
                for rates in taken:
                    in_the_air.create_task(self.leave(rates))
                if waiting and blocked:
                    await asyncio.sleep(blocked[1] - self.loop.time())

    async def stumble(self, pauses: Sequence[float]) -> None:
        """Pause the whole process again and again."""
        assert isinstance(self.loop, VirtualLoop)
        for seconds in pauses:
            await asyncio.sleep(self._chance.uniform(0, 1))
            self.loop.pause(seconds)

    def keeps(self, rate: Rate) -> bool:
        """Whether never more calls left under `rate` than its amount within its seconds."""
        times = sorted(self.left.get(rate.key, []))
        return all(
            later - earlier >= rate.seconds - ROUNDING
            for earlier, later in zip(times, times[rate.amount :], strict=False)
        )
