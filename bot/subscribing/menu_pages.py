"""How the menu of /subscribe looks: its pages of switches, and what is said above them."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from bot.models import Category, Choice, PanelRow, Pick, Reply, Selector, SelectorKind, Subscription
from bot.subscribing.labels import counted_label, grid, shortened
from bot.subscribing.request import LIST, Request
from bot.subscribing.selectors import typed
from bot.subscribing.tokens import Tokens
from bot.subscribing.wants import Wants
from bot.subscribing.wording import listed, name_of, no_categories, pausing, resuming, selector_of, standing_by_us

log = logging.getLogger(__name__)

PAGE: Final = 8
"""Switches on a page: more are a wall, not a choice."""

ANY: Final = "any"
"""The word for posts in every language."""


@dataclass(frozen=True, slots=True)
class Switch:
    """One switch: a category that posts have, or one that only a subscription names; or a tag that is subscribed."""

    selector: Selector
    name: str
    posts: int | None  # None: nobody counts the posts of tags


@dataclass(frozen=True, slots=True)
class Menu:
    """The menu as it stands: what there is, and what is wanted of it."""

    request: Request
    known: Sequence[Category]
    languages: Sequence[str]
    wants: Wants
    switches: Sequence[Switch]
    tokens: Tokens

    @property
    def size(self) -> int:
        """How many switches a page has."""
        return LIST if self.request.lists else PAGE

    @property
    def pages(self) -> int:
        """How many pages the switches take, one at least."""
        return max(-(-len(self.switches) // self.size), 1)


async def open_menu(request: Request) -> Menu:
    """The menu over what the store knows now."""
    return await _over(request, await request.posts.categories(), await request.posts.languages())


async def reopened(menu: Menu, request: Request) -> Menu:
    """The menu over what is subscribed now; what there is to subscribe to is not asked for again."""
    return await _over(request, menu.known, menu.languages)


async def _over(request: Request, known: Sequence[Category], languages: Sequence[str]) -> Menu:
    mine = await request.subscriptions.of(request.destination)
    wants = Wants(request.destination, mine, {category.key: category.display for category in known})
    switches = [Switch(selector_of(each), each.display, each.posts) for each in known] + _only_subscribed(wants)
    return Menu(request, known, languages, wants, switches, Tokens(switch.selector for switch in switches))


async def what_arrives(request: Request) -> str:
    """What arrives at present, in one sentence."""
    mine = await request.subscriptions.of(request.destination)
    return arriving(request, Wants(request.destination, mine, {}))


def _only_subscribed(wants: Wants) -> list[Switch]:
    """What no post names any more, or no category is: it stays until it is switched off."""
    named = {
        wish.selector: wish.display
        for wish in wants.mine
        if wish.selector.kind is SelectorKind.TAG
        or (wish.selector.kind is SelectorKind.CATEGORY and wish.selector.value not in wants.names)
    }
    left_out = (Selector(SelectorKind.CATEGORY, key) for key in wants.left_out if key not in wants.names)
    named |= {selector: selector.value for selector in left_out if selector not in named}
    return [
        Switch(selector, f"#{name}", None) if selector.kind is SelectorKind.TAG else Switch(selector, name, 0)
        for selector, name in named.items()
    ]


# --- what is shown ---------------------------------------------------------------------------------------------------


def page(menu: Menu, number: int, said: str = "") -> Reply:
    """The page with this number (from 1), below what is `said`."""
    texts, wants = menu.request.texts, menu.wants
    number = min(max(number, 1), menu.pages)
    shown = menu.switches[(number - 1) * menu.size : number * menu.size]
    choices = [_choice(menu, switch, number) for switch in shown]
    rows = [_broad(menu, number), *grid(choices), *_turning(menu, number)]
    rows += [*_last_rows(menu.request), *_language_row(menu)]  # which comes and goes: nothing moves below a finger
    if menu.request.lists:
        how = texts.say("What should arrive in {place}? What is chosen in the list arrives.", place=menu.request.where)
    else:
        how = texts.say(
            "What should arrive in {place}? ✅ arrives, ▫️ does not. Press to change it.", place=menu.request.where
        )
    if not menu.switches:
        how = no_categories(texts)
    note = standing_by_us(menu.request)
    lines = (said, how, arriving(menu.request, wants), note)
    panel = _panel(menu, number, choices) if menu.request.lists else ()
    return Reply("\n\n".join(line for line in lines if line), menu=tuple(rows), panel=panel)


def _panel(menu: Menu, number: int, choices: Sequence[Choice]) -> tuple[PanelRow, ...]:
    """The page as lists: one of what may arrive, one of languages, and buttons around them."""
    rows: list[PanelRow] = [_broad(menu, number)]
    if choices:
        rows.append(Pick(menu.request.texts.say("Choose what arrives"), tuple(choices), several=True))
    rows += _turning(menu, number)
    if _language_row(menu):
        rows.append(Pick(_language_label(menu), tuple(_languages(menu)[:LIST])))
    return (*rows, tuple(chain.from_iterable(_last_rows(menu.request))))


def typed_page(menu: Menu) -> Reply:
    """The menu for who types: what does not arrive, each with its command, as choices to be put in words."""
    request, say = menu.request, menu.request.texts.say
    missing = [switch for switch in menu.switches if not menu.wants.arrives(switch.selector)]
    choices = [Choice(_label(menu, switch), f"/subscribe {typed(switch.selector)}") for switch in missing]
    if not menu.wants.everything:
        choices.insert(0, Choice(say("All posts"), "/subscribe all"))
    if menu.wants.mine:
        choices.append(Choice(say("Unsubscribe …"), "/unsubscribe"))
    return Reply(arriving(request, menu.wants), (*choices, Choice(say("Settings"), "/settings")))


def arriving(request: Request, wants: Wants) -> str:
    """What arrives at present, in one sentence."""
    if not wants.mine:
        return request.texts.say("Nothing arrives yet.")
    return request.texts.say("What arrives: {selections}.", selections=_selections(request, wants))


def _selections(request: Request, wants: Wants) -> str:
    """What is wanted, for the end of a sentence; a language that holds for all of it is named once, at its end.

    Not behind exceptions, of which alone it would seem to hold.
    """
    texts, told = request.texts, wants.telling
    all_but_some = [wish for wish in told if wish.selector.kind is SelectorKind.ALL_EXCEPT]
    all_in = "" if all_but_some else wants.language

    def named(wishes: Iterable[Subscription]) -> str:
        return listed(
            texts, [name_of(texts, wish.selector, wish.display, "" if all_in else wish.language) for wish in wishes]
        )

    selections = named(told)
    if others := [wish for wish in told if all_but_some and wish not in all_but_some]:
        selections = texts.say("{most}, and in any case {others}", most=named(all_but_some), others=named(others))
    if not all_in:
        return selections
    return texts.say("{selection} (only in {language})", selection=selections, language=texts.language_name(all_in))


def done(menu: Menu) -> Reply:
    """The end of the menu: what was chosen, and how to see what it comes to."""
    request, texts = menu.request, menu.request.texts
    if not menu.wants.mine:
        choosing = Choice(texts.say("Choose what arrives"), "/subscribe")
        return Reply(texts.say("Nothing arrives in {place}.", place=request.where), menu=((choosing,),))
    selections = _selections(request, menu.wants)
    text = texts.say("New posts will arrive in {place}: {selections}.", place=request.where, selections=selections)
    note = standing_by_us(request)
    return Reply(f"{text}\n{note}" if note else text, menu=(trying(request), _managing(request)))


def trying(request: Request) -> tuple[Choice, ...]:
    """Buttons that show what was chosen, as far as anything can be sent."""
    say = request.texts.say
    preview = Choice(say("Preview"), "/preview")
    return (preview,) if request.barred else (preview, Choice(say("Send the latest now"), "/latest"))


def _managing(request: Request) -> tuple[Choice, ...]:
    """Buttons for what comes later: nobody need know how to type the name of another chat."""
    say = request.texts.say
    settings, why = Choice(say("Settings"), "/settings"), Choice(say("Why?"), "/why")
    return (settings, pausing(request.texts, request.place), why)


def _last_rows(request: Request) -> Sequence[tuple[Choice, ...]]:
    """The way out of the menu; and the one to go on, where all of it is paused."""
    say = request.texts.say
    ends = (Choice(say("Settings"), "/settings"), Choice(say("Done"), "/menu done"))
    return (*((choice,) for choice in resuming(request.texts, request.place)), ends)


def _broad(menu: Menu, number: int) -> tuple[Choice, ...]:
    say, wants = menu.request.texts.say, menu.wants
    step = "some" if wants.everything else "all"
    everything = Choice(say("All posts"), f"/menu {step} {number}", on=wants.everything)
    if not menu.switches:
        return (everything,)
    return (everything, Choice(say("All except …"), f"/menu except {number}", on=wants.all_but_some))


def _choice(menu: Menu, switch: Switch, number: int) -> Choice:
    on = menu.wants.arrives(switch.selector)
    return Choice(
        _label(menu, switch), f"/menu {'off' if on else 'on'} {menu.tokens.of(switch.selector)} {number}", on=on
    )


def _label(menu: Menu, switch: Switch) -> str:
    width = menu.request.width
    return shortened(switch.name, width) if switch.posts is None else counted_label(switch.name, switch.posts, width)


def _turning(menu: Menu, number: int) -> Sequence[tuple[Choice, ...]]:
    """The row that turns pages: round and round, so that the last one is next to the first."""
    if menu.pages == 1:
        return ()
    before, after = (number - 2) % menu.pages + 1, number % menu.pages + 1
    here = Choice(f"{number} / {menu.pages}", f"/menu page {number}")
    return ((Choice("◀", f"/menu page {before}"), here, Choice("▶", f"/menu page {after}")),)


def _language_row(menu: Menu) -> Sequence[tuple[Choice, ...]]:
    """The way to the languages, where there is a choice."""
    wants = menu.wants
    if not wants.mine or not (len(menu.languages) > 1 or wants.languages != {""}):
        return ()
    return ((Choice(_language_label(menu), "/menu languages"),),)


def _language_label(menu: Menu) -> str:
    return menu.request.texts.say("Language: {language}", language=_language_name(menu))


def _language_name(menu: Menu) -> str:
    texts, wants = menu.request.texts, menu.wants
    if len(wants.languages) > 1:
        return texts.say("various")
    return texts.language_name(wants.language) if wants.language else texts.say("any")


def language_page(menu: Menu) -> Reply:
    """The page of languages: those that posts have, and those that are subscribed."""
    texts = menu.request.texts
    question = texts.say("In which language should posts arrive in {place}?", place=menu.request.where)
    back = (Choice(texts.say("Back"), "/menu page 1"),)
    return Reply(f"{question}\n\n{arriving(menu.request, menu.wants)}", menu=(*grid(_languages(menu)), back))


def _languages(menu: Menu) -> list[Choice]:
    texts, wants = menu.request.texts, menu.wants
    codes = dict.fromkeys((*menu.languages, *sorted(wants.languages - {""})))
    choices = [Choice(texts.say("Any language"), f"/menu language {ANY}", on=wants.languages == {""})]
    return choices + [
        Choice(shortened(texts.language_name(code)), f"/menu language {code}", on=wants.languages == {code})
        for code in codes
    ]
