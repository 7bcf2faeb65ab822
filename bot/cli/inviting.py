"""Inviting: people, to be operators by one-time codes; and newsbell itself, where it can't be added by its name."""

from __future__ import annotations

from typing import Final

from bot.groundwork import utc_now
from bot.ports import Adapter, Guest, Store
from bot.records import Operator
from bot.settings import Settings
from bot.subscribing.operators import invite

NOBODY: Final = "nobody is an operator, so nobody is told of problems"
BY_SETTING: Final = "NEWSBELL_ADMINS"
YOUR_ID: Final = "discord:<your user id>"


def way_to_one(settings: Settings) -> str:
    """How somebody becomes an operator. Codes are given to the Telegram bot alone."""
    if settings.discord_bot_token and not settings.telegram_bot_token:
        return f"{BY_SETTING}={YOUR_ID} in .env names one"
    return "newsbell operators add invites one"


def link_to_invite(adapter: Adapter) -> str:
    """What invites the bot of an adapter that is open; empty: it needs no such link."""
    return adapter.invitation.link if isinstance(adapter, Guest) else ""


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
