"""Messages under a name that the subscription chose: a webhook of newsbell's own writes them (docs, resources/webhook).

Its token is a secret. It is asked for by REST when it is needed, and kept in memory alone; bot.redaction hides it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar

import discord
from discord.http import MultipartParameters, Route

from adapters.discord.addressing import number
from adapters.discord.forums import Forums
from adapters.discord.images import media_id_of
from adapters.discord.outgoing import Rendering
from adapters.discord.rates import BOT, webhook_rates
from adapters.discord.transport import Calls, message_of
from adapters.discord.verdicts import code_of
from bot.errors import DestinationLost, MessageGone, OutcomeUnknown, Rejected, TryLater
from bot.models import Announcement, Destination, Look, PictureFile, Receipt
from bot.ports import Notices, Pace
from bot.texts import sentence

NAME: Final = "newsbell"
"""Of the webhook itself, in the channel's settings."""

REMEMBERED: Final = 1024
"""Channels."""

BARRED_SECONDS: Final = 600.0
"""How long a channel that forbids webhooks is not asked again: each refusal counts (discord.md 2.1)."""

PATIENCE_SECONDS: Final = 2.0
"""A call that would wait longer for its turn is not begun."""

AGAIN_SECONDS: Final = 60.0

_GONE: Final = frozenset({10015, 50027})
_NO_SUCH_MESSAGE: Final = 10008

SOMEBODY_ELSES: Final = 50005
"""What Discord says of an edit of a message that another one wrote."""

NOT_ALLOWED: Final = 50013
"""Likewise of a deletion, and of much else."""

_LACKS_WEBHOOKS: Final = sentence(
    "newsbell may have no webhook here; in Discord open the channel's settings > Permissions > newsbell and allow "
    "Manage Webhooks"
)
_UNSIGNED: Final = sentence("Posts arrive in {place} under newsbell's own name, not as “{sender}”: {reason}.")
_DELETED: Final = sentence("newsbell's webhooks in the channel are deleted as soon as they are made")
_ORPHANED: Final = sentence("the webhook that sent this message was deleted, so nobody can change it any more")
_PAUSE: Final = sentence("a channel's webhooks may write 30 times a minute")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook of newsbell's own in a channel."""

    id: int
    channel: int
    token: str = field(repr=False)


class Webhooks:
    """Finds or makes newsbell's webhook in each channel that needs one, and writes with it."""

    def __init__(
        self,
        calls: Calls,
        pace: Pace,
        client: Callable[[], discord.Client],
        forums: Forums,
        notices: Notices | None,
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none."""
        self._calls = calls
        self._pace = pace
        self._client = client
        self._forums = forums
        self._notices = notices
        self._hooks: OrderedDict[int, Hook] = OrderedDict()
        self._dead: set[int] = set()  # answered "unknown": they must not be used again (docs rate-limits)
        self._barred: dict[int, tuple[str, float]] = {}  # why there is none, and until when that is believed
        self._looking = asyncio.Lock()

    def __contains__(self, channel: int) -> bool:
        """Whether one is known there."""
        return channel in self._hooks

    async def sign(
        self,
        announcement: Announcement,
        place: Destination,
        look: Look,
        rendering: Rendering,
        file: PictureFile | None,
        *,
        instead: Coroutine[Any, Any, Receipt],
    ) -> Receipt:
        """Send under the name that the subscription chose; where that can't be, do what the bot does `instead`."""
        send = partial(self._send, place, look.sender, rendering, file)
        channel = number(place.chat_id)
        try:
            if place.thread_id or not await self._forums.look(channel):
                return await send() or await instead
            begun = await self._forums.begin(
                channel, announcement, look, lambda name, tags: send({"thread_name": name, "applied_tags": tags})
            )
            return begun or await instead
        finally:
            instead.close()

    async def _send(
        self,
        place: Destination,
        sender: str,
        rendering: Rendering,
        file: PictureFile | None,
        post: Mapping[str, object] = MappingProxyType({}),
    ) -> Receipt | None:
        """Write as `sender`, in a forum a `post` with its name and tags; there is no nonce (discord.md 4).

        None: newsbell may have no webhook there, and whoever subscribed the place is told.
        """
        channel = number(place.chat_id)
        for _ in range(2):  # one that is gone is replaced once
            hook = await self.find(channel, make=True)
            if hook is None:
                await self._tell(place, sender, self._barred[channel][0])
                return None
            await self._turn(place)
            avatar = str(self._user().display_avatar)
            body = rendering.signed({"username": sender, "avatar_url": avatar, **post}, file)
            query = {"wait": "true"} | ({"thread_id": place.thread_id} if place.thread_id else {})
            try:
                call = self._request(_route("POST", hook), body, query)
                answer = await self._calls.make(call, picture=rendering.has_picture, once=True)
            except Rejected as error:
                if code_of(error) not in _GONE:
                    raise
                self._bury(hook)
            else:
                return Receipt((str(int(answer["id"])),), media_id_of(answer) if file else "")
        raise TryLater(_DELETED, AGAIN_SECONDS)

    async def edit(
        self, hook: Hook, there: discord.PartialMessage, parameters: MultipartParameters
    ) -> Mapping[str, Any]:
        """Edit a message of the webhook's, and what Discord answers."""
        with parameters:
            return await self._request(_route("PATCH", hook, there.id), parameters, _place(hook, there))

    async def delete(self, hook: Hook, there: discord.PartialMessage) -> None:
        """Delete a message of the webhook's."""
        await self._client().http.request(_route("DELETE", hook, there.id), params=_place(hook, there))

    async def by_writer(
        self,
        channel: int,
        as_bot: Callable[[], Awaitable[T]],
        as_hook: Callable[[Hook], Awaitable[T]],
        *,
        foreign: int,
        signed: bool = False,
    ) -> T:
        """Do something to a message as who wrote it; `signed`: most likely the channel's webhook did.

        The code `foreign` is answered where the bot did not. Raises Rejected where a webhook wrote it that is gone.
        """
        hook = await self.find(channel) if signed or channel in self else None
        if hook is not None:
            try:
                return await as_hook(hook)
            except (MessageGone, Rejected) as error:
                if code_of(error) in _GONE:
                    self._bury(hook)
                elif code_of(error) != _NO_SUCH_MESSAGE:
                    raise
        try:
            return await as_bot()
        except (DestinationLost, Rejected) as error:
            if code_of(error) != foreign:
                raise
            other = await self.find(channel) if hook is None else None
            with suppress(MessageGone):
                if other is not None:
                    return await as_hook(other)
            if foreign == NOT_ALLOWED and hook is None and other is None:
                raise
            raise Rejected(_ORPHANED) from error

    async def find(self, channel: int, *, make: bool = False) -> Hook | None:
        """The webhook of a channel, or a new one; None: there is none, or newsbell may not look or make one."""
        loop = asyncio.get_running_loop()
        async with self._looking:
            if hook := self._hooks.get(channel):
                return hook
            if loop.time() < self._barred.get(channel, ("", 0.0))[1]:
                return None
            try:
                hook = await self._listed(channel) or (await self._made(channel) if make else None)
            except (DestinationLost, Rejected) as error:
                forbidden = isinstance(error.__cause__, discord.Forbidden)
                self._barred[channel] = (_LACKS_WEBHOOKS if forbidden else str(error), loop.time() + BARRED_SECONDS)
                return None
            if hook is not None:
                self._hooks[channel] = hook
                if len(self._hooks) > REMEMBERED:
                    self._hooks.popitem(last=False)
            return hook

    async def _listed(self, channel: int) -> Hook | None:
        client = self._client()
        for one in await self._ask(client.http.channel_webhooks(channel)):
            if str(one.get("application_id")) == str(client.application_id) and int(one["id"]) not in self._dead:
                return Hook(int(one["id"]), channel, str(one.get("token")))
        return None

    async def _made(self, channel: int) -> Hook:
        made = await self._ask(self._client().http.create_webhook(channel, name=NAME))
        return Hook(int(made["id"]), channel, str(made.get("token")))

    def _bury(self, hook: Hook) -> None:
        self._dead.add(hook.id)
        if self._hooks.get(hook.channel) == hook:
            del self._hooks[hook.channel]

    async def _turn(self, place: Destination) -> None:
        """Wait for a turn, but not for long. Raises TryLater."""
        rates = webhook_rates(place.chat_id)
        if (rest := self._pace.wait(rates)) > PATIENCE_SECONDS:
            raise TryLater(_PAUSE, rest)
        await self._pace.turn(rates)

    async def _request(self, route: Route, body: Any, query: Mapping[str, str]) -> Mapping[str, Any]:
        given: dict[str, Any] = {"form": body} if isinstance(body, list) else {"data": body}
        if isinstance(body, MultipartParameters):
            given = {"files": body.files, "form": body.multipart} if body.files else {"json": body.payload}
        return message_of(await self._client().http.request(route, params=query, **given))

    async def _tell(self, place: Destination, sender: str, reason: str) -> None:
        if self._notices is not None:
            cause = f"unsigned: {place}: {reason}"
            await self._notices.tell_owners(place, cause, _UNSIGNED, sender=sender, reason=reason)

    async def _ask(self, call: Coroutine[Any, Any, T]) -> T:
        """The answer to a question; asking again does no harm: a webhook that was made is found then."""
        try:
            await self._pace.turn([BOT])
            return await self._calls.make(call)
        except OutcomeUnknown as error:
            raise TryLater(str(error)) from error

    def _user(self) -> discord.ClientUser:
        user = self._client().user
        assert user is not None, "it is logged in"
        return user


def _route(method: str, hook: Hook, message: int | None = None) -> Route:
    path = "/webhooks/{webhook_id}/{webhook_token}" + ("/messages/{message_id}" if message else "")
    return Route(method, path, webhook_id=hook.id, webhook_token=hook.token, message_id=message)


def _place(hook: Hook, there: discord.PartialMessage) -> dict[str, str]:
    """Where a message is, if not in the channel itself."""
    return {} if there.channel.id == hook.channel else {"thread_id": str(there.channel.id)}
