"""`newsbell subscriptions`: what admins do by /subscribe, for the operator."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TextIO

import click

from bot.cli.clock import clock_of
from bot.cli.naming import destination_of, known_chat
from bot.cli.options import options_in, setting
from bot.cli.options import written as options_written
from bot.cli.setting import memory, start, wait_for
from bot.cli.subscription_file import Row, rows_of, written
from bot.cli.surveying import obstacles_in
from bot.cli.wording import CLOSED, closed, counted, say, say_json
from bot.groundwork import utc_now
from bot.models import Category, Destination, OnUnknown, Place, Selector, SelectorKind, Subscription
from bot.ports import Store
from bot.settings import Settings
from bot.subscribing.options import cautions, refusal
from bot.subscribing.selectors import LIST_SEPARATOR, UnclearWish, Wish, parse_all, typed
from bot.subscribing.suggest import nearest
from bot.subscribing.wants import looks_of

OPERATOR = "operator"
SITES = "site"
_BECOMES = {
    OnUnknown.RESEND: "is sent again, rather twice than never",
    OnUnknown.HOLD: "waits for your word: newsbell deliveries --held",
}
SUGGESTED = 3

_ANYWAY = click.option("--anyway", is_flag=True, help="Also for a category that no post has yet.")
_OF_CATEGORIES = frozenset({SelectorKind.CATEGORY, SelectorKind.ALL_EXCEPT})


@click.group()
def subscriptions() -> None:
    """List, add, remove, export or import subscriptions, and say what becomes of messages that may be lost."""


@subscriptions.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, as export does.")
def list_(as_json: bool) -> None:
    """List all subscriptions."""
    settings = start(level="WARNING")
    rows = wait_for(_rows(settings))
    if as_json:
        say_json(rows)
        return
    places, clock = wait_for(_places(settings)), clock_of(settings)
    for row in rows:
        language = f" ({row['language']})" if row["language"] else ""
        name = " ".join(filter(None, (row["kind"], row["display"] or row["value"])))
        say(f"{row['destination']:<30} {name}{language}")
        if options := options_written(row.get("options", {})):
            say(f"  {options}")
        place = places.pop(row["destination"], None)
        if place and closed(place, clock):
            say(f"  {CLOSED[place.state]} {closed(place, clock)}")
        if place and place.on_unknown:
            say(f"  on-unknown: {place.on_unknown}")
    if not rows:
        say("Nobody is subscribed yet. In a chat: /subscribe <category>")


@subscriptions.command()
@click.argument("chat")
@click.argument("words", nargs=-1, required=True)
@setting
@_ANYWAY
def add(chat: str, words: tuple[str, ...], options: tuple[str, ...], anyway: bool) -> None:
    """Subscribe CHAT (telegram:-100123/7, discord:456) to a category: the words are those of /subscribe.

    Of a subscription that is there, only the options that are set change.
    """
    settings = start(level="WARNING")
    chosen = options_in(options, chat.partition(":")[0])
    new = wait_for(_add(settings, chat, " ".join(words), chosen, anyway=anyway))
    shown = f": {options_written(chosen)}" if chosen else ""
    say(f"✓ {chat} is subscribed{shown}" if new or chosen else f"{chat} was subscribed already")
    obstacles = wait_for(_obstacles(settings, [chat]))
    for caution in (*cautions(chosen), *(line for told in obstacles.values() for line in told.splitlines())):
        say(f"  {caution}")


@subscriptions.command()
@click.argument("chat")
@click.argument("words", nargs=-1)
def remove(chat: str, words: tuple[str, ...]) -> None:
    """Unsubscribe CHAT from a category, or from everything if none is named."""
    removed = wait_for(_remove(start(level="WARNING"), chat, " ".join(words)))
    say(f"✓ {counted(removed, 'subscription')} of {chat} removed")


@subscriptions.command()
def export() -> None:
    """Print all subscriptions as JSON, for `import` elsewhere."""
    say_json(wait_for(_rows(start(level="WARNING"))))


@subscriptions.command(name="import")
@click.argument("file", type=click.File())
@_ANYWAY
def import_(file: TextIO, anyway: bool) -> None:
    """Add the subscriptions in FILE (as `export` prints them); those that are there stay.

    All of them, or with a mistake anywhere none.
    """
    try:
        rows = rows_of(file.read(), file.name)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name} is not UTF-8; newsbell subscriptions export prints it") from error
    settings = start(level="WARNING")
    new = wait_for(_import(settings, rows, anyway=anyway))
    say(f"✓ {len(new)} of {counted(len(rows), 'subscription')} {'is' if len(new) == 1 else 'are'} new")
    chats = list(dict.fromkeys(str(row.destination) for row in new))
    for chat, obstacle in wait_for(_obstacles(settings, chats)).items():
        say("\n".join(f"  {line}" for line in f"{chat}: {obstacle}".splitlines()))


@subscriptions.command(name="on-unknown")
@click.argument("chat")
@click.argument("policy", type=click.Choice([*(policy.value for policy in OnUnknown), SITES]))
def on_unknown(chat: str, policy: str) -> None:
    """Say what becomes of messages that may be lost in CHAT.

    Where nothing can tell whether one arrived: resend it, rather twice than never; or hold it for your word; or, with
    site, as NEWSBELL_ON_UNKNOWN says.
    """
    settings = start(level="WARNING")
    own = None if policy == SITES else OnUnknown(policy)
    wait_for(_set_on_unknown(settings, chat, own))
    by = "" if own else f" (NEWSBELL_ON_UNKNOWN is {settings.on_unknown})"
    say(f"✓ {chat}: what may be lost there {_BECOMES[own or settings.on_unknown]}{by}")


async def _set_on_unknown(settings: Settings, chat: str, policy: OnUnknown | None) -> None:
    async with memory(settings) as store:
        await store.subscriptions.set_on_unknown(await known_chat(store, chat), policy)


async def _rows(settings: Settings) -> list[dict[str, Any]]:
    async with memory(settings) as store:
        return [written(subscription) for subscription in await store.subscriptions.all()]


async def _places(settings: Settings) -> dict[str, Place]:
    async with memory(settings) as store:
        return {str(place.destination): place for place in await store.subscriptions.places()}


async def _add(settings: Settings, chat: str, words: str, options: Mapping[str, Any], *, anyway: bool) -> int:
    async with memory(settings) as store:
        destination = await destination_of(store, chat)
        known = await store.posts.categories()
        wishes = _understood(words, {category.key for category in known})
        if not anyway:
            _refuse_unknown(wishes, known)
        await _refuse_barred(store, destination, options)
        return sum([await _subscribe(store, destination, wish, known, options) for wish in wishes])


async def _obstacles(settings: Settings, chats: Sequence[str]) -> dict[Destination, str]:
    """What the first post would run into in each of these: better said now."""
    async with memory(settings) as store:
        destinations = [await destination_of(store, chat) for chat in chats]
        looks = {each: looks_of(await store.subscriptions.of(each)) for each in destinations}
    return await obstacles_in(settings, looks)


async def _import(settings: Settings, rows: Sequence[Row], *, anyway: bool) -> list[Row]:
    """Those that are new."""
    async with memory(settings) as store:
        known = await store.posts.categories()
        if not anyway:
            _refuse_unknown([row.wish for row in rows], known)
        destinations = [await destination_of(store, str(row.destination)) for row in rows]
        pairs = list(zip(destinations, rows, strict=True))
        for place, row in pairs:
            await _refuse_barred(store, place, row.options)
        return [
            row for place, row in pairs if await _subscribe(store, place, row.wish, known, row.options, replace=False)
        ]


async def _subscribe(
    store: Store,
    destination: Destination,
    wish: Wish,
    known: Sequence[Category],
    options: Mapping[str, Any],
    *,
    replace: bool = True,
) -> bool:
    """Whether the subscription is new. One that is there keeps its other options; unless `replace`, it stays."""
    mine = {subscription.selector: subscription for subscription in await store.subscriptions.of(destination)}
    before = mine.get(wish.selector)
    if before and not replace:
        return False
    kept = before.options if before else {}
    wanted = Subscription(destination, wish.selector, _display(wish, known), wish.language, {**kept, **options})
    return await store.subscriptions.add(wanted, Place(destination), OPERATOR, utc_now())


async def _remove(settings: Settings, chat: str, words: str) -> int:
    async with memory(settings) as store:
        destination = await destination_of(store, chat)
        mine = await store.subscriptions.of(destination)
        if not mine:
            raise click.ClickException(f"{chat} has no subscriptions")
        wishes = _understood(words, {subscription.selector.value for subscription in mine}) if words else []
        if not wishes or Wish(Selector(SelectorKind.ALL)) in wishes:
            return len(await store.subscriptions.remove(destination, None))
        there = {subscription.selector for subscription in mine}
        for wish in wishes:
            if wish.selector not in there:
                listed = ", ".join(typed(selector) for selector in there)
                raise click.ClickException(f"{chat} is not subscribed to {typed(wish.selector)}; it is to: {listed}")
        return sum([len(await store.subscriptions.remove(destination, wish.selector)) for wish in wishes])


def _understood(words: str, known: Collection[str]) -> list[Wish]:
    try:
        return parse_all(words, known)
    except UnclearWish as error:
        raise click.UsageError(str(error)) from error


def _refuse_unknown(wishes: Iterable[Wish], known: Sequence[Category]) -> None:
    """Raise click.ClickException for categories that no post has: most likely they are misspelt."""
    keys = {category.key for category in known}
    named = dict.fromkeys(key for wish in wishes for key in _categories(wish))
    if unknown := [key for key in named if key not in keys]:
        lines = [f"there is no category “{key}”{_meant(key, known)}" for key in unknown]
        raise click.ClickException("\n".join([*lines, "To subscribe all the same: --anyway"]))


async def _refuse_barred(store: Store, destination: Destination, options: Mapping[str, Any]) -> None:
    """Raise click.ClickException for options that can't be in a place of its kind."""
    place = await store.subscriptions.place(destination)
    if place and (why := refusal(options, place.kind)):
        raise click.ClickException(f"{destination}: {why}")


def _categories(wish: Wish) -> list[str]:
    return wish.selector.value.split(LIST_SEPARATOR) if wish.selector.kind in _OF_CATEGORIES else []


def _meant(key: str, known: Sequence[Category]) -> str:
    near = [category.display for category in nearest(key, known, limit=SUGGESTED)]
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _display(wish: Wish, known: Sequence[Category]) -> str:
    """The spelling that the posts use, where they have one."""
    displays = {category.key: category.display for category in known}
    keys = _categories(wish)
    return ", ".join(displays[key] for key in keys) if keys and displays.keys() >= set(keys) else wish.display
