"""The emulator: one web server on 127.0.0.1 that speaks Discord's REST API and its gateway."""

from collections.abc import Callable
from itertools import chain
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.emulators.busyness import BUSY_SECONDS
from tests.emulators.discord import faults
from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Call, Request, Room
from tests.emulators.discord.commands import Commands
from tests.emulators.discord.faults import Fault, Faults
from tests.emulators.discord.gateway import Gateway
from tests.emulators.discord.interactions import Interactions
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.lookups import Lookups
from tests.emulators.discord.messages import Messages
from tests.emulators.discord.nouns import Channel, Guild, Json, Member, Message, Role
from tests.emulators.discord.people import People, Reply
from tests.emulators.discord.rest import BASE, Rest
from tests.emulators.discord.spec import SpecCheck
from tests.emulators.discord.threads import Threads
from tests.emulators.discord.webhooks import Webhooks
from tests.emulators.discord.world import World
from tests.patience import PATIENCE

T = TypeVar("T")

_BODY_BYTES_LIMIT = 64 * 1024 * 1024


class DiscordEmulator(World):
    """Discord on a free port of 127.0.0.1, for as long as the `async with` lasts.

    `limits` switches the rate limits, `check` the comparison with Discord's specification.
    """

    def __init__(
        self, token: str = "MTIz.test.token-of-the-emulator", *, limits: bool = True, check: bool = True
    ) -> None:
        super().__init__()
        self.token = token
        self.api_url = self.gateway_url = ""
        self.limits = Limits(self.clock, enabled=limits)
        self.gateway = Gateway(self, token, lambda: self.gateway_url)
        self.emit = self._emit
        self._spec = SpecCheck(enabled=check)
        self._faults = Faults()
        self._rest = Rest(self, token, self.limits, self._faults, self._spec)
        access = Access(self)
        self._messages = Messages(self, access, self.limits)
        self._commands = Commands(self, access)
        threads = Threads(self, access, self._messages)
        webhooks = Webhooks(self, access, self._messages, threads, self.limits)
        interactions = Interactions(self, self._messages, webhooks)
        self._people = People(self, self._commands, interactions)
        lookups = Lookups(self, access, self.gateway, lambda: self.gateway_url)
        rooms: list[Room] = [lookups, self._messages, threads, webhooks, self._commands, interactions]
        self._routes = list(chain.from_iterable(room.routes() for room in rooms))
        self._runner: web.AppRunner | None = None
        self._port = 0

    # -- life

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=_BODY_BYTES_LIMIT)
        app.router.add_get("/gateway", self.gateway.serve)
        app.router.add_get("/gateway/", self.gateway.serve)
        self._rest.add_to(app, self._routes)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await self.come_back()
        host, port = self._runner.addresses[0][:2]
        self._port = port
        self.cdn = f"http://{host}:{port}"
        self.api_url = f"{self.cdn}{BASE}"
        self.gateway_url = f"ws://{host}:{port}/gateway"
        return self

    async def go_down(self) -> None:
        """Refuse every connection and cut those that there are, until `come_back`."""
        assert self._runner is not None
        for site in list(self._runner.sites):
            await site.stop()
        for connection in self._runner.server.connections if self._runner.server else ():
            if connection.transport is not None:
                connection.transport.close()
        self.gateway.drop()

    async def come_back(self) -> None:
        """Listen, on the same port as before."""
        assert self._runner is not None
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rest.close()
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    # -- what came in, and what was wrong with it

    @property
    def requests(self) -> list[Request]:
        """Every REST request, in order of arrival."""
        return self._rest.requests

    @property
    def refusals_429(self) -> list[Request]:
        """The requests that the rate limits refused; planned faults don't count."""
        return self._rest.refusals_429

    @property
    def hasty(self) -> list[Request]:
        """Those refused that no busy machine explains."""
        return [request for request in self.refusals_429 if request.answer["retry_after"] > BUSY_SECONDS]

    @property
    def unfinished(self) -> int:
        """How many requests are still being handled, those of clients that have gone too."""
        return self._rest.unfinished

    @property
    def checked(self) -> int:
        """How many requests were compared with the specification; 0 where it isn't at hand."""
        return self._spec.checked

    def check_answers(self) -> list[str]:
        """Where the emulator's own answers contradict the specification."""
        return [problem for request in self.requests for problem in self._spec.answer_problems(request)]

    @property
    def commands(self) -> list[Json]:
        """The global application commands, as registered."""
        return self._commands.everywhere

    # -- trouble

    def fault(
        self,
        kind: faults.Kind,
        *,
        method: str | None = None,
        path: str | None = None,
        channel: Channel | None = None,
        count: int = 1,
        only: Callable[[Call], bool] | None = None,
        **options: Any,
    ) -> Fault:
        """Let the next `count` matching requests go wrong. `Fault.options` tells what each kind takes."""
        return self._faults.plan(Fault(kind, method, path, channel, count, only, options))

    def forget_fault(self, fault: Fault) -> None:
        """This one does not happen any more."""
        self._faults.forget(fault)

    def clear_faults(self) -> None:
        """Forget the planned faults."""
        self._faults.clear()

    # -- people

    async def command(
        self,
        channel: Channel,
        member: Member,
        name: str,
        /,
        *,
        locale: str = "en-US",
        answer_within: float = 3.0,
        **options: Any,
    ) -> Reply:
        """Let `member` type `/name` with `options`, and wait for the bot's reply.

        `name` may go on with subcommands. A channel, role or member as option is the object itself. The reply is
        `Refused` when Discord would not offer the command. Raises AssertionError when the bot doesn't answer within
        `answer_within` seconds, or for what Discord's window would not let a person send.
        """
        return await self._people.command(channel, member, name, options, locale=locale, answer_within=answer_within)

    async def autocomplete(
        self,
        channel: Channel,
        member: Member,
        name: str,
        /,
        *,
        locale: str = "en-US",
        answer_within: float = 3.0,
        **options: Any,
    ) -> list[tuple[str, str | int | float]]:
        """Let `member` type into the last of `options`; gives the names and values that the bot offers."""
        return await self._people.autocomplete(
            channel, member, name, options, locale=locale, answer_within=answer_within
        )

    def open_commands_to(self, role: Role) -> None:
        """A server owner adds the role under Server Settings > Integrations, so that its members see the commands."""
        self._commands.opened.add(role.id)

    async def press(
        self,
        where: Message | Reply,
        custom_id: str,
        member: Member,
        *,
        values: list[str] | None = None,
        locale: str = "en-US",
        answer_within: float = 3.0,
    ) -> Reply:
        """Let `member` press a button, or choose `values` in a menu, and wait for what follows."""
        message = where.message if isinstance(where, Reply) else where
        assert message is not None, "the reply has no message"
        return await self._people.press(
            message, custom_id, member, values=values or [], locale=locale, answer_within=answer_within
        )

    async def submit(
        self, reply: Reply, member: Member, *, locale: str = "en-US", answer_within: float = 3.0, **values: str
    ) -> Reply:
        """Let `member` fill in the text fields of a modal, named by their custom ids, and send it off."""
        return await self._people.submit(reply, member, values, locale=locale, answer_within=answer_within)

    # -- waiting

    async def until(self, condition: Callable[[], T], *, within: float = PATIENCE) -> T:
        """Wait for `condition`, asked again at every request and every event of the gateway; gives its value.

        Raises AssertionError after `within` seconds and tells what was seen.
        """
        return await self.pulse.until(condition, within=within, describe=self.describe)

    def describe(self) -> str:
        """What has happened so far, for a failure's text."""
        latest = [f"  {request}" for request in self.requests[-12:]]
        channels = [f"  #{one.name}: {len(one.visible)} messages" for one in self.channels.values() if one.messages]
        sessions = f"gateway: {self.gateway.connected} connected of {len(self.gateway.sessions)} sessions"
        lines = [sessions, f"{len(self.requests)} requests, the latest:", *latest, "channels:", *channels]
        return "\n".join([*lines, *(f"violation: {one}" for one in self.violations)])

    def _emit(self, event: str, data: Any, *, guild: Guild | None = None, intent: int = 0) -> None:
        self.gateway.dispatch(event, data, guild=guild, intent=intent)
        self.pulse.beat()
