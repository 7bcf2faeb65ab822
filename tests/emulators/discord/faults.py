"""Faults on demand: what goes wrong between a bot and Discord (discord.md 10.3)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.emulators.discord.calls import Call
from tests.emulators.discord.errors import ApiError, status_of
from tests.emulators.discord.limits import too_many
from tests.emulators.discord.nouns import Channel

Kind = Literal[
    "hang",
    "close",
    "accept_then_hang",
    "accept_then_close",
    "accept_then_delay",
    "half_answer",
    "answered",
    "status",
    "bad_gateway",
    "unavailable",
    "server_error",
    "rate_limited",
    "charset",
    "delay",
    "held",
]

#: Done as asked, but the answer is late or never arrives.
AFTER_ACCEPTING: frozenset[Kind] = frozenset({"accept_then_hang", "accept_then_close", "accept_then_delay"})

#: Done as asked, and struck while the answer is on its way: half of it, or `then()` is called after all of it.
WHILE_ANSWERING: frozenset[Kind] = frozenset({"half_answer", "answered"})

# `unread` closes before the request is read. `accept` lets a server error come after the request was carried out.
# With `lasts` so many seconds go by until that answer, by the emulator's clock.
# `via` off and `text_body` make a 429 that of Cloudflare (discord.md 3, trap 5); `reset` ends with RST.
# A half answer that `hangs` leaves the connection open. What is `held` is carried out once `until`, an event, is set.
_OPTIONS: dict[Kind, set[str]] = {
    "hang": set(),
    "close": {"reset", "unread"},
    "half_answer": {"hangs"},
    "answered": {"then"},
    "accept_then_hang": set(),
    "accept_then_close": {"reset"},
    "accept_then_delay": {"seconds"},
    "status": {"status", "code", "message", "errors", "via", "text_body", "accept", "lasts"},
    "rate_limited": {"retry_after", "scope", "code", "via", "text_body"},
    "charset": set(),
    "delay": {"seconds"},
    "held": {"until"},
}

_SERVER_ERRORS: dict[Kind, tuple[int, str]] = {
    "bad_gateway": (502, "502: Bad Gateway"),
    "unavailable": (503, "503: Service Unavailable"),
    "server_error": (500, "500: Internal Server Error"),
}


@dataclass
class Fault:
    """One planned misfortune, for the next `count` requests that match."""

    kind: Kind
    method: str | None = None
    path: str | None = None
    channel: Channel | None = None
    count: int = 1
    #: Which of these it meets: all, if nothing is said.
    only: Callable[[Call], bool] | None = None
    #: Those of the kind, see `_OPTIONS`.
    options: dict[str, Any] = field(default_factory=dict)
    #: How many requests it has met.
    met: int = 0
    #: How many it has spoilt, if they were to be accepted first: after that.
    done: int = 0

    def __post_init__(self) -> None:
        unknown = set(self.options) - _OPTIONS.get(self.kind, {"via", "text_body", "accept"})
        assert not unknown, f"a fault {self.kind!r} has no {sorted(unknown)}"

    def matches(self, call: Call, path: str) -> bool:
        """Whether this request is meant. `path` may be a template, whatever its names, or the very path."""
        if self.met >= self.count or self.method not in {None, call.method}:
            return False
        if self.channel is not None and not _is_about(call, self.channel):
            return False
        if self.only is not None and not self.only(call):
            return False
        return self.path is None or self.path == path or _nameless(self.path) == _nameless(call.template)

    @property
    def via(self) -> bool:
        """Whether the answer comes through Discord's proxy; without, a 429 is Cloudflare's (discord.md 3, trap 5)."""
        return bool(self.options.get("via", True))

    @property
    def text_body(self) -> bool:
        """Whether the answer is no JSON."""
        return bool(self.options.get("text_body", self.kind in _SERVER_ERRORS))

    @property
    def reset(self) -> bool:
        """Whether a connection ends with RST (ECONNRESET) rather than quietly (ServerDisconnectedError)."""
        return bool(self.options.get("reset", False))

    @property
    def hangs(self) -> bool:
        """Whether nothing more comes after half of an answer, and the connection stays."""
        return bool(self.options.get("hangs", False))

    @property
    def unread(self) -> bool:
        """Whether the connection ends before the request is read."""
        return bool(self.options.get("unread", False))

    @property
    def accepts(self) -> bool:
        """Whether an answer with an error comes although the request was carried out."""
        return bool(self.options.get("accept", False))

    @property
    def seconds(self) -> float:
        """Of a delay."""
        return float(self.options["seconds"])

    @property
    def lasts(self) -> float:
        """How many seconds go by between what is carried out and the error that it is answered with."""
        return float(self.options.get("lasts", 0.0))

    def error(self) -> ApiError | None:
        """The refusal that it answers with, if it does."""
        options = self.options
        if self.kind in _SERVER_ERRORS:
            return ApiError(*_split(_SERVER_ERRORS[self.kind]))
        if self.kind == "rate_limited":
            scope, code = options.get("scope", "user"), options.get("code", 0)
            return too_many(options.get("retry_after", 0.1), scope=scope, code=code)
        if self.kind == "status":
            code = options.get("code", 0)
            status, message = status_of(code) or (400, "")
            status = options.get("status", status)
            message = options.get("message", message or f"{status}: refused on demand")
            return ApiError(status, code, message, options.get("errors"))
        return None


def _split(status_and_message: tuple[int, str]) -> tuple[int, int, str]:
    status, message = status_and_message
    return status, 0, message


def _is_about(call: Call, channel: Channel) -> bool:
    """Whether a request is made in a channel, or to one of its webhooks."""
    hooks = {str(webhook.id) for webhook in channel.webhooks}
    return call.params.get("channel_id") == str(channel.id) or call.params.get("webhook_id") in hooks


def _nameless(template: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", template)


class Faults:
    """The planned faults, in the order in which they were planned."""

    def __init__(self) -> None:
        self._planned: list[Fault] = []

    def plan(self, fault: Fault) -> Fault:
        """Plan one more."""
        self._planned.append(fault)
        return fault

    def forget(self, fault: Fault) -> None:
        """This one does not happen any more."""
        self._planned.remove(fault)

    def clear(self) -> None:
        """From now on all goes well."""
        self._planned.clear()

    def strike(self, call: Call, path: str, *, unread: bool = False) -> Fault | None:
        """The fault that this request meets, counted; or None. `unread`: one that strikes before its body is read."""
        for fault in self._planned:
            if fault.unread == unread and fault.matches(call, path):
                fault.met += 1
                return fault
        return None
