"""Which rights newsbell has in a place on Discord, which of those that its posts need are missing, and where to click.

Needed: docs topics/permissions and resources/message; CONNECT for the chat of a voice channel (discord-api-docs #5111).
They are called as Discord's apps call them, which speak no Khmer; Send Messages is Create Posts in a forum.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol, TypeVar

import discord
from discord.abc import GuildChannel

from adapters.discord.addressing import number
from adapters.discord.forums import NO_TAG, tagging
from adapters.discord.places import kind_of
from adapters.discord.rates import BOT
from adapters.discord.transport import Calls
from adapters.discord.verdicts import FORBIDDEN, LOCKED, NOT_SEEN, lacking
from bot.errors import DeliveryError, DestinationLost, PictureRefused, Reach
from bot.models import Destination, Look, Style
from bot.ports import Pace
from bot.texts import Reason, sentence

REMEMBERED_SERVERS: Final = 256
FRESH_SECONDS: Final = 60.0
"""How long a server's roles are believed that REST told: many of its channels are mostly forbidden at once."""

ALL_THERE: Final = sentence(
    "Discord forbids it, though newsbell has every permission that it needs here; in Discord see whether the server "
    "gave it a time-out"
)
_NO_FILES: Final = sentence("without it posts arrive without the pictures that newsbell uploads")
_NO_HISTORY: Final = sentence("without it newsbell can't see whether a post arrived after its connection broke")
_RINGS_NOBODY: Final = sentence(
    "without it the role that is mentioned hears nothing; or let anyone @mention this role, in Server Settings > Roles"
)
_NO_PINS: Final = sentence("without it posts are not pinned")
_NO_NAME: Final = sentence("without it posts come under newsbell's own name")
_NOT_PUBLISHED: Final = sentence(
    "without it what comes under a name of the site's own is not published to those who follow the channel"
)
_NO_THREADS: Final = sentence("without it no threads are opened below the posts")

T = TypeVar("T")


class Right(NamedTuple):
    """A permission: discord.py's name for it, that of Discord's apps, and how posts do without; empty: they don't."""

    flag: str
    name: str
    without: str = ""

    @property
    def blocks(self) -> bool:
        """Whether nothing can be sent without it."""
        return not self.without


_VIEW: Final = Right("view_channel", "View Channel")
_CONNECT: Final = Right("connect", "Connect")
_SEND: Final = Right("send_messages", "Send Messages")
_SEND_IN_THREADS: Final = Right("send_messages_in_threads", "Send Messages in Threads")
_CREATE_POSTS: Final = Right("send_messages", "Create Posts")
_ATTACH: Final = Right("attach_files", "Attach Files", _NO_FILES)
_OF_ALL: Final = (
    Right("embed_links", "Embed Links"),
    _ATTACH,
    Right("read_message_history", "Read Message History", _NO_HISTORY),
)
_MENTION: Final = Right("mention_everyone", "Mention @everyone, @here, and All Roles", _RINGS_NOBODY)
_PIN: Final = Right("pin_messages", "Pin Messages", _NO_PINS)  # split from Manage Messages (discord.md 8)
_SIGN: Final = Right("manage_webhooks", "Manage Webhooks", _NO_NAME)
_PUBLISH: Final = Right("manage_messages", "Manage Messages", _NOT_PUBLISHED)  # what a webhook wrote is another's
_OPEN_THREADS: Final = Right("create_public_threads", "Create Public Threads", _NO_THREADS)

INVITED: Final = {right.flag: True for right in (_VIEW, _SEND, _SEND_IN_THREADS, *_OF_ALL, _OPEN_THREADS)}
"""What newsbell is invited with, by discord.py's names: what posts need everywhere, and threads (discord.md 8).

The others are for what only some want, and each is asked for where it is wanted; Connect everybody has mostly.
"""

_WRITING: Final = {
    "thread": (_SEND_IN_THREADS,),
    "forum": (_CREATE_POSTS,),
    "media": (_CREATE_POSTS,),
    "voice": (_CONNECT, _SEND),
    "stage": (_CONNECT, _SEND),
}
"""What else it takes to write in places of each kind; in any other one it is Send Messages."""

_TAKES_THREADS: Final = frozenset({"text", "announcement"})


@dataclass(frozen=True, slots=True)
class Ground:
    """What newsbell may do in a place of this `kind` (a word of adapters.discord.places)."""

    permissions: discord.Permissions
    kind: str
    server: discord.Guild | None = None
    channel: GuildChannel | None = None  # that the place is, or whose thread it is
    locked: bool = False  # of a thread

    @property
    def may_post(self) -> bool:
        """Whether posts can be sent there."""
        return not self._blocking

    @property
    def barred(self) -> str:
        """Why nothing can be sent there, a sentence of bot.texts; empty: posts can."""
        return reason_of(self._blocking, self.kind) if self._blocking else self.closed

    @property
    def closed(self) -> str:
        """The same, whatever permissions there are to write: a locked thread, or a forum without the tag it wants."""
        if self.locked and not self.permissions.manage_threads:
            return LOCKED
        forum = tagging(self.channel) if self.channel and self.kind != "thread" else None
        return NO_TAG if forum and forum.wants_tag and not forum.tags else ""

    @property
    def _blocking(self) -> Sequence[Right]:
        return [right for right in self.missing() if right.blocks]

    def missing(self, looks: Iterable[Look] = ()) -> Sequence[Right]:
        """The rights that posts with these looks need, and newsbell lacks.

        Of who may not even view a channel, Discord says that nothing else is allowed, either: that is no news of it.
        """
        missing = [right for right in self._needed(looks) if not getattr(self.permissions, right.flag)]
        return [_VIEW] if _VIEW in missing and not self.permissions.value else missing

    def _needed(self, looks: Iterable[Look]) -> Iterator[Right]:
        yield _VIEW
        yield from _WRITING.get(self.kind, (_SEND,))
        yield from _OF_ALL
        looks = tuple(looks)
        if any(look.mention and not self._anyone_mentions(look.mention) for look in looks):
            yield _MENTION
        if any(look.pin for look in looks):
            yield _PIN
        if any(look.sender for look in looks):
            yield _SIGN
        if self.kind == "announcement" and any(look.sender and look.style is not Style.COMPONENTS for look in looks):
            yield _PUBLISH
        if self.kind in _TAKES_THREADS and any(look.thread for look in looks):
            yield _OPEN_THREADS

    def _anyone_mentions(self, role: str) -> bool:
        """Whether the role rings for whoever names it; a role that is not known is not complained of."""
        found = self.server.get_role(int(role)) if self.server and role.isdecimal() else None
        return found is None or found.mentionable


def ground_of(channel: GuildChannel, me: discord.Member, *, in_thread: bool = False, locked: bool = False) -> Ground:
    """What newsbell may do in a channel, or in a thread, maybe `locked`, which has no permissions of its own.

    As they were given: discord.py's own `permissions_for` of a channel takes away Embed Links where Send Messages is
    denied, in threads as well, where it does not matter.
    """
    kind = "thread" if in_thread else kind_of(channel.type)
    return Ground(GuildChannel.permissions_for(channel, me), kind, channel.guild, channel, locked)


def may_post(channel: GuildChannel, *, in_thread: bool = False) -> bool:
    """Whether newsbell may post in the channel, or in its threads, as far as the gateway told."""
    me: discord.Member | None = channel.guild.me
    return me is not None and ground_of(channel, me, in_thread=in_thread).may_post


def reason_of(missing: Sequence[Right], kind: str) -> Reason:
    """Which rights are missing, and where to click."""
    return lacking(", ".join(right.name for right in missing), in_thread=kind == "thread")


class Gateway(Protocol):
    """Who hears of servers and channels."""

    def get_channel(self, channel_id: int, /) -> object:
        """The channel as the gateway told of it, or None."""

    def hears(self, server: discord.Guild, /) -> bool:
        """Whether what was told of the server is true at this moment."""


class Rights:
    """Looks up what newsbell may do: as the gateway told, and where it did not, by REST."""

    def __init__(self, calls: Calls, pace: Pace, client: Callable[[], discord.Client]) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._calls = calls
        self._pace = pace
        self._client = client
        self._servers: OrderedDict[int, tuple[discord.Guild, discord.Member, float]] = OrderedDict()
        self.gateway: Gateway | None = None
        """The one that hears of servers and channels, once it does."""

    async def ground(self, place: Destination) -> Ground | None:
        """What newsbell may do there; None: it is no channel of a server.

        Raises a DeliveryError where neither the gateway nor REST says it.
        """
        return self.heard(place) or await self._asked(number(place.chat_id), in_thread=bool(place.thread_id))

    def heard(self, place: Destination) -> Ground | None:
        """The same, as far as the gateway tells at this moment."""
        gateway = self.gateway
        if gateway is None:
            return None
        channel = gateway.get_channel(number(place.chat_id))
        if not isinstance(channel, GuildChannel) or channel.guild.unavailable or not gateway.hears(channel.guild):
            return None
        me: discord.Member | None = channel.guild.me
        if me is None:
            return None
        if not place.thread_id:
            return ground_of(channel, me)
        thread = channel.guild.get_thread(number(place.thread_id))
        return ground_of(channel, me, in_thread=True, locked=thread is not None and thread.locked)

    async def weighed(self, work: Awaitable[T], place: Destination, *, picture: bool = False) -> T:
        """What `work` in a place comes to. Where it is forbidden, which right is missing is looked up first.

        Raises DestinationLost with just that; PictureRefused where it is Attach Files alone, and the message had a
        `picture`; and a doubtful DestinationLost where no right is missing: an outage, or newsbell was told late.
        """
        try:
            return await work
        except DestinationLost as error:
            raise await self._weigh(error, place, picture=picture) from error.__cause__

    async def _weigh(self, error: DestinationLost, place: Destination, *, picture: bool) -> DeliveryError:
        code = error.__cause__.code if isinstance(error.__cause__, discord.HTTPException) else 0
        if code not in FORBIDDEN:
            return error
        try:  # who may not view a channel is refused its permissions as well, and each refusal counts (discord.md 2.1)
            ground = self.heard(place) if code == NOT_SEEN else await self.ground(place)
        except DeliveryError:
            return error
        if ground is None:
            return error
        missing = ground.missing()
        if blocking := [right for right in missing if right.blocks]:
            return DestinationLost(reason_of(blocking, ground.kind))
        if picture and _ATTACH in missing:
            return PictureRefused(reason_of([_ATTACH], ground.kind), reach=Reach.HERE)
        return DestinationLost(ALL_THERE, doubtful=True)

    async def _asked(self, channel_id: int, *, in_thread: bool, locked: bool = False) -> Ground | None:
        channel = await self._ask(self._client().fetch_channel(channel_id))
        if isinstance(channel, discord.Thread):
            return await self._asked(channel.parent_id, in_thread=True, locked=channel.locked)
        if not isinstance(channel, GuildChannel):
            return None
        channel.guild, me = await self._server(channel.guild.id)
        return ground_of(channel, me, in_thread=in_thread, locked=locked)

    async def _server(self, server_id: int) -> tuple[discord.Guild, discord.Member]:
        now = asyncio.get_running_loop().time()
        if (known := self._servers.get(server_id)) and now < known[2]:
            return known[:2]
        client = self._client()
        assert client.user is not None
        server = await self._ask(client.fetch_guild(server_id, with_counts=False))
        me = await self._ask(server.fetch_member(client.user.id))
        self._servers[server_id] = server, me, now + FRESH_SECONDS
        self._servers.move_to_end(server_id)
        if len(self._servers) > REMEMBERED_SERVERS:
            self._servers.popitem(last=False)
        return server, me

    async def _ask(self, call: Coroutine[Any, Any, T]) -> T:
        try:
            await self._pace.turn([BOT])
        except BaseException:
            call.close()
            raise
        return await self._calls.make(call)
