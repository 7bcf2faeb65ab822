"""The Discord platform: sends, edits and deletes by REST, which needs no gateway, and listens by the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

import discord

from adapters.discord.addressing import id_of, number, number_of, reference_to
from adapters.discord.discussing import Discussing
from adapters.discord.forums import Forums, about_one_post
from adapters.discord.listening import listen
from adapters.discord.meter import Meter
from adapters.discord.outgoing import Rendering
from adapters.discord.places import kind_of
from adapters.discord.publishing import Publishing
from adapters.discord.rates import BOT, BUCKETS, OLD, channel_rates, old_edits
from adapters.discord.render import fingerprint, render, render_reply
from adapters.discord.rights import Rights
from adapters.discord.settling import Lost, Settling
from adapters.discord.transport import NO_MENTIONS, Calls, bound_silence, client_options, point_at, post
from adapters.discord.verdicts import LACKS_PINNING, verdict
from bot.errors import BotRefused, DestinationLost, Rejected, TryLater
from bot.models import Action, Announcement, Destination, Look, Receipt, Reply, Shown, Step
from bot.ports import Crossposts, Desk, Discussions, Notices, Pace, Rate, Trails

log = logging.getLogger(__name__)

RENDERINGS: Final = 256

Act = Callable[[discord.PartialMessage], Coroutine[Any, Any, None]]
"""What is done to a message that was sent."""


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
        discussions: Discussions | None = None,
        notices: Notices | None = None,
        trails: Trails | None = None,
        answer_timeout: float = 30.0,
    ) -> None:
        """`answer_timeout` is in seconds; a call that takes longer goes on, but its outcome counts as unknown.

        Without `crossposts` nothing is published to those who follow announcement channels, and without `discussions`
        no threads are opened; `notices` tell their owners where that is forbidden. `trails` tell which
        messages are known, so that none of them is taken for a lost one.
        """
        self.bot = ""
        self.name = ""
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._pace = pace
        self._answer_timeout = answer_timeout
        self._calls = Calls(answer_timeout)
        self._render = lru_cache(RENDERINGS)(_render)  # a thousand channels with one Look cost one rendering
        self._meter = Meter()
        self._forums = Forums(self._calls, pace, self._open_client)
        self._rights = Rights(self._calls, pace, self._open_client)
        self._errands: list[Publishing | Discussing] = []
        if crossposts:
            self._errands.append(Publishing(crossposts, pace, self._publish, self._kind_of))
        if discussions:
            self._errands.append(Discussing(discussions, self._calls, pace, self._open_client, notices))
        self._client: discord.Client | None = None
        self._settling = Settling(self._calls, self._forums, self._open_client, trails)

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
        errands = [asyncio.create_task(errand.run(self.platform, self.bot)) for errand in self._errands]
        try:
            await listen(self._token, desk, self._meter, self._rights)
        finally:
            for errand in errands:
                errand.cancel()
            await asyncio.gather(*errands, return_exceptions=True)

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
        channel = id_of(destination)
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
        channel = number_of(destination)

        async def write() -> str:
            reference = reference_to(destination, reply_to)
            if file := rendering.file():
                call = rendering.upload(self._channel(destination), file, nonce, reference)
            else:
                call = post(self._open_client(), channel, rendering.body(nonce, reference), self._answer_timeout)
            return await self._calls.make(call, picture=rendering.has_picture)

        async def begin_thread() -> str:
            if since := self._settling.first_try(nonce):  # repeated, for nobody knew then that no nonce holds there
                lost = Lost(announcement, rendering, destination, self.bot, nonce)
                return await self._settling.find_post(lost, since, datetime.now(UTC))
            return await self._forums.post(channel, announcement, look, rendering)

        work = self._forums.act(channel, write, begin_thread)
        message_id = await self._rights.weighed(work, destination, picture=rendering.has_picture)
        self._settling.forget(nonce)
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
        await self._in_place(
            destination,
            shown.receipt,
            lambda there: self._edit(there, rendering),
            lambda there: self._forums.edit(there.id, announcement, lambda: self._edit(there, rendering)),
        )
        return shown.receipt

    async def _edit(self, there: discord.PartialMessage, rendering: Rendering) -> None:
        if datetime.now(UTC) - there.created_at > OLD:
            await self._pace.turn([old_edits(str(there.channel.id))])
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

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the message of `shown`, in a forum its whole thread."""

        async def remove(there: discord.PartialMessage) -> None:
            await self._calls.make(there.delete())

        await self._in_place(destination, shown.receipt, remove, lambda there: self._forums.delete(there.id))

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin; Discord says so in the channel and rings nobody. Raises Rejected where newsbell may not."""
        await self._in_place(destination, receipt, lambda there: self._change_pin(destination, there.pin, Action.PIN))

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take back a pin. Raises Rejected where newsbell may not."""
        await self._in_place(
            destination, receipt, lambda there: self._change_pin(destination, there.unpin, Action.UNPIN)
        )

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

    async def _in_place(
        self,
        destination: Destination,
        receipt: Receipt,
        in_channel: Act,
        in_forum: Act | None = None,
    ) -> None:
        """Do something to the message of a receipt, `in_forum` to the first one of its thread (else the same)."""
        channel, message = number_of(destination), int(receipt.message_ids[0])

        def there(place: int) -> discord.PartialMessage:
            return self._open_client().get_partial_messageable(place).get_partial_message(message)

        async def in_thread() -> None:
            with about_one_post():
                await (in_forum or in_channel)(there(message))

        await self._rights.weighed(
            self._forums.act(channel, lambda: in_channel(there(channel)), in_thread), destination
        )

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

        Of what is unwanted, only a look after that window says that it is not there. In a forum there is no nonce, and
        a look decides.
        """
        lost = Lost(announcement, self._render(announcement, look, rung=rung), destination, self.bot, nonce)
        found = await self._settling.settle(lost, tried_at, now, unwanted=unwanted)
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
        found = await self._calls.make(self._open_client().fetch_channel(number(channel)))
        return "private" if isinstance(found, discord.abc.PrivateChannel) else kind_of(found.type)

    async def _write_to_person(self, person: str, content: str) -> discord.Message:
        conversation = await self._open_client().create_dm(discord.Object(int(person)))
        return await conversation.send(content, allowed_mentions=NO_MENTIONS)

    def _channel(self, destination: Destination) -> discord.PartialMessageable:
        return self._open_client().get_partial_messageable(number_of(destination))

    def _open_client(self) -> discord.Client:
        if self._client is None:
            raise TryLater("newsbell is not logged in to Discord")
        return self._client


def _render(announcement: Announcement, look: Look, *, rung: int) -> Rendering:
    return Rendering(render(announcement, look, rung=rung))
