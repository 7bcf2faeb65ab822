"""The routes of messages: send, edit, delete, list, publish (discord.md 10.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from mimetypes import guess_type
from typing import Any

from tests.emulators.discord import mentions, payloads, rules
from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.components import texts_of
from tests.emulators.discord.errors import ApiError, FormErrors, refuse
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.nouns import Attachment, Channel, ChannelType, Json, Message, MessageFlag, Webhook
from tests.emulators.discord.permissions import BITS
from tests.emulators.discord.world import World

_KEPT_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SILENT | MessageFlag.COMPONENTS_V2
_AN_HOUR = timedelta(hours=1)
_MOST_PINS = 250


@dataclass(frozen=True)
class _Sent:
    """What the nonce memory holds."""

    message: Message
    at: float


class Messages:
    """Messages in channels, threads and direct conversations."""

    def __init__(self, world: World, access: Access, limits: Limits) -> None:
        self._world = world
        self._access = access
        self._limits = limits
        self._nonces: dict[tuple[int, str], _Sent] = {}

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        messages, message = "/channels/{channel_id}/messages", "/channels/{channel_id}/messages/{message_id}"
        yield Route("GET", messages, self.list)
        yield Route("POST", messages, self.send)
        yield Route("GET", message, self.get)
        yield Route("PATCH", message, self.edit)
        yield Route("DELETE", message, self.delete)
        yield Route("POST", f"{message}/crosspost", self.crosspost)
        yield Route("PUT", f"{messages}/pins/{{message_id}}", self.pin)
        yield Route("DELETE", f"{messages}/pins/{{message_id}}", self.unpin)
        yield Route("POST", "/channels/{channel_id}/typing", self.typing)

    def send(self, call: Call) -> Answer:
        """Create a message, or give back the one that was created with the same nonce."""
        channel = self._access.to_send(call.id("channel_id"))
        body = call.form
        nonce = body.get("nonce")
        if body.get("enforce_nonce") and nonce is not None:
            rules.check_message({"nonce": nonce}, {}, flags=0)
            if earlier := self._remembered(channel, str(nonce)):
                if earlier.deleted:  # discord.md 4: the message of this nonce is gone
                    raise refuse(10008)
                return Answer(payloads.message_json(earlier, self._world.cdn))
        message = self.compose(channel, call, body)
        message.reply_to = self._replied_to(channel, body)
        if nonce is not None:
            message.nonce = str(nonce)
            self._nonces[channel.id, message.nonce] = _Sent(message, self._world.clock.monotonic())
        self.accept(message)
        return Answer(payloads.message_json(message, self._world.cdn))

    def _remembered(self, channel: Channel, nonce: str) -> Message | None:
        sent = self._nonces.get((channel.id, nonce))
        if sent is None or self._world.clock.monotonic() - sent.at > self._world.nonce_window_seconds:
            return None
        return sent.message

    def compose(
        self,
        channel: Channel,
        call: Call,
        body: Json,
        *,
        interaction_id: int | None = None,
        webhook: Webhook | None = None,
    ) -> Message:
        """A message from a request's body, checked, not yet in its channel. Raises 50006, 50013, 50035, 40005."""
        possible = _KEPT_FLAGS if interaction_id is None else _KEPT_FLAGS | MessageFlag.EPHEMERAL
        flags = int(body.get("flags") or 0) & possible
        rules.check_message(body, call.files, flags=flags)
        author = webhook.author(body.get("username") or webhook.name) if webhook else self._world.bot
        message = Message(self._world.ids.next(), channel, author, self._world.clock.now(), flags=flags)
        message.webhook = webhook
        message.tts = bool(body.get("tts"))
        message.interaction_id = interaction_id
        self._fill(message, call, body)
        return message

    def accept(self, message: Message) -> None:
        """Put a new message into its channel, for everybody to see."""
        message.channel.messages.append(message)
        self._world.sent.append(message)
        self._world.emit_message("MESSAGE_CREATE", message)

    def _fill(self, message: Message, call: Call, body: Json) -> None:
        """Let `body` decide what the message shows; nothing is changed when it is refused."""
        content = str(body.get("content") or "") if "content" in body else message.content
        embeds = body["embeds"] or [] if "embeds" in body else message.embeds
        components = body["components"] or [] if "components" in body else message.components
        files = self._attachments(message, call, body)
        rules.check_own_files(components, {file.filename for file in files})
        if rules.is_empty(content, embeds, components, files, body.get("sticker_ids"), body.get("poll")):
            raise refuse(50006)
        if message.interaction_id is None and message.webhook is None:  # these need no permissions
            self._access.check_parts(message.channel, embeds=bool(embeds), files=bool(call.files))
        message.content, message.embeds, message.components, message.attachments = content, embeds, components, files
        rights = self._world.bot_permissions(message.channel)
        words = "\n".join((content, *texts_of(components)))  # those of components ping as well (discord.md 7.2)
        message.mentions = mentions.pings(words, body.get("allowed_mentions"), message.channel, rights)
        self._report_missing_pictures(message)

    def _attachments(self, message: Message, call: Call, body: Json) -> list[Attachment]:
        """The files after this request: those named that are there already, and the uploaded ones.

        Without the field `attachments` all stay; with it, only those that it names (discord.md 7.2).
        """
        named: list[Json] | None = body.get("attachments")
        described = {str(one["id"]): one for one in named or []}
        kept = [
            replace(one, description=described.get(str(one.id), {}).get("description", one.description))
            for one in message.attachments
            if named is None or str(one.id) in described
        ]
        for index, upload in sorted(call.files.items()):
            about = described.get(str(index), {})
            name = about.get("filename") or upload.filename
            kind = guess_type(name)[0] or "application/octet-stream"
            kept.append(Attachment(self._world.ids.next(), name, upload.data, about.get("description"), kind))
        return kept

    def _report_missing_pictures(self, message: Message) -> None:
        """An embed that shows `attachment://x` without that file has no picture: always a mistake of the bot."""
        names = {attachment.filename for attachment in message.attachments}
        for embed in message.embeds:
            for part in ("image", "thumbnail"):
                scheme, _, name = ((embed.get(part) or {}).get("url") or "").partition("://")
                if scheme == "attachment" and name not in names:
                    self._world.violations.append(f"message {message.id}: the {part} attachment://{name} has no file")

    def _replied_to(self, channel: Channel, body: Json) -> Message | None:
        reference: dict[str, Any] = body.get("message_reference") or {}
        if not reference.get("message_id"):
            return None
        if not self._world.bot_permissions(channel) & BITS["read_message_history"]:
            raise refuse(160002)
        found = channel.message(int(reference["message_id"]))
        if found is None and reference.get("fail_if_not_exists", True):
            errors = FormErrors()
            errors.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            errors.raise_if_any()
        return found

    def edit(self, call: Call) -> Answer:
        """Change one of the bot's own messages."""
        channel, message = self._access.to_message(call)
        if message.author is not self._world.bot:
            raise refuse(50005)
        if channel.archived:
            raise refuse(50083)
        if self._world.clock.now() - message.created_at > _AN_HOUR:
            self._limits.count_old_edit(channel.id)
        if message.crossposted:
            self._limits.count_published_edit(message.id)
        self.change(message, call)
        return Answer(payloads.message_json(message, self._world.cdn))

    def change(self, message: Message, call: Call) -> None:
        """Apply an edit. Raises as `compose` does; the flag of Components V2 can be added, never removed."""
        body = call.form
        kept = message.flags & ~MessageFlag.SUPPRESS_EMBEDS
        flags = message.flags if body.get("flags") is None else kept | (int(body["flags"]) & _KEPT_FLAGS)
        rules.check_message(body, call.files, flags=flags)
        if flags & MessageFlag.COMPONENTS_V2:
            rules.check_no_legacy(
                {name: body.get(name, getattr(message, name)) for name in ("content", "embeds")}, FormErrors()
            )
        self._fill(message, call, body)
        message.flags = flags
        message.edited_at = self._world.clock.now()
        message.edits.append(body)
        if not message.ephemeral:
            self._world.emit_message("MESSAGE_UPDATE", message)

    def delete(self, call: Call) -> Answer:
        """Delete a message: one's own always, others' with Manage Messages."""
        channel, message = self._access.to_message(call)
        own = message.author is self._world.bot
        if not own and not self._world.bot_permissions(channel) & BITS["manage_messages"]:
            raise refuse(50013)
        if channel.archived:
            raise refuse(50083)
        self._world.delete_message(message)
        return Answer(status=204)

    def pin(self, call: Call) -> Answer:
        """Pin a message: with Pin Messages (discord.md 8, split from Manage Messages), up to 250 a channel."""
        channel, message = self._access.to_message(call)
        self._access.require(channel, "pin_messages")
        if channel.archived:
            raise refuse(50083)
        if not message.pinned:
            if sum(one.pinned for one in channel.visible) >= _MOST_PINS:
                raise refuse(30003)
            message.pinned = True
            self._world.emit_message("MESSAGE_UPDATE", message)
        return Answer(status=204)

    def unpin(self, call: Call) -> Answer:
        """Unpin a message: with Pin Messages as well; one that is not pinned stays so."""
        channel, message = self._access.to_message(call)
        self._access.require(channel, "pin_messages")
        if channel.archived:
            raise refuse(50083)
        if message.pinned:
            message.pinned = False
            self._world.emit_message("MESSAGE_UPDATE", message)
        return Answer(status=204)

    def crosspost(self, call: Call) -> Answer:
        """Publish a message of an announcement channel (discord.md 7.3)."""
        channel, message = self._access.to_message(call)
        if channel.type != ChannelType.ANNOUNCEMENT:
            raise refuse(50024)
        needed = "send_messages" if message.author is self._world.bot else "manage_messages"
        if not self._world.bot_permissions(channel) & BITS[needed]:
            raise refuse(50013)
        if message.crossposted:
            raise refuse(40033)
        if message.flags & MessageFlag.COMPONENTS_V2:  # discord.md 7.1: followers get no components
            self._world.violations.append(f"message {message.id} of Components V2 was published")
        self._limits.count_publishing(channel.id)
        message.flags |= MessageFlag.CROSSPOSTED
        self._world.emit_message("MESSAGE_UPDATE", message)
        return Answer(payloads.message_json(message, self._world.cdn))

    def get(self, call: Call) -> Answer:
        """One message."""
        channel, message = self._access.to_message(call)
        if not self._world.bot_permissions(channel) & BITS["read_message_history"]:
            raise refuse(50013)
        return Answer(self._kept(message))

    def list(self, call: Call) -> Answer:
        """The messages of a channel, newest first; none without Read Message History."""
        channel = self._access.to_see(call.id("channel_id"))
        if not self._world.bot_permissions(channel) & BITS["read_message_history"]:
            return Answer([])
        limit = int(call.query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise ApiError(400, 50035, "Invalid Form Body", {"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX"}]}})
        return Answer([self._kept(one) for one in _page(channel, call, limit)])

    def _kept(self, message: Message) -> Json:
        """A message as it is read later: its nonce is in the answer and the event alone (discord.py #2451)."""
        body = payloads.message_json(message, self._world.cdn)
        body.pop("nonce", None)
        return body

    def typing(self, call: Call) -> Answer:
        """The bot is typing."""
        self._access.to_send(call.id("channel_id"))
        return Answer(status=204)


def _page(channel: Channel, call: Call, limit: int) -> list[Message]:
    visible = channel.visible
    if after := call.query.get("after"):
        return list(reversed([one for one in visible if one.id > int(after)][:limit]))
    if around := call.query.get("around"):
        near = sorted(visible, key=lambda one: abs(one.id - int(around)))[:limit]
        return sorted(near, key=lambda one: one.id, reverse=True)
    before = int(call.query.get("before", 0)) or float("inf")
    return list(reversed([one for one in visible if one.id < before][-limit:]))
