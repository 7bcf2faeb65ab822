"""/subscribe: only to what exists, and with the nearest names where it does not."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.models import Category, DestinationState, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.request import Request
from bot.subscribing.selectors import LIST_SEPARATOR, Wish, parse_all
from bot.subscribing.suggest import nearest
from bot.subscribing.wording import (
    CHOICES,
    bullets,
    button,
    counted,
    merged,
    name_of,
    no_categories,
    quoted,
    standing,
    subscribe_buttons,
)

log = logging.getLogger(__name__)

_OF_CATEGORIES = frozenset({SelectorKind.CATEGORY, SelectorKind.ALL_EXCEPT})


async def subscribe(request: Request) -> Reply:
    """Subscribe the place to what the words name; without words, show what there is."""
    known = await request.posts.categories()
    if not request.words:
        return _offer(request, known)
    wishes = parse_all(request.words, {category.key for category in known})
    replies = [await _subscribe_to(wish, request, known) for wish in wishes]
    woken = any(reply.done for reply in replies) and await _wake(request)
    if note := _woken(request) if woken else standing(request.texts, request.place, request.zone):
        replies.append(Reply(note))
    return merged(replies)


async def _wake(request: Request) -> bool:
    """Send again where the platform had refused: an admin who subscribes wants posts. What a person paused stays so."""
    if request.place.state is not DestinationState.SUSPENDED:
        return False
    woken = await request.subscriptions.set_state(
        request.destination, DestinationState.ACTIVE, "", request.now, was=DestinationState.SUSPENDED
    )
    if woken:
        log.info("%s is active now, for somebody subscribed there (by %s)", request.destination, request.who)
    return bool(woken)


def _woken(request: Request) -> str:
    return request.texts.say("Nothing could be sent here for a while. I try again now, beginning with what waited.")


def _offer(request: Request, known: Sequence[Category]) -> Reply:
    if not known:
        return Reply(no_categories(request.texts), done=False)
    how = request.texts.say(
        "Press a category, or type its name: /subscribe {category}. For every post: /subscribe all",
        category=known[0].display,
    )
    return Reply(how, subscribe_buttons(known), done=False)


async def _subscribe_to(wish: Wish, request: Request, known: Sequence[Category]) -> Reply:
    displays = {category.key: category.display for category in known}
    if unknown := _unknown_key(wish, displays):
        return _did_you_mean(request, wish, unknown, known)
    display = _display(wish, displays)
    name = name_of(request.texts, wish.selector, display, wish.language)
    mine = {subscription.selector: subscription for subscription in await request.subscriptions.of(request.destination)}
    before = mine.get(wish.selector)
    if before and before.language == wish.language:
        return Reply(request.texts.say("Subscribed already to {selection}.", selection=name))
    options = before.options if before else {}
    subscription = Subscription(request.destination, wish.selector, display, wish.language, options)
    await request.subscriptions.add(subscription, request.place, request.command.person, request.now)
    log.info("%s subscribed to %s (by %s)", request.destination, name, request.who)
    return Reply(
        request.texts.say(
            "Subscribed to {selection}. New posts will arrive in {place}.", selection=name, place=request.where
        )
    )


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


def _did_you_mean(request: Request, wish: Wish, unknown: str, known: Sequence[Category]) -> Reply:
    """Explain that no post has the category, with the ones that may be meant. Nothing is subscribed."""
    typed = quoted(wish.display if wish.selector.kind is SelectorKind.CATEGORY else unknown)
    near = nearest(unknown, known, limit=CHOICES)
    choices = tuple(
        button(category.display, "subscribe", _exchanged(wish.selector, unknown, category.key), wish.language)
        for category in near
    )
    missing = request.texts.say("There is no category “{category}”.", category=typed)
    return Reply(f"{missing} {_question(request, near, known)}", choices, done=False)


def _question(request: Request, near: Sequence[Category], known: Sequence[Category]) -> str:
    if len(near) == 1:
        return request.texts.say("Did you mean {category}?", category=near[0].display)
    if near:
        return request.texts.say("Did you mean one of these?")
    if known:
        listed = bullets(request.texts, [counted(category) for category in known])
        return request.texts.say("These are the categories:") + "\n" + listed
    return no_categories(request.texts)


def _exchanged(selector: Selector, key: str, meant: str) -> Selector:
    """The selector with one of its keys replaced by the one that was meant."""
    keys = [meant if each == key else each for each in selector.value.split(LIST_SEPARATOR)]
    return replace(selector, value=LIST_SEPARATOR.join(keys))
