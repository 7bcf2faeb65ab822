"""The emulator as a server: its life, its wire format, and what goes wrong on demand."""

import asyncio
import inspect
import json
import logging
import socket
import struct
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Final, Self

from aiohttp import web

from tests.patience import PATIENCE

from . import methods_changing, methods_chats, methods_profile, methods_sending  # noqa: F401  (they fill METHODS)
from .call import METHODS, Call, unknown_method
from .chats import Chat
from .doors import Newcomers
from .faults import Fault, Faults
from .limits import Theory
from .pictures import WRONG_IDENTIFIER
from .refusals import RefusedError, bad_request, flooded
from .spec import Spec
from .wire import Upload, decode, read_parameters

log = logging.getLogger(__name__)

TEST_TOKEN: Final = "123456789:AAF-test-token-of-the-emulator-0000000"
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)  # SO_LINGER without time
_LARGEST_BODY_BYTES: Final = 64 * 1024 * 1024
_dumps: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


@dataclass(eq=False)
class Request:
    """A request as it arrived and what it got; status 0 while, or because, it was never answered."""

    method: str
    parameters: dict[str, Any]
    files: dict[str, Upload] = field(repr=False)
    at: float  # time.monotonic()
    status: int = 0
    answer: dict[str, Any] = field(default_factory=dict, repr=False)


class TelegramEmulator(Newcomers):
    """A Bot API server on 127.0.0.1 with one bot, used as `async with TelegramEmulator() as telegram`.

    `limits` is strict, bucket or off; `limits_scale` below 1 shortens their times. `port` 0 takes a free one; `prefix`
    is a path before all others, as that of a server of one's own behind a proxy.
    """

    def __init__(
        self,
        token: str = TEST_TOKEN,
        limits: Theory = "strict",
        *,
        limits_scale: float = 1.0,
        port: int = 0,
        prefix: str = "",
    ) -> None:
        super().__init__(token, limits=limits, limits_scale=limits_scale)
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.faults = Faults()
        self.spec = Spec()
        self._port = port
        self._prefix = prefix
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self._late: set[asyncio.Task[web.StreamResponse]] = set()
        self._to_come = 0

    # --- life ---------------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after a `stop` on the same port, with all that has been."""
        self._closing = asyncio.Event()
        app = web.Application(client_max_size=_LARGEST_BODY_BYTES)
        app.router.add_route("*", f"{self._prefix}/bot{{token}}/{{method}}", self._serve)
        app.router.add_get(f"{self._prefix}/file/bot{{token}}/{{path:.+}}", self._serve_file)
        # A client that is killed takes its request with it: handlers end with their connection.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.punctuality.start()
        self.webhook.start()

    async def stop(self) -> None:
        """Hang up on everybody: whoever calls now finds no server. Nothing that has happened is forgotten."""
        self._closing.set()
        self.updates.close()
        await self.punctuality.stop()
        await self.webhook.stop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The server's address; PTB's `base_url` is this + "/bot", its `base_file_url` this + "/file/bot"."""
        return f"http://127.0.0.1:{self._port}{self._prefix}"

    @property
    def refusals_429(self) -> int:
        """How often the limits refused; faults of kind `flood` are not counted."""
        return self.limits.refusals

    @property
    def unfinished(self) -> int:
        """How many calls with a fault of kind `late` are still to be carried out."""
        return self._to_come

    @property
    def checked(self) -> int:
        """How many requests were compared with the specification; 0 where it isn't at hand."""
        return self.spec.checked

    # --- what tests ask for -------------------------------------------------------------------------------------------

    def fault(
        self,
        kind: str,
        *,
        method: str | None = None,
        chat: Chat | None = None,
        count: int = 1,
        skip: int = 0,
        **details: Any,
    ) -> Fault:
        """Switch a fault on, for the next `count` calls that fit, after `skip` that pass. Kinds: see faults.py."""
        return self.faults.add(Fault(kind, method, chat, count, skip, details))

    def unloadable(self, url: str, description: str = f"Bad Request: {WRONG_IDENTIFIER}") -> None:
        """Let Telegram fail to fetch `url`, with this text (telegram.md 2.3)."""
        self.unloadable_urls[url] = description

    async def until(self, condition: Callable[[], Any], within: float = PATIENCE) -> None:
        """Wait until `condition` holds; it is asked again whenever something happens here."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    await self.next_change()
        except TimeoutError:
            if condition():  # it looks at something that this emulator knows nothing of
                return
            raise AssertionError(f"not within {within:g} s: {self._described(condition)}") from None

    def _described(self, condition: Callable[[], Any]) -> str:
        try:
            source = inspect.getsource(condition).strip()
        except (OSError, TypeError):
            source = repr(condition)
        requests = "\n".join(f"  {request.method} -> {request.status}" for request in self.requests[-12:])
        chats = "\n".join(f"  {chat} shows {chat.visible[-5:]}" for chat in self.chats.values())
        return f"{source}\nlast requests:\n{requests}\nchats:\n{chats}\nviolations: {self.violations[-5:]}"

    # --- serving ------------------------------------------------------------------------------------------------------

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        """Answer one call; in `self.requests` it stands before anything happens to it."""
        known = METHODS.get(http.match_info["method"].lower())
        record = Request(known.name if known else http.match_info["method"], {}, {}, time.monotonic())
        self.requests.append(record)
        try:
            self._check_token(http.match_info["token"])
            if unread := self.faults.match_unread(record.method):
                unread.hits += 1
                return _close(http, reset=True)
            call = await self._read(http, record)
            return await self._carry_out(call, record, http)
        except RefusedError as refusal:
            return self._refuse(record, refusal)
        except Exception as error:
            log.exception("%s stumbled over %s", type(self).__name__, record)
            self.violations.append(f"{record.method}: the emulator stumbled: {error!r}")
            return self._refuse(record, bad_request(f"the emulator of this test stumbled: {error!r}"))
        finally:
            self.changed()

    def _check_token(self, token: str) -> None:
        """The path is decoded already: PTB sends the colon as %3A (telegram.md 8.1)."""
        if token == self.token:
            return
        name, _, secret = token.partition(":")
        raise RefusedError(
            401, "Unauthorized" if name.isdigit() and secret else "Unauthorized: invalid token specified"
        )

    async def _read(self, http: web.Request, record: Request) -> Call:
        raw, record.files = await read_parameters(http)
        record.parameters = {name: decode(name, value) for name, value in raw.items()}
        self._check_request(record)
        self.changed()
        method = METHODS.get(record.method.lower())
        if method is None or (method.name == "sendRichMessage" and not self.knows_rich_messages):
            raise unknown_method()
        if unknown := record.parameters.keys() - method.parameters:
            self.violations.append(f"{method.name}: the emulator does not know {', '.join(sorted(unknown))}")
            raise bad_request(f"the emulator of this test knows no parameter {sorted(unknown)[0]} of {method.name}")
        return Call(self, method.name, record.parameters, record.files)

    def _check_request(self, record: Request) -> None:
        self.violations += self.spec.of_request(record.method, record.parameters, set(record.files))

    async def _carry_out(self, call: Call, record: Request, http: web.Request) -> web.StreamResponse:
        chat = call.known_chat(call.parameters["chat_id"]) if "chat_id" in call.parameters else None
        if prelude := self.faults.match(call.method, chat, prelude=True):
            prelude.hits += 1
            if prelude.kind == "late":
                call.kept_since = record.at
                # Whether or not its client still lives by then.
                return await self._carry_out_late(prelude, self._carry_out_now(call, chat, record, http))
            await self._prelude(prelude)
        return await self._carry_out_now(call, chat, record, http)

    async def _carry_out_late(
        self, fault: Fault, carrying_out: Coroutine[Any, Any, web.StreamResponse]
    ) -> web.StreamResponse:
        async def late() -> web.StreamResponse:
            await self._prelude(fault)
            self._to_come -= 1  # it is done in this very moment, even where no answer ever comes
            return await carrying_out

        self._to_come += 1
        task = asyncio.create_task(late())
        self._late.add(task)
        task.add_done_callback(self._late_is_done)
        return await asyncio.shield(task)

    def _late_is_done(self, task: asyncio.Task[web.StreamResponse]) -> None:
        self._late.discard(task)
        if not task.cancelled():
            task.exception()  # a refusal that perhaps nobody waits for any more
        self.changed()

    async def _carry_out_now(
        self, call: Call, chat: Chat | None, record: Request, http: web.Request
    ) -> web.StreamResponse:
        fault = self.faults.match(call.method, chat)
        if fault and not fault.accepts:
            fault.hits += 1
            return await self._go_wrong(fault, record, http)
        result = METHODS[call.method.lower()].run(call)
        if inspect.isawaitable(result):
            result = await result
        self.violations += call.ignored
        body = {"ok": True, "result": result}
        if fault and fault.kind in {"answered", "half_answer", "slow_answer"}:
            try:
                return await self._answer_watched(fault, record, http, body)
            except ConnectionError:  # the client has gone meanwhile
                return web.Response()
        if fault:
            fault.hits += 1
            return await self._go_wrong(fault, record, http)
        self.violations += self.spec.of_answer(call.method, result)
        return _answer(record, 200, body)

    async def _answer_watched(
        self, fault: Fault, record: Request, http: web.Request, body: dict[str, Any]
    ) -> web.StreamResponse:
        """Put the answer, or half of it, on the wire before anything else happens; or first wait."""
        if fault.kind == "slow_answer":
            fault.hits += 1
            self.changed()
            await self._hang(fault.details["seconds"])
        answer = _answer(record, 200, body)
        if fault.kind == "slow_answer":
            return answer
        if fault.kind == "half_answer":
            return await self._answer_half(fault, answer, http)
        await answer.prepare(http)
        await answer.write_eof()
        fault.hits += 1
        fault.details["then"]()
        return answer

    async def _answer_half(self, fault: Fault, whole: web.Response, http: web.Request) -> web.StreamResponse:
        data = str(whole.text).encode()
        half = web.StreamResponse(headers={"Content-Type": "application/json"})
        half.content_length = len(data)
        await half.prepare(http)
        await half.write(data[: len(data) // 2])
        fault.hits += 1
        if http.transport:
            http.transport.close()
        return half

    def _refuse(self, record: Request, refusal: RefusedError) -> web.Response:
        retry_after = refusal.parameters.get("retry_after")
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}  # telegram.md 8.1
        return _answer(record, refusal.status, refusal.as_json(), headers)

    async def _go_wrong(self, fault: Fault, record: Request, http: web.Request) -> web.StreamResponse:
        """What the client gets from a fault (telegram.md 8.6)."""
        self.changed()
        details = fault.details
        match fault.kind:
            case "hang" | "accept_then_hang":
                await self._hang(details.get("seconds"))
                return _close(http)
            case "close" | "accept_then_close":
                return _close(http)
            case "bad_gateway":
                record.status = 502
                page = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
                return web.Response(status=502, text=page, content_type="text/html")
            case "invalid_json":
                record.status = 200
                return web.Response(text='{"ok":true,"result":{"message_id":', content_type="application/json")
            case "flood":
                raise flooded(details.get("retry_after", 1))
            case "too_large":
                raise RefusedError(413, "Request Entity Too Large")
            case "answer" if body := details.get("body"):
                record.status = details["status"]
                return web.Response(status=details["status"], text=body, content_type="text/html")
            case "answer":
                raise RefusedError(details["status"], details["description"], **details.get("parameters", {}))
        raise RefusedError(500, "Internal Server Error: restart")  # restart_before and restart_after

    async def _prelude(self, fault: Fault) -> None:
        if fault.kind == "act":
            fault.details["act"]()
        else:
            await self._hang(fault.details["seconds"])

    async def _hang(self, seconds: float | None) -> None:
        """Say nothing for so long, or until the emulator closes."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            pass

    async def _serve_file(self, http: web.Request) -> web.Response:
        token, path = http.match_info["token"], http.match_info["path"]
        media = next((media for media in self.files.values() if media.path == path), None)
        if token != self.token or media is None or media.data is None:
            return web.Response(status=404, text="Not Found")
        return web.Response(body=media.data)


def _answer(record: Request, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> web.Response:
    record.status, record.answer = status, body
    return web.Response(status=status, text=_dumps(body), content_type="application/json", headers=headers)


def _close(http: web.Request, *, reset: bool = False) -> web.Response:
    """Hang up, if asked with RST: what is returned here finds no connection any more."""
    if http.transport:
        connection: socket.socket | None = http.transport.get_extra_info("socket")
        if reset and connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        http.transport.abort()
    return web.Response()
