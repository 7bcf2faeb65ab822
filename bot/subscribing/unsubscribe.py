"""/unsubscribe: what only the ended subscription wanted and is unsent is dropped with it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.models import Choice, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.labels import shortened
from bot.subscribing.request import Request
from bot.subscribing.selectors import Wish, parse_all
from bot.subscribing.tokens import Tokens, understood
from bot.subscribing.wording import AT_ONCE, CHOICES, bullets, button, left_out, merged, name_of, quoted

log = logging.getLogger(__name__)


async def unsubscribe(request: Request) -> Reply:
    """End the subscriptions that the words name, or all of them ("all"); without words, show them as buttons."""
    mine = await request.subscriptions.of(request.destination)
    if not mine:
        return Reply(request.texts.say("There are no subscriptions in {place}.", place=request.where), done=False)
    if not request.words:
        question = request.texts.say("Which subscription should end?")
        return Reply(question, _buttons(request, mine), done=False)
    wishes = parse_all(request.words, {subscription.selector.value for subscription in mine})
    if any(wish == Wish(Selector(SelectorKind.ALL)) for wish in wishes):  # not "lang:km", which leaves others alone
        return await _end(request, None)
    ended = [await _end_one(request, wish, mine) for wish in wishes[:AT_ONCE]]
    return merged([*ended, *left_out(request.texts, wishes)])


async def _end_one(request: Request, wish: Wish, mine: Sequence[Subscription]) -> Reply:
    wish = understood(wish, _tokens(mine))
    if any(subscription.selector == wish.selector for subscription in mine):
        return await _end(request, wish.selector)
    missing = request.texts.say(
        "There is no subscription to {selection}. These are the subscriptions:",
        selection=name_of(request.texts, wish.selector, quoted(wish.display)),
    )
    names = [name_of(request.texts, each.selector, each.display, each.language) for each in mine]
    return Reply(f"{missing}\n{bullets(request.texts, names)}", _buttons(request, mine), done=False)


async def _end(request: Request, selector: Selector | None) -> Reply:
    ended = await request.subscriptions.remove(request.destination, selector)
    names = [name_of(request.texts, each.selector, each.display, each.language) for each in ended]
    log.info("%s unsubscribed from %s (by %s)", request.destination, ", ".join(names), request.who)
    return Reply(request.texts.say("Unsubscribed from {selections}.", selections=", ".join(names)))


def _buttons(request: Request, mine: Sequence[Subscription]) -> tuple[Choice, ...]:
    """A button for each subscription, and one for all of them where there are several."""
    tokens = _tokens(mine)
    single = [
        button(
            shortened(name_of(request.texts, each.selector, each.display)),
            "unsubscribe",
            each.selector,
            tokens,
        )
        for each in mine
    ]
    if len(single) < 2:
        return tuple(single)
    everything = button(request.texts.say("All of them"), "unsubscribe", Selector(SelectorKind.ALL), tokens)
    if len(single) < CHOICES:
        return (*single, everything)
    return (*single[: CHOICES - 2], everything, Choice(request.texts.say("Choose what arrives"), "/subscribe"))


def _tokens(mine: Sequence[Subscription]) -> Tokens:
    return Tokens(each.selector for each in mine)
