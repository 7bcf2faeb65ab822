"""A platform in memory, for tests of what stands on adapters. It behaves like a real one, and misbehaves on demand."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import TypeVar

from bot.errors import DestinationLost, MessageGone, NeverArrived, OutcomeUnknown, PictureRefused, Reach, Rejected
from bot.models import Action, Announcement, Destination, Look, Receipt, Reply, Shown, Step
from bot.picturing.ladder import pictures_from, step_at
from bot.ports import Adapter, Desk, Rate
from tests.patience import PATIENCE

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """A request that reached the platform."""

    action: Action
    destination: Destination
    title: str = ""
    nonce: str = ""
    rung: int = 0
    media_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What people in the chat see."""

    id: str
    title: str
    text: str
    picture: str  # its source; empty: none
    nonce: str = ""
    reply_to: str = ""
    pinned: bool = False


class Proof(Enum):
    """What the platform can say of a send whose answer was lost."""

    FINDS = auto()  # it finds the message, or knows that there is none
    NONCE = auto()  # it only promises to show a nonce once
    NONE = auto()


@dataclass(slots=True)
class Fault:
    """What happens to a call instead of an answer. `chat` and `action` narrow it; empty: any."""

    error: Exception | None
    chat: str = ""
    action: Action | None = None
    accepted: bool = False  # the platform acts, and only its answer is lost
    until: asyncio.Event | None = None  # the call waits for this first

    def fits(self, action: Action, destination: Destination) -> bool:
        return self.chat in {"", destination.chat_id} and self.action in {None, action}


class FakeAdapter(Adapter):
    """bot.ports.Adapter without a network. Each fault that a test orders strikes once, the first ordered first."""

    deaf = ""

    def __init__(self, platform: str = "fake", bot: str = "bot-1", *, proof: Proof = Proof.FINDS) -> None:
        self.platform = platform
        self.bot = bot
        self.name = f"@{bot}"
        self.topics_share_ids = True
        self.shares_pictures = True
        self.proof = proof
        self.limits: Callable[[Destination, Action], tuple[Rate, ...]] = lambda destination, action: ()
        self.calls: list[Call] = []
        self.prepared: list[str] = []  # titles
        self.chats: dict[Destination, list[Message]] = {}
        self.notices: list[tuple[Destination, Reply]] = []
        self.fetched: list[Step] = []
        self.unfetchable: dict[str, Exception] = {}  # what fetching a picture ends in, by its source
        self.darkness: asyncio.Event | None = None  # until it is set, nothing is fetched
        self.opened = 0
        self.served = 0
        self.closed = 0
        self.bare: set[Destination] = set()  # these chats take no pictures
        self.in_air = 0
        self.most_in_air = 0
        self.open_faults: deque[Fault] = deque()
        self.serve_faults: deque[Fault] = deque()
        self.notice_faults: deque[Fault] = deque()
        self.desk: Desk | None = None
        self._faults: list[Fault] = []
        self._closed_chats: dict[str, str] = {}
        self._may_pin = True
        self._ids = 0
        self._news = asyncio.Event()

    # --- orders of the test

    def fail(self, *errors: Exception, chat: str = "", action: Action | None = None) -> None:
        """Let the next fitting calls end in `errors`, one after the other, without effect."""
        self._faults += [Fault(error, chat, action) for error in errors]

    def lose_answer(self, *, chat: str = "", action: Action | None = None, times: int = 1) -> None:
        """Let the next fitting calls have their effect, but no answer."""
        lost = Fault(OutcomeUnknown("no answer came"), chat, action, accepted=True)
        self._faults += [lost] + [replace(lost) for _ in range(times - 1)]

    def hang(self, *, chat: str = "", action: Action | None = None) -> asyncio.Event:
        """Let the next fitting call wait, after the platform has it, until the event is set."""
        event = asyncio.Event()
        self._faults.append(Fault(None, chat, action, until=event))
        return event

    def lose_late(self, *, chat: str = "", action: Action | None = None) -> asyncio.Event:
        """Let the next fitting call have its effect, wait until the event is set, and have no answer then."""
        event = asyncio.Event()
        self._faults.append(Fault(OutcomeUnknown("no answer came"), chat, action, accepted=True, until=event))
        return event

    def refuse_late(self, error: Exception, *, chat: str = "", action: Action | None = None) -> asyncio.Event:
        """Let the next fitting call wait until the event is set, and end in `error` then, without effect."""
        event = asyncio.Event()
        self._faults.append(Fault(error, chat, action, until=event))
        return event

    def recover(self) -> None:
        """Let every call that is not made yet be answered."""
        self._faults.clear()

    def close_chat(self, destination: Destination, reason: str = "the bot was removed from the chat") -> None:
        """Let every call to this chat be refused."""
        self._closed_chats[destination.chat_id] = reason

    def forbid_pinning(self) -> None:
        """Let no message be pinned any more."""
        self._may_pin = False

    def reopen_chat(self, destination: Destination) -> None:
        """Let the chat be written to again."""
        del self._closed_chats[destination.chat_id]

    def remove(self, destination: Destination, message_id: str) -> None:
        """Be a moderator who takes a message away."""
        self.chats[destination] = [one for one in self.chats[destination] if one.id != message_id]

    # --- what the test sees

    def messages(self, destination: Destination) -> list[Message]:
        """What stands in a chat, oldest first."""
        return list(self.chats.get(destination, ()))

    def titles(self, destination: Destination) -> list[str]:
        """The titles that stand in a chat, oldest first."""
        return [message.title for message in self.messages(destination)]

    def calls_of(self, action: Action) -> list[Call]:
        """The calls of one kind, in their order."""
        return [call for call in self.calls if call.action is action]

    async def until(self, condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Wait until calls have made `condition` true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                await self._news.wait()

    # --- bot.ports.Adapter

    async def open(self) -> None:
        self.opened += 1
        self._news.set()
        await self._strike(self.open_faults)

    async def serve(self, desk: Desk) -> None:
        self.desk = desk
        self.served += 1
        self._news.set()
        await self._strike(self.serve_faults)
        await asyncio.Event().wait()

    async def ask_why_deaf(self) -> str:
        return self.deaf

    async def close(self) -> None:
        self.closed += 1

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        return self.limits(destination, action)

    def prepare(self, announcement: Announcement, look: Look, *, rung: int = 0) -> None:
        self.prepared.append(announcement.title)

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        step = step_at(announcement, look, rung)
        return None if step and shown and f"media of {step.picture.source}" == shown.receipt.media_id else step

    async def fetch(self, step: Step) -> None:
        self.fetched.append(step)
        self._news.set()
        if self.darkness is not None:
            await self.darkness.wait()
        if (refusal := self.unfetchable.get(step.picture.source)) is not None:
            raise refusal

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        return repr(_show("", announcement, look, rung))

    async def send(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        rung: int = 0,
        media_id: str = "",
        reply_to: str = "",
    ) -> Receipt:
        def show() -> Receipt:
            known = [one for one in self.chats.get(destination, ()) if one.nonce == nonce]
            if known and self.proof is not Proof.NONE:
                return _receipt(known[0])
            self._ids += 1
            message = replace(
                _show(str(self._ids), announcement, look, rung),
                nonce=nonce,
                reply_to=reply_to,
            )
            self.chats.setdefault(destination, []).append(message)
            return _receipt(message)

        call = Call(Action.SEND, destination, announcement.title, nonce, rung, media_id)
        if destination in self.bare and step_at(announcement, look, rung):
            self.calls.append(call)
            raise PictureRefused("the chat takes no pictures", reach=Reach.CHAT)
        return await self._answer(call, show)

    async def edit(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        shown: Shown,
        *,
        rung: int = 0,
        media_id: str = "",
    ) -> Receipt:
        def change() -> Receipt:
            index = self._find(destination, shown.receipt)
            before = self.chats[destination][index]
            after = _show(before.id, announcement, look, rung)
            self.chats[destination][index] = replace(
                after, nonce=before.nonce, reply_to=before.reply_to, pinned=before.pinned
            )
            return _receipt(after)

        return await self._answer(
            Call(Action.EDIT, destination, announcement.title, rung=rung, media_id=media_id), change
        )

    async def delete(self, destination: Destination, shown: Shown) -> None:
        def erase() -> Receipt:
            return _receipt(self.chats[destination].pop(self._find(destination, shown.receipt)))

        await self._answer(Call(Action.DELETE, destination), erase)

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        await self._mark(Action.PIN, destination, receipt)

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        await self._mark(Action.UNPIN, destination, receipt)

    async def _mark(self, action: Action, destination: Destination, receipt: Receipt) -> None:
        def mark() -> Receipt:
            if not self._may_pin:
                raise Rejected("the bot may not pin there; allow it to")
            index = self._find(destination, receipt)
            pinned = action is Action.PIN
            self.chats[destination][index] = replace(self.chats[destination][index], pinned=pinned)
            return receipt

        await self._answer(Call(action, destination), mark)

    async def settle(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
        rung: int = 0,
        unwanted: bool = False,
    ) -> Receipt | None:
        def look_up() -> Receipt | None:
            if self.proof is Proof.NONE:
                raise OutcomeUnknown("there is no proof")
            if self.proof is Proof.NONCE and not unwanted:
                return None
            known = [one for one in self.chats.get(destination, ()) if one.nonce == nonce]
            if known and not _looks_like(known[0], _show("", announcement, look, rung)):
                raise NeverArrived("nothing there looks like that")
            return _receipt(known[0]) if known else None

        return await self._answer(Call(Action.PROBE, destination, announcement.title, nonce, rung), look_up)

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        await self._strike(self.notice_faults)
        self.notices.append((destination, reply))
        self._ids += 1
        return Receipt((str(self._ids),))

    # --- below

    async def _answer(self, call: Call, act: Callable[[], T]) -> T:
        self.calls.append(call)
        self.in_air += 1
        self.most_in_air = max(self.most_in_air, self.in_air)
        self._news.set()
        try:
            return await self._treat(call, act)
        finally:
            self.in_air -= 1
            self._news.set()

    async def _treat(self, call: Call, act: Callable[[], T]) -> T:
        fault = next((one for one in self._faults if one.fits(call.action, call.destination)), None)
        if fault:
            self._faults.remove(fault)
            if fault.error and not fault.accepted:
                if fault.until:
                    await fault.until.wait()
                raise fault.error
        if reason := self._closed_chats.get(call.destination.chat_id):
            raise DestinationLost(reason)
        answer = act()
        if fault and fault.until:
            await fault.until.wait()
        if fault and fault.error:
            raise fault.error
        return answer

    async def _strike(self, faults: deque[Fault]) -> None:
        if faults:
            fault = faults.popleft()
            if fault.until:
                await fault.until.wait()
            if fault.error:
                raise fault.error

    def _find(self, destination: Destination, receipt: Receipt) -> int:
        for index, message in enumerate(self.chats.get(destination, ())):
            if message.id in receipt.message_ids:
                return index
        raise MessageGone("the message is not there any more")


def _show(message_id: str, announcement: Announcement, look: Look, rung: int) -> Message:
    own = "".join(span.text for span in announcement.own_words("fake"))
    text = own or "".join(span.text for span in announcement.body)[: look.excerpt]
    pictures = pictures_from(announcement, look, rung)
    return Message(message_id, announcement.title, text, pictures[0].source if pictures else "")


def _looks_like(message: Message, other: Message) -> bool:
    return (message.title, message.text, message.picture) == (other.title, other.text, other.picture)


def _receipt(message: Message) -> Receipt:
    return Receipt((message.id,), f"media of {message.picture}" if message.picture else "")
