"""The menu of /subscribe: what arrives, switched by buttons. What is chosen is in the store, never in a button."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from bot.models import DestinationState, Reply, Selector, Subscription
from bot.subscribing.menu_pages import ANY, Menu, arriving, done, language_page, open_menu, page, reopened
from bot.subscribing.request import Request
from bot.subscribing.selectors import UnclearWish
from bot.subscribing.tokens import TOO_OLD
from bot.subscribing.waking import wake
from bot.subscribing.wants import Wants
from bot.texts import texts

log = logging.getLogger(__name__)


async def menu(request: Request) -> Reply:
    """Take a step in the menu, or show its first page. Raises UnclearWish for a step that is none."""
    step, *words = request.words.split() or ["page"]
    take = _STEPS.get(step)
    if take is None:
        raise UnclearWish(TOO_OLD)
    return await take(request, words)


async def _turn(request: Request, words: Sequence[str]) -> Reply:
    return page(await open_menu(request), _number(words))


async def _end(request: Request, _words: Sequence[str]) -> Reply:
    return done(await open_menu(request))


async def _show_languages(request: Request, _words: Sequence[str]) -> Reply:
    return language_page(await open_menu(request))


async def _switch(request: Request, words: Sequence[str], *, on: bool) -> Reply:
    """Let a category arrive, or not. Pressing what is so already is no mistake: somebody else was quicker."""
    token, number = "".join(words[:1]), _number(words[1:])
    before = await open_menu(request)
    selector = before.tokens.meant(token)
    if selector is None:
        too_old = request.texts.say("This button was too old. This is how it stands now.")
        return replace(page(before, number), aside=too_old)
    if before.wants.arrives(selector) == on:
        return replace(page(before, number), aside=_so_already(before, selector, on=on))
    now, woken = await _change(before, lambda wants: wants.switched(selector, on=on), waking=on)
    return page(now, number, woken)


async def _switch_all(request: Request, words: Sequence[str], *, on: bool, leaving_out: bool = False) -> Reply:
    """Let all posts arrive, or only those of what else is chosen. `leaving_out`: all but what is switched off next.

    Where some are left out already, no single press, perhaps a late one, loses the list: only "All posts" does.
    """
    number = _number(words)
    before = await open_menu(request)
    if before.wants.all_but_some and (leaving_out or not on):
        how = request.texts.say(
            "All posts arrive, except those that are switched off. To let these arrive, too: All posts"
        )
        return replace(page(before, number), aside=how)

    def change(wants: Wants) -> Sequence[Subscription]:
        return wants.mine if wants.all_but_some and (leaving_out or not on) else wants.switched_all(on=on)

    now, woken = await _change(before, change, waking=on)
    how = request.texts.say("All posts arrive now. Switch off what should not.") if leaving_out else ""
    return page(now, number, "\n".join(line for line in (how, woken) if line))


async def _set_language(request: Request, words: Sequence[str]) -> Reply:
    """Let only posts in one language arrive, whatever they are about; or those in all languages."""
    code = "".join(words[:1])
    before = await open_menu(request)
    if code != ANY and code not in {*before.languages, *before.wants.languages}:
        raise UnclearWish(TOO_OLD)
    now, _ = await _change(before, lambda wants: wants.in_language("" if code == ANY else code))
    return page(now, 1)


async def _change(
    menu: Menu, change: Callable[[Wants], Sequence[Subscription]], *, waking: bool = False
) -> tuple[Menu, str]:
    """Change what is wanted, as it stands at that moment; the menu afterwards, and what is to be said of it."""
    request = menu.request
    before = await request.subscriptions.revise(
        request.place, lambda mine: change(replace(menu.wants, mine=mine)), request.command.person, request.now
    )
    woken = await wake(request) if waking else ""
    if woken:
        request = replace(request, place=replace(request.place, state=DestinationState.ACTIVE, reason=""))
    now = await reopened(menu, request)
    if list(before) != list(now.wants.mine):
        arrives = arriving(replace(request, texts=texts("en")), now.wants)
        log.info("%s: %s (by %s)", request.destination, arrives, request.who)
    return now, woken


def _so_already(menu: Menu, selector: Selector, *, on: bool) -> str:
    texts = menu.request.texts
    name = next(switch.name for switch in menu.switches if switch.selector == selector)
    if on:
        return texts.say("{category} arrives already.", category=name)
    return texts.say("{category} was switched off already.", category=name)


def _number(words: Sequence[str]) -> int:
    """The page that a step names; the first one where it names none."""
    return int(words[0]) if len(words) == 1 and words[0].isdecimal() else 1


_STEPS: Final[Mapping[str, Callable[[Request, Sequence[str]], Awaitable[Reply]]]] = MappingProxyType(
    {
        "page": _turn,
        "on": partial(_switch, on=True),
        "off": partial(_switch, on=False),
        "all": partial(_switch_all, on=True),
        "some": partial(_switch_all, on=False),
        "except": partial(_switch_all, on=True, leaving_out=True),
        "languages": _show_languages,
        "language": _set_language,
        "done": _end,
    }
)
"""By the word behind /menu."""
