"""The Discord platform: sends, edits and deletes by REST, which needs no gateway, and listens by the gateway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine
from datetime import UTC, datetime, tzinfo
from functools import lru_cache, partial
from typing import Any, Final, TypeVar

import discord

from adapters.discord.addressing import id_of, number, number_of, reference_to
from adapters.discord.discussing import Discussing
from adapters.discord.edits import Edits
from adapters.discord.fingerprints import Fingerprint, as_it_stands
from adapters.discord.forums import Forums, about_one_post
from adapters.discord.hooks import Hook
from adapters.discord.images import Image, Images, media_id_of, standing
from adapters.discord.inviting import Invitation
from adapters.discord.listening import listen
from adapters.discord.meter import Meter
from adapters.discord.outgoing import Rendering
from adapters.discord.preflight import outlook_of
from adapters.discord.publishing import Publishing
from adapters.discord.rates import BOT, BUCKETS, channel_rates
from adapters.discord.render import picture_of, render, render_reply, shows_pictures
from adapters.discord.rights import Rights
from adapters.discord.settling import Lost, Settling
from adapters.discord.starts import Starts
from adapters.discord.transport import NO_MENTIONS, Calls, bound_silence, change, client_options, point_at, post
from adapters.discord.verdicts import CANNOT_ANSWER, LACKS_PINNING, code_of, verdict
from adapters.discord.webhooks import NOT_ALLOWED, SOMEBODY_ELSES, Webhooks
from bot.errors import BotRefused, DestinationLost, Rejected, TryLater
from bot.models import Action, Announcement, Destination, Look, Receipt, Reply, Shown, Step
from bot.picturing.ladder import step_at, way_at
from bot.ports import SILENCE_SECONDS, Crossposts, Desk, Discussions, Notices, Pace, Pictures, Rate, Trails

log = logging.getLogger(__name__)

RENDERINGS: Final = 256

T = TypeVar("T")


class DiscordAdapter:
    """Discord, as bot.ports.Adapter wants a platform. A channel or thread is talked to by its id alone."""

    platform = "discord"
    topics_share_ids = False
    shares_pictures = False
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
        pictures: Pictures | None = None,
        zone: tzinfo = UTC,
        answer_timeout: float = 30.0,
    ) -> None:
        """`answer_timeout` is in seconds; nobody waits longer for a call, and then its outcome is unknown (see Calls).

        Without `crossposts` nothing is published to those who follow announcement channels, and without `discussions`
        no threads are opened; `notices` tell their owners where that is forbidden. `trails` tell which messages are
        known, so that none of them is taken for a lost one. Without `pictures` Discord loads each picture from its
        address, and gets no file. `zone` is the site's.
        """
        self.bot = ""
        self.name = ""
        self._token = token
        self._api_url = api_url
        self._gateway_url = gateway_url
        self._pace = pace
        self._answer_timeout = answer_timeout
        self._calls = Calls(answer_timeout)
        # A thousand channels with one Look cost one rendering.
        self._message = lru_cache(RENDERINGS)(partial(render, zone=zone))
        self._way = lru_cache(RENDERINGS)(way_at)
        self._render = lru_cache(RENDERINGS)(Rendering)
        self._images = Images(pictures)
        self._edits = Edits(pace)
        self._meter = Meter()
        self._forums = Forums(self._calls, pace, self._open_client)
        self._rights = Rights(self._calls, pace, self._open_client)
        self._starts = Starts(self._calls, pace, self._open_client)
        self.invitation = Invitation(self._calls, self._open_client)
        self._webhooks = Webhooks(
            self._calls, pace, self._open_client, forums=self._forums, heard=self._rights.heard, notices=notices
        )
        self._errands: list[Publishing | Discussing] = []
        if crossposts:
            self._errands.append(
                Publishing(crossposts, self._calls, pace, self._open_client, heard=self._rights.heard, notices=notices)
            )
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
            await listen(self._token, desk, self._meter, self._rights, self._starts, invitation=self.invitation)
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
        """Render the message, and make the JSON that all channels are posted, if it waits for no picture."""
        message = self._message(announcement, look, rung=rung)
        if not (shows_pictures(look) and step_at(announcement, look, rung)):
            _ = self._render(message).draft

    def picture(
        self, announcement: Announcement, look: Look, *, rung: int = 0, shown: Shown | None = None
    ) -> Step | None:
        """What is not in the message yet: each message is sent the bytes anew."""
        step = step_at(announcement, look, rung) if shows_pictures(look) else None
        return None if step and shown and standing(step.picture, shown) else step

    async def fetch(self, step: Step) -> None:
        """Have the bytes at hand."""
        await self._images.fetch(step)

    def fingerprint(self, announcement: Announcement, look: Look, *, rung: int = 0) -> str:
        """What would be shown, as `embed:<words>:<picture>`, `link:<words>` or `components:<words>:<picture>`."""
        return str(Fingerprint.of(self._message(announcement, look, rung=rung)))

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
        rendering, image = await self._rendered(announcement, look, rung)
        channel = number_of(destination)

        async def write(answered: str) -> Receipt:
            body = rendering.body(nonce, reference_to(destination, answered), image.file)
            call = post(self._open_client(), channel, body, self._answer_timeout)
            until = self._settling.leaves_until(nonce)
            answer = await self._calls.make(call, picture=rendering.has_picture, about=nonce, until=until)
            return Receipt((str(int(answer["id"])),), media_id_of(answer) if image.file else "")

        async def write_there() -> Receipt:
            try:
                return await write(reply_to)
            except Rejected as error:
                if not reply_to or code_of(error) != CANNOT_ANSWER:
                    raise
            await self._pace.turn(self.rates(destination, Action.SEND), patience=SILENCE_SECONDS)
            return await write("")  # it goes out alone, as where what it answers is gone

        async def begin_thread() -> Receipt:
            if since := self._settling.first_try(nonce):  # repeated, for nobody knew then that no nonce holds there
                lost = Lost(announcement, rendering.message, destination, nonce)
                return await self._settling.find_post(lost, since, datetime.now(UTC))
            return await self._forums.post(channel, announcement, look, rendering, image.file, nonce=nonce)

        work = self._forums.act(channel, write_there, begin_thread)
        if look.sender:
            work = self._webhooks.sign(
                announcement, destination, look, rendering, image.file, nonce=nonce, instead=work
            )
        work = self._rights.weighed(work, destination, picture=image.file is not None)
        return await self._settling.watch(nonce, work)

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
        look = as_it_stands(look, shown)
        if self.fingerprint(announcement, look, rung=rung) == shown.fingerprint:
            return shown.receipt
        await self._calls.stragglers.over(shown.receipt.message_ids[0])
        rendering, image = await self._rendered(announcement, look, rung, shown)
        chat = number(destination.chat_id)

        async def edit(there: discord.PartialMessage) -> str:
            return await self._webhooks.by_writer(
                chat,
                lambda: self._edit(there, rendering, image),
                lambda hook: self._edit(there, rendering, image, hook),
                foreign=SOMEBODY_ELSES,
                signed=bool(look.sender),
            )

        media_id = await self._in_place(
            destination,
            shown.receipt,
            edit,
            lambda there: self._forums.edit(there.id, announcement, lambda: edit(there)),
            picture=image.file is not None,
        )
        return Receipt(shown.receipt.message_ids, media_id)

    async def _edit(
        self, there: discord.PartialMessage, rendering: Rendering, image: Image, hook: Hook | None = None
    ) -> str:
        """The media id of the picture that stands there then."""
        async with self._edits.turn(there) as turn:
            parameters = rendering.edited(image.file, image.stays)
            if hook is None:
                call = change(self._open_client(), there, parameters)
            else:
                call = self._webhooks.edit(hook, there, parameters)
            answer = await self._calls.make(call, picture=rendering.has_picture, about=str(there.id))
            turn.answer = answer
        return media_id_of(answer) if image.file else str(image.stays or "")

    async def _rendered(
        self, announcement: Announcement, look: Look, rung: int, shown: Shown | None = None
    ) -> tuple[Rendering, Image]:
        """A message, and its picture as it goes with a send, or with an edit of `shown`. Raises PictureRefused."""
        message = self._message(announcement, look, rung=rung)
        image = await self._images.bring(picture_of(message), self._way(announcement, look, rung), shown)
        return self._render(message, Image(image.url)), image

    async def delete(self, destination: Destination, shown: Shown) -> None:
        """Remove the message of `shown`, in a forum its whole thread."""

        chat = number(destination.chat_id)

        async def remove(there: discord.PartialMessage) -> None:
            await self._webhooks.by_writer(
                chat,
                lambda: self._calls.make(there.delete(), about=str(there.id)),
                lambda hook: self._calls.make(self._webhooks.delete(hook, there), about=str(there.id)),
                foreign=NOT_ALLOWED,
            )

        await self._in_place(
            destination, shown.receipt, remove, lambda there: self._forums.delete(there.id, lambda: remove(there))
        )

    async def pin(self, destination: Destination, receipt: Receipt) -> None:
        """Pin; Discord says so in the channel and rings nobody. Raises Rejected where newsbell may not."""
        await self._in_place(destination, receipt, lambda there: self._change_pin(destination, there, Action.PIN))

    async def unpin(self, destination: Destination, receipt: Receipt) -> None:
        """Take back a pin. Raises Rejected where newsbell may not."""
        await self._in_place(destination, receipt, lambda there: self._change_pin(destination, there, Action.UNPIN))

    async def _change_pin(self, destination: Destination, there: discord.PartialMessage, action: Action) -> None:
        about = f"pin {there.id}"
        await self._calls.stragglers.over(about)
        await self._pace.turn(self.rates(destination, action))
        try:
            await self._calls.make(there.pin() if action is Action.PIN else there.unpin(), about=about)
        except DestinationLost as error:
            if isinstance(error.__cause__, discord.Forbidden):  # it has just written there: only this right is missing
                raise Rejected(LACKS_PINNING) from error
            raise

    async def _in_place(
        self,
        destination: Destination,
        receipt: Receipt,
        in_channel: Callable[[discord.PartialMessage], Coroutine[Any, Any, T]],
        in_forum: Callable[[discord.PartialMessage], Coroutine[Any, Any, T]] | None = None,
        *,
        picture: bool = False,
    ) -> T:
        """Do something to the message of a receipt, `in_forum` to the first one of its thread (else the same)."""
        channel, message = number_of(destination), int(receipt.message_ids[0])

        def there(place: int) -> discord.PartialMessage:
            return self._open_client().get_partial_messageable(place).get_partial_message(message)

        async def in_thread() -> T:
            with about_one_post():
                return await (in_forum or in_channel)(there(message))

        work = self._forums.act(channel, lambda: in_channel(there(channel)), in_thread)
        return await self._rights.weighed(work, destination, picture=picture)

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
        a look decides; likewise of what a webhook writes.
        """
        message = self._message(announcement, look, rung=rung)
        lost = Lost(announcement, message, destination, nonce, signed=bool(look.sender))
        return await self._settling.settle(lost, tried_at, now, unwanted=unwanted)

    async def obstacle(self, destination: Destination, looks: Collection[Look]) -> str:
        """The permissions that posts with these looks need there and newsbell lacks, and what else bars them."""
        place = Destination("discord", id_of(destination), bot=destination.bot)  # a locked thread says so itself
        return (await outlook_of(self._rights, place)).told(looks, "en")

    async def notify(self, destination: Destination, reply: Reply) -> Receipt:
        """Say something to a channel, or to the person who has this id."""
        rates = self.rates(destination, Action.REPLY)
        await self._pace.turn(rates, urgent=True)
        content = render_reply(reply, commands={}).content  # people have no command in their own conversation
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

    async def _write_to_person(self, person: str, content: str) -> discord.Message:
        conversation = await self._open_client().create_dm(discord.Object(int(person)))
        return await conversation.send(content, allowed_mentions=NO_MENTIONS)

    def _channel(self, destination: Destination) -> discord.PartialMessageable:
        return self._open_client().get_partial_messageable(number_of(destination))

    def _open_client(self) -> discord.Client:
        if self._client is None:
            raise TryLater("newsbell is not logged in to Discord")
        return self._client
