"""`newsbell init`: the way from nothing to a newsbell that runs, step by step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import click

from bot.cli.env_file import save
from bot.cli.interview import SECRET, Interview
from bot.cli.inviting import BY_SETTING, YOUR_ID, invitation, link_to_invite
from bot.cli.nothing import why_nothing
from bot.cli.setting import wait_for
from bot.cli.wording import as_called, counted, say, styled
from bot.delivering.pacer import Pacer
from bot.errors import DeliveryError, FolderError, TryLater
from bot.groundwork import open_memory
from bot.logs import configure
from bot.newsroom import build_adapters
from bot.ports import Adapter, Store
from bot.premises import count_files, site_of
from bot.reading.site import Site
from bot.settings import Settings, load_settings

ENV_FILE: Final = Path(".env")

_WAYS: Final = {
    "telegram": "open https://t.me/BotFather, send /newbot, and copy the whole token",
    "discord": "open https://discord.com/developers/applications, New Application, then Bot, Reset Token, and copy the "
    "whole token",
}
_OPTIONS: Final = {
    "NEWSBELL_POSTS": "--posts",
    "NEWSBELL_SITE_URL": "--site-url",
    "NEWSBELL_TIMEZONE": "--timezone",
    "NEWSBELL_LANGUAGE": "--language",
    "TELEGRAM_BOT_TOKEN": "--telegram-token or --no-telegram",
    "DISCORD_BOT_TOKEN": "--discord-token or --no-discord",
}

_NAMED: Final = [
    f"Name yourself as operator, who is told of problems, in {ENV_FILE}: {BY_SETTING}={YOUR_ID}",
    "Your id: in Discord switch on Settings > Advanced > Developer Mode, then right-click your name > Copy User ID.",
]


class Bot(NamedTuple):
    """A bot whose token works."""

    name: str = ""  # what people call it; empty: there is none, or it was not asked
    link: str = ""  # what invites it


@click.command()
@click.option("--posts", metavar="FOLDER", help="The folder of posts.")
@click.option("--site-url", metavar="URL", help="The public site's address.")
@click.option("--timezone", metavar="ZONE", help="The site's time zone, such as Asia/Phnom_Penh.")
@click.option("--language", metavar="CODE", help="The site's language, such as en or km.")
@click.option("--telegram-token", metavar="TOKEN", help="The Telegram bot's token; - reads a line of the input.")
@click.option("--no-telegram", is_flag=True, help="Leave Telegram out.")
@click.option("--discord-token", metavar="TOKEN", help="The Discord bot's token; - reads a line of the input.")
@click.option("--no-discord", is_flag=True, help="Leave Discord out.")
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given stays as it is, or is guessed.")
def init(no_telegram: bool, no_discord: bool, yes: bool, **options: str | None) -> None:
    """Set newsbell up: ask for the folder, the site and the tokens, check each, and write .env.

    What .env has besides stays in it. In the end it says what comes next: on Telegram a one-time link makes you the
    operator, who is told of problems and allowed everywhere; on Discord a link invites newsbell to your server. Said
    again, it offers what stands.
    """
    configure("ERROR", "text", ())
    given = {_variable(name): text for name, text in options.items() if text is not None}
    given |= dict.fromkeys(_left_out(no_telegram, no_discord), "")
    given |= {name: sys.stdin.readline().strip() for name in SECRET if given.get(name) == "-"}
    asks = sys.stdin.isatty() and not yes
    interview = Interview.of(given, ENV_FILE, asks=asks)
    if not (asks or yes):
        _refuse_gaps(interview)
    if asks:
        say("newsbell watches a folder of posts and rings. Four steps; Ctrl-C ends this, and nothing is written before")
        say("the end. Enter takes what stands in [brackets].")
    site = _posts(interview)
    _site(interview, site)
    bots = {platform: _platform(interview, platform) for platform in _WAYS}
    _write(interview)
    for line in wait_for(_ending(load_settings(ENV_FILE), bots)):
        say(line)


def _variable(option: str) -> str:
    return (
        f"{option.removesuffix('_token').upper()}_BOT_TOKEN"
        if option.endswith("_token")
        else f"NEWSBELL_{option.upper()}"
    )


def _left_out(no_telegram: bool, no_discord: bool) -> Iterator[str]:
    if no_telegram:
        yield "TELEGRAM_BOT_TOKEN"
    if no_discord:
        yield "DISCORD_BOT_TOKEN"


def _refuse_gaps(interview: Interview) -> None:
    """Without a terminal nothing can be asked. Raises click.UsageError with the options that are missing."""
    answered = {*interview.given, *interview.standing}
    if missing := [option for variable, option in _OPTIONS.items() if variable not in answered]:
        raise click.UsageError(
            f"there is no terminal to ask at; missing: {', '.join(missing)}. Or --yes: what is missing is guessed"
        )


# --- the steps -------------------------------------------------------------------------------------------------------


def _posts(interview: Interview) -> Site:
    """Step 1: a folder in which there are posts."""
    _head(interview, "1/4  The folder in which your posts lie")
    while True:
        interview.ask("NEWSBELL_POSTS", "Folder", "examples/posts")
        site = site_of(
            load_settings(None, {"NEWSBELL_POSTS": interview.values.get("NEWSBELL_POSTS", "examples/posts")})
        )
        try:
            files = count_files(site)
        except FolderError as error:
            if not interview.may_ask("NEWSBELL_POSTS"):
                raise
            _bad(str(error))
            continue
        if files:
            generator = site.generator
            by = f" of {generator.name}, by {generator.root}/{generator.file}" if generator.name else ""
            _good(f"{counted(files, 'file')}{by}; newsbell check reads them")
            return site
        for line in why_nothing(site, 0):
            say(f"! {line}")
        if not interview.may_ask("NEWSBELL_POSTS") or click.confirm("Take this folder all the same?"):
            return site


def _site(interview: Interview, site: Site) -> None:
    """Step 2: what the site's own configuration says is offered, and not written down again."""
    _head(interview, "2/4  The site")
    interview.ask("NEWSBELL_SITE_URL", "Address that readers see (such as https://news.example)", site.generator.url)
    interview.ask("NEWSBELL_TIMEZONE", "Time zone (such as Asia/Phnom_Penh)", site.generator.timezone or "UTC")
    interview.ask("NEWSBELL_LANGUAGE", "Language (such as en, km)", site.generator.language or "en")


def _platform(interview: Interview, platform: str) -> Bot:
    """Steps 3 and 4: a token that works, and its bot."""
    variable, title = f"{platform.upper()}_BOT_TOKEN", platform.title()
    _head(interview, f"{list(_WAYS).index(platform) + 3}/4  {title}: {_WAYS[platform]}")
    while True:
        standing = interview.standing.get(variable)
        question = f"Token (it is not shown; Enter: {'the one that is set' if standing else f'without {title}'})"
        if not interview.ask(variable, question):
            return Bot()
        try:
            bot = wait_for(_bot_of(interview.settings(), platform))
        except DeliveryError as error:
            if not interview.may_ask(variable):
                raise click.ClickException(f"{title}: {error}; nothing was written") from error
            _bad(str(error))
            if isinstance(error, TryLater) and click.confirm("Take this token unchecked?"):
                return Bot()
        else:
            _good(f"the token works: {bot.name}")
            return bot


async def _bot_of(settings: Settings, platform: str) -> Bot:
    """Ask the platform whose token it is. Raises DeliveryError."""
    adapter = _adapter(settings, platform)
    try:
        await adapter.open()
        return Bot(adapter.name, link_to_invite(adapter))
    finally:
        await adapter.close()


def _adapter(settings: Settings, platform: str) -> Adapter:
    adapters = build_adapters(settings, lambda _platform: Pacer(lambda: 0.0))
    return next(adapter for adapter in adapters if adapter.platform == platform)


# --- the end ---------------------------------------------------------------------------------------------------------


def _write(interview: Interview) -> None:
    """Write .env, with the word of whoever is asked."""
    if not interview.chosen:
        say(f"{ENV_FILE} stays as it is.")
        return
    say(f"To be written to {ENV_FILE.absolute()}, of which all else stays:")
    for name, text in interview.chosen.items():
        was = " (in the place of another)" if name in interview.standing else ""
        say(f"    {name}={'…' if name in SECRET and text else text}{was}")
    if interview.asks and not click.confirm("Write it?", default=True):
        raise click.ClickException("nothing was written")
    save(ENV_FILE, interview.chosen)
    _good(f"{ENV_FILE} is written; nobody else on this machine may read it")


async def _ending(settings: Settings, bots: dict[str, Bot]) -> list[str]:
    """What comes next, with a code for the first operator and the way to the first server."""
    store, run = await open_memory(settings), f"{as_called()} run"
    invited = _invited(bots["discord"].link) if settings.discord_bot_token else []
    try:
        if settings.admins or await store.operators.all():
            there = f"Operators there are already: {as_called()} operators list"
            return ["", f"Next: {run}. {there}", *invited]
        if bots["telegram"].name:
            code = await _code(settings, store)
            return _steps([run], code, ["Press “Choose a channel” there, and what shall arrive in it."], invited)
    finally:
        await store.close()
    if settings.telegram_bot_token:
        later = f"Once Telegram answers, {as_called()} operators add makes you an operator."
        return ["", f"Next: {run}. {later}", *invited]
    if settings.discord_bot_token:
        return _steps(_NAMED, [run], invited)
    return ["", f"Next: {run}. Without a token its console shows in a browser what it would send."]


async def _code(settings: Settings, store: Store) -> list[str]:
    adapter = _adapter(settings, "telegram")
    try:
        await adapter.open()
        return await invitation(store, adapter)
    finally:
        await adapter.close()


def _invited(link: str) -> list[str]:
    """How newsbell comes to a server of Discord."""
    if not link:
        return [f"Once Discord answers, {as_called()} doctor shows the link that invites newsbell to your server."]
    return [
        "Invite newsbell to a Discord server that you manage: open this and choose the server.",
        f"    {link}",
        "Then type /subscribe in a channel there, and choose what shall arrive in it.",
    ]


def _steps(*steps: list[str]) -> list[str]:
    numbered = enumerate((step for step in steps if step), 1)
    return ["", "Next:", *(line for n, (first, *more) in numbered for line in (f"  {n}. {first}", *_below(more)))]


def _below(lines: list[str]) -> list[str]:
    return [f"     {line}" for line in lines]


def _head(interview: Interview, text: str) -> None:
    if interview.asks:
        say()
        say(text)


def _good(text: str) -> None:
    say(f"{styled('✓', 'green')} {text}")


def _bad(text: str) -> None:
    say(f"{styled('✗', 'red')} {text}")
