"""`newsbell operators`: who is told of problems and allowed everywhere."""

from __future__ import annotations

from collections.abc import Mapping

import click

from bot.cli.clock import clock_of
from bot.cli.inviting import BY_SETTING, NOBODY, YOUR_ID, admitted_beside, invitation, way_to_one
from bot.cli.naming import chat_named
from bot.cli.setting import memory, start, wait_for
from bot.cli.telling import tell
from bot.cli.wording import say, say_json
from bot.delivering.pacer import Pacer
from bot.groundwork import utc_now
from bot.models import Destination
from bot.newsroom import build_adapters
from bot.ports import Adapter
from bot.records import Notice, Operator
from bot.settings import Settings
from bot.subscribing.operators import REMOVED


@click.group()
def operators() -> None:
    """List who is told of problems and allowed everywhere, invite one by a one-time code, or remove one."""


@operators.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def list_(as_json: bool) -> None:
    """List the operators, and since when each of them is one."""
    settings = start(level="WARNING")
    admitted = wait_for(_admitted(settings))
    if as_json:
        say_json(told(settings, admitted))
        return
    clock = clock_of(settings)
    for person in settings.admins:
        say(f"{person!s:<30} {BY_SETTING}")
    for operator in admitted:
        say(f"{operator.person!s:<30} since {clock.minute(operator.since)}")
    if not (settings.admins or admitted):
        say(f"{NOBODY}; {way_to_one(settings)}")


@operators.command()
def add() -> None:
    """Invite a person: print a link with a one-time code, which makes whoever opens it on Telegram an operator."""
    for line in wait_for(_invited(start(level="ERROR"))):
        say(line)


@operators.command()
@click.argument("person")
def remove(person: str) -> None:
    """Let PERSON (telegram:123) be an operator no more."""
    settings = start(level="WARNING")
    whom = chat_named(person)
    if whom in settings.admins:
        raise click.ClickException(f"{whom} stands in {BY_SETTING}; take it out there, and start newsbell again")
    wait_for(_remove(settings, whom))


def told(settings: Settings, admitted: list[Operator]) -> list[Mapping[str, str]]:
    """Who they are, for machines."""
    named = [{"person": str(person), "since": "", "by": BY_SETTING} for person in settings.admins]
    return [*named, *({"person": str(each.person), "since": each.since.isoformat(), "by": "code"} for each in admitted)]


async def _admitted(settings: Settings) -> list[Operator]:
    async with memory(settings) as store:
        return await admitted_beside(settings, store)


async def _invited(settings: Settings) -> list[str]:
    adapter = telegram_of(settings)
    if adapter is None:
        raise click.ClickException(
            "a one-time code is given to the Telegram bot, and TELEGRAM_BOT_TOKEN is not set; on Discord name"
            f" yourself in .env: {BY_SETTING}={YOUR_ID}"
        )
    async with memory(settings) as store:
        try:
            await adapter.open()
            return await invitation(store, adapter)
        finally:
            await adapter.close()


def telegram_of(settings: Settings) -> Adapter | None:
    """The adapter of Telegram, not open yet; None: there is no token."""
    adapters = build_adapters(settings, lambda _platform: Pacer(lambda: 0.0))
    return next((adapter for adapter in adapters if adapter.platform == "telegram"), None)


async def _remove(settings: Settings, person: Destination) -> None:
    async with memory(settings) as store:
        if not await store.operators.forget(person):
            raise click.ClickException(f"{person} is no operator; newsbell operators list names them")
        # Written down only: telling it is for the newsbell that runs, and this command has no token perhaps.
        await store.notices.write([Notice(person, "", REMOVED, language=settings.language)], utc_now())
        await tell(store, "newsbell operators", f"{person} is an operator no more")
        left = len(settings.admins) + len(await admitted_beside(settings, store))
    if not left:
        say(f"  {NOBODY}; {way_to_one(settings)}")
