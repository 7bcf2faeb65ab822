"""What there is on Discord: users, guilds, roles, members, channels, threads, messages. State only, no rules."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any

from tests.emulators.discord import permissions
from tests.emulators.discord.permissions import Overwrite

Json = dict[str, Any]


class ChannelType(IntEnum):
    """Discord's numbers for the kinds of channel."""

    TEXT = 0
    DM = 1
    VOICE = 2
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


class MessageFlag(IntFlag):
    """The flags of a message that newsbell can meet."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SILENT = 1 << 12
    COMPONENTS_V2 = 1 << 15


class _Noun:
    """Nouns refer to one another, so each is shown by its name and id alone."""

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self, 'name', '')} {getattr(self, 'id', '')}>"


@dataclass(eq=False, repr=False)
class User(_Noun):
    """A person or a bot. `refuses_dms` makes direct messages answer 50007."""

    id: int
    name: str
    bot: bool = False
    refuses_dms: bool = False

    @property
    def mention(self) -> str:
        """As written in a message."""
        return f"<@{self.id}>"


@dataclass(eq=False, repr=False)
class Role(_Noun):
    """A role of a guild; the one with the guild's own id is @everyone."""

    id: int
    guild: "Guild"
    name: str
    permissions: int = 0
    mentionable: bool = False

    @property
    def mention(self) -> str:
        """As written in a message."""
        return f"<@&{self.id}>"


@dataclass(eq=False, repr=False)
class Member(_Noun):
    """A user in a guild. `extra` are permissions of their own, as a private role would give them."""

    user: User
    guild: "Guild"
    roles: list[Role] = field(default_factory=list)
    extra: int = 0

    @property
    def id(self) -> int:
        """The user's id."""
        return self.user.id

    @property
    def mention(self) -> str:
        """As written in a message."""
        return self.user.mention


@dataclass(eq=False, repr=False)
class Guild(_Noun):
    """A server. `unavailable` is an outage; `left` is set once the bot was removed."""

    id: int
    name: str
    everyone: Role = field(init=False)
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: "dict[int, Channel]" = field(default_factory=dict)
    threads: "dict[int, Channel]" = field(default_factory=dict)
    locale: str = "en-US"
    unavailable: bool = False
    left: bool = False
    max_active_threads: int = 1000

    def __post_init__(self) -> None:
        self.everyone = Role(self.id, self, "@everyone", permissions.EVERYONE)
        self.roles[self.id] = self.everyone


@dataclass(frozen=True)
class Tag:
    """A forum's tag; one that is `moderated` is put on by who has Manage Threads (docs, Forum Tag Object)."""

    id: int
    name: str
    moderated: bool = False


@dataclass(frozen=True)
class Attachment:
    """An uploaded file with its alt text."""

    id: int
    filename: str
    data: bytes
    description: str | None = None
    content_type: str = "application/octet-stream"

    @property
    def size(self) -> int:
        """In bytes."""
        return len(self.data)


@dataclass(eq=False, repr=False)
class Webhook(_Noun):
    """A pen of the bot's for one channel."""

    id: int
    channel: "Channel"
    name: str
    application_id: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(51))

    def author(self, name: str) -> User:
        """Who its messages are by: its id, under whatever name."""
        return User(self.id, name, bot=True)


@dataclass(eq=False, repr=False)
class Message(_Noun):
    """A message as Discord holds it, with what tests like to know about it."""

    id: int
    channel: "Channel"
    author: User
    created_at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    nonce: str | None = None
    flags: int = 0
    tts: bool = False
    reply_to: "Message | None" = None
    thread: "Channel | None" = None
    edited_at: datetime | None = None
    deleted: bool = False
    pinned: bool = False
    #: The bodies of the accepted edits, oldest first.
    edits: list[Json] = field(default_factory=list)
    #: What the content would ping, as written there, after `allowed_mentions` and the bot's permissions.
    mentions: tuple[str, ...] = ()
    webhook: Webhook | None = None
    #: Set when this message answers a slash command or a button.
    interaction_id: int | None = None

    @property
    def silent(self) -> bool:
        """Sent without a push notification."""
        return bool(self.flags & MessageFlag.SILENT)

    @property
    def ephemeral(self) -> bool:
        """Seen only by the person who asked."""
        return bool(self.flags & MessageFlag.EPHEMERAL)

    @property
    def crossposted(self) -> bool:
        """Published to the channels that follow."""
        return bool(self.flags & MessageFlag.CROSSPOSTED)


@dataclass(eq=False, repr=False)
class Channel(_Noun):
    """A channel, a thread or a direct conversation."""

    id: int
    name: str
    type: ChannelType
    guild: Guild | None = None
    #: In order of acceptance, the deleted ones too.
    messages: list[Message] = field(default_factory=list)
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    topic: str | None = None
    deleted: bool = False
    # of a forum
    tags: list[Tag] = field(default_factory=list)
    require_tag: bool = False
    webhooks: list[Webhook] = field(default_factory=list)
    # of a thread
    parent: "Channel | None" = None
    owner: User | None = None
    archived: bool = False
    locked: bool = False
    archived_at: datetime | None = None
    applied_tags: list[int] = field(default_factory=list)
    # of a direct conversation
    recipient: User | None = None

    @property
    def visible(self) -> list[Message]:
        """The messages that a reader sees, oldest first."""
        return [message for message in self.messages if not message.deleted]

    @property
    def threads(self) -> "list[Channel]":
        """The threads of this channel that still exist, oldest first."""
        threads = self.guild.threads.values() if self.guild else ()
        return [thread for thread in threads if thread.parent is self and not thread.deleted]

    @property
    def is_thread(self) -> bool:
        """Whether this is a thread or a forum post."""
        return self.parent is not None

    @property
    def mention(self) -> str:
        """As written in a message."""
        return f"<#{self.id}>"

    def message(self, message_id: int) -> Message | None:
        """The message with that id that still exists, newest looked at first."""
        return next((one for one in reversed(self.messages) if one.id == message_id and not one.deleted), None)


def member_permissions(member: Member, channel: Channel) -> int:
    """What `member` may do in `channel`, as Discord's integer; threads have their parent's overwrites."""
    place = channel.parent or channel
    base = member.extra | member.guild.everyone.permissions
    for role in member.roles:
        base |= role.permissions
    of_roles = Overwrite()
    for role in member.roles:
        if found := place.overwrites.get(role.id):
            of_roles.allow |= found.allow
            of_roles.deny |= found.deny
    nothing = Overwrite()
    everyone, own = place.overwrites.get(member.guild.id, nothing), place.overwrites.get(member.id, nothing)
    return permissions.within(base, [everyone, of_roles, own])
