"""A loopback emulator of Discord: its REST API v10 and its gateway on 127.0.0.1, for the real discord.py.

Its rules follow the project's reference page on Discord, and each names the section of `discord.md` that it comes from.
`DiscordEmulator` is all that a test needs:

    async with DiscordEmulator() as discord:
        guild = discord.add_guild("Readers")
        channel = discord.add_channel(guild, "news")
        dara = discord.add_member(guild, "Dara", permissions={"manage_guild"})
        ...  # start a bot with discord.api_url, discord.gateway_url and discord.token
        reply = await discord.command(channel, dara, "subscribe", category="national")
        await discord.until(lambda: channel.visible)
    assert discord.violations == []
"""

from tests.emulators.discord.calls import Request
from tests.emulators.discord.nouns import Attachment, Channel, Guild, Member, Message, Role, Tag, User
from tests.emulators.discord.people import Refused, Reply
from tests.emulators.discord.server import DiscordEmulator

__all__ = [
    "Attachment",
    "Channel",
    "DiscordEmulator",
    "Guild",
    "Member",
    "Message",
    "Refused",
    "Reply",
    "Request",
    "Role",
    "Tag",
    "User",
]
