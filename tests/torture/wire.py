"""Puts a plan's mishaps and kills on the two emulated wires."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.emulators.discord.faults import Fault as DiscordFault
from tests.emulators.discord.faults import Kind
from tests.emulators.telegram import Fault as TelegramFault
from tests.torture.city import City
from tests.torture.plan import Kill, Mishap, Moment, Place, Plan, Trouble

OFTEN = 100_000
HELD_SECONDS = 1.5
"""How long Discord goes on holding an answer that nobody waits for any more."""

LOOKING = frozenset({"stopMessageLiveLocation", "editMessageLiveLocation", "forwardMessage", "copyMessage"})
"""Calls of Telegram by which newsbell may look into an unknown."""


def misbehave(city: City, mishap: Mishap) -> None:
    """Arm `mishap` for the next call that it fits."""
    if mishap.place in city.chats:
        _on_telegram(city, mishap)
    else:
        _on_discord(city, mishap)


def _on_telegram(city: City, mishap: Mishap) -> None:
    if mishap.trouble is Trouble.RESET_UNREAD:
        city.telegram.fault("reset_unread", method="sendPhoto")  # whatever the chat: it is not read
        return
    kind, details = _TELEGRAM[mishap.trouble]
    city.telegram.fault(kind, chat=city.chats[mishap.place], **details, **_lasting(mishap))


def _on_discord(city: City, mishap: Mishap) -> None:
    kind, options = _DISCORD[mishap.trouble]
    city.discord.fault(kind, channel=city.channels[mishap.place], **options, **_lasting(mishap))


def _lasting(mishap: Mishap) -> dict[str, Any]:
    """How long, for what takes time."""
    return {"seconds": mishap.seconds} if mishap.trouble in {Trouble.SLOW_ANSWER, Trouble.LATE} else {}


_TELEGRAM: Final[dict[Trouble, tuple[str, dict[str, Any]]]] = {
    Trouble.RESET_UNDONE: ("close", {}),
    Trouble.RESET_DONE: ("accept_then_close", {}),
    Trouble.HALF_ANSWER: ("half_answer", {}),
    Trouble.GARBLED: ("invalid_json", {}),
    Trouble.BAD_GATEWAY: ("bad_gateway", {}),
    Trouble.BAD_GATEWAY_DONE: ("bad_gateway", {"accept": True}),
    Trouble.SERVER_ERROR: ("restart_before", {}),
    Trouble.SERVER_ERROR_DONE: ("restart_after", {}),
    Trouble.FLOOD: ("flood", {"retry_after": 1}),
    Trouble.SLOW_ANSWER: ("accept_then_hang", {}),
    Trouble.LATE: ("late", {}),
}

_DISCORD: Final[dict[Trouble, tuple[Kind, dict[str, Any]]]] = {
    Trouble.RESET_UNREAD: ("close", {"reset": True, "unread": True}),
    Trouble.RESET_UNDONE: ("close", {"reset": True}),
    Trouble.RESET_DONE: ("accept_then_close", {"reset": True}),
    Trouble.HALF_ANSWER: ("half_answer", {}),
    Trouble.BAD_GATEWAY: ("bad_gateway", {}),
    Trouble.BAD_GATEWAY_DONE: ("bad_gateway", {"accept": True}),
    Trouble.SERVER_ERROR: ("server_error", {}),
    Trouble.SERVER_ERROR_DONE: ("server_error", {"accept": True}),
    Trouble.FLOOD: ("rate_limited", {"retry_after": 0.3}),
    Trouble.SLOW_ANSWER: ("accept_then_delay", {}),
    Trouble.LATE: ("delay", {}),
}


class Latency:
    """Every call takes its time on both wires, so that kills find calls in the air.

    Always the same time: where later calls are quicker than earlier ones, a platform sees them closer together than
    newsbell made them, and refuses some.
    """

    def __init__(self, city: City, plan: Plan) -> None:
        self._city = city
        self._plan = plan
        self._faults: list[TelegramFault | DiscordFault] = []

    def renew(self) -> None:
        """Stand behind all mishaps that are armed by now: the first that fits a call strikes it, and no other."""
        for fault in self._faults:
            fault.count = 0
        before, seconds = not self._plan.late_answers, self._plan.latency
        self._faults = [
            self._city.telegram.fault("delay" if before else "slow_answer", count=OFTEN, seconds=seconds),
            self._city.discord.fault("delay" if before else "accept_then_delay", count=OFTEN, seconds=seconds),
        ]


def calm_down(city: City) -> None:
    """Let nothing go wrong any more; calls that are under way keep what they met."""
    city.telegram.faults.all.clear()
    city.discord.clear_faults()


class Trap:
    """Waits for the moment of a kill. `sprung` says that it is there; a trap that never springs is taken away."""

    def __init__(self, city: City, kill: Kill, spring: Callable[[], object]) -> None:
        """`spring` is called the very moment an answer is on its way; the other moments are asked for."""
        self._city = city
        self._kill = kill
        self._calls = city.calls() + kill.calls
        self._looks = self._looked()
        self._fault: TelegramFault | DiscordFault | None = None
        if kill.moment is Moment.UNANSWERED:
            self._fault = self._hold(kill.place)
        elif kill.moment is Moment.UNCOMMITTED:
            self._fault = self._watch(kill.place, spring)

    @property
    def sprung(self) -> bool:
        """Whether the moment has come."""
        if isinstance(self._fault, TelegramFault):
            return self._fault.hits > 0
        if isinstance(self._fault, DiscordFault):
            return self._fault.done > 0
        if self._kill.moment is Moment.LOOKING:
            return self._looked() > self._looks
        return self._kill.moment is Moment.WRITING or self._city.calls() >= self._calls

    def remove(self) -> None:
        """Spoil no more calls."""
        if self._fault is not None:
            self._fault.count = 0

    def _hold(self, place: Place) -> TelegramFault | DiscordFault:
        """The call is carried out, and its answer held back until the process is dead."""
        if place in self._city.chats:
            return self._city.telegram.fault("accept_then_hang", chat=self._city.chats[place])
        return self._city.discord.fault("accept_then_delay", channel=self._city.channels[place], seconds=HELD_SECONDS)

    def _watch(self, place: Place, spring: Callable[[], object]) -> TelegramFault | DiscordFault:
        """The whole answer goes out, and in the same breath the process dies."""
        if place in self._city.chats:
            return self._city.telegram.fault("answered", chat=self._city.chats[place], then=spring)
        return self._city.discord.fault("answered", channel=self._city.channels[place], then=spring)

    def _looked(self) -> int:
        return sum(call.method in LOOKING for call in self._city.telegram.requests)
