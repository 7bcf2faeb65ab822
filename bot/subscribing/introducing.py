"""What a platform shows of the bot itself (its commands, who it is): told once, and again when it has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

from bot.errors import DeliveryError, Rejected, StoreError, TryLater
from bot.ports import Profiles

log = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS: Final = 30.0
LONGEST_PAUSE_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the profile: its name, all that it says, and how the platform is told.

    `stands`, where people can write this part elsewhere (@BotFather), asks what is there: their words stay.
    Both raise a DeliveryError.
    """

    name: str
    content: str
    tell: Callable[[], Awaitable[object]]
    stands: Callable[[], Awaitable[str]] | None = None

    @property
    def digest(self) -> str:
        """Equal for equal contents."""
        return digest(self.content)


def digest(content: str) -> str:
    """A short digest of a part's content."""
    return blake2b(content.encode(), digest_size=8).hexdigest()


class Introducing:
    """Tells a platform about the bot. Trouble is tried again, ever more seldom; nothing else waits for it."""

    def __init__(
        self,
        profiles: Profiles,
        platform: str,
        now: Callable[[], datetime],
        *,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """`first_pause` is in seconds, and doubled with every round that fails."""
        self._profiles = profiles
        self._platform = platform
        self._now = now
        self._first_pause = first_pause

    async def introduce(self, bot: str, parts: Sequence[Part]) -> None:
        """Return when the platform knows all `parts`; those that it was told before are not told again."""
        pause, said = self._first_pause, set[str]()
        while True:
            try:
                wait = await self._round(bot, parts, said)
            except StoreError as error:
                log.warning("%s: what it was told about the bot is not known now: %s", self._platform, error)
                wait = 0.0
            except Exception:
                log.exception("%s: telling it about the bot failed; trying again", self._platform)
                wait = 0.0
            if wait is None:
                return
            await asyncio.sleep(max(pause, wait))
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def knows(self, bot: str, part: Part) -> bool:
        """Whether the platform was told `part` as it is now. A database that can't be read knows of nothing."""
        try:
            return (await self._profiles.told(self._platform, bot)).get(part.name) == part.digest
        except StoreError:
            return False

    async def note(self, bot: str, part: Part) -> None:
        """The platform was told `part` by somebody else than us."""
        try:
            await self._profiles.note(self._platform, bot, part.name, part.digest, self._now())
        except StoreError as error:
            log.warning("%s: that it was told %s is not remembered: %s", self._platform, part.name, error)

    async def _round(self, bot: str, parts: Sequence[Part], said: set[str]) -> float | None:
        """Tell what is to be told; how many seconds to wait at least before the next round, None: there is none."""
        told = await self._profiles.told(self._platform, bot)
        ours = {*told.values(), *(part.digest for part in parts)}
        changed = [part for part in parts if told.get(part.name) != part.digest]
        failed = False
        for part in changed:
            try:
                await self._tell(part, ours)
            except DeliveryError as error:
                failed = True
                if part.name not in said:
                    log.warning(
                        "%s: its %s stay as they were: %s; that is tried again", self._platform, part.name, error
                    )
                said.add(part.name)
                if not isinstance(error, Rejected):  # neither will the others get through
                    return error.retry_after or 0.0 if isinstance(error, TryLater) else 0.0
            else:
                await self._profiles.note(self._platform, bot, part.name, part.digest, self._now())
        if changed and not failed:
            log.info("%s: knows the bot's commands and descriptions; told anew: %d", self._platform, len(changed))
        return 0.0 if failed else None

    async def _tell(self, part: Part, ours: set[str]) -> None:
        """Tell the platform one part, unless it says that already, or somebody else has written it."""
        standing = await part.stands() if part.stands else ""
        if standing and digest(standing) not in ours:
            log.info("%s: its %s was written by a person, and stays", self._platform, part.name)
        elif not standing or standing != part.content:
            await part.tell()
