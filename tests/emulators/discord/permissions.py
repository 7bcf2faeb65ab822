"""What a member may do in a channel, by Discord's algorithm: roles first, then the channel's overwrites."""

from collections.abc import Iterable
from dataclasses import dataclass

BITS = {
    "administrator": 1 << 3,
    "manage_channels": 1 << 4,
    "manage_guild": 1 << 5,
    "add_reactions": 1 << 6,
    "view_channel": 1 << 10,
    "send_messages": 1 << 11,
    "send_tts_messages": 1 << 12,
    "manage_messages": 1 << 13,
    "embed_links": 1 << 14,
    "attach_files": 1 << 15,
    "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17,
    "connect": 1 << 20,
    "manage_roles": 1 << 28,
    "manage_webhooks": 1 << 29,
    "use_application_commands": 1 << 31,
    "manage_threads": 1 << 34,
    "create_public_threads": 1 << 35,
    "create_private_threads": 1 << 36,
    "send_messages_in_threads": 1 << 38,
    "pin_messages": 1 << 51,
}
ALL = sum(BITS.values())

# discord.md 8: view, send, embed links, attach files, read history, send in threads, create public threads
INVITE = 309_237_763_072


def bits(names: Iterable[str]) -> int:
    """The permissions called `names` as Discord's integer. Raises KeyError for a name that isn't in `BITS`."""
    return sum(BITS[name] for name in set(names))


# What @everyone has in a new server; Mention Everyone is really among it, so a careless message does ping.
EVERYONE = INVITE | bits(["add_reactions", "mention_everyone", "connect", "use_application_commands"])


@dataclass
class Overwrite:
    """What a channel takes from or gives to one role or one member."""

    allow: int = 0
    deny: int = 0

    def apply(self, permissions: int) -> int:
        """`permissions` after this overwrite."""
        return (permissions & ~self.deny) | self.allow


def within(base: int, overwrites: Iterable[Overwrite]) -> int:
    """`base` narrowed and widened by a channel's `overwrites` (everyone, roles, member, in this order)."""
    if base & BITS["administrator"]:
        return ALL
    for overwrite in overwrites:
        base = overwrite.apply(base)
    return base if base & BITS["view_channel"] else 0
