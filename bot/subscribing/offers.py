"""What is offered to somebody who is still typing a command. Nothing is confined to it: what is sent is read anew."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from bot.models import Offer
from bot.subscribing.options import IN_WORDS, OPTIONS, options_on
from bot.subscribing.request import Request
from bot.subscribing.roles import role_named
from bot.subscribing.setting_names import PAUSES, UNPROVEN, VALUES, settings_in
from bot.subscribing.suggest import nearest
from bot.subscribing.tongues import DEFAULT, SERVER
from bot.subscribing.unsubscribe import endings
from bot.texts import LANGUAGES, Texts

_SEARCHED: Final = 100
"""How many of the latest posts are looked through for a title."""


async def offered(request: Request, option: str, *, limit: int) -> list[Offer]:
    """What `request.words` may become in an option of its command, the best first; nothing to who may not send it."""
    offer = _OFFERS.get(option)
    if offer is None or not request.may:
        return []
    return list(await offer(request))[:limit]


async def _categories(request: Request) -> Iterable[Offer]:
    if request.command.name == "unsubscribe":
        return _fitting(request.words, await endings(request))
    known = nearest(request.words, await request.posts.categories(), limit=_SEARCHED)
    found = [Offer(f"{category.display} ({category.posts})", category.display) for category in known]
    return [*_fitting(request.words, [Offer(request.texts.say("All posts"), "all")]), *found]


async def _languages(request: Request) -> Iterable[Offer]:
    """Of posts, or those that newsbell speaks."""
    if request.command.name == "language":
        return _fitting(request.words, [Offer(name, code) for code, name in LANGUAGES.items()])
    known = await request.posts.languages()
    return _fitting(request.words, [Offer(request.texts.language_name(code), code) for code in known])


async def _posts(request: Request) -> Iterable[Offer]:
    """The latest public ones."""
    known = await request.posts.latest(_SEARCHED, request.now)
    return _fitting(request.words, [Offer(post.title, post.path) for post in known])


async def _times(request: Request) -> Iterable[Offer]:
    return _fitting(request.words, _labelled(request.texts, {word: PAUSES[word] for word in PAUSES if word}))


async def _settings(request: Request) -> Iterable[Offer]:
    here = settings_in(request.destination.platform, request.place.kind, on_server=bool(request.command.server))
    return _fitting(request.words, _labelled(request.texts, here))


async def _values(request: Request) -> Iterable[Offer]:
    """Of the setting that the words begin with."""
    setting, _, begun = request.words.partition(" ")
    return _fitting(begun, _values_of(request, setting))


def _values_of(request: Request, setting: str) -> Sequence[Offer]:
    texts, platform = request.texts, request.destination.platform
    match setting:
        case "answers":
            return _answers(request)
        case "unproven":
            return _labelled(texts, UNPROVEN)
        case "role" | "mention" if request.command.server:
            return _roles(request)
        case "pause":
            return _labelled(texts, {word or "now": label for word, label in PAUSES.items()})
    option = next((each for each in options_on(platform) if each.name == setting), None)
    if option is None:
        return []
    values = {value.word: VALUES.get(value.word, value.word) for value in option.values_on(platform)}
    if option.kind in IN_WORDS:
        values = {value.word: value.meaning for value in option.values_on(platform)}
    tags = request.command.tags or () if setting == "tag" else ()
    return [*_labelled(texts, values), *(Offer(tag, tag) for tag in tags)]


def _roles(request: Request) -> list[Offer]:
    """Nobody, and the roles of the server but @everyone, whose id is the server's."""
    command, texts, [nobody] = request.command, request.texts, OPTIONS["mention"].values
    named = (Offer(role_named(command, texts, role), role) for role in command.role_names if role != command.server)
    return [Offer(texts.term(nobody.meaning), nobody.word), *named]


def _answers(request: Request) -> Sequence[Offer]:
    here = [Offer(name, code) for code, name in LANGUAGES.items()]
    if not request.command.server:
        return here
    say = request.texts.say
    whole = [
        Offer(say("{language}, on the whole server", language=each.label), f"{each.word} {SERVER}") for each in here
    ]
    return [*here, Offer(say("As on the whole server"), DEFAULT), *whole]


def _labelled(texts: Texts, labels: Mapping[str, str]) -> list[Offer]:
    return [Offer(texts.term(label), word) for word, label in labels.items()]


def _fitting(typed: str, offers: Iterable[Offer]) -> list[Offer]:
    """Those that have what was typed in them, as they are shown or typed."""
    sought = typed.strip().casefold()
    return [offer for offer in offers if sought in offer.label.casefold() or offer.word.casefold().startswith(sought)]


_OFFERS: Final[Mapping[str, Callable[[Request], Awaitable[Iterable[Offer]]]]] = MappingProxyType(
    {
        "category": _categories,
        "language": _languages,
        "post": _posts,
        "time": _times,
        "setting": _settings,
        "value": _values,
    }
)
"""By the option that is being typed."""
