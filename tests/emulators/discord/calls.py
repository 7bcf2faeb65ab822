"""One REST call: read from the socket, matched to a route, and logged for the tests."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import BodyPartReader, web

from tests.emulators.discord.errors import refuse
from tests.emulators.discord.nouns import Json

_FILE_FIELD = re.compile(r"files\[(\d+)\]")


@dataclass
class Request:
    """A line of the log. `status` and `answer` stay None while nothing was answered, as after a hang."""

    method: str
    path: str
    body: Any
    at: float
    route: str | None = None
    status: int | None = None
    answer: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status or 'no answer'}"


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    filename: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """A request on its way to its handler."""

    method: str
    template: str
    params: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    files: Mapping[int, Upload] = field(default_factory=dict)

    def id(self, name: str) -> int:
        """The id called `name` in the path; 0, which is nobody's, where it isn't a number."""
        return int(self.params[name]) if self.params[name].isdecimal() else 0

    @property
    def form(self) -> Json:
        """The body, which has to be an object. Raises 50109 otherwise."""
        if not isinstance(self.body, dict):
            raise refuse(50109)
        return self.body


@dataclass(frozen=True)
class Answer:
    """What a handler answers; a body of None is 204."""

    body: Any = None
    status: int = 200


Handler = Callable[[Call], Answer]


@dataclass(frozen=True)
class Route:
    """A method and a path template, written as in Discord's specification."""

    method: str
    template: str
    handler: Handler
    #: Interactions and webhooks carry their token in the path.
    needs_token: bool = True


class Room(Protocol):
    """Routes that belong together."""

    def routes(self) -> Iterable[Route]:
        """What the room serves."""


async def read_body(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    """The JSON of a request, and its files (discord.md 10.1: multipart with payload_json and files).

    Raises 50109 for broken JSON.
    """
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    raw = await request.read()
    return (_parse(raw) if raw else None), {}


async def _read_multipart(request: web.Request) -> tuple[Any, dict[int, Upload]]:
    body: Any = None
    files: dict[int, Upload] = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=False))
        if part.name == "payload_json":
            body = _parse(data)
        elif found := _FILE_FIELD.fullmatch(part.name or ""):
            files[int(found[1])] = Upload(part.filename or "unknown", data)
    return body, files


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise refuse(50109) from error
