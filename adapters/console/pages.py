"""The console's web pages: routes for the application's one server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from adapters.console.board import Board
from adapters.console.guard import SAFE_HEADERS, Guard
from adapters.console.pictures import picture_type
from adapters.console.render import Chat
from adapters.console.stream import Stream
from adapters.console.view import Facts, View
from bot.records import Problem

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC: Final = Path(__file__).parent / "static"
HEARTBEAT_SECONDS: Final = 15.0  # proxies close connections that are silent for longer, nginx after 60 s
RECONNECT_MILLISECONDS: Final = 1000
COMMAND_CHARACTERS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What the routes answer, and from what they answer it. `ask` brings a typed line to the desk."""

    guard: Guard
    board: Board
    stream: Stream
    view: View
    picture_folders: Collection[Path]
    facts: Callable[[], Awaitable[Facts]]
    problems: Callable[[], Awaitable[list[Problem]]]
    ask: Callable[[Chat, str, str], Awaitable[bool]]
    heartbeat_seconds: float = HEARTBEAT_SECONDS

    def routes(self) -> list[web.RouteDef]:
        """The routes, each behind the guard."""
        return [
            web.get("/", self._guarded(self._preview)),
            web.get("/events", self._guarded(self._events), allow_head=False),
            web.post("/command", self._guarded(self._command)),
            web.get("/pictures/{digest}", self._guarded(self._picture)),
            web.get("/static/{name}", self._guarded(self._static)),
        ]

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                response = self.guard.refusal(request) or await handler(request)
            except web.HTTPException as error:
                error.headers.update(SAFE_HEADERS)
                raise
            if not response.prepared:
                response.headers.update(SAFE_HEADERS)
            return response

        return answer

    async def _preview(self, request: web.Request) -> web.Response:
        facts, problems = await asyncio.gather(self.facts(), self.problems())
        # No await from here on: what the page shows and the id that it goes on from must belong together.
        chats = {chat: self.board.messages(chat) for chat in Chat}
        html = self.view.page(chats=chats, facts=facts, problems=problems, last_id=self.stream.last_id)
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Follow the stream, from the event that the page saw last, until either side ends."""
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=SAFE_HEADERS | headers)
        since = request.query.get("since", self.stream.last_id)
        last_id = request.headers.get("Last-Event-ID", since)
        try:
            await response.prepare(request)
            await response.write(f"retry: {RECONNECT_MILLISECONDS}\n\n".encode())
            while not self.stream.closed:
                events = self.stream.since(last_id)
                last_id = events[-1].id if events else last_id
                await response.write(b"".join(map(bytes, events)) or b": still here\n\n")
                await self.stream.wait(last_id, self.heartbeat_seconds)
        except ConnectionResetError:  # the page was closed
            pass
        return response

    async def _command(self, request: web.Request) -> web.Response:
        """Bring a typed line to the desk; its answer appears in the chat, on every open page."""
        chat, text = _typed(await _json(request))
        if not await self.ask(chat, text, _language(request)):
            raise web.HTTPServiceUnavailable(text="newsbell is still starting. Try again in a moment.")
        return web.Response(status=204)

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        picture = self.board.picture(request.match_info["digest"])
        if picture is None or picture.file is None:
            raise web.HTTPNotFound
        content_type = await asyncio.to_thread(picture_type, picture.file, self.picture_folders)
        if not content_type:
            raise web.HTTPNotFound
        return _file(Path(picture.file), content_type)

    async def _static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        content_type = _STATIC_TYPES.get(Path(name).suffix)
        if content_type is None or name not in {path.name for path in STATIC.iterdir()}:
            raise web.HTTPNotFound
        return _file(STATIC / name, content_type)


_STATIC_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def _file(path: Path, content_type: str) -> web.FileResponse:
    """A file that the browser may keep but asks about each time."""
    return web.FileResponse(path, headers={"Content-Type": content_type, "Cache-Control": "no-cache"})


async def _json(request: web.Request) -> Mapping[str, Any]:
    try:
        content = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text='Send JSON: {"chat": "telegram", "text": "/help"}') from error
    return content if isinstance(content, dict) else {}


def _typed(content: Mapping[str, Any]) -> tuple[Chat, str]:
    chat, text = content.get("chat"), content.get("text")
    if chat not in set(Chat) or not isinstance(text, str) or not text.strip():
        raise web.HTTPBadRequest(text='Name the chat ("telegram" or "discord") and a command, such as /help.')
    if len(text) > COMMAND_CHARACTERS:
        raise web.HTTPBadRequest(text=f"A command has at most {COMMAND_CHARACTERS} characters.")
    return Chat(chat), " ".join(text.split())


def _language(request: web.Request) -> str:
    """The language that the browser asks for first: "km" of "km-KH,en;q=0.5"."""
    return request.headers.get("Accept-Language", "").split(",")[0].split(";")[0].split("-")[0].strip().lower()
