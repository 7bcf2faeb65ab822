"""The Discord platform: sends, edits and deletes by REST, which needs no gateway, and listens by the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import discord

from adapters.discord import history
from adapters.discord.listening import listen
from adapters.discord.meter import Meter
from adapters.discord.outgoing import Rendering
from adapters.discord.places import kind_of
from adapters.discord.publishing import Publishing
from adapters.discord.rates import BOT, BUCKETS, OLD, channel_rates, old_edits
from adapters.discord.render import fingerprint, render, render_reply
from adapters.discord.transport import NO_MENTIONS, Calls, bound_silence, client_options, point_at, post
from adapters.discord.verdicts import LACKS_PINNING, verdict
from bot.errors import BotRefused, DestinationLost, OutcomeUnknown, Rejected, TryLater
from bot.models import Action, Announcement, Destination, Look, Receipt, Reply, Shown, Step
from bot.ports import Crossposts, Desk, Pace, Rate, Trails
from bot.texts import Reason, sentence

log = logging.getLogger(__name__)

_NO_ID: Final = sentence("{source} is no id of a Discord channel; an id is a long number, as in discord:456")

RENDERINGS: Final = 256
NONCE_WINDOW: Final = timedelta(seconds=100)
"""How long the same nonce surely shows one message only: "the past few minutes" in the docs (resources/message)."""

REMEMBERED_NONCES: Final = 1000


class DiscordAdapter:
    """Discord, as bot.ports.Adapter wants a platform. A channel or thread is talked to by its id alone."""

    platform = "discord"
    topics_share_ids = False
    deaf = ""

    def __init__(
        self,
        token: str,
        *,
        api_url: str = "",
        gateway_url: str = "",
        pace: Pace,
        crossposts: Crossposts | None = None,
        trails: Trails | None = None,
        answer_timeout: float = 30.0,
    ) -> None:
        """`answer_timeout` is in seconds; a call that takes longer goes on, but its outcome counts as unknown.

        Without `crossposts` nothing is published to those who follow announcement channels. `trails` tell which
        messages are known, so that none of them is taken for a lost one.
        """
        self.bot = ""
        self.name = ""
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._pace = pace
        self._trails = trails
        self._answer_timeout = answer_timeout
        self._calls = Calls(answer_timeout)
        self._render = lru_cache(RENDERINGS)(_render)  # a thousand channels with one Look cost one rendering
        self._meter = Meter()
        self._publishing = Publishing(crossposts, pace, self._publish, self._kind_of) if crossposts else None
        self._client: discord.Client | None = None
        self._first_tries: OrderedDict[str, datetime] = OrderedDict()

    # -- life

    async def open(self) -> None:
        """Log in, by REST alone. Raises BotRefused for a bad token and TryLater when Discord can't be reached."""
        await self.close()
        point_at(self._api_url, self._gateway_url)
        client = discord.Client(**client_options(self._meter))
        try:
            await client.login(self._token)
            bound_silence(client, self._answer_timeout)
            assert client.user is not None
            self.bot, self.name = str(client.user.id), str(client.user)
            self._client = client
        except Exception as error:
            failure = verdict(error)
            raise (failure if isinstance(failure, BotRefused) else TryLater(str(failure))) from error
        finally:
            if self._client is not client:
                await client.close()
        log.info("discord: logged in as %s", client.user)

    async def serve(self, desk: Desk) -> None:
        """Listen until cancelled. Raises BotRefused when Discord refuses the token."""
        point_at(self._api_url, self._gateway_url)
        publishing = asyncio.create_task(self._publishing.run(self.platform, self.bot)) if self._publishing else None
        try:
            await listen(self._token, desk, self._meter)
        finally:
            if publishing is not None:
                publishing.cancel()
                await asyncio.wait([publishing])

    async def ask_why_deaf(self) -> str:
        """Nothing is known: whether the gateway can be had, only who connects to it can tell."""
        return ""

    async def close(self) -> None:
        """Let go of everything. Safe to call at any time, also twice."""
        client, self._client = self._client, None
        if client is not None:
            await self._calls.close()
            await client.close()

    # -- what it would be

    def rates(self, destination: Destination, action: Action) -> tuple[Rate, ...]:
        """What a call counts as; see adapters.discord.rates."""
        bucket = BUCKETS.get(action)
        if bucket is None:
            return (BOT,)
        channel = _id(destination)
        return BOT, *channel_rates(channel, bucket, self._meter.room(channel, bucket))

    def prepare(self, announcement: Announcement, look: Look, *, rung: int = 0) -> None:
        """Make the JSON that all channels are posted."""
        _ = self._render(announcement, look, rung=rung).draft

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """None is shared: on Discord a picture belongs to its message."""
        return None

    async def fetch(self, step: Step) -> None:
        """Files are opened with each message, and Discord loads addresses by itself."""

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        """A short digest of what would be shown."""
        return fingerprint(self._render(announcement, look, rung=rung).message)

    # -- calls

    async def send(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        rung: int = 0,
        media_id: str = "",
        reply_to: str = "",
    ) -> Receipt:
        """Send. `media_id` is of no use: on Discord a picture belongs to its message."""
        rendering = self._render(announcement, look, rung=rung)
        reference = _reference(destination, reply_to)
        if file := rendering.file():
            call = rendering.upload(self._channel(destination), file, nonce, reference)
        else:
            channel = _number(_id(destination))
            call = post(self._open_client(), channel, rendering.body(nonce, reference), self._answer_timeout)
        message_id = await self._calls.make(call, picture=rendering.has_picture)
        self._first_tries.pop(nonce, None)
        return Receipt((message_id,))

    async def edit(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        shown: Shown,
        *,
        rung: int = 0,
        media_id: str = "",
    ) -> Receipt:
        """Edit, unless nothing would look different."""
        rendering = self._render(announcement, look, rung=rung)
        if fingerprint(rendering.message) == shown.fingerprint:
            return shown.receipt
        there = self._message(destination, shown.receipt)
        if datetime.now(UTC) - there.created_at > OLD:
            await self._pace.turn([old_edits(_id(destination))])
        file = rendering.file()
        await self._calls.make(
            there.edit(
                content=rendering.message.content or None,
                embed=rendering.embed,
                attachments=[file] if file else [],  # what is not named goes; the picture is sent anew
                view=rendering.button,
                allowed_mentions=rendering.mentions,  # an edit forgets it otherwise (discord.py #6745)
            ),
            picture=rendering.has_picture,
        )
        return shown.receipt

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the message of `shown`."""
        await self._calls.make(self._message(destination, shown.receipt).delete())

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin; Discord says so in the channel and rings nobody. Raises Rejected where newsbell may not."""
        await self._change_pin(destination, self._message(destination, receipt).pin, Action.PIN)

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take back a pin. Raises Rejected where newsbell may not."""
        await self._change_pin(destination, self._message(destination, receipt).unpin, Action.UNPIN)

    async def _change_pin(
        self, destination: Destination, call: Callable[[], Coroutine[Any, Any, None]], action: Action
    ) -> None:
        await self._pace.turn(self.rates(destination, action))
        try:
            await self._calls.make(call())
        except DestinationLost as error:
            if isinstance(error.__cause__, discord.Forbidden):  # it has just written there: only this right is missing
                raise Rejected(LACKS_PINNING) from error
            raise

    async def settle(
        self,
        announcement: Announcement,
        destination: Destination,
        look: Look,
        *,
        nonce: str,
        tried_at: datetime,
        now: datetime,
        rung: int = 0,
        unwanted: bool = False,
    ) -> Receipt | None:
        """None inside the nonce's window; after it, and of what is `unwanted`, what the channel's latest messages say.

        Of what is unwanted, only a look after that window says that it is not there.
        """
        first_try = self._first_try(nonce, tried_at)
        may_still_come = now - first_try < NONCE_WINDOW
        if may_still_come and not unwanted:
            return None
        trail = await self._trails.trail(destination, nonce, tried_at) if self._trails else None
        known = trail.known if trail else ()
        message = self._render(announcement, look, rung=rung).message
        search = history.find(self._channel(destination), message, self.bot, since=first_try, known=known)
        try:
            found = await self._calls.make(search)
        except OutcomeUnknown as error:
            if isinstance(error, history.NoProof):
                raise
            raise TryLater(str(error)) from error  # only the look failed, and looking again does no harm
        if not found and may_still_come:
            raise TryLater("the message is not there, but may still come")
        self._first_tries.pop(nonce, None)
        return Receipt((found,)) if found else None

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Say something to a channel, or to the person who has this id."""
        rates = self.rates(destination, Action.REPLY)
        await self._pace.turn(rates, urgent=True)
        content = render_reply(reply).content
        try:
            sent = await self._calls.make(self._channel(destination).send(content, allowed_mentions=NO_MENTIONS))
        except TryLater as error:
            if error.flood:
                await self._pace.heed(rates, error)
            raise
        except DestinationLost as error:
            if not isinstance(error.__cause__, discord.NotFound):
                raise
            sent = await self._calls.make(self._write_to_person(destination.chat_id, content))
        return Receipt((str(sent.id),))

    async def _publish(self, channel: str, message: str) -> None:
        place = self._channel(Destination(self.platform, channel))
        await self._calls.make(place.get_partial_message(int(message)).publish())

    async def _kind_of(self, channel: str) -> str:
        found = await self._calls.make(self._open_client().fetch_channel(_number(channel)))
        return "private" if isinstance(found, discord.abc.PrivateChannel) else kind_of(found.type)

    async def _write_to_person(self, person: str, content: str) -> discord.Message:
        conversation = await self._open_client().create_dm(discord.Object(int(person)))
        return await conversation.send(content, allowed_mentions=NO_MENTIONS)

    def _first_try(self, nonce: str, tried_at: datetime) -> datetime:
        """When a nonce was first used, for Discord's window begins there; remembered while the outcome is unknown."""
        first = self._first_tries[nonce] = min(self._first_tries.get(nonce, tried_at), tried_at)
        if len(self._first_tries) > REMEMBERED_NONCES:
            self._first_tries.popitem(last=False)
        return first

    def _channel(self, destination: Destination) -> discord.PartialMessageable:
        return self._open_client().get_partial_messageable(_number(_id(destination)))

    def _message(self, destination: Destination, receipt: Receipt) -> discord.PartialMessage:
        return self._channel(destination).get_partial_message(int(receipt.message_ids[0]))

    def _open_client(self) -> discord.Client:
        if self._client is None:
            raise TryLater("newsbell is not logged in to Discord")
        return self._client


def _render(announcement: Announcement, look: Look, *, rung: int) -> Rendering:
    return Rendering(render(announcement, look, rung=rung))


def _id(destination: Destination) -> str:
    """Threads are channels of their own."""
    return destination.thread_id or destination.chat_id


def _number(platform_id: str) -> int:
    if not (platform_id.isascii() and platform_id.isdigit()):
        raise DestinationLost(Reason(_NO_ID, source=platform_id))
    return int(platform_id)


def _reference(destination: Destination, message_id: str) -> discord.MessageReference | None:
    if not message_id:
        return None
    channel_id = _number(_id(destination))
    return discord.MessageReference(message_id=int(message_id), channel_id=channel_id, fail_if_not_exists=False)
