"""The operators, as they are at this moment: those of the settings, and those who gave a one-time code."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from bot.models import Destination
from bot.ports import Notices, OperatorShelf
from bot.records import Admission
from bot.texts import sentence

log = logging.getLogger(__name__)

CODE_LASTS: Final = timedelta(hours=1)
CODE_BEGINS: Final = "op-"
"""What tells a code from whatever else may follow /start."""

BECAME_ONE: Final = sentence(
    "{person} became an operator by a one-time code. If that is wrong: newsbell operators remove {person}"
)

REMOVED: Final = sentence(
    "You are no operator of newsbell any more: I tell you of no problems now, and in chats you may do what their "
    "administrators may."
)

_CODE_BYTES: Final = 24  # 192 bits: 35 characters with the beginning, of the 64 that a deep link of Telegram carries


class Operators(Collection[Destination]):
    """Who is told of problems and allowed everywhere. Each is written `telegram:<id of the person>`.

    A live collection: whoever was given it sees at once who comes and goes.
    """

    def __init__(self, named: Collection[Destination], shelf: OperatorShelf, now: Callable[[], datetime]) -> None:
        """`named` are those of the settings; of the others nothing is known before the first `look`."""
        self._named = tuple(named)
        self._shelf = shelf
        self._now = now
        self._all = self._named

    def __iter__(self) -> Iterator[Destination]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, person: object) -> bool:
        return person in self._all

    async def look(self) -> None:
        """See who came and who went, by this process or another. Raises StoreError."""
        admitted = [operator.person for operator in await self._shelf.all()]
        self._all = tuple(dict.fromkeys((*self._named, *admitted)))

    async def admit(self, code: str, person: Destination, notices: Notices) -> Admission:
        """`person` gave a one-time code: what comes of it. Raises StoreError.

        Those who are operators already are told: nobody becomes one unseen.
        """
        whom = Destination(person.platform, person.chat_id)
        admission = await self._shelf.admit(digest_of(code), whom, self._now())
        if admission is Admission.ADMITTED:
            log.warning("%s is an operator now, by a one-time code", whom)
            await notices.tell_operators(f"{whom} became an operator", BECAME_ONE, person=str(whom))
            await self.look()
        return admission

    async def spend(self, code: str, place: Destination) -> None:
        """A one-time code was given where others read it: it is worth nothing any more. Raises StoreError."""
        if await self._shelf.spend(digest_of(code), place):
            log.warning("a one-time code was given in %s, where others read it; it makes nobody an operator", place)


async def invite(shelf: OperatorShelf, now: datetime) -> str:
    """A new one-time code: whoever gives it within CODE_LASTS becomes an operator. It is written down nowhere."""
    code = CODE_BEGINS + secrets.token_urlsafe(_CODE_BYTES)
    await shelf.invite(digest_of(code), now, now + CODE_LASTS)
    return code


def digest_of(code: str) -> str:
    """What is kept of a code. It has more chance in it than any digest: it needs no salt and no slowness."""
    return sha256(code.encode()).hexdigest()
