"""Messages under a name that the subscription chose: a webhook of newsbell's own writes them (docs, resources/webhook).

Which one that is, adapters.discord.hooks knows.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any, Final, TypeVar

import discord
from discord.http import MultipartParameters, Route

from adapters.discord.addressing import number
from adapters.discord.errands import forget_past
from adapters.discord.forums import Forums
from adapters.discord.hooks import BARRED_SECONDS, Hook, Hooks
from adapters.discord.images import media_id_of
from adapters.discord.outgoing import Rendering
from adapters.discord.rates import webhook_rates
from adapters.discord.rights import Ground
from adapters.discord.transport import Calls, message_of
from adapters.discord.verdicts import code_of
from bot.errors import DeliveryError, DestinationLost, MessageGone, PictureRefused, Rejected, Scope, TryLater
from bot.models import Announcement, Destination, Look, PictureFile, Receipt
from bot.ports import SILENCE_SECONDS, Notices, Pace
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 2.0
"""A call that would wait longer for its turn is not begun."""

AGAIN_SECONDS: Final = 60.0

REFUSED_NAME_SECONDS: Final = 3600.0
"""How long a name that Discord did not take is not tried again."""

TOLD_AGAIN: Final = timedelta(days=1)
"""When a place's owners are told once more that posts come under newsbell's own name."""

REFUSED_NAMES: Final = 256
"""Names that are remembered as refused, of all sites' subscriptions together."""

_GONE: Final = frozenset({10015, 50027})
_NO_SUCH_MESSAGE: Final = 10008
_ELSEWHERE: Final = frozenset({10003, 220001, 220003})
"""No such thread, and a post's name missing or too much: most likely the webhook is in another channel by now."""

_NOT_ACCEPTED: Final = 50035
_OF_NAME: Final = "In username:"
"""What discord.py makes of the field that Discord finds fault with."""

SOMEBODY_ELSES: Final = 50005
"""What Discord says of an edit of a message that another one wrote."""

NOT_ALLOWED: Final = 50013
"""Likewise of a deletion, and of much else."""

_UNSIGNED: Final = sentence("Posts arrive in {place} under newsbell's own name, not as “{sender}”: {reason}.")
_OTHER_NAME: Final = sentence("{reason}; choose another name: /settings sender")
_DELETED: Final = sentence("newsbell's webhooks in the channel are deleted or moved as soon as they are made")
_ORPHANED: Final = sentence(
    "the webhook that sent this message was deleted or moved to another channel, so nobody can change it any more"
)
_UNSEEN: Final = sentence(
    "a webhook of newsbell's wrote this message, so it seems, and alone may change it; in Discord open the channel's "
    "settings > Permissions > newsbell and allow Manage Webhooks"
)
_PAUSE: Final = sentence("a channel's webhooks may write 30 times a minute")

T = TypeVar("T")


class Webhooks:
    """Writes with newsbell's webhooks, and changes what they wrote."""

    def __init__(
        self,
        calls: Calls,
        pace: Pace,
        client: Callable[[], discord.Client],
        *,
        forums: Forums,
        heard: Callable[[Destination], Ground | None],
        notices: Notices | None,
    ) -> None:
        """`client` gives the one that is logged in. Raises TryLater where there is none.

        `heard` says what newsbell may do in a channel, as far as it was told.
        """
        self._calls = calls
        self._pace = pace
        self._client = client
        self._forums = forums
        self._notices = notices
        # Names, why, and until when it is believed.
        self._refused: OrderedDict[str, tuple[Reason, float]] = OrderedDict()
        self._told: dict[tuple[Destination, str], datetime] = {}  # until when nobody need be told again
        self._hooks = Hooks(calls, pace, client, lambda channel: heard(Destination("discord", str(channel))))

    async def sign(
        self,
        announcement: Announcement,
        place: Destination,
        look: Look,
        rendering: Rendering,
        file: PictureFile | None,
        *,
        nonce: str,
        instead: Coroutine[Any, Any, Receipt],
    ) -> Receipt:
        """Send under the name that the subscription chose; where that can't be, do what the bot does `instead`.

        Discord knows no nonce of a webhook's: newsbell alone calls the send by it.
        """
        send = partial(self._send, place, look.sender, rendering, file, nonce=nonce)
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
        *,
        nonce: str,
    ) -> Receipt | None:
        """Write as `sender`, in a forum a `post` with its name and tags; there is no nonce (discord.md 4).

        None: newsbell may have no webhook there, and whoever subscribed the place is told.
        """
        channel = number(place.chat_id)
        reason, until = self._refused.get(sender, (None, 0.0))
        if reason is not None and asyncio.get_running_loop().time() < until:
            await self._tell(place, sender, reason)
            return None
        for is_last in (False, True):  # one that is gone or elsewhere is replaced once
            # Of a forum's post, the answer does not say in which forum it is.
            hook = await self._hooks.find(channel, make=True, anew=bool(post))
            if hook is None:
                await self._tell(place, sender, self._hooks.why_none(channel))
                return None
            await self._turn(place)
            avatar = str(self._user().display_avatar)
            body = rendering.signed({"username": sender, "avatar_url": avatar, **post}, file)
            query = {"wait": "true"} | ({"thread_id": place.thread_id} if place.thread_id else {})
            try:
                call = self._write(hook, place, body, query, is_post=bool(post), has_file=file is not None)
                receipt = await self._calls.make(call, picture=rendering.has_picture, once=True, about=nonce)
            except (DestinationLost, PictureRefused, Rejected) as error:
                if _is_about_name(error):
                    await self._tell(place, sender, self._refuse(sender, error))
                    return None
                if not self._is_gone(hook, error, may_be_elsewhere=not is_last):
                    raise
            else:
                if receipt is not None:
                    return receipt
        raise TryLater(_DELETED, AGAIN_SECONDS)

    async def _write(
        self, hook: Hook, place: Destination, body: Any, query: Mapping[str, str], *, is_post: bool, has_file: bool
    ) -> Receipt | None:
        """Write, and the receipt; None: somebody moved the webhook, so that it came elsewhere and was taken back."""
        answer = await self._request(_route("POST", hook), body, query)
        if is_post or int(answer["channel_id"]) == number(place.thread_id or place.chat_id):
            return Receipt((str(int(answer["id"])),), media_id_of(answer) if has_file else "")
        await self._take_back(hook, answer)
        return None

    def _refuse(self, sender: str, error: DeliveryError) -> Reason:
        """Remember for a while that Discord does not take this name, and why."""
        reason = Reason(_OTHER_NAME, reason=str(error))
        self._refused[sender] = reason, asyncio.get_running_loop().time() + REFUSED_NAME_SECONDS
        self._refused.move_to_end(sender)
        if len(self._refused) > REFUSED_NAMES:
            self._refused.popitem(last=False)
        return reason

    def _is_gone(self, hook: Hook, error: DeliveryError, *, may_be_elsewhere: bool) -> bool:
        """Whether `error` says that this webhook is not there any more; then it is not used again."""
        if code_of(error) in _GONE:
            self._hooks.bury(hook)
            return True
        if may_be_elsewhere and code_of(error) in _ELSEWHERE:
            self._hooks.forget(hook)
            return True
        return False

    async def _take_back(self, hook: Hook, answer: Mapping[str, Any]) -> None:
        """Delete a message that came to another channel, for somebody moved the webhook there."""
        self._hooks.forget(hook)
        try:
            await self._calls.make(self._client().http.request(_route("DELETE", hook, int(answer["id"]))))
        except DeliveryError as error:
            log.warning(
                "discord: somebody moved newsbell's webhook of channel %s to %s, and a post with it; delete message %s "
                "there, for newsbell could not: %s",
                *(hook.channel, answer["channel_id"], answer["id"], error),
            )

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

        The code `foreign` is answered where the bot did not. Raises Rejected where a webhook wrote it that is gone, and
        TryLater, which suspends nothing, where newsbell may not see its webhooks.
        """
        hook = await self._hooks.find(channel) if signed or channel in self._hooks else None
        if hook is not None:
            try:
                return await as_hook(hook)
            except (DestinationLost, MessageGone, Rejected) as error:
                if not self._is_not_its(hook, error):
                    raise
        try:
            return await as_bot()
        except (DestinationLost, Rejected) as error:
            if code_of(error) != foreign:
                raise
            return await self._by_another(channel, as_hook, hook, error)

    async def _by_another(
        self, channel: int, as_hook: Callable[[Hook], Awaitable[T]], tried: Hook | None, refusal: DeliveryError
    ) -> T:
        """Do it as the one of the channel's webhooks that wrote the message."""
        hooks = await self._hooks.all(channel)
        if hooks is None:
            raise TryLater(_UNSEEN, BARRED_SECONDS, scope=Scope.ROUTE) from refusal
        for hook in hooks:
            if hook == tried:
                continue
            try:
                return await as_hook(hook)
            except (DestinationLost, MessageGone, Rejected) as error:
                if not self._is_not_its(hook, error):
                    raise
        raise Rejected(_ORPHANED) from refusal

    def _is_not_its(self, hook: Hook, error: DeliveryError) -> bool:
        """Whether `error` says of a message that this webhook did not write it, or is gone."""
        return code_of(error) == _NO_SUCH_MESSAGE or self._is_gone(hook, error, may_be_elsewhere=True)

    async def _turn(self, place: Destination) -> None:
        """Wait for a turn, but not for long. Raises TryLater."""
        rates = webhook_rates(place.chat_id)
        if (rest := self._pace.wait(rates)) > PATIENCE_SECONDS:
            raise TryLater(_PAUSE, rest)
        await self._pace.turn(rates, patience=SILENCE_SECONDS)

    async def _request(self, route: Route, body: Any, query: Mapping[str, str]) -> Mapping[str, Any]:
        given: dict[str, Any] = {"form": body} if isinstance(body, list) else {"data": body}
        if isinstance(body, MultipartParameters):
            given = {"files": body.files, "form": body.multipart} if body.files else {"json": body.payload}
        return message_of(await self._client().http.request(route, params=query, **given))

    async def _tell(self, place: Destination, sender: str, reason: str) -> None:
        """Once a day: who is told for each post costs each of them a look into the store."""
        now = datetime.now(UTC)
        forget_past(self._told, now)
        if self._notices is not None and (place, reason) not in self._told:
            self._told[place, reason] = now + TOLD_AGAIN
            cause = f"unsigned: {place}: {reason}"
            await self._notices.tell_owners(place, cause, _UNSIGNED, sender=sender, reason=reason)

    def _user(self) -> discord.ClientUser:
        user = self._client().user
        assert user is not None, "it is logged in"
        return user


def _is_about_name(error: DeliveryError) -> bool:
    cause = error.__cause__
    return code_of(error) == _NOT_ACCEPTED and isinstance(cause, discord.HTTPException) and _OF_NAME in cause.text


def _route(method: str, hook: Hook, message: int | None = None) -> Route:
    path = "/webhooks/{webhook_id}/{webhook_token}" + ("/messages/{message_id}" if message else "")
    return Route(method, path, webhook_id=hook.id, webhook_token=hook.token, message_id=message)


def _place(hook: Hook, there: discord.PartialMessage) -> dict[str, str]:
    """Where a message is, if not in the channel itself."""
    return {} if there.channel.id == hook.channel else {"thread_id": str(there.channel.id)}
