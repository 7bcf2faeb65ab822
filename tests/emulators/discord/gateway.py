"""The gateway: sessions, events in order, resuming, and what can go wrong with it (discord.md 6 and 10.2)."""

import asyncio
import json
import secrets
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.discord import payloads
from tests.emulators.discord.nouns import Guild, Json
from tests.emulators.discord.world import INTENT_GUILDS, World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, HEARTBEAT_ACK = 0, 1, 2, 6, 7, 9, 10, 11
_WITHOUT_EFFECT = {3, 4, 8}  # presence, voice state, request of members

UNKNOWN_ERROR, UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED = 4000, 4001, 4002, 4003
AUTHENTICATION_FAILED, ALREADY_AUTHENTICATED, INVALID_SEQ, RATE_LIMITED = 4004, 4005, 4007, 4008
SESSION_TIMED_OUT = 4009
INVALID_SHARD, SHARDING_REQUIRED, DISALLOWED_INTENTS = 4010, 4011, 4014

_PRIVILEGED_INTENTS = (1 << 1) | (1 << 8) | (1 << 15)  # members, presences, message content
_EVENTS_PER_MINUTE = 120
_HISTORY = 5000
_WITH_THE_SESSION = {INVALID_SEQ, SESSION_TIMED_OUT}
_STARTS_A_DAY = 1000


@dataclass(eq=False)
class Session:
    """What a client identified for; outlives its connections, so that it can be resumed."""

    id: str
    intents: int
    shard: tuple[int, int]
    connection: "Connection | None" = None
    seq: int = 0
    #: Number and text of the events so far, for the replay.
    history: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=_HISTORY))

    def wants(self, guild: Guild | None, intent: int) -> bool:
        """Whether events about `guild` under `intent` are for this session; an intent of 0 is for everybody."""
        number, of = self.shard
        return (not intent or bool(self.intents & intent)) and (guild is None or (guild.id >> 22) % of == number)

    def tell(self, event: str, data: Any) -> None:
        """Number an event, remember it, and send it when somebody is connected."""
        self.seq += 1
        text = json.dumps({"op": DISPATCH, "t": event, "s": self.seq, "d": data})
        self.history.append((self.seq, text))
        if self.connection is not None:
            self.connection.push(text)


class Connection:
    """One websocket. What is pushed goes out in order, through one compressor for the whole connection."""

    def __init__(self, socket: web.WebSocketResponse, transport: asyncio.Transport, *, compressed: bool) -> None:
        self.session: Session | None = None
        #: Whether this side ends it.
        self.ending = False
        self._socket = socket
        self._transport = transport
        self._compressor = zlib.compressobj() if compressed else None
        self._outgoing: asyncio.Queue[str | int] = asyncio.Queue()
        self._received: deque[float] = deque(maxlen=_EVENTS_PER_MINUTE)

    def push(self, message: str | Json) -> None:
        """Send this after what was pushed before."""
        self._outgoing.put_nowait(message if isinstance(message, str) else json.dumps(message))

    def close(self, code: int) -> None:
        """Close with this code after what was pushed before."""
        self.ending = True
        self._outgoing.put_nowait(code)

    def abort(self) -> None:
        """Cut the line at once."""
        self._transport.abort()

    async def pump(self) -> None:
        """Send until closed."""
        while isinstance(message := await self._outgoing.get(), str):
            try:
                await self._send(message)
            except ConnectionError:
                return
        await self._socket.close(code=message)

    async def _send(self, text: str) -> None:
        if self._compressor is None:
            await self._socket.send_str(text)
            return
        # discord.md 10.2: zlib-stream, each message ends with 00 00 ff ff
        data = self._compressor.compress(text.encode()) + self._compressor.flush(zlib.Z_SYNC_FLUSH)
        await self._socket.send_bytes(data)

    def too_fast(self, now: float) -> bool:
        """Whether this is the 121st event within a minute."""
        full = len(self._received) == _EVENTS_PER_MINUTE and now - self._received[0] < 60
        self._received.append(now)
        return full


class Gateway:
    """Connections and sessions, with counters and faults for tests."""

    def __init__(self, world: World, token: str, url: Callable[[], str]) -> None:
        self._world = world
        self._token = token
        self._url = url
        self._connections: set[Connection] = set()
        self.acknowledges = True
        self._refusals: deque[int] = deque()
        self.sessions: dict[str, Session] = {}
        self.heartbeat_seconds = 41.25
        #: Over how many connections the servers have to be spread, and how many may identify at once.
        self.shards = 1
        self.max_concurrency = 1
        #: Who identifies again within so many seconds gets op 9; Discord says 5.
        self.identify_seconds = 0.0
        #: While it is not set, nobody who connects is greeted.
        self.door = asyncio.Event()
        self.door.set()
        self._identified_at: dict[int, float] = {}
        self.starts_left = _STARTS_A_DAY
        self._starts_renewed_at = 0.0
        self.identifies = 0
        self.resumes = 0
        self.heartbeats = 0

    @property
    def connected(self) -> int:
        """How many sessions have a client right now."""
        return sum(session.connection is not None for session in self.sessions.values())

    def session_start_limit(self) -> Json:
        """How many sessions may start, as `GET /gateway/bot` tells it (discord.md 2.1)."""
        wait = max(self._starts_renewed_at - self._world.clock.monotonic(), 0.0)
        if self._starts_renewed_at and not wait:
            self._starts_renewed_at, self.starts_left = 0.0, _STARTS_A_DAY
        left = {"total": _STARTS_A_DAY, "remaining": self.starts_left, "reset_after": int(wait * 1000)}
        return {**left, "max_concurrency": self.max_concurrency}

    # -- faults

    def spend_starts(self, left: int, *, renewed_in: float) -> None:
        """So many sessions may start during the next `renewed_in` seconds."""
        self.starts_left = left
        self._starts_renewed_at = self._world.clock.monotonic() + renewed_in

    def drop(self) -> None:
        """Cut every connection; the sessions can be resumed."""
        for connection in self._connections:
            connection.abort()

    def drop_shard(self, number: int) -> None:
        """Cut the connection of one shard alone."""
        for connection in self._connections:
            if connection.session is not None and connection.session.shard[0] == number:
                connection.abort()

    def reconnect(self) -> None:
        """Ask every client to come back and resume: op 7."""
        for connection in self._connections:
            connection.push({"op": RECONNECT, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every client that its session is invalid: op 9; without `resumable` the sessions are forgotten."""
        for connection in self._connections:
            connection.push({"op": INVALID_SESSION, "d": resumable})
        if not resumable:
            self.sessions.clear()

    def malformed(self) -> None:
        """Send an event that no parser survives; it kills the client's gateway task (discord.md 6)."""
        for connection in self._connections:
            connection.push({"op": DISPATCH, "t": "CHANNEL_UPDATE", "s": None, "d": {"broken": True}})

    def stop_acks(self) -> None:
        """Leave heartbeats unanswered from now on."""
        self.acknowledges = False

    def refuse(self, code: int, *, times: int = 1) -> None:
        """Close the next connections with this code when they identify or resume, such as 4004 or 4014."""
        self._refusals.extend([code] * times)

    def close(self, code: int = UNKNOWN_ERROR) -> None:
        """Close every connection with this code; after 4007 and 4009 their sessions can't be resumed."""
        if code in _WITH_THE_SESSION:
            self.sessions.clear()
        for connection in self._connections:
            connection.close(code)

    # -- events

    def dispatch(self, event: str, data: Any, *, guild: Guild | None = None, intent: int = 0) -> None:
        """Send an event to the sessions that want it."""
        for session in self.sessions.values():
            if session.wants(guild, intent):
                session.tell(event, data)

    # -- connections

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One client, from HELLO to its end."""
        if request.query.get("compress", "zlib-stream") != "zlib-stream":
            self._world.violations.append(f"gateway: the emulator speaks zlib-stream only, not {request.query_string}")
            return web.Response(status=400)
        socket = web.WebSocketResponse(timeout=1.0)
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        connection = Connection(socket, transport, compressed="compress" in request.query)
        self._connections.add(connection)
        await self.door.wait()
        connection.push({"op": HELLO, "d": {"heartbeat_interval": int(self.heartbeat_seconds * 1000)}})
        pump = asyncio.create_task(connection.pump())
        try:
            async for message in socket:
                self._receive(connection, message.data if message.type == WSMsgType.TEXT else "")
                self._world.pulse.beat()
        finally:
            pump.cancel()
            self._leave(connection, socket.close_code)
        return socket

    def _leave(self, connection: Connection, code: int | None) -> None:
        """The connection ended; a client that itself said goodbye with 1000 or 1001 doesn't come back."""
        self._connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            if code in {1000, 1001} and not connection.ending:
                self.sessions.pop(session.id, None)
        self._world.pulse.beat()

    def _receive(self, connection: Connection, text: str) -> None:
        try:
            message = json.loads(text)
            op, data = message["op"], message.get("d")
        except (ValueError, KeyError, TypeError):
            connection.close(DECODE_ERROR)
            return
        if connection.too_fast(self._world.clock.monotonic()):
            connection.close(RATE_LIMITED)
        elif op == HEARTBEAT:
            self.heartbeats += 1
            if self.acknowledges:
                connection.push({"op": HEARTBEAT_ACK, "d": None})
        elif op in {IDENTIFY, RESUME}:
            self._authenticate(connection, op, data)
        elif op not in _WITHOUT_EFFECT:
            connection.close(UNKNOWN_OPCODE)
        elif connection.session is None:
            connection.close(NOT_AUTHENTICATED)

    def _authenticate(self, connection: Connection, op: int, data: Json) -> None:
        if connection.session is not None:
            connection.close(ALREADY_AUTHENTICATED)
        elif self._refusals:
            connection.close(self._refusals.popleft())
        elif data.get("token") != self._token:
            connection.close(AUTHENTICATION_FAILED)
        elif op == RESUME:
            self._resume(connection, data)
        elif int(data.get("intents", 0)) & _PRIVILEGED_INTENTS:
            connection.close(DISALLOWED_INTENTS)
        else:
            self._start(connection, data)

    def _start(self, connection: Connection, data: Json) -> None:
        """Let the client in, if Discord's rules for shards and session starts allow it (docs events/gateway)."""
        number, of = data.get("shard") or (0, 1)
        self.starts_left -= 1
        if self.starts_left < 0:
            self._world.violations.append("gateway: the day's session starts are used up, and the token is reset")
            connection.close(AUTHENTICATION_FAILED)
        elif not 0 <= number < of:
            connection.close(INVALID_SHARD)
        elif of < self.shards:
            connection.close(SHARDING_REQUIRED)
        elif self._hasty(number % self.max_concurrency):
            connection.push({"op": INVALID_SESSION, "d": False})
        else:
            self._identify(connection, data, number, of)

    def _hasty(self, key: int) -> bool:
        now = self._world.clock.monotonic()
        last = self._identified_at.get(key)
        self._identified_at[key] = now
        return last is not None and now - last < self.identify_seconds

    def _identify(self, connection: Connection, data: Json, number: int, of: int) -> None:
        self.identifies += 1
        session = Session(secrets.token_hex(16), int(data["intents"]), (number, of), connection)
        self.sessions[session.id] = session
        connection.session = session
        guilds = [guild for guild in self._world.guilds.values() if session.wants(guild, 0)]
        ready = {
            "v": 10,
            "user": payloads.user_json(self._world.bot),
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self._url(),
            "shard": [number, of],
            "application": {"id": str(self._world.application_id), "flags": 0},
            "private_channels": [],
            "relationships": [],
        }
        session.tell("READY", ready)
        for guild in guilds:
            if session.wants(guild, INTENT_GUILDS) and not guild.unavailable:
                session.tell("GUILD_CREATE", payloads.guild_json(guild, self._world.bot))

    def _resume(self, connection: Connection, data: Json) -> None:
        """Replay what was missed, then RESUMED; op 9 for a session that isn't known."""
        session, seq = self.sessions.get(str(data.get("session_id"))), data.get("seq")
        if session is None or seq is None:
            connection.push({"op": INVALID_SESSION, "d": False})
            return
        if seq > session.seq:
            connection.close(INVALID_SEQ)
            return
        self.resumes += 1
        session.connection, connection.session = connection, session
        for number, text in session.history:
            if number > seq:
                connection.push(text)
        session.tell("RESUMED", {})
