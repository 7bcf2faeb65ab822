"""The routes of webhooks: a channel's other pens, each with a token that is all it takes (docs, resources/webhook)."""

from collections.abc import Iterator

from tests.emulators.discord import payloads
from tests.emulators.discord.access import Access
from tests.emulators.discord.calls import Answer, Call, Route
from tests.emulators.discord.errors import FormErrors, refuse
from tests.emulators.discord.limits import Limits
from tests.emulators.discord.messages import Messages
from tests.emulators.discord.nouns import Channel, ChannelType, Json, Message, Webhook
from tests.emulators.discord.threads import Threads
from tests.emulators.discord.world import World

_NAME_LIMIT = 80
_FORBIDDEN_IN_NAMES = ("clyde", "discord")
_MOST = 15


class Webhooks:
    """Making and listing webhooks; interactions hand on what is addressed to one of them."""

    def __init__(self, world: World, access: Access, messages: Messages, threads: Threads, limits: Limits) -> None:
        self._world = world
        self._access = access
        self._messages = messages
        self._threads = threads
        self._limits = limits

    def routes(self) -> Iterator[Route]:
        """The routes of this room."""
        yield Route("GET", "/channels/{channel_id}/webhooks", self.list)
        yield Route("POST", "/channels/{channel_id}/webhooks", self.create)

    def list(self, call: Call) -> Answer:
        """Those of a channel; the token is told of the bot's own."""
        channel = self._access.to_see(call.id("channel_id"))
        self._access.require(channel, "manage_webhooks")
        return Answer([payloads.webhook_json(one, self._world.bot) for one in channel.webhooks])

    def create(self, call: Call) -> Answer:
        """A new one of the bot's."""
        channel = self._access.to_see(call.id("channel_id"))
        if channel.is_thread:
            raise refuse(50024)
        self._access.require(channel, "manage_webhooks")
        _check_name("name", call.form.get("name") or "")
        if len(channel.webhooks) >= _MOST:
            raise refuse(30007)
        return Answer(payloads.webhook_json(self._world.add_webhook(channel, call.form["name"]), self._world.bot))

    def find(self, call: Call) -> Webhook | None:
        """The webhook that a call is addressed to."""
        return self._world.webhooks.get((call.id("webhook_id"), call.params["webhook_token"]))

    def execute(self, webhook: Webhook, call: Call) -> Answer:
        """Write. There is no nonce: the same request twice makes two messages (discord.md 4)."""
        body = call.form
        self._limits.count_webhooks(webhook.channel.id)
        _check_name("username", body.get("username") or webhook.name)
        place, thread = self._place(webhook, call, body), None
        if place.type in {ChannelType.FORUM, ChannelType.MEDIA}:
            thread = place = self._threads.new_post(place, body, owner=webhook.author(webhook.name))
        elif body.get("thread_name"):
            raise refuse(220003)
        if place.archived:
            self._world.update_thread(place, archived=False)
        message = self._messages.compose(place, call, body, webhook=webhook)
        if thread is not None:
            message.id = thread.id
            self._world.open_thread(thread)
        self._messages.accept(message)
        if call.query.get("wait") not in {"1", "true", "True"}:
            return Answer(status=204)
        return Answer(payloads.message_json(message, self._world.cdn))

    def edit(self, webhook: Webhook, call: Call) -> Answer:
        """Change one of its own messages."""
        message = self._message(webhook, call)
        self._messages.change(message, call)
        return Answer(payloads.message_json(message, self._world.cdn))

    def delete(self, webhook: Webhook, call: Call) -> Answer:
        """Delete one of its own messages."""
        self._world.delete_message(self._message(webhook, call))
        return Answer(status=204)

    def _place(self, webhook: Webhook, call: Call, body: Json) -> Channel:
        channel = webhook.channel
        if "thread_id" in call.query:
            thread = self._world.channels.get(int(call.query["thread_id"]))
            if thread is None or thread.deleted or thread.parent is not channel:
                raise refuse(10003)
            return thread
        if channel.type in {ChannelType.FORUM, ChannelType.MEDIA} and not body.get("thread_name"):
            raise refuse(220001)
        return channel

    def _message(self, webhook: Webhook, call: Call) -> Message:
        channel = self._place(webhook, call, {"thread_name": "of no matter"})
        message = channel.message(call.id("message_id"))
        if message is None or message.webhook is not webhook:
            raise refuse(10008)
        if channel.archived:
            raise refuse(50083)
        return message


def _check_name(field: str, name: str) -> None:
    errors = FormErrors()
    errors.length(field, name, _NAME_LIMIT, least=1)
    for word in _FORBIDDEN_IN_NAMES:
        if word in name.lower():
            errors.add(field, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    errors.raise_if_any()
