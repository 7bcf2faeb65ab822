"""Many chats on both platforms, and a wire on which every call takes its time: a kill finds calls in the air."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from typing import Self

from tests.emulators.discord.nouns import Channel
from tests.emulators.telegram.chats import Chat
from tests.journeys.conftest import World
from tests.journeys.newsroom import post

OFTEN = 1000
UNANSWERED = 0.3
"""Of Telegram's chats: the first call is carried out, and no answer comes until newsbell is killed."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """Chats that are all subscribed to NATIONAL, `size` on each platform."""

    world: World
    channels: list[Chat]
    rooms: list[Channel]

    @classmethod
    async def gather(cls, world: World, size: int) -> Self:
        """Start newsbell, and let the chats subscribe."""
        newsroom, telegram, discord = world.newsroom, world.telegram, world.discord
        newsroom.write("old.md", post("OLD1"))
        await newsroom.start()
        await newsroom.says("telegram: ready")
        await newsroom.says("discord: ready")
        channels = [telegram.add_channel(f"Channel {number}") for number in range(size)]
        guild = discord.add_guild("Readers")
        rooms = [discord.add_channel(guild, f"news-{number}") for number in range(size)]
        await newsroom.subscribe(
            [f"telegram:{each.id}" for each in channels] + [f"discord:{each.id}" for each in rooms]
        )
        return cls(world, channels, rooms)

    def slow_down(self, chance: random.Random) -> None:
        """From now on some calls are late, and of others only the answer is: a kill meets both kinds in the air."""
        for channel in self.channels:
            self.world.telegram.fault("delay", chat=channel, count=OFTEN, seconds=chance.uniform(0.2, 0.6))
            if chance.random() < UNANSWERED:
                self.world.telegram.fault("accept_then_hang", chat=channel)
        for room in self.rooms:
            if chance.random() < 0.5:
                self.world.discord.fault("delay", channel=room, count=OFTEN, seconds=chance.uniform(0.3, 0.9))
            else:
                self.world.discord.fault(
                    "accept_then_delay", channel=room, count=OFTEN, seconds=chance.uniform(0.3, 0.9)
                )

    def answer_at_once(self) -> None:
        """The wire is quick again; calls that are under way keep what they met."""
        self.world.telegram.faults.all.clear()
        self.world.discord.clear_faults()

    async def kill_after(self, calls: int) -> Counter[str]:
        """kill -9 as soon as from now on both platforms were called, `calls` times in all; the calls in the air then.

        Fails where one of the platforms had nothing left to do.
        """
        world, before = self.world, self._calls()

        def busy() -> bool:
            made = self._calls() - before
            return len(made) == 2 and made.total() >= calls

        await asyncio.gather(world.telegram.until(busy), world.discord.until(busy))
        await world.newsroom.kill()
        standing = world.newsroom.standing()
        undone = {platform for platform, state in standing if state in {"claimed", "due"}}
        assert undone == {"telegram", "discord"}, f"the kill came too late: {standing}"
        return Counter({platform: standing[platform, "claimed"] for platform in undone})

    async def calm(self) -> None:
        """Wait until every call that Discord has taken has had its effect, those of dead processes too."""
        await self.world.discord.until(lambda: all(request.status for request in self.world.discord.requests))

    def _calls(self) -> Counter[str]:
        on_telegram = sum("chat_id" in call.parameters for call in self.world.telegram.requests)
        on_discord = sum(call.path.startswith("/channels/") for call in self.world.discord.requests)
        return Counter(telegram=on_telegram, discord=on_discord)
