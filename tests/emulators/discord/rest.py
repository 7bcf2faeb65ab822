"""The way of every REST request: logged, checked, admitted, perhaps struck by a fault, carried out, answered."""

import asyncio
import contextlib
import json
import logging
import socket
import struct
import time
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from aiohttp import web

from tests.emulators.discord.calls import Answer, Call, Request, Route, read_body
from tests.emulators.discord.errors import ApiError
from tests.emulators.discord.faults import AFTER_ACCEPTING, WHILE_ANSWERING, Fault, Faults
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.spec import SpecCheck
from tests.emulators.discord.world import World

log = logging.getLogger(__name__)

BASE = "/api/v10"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER without time


class _NoAnswerError(Exception):
    """The client gets no answer; the connection is gone."""


class Rest:
    """Answers requests as the routes say."""

    def __init__(self, world: World, token: str, limits: Limits, faults: Faults, spec: SpecCheck) -> None:
        self._world = world
        self._token = token
        self._limits = limits
        self._faults = faults
        self._spec = spec
        self._closing = asyncio.Event()
        self.requests: list[Request] = []
        #: The requests that the limits refused; planned faults don't count.
        self.refusals_429: list[Request] = []
        #: How many requests are being handled, those of clients that have gone too.
        self.unfinished = 0

    def add_to(self, app: web.Application, routes: Iterable[Route]) -> None:
        """Serve these routes, and refuse all others loudly."""
        for route in routes:
            app.router.add_route(route.method, BASE + route.template, self._handler(route))
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment)
        app.router.add_route("*", "/{anything:.*}", self._unknown)

    def close(self) -> None:
        """Let go of the requests that hang."""
        self._closing.set()

    def _handler(self, route: Route) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            entry = Request(request.method, request.path.removeprefix(BASE), None, time.monotonic(), route.template)
            self.requests.append(entry)
            self._world.pulse.beat()
            self.unfinished += 1
            try:
                return await self._respond(request, route, entry)
            finally:
                self.unfinished -= 1
                self._world.pulse.beat()

        return handle

    async def _respond(self, request: web.Request, route: Route, entry: Request) -> web.StreamResponse:
        headers: dict[str, str] = {}
        fault: Fault | None = None
        try:
            if unread := self._faults.strike(_unread(request, route), entry.path, unread=True):
                self._cut(request, reset=unread.reset)
            call = await self._read(request, route, entry)
            headers |= self._limits.admit(call, counts_globally=route.needs_token)
            fault = self._faults.strike(call, entry.path)
            if fault is not None and fault.kind == "rate_limited":
                self._limits.give_back(call)
            await self._before(fault, request)
            answer = self._carry_out_under(fault, route, call)
            await self._after(fault, request)
        except ApiError as error:
            if error.status == 429 and fault is None:
                self.refusals_429.append(entry)
            return self._answer(entry, Answer(error.body(), error.status), {**headers, **error.headers}, fault)
        except _NoAnswerError:
            return web.Response()
        if fault is not None and fault.kind in WHILE_ANSWERING:
            try:
                return await self._answer_watched(fault, self._answer(entry, answer, headers), request)
            except (ConnectionError, _NoAnswerError):  # the client has gone meanwhile, or is left alone
                return web.Response()
        return self._answer(entry, answer, headers, fault)

    async def _read(self, request: web.Request, route: Route, entry: Request) -> Call:
        """The call, checked against the specification. Raises 401 for a wrong token (discord.md 10.1)."""
        if route.needs_token and request.headers.get("Authorization") != f"Bot {self._token}":
            raise ApiError(401, 0, "401: Unauthorized")
        entry.body, files = await read_body(request)
        call = Call(request.method, route.template, dict(request.match_info), dict(request.query), entry.body, files)
        self._world.violations += self._spec.problems(call)
        return call

    def _carry_out_under(self, fault: Fault | None, route: Route, call: Call) -> Answer:
        """A server's error hides what the answer would have been, a refusal too."""
        try:
            return self._carry_out(route, call)
        except ApiError as refusal:
            hiding = fault.error() if fault is not None and fault.accepts else None
            raise (hiding or refusal) from None

    def _carry_out(self, route: Route, call: Call) -> Answer:
        """Handlers don't wait, so nothing comes between checking and doing."""
        try:
            return route.handler(call)
        except ApiError:
            raise
        except Exception as error:
            log.exception("the emulator failed at %s %s", call.method, call.template)
            self._world.violations.append(f"the emulator failed at {call.method} {call.template}: {error!r}")
            raise ApiError(500, 0, "500: Internal Server Error") from error

    # -- faults

    async def _before(self, fault: Fault | None, request: web.Request) -> None:
        """What a fault does before anything is carried out."""
        if fault is None:
            return
        if fault.kind == "delay":
            await self._pause(fault.seconds)
        if fault.kind == "held":
            await self._first_of(fault.options["until"], self._closing)
        if not fault.accepts and (error := fault.error()):
            raise error
        if fault.kind == "hang":
            await self._hang(request)
        if fault.kind == "close":
            self._cut(request, reset=fault.reset)

    async def _after(self, fault: Fault | None, request: web.Request) -> None:
        """What a fault does once the request was carried out."""
        if fault is not None and fault.accepts and (error := fault.error()):
            fault.done += 1
            self._world.clock.advance(fault.lasts)
            raise error
        if fault is None or fault.kind not in AFTER_ACCEPTING:
            return
        fault.done += 1
        self._world.pulse.beat()
        if fault.kind == "accept_then_hang":
            await self._hang(request)
        if fault.kind == "accept_then_close":
            self._cut(request, reset=fault.reset)
        await self._pause(fault.seconds)

    async def _answer_watched(self, fault: Fault, whole: web.Response, request: web.Request) -> web.StreamResponse:
        """Put the answer, or half of it, on the wire before anything else happens."""
        if fault.kind == "answered":
            await whole.prepare(request)
            await whole.write_eof()
            fault.done += 1
            fault.options["then"]()
            return whole
        data = whole.body
        if not isinstance(data, bytes):  # of a 204 there is no half
            fault.done += 1
            self._cut(request, reset=False)
        half = web.StreamResponse(headers={"Content-Type": "application/json", "Via": "1.1 google"})
        half.content_length = len(data)
        await half.prepare(request)
        await half.write(data[: len(data) // 2])
        fault.done += 1
        if fault.hangs:
            await self._hang(request)
        if request.transport:
            request.transport.close()
        return half

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond the emulator's closing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def _first_of(self, *events: asyncio.Event) -> None:
        waiting = [asyncio.create_task(event.wait()) for event in events]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()

    async def _hang(self, request: web.Request) -> None:
        """Keep the client waiting until the emulator closes."""
        await self._closing.wait()
        self._cut(request, reset=False)

    def _cut(self, request: web.Request, *, reset: bool) -> NoReturn:
        transport = request.transport
        if isinstance(transport, asyncio.Transport):
            connection: socket.socket | None = transport.get_extra_info("socket")
            if reset and connection is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            transport.abort()
        raise _NoAnswerError

    # -- answers

    def _answer(
        self, entry: Request, answer: Answer, headers: Mapping[str, str], fault: Fault | None = None
    ) -> web.Response:
        """On the wire, as `application/json` exactly, or the client doesn't parse it (discord.md 3, trap 13)."""
        entry.status, entry.answer = answer.status, answer.body
        self._limits.note(answer.status, headers)
        sent = dict(headers)
        if fault is None or fault.via:
            sent["Via"] = "1.1 google"
        if answer.body is None:
            return web.Response(status=answer.status, headers=sent)
        if fault is not None and fault.text_body:
            return web.Response(status=answer.status, text=answer.body["message"], headers=sent)
        charset = "utf-8" if fault is not None and fault.kind == "charset" else None
        body = json.dumps(answer.body).encode()
        return web.Response(
            status=answer.status, body=body, content_type="application/json", charset=charset, headers=sent
        )

    async def _unknown(self, request: web.Request) -> web.Response:
        """A route that Discord, or this emulator, doesn't have: never a faked success (discord.md 10.1)."""
        entry = Request(request.method, request.path.removeprefix(BASE), None, time.monotonic())
        self.requests.append(entry)
        self._world.violations.append(f"no such route: {request.method} {request.path}")
        log.error("no such route: %s %s", request.method, request.path)
        self._world.pulse.beat()
        return self._answer(entry, Answer({"message": "404: Not Found", "code": 0}, 404), {})

    async def _attachment(self, request: web.Request) -> web.Response:
        """An uploaded file, as the CDN gives it back."""
        channel = self._world.channels.get(int(request.match_info["channel_id"]))
        for message in channel.messages if channel else []:
            for attachment in message.attachments:
                if str(attachment.id) == request.match_info["attachment_id"]:
                    return web.Response(body=attachment.data, content_type=attachment.content_type)
        return web.Response(status=404)


def _unread(request: web.Request, route: Route) -> Call:
    """The request as far as its first line tells."""
    return Call(request.method, route.template, dict(request.match_info), dict(request.query), None)
