"""Operators on the command line: who they are, and the one-time codes by which somebody becomes one."""

from __future__ import annotations

from typing import Final

from bot.groundwork import utc_now
from bot.ports import Adapter, Store
from bot.records import Operator
from bot.settings import Settings
from bot.subscribing.operators import invite

NOBODY: Final = "nobody is an operator, so nobody is told of problems"


async def admitted_beside(settings: Settings, store: Store) -> list[Operator]:
    """Those who became operators by a code, and are none by the settings."""
    return [operator for operator in await store.operators.all() if operator.person not in settings.admins]


async def invitation(store: Store, telegram: Adapter) -> list[str]:
    """A new code in lines for the person who is to use it. `telegram` is open."""
    code = await invite(store.operators, utc_now())
    bot = telegram.name
    return [
        "Within an hour, while newsbell runs, open this and press Start: it makes you an operator.",
        f"    https://t.me/{bot.removeprefix('@')}?start={code}",
        f"Or send {bot} in its private chat: /start {code}",
        "It works once, for whoever is first: show it to nobody else.",
    ]
