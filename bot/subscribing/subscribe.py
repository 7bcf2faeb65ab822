"""/subscribe: only to what exists, and with the nearest names where it does not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.models import Category, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.labels import shortened
from bot.subscribing.menu_pages import open_menu, page, trying, typed_page
from bot.subscribing.options import UnclearOption, read_option
from bot.subscribing.request import Request
from bot.subscribing.roles import mention_meant, mentioned
from bot.subscribing.selectors import (
    LIST_SEPARATOR,
    SEVERAL_LANGUAGES,
    UnclearLanguage,
    UnclearWish,
    Wish,
    parse_all,
)
from bot.subscribing.suggest import nearest
from bot.subscribing.tokens import Tokens, understood
from bot.subscribing.waking import wake
from bot.subscribing.wants import Wants
from bot.subscribing.wording import (
    AT_ONCE,
    CHOICES,
    LETTERS,
    bullets,
    button,
    category_tokens,
    counted,
    folded,
    left_out,
    listed,
    merged,
    name_of,
    no_categories,
    quoted,
    resuming,
    standing_by_us,
)
from bot.texts import LANGUAGES, sentence

log = logging.getLogger(__name__)

_OF_CATEGORIES = frozenset({SelectorKind.CATEGORY, SelectorKind.ALL_EXCEPT})

_NO_LANGUAGE = sentence("I know no language “{language}”. There are: {languages}.")


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is to subscribe to, looked up once for all that a command names."""

    categories: Sequence[Category]
    displays: Mapping[str, str]  # by key
    tokens: Tokens


async def subscribe(request: Request) -> Reply:
    """Subscribe the place to what the words name; without words, show what there is."""
    if not request.words:
        menu = await open_menu(request)
        return page(menu, 1) if request.command.presses else typed_page(menu)
    categories = await request.posts.categories()
    displays = {category.key: category.display for category in categories}
    known = _Known(categories, displays, category_tokens(categories))
    wishes = _wishes(request, displays.keys(), await request.posts.languages())
    replies = [await _subscribe_to(wish, request, known) for wish in wishes[:AT_ONCE]]
    subscribed = any(reply.done for reply in replies)
    if all(reply.done or reply.choices for reply in replies):
        replies = folded(request.texts, replies)
    else:  # once, however many names have nothing near them
        replies = folded(request.texts, replies, room=2 * LETTERS // 3)
        replies.append(Reply(_all_there_is(request, categories), done=False))
    replies += left_out(request.texts, wishes)
    woken = await wake(request) if subscribed else ""
    if note := woken or standing_by_us(request):
        replies.append(Reply(note))
    answer = merged(replies)
    ways = (*trying(request), *resuming(request.texts, request.place)) if subscribed else ()
    return replace(answer, choices=(*answer.choices, *ways))


def _wishes(request: Request, known: Collection[str], languages: Collection[str]) -> list[Wish]:
    """What the words name. Raises UnclearWish; who chooses a language by its name does not read how it is typed."""
    try:
        return parse_all(request.words, known, languages)
    except UnclearLanguage as error:
        if not request.lists:
            raise
        called = request.texts.language_name
        if len(error.named) > 1:
            raise UnclearWish(SEVERAL_LANGUAGES, languages=", ".join(map(called, error.named))) from error
        there = listed(request.texts, [called(code) for code in languages or LANGUAGES])
        raise UnclearWish(_NO_LANGUAGE, language=quoted("".join(error.named)), languages=there) from error


async def _subscribe_to(wish: Wish, request: Request, known: _Known) -> Reply:
    await asyncio.sleep(0)  # what was meant takes long to find among many long names: others have their turn meanwhile
    displays = known.displays
    wish = understood(wish, known.tokens)
    if unknown := _unknown_key(wish, displays):
        return _did_you_mean(request, wish, unknown, known)
    display = _display(wish, displays)
    name = name_of(request.texts, wish.selector, display, wish.language)
    mine = {subscription.selector: subscription for subscription in await request.subscriptions.of(request.destination)}
    before = mine.get(wish.selector)
    shared = Wants(request.destination, tuple(mine.values()), displays).options
    options = {**(before.options if before else _without_role(shared)), **_mention(wish, request)}
    if before and (before.language, before.options) == (wish.language, options):
        return Reply(_known_already(request, name, options))
    subscription = Subscription(request.destination, wish.selector, display, wish.language, options)
    await request.subscriptions.add(subscription, request.place, request.command.person, request.now)
    log.info("%s subscribed to %s (by %s)", request.destination, name, request.who)
    return Reply(_confirmed(request, name, options, named=bool(wish.mention)))


def _without_role(options: Mapping[str, Any]) -> dict[str, Any]:
    """What a new subscription has like the others: the role that they mention was named for them, and not for it."""
    return {name: value for name, value in options.items() if name != "mention"}


def _confirmed(request: Request, name: str, options: Mapping[str, Any], *, named: bool) -> str:
    """What is subscribed now, and which role hears it; that nobody does where that was `named`."""
    role = mentioned(request.command, request.texts, options)
    if not role and not named:
        return request.texts.say(
            "Subscribed to {selection}. New posts will arrive in {place}.", selection=name, place=request.where
        )
    return request.texts.say(
        "Subscribed to {selection}. New posts will arrive in {place}, and mention {role}.",
        selection=name,
        place=request.where,
        role=role or request.texts.say("nobody"),
    )


def _known_already(request: Request, name: str, options: Mapping[str, Any]) -> str:
    if role := mentioned(request.command, request.texts, options):
        return request.texts.say(
            "Subscribed already to {selection}; its posts mention {role}.", selection=name, role=role
        )
    return request.texts.say("Subscribed already to {selection}.", selection=name)


def _mention(wish: Wish, request: Request) -> dict[str, Any]:
    """Whom the posts are to mention, as an option. Raises UnclearWish for what no role is."""
    if not wish.mention:
        return {}
    try:
        role = mention_meant(request.command, wish.mention)
        name, value = read_option(f"mention {role}", request.destination.platform)
    except UnclearOption as error:
        raise UnclearWish(error.message, **error.values) from error
    return {name: value}


def _unknown_key(wish: Wish, displays: Collection[str]) -> str:
    """The first category of a wish that no post names; empty if there is none."""
    if wish.selector.kind not in _OF_CATEGORIES:
        return ""
    return next((key for key in wish.selector.value.split(LIST_SEPARATOR) if key not in displays), "")


def _display(wish: Wish, displays: Mapping[str, str]) -> str:
    """The spelling that the posts use, where they have one."""
    if wish.selector.kind not in _OF_CATEGORIES:
        return wish.display
    return ", ".join(displays[key] for key in wish.selector.value.split(LIST_SEPARATOR))


def _did_you_mean(request: Request, wish: Wish, unknown: str, known: _Known) -> Reply:
    """Explain that no post has the category, with the ones that may be meant, if any. Nothing is subscribed."""
    typed = quoted(wish.display if wish.selector.kind is SelectorKind.CATEGORY else unknown)
    near = nearest(unknown, known.categories, limit=CHOICES)
    choices = tuple(
        button(
            shortened(category.display),
            "subscribe",
            _exchanged(wish.selector, unknown, category.key),
            known.tokens,
            wish.language,
            mention=wish.mention,
        )
        for category in near
    )
    missing = request.texts.say("There is no category “{category}”.", category=typed)
    return Reply(f"{missing} {_question(request, near)}".rstrip(), choices, done=False)


def _question(request: Request, near: Sequence[Category]) -> str:
    if len(near) == 1:
        return request.texts.say("Did you mean {category}?", category=near[0].display)
    return request.texts.say("Did you mean one of these?") if near else ""


def _all_there_is(request: Request, known: Sequence[Category]) -> str:
    if known:
        listed = bullets(request.texts, [counted(category) for category in known], room=LETTERS // 3)
        return request.texts.say("These are the categories:") + "\n" + listed
    return no_categories(request.texts)


def _exchanged(selector: Selector, key: str, meant: str) -> Selector:
    """The selector with one of its keys replaced by the one that was meant."""
    keys = [meant if each == key else each for each in selector.value.split(LIST_SEPARATOR)]
    return replace(selector, value=LIST_SEPARATOR.join(keys))
