"""Rate limits as Discord keeps them: buckets told by headers, and 50 requests a second over all (discord.md 2.1)."""

import hashlib
import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.emulators.discord.calls import Call
from tests.emulators.discord.clock import Clock
from tests.emulators.discord.errors import ApiError, status_of

_CHANNEL_WRITES = (5, 5.0)
_BUCKETS = {
    ("POST", "/channels/{channel_id}/messages"): _CHANNEL_WRITES,
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): _CHANNEL_WRITES,
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): _CHANNEL_WRITES,
    ("POST", "/channels/{channel_id}/threads"): _CHANNEL_WRITES,
    ("POST", "/channels/{channel_id}/messages/{message_id}/threads"): _CHANNEL_WRITES,
}
_OTHER_ROUTES = (50, 1.0)
_SWITCHED_OFF = (1_000_000, 1.0)
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id")
_OLD_EDITS = (3, 6.0)  # discord.md 2.1: messages older than an hour
_WEBHOOKS = ((5, 2.0), (30, 60.0))  # discord.md 2.1: a channel's webhooks together
_PUBLISHED_EDITS = (3, 3600.0)  # discord.md 2.1: of a published message
_PUBLISHED = (10, 3600.0)  # discord.md 7.3: as the community reports


@dataclass
class _Window:
    """Counts within a window that begins with its first request."""

    ends: float = -math.inf
    used: int = 0

    def take(self, now: float, limit: int, seconds: float) -> bool:
        """Count one; False when the window is full."""
        if now >= self.ends:
            self.ends, self.used = now + seconds, 0
        self.used += 1
        return self.used <= limit


@dataclass
class Limits:
    """Admits requests or refuses them with 429.

    `enabled` off still sends the headers, with room for everybody. `speed` 10 makes every window ten times shorter.
    """

    clock: Clock
    enabled: bool = True
    speed: float = 1.0
    global_per_second: int = 50
    #: Edits of a published message, and in how many seconds.
    published_edits: tuple[int, float] = _PUBLISHED_EDITS
    #: Requests that Discord counts towards a ban of the address: 401, 403 and 429, without scope `shared`.
    invalid: int = 0
    _windows: dict[str, _Window] = field(default_factory=dict)
    _recent: deque[float] = field(default_factory=deque)

    def admit(self, call: Call, *, counts_globally: bool) -> Mapping[str, str]:
        """The bucket's headers for the answer. Raises 429 when the bucket or the second is used up."""
        now = self.clock.monotonic()
        if self.enabled and counts_globally:
            self._admit_globally(now)
        limit, seconds = _BUCKETS.get((call.method, call.template), _OTHER_ROUTES) if self.enabled else _SWITCHED_OFF
        seconds /= self.speed
        key = self._key(call)
        window = self._windows.setdefault(key, _Window())
        admitted = window.take(now, limit, seconds)
        left = max(0.0, window.ends - now)
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - window.used)),
            "X-RateLimit-Reset": f"{_milliseconds_up(self.clock.now().timestamp() + left):.3f}",
            "X-RateLimit-Reset-After": f"{_milliseconds_up(left):.3f}",
            "X-RateLimit-Bucket": _bucket_hash(call),
        }
        if not admitted:
            raise too_many(left, headers=headers)
        return headers

    def give_back(self, call: Call) -> None:
        """Uncount a request that a planned 429 refuses."""
        self._windows[self._key(call)].used -= 1

    def _admit_globally(self, now: float) -> None:
        """Refuse the 51st request within any one second."""
        second = 1.0 / self.speed
        while self._recent and self._recent[0] <= now - second:
            self._recent.popleft()
        if len(self._recent) >= self.global_per_second:
            raise too_many(self._recent[0] + second - now, scope="global")
        self._recent.append(now)

    def count_old_edit(self, channel_id: int) -> None:
        """Refuse the fourth edit in six seconds of messages older than an hour, with 30046 and requests remaining."""
        self._count_apart(f"old edits:{channel_id}", *_OLD_EDITS, code=30046)

    def count_webhooks(self, channel_id: int) -> None:
        """Refuse the sixth message of a channel's webhooks within two seconds, and the thirty-first of a minute."""
        for limit, seconds in _WEBHOOKS:
            self._count_apart(f"webhooks:{seconds}:{channel_id}", limit, seconds)

    def count_publishing(self, channel_id: int) -> None:
        """Refuse the eleventh message published within an hour; the headers don't tell how many are left."""
        self._count_apart(f"published:{channel_id}", *_PUBLISHED)

    def count_published_edit(self, message_id: int) -> None:
        """Refuse the fourth edit in an hour of a published message; the headers err (discord-api-docs #6109)."""
        headers = {"Retry-After": "1"}
        self._count_apart(f"edits:{message_id}", *self.published_edits, code=20028, scope="shared", headers=headers)

    def _count_apart(
        self,
        key: str,
        limit: int,
        seconds: float,
        *,
        code: int = 0,
        scope: str = "user",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """A limit below the bucket's, of which only the 429 itself tells (discord.md 3, trap 7)."""
        window = self._windows.setdefault(key, _Window())
        now = self.clock.monotonic()
        if self.enabled and not window.take(now, limit, seconds / self.speed):
            error = too_many(window.ends - now, code=code, scope=scope)
            raise replace(error, headers={**error.headers, **(headers or {})})

    def note(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep account of an answer."""
        if status in {401, 403, 429} and headers.get("X-RateLimit-Scope") != "shared":
            self.invalid += 1

    def _key(self, call: Call) -> str:
        return ":".join([_bucket_hash(call), *(call.params[name] for name in _MAJOR if name in call.params)])


def _bucket_hash(call: Call) -> str:
    return hashlib.blake2b(f"{call.method} {call.template}".encode(), digest_size=16).hexdigest()


def _milliseconds_up(seconds: float) -> float:
    """Rounded up to milliseconds, so that who waits exactly as told doesn't come too early."""
    return math.ceil(seconds * 1000) / 1000


def too_many(
    retry_after: float, *, scope: str = "user", code: int = 0, headers: Mapping[str, str] | None = None
) -> ApiError:
    """A 429 as Discord words it (discord.md 5.2). `retry_after` is in seconds."""
    known = status_of(code)
    message = known[1] if known else "You are being rate limited."
    whole = {**(headers or {}), "Retry-After": str(math.ceil(retry_after)), "X-RateLimit-Scope": scope}
    if scope == "global":
        whole["X-RateLimit-Global"] = "true"
    extra = {"retry_after": _milliseconds_up(retry_after), "global": scope == "global"}
    return ApiError(429, code, message, headers=whole, extra=extra)
