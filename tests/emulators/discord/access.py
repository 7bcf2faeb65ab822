"""Finds what a request names, and refuses what the bot may not reach (discord.md 10.1: 50001, 50013, 10003, 10008)."""

from tests.emulators.discord.calls import Call
from tests.emulators.discord.errors import refuse
from tests.emulators.discord.nouns import Channel, ChannelType, Guild, Message
from tests.emulators.discord.permissions import BITS
from tests.emulators.discord.world import World

_WITHOUT_MESSAGES = {ChannelType.FORUM, ChannelType.MEDIA}
_HEARD = {ChannelType.VOICE, ChannelType.STAGE}


class Access:
    """The bot's way to channels and messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def to_guild(self, guild_id: int) -> Guild:
        """The guild. Raises 10004 where the bot isn't a member."""
        guild = self._world.guilds.get(guild_id)
        if guild is None:
            raise refuse(10004)
        return guild

    def to_see(self, channel_id: int) -> Channel:
        """The channel. Raises 10003 when there is none, 50001 when the bot may not see it or was removed."""
        channel = self._world.channels.get(channel_id)
        if channel is None or channel.deleted:
            raise refuse(10003)
        left = channel.guild is not None and channel.guild.left
        if left or not self._world.bot_permissions(channel) & BITS["view_channel"]:
            raise refuse(50001)
        if channel.type in _HEARD and not self._world.bot_permissions(channel) & BITS["connect"]:
            raise refuse(50001)  # discord-api-docs #5111
        return channel

    def to_send(self, channel_id: int) -> Channel:
        """The channel, in which the bot may write. Raises 50013, 50007, 50008, 50083 and 160005, too."""
        channel = self.to_see(channel_id)
        if channel.type in _WITHOUT_MESSAGES:
            raise refuse(50008)
        if channel.recipient is not None and channel.recipient.refuses_dms:
            raise refuse(50007)
        needed = "send_messages_in_threads" if channel.is_thread else "send_messages"
        self.require(channel, needed)
        if channel.locked and not self._world.bot_permissions(channel) & BITS["manage_threads"]:  # discord.md 7.4
            raise refuse(160005)
        if channel.archived:
            raise refuse(50083)
        return channel

    def to_message(self, call: Call) -> tuple[Channel, Message]:
        """Channel and message of a request. Raises 10008 when the message is gone."""
        channel = self.to_see(call.id("channel_id"))
        message = channel.message(call.id("message_id"))
        if message is None:
            raise refuse(10008)
        return channel, message

    def require(self, channel: Channel, permission: str) -> None:
        """Raise 50013 when the bot lacks `permission` in the channel."""
        if not self._world.bot_permissions(channel) & BITS[permission]:
            raise refuse(50013)

    def check_parts(self, channel: Channel, *, embeds: bool, files: bool) -> None:
        """Raise 50013 when the bot may not send embeds or files there."""
        if embeds:
            self.require(channel, "embed_links")
        if files:
            self.require(channel, "attach_files")
