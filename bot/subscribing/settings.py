"""/settings: how posts look, and what holds for the place; by buttons, or in words: "/settings style preview".

What is set holds from the next post on. What was sent stays as it is (DESIGN 3).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Final

from bot.models import Choice, OnUnknown, Reply, Subscription
from bot.subscribing.commanding import name_role, place
from bot.subscribing.options import Option, UnclearOption, cautions, options_on, refusal
from bot.subscribing.places import language, pause, resume
from bot.subscribing.request import Request
from bot.subscribing.selectors import UnclearWish, match_key
from bot.subscribing.setting_names import SITES, UNPROVEN, settings_in
from bot.subscribing.settings_pages import (
    WHOLE,
    Panel,
    Scope,
    first_page,
    language_page,
    open_panel,
    pause_page,
    scope_page,
    unproven_page,
    value_page,
)
from bot.subscribing.spoken import SYNONYMS, option_named, read_value
from bot.subscribing.tags import said_of_unknown
from bot.subscribing.tokens import TOO_OLD, is_token
from bot.subscribing.tongues import texts_now
from bot.subscribing.wants import looks_of

log = logging.getLogger(__name__)


async def settings(request: Request) -> Reply:
    """Show the settings, or change what the words name. Raises UnclearWish for a button of something that is gone."""
    words = request.words.replace("=", " ").split()
    take = _OF_PLACE.get(words[0].lower()) if words else None
    if take:
        return await take(request, words[1:])
    panel = await open_panel(request)
    if not words:
        return first_page(panel)
    scope, rest = _scope(panel, words)
    if not scope.wishes:
        return _nothing(request)
    return await _set(panel, scope, rest) if rest else scope_page(panel, scope)


def _scope(panel: Panel, words: Sequence[str]) -> tuple[Scope, Sequence[str]]:
    """What the words are about, and those that are left: "national silent on", "silent on", "~XODG4TE7 silent on"."""
    if words[0].lower() == WHOLE:
        return Scope(panel.mine), words[1:]
    if is_token(words[0]):
        meant = panel.tokens.meant(words[0])
        found = [wish for wish in panel.mine if wish.selector == meant]
        if not found:
            raise UnclearWish(TOO_OLD)
        return panel.one(found[0]), words[1:]
    if option_named(words)[0]:
        return Scope(panel.mine), words
    for end in range(len(words), 0, -1):
        key = match_key(" ".join(words[:end]))
        for wish in panel.mine:
            if wish.selector.value == key:
                return panel.one(wish), words[end:]
    return Scope(panel.mine), words


# --- how posts look --------------------------------------------------------------------------------------------------


async def _set(panel: Panel, scope: Scope, words: Sequence[str]) -> Reply:
    """Set an option, or show its values; for a mistake, the nearest."""
    request = panel.request
    name, rest = option_named(words)
    option = next((each for each in options_on(request.destination.platform) if each.name == name), None)
    if option is None:
        return _which(panel, scope, words[0].lower())
    if not rest:
        return value_page(panel, scope, option)
    try:
        value = read_value(request, option, " ".join(rest))
    except UnclearOption as error:
        return value_page(panel, scope, option, request.texts.say(error.message, **error.values))
    if why := refusal({option.name: value}, request.place.kind):
        return value_page(panel, scope, option, request.texts.term(why))
    return await _change(panel, scope, option, value)


async def _change(panel: Panel, scope: Scope, option: Option, value: Any) -> Reply:
    request, texts = panel.request, panel.request.texts
    chosen = {wish.selector for wish in scope.wishes}

    def change(mine: Sequence[Subscription]) -> Sequence[Subscription]:
        return [_with(wish, option.name, value) if scope.whole or wish.selector in chosen else wish for wish in mine]

    await request.subscriptions.revise(request.place, change, request.command.person, request.now)
    names = ", ".join(wish.display or wish.selector.kind for wish in scope.wishes)
    log.info("%s: %s is %s for %s (by %s)", request.destination, option.name, value, names, request.who)
    now = await open_panel(request)
    wishes = [wish for wish in now.mine if scope.whole or wish.selector in chosen]
    if not wishes:  # somebody else unsubscribed meanwhile
        return first_page(now)
    said = texts.say(
        "{option}: {value}. It holds for {selection}, from the next post on.",
        option=now.short(option),
        value=now.shown(option, value),
        selection=panel.name(scope),
    )
    unknown = said_of_unknown(texts, value, request.command.tags) if option.name == "tag" and value else ""
    said = " ".join(filter(None, (said, *map(texts.term, cautions({option.name: value})), unknown)))
    page = scope_page(now, replace(scope, wishes=wishes), said)
    before = [_without(wish, option.name) for wish in wishes]
    pins = option.name == "pin" and value
    return replace(page, pins=pins, looks=looks_of(wishes), known_looks=looks_of(before))


def _without(wish: Subscription, name: str) -> Subscription:
    return replace(wish, options={each: value for each, value in wish.options.items() if each != name})


def _with(wish: Subscription, name: str, value: Any) -> Subscription:
    return replace(wish, options={**wish.options, name: value})


def _which(panel: Panel, scope: Scope, typed: str) -> Reply:
    """There is no such setting; those that there are, and one that is called nearly so."""
    request, texts = panel.request, panel.request.texts
    known = settings_in(request.destination.platform, request.place.kind, on_server=bool(request.command.server))
    unknown = texts.say("There is no setting “{name}”. There are: {names}.", name=typed, names=", ".join(known))
    near = get_close_matches(typed, [*known, *SYNONYMS, "resume"], n=1)
    if not near:
        return replace(scope_page(panel, scope, unknown), done=False)
    meant = texts.say("Did you mean {category}?", category=near[0])
    button = Choice(near[0], f"/settings {'' if near[0] in _OF_PLACE else scope.word + ' '}{near[0]}")
    return Reply(f"{unknown} {meant}", (button,), done=False)


def _nothing(request: Request) -> Reply:
    none = request.texts.say("There are no subscriptions in {place}. Begin with /subscribe.", place=request.where)
    return Reply(none, (Choice(request.texts.say("Choose what arrives"), "/subscribe"),), done=False)


# --- what holds for the place ----------------------------------------------------------------------------------------


async def _turn(request: Request, words: Sequence[str]) -> Reply:
    number = int(words[0]) if words and words[0].isdecimal() else 1
    return first_page(await open_panel(request), number=number)


async def _place(request: Request, _words: Sequence[str]) -> Reply:
    return await place(request)


async def _answers(request: Request, words: Sequence[str]) -> Reply:
    """Answer in another language from now on."""
    if not words:
        return language_page(await open_panel(request))
    said = await language(_saying(request, words))
    if not said.done:
        return language_page(await open_panel(request), said.text)
    return await _again(request, said)


async def _pause(request: Request, words: Sequence[str]) -> Reply:
    """Send nothing for now, or ask for how long."""
    if not words:
        return pause_page(await open_panel(request))
    said = await pause(_saying(request, [] if words[0] == "now" else words))
    return await _again(request, said if not said.done else Reply(""))  # the panel says itself that it is paused


async def _resume(request: Request, _words: Sequence[str]) -> Reply:
    return await _again(request, await resume(request))


async def _unproven(request: Request, words: Sequence[str]) -> Reply:
    """Say what becomes of messages that may be lost."""
    word = words[0].lower() if words else ""
    if word not in UNPROVEN:
        return unproven_page(await open_panel(request))
    await request.subscriptions.remember(request.place, request.now)
    policy = None if word == SITES else OnUnknown(word)
    await request.subscriptions.set_on_unknown(request.destination, policy)
    log.info("%s: unproven sends: %s (by %s)", request.destination, word, request.who)
    said = request.texts.say("If in doubt: {what}.", what=request.texts.term(UNPROVEN[word]))
    return await _again(request, Reply(said))


async def _done(request: Request, _words: Sequence[str]) -> Reply:
    say = request.texts.say
    saved = say("The settings of {place} are saved.", place=request.where)
    return Reply(saved, menu=((Choice(say("Settings"), "/settings"), Choice(say("Preview"), "/preview")),))


async def _again(request: Request, said: Reply) -> Reply:
    """The panel as it is now, below what came of a step."""
    place = await request.subscriptions.place(request.destination) or request.place
    spoken = request.texts if request.command.elsewhere else await texts_now(request)
    now = replace(request, place=replace(place, kind=request.place.kind, title=request.place.title), texts=spoken)
    return first_page(await open_panel(now), said.text)


def _saying(request: Request, words: Sequence[str]) -> Request:
    """The same request, as if only these words had followed the command."""
    return replace(request, command=replace(request.command, words=" ".join(words)))


_OF_PLACE: Final[Mapping[str, Callable[[Request, Sequence[str]], Awaitable[Reply]]]] = MappingProxyType(
    {
        "page": _turn,
        "place": _place,
        "role": name_role,
        "answers": _answers,
        "language": _answers,
        "pause": _pause,
        "resume": _resume,
        "unproven": _unproven,
        "done": _done,
    }
)
"""By the word behind /settings."""
