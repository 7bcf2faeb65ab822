"""/unsubscribe: what only the ended subscription wanted and is unsent is dropped with it."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.models import Choice, Offer, Pick, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.labels import grid, shortened
from bot.subscribing.request import LIST, Request
from bot.subscribing.selectors import LIST_SEPARATOR, Wish, parse_all
from bot.subscribing.tokens import Tokens, understood
from bot.subscribing.wording import (
    AT_ONCE,
    CHOICES,
    bullets,
    button,
    category_tokens,
    folded,
    left_out,
    merged,
    name_of,
    quoted,
)

log = logging.getLogger(__name__)

EVERYTHING: Final = "~ALL"
"""What only the button types that ends every subscription: no match key has capitals (see bot.subscribing.tokens)."""

_ALL: Final = Selector(SelectorKind.ALL)


async def unsubscribe(request: Request) -> Reply:
    """End the subscriptions that the words name; without words, show them as buttons.

    "all" means every one of them, and may have been meant for the one to all posts: of several it asks first.
    """
    mine = await request.subscriptions.of(request.destination)
    if not mine:
        return Reply(request.texts.say("There are no subscriptions in {place}.", place=request.where), done=False)
    if not request.words:
        return _page(request, mine)
    if request.words == EVERYTHING:
        return _leading_on(request, await _end(request, None))
    wishes = parse_all(request.words, {subscription.selector.value for subscription in mine})
    if any(wish == Wish(_ALL) for wish in wishes):  # not "lang:km", which leaves others alone
        return _sure(request, mine) if len(mine) > 1 else _leading_on(request, await _end(request, None))
    ended = [await _end_one(request, wish, mine) for wish in wishes[:AT_ONCE]]
    answer = merged([*folded(request.texts, ended), *left_out(request.texts, wishes)])
    return _leading_on(request, answer) if any(reply.done for reply in ended) else answer


async def endings(request: Request) -> list[Offer]:
    """What may be typed behind /unsubscribe in the place: every subscription, and all of them where there are more."""
    mine = await request.subscriptions.of(request.destination)
    tokens = _tokens(mine)
    ends = [_ending(request, each.selector, each.display, tokens).command for each in mine]
    names = [name_of(request.texts, each.selector, each.display, each.language) for each in mine]
    offers = [Offer(name, end.partition(" ")[2]) for name, end in zip(names, ends, strict=True)]
    return [*offers, Offer(request.texts.say("All of them"), "all")] if len(mine) > 1 else offers


async def _end_one(request: Request, wish: Wish, mine: Sequence[Subscription]) -> Reply:
    wish = understood(wish, _tokens(mine))
    if any(subscription.selector == wish.selector for subscription in mine):
        return await _end(request, wish.selector)
    missing = request.texts.say(
        "There is no subscription to {selection}. These are the subscriptions:",
        selection=name_of(request.texts, wish.selector, quoted(wish.display)),
    )
    return Reply(f"{missing}\n{_listed(request, mine)}", _buttons(request, mine), done=False)


async def _end(request: Request, selector: Selector | None) -> Reply:
    ended = await request.subscriptions.remove(request.destination, selector)
    names = [name_of(request.texts, each.selector, each.display, each.language) for each in ended]
    log.info("%s unsubscribed from %s (by %s)", request.destination, ", ".join(names), request.who)
    said = request.texts.say("Unsubscribed from {selections}.", selections=", ".join(names))
    return Reply(said, await _again(request, ended[0]) if len(ended) == 1 else ())


async def _again(request: Request, ended: Subscription) -> tuple[Choice, ...]:
    """The button that subscribes to the same once more; none where it names what no post names now."""
    known = await request.posts.categories()
    categories = ended.selector.value.split(LIST_SEPARATOR) if ended.selector.kind is not SelectorKind.TAG else []
    if ended.selector != _ALL and not {category.key for category in known}.issuperset(categories):
        return ()
    name = shortened(name_of(request.texts, ended.selector, ended.display))
    label = request.texts.say("Again: {selection}", selection=name)
    return (button(label, "subscribe", ended.selector, category_tokens(known), ended.language),)


def _leading_on(request: Request, ended: Reply) -> Reply:
    choosing = Choice(request.texts.say("Choose what arrives"), "/subscribe")
    return replace(ended, choices=(*ended.choices, choosing))


# --- what is asked ---------------------------------------------------------------------------------------------------


def _page(request: Request, mine: Sequence[Subscription]) -> Reply:
    """Every subscription as a button, and the way back."""
    question = request.texts.say("Which subscription should end?")
    back = (Choice(request.texts.say("Back"), "/settings"),)
    rows = (*grid(_single(request, mine)), *((choice,) for choice in _whole(request, mine)), back)
    tokens = _tokens(mine)
    ends = tuple(_ending(request, each.selector, each.display, tokens) for each in mine[:LIST])
    panel = (Pick(question, ends), (*_whole(request, mine), *back)) if request.lists else ()
    return Reply(question, menu=rows, panel=panel)


def _sure(request: Request, mine: Sequence[Subscription]) -> Reply:
    """Whether really all should end, or only the one to all posts, where there is one."""
    texts = request.texts
    question = texts.say("Should all of these subscriptions of {place} end?", place=request.where)
    rows = [(Choice(texts.say("End all of them"), f"/unsubscribe {EVERYTHING}"),)]
    if any(each.selector == _ALL for each in mine):
        only = texts.say("Only: {selection}", selection=name_of(texts, _ALL, ""))
        rows.append((replace(_ending(request, _ALL, "", _tokens(mine)), label=only),))
    rows.append((Choice(texts.say("Back"), "/unsubscribe"),))
    return Reply(f"{question}\n{_listed(request, mine)}", menu=tuple(rows))


def _listed(request: Request, mine: Sequence[Subscription]) -> str:
    names = [name_of(request.texts, each.selector, each.display, each.language) for each in mine]
    return bullets(request.texts, names)


def _buttons(request: Request, mine: Sequence[Subscription]) -> tuple[Choice, ...]:
    return (*_single(request, mine), *_whole(request, mine))


def _single(request: Request, mine: Sequence[Subscription]) -> list[Choice]:
    """A button for each subscription, or for the first of many."""
    tokens = _tokens(mine)
    shown = mine if len(mine) < CHOICES else mine[: CHOICES - 2]
    return [_ending(request, each.selector, each.display, tokens) for each in shown]


def _whole(request: Request, mine: Sequence[Subscription]) -> tuple[Choice, ...]:
    """One for all of them where there are several, and the way to the rest of many."""
    if len(mine) < 2:
        return ()
    everything = Choice(request.texts.say("All of them"), "/unsubscribe all")
    if len(mine) < CHOICES:
        return (everything,)
    return (everything, Choice(request.texts.say("Choose what arrives"), "/subscribe"))


def _ending(request: Request, selector: Selector, display: str, tokens: Tokens) -> Choice:
    """The button that ends one subscription: "all" would mean every one, so the one to all posts has a token."""
    label = shortened(name_of(request.texts, selector, display), request.width)
    if selector == _ALL:
        return Choice(label, f"/unsubscribe {tokens.of(selector)}")
    return button(label, "unsubscribe", selector, tokens)


def _tokens(mine: Sequence[Subscription]) -> Tokens:
    return Tokens(each.selector for each in mine)
