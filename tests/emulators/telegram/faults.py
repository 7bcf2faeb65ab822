"""Faults that a test switches on: what goes wrong, for which method and chat, how often (telegram.md 8.6).

    hang, close                           nothing is accepted, and no answer comes
    accept_then_hang, accept_then_close   the message exists, and no answer comes
    bad_gateway                           502 with HTML, nothing accepted
    restart_before, restart_after         500 `Internal Server Error: restart`, nothing accepted or just accepted
    invalid_json                          accepted, 200 with half an answer
    flood(retry_after=1)                  429
    answer(status, description, parameters={})   any row of telegram.md 4.4; answer(status, body) what is no JSON
    too_large                             413
    delay(seconds)                        the call is carried out later
    late(seconds)                         so, and even when the client has gone by then
    reset_unread                          the connection ends with RST before the call is read; for any chat
    half_answer                           accepted, and the connection ends in the middle of the answer
    slow_answer(seconds)                  accepted at once, and answered later
    answered(then)                        nothing goes wrong: `then()` is called once the whole answer is on its way
    act(act)                              `act()` happens just before the call: a kick in the middle of a batch

A hang may end after `seconds`. With `accept=True` among its details any fault strikes after the call was carried out.
A fault that does so is not used up by a call that is refused.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from .chats import Chat

# These come before a call and let it go on: a wait of `seconds`, or whatever `act()` does in the middle of a batch.
PRELUDES: Final = frozenset({"delay", "late", "act"})

UNREAD: Final = "reset_unread"
"""Strikes before anybody knows which chat a call is about."""

# Whether a call with this fault is carried out before things go wrong.
ACCEPTS: Final = {
    "delay": False,
    "late": False,
    "act": False,
    UNREAD: False,
    "hang": False,
    "close": False,
    "bad_gateway": False,
    "restart_before": False,
    "flood": False,
    "answer": False,
    "too_large": False,
    "accept_then_hang": True,
    "accept_then_close": True,
    "restart_after": True,
    "invalid_json": True,
    "half_answer": True,
    "slow_answer": True,
    "answered": True,
}


@dataclass(eq=False)
class Fault:
    """One fault and how often it is still to happen; `hits` says how often it has."""

    kind: str
    method: str | None = None
    chat: Chat | None = None
    count: int = 1
    skip: int = 0  # so many calls pass unharmed first
    details: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ACCEPTS:
            raise ValueError(f"no such fault: {self.kind!r}; there are {', '.join(ACCEPTS)}")

    @property
    def accepts(self) -> bool:
        """Whether the call is carried out first; `accept=True` among the details turns any fault into one that does."""
        return bool(self.details.get("accept", ACCEPTS[self.kind]))

    @property
    def over(self) -> bool:
        """Whether it has happened as often as it should."""
        return self.hits >= self.count

    def matches(self, method: str, chat: Chat | None) -> bool:
        """Whether it concerns a call of `method` on `chat`."""
        return not self.over and self.method in {None, method} and (self.chat is None or self.chat is chat)


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self.all: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        """Switch `fault` on."""
        self.all.append(fault)
        return fault

    def match(self, method: str, chat: Chat | None, *, prelude: bool = False) -> Fault | None:
        """The fault that strikes this call, if one does; or the prelude that comes before it."""
        for fault in self.all:
            if prelude != (fault.kind in PRELUDES) or fault.kind == UNREAD or not fault.matches(method, chat):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            return fault
        return None

    def match_unread(self, method: str) -> Fault | None:
        """The fault that keeps a call of `method` from being read."""
        found = (fault for fault in self.all if fault.kind == UNREAD and fault.matches(method, None))
        return next(found, None)
