"""The emulator's state, and the words with which tests change it. Every change tells the gateway."""

from collections.abc import Iterable
from typing import Any, Literal, Protocol

from tests.emulators.discord import payloads, permissions
from tests.emulators.discord.clock import Clock, Pulse, Snowflakes
from tests.emulators.discord.nouns import (
    Channel,
    ChannelType,
    Guild,
    Json,
    Member,
    Message,
    Role,
    Tag,
    User,
    Webhook,
    member_permissions,
)
from tests.emulators.discord.permissions import Overwrite, bits

Kind = Literal["text", "announcement", "forum", "media", "voice", "stage"]

INTENT_GUILDS = 1 << 0
INTENT_GUILD_MESSAGES = 1 << 9
INTENT_DIRECT_MESSAGES = 1 << 12


class Emit(Protocol):
    """Hands an event to the gateway, for the sessions that asked for `intent` and see `guild`."""

    def __call__(self, event: str, data: Any, *, guild: Guild | None = None, intent: int = 0) -> None: ...


class World:
    """Users, guilds and channels, and what happens to them."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.pulse = Pulse()
        self.ids = Snowflakes(self.clock)
        self.emit: Emit = _nobody_listens
        self.cdn = ""
        #: How long a nonce is remembered: of "the past few minutes", the least that is called safe (discord.md 4).
        self.nonce_window_seconds = 120.0
        self.application_id = self.ids.next()
        self.bot = User(self.application_id, "newsbell", bot=True)
        self.users: dict[int, User] = {self.bot.id: self.bot}
        self.guilds: dict[int, Guild] = {}
        #: Channels, threads and direct conversations, the deleted ones too.
        self.channels: dict[int, Channel] = {}
        #: By id and token.
        self.webhooks: dict[tuple[int, str], Webhook] = {}
        #: Everything that the bot created and everybody may see, in order of acceptance.
        self.sent: list[Message] = []
        #: Refusals that a live bot must never meet: bodies against the specification, routes that don't exist.
        self.violations: list[str] = []

    # -- guilds, roles, people

    def add_guild(self, name: str, *, locale: str = "en-US") -> Guild:
        """A server that the bot has been invited to, with the rights of the invitation."""
        guild = Guild(self.ids.next(), name, locale=locale)
        self.guilds[guild.id] = guild
        role = Role(self.ids.next(), guild, self.bot.name, permissions.INVITE)
        guild.roles[role.id] = role
        guild.members[self.bot.id] = Member(self.bot, guild, [role])
        self._emit_guild(guild, joined=True)
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """Somebody removes the bot from the server."""
        guild.left = True
        del self.guilds[guild.id]
        self.emit("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, intent=INTENT_GUILDS)

    def guild_outage(self, guild: Guild) -> None:
        """The server becomes unavailable, which is no removal (discord.md 6)."""
        guild.unavailable = True
        self.emit("GUILD_DELETE", {"id": str(guild.id), "unavailable": True}, guild=guild, intent=INTENT_GUILDS)

    def guild_back(self, guild: Guild) -> None:
        """The outage is over."""
        guild.unavailable = False
        self._emit_guild(guild)

    def add_role(self, guild: Guild, name: str, *, permissions: Iterable[str] = (), mentionable: bool = False) -> Role:
        """A role, which nobody has yet."""
        role = Role(self.ids.next(), guild, name, bits(permissions), mentionable)
        guild.roles[role.id] = role
        self._emit_role("GUILD_ROLE_CREATE", role)
        return role

    def update_role(self, role: Role, *, name: str | None = None, mentionable: bool | None = None) -> None:
        """Rename a role, or let everybody mention it."""
        role.name = role.name if name is None else name
        role.mentionable = role.mentionable if mentionable is None else mentionable
        self._emit_role("GUILD_ROLE_UPDATE", role)

    def delete_role(self, role: Role) -> None:
        """Remove a role from its server."""
        del role.guild.roles[role.id]
        for member in role.guild.members.values():
            member.roles = [one for one in member.roles if one is not role]
        data = {"guild_id": str(role.guild.id), "role_id": str(role.id)}
        self.emit("GUILD_ROLE_DELETE", data, guild=role.guild, intent=INTENT_GUILDS)

    def add_member(
        self, guild: Guild, name: str, *, permissions: Iterable[str] = (), roles: Iterable[Role] = ()
    ) -> Member:
        """A person in the server, with `permissions` beyond what everyone has."""
        user = User(self.ids.next(), name)
        self.users[user.id] = user
        member = Member(user, guild, list(roles), bits(permissions))
        guild.members[user.id] = member
        return member

    # -- channels and threads

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: Kind = "text",
        *,
        tags: Iterable[str] = (),
        moderated: Iterable[str] = (),
        require_tag: bool = False,
    ) -> Channel:
        """A channel; `tags`, those that are `moderated`, before the others, and `require_tag` are a forum's."""
        channel = Channel(self.ids.next(), name, _TYPES[kind], guild, require_tag=require_tag)
        channel.tags = [Tag(self.ids.next(), tag, moderated=True) for tag in moderated]
        channel.tags += [Tag(self.ids.next(), tag) for tag in tags]
        self.channels[channel.id] = guild.channels[channel.id] = channel
        self._emit_channel("CHANNEL_CREATE", channel)
        return channel

    def update_channel(self, channel: Channel, *, kind: Kind | None = None, name: str | None = None) -> None:
        """Rename a channel, or turn a text channel into an announcement channel and back."""
        channel.type = channel.type if kind is None else _TYPES[kind]
        channel.name = channel.name if name is None else name
        self._emit_channel("CHANNEL_UPDATE", channel)

    def add_tag(self, forum: Channel, name: str, *, moderated: bool = False) -> Tag:
        """A further tag of a forum."""
        tag = Tag(self.ids.next(), name, moderated)
        forum.tags.append(tag)
        self._emit_channel("CHANNEL_UPDATE", forum)
        return tag

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        guild = channel.guild
        assert guild is not None, "a direct conversation can't be deleted"
        channel.deleted = True
        if channel.is_thread:
            del guild.threads[channel.id]
            self._emit_channel("THREAD_DELETE", channel)
            return
        for thread in channel.threads:
            thread.deleted = True
            del guild.threads[thread.id]
        del guild.channels[channel.id]
        self._emit_channel("CHANNEL_DELETE", channel)

    def add_thread(
        self, channel: Channel, name: str, *, archived: bool = False, locked: bool = False, owner: User | None = None
    ) -> Channel:
        """A thread or a forum post, by default started by the bot."""
        thread = self.new_thread(channel, name, owner=owner or self.bot)
        thread.archived, thread.locked = archived, locked
        self.open_thread(thread)
        return thread

    def new_thread(self, channel: Channel, name: str, *, owner: User, thread_id: int | None = None) -> Channel:
        """A thread that isn't in its channel yet. `thread_id` is that of the message it hangs on."""
        announcement = channel.type == ChannelType.ANNOUNCEMENT
        return Channel(
            thread_id or self.ids.next(),
            name,
            ChannelType.ANNOUNCEMENT_THREAD if announcement else ChannelType.PUBLIC_THREAD,
            channel.guild,
            parent=channel,
            owner=owner,
            archived_at=self.clock.now(),
        )

    def open_thread(self, thread: Channel) -> None:
        """Put a new thread into its channel; an archived one appears without a word."""
        assert thread.guild is not None, "a direct conversation has no threads"
        self.channels[thread.id] = thread.guild.threads[thread.id] = thread
        if thread.archived:
            return
        data = {**payloads.thread_json(thread), "newly_created": True}
        self.emit("THREAD_CREATE", data, guild=thread.guild, intent=INTENT_GUILDS)

    def update_thread(
        self, thread: Channel, *, archived: bool | None = None, locked: bool | None = None, name: str | None = None
    ) -> None:
        """Archive, lock or rename a thread, or the reverse."""
        if archived is not None and archived != thread.archived:
            thread.archived, thread.archived_at = archived, self.clock.now()
        thread.locked = thread.locked if locked is None else locked
        thread.name = thread.name if name is None else name
        self._emit_channel("THREAD_UPDATE", thread)

    # -- webhooks

    def add_webhook(self, channel: Channel, name: str) -> Webhook:
        """A webhook of the bot's."""
        webhook = Webhook(self.ids.next(), channel, name, self.application_id)
        channel.webhooks.append(webhook)
        self.webhooks[webhook.id, webhook.token] = webhook
        return webhook

    def delete_webhook(self, webhook: Webhook) -> None:
        """Somebody removes it; its messages stay."""
        webhook.channel.webhooks.remove(webhook)
        del self.webhooks[webhook.id, webhook.token]

    def move_webhook(self, webhook: Webhook, channel: Channel) -> None:
        """Somebody chooses another channel for it; its messages stay, and it finds them no more."""
        webhook.channel.webhooks.remove(webhook)
        webhook.channel = channel
        channel.webhooks.append(webhook)

    # -- permissions of the bot

    def forbid(self, channel: Channel, *names: str) -> None:
        """Take permissions from the bot in a channel; REST then answers 50013, or 50001 without `view_channel`."""
        self._overwrite(channel, deny=bits(names))

    def permit(self, channel: Channel, *names: str) -> None:
        """Give them (back)."""
        self._overwrite(channel, allow=bits(names))

    def _overwrite(self, channel: Channel, *, allow: int = 0, deny: int = 0) -> None:
        place = channel.parent or channel
        old = place.overwrites.get(self.bot.id, Overwrite())
        place.overwrites[self.bot.id] = Overwrite((old.allow & ~deny) | allow, (old.deny & ~allow) | deny)
        self._emit_channel("CHANNEL_UPDATE", place)

    def bot_permissions(self, channel: Channel) -> int:
        """What the bot may do there; everything in a direct conversation."""
        guild = channel.guild
        return permissions.ALL if guild is None else member_permissions(guild.members[self.bot.id], channel)

    # -- direct conversations

    def dm(self, user: User | Member) -> Channel:
        """The bot's direct conversation with a person."""
        person = user.user if isinstance(user, Member) else user
        found = (channel for channel in self.channels.values() if channel.recipient is person)
        channel = next(found, None) or Channel(self.ids.next(), person.name, ChannelType.DM, recipient=person)
        self.channels[channel.id] = channel
        return channel

    # -- words of the people

    def say(self, channel: Channel, author: Member, content: str) -> Message:
        """A person writes something."""
        message = Message(self.ids.next(), channel, author.user, self.clock.now(), content)
        channel.messages.append(message)
        self.emit_message("MESSAGE_CREATE", message)
        return message

    def delete_message(self, message: Message) -> None:
        """The message goes, whoever deletes it."""
        message.deleted = True
        data = {"id": str(message.id), "channel_id": str(message.channel.id)}
        self._emit_about_message("MESSAGE_DELETE", message, data)

    # -- events

    def emit_message(self, event: str, message: Message) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, for those who asked for messages."""
        self._emit_about_message(event, message, payloads.message_json(message, self.cdn))

    def _emit_about_message(self, event: str, message: Message, data: Json) -> None:
        guild = message.channel.guild
        intent = INTENT_GUILD_MESSAGES if guild else INTENT_DIRECT_MESSAGES
        self.emit(event, data | ({"guild_id": str(guild.id)} if guild else {}), guild=guild, intent=intent)

    def _emit_channel(self, event: str, channel: Channel) -> None:
        self.emit(event, payloads.channel_json(channel), guild=channel.guild, intent=INTENT_GUILDS)

    def _emit_role(self, event: str, role: Role) -> None:
        data = {"guild_id": str(role.guild.id), "role": payloads.role_json(role)}
        self.emit(event, data, guild=role.guild, intent=INTENT_GUILDS)

    def _emit_guild(self, guild: Guild, *, joined: bool = False) -> None:
        self.emit(
            "GUILD_CREATE", payloads.guild_json(guild, self.bot, joined=joined), guild=guild, intent=INTENT_GUILDS
        )


_TYPES = {
    "text": ChannelType.TEXT,
    "announcement": ChannelType.ANNOUNCEMENT,
    "forum": ChannelType.FORUM,
    "media": ChannelType.MEDIA,
    "voice": ChannelType.VOICE,
    "stage": ChannelType.STAGE,
}


def _nobody_listens(event: str, data: Any, *, guild: Guild | None = None, intent: int = 0) -> None:
    """Before the gateway is there."""
