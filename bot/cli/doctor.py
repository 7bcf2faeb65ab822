"""`newsbell doctor`: each thing that must be right, what is wrong with it, and the next step."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from adapters.pictures.workshop import GET_PILLOW, Workshop
from bot.cli.clock import clock_of
from bot.cli.ending import FAILED
from bot.cli.faults import database_fault, folder_fault
from bot.cli.inviting import NOBODY, admitted_beside, way_to_one
from bot.cli.report import facts_of
from bot.cli.setting import database_of, memory, no_database, start, wait_for
from bot.cli.wording import counted, say, styled
from bot.delivering.handing_over import needs_a_word
from bot.delivering.pacer import Pacer
from bot.delivering.silences import in_words
from bot.errors import DeliveryError, FolderError, StoreError
from bot.groundwork import utc_now
from bot.newsroom import build_adapters
from bot.ports import Adapter, Guest
from bot.premises import look_over, site_of
from bot.records import Handover
from bot.setting_values import TELEGRAM_API
from bot.settings import Settings

_TOKENS = {
    "telegram": "no token; open https://t.me/BotFather, send /newbot, then: newsbell init",
    "discord": "no token; get one at https://discord.com/developers/applications, then: newsbell init",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `good` None: neither good nor bad."""

    subject: str
    good: bool | None
    text: str


@click.command()
@click.option("--offline", is_flag=True, help="Do not ask the platforms.")
def doctor(offline: bool) -> int:
    """Check settings, folder, database and tokens. Exit code 1 if something is wrong."""
    settings = start(level="ERROR")
    folder = list(_folder(settings))
    database = wait_for(_database(settings, folder_is_there=folder[0].good is not False))
    platforms = wait_for(_platforms(settings, offline=offline))
    findings = [*folder, *database, *platforms, _pictures(), wait_for(_operators(settings))]
    for finding in findings:
        mark = {True: styled("✓", "green"), False: styled("✗", "red"), None: "–"}[finding.good]
        say(f"{mark} {finding.subject:<10} {finding.text}")
    return FAILED if any(finding.good is False for finding in findings) else 0


def _folder(settings: Settings) -> Iterator[Finding]:
    try:
        site = site_of(settings)
        tree = look_over(site)
    except FolderError as error:
        yield Finding("posts", good=False, text=str(error))
        return
    files = counted(len(tree.files), "file")
    yield Finding("posts", good=True, text=f"{settings.posts.resolve()}: {files}; newsbell check reads them")
    for problem in tree.problems:
        yield Finding("posts", good=False, text=f"{problem.path}: {problem.what}; {problem.mend}")
    facts = facts_of(site, settings)
    if not facts.generator:
        yield Finding("site", good=None, text="no generator's configuration found; the settings alone say how links go")
        return
    yield Finding("site", good=True, text=f"{facts.generator}, by {facts.file}; {facts.address.value or 'no address'}")
    for doubt in facts.doubts:
        yield Finding("site", good=None, text=doubt)


async def _database(settings: Settings, *, folder_is_there: bool) -> list[Finding]:
    """The database, and what of the folder only shows beside what is remembered of it."""
    file = database_of(settings)
    if not file.exists():
        return [_no_database(settings, file.absolute().parent)]
    try:
        async with memory(settings) as store:
            fault = await database_fault(settings, store)
            lost, _ = await folder_fault(site_of(settings), store, few=settings.flood)
            silences = await store.stories.silences(utc_now())
    except StoreError as error:
        return [Finding("database", good=False, text=str(error))]
    of_database = Finding("database", good=not fault, text=fault or str(file.absolute()))
    of_posts = [Finding("posts", good=False, text=lost)] if lost and folder_is_there else []
    clock = clock_of(settings)
    return [
        of_database,
        *of_posts,
        *(Finding(each.platform, good=None, text=in_words(each, clock)) for each in silences),
    ]


def _no_database(settings: Settings, folder: Path) -> Finding:
    """That there is no database yet is how everybody begins, if only it can be made."""
    if folder.is_dir() and os.access(folder, os.W_OK):
        return Finding("database", good=None, text=no_database(settings))
    return Finding("database", good=False, text=f"it can't be made in {folder}; check that folder and its rights")


def _logged_in(adapter: Adapter, asking: Collection[Handover], settings: Settings) -> Finding:
    """Of a platform whose token works; another bot than before may still wait for a person's word."""
    for each in asking:
        if (each.platform, each.new) == (adapter.platform, adapter.bot):
            return Finding(adapter.platform, good=False, text=needs_a_word(each.old, each.new))
    own = adapter.platform == "telegram" and settings.telegram_api_url != TELEGRAM_API
    server = f", at {settings.telegram_api_url}" if own else ""
    return Finding(adapter.platform, good=True, text=f"the token works: {adapter.name}, bot {adapter.bot}{server}")


async def _invited(guest: Guest) -> Finding:
    """How the bot comes to a place, which is what is missing where it is in none."""
    aim = "to invite newsbell to another server"
    if not await guest.invitation.is_accepted():
        aim = "newsbell is on no server yet, so nobody can subscribe; to invite it to yours"
    return Finding("invitation", good=None, text=f"{aim}, open {guest.invitation.link}")


async def _asking(settings: Settings) -> Sequence[Handover]:
    """The bots that wait for a person's word, as far as the database can be asked."""
    if not database_of(settings).exists():
        return ()
    try:
        async with memory(settings) as store:
            return await store.subscriptions.handovers()
    except StoreError:  # said already
        return ()


async def _operators(settings: Settings) -> Finding:
    """Who is told of problems, as far as the database can be asked."""
    people = [str(person) for person in settings.admins]
    if database_of(settings).exists():
        with suppress(StoreError):  # said already
            async with memory(settings) as store:
                people += [str(operator.person) for operator in await admitted_beside(settings, store)]
    if people:
        return Finding("operators", good=True, text=", ".join(people))
    return Finding("operators", good=None, text=f"{NOBODY}; {way_to_one(settings)}")


def _pictures() -> Finding:
    """Whether pictures can be made to fit. It is neither good nor bad where they can't: most fit as they are."""
    if Workshop().is_equipped:
        return Finding("pictures", good=True, text="those that don't fit Telegram as they are get shrunk or converted")
    meaning = "Pillow is not installed, so on Telegram posts may lack pictures that are too large, or no JPEG or PNG"
    return Finding("pictures", good=None, text=f"{meaning}; to have them shrunk and converted: {GET_PILLOW}")


async def _platforms(settings: Settings, *, offline: bool) -> list[Finding]:
    asking = await _asking(settings)
    adapters = {adapter.platform: adapter for adapter in build_adapters(settings, lambda _platform: Pacer(lambda: 0.0))}
    findings = []
    for platform, advice in _TOKENS.items():
        adapter = adapters.get(platform)
        if adapter is None:
            findings.append(Finding(platform, good=None, text=advice))
            continue
        if offline:
            findings.append(Finding(platform, good=None, text="a token is set; not asked"))
            continue
        try:
            await adapter.open()
            findings.append(_logged_in(adapter, asking, settings))
            if isinstance(adapter, Guest):
                findings.append(await _invited(adapter))
            if deaf := await adapter.ask_why_deaf():
                findings.append(Finding(platform, good=False, text=deaf))
        except DeliveryError as error:
            findings.append(Finding(platform, good=False, text=str(error)))
        finally:
            await adapter.close()
    return findings
