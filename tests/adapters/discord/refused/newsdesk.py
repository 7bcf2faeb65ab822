"""The newsdesk of refused posts over an emulated Discord (see tests.adapters.refused.newsdesk)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import time_machine

from adapters.discord.adapter import DiscordAdapter
from adapters.discord.verdicts import verdict
from bot.models import Action, Announcement, Destination, Look, Receipt
from bot.ports import Rate, Store
from tests.adapters.refused import newsdesk as shared
from tests.adapters.refused.newsdesk import CROWD, wider
from tests.emulators.discord import Channel, DiscordEmulator, Member, Message
from tests.emulators.discord.faults import Fault
from tests.emulators.discord.nouns import ChannelType
from tests.state.making import NOON, eventually

KINDS: Final = ("text", "announcement", "thread", "forum", "voice")

ANSWER_SECONDS: Final = 31.0
"""After so long the adapter waits for no answer any more."""

IDLE_LOOKS: Final = 5
QUIET_LOOKS: Final = 20

LONGEST_SLEEP: Final = 12
"""In seconds: discord.py never sleeps longer before it repeats a call itself."""


class _Hasty(DiscordAdapter):
    """The adapter with wider limits. A call to a channel in `breaks` breaks as no emulated wire can, once."""

    def __init__(self, token: str, **options: Any) -> None:
        super().__init__(token, **options)
        self.breaks: dict[str, Exception] = {}

    async def send(self, announcement: Announcement, destination: Destination, look: Look, **options: Any) -> Receipt:
        if broken := self.breaks.pop(destination.chat_id, None):
            raise verdict(broken) from broken
        return await super().send(announcement, destination, look, **options)

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        return wider(super().rates(destination, action))


class Newsdesk(shared.Newsdesk[_Hasty]):
    """On Discord, on one server. What a clock says there goes on with the loop's."""

    def __init__(self, discord: DiscordEmulator, store: Store, folder: Path, clock: time_machine.Traveller) -> None:
        self.discord = discord
        self._clock = clock
        self._looks = self._requests = 0
        self.guild = discord.add_guild("Mekong Readers")
        self.operator = discord.add_member(self.guild, "Operator")
        self.owner = discord.add_member(self.guild, "Owner of the one", permissions=["manage_guild"])
        self.bystander = discord.add_member(self.guild, "Owner of the others")
        self.channel = discord.dm(self.operator)
        super().__init__("discord", str(discord.bot.id), store, folder, self.operator.id)

    def make_adapter(self) -> _Hasty:
        """See the shared one."""
        return _Hasty(
            self.discord.token,
            api_url=self.discord.api_url,
            gateway_url=self.discord.gateway_url,
            pace=self.pace,
            trails=self.trails,
            notices=self.notifier,
            crossposts=self.store.crossposts,
            discussions=self.store.discussions,
        )

    async def listening(self) -> None:
        """See the shared one."""
        await self.discord.until(lambda: self.discord.gateway.connected)

    # --- channels -----------------------------------------------------------------------------------------------------

    async def gather(self, kind: str, *, crowd: Sequence[str] = KINDS, **options: object) -> None:
        """Fifty channels subscribe to everything; the one in the middle is of this `kind`, with these options."""
        for number in range(CROWD + 1):
            if number == CROWD // 2:
                self.victim = await self._join(kind, "The one", self.owner, **options)
                self.channel = self.channel_of(self.victim)
            else:
                chosen = crowd[number % len(crowd)]
                self.crowd.append(await self._join(chosen, f"Channel {number}", self.bystander))

    async def gather_many(self, count: int) -> None:
        """So many text channels subscribe to everything, and none stands in the middle."""
        self.crowd = [await self._join("text", f"Channel {number}", self.bystander) for number in range(count)]

    async def _join(self, kind: str, title: str, owner: Member, **options: object) -> Destination:
        channel = self._make(kind, title)
        if channel.parent:
            destination = Destination("discord", str(channel.parent.id), str(channel.id), self.bot)
        else:
            destination = Destination("discord", str(channel.id), bot=self.bot)
        await self.subscribe(destination, kind, title, owner.id, **options)
        return destination

    def _make(self, kind: str, title: str) -> Channel:
        match kind:
            case "thread":
                return self.discord.add_thread(self.discord.add_channel(self.guild, "talk"), title)
            case "announcement" | "forum" | "voice":
                return self.discord.add_channel(self.guild, title, kind)
        return self.discord.add_channel(self.guild, title)

    def channel_of(self, destination: Destination) -> Channel:
        """The channel or thread."""
        return self.discord.channels[int(destination.thread_id or destination.chat_id)]

    def forget(self, faults: Iterable[Fault]) -> None:
        """What was planned does not happen any more."""
        for fault in faults:
            self.discord.forget_fault(fault)

    # --- time ---------------------------------------------------------------------------------------------------------

    def skip(self, seconds: float) -> None:
        """It is later, for Discord as well."""
        super().skip(seconds)
        self._clock.shift(max(seconds, 0) + 0.001)

    async def wait_for(self, condition: Callable[[], object]) -> None:
        """Let time pass until it holds: of what is done behind the sends, nobody says when it is due."""

        async def holds() -> bool:
            self.skip(1)
            return bool(condition())

        await eventually(holds)

    async def rests(self, fault: Fault, seconds: float) -> None:
        """The bot as a whole was told to wait so long, and does: no call is in the air any more."""

        async def at_rest() -> bool:
            if not fault.met or not self._quiet(QUIET_LOOKS):
                return False
            if fault.met < fault.count:  # discord.py sleeps between two tries
                self.skip(1)
            return fault.met == fault.count

        await eventually(at_rest)
        self.skip(seconds)

    async def _nothing_moves(self) -> bool:
        """Where all is done but one call, and that is not in the air, discord.py sleeps before it repeats it."""
        if await super()._nothing_moves():
            return True
        one_is_left = (await self.store.deliveries.counts()).get(("discord", "claimed")) == 1
        if one_is_left and self._quiet(IDLE_LOOKS) and self._looks < IDLE_LOOKS + LONGEST_SLEEP:
            self.skip(1)
        return False

    def _quiet(self, looks: int) -> bool:
        """Whether nothing has been on its way in either direction for more looks than that."""
        requests = len(self.discord.requests)
        self._looks = 0 if self.discord.unfinished or requests != self._requests else self._looks + 1
        self._requests = requests
        return self._looks > looks

    # --- what came of it ----------------------------------------------------------------------------------------------

    async def told(self) -> dict[str, list[str]]:
        """See the shared one."""
        people = {"owner": self.owner, "operator": self.operator, "bystander": self.bystander}
        said = {name: [_plain(message) for message in self.discord.dm(one).visible] for name, one in people.items()}
        return {name: words for name, words in said.items() if words}

    def shown(self, destination: Destination) -> list[str]:
        """See the shared one."""
        return [_first_line(message) for message in self._messages(destination)]

    def pictured(self) -> list[bool]:
        """See the shared one."""
        return [has_picture(message.embeds) or bool(message.attachments) for message in self._messages(self.victim)]

    def erase(self) -> None:
        """See the shared one."""
        self.discord.delete_message(self.channel.visible[0])

    def _messages(self, destination: Destination) -> list[Message]:
        channel = self.channel_of(destination)
        rooms = channel.threads if channel.type is ChannelType.FORUM else [channel]
        return [message for room in rooms for message in room.visible if message.author is self.discord.bot]


def has_picture(embeds: Iterable[Any]) -> bool:
    """Whether a message with these embeds shows one."""
    return any("image" in embed for embed in embeds)


def _plain(message: Message) -> str:
    """As it is read."""
    return message.content.replace("\\", "")


def _first_line(message: Message) -> str:
    """The title of the post."""
    return str(message.embeds[0]["title"]) if message.embeds else message.content.split("\n")[0]


@asynccontextmanager
async def newsdesk(folder: Path) -> AsyncIterator[Newsdesk]:
    """Everything but a post."""
    with time_machine.travel(NOON) as clock:
        async with DiscordEmulator(limits=False) as discord:
            async with shared.staffed(folder, lambda store, posts: Newsdesk(discord, store, posts, clock)) as desk:
                yield desk
            assert discord.violations == []


def play(folder: Path, journey: Callable[[Newsdesk], Awaitable[None]]) -> None:
    """See the shared one."""
    shared.play(newsdesk(folder), journey)
