"""How the panel of /settings looks: one page chooses what it is about, one shows every setting, one the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.models import Ask, Choice, Look, PanelRow, Pick, Reply, Subscription, Wanted
from bot.subscribing.labels import grid, shortened
from bot.subscribing.options import IN_WORDS, NOBODY, OFF, ON, Kind, Option, Value, options_on
from bot.subscribing.request import LIST, Request
from bot.subscribing.roles import role_named
from bot.subscribing.setting_names import NAMES, PAUSES, SITES, UNPROVEN, VALUES
from bot.subscribing.tokens import Tokens
from bot.subscribing.tongue_lists import of_place, of_server
from bot.subscribing.tongues import language_in
from bot.subscribing.wants import looks_of
from bot.subscribing.wording import name_of, pausing, standing_by_us
from bot.texts import LANGUAGES

PAGE: Final = 8
"""Subscriptions on a page."""

WHOLE: Final = "all"
"""The word for everything that arrives."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a setting holds for: all that arrives, or one subscription. `word` is what buttons type for it."""

    wishes: Sequence[Subscription]
    word: str = WHOLE

    @property
    def whole(self) -> bool:
        """Whether it is all that arrives."""
        return self.word == WHOLE

    def values(self, option: Option) -> set[Any]:
        """The values that an option has: more than one where subscriptions differ."""
        return {getattr(Look.from_options(wish.options), option.name) for wish in self.wishes}


@dataclass(frozen=True, slots=True)
class Panel:
    """The settings of a place as they stand."""

    request: Request
    mine: Sequence[Subscription]
    tokens: Tokens
    answers: str  # the language of answers in the place, which may be read elsewhere in another one
    server_language: str  # empty: the server has none, or there is no server

    def one(self, wish: Subscription) -> Scope:
        """The scope of one subscription."""
        return Scope([wish], self.tokens.of(wish.selector))

    def name(self, scope: Scope) -> str:
        """What a scope is called in the middle of a sentence."""
        texts = self.request.texts
        if scope.whole:
            return texts.say("all that arrives in {place}", place=self.request.where)
        [wish] = scope.wishes
        return name_of(texts, wish.selector, wish.display)

    def short(self, option: Option) -> str:
        """What an option is called on a button."""
        return self.request.texts.term(NAMES[option.name])

    def offered(self, option: Option) -> tuple[Value, ...]:
        """The values to choose among in a list or by buttons: of names there are none, but for a forum's own tags."""
        values = option.values_on(self.request.destination.platform)
        if option.kind not in IN_WORDS or not self.request.lists:
            return values
        tags = self.request.command.tags if option.name == "tag" else None
        return (*values, *map(Value, tags)) if tags else ()

    def shown(self, option: Option, value: Any) -> str:
        """What a value is called on a button. Names stay as they are, whatever they are."""
        if value and option.kind is Kind.ROLE:
            return role_named(self.request.command, self.request.texts, value)
        if value and option.kind is Kind.NAME:
            return str(value)
        word = option.typed(value)
        if option.kind is Kind.UNITS and word not in VALUES:
            return self.request.texts.say("{count} letters", count=word)
        return self.request.texts.term(VALUES.get(word, word))


async def open_panel(request: Request) -> Panel:
    """The panel over what the store knows now."""
    shelf, server = request.subscriptions, request.command.server
    mine = await shelf.of(request.destination)
    answers = await language_in(request.place, server, shelf) or request.texts.language
    servers = await shelf.server_language(request.destination.platform, server) if server else ""
    return Panel(request, mine, Tokens(wish.selector for wish in mine), answers, servers)


# --- pages -----------------------------------------------------------------------------------------------------------


def first_page(panel: Panel, said: str = "", number: int = 1) -> Reply:
    """What there is to set: where several subscriptions differ, or may, it is first asked for which of them."""
    if len(panel.mine) < 2:
        return _with_standing(panel, scope_page(panel, Scope(panel.mine), said))
    texts, request = panel.request.texts, panel.request
    size = LIST - 1 if request.lists else PAGE
    pages = -(-len(panel.mine) // size)
    number = min(max(number, 1), pages)
    shown = panel.mine[(number - 1) * size : number * size]
    whole = Choice(texts.say("For all that arrives"), f"/settings {WHOLE}")
    parts = [
        Choice(
            shortened(name_of(texts, wish.selector, wish.display), request.width), f"/settings {panel.one(wish).word}"
        )
        for wish in shown
    ]
    turning: list[tuple[Choice, ...]] = []
    if pages > 1:
        before, after = (number - 2) % pages + 1, number % pages + 1
        here = Choice(f"{number} / {pages}", f"/settings page {number}")
        turning.append((Choice("◀", f"/settings page {before}"), here, Choice("▶", f"/settings page {after}")))
    question = texts.say(
        "Settings of {place}. How posts look: for all that arrives, or only for …", place=request.where
    )
    lists: list[PanelRow] = [Pick(texts.say("How posts look …"), (whole, *parts)), *turning, _ways_of_place(panel)]
    rows = [(whole,), *grid(parts), *turning, *_rows_of_place(panel)]
    return _with_standing(panel, _page(panel, said, question, rows, lists))


def _with_standing(panel: Panel, first: Reply) -> Reply:
    """The page that people see first, with what keeps posts away: once is enough for all the others."""
    text = "\n\n".join(part for part in (first.text, standing_by_us(panel.request)) if part)
    return replace(first, text=text, looks=looks_of(panel.mine))


def scope_page(panel: Panel, scope: Scope, said: str = "") -> Reply:
    """Every option, for all that arrives or for one subscription."""
    texts, request = panel.request.texts, panel.request
    if not scope.wishes:
        nothing = texts.say("Settings of {place}. Nothing arrives there yet.", place=request.where)
        return _page(panel, said, nothing, _rows_of_place(panel), [_ways_of_place(panel)])
    heading = texts.say("How posts look, for {selection}:", selection=panel.name(scope))
    known = options_on(request.destination.platform, request.place.kind)
    options = [option for option in known if option.kind not in IN_WORDS]
    rows: list[tuple[Choice, ...]] = [
        (_way(panel, scope, option),) for option in options if option.kind is not Kind.SWITCH
    ]
    rows += grid(_switch(panel, scope, option) for option in options if option.kind is Kind.SWITCH)
    preview = Choice(texts.say("Preview"), "/preview")
    lists = _lists_of_options(panel, scope, preview)
    if len(panel.mine) > 1:
        back = Choice(texts.say("Back"), "/settings")
        return _page(panel, said, heading, [*rows, (preview, back)], [*lists, (back,)])
    return _page(panel, said, heading, [*rows, (preview,), *_rows_of_place(panel)], [*lists, _ways_of_place(panel)])


def value_page(panel: Panel, scope: Scope, option: Option, said: str = "") -> Reply:
    """The values of an option."""
    texts, offered = panel.request.texts, panel.offered(option)
    lines = [texts.say("{meaning}, for {selection}:", meaning=texts.term(option.meaning), selection=panel.name(scope))]
    lines += [
        f"• {texts.term(VALUES.get(value.word, value.word))}: {texts.term(value.meaning)}"
        for value in offered
        if value.meaning and option.kind is Kind.CHOICE
    ]
    choices = [_value(panel, scope, option, value) for value in offered]
    back = Choice(texts.say("Back"), f"/settings {scope.word}")
    lists: list[PanelRow] = [Pick(panel.short(option), tuple(choices))] if choices else []
    if option.kind is Kind.ROLE:
        lists.append(_ask(panel, scope, option))
    is_typed = option.kind is Kind.UNITS or (option.kind is Kind.NAME and not choices)
    asks = (_ask(panel, scope, option),) if is_typed else ()
    return _page(panel, said, "\n".join(lines), [*grid(choices), (back,)], [*lists, (*asks, back)])


def place_page(panel: Panel, said: str = "", commander: str = "") -> Reply:
    """What holds for the place as a whole, on a platform with lists; `commander` is the role that may do all this."""
    texts = panel.request.texts
    heading = texts.say("What holds for {place}, whatever arrives:", place=panel.request.where)
    other = Ask(texts.say("Settings of another channel …"), "/settings", Wanted.CHANNEL)
    back = Choice(texts.say("Back"), "/settings")
    unproven = Pick(texts.say("If in doubt"), _policies(panel))
    answers = Pick(texts.say("Language of answers"), _tongues(panel))
    role = Ask(texts.say("Role that may command me"), "/settings role", Wanted.ROLE, commander, NOBODY)
    whole = Choice(texts.say("Language of the whole server …"), "/settings answers")
    on_server: list[PanelRow] = [role, other, (whole, back)]
    lists: list[PanelRow] = [unproven, answers, *(on_server if panel.request.command.server else (other, (back,)))]
    return _page(panel, said, heading, [*_rows_of_place(panel), (back,)], lists)


def unproven_page(panel: Panel) -> Reply:
    """What becomes of messages that may be lost."""
    texts = panel.request.texts
    question = texts.say(
        "Now and then nobody can tell whether a message arrived. Should I send it again, so that it may stand there "
        "twice, or hold it back until an operator has looked, so that it may be missing?"
    )
    back = (Choice(texts.say("Back"), "/settings"),)
    lists: list[PanelRow] = [Pick(texts.say("If in doubt"), _policies(panel)), back]
    return _page(panel, "", question, [*grid(_policies(panel)), back], lists)


def _policies(panel: Panel) -> tuple[Choice, ...]:
    texts, policy = panel.request.texts, panel.request.place.on_unknown or SITES
    return tuple(
        Choice(texts.term(label), f"/settings unproven {word}", on=word == policy) for word, label in UNPROVEN.items()
    )


def pause_page(panel: Panel) -> Reply:
    """For how long nothing is to be sent."""
    texts = panel.request.texts
    question = texts.say("For how long should nothing be sent to {place}? Nothing is lost.", place=panel.request.where)
    choices = [Choice(texts.term(label), f"/settings pause {word or 'now'}") for word, label in PAUSES.items()]
    back = Choice(texts.say("Back"), "/settings")
    until = Ask(texts.say("Until …"), "/settings pause", Wanted.TEXT, note=texts.say("2h, 30m, 1d or until 8:00"))
    lists: list[PanelRow] = [Pick(texts.say("Pause"), tuple(choices)), (until, back)]
    return _page(panel, "", question, [*grid(choices), (back,)], lists)


def language_page(panel: Panel, said: str = "") -> Reply:
    """The languages of answers, below what is `said`, or else the question."""
    texts = panel.request.texts
    question = texts.say("In which language should I answer?")
    back = (Choice(texts.say("Back"), "/settings"),)
    lists: list[PanelRow] = [Pick(texts.say("Language of answers"), _tongues(panel))]
    if panel.request.command.server:
        lists.append(Pick(texts.say("Language of the whole server"), of_server(texts, panel.server_language)))
    lists.append(back)
    return _page(panel, "", said or question, [*grid(_tongues(panel)), back], lists)


def _tongues(panel: Panel) -> tuple[Choice, ...]:
    if panel.request.command.server:
        return of_place(panel.request.texts, panel.request.place.language)
    return tuple(
        Choice(name, f"/settings answers {code}", on=code == panel.answers) for code, name in LANGUAGES.items()
    )


def _page(panel: Panel, said: str, words: str, rows: Sequence[tuple[Choice, ...]], lists: Sequence[PanelRow]) -> Reply:
    text = "\n\n".join(part for part in (said, words) if part)
    return Reply(text, menu=tuple(rows), panel=tuple(lists) if panel.request.lists else ())


# --- buttons ---------------------------------------------------------------------------------------------------------


def _way(panel: Panel, scope: Scope, option: Option) -> Choice:
    """The button that leads to the values of an option, with the one that it has."""
    values = scope.values(option)
    shown = panel.shown(option, *values) if len(values) == 1 else panel.request.texts.say("various")
    label = panel.request.texts.say("{option}: {value}", option=panel.short(option), value=shown)
    return Choice(label, f"/settings {scope.word} {option.name}")


def _value(panel: Panel, scope: Scope, option: Option, value: Value) -> Choice:
    """The choice that gives an option a value."""
    stored = option.read(value.word, panel.request.destination.platform)
    command = f"/settings {scope.word} {option.name} {value.word}"
    on = scope.values(option) == {stored}
    return Choice(panel.shown(option, stored), command, on, note=panel.request.texts.term(value.meaning))


def _ask(panel: Panel, scope: Scope, option: Option) -> Ask:
    """The question after a value of an option that stands in no list."""
    values, [nothing] = scope.values(option), [value.word for value in option.values[:1]]
    return Ask(
        _way(panel, scope, option).label if option.kind is not Kind.ROLE else panel.short(option),
        f"/settings {scope.word} {option.name}",
        Wanted.ROLE if option.kind is Kind.ROLE else Wanted.TEXT,
        value=str(*values) if len(values) == 1 else "",
        nothing="" if option.kind is Kind.UNITS else nothing,
        note=panel.request.texts.term(option.meaning),
        title=panel.short(option),
    )


def _lists_of_options(panel: Panel, scope: Scope, preview: Choice) -> list[PanelRow]:
    """Every option, in the four rows beside the one for the place: Discord's messages have five."""
    platform = panel.request.destination.platform
    rows: list[PanelRow] = []
    switches: list[Choice] = []
    asks: list[Choice | Ask] = []
    for option in options_on(platform, panel.request.place.kind):
        match option.kind:
            case Kind.CHOICE:
                values = tuple(_value(panel, scope, option, value) for value in option.values_on(platform))
                rows.append(Pick(_way(panel, scope, option).label, values))
            case Kind.SWITCH:
                switches.append(_switch(panel, scope, option))
            case Kind.ROLE:
                rows.append(_ask(panel, scope, option))
            case Kind.NAME if panel.offered(option):
                asks.append(_way(panel, scope, option))
            case Kind.UNITS | Kind.NAME:
                asks.append(_ask(panel, scope, option))
    several = Pick(panel.request.texts.say("None of the switches is on"), tuple(switches), several=True)
    return [*rows, several, (*asks, preview)]


def _ways_of_place(panel: Panel) -> tuple[Choice, ...]:
    """Buttons for what holds for the place as a whole, in one row."""
    say, place = panel.request.texts.say, panel.request.place
    ends = (Choice(say("Unsubscribe …"), "/unsubscribe"),) if panel.mine else ()
    return (
        Choice(say("Choose what arrives"), "/subscribe"),
        *ends,
        pausing(panel.request.texts, place),
        Choice(say("This channel …"), "/settings place"),
        Choice(say("Done"), "/settings done"),
    )


def _switch(panel: Panel, scope: Scope, option: Option) -> Choice:
    """The button that sets an option on or off; where subscriptions differ, on for all."""
    values, label = scope.values(option), panel.short(option)
    on = values == {True}
    if len(values) > 1:
        label = panel.request.texts.say("{option}: {value}", option=label, value=panel.request.texts.say("various"))
    return Choice(label, f"/settings {scope.word} {option.name} {OFF if on else ON}", on=on)


def _rows_of_place(panel: Panel) -> list[tuple[Choice, ...]]:
    """What holds for the place as a whole."""
    texts, place = panel.request.texts, panel.request.place
    policy = texts.term(UNPROVEN[place.on_unknown or SITES])
    answers = Choice(texts.say("Answers: {language}", language=LANGUAGES[panel.answers]), "/settings answers")
    unproven = Choice(texts.say("If in doubt: {what}", what=policy), "/settings unproven")
    choosing = (Choice(texts.say("Choose what arrives"), "/subscribe"),)
    ends = (Choice(texts.say("Unsubscribe …"), "/unsubscribe"),) if panel.mine else ()
    return [
        (unproven,),
        (answers,),
        (pausing(texts, place), *ends),
        choosing,
        (Choice(texts.say("Done"), "/settings done"),),
    ]
