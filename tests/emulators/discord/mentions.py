"""Who a message pings: what its content names, as far as `allowed_mentions` and the bot's rights let it."""

import re
from collections.abc import Iterator
from typing import Any

from tests.emulators.discord.nouns import Channel, Json
from tests.emulators.discord.permissions import BITS

_MENTION = re.compile(r"@(?:everyone|here)|<@!?(?P<user>\d+)>|<@&(?P<role>\d+)>")


def pings(content: str, allowed: Json | None, channel: Channel, bot_permissions: int) -> tuple[str, ...]:
    """The mentions in `content` that ping, in order and once each.

    Without `allowed_mentions` Discord pings all that it finds (discord.md 7.2).
    """
    may_all = bool(bot_permissions & BITS["mention_everyone"])
    found: dict[str, None] = {}
    for match in _MENTION.finditer(content):
        user, role = match["user"], match["role"]
        if user:
            pinged = _is_allowed(allowed, "users", user)
        elif role:
            pinged = _is_allowed(allowed, "roles", role) and _can_be_pinged(channel, int(role), may_all)
        else:
            pinged = may_all and _is_allowed(allowed, "everyone", "")
        if pinged:
            found[match[0].replace("!", "")] = None
    return tuple(found)


def _is_allowed(allowed: Json | None, kind: str, id_: str) -> bool:
    return allowed is None or kind in (allowed.get("parse") or []) or id_ in set(_strings(allowed.get(kind)))


def _strings(ids: Any) -> Iterator[str]:
    yield from (str(id_) for id_ in ids if ids) if isinstance(ids, list) else ()


def _can_be_pinged(channel: Channel, role_id: int, may_all: bool) -> bool:
    role = channel.guild.roles.get(role_id) if channel.guild else None
    return role is not None and (role.mentionable or may_all)
