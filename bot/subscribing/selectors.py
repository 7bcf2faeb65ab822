"""Reads what people type after /subscribe: "national", "#National", "all except sport", "tag:rain lang:km"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from bot.models import Selector, SelectorKind
from bot.texts import LANGUAGES, language_named, sentence

LIST_SEPARATOR: Final = ","
"""Between the match keys in the value of an ALL_EXCEPT selector; no match key contains it."""

NAME_SEPARATOR: Final = ", "
"""Between the names in what an ALL_EXCEPT selector is called."""

_PARTS: Final = 8
"""So many commas part a category's own name at most, and one: nobody calls one by a longer list."""

_INVISIBLE: Final = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))  # Khmer authors part words by U+200B, or don't
_GAP: Final = re.compile(rf"[\s_{LIST_SEPARATOR}-]+")
_LEAD: Final = re.compile(r"\A[#\s]+")
_LANGUAGE: Final = re.compile(
    rf"(?<![^\s{LIST_SEPARATOR}])(?:lang(?:uage)?:\s*)+([^\s{LIST_SEPARATOR}]*)", re.IGNORECASE
)
_MENTION: Final = re.compile(rf"(?<![^\s{LIST_SEPARATOR}])mention:\s*([^\s{LIST_SEPARATOR}]*)", re.IGNORECASE)
_LANGUAGE_CODE: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*")
_KIND: Final = re.compile(r"(category|tag):\s*(.*)", re.IGNORECASE | re.DOTALL)
_EXCEPT: Final = re.compile(
    r"(?:(?:all|everything|\*)\s+(?:except|but|without)\s|ទាំងអស់\s*លើកលែង(?:តែ)?)(.+)", re.IGNORECASE | re.DOTALL
)
_ALL: Final = frozenset({"all", "everything", "*", "ទាំងអស់"})


class UnclearWish(ValueError):
    """Words that name nothing to subscribe to. `message` and `values` say why, for `Texts.say`."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message.format_map(values))
        self.message = message
        self.values = values


SEVERAL_LANGUAGES: Final = sentence(
    "A command has one language, for all that it names: {languages} are too many. Please send one command for each."
)
_NO_CODE: Final = sentence("“{language}” is no language code. Write lang:en or lang:km.")


class UnclearLanguage(UnclearWish):
    """Words that name what is no language, or several of them: `named`, by their codes or as typed."""

    def __init__(self, *named: str) -> None:
        if len(named) > 1:
            super().__init__(SEVERAL_LANGUAGES, languages=", ".join(f"lang:{code}" for code in named))
        else:
            super().__init__(_NO_CODE, language="".join(named))
        self.named = named


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody typed, understood. `display` is the category or tag as typed, empty for all posts."""

    selector: Selector
    language: str = ""  # only posts in this language; empty: all
    display: str = ""
    mention: str = ""  # whom its posts mention, as typed; empty: as is usual there


def match_key(name: str) -> str:
    """The form in which names are compared: "NATIONAL", "#National" -> "national"; "Weekly_ News" -> "weekly-news".

    casefold(NFKC(strip)); runs of blanks, "_", "-" and "," become "-", a leading "#" and invisible characters go.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _GAP.sub("-", _LEAD.sub("", folded.translate(_INVISIBLE)).rstrip())


def parse(words: str, languages: Collection[str] = ()) -> Wish:
    """The wish in `words`; `languages` are those, by their codes, that may be named. Raises UnclearWish."""
    words = words.translate(_INVISIBLE)
    language = _language(words, languages)
    mention = _MENTION.search(words)
    words = _MENTION.sub(" ", _LANGUAGE.sub(" ", words))
    return replace(_selection(words.strip()), language=language, mention=mention[1] if mention else "")


def parse_all(words: str, known: Collection[str], languages: Collection[str] = ()) -> list[Wish]:
    """The wishes in "national, sport lang:km". Commas part them only where `known` keys don't have the whole.

    Of `languages` see `parse`. Raises UnclearWish.
    """
    whole = parse(words, languages)
    if whole.selector.value in known:
        return [whole]
    if whole.selector.kind is SelectorKind.ALL_EXCEPT:
        return [_joined(whole, known)]
    parts = [part for part in _MENTION.sub(" ", _LANGUAGE.sub(" ", words)).split(LIST_SEPARATOR) if part.strip()]
    return [replace(parse(part), language=whole.language, mention=whole.mention) for part in parts] or [whole]


def typed(selector: Selector) -> str:
    """What to type to name `selector`: `parse(typed(selector)).selector == selector`."""
    match selector.kind:
        case SelectorKind.ALL:
            return "all"
        case SelectorKind.ALL_EXCEPT:
            return f"all except {selector.value}"
        case SelectorKind.TAG:
            return f"tag:{selector.value}"
        case SelectorKind.CATEGORY:
            return f"category:{selector.value}" if _is_special(selector.value) else selector.value


def _language(words: str, known: Collection[str]) -> str:
    """The one that a command names, by its code or name; empty for all of them. Raises UnclearLanguage."""
    codes: dict[str, None] = {}
    for named in _LANGUAGE.findall(words):
        code = language_named(named, (*LANGUAGES, *known)) or named.replace("_", "-").lower()
        if not _LANGUAGE_CODE.fullmatch(code):
            raise UnclearLanguage(named)
        codes[code] = None
    if len(codes) > 1:
        raise UnclearLanguage(*codes)
    return next(iter(codes), "")


def _is_special(key: str) -> bool:
    return key in _ALL or ":" in key


def _selection(words: str) -> Wish:
    if not words or match_key(words) in _ALL:
        return Wish(Selector(SelectorKind.ALL))
    if exception := _EXCEPT.fullmatch(words):
        names = [name.strip() for name in exception[1].split(LIST_SEPARATOR) if name.strip()]
        keys = dict.fromkeys(_key(name) for name in names or [""])
        return Wish(Selector(SelectorKind.ALL_EXCEPT, LIST_SEPARATOR.join(keys)), display=NAME_SEPARATOR.join(names))
    kind, name = SelectorKind.CATEGORY, words
    if named := _KIND.fullmatch(words):
        kind, name = SelectorKind(named[1].lower()), named[2].strip()
    return Wish(Selector(kind, _key(name)), display=name.lstrip("# "))


def _joined(wish: Wish, known: Collection[str]) -> Wish:
    """`wish` with those of its names whole that have commas themselves: "all except Food, Drink" may leave out one.

    What is known part by part stays so: a button may mean it.
    """
    names = wish.display.split(NAME_SEPARATOR)
    keys = [match_key(name) for name in names]
    joined: dict[str, str] = {}  # names by key
    start = 0
    while start < len(names):
        end = start + 1
        for longer in range(min(start + _PARTS, len(names)), end, -1):
            if "-".join(keys[start:longer]) in known and not all(key in known for key in keys[start:longer]):
                end = longer
                break
        joined.setdefault("-".join(keys[start:end]), NAME_SEPARATOR.join(names[start:end]))
        start = end
    selector = replace(wish.selector, value=LIST_SEPARATOR.join(joined))
    return replace(wish, selector=selector, display=NAME_SEPARATOR.join(joined.values()))


def _key(name: str) -> str:
    key = match_key(name)
    if not key.strip("-"):
        raise UnclearWish(sentence("“{words}” names no category."), words=name)
    return key
