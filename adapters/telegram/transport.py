"""The wire to the Bot API: python-telegram-bot's HTTP client, made patient, and able to tell how far a request got."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, Final

import httpx
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

CONNECT_SECONDS: Final = 10.0
POOL_SECONDS: Final = 30.0  # a send that waits for a connection was not sent: there is no reason to hurry it
UPLOAD_SECONDS: Final = 60.0  # for 10 MB over a slow line
KEEPALIVE_SECONDS: Final = 60.0  # httpx's own 5 s means a TLS handshake after every idle spell

_PHASES: Final = "newsbell.phases"
_BODY_BEGUN: Final = "http11.send_request_body.started"
_BODY_SENT: Final = "http11.send_request_body.complete"


class Flood(TelegramError):
    """429: Telegram wants `seconds` of silence; None if it does not say how many.

    Takes the place of PTB's `RetryAfter`, which warns of its own future with every use and mistakes 0 s for an error.
    """

    def __init__(self, seconds: float | None) -> None:
        super().__init__(f"Too Many Requests: retry after {seconds} seconds")
        self.seconds = seconds


class Transport(HTTPXRequest):
    """A pool of `connections` to the Bot API. A slow answer is worth `read_timeout` seconds: without it, the outcome
    of a send is not known."""

    __slots__ = ()

    def __init__(
        self, connections: int, read_timeout: float, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        limits = httpx.Limits(
            max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=KEEPALIVE_SECONDS
        )
        super().__init__(
            read_timeout=read_timeout,
            connect_timeout=CONNECT_SECONDS,
            pool_timeout=POOL_SECONDS,
            media_write_timeout=UPLOAD_SECONDS,
            httpx_kwargs={"limits": limits, "event_hooks": {"request": [_watch]}, "transport": transport},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make one exchange, as PTB asks for it. Raises Flood for 429."""
        status, payload = await super().do_request(*args, **kwargs)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flood(_seconds_named_in(payload))
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer. PTB's own way logs a traceback for each page of a proxy; the error says enough."""
        try:
            answer: dict[str, Any] = json.loads(payload.decode(errors="replace"))
        except ValueError as error:
            raise TelegramError("Invalid server response") from error
        return answer


def stayed_here(error: httpx.RequestError) -> bool:
    """Whether it is certain that the request of `error` never left whole, so that nobody can have acted on it."""
    try:
        phases = error.request.extensions.get(_PHASES, ())
    except RuntimeError:  # httpx: the error belongs to no request
        return False
    return _BODY_BEGUN in phases and _BODY_SENT not in phases


async def _watch(request: httpx.Request) -> None:
    """Note in the request itself how far it gets: httpcore tells each phase to `extensions["trace"]`."""
    phases: set[str] = set()

    async def note(phase: str, _details: object) -> None:
        phases.add(phase)

    request.extensions = {**request.extensions, "trace": note, _PHASES: phases}


def _seconds_named_in(payload: bytes) -> float | None:
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):  # a proxy's page, or an answer without parameters
        return None
