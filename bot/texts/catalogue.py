"""Finds a sentence in the reader's language and fills in its values.

A message's id is the English sentence itself, with {placeholders}; `<language>.po` beside this file holds the others.
Babel is imported with the first catalogue or date, for most commands of the program need neither.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO
from string import Formatter, ascii_letters
from typing import Final, Self

from bot.clock import zone_name

LANGUAGES: Final = {"en": "English", "km": "ភាសាខ្មែរ"}
"""The languages that newsbell speaks, each under its own name."""

INSIDE: Final = " › "
"""Stands between the name of a chat and that of a topic in it."""

_DAY_PATTERN: Final = "d MMMM y"  # CLDR's letters: no language of ours reads it in another order
_DATE_PATTERN: Final = f"{_DAY_PATTERN}, HH:mm"


_NAMED: Final = re.compile(r"\{(\w+)\}")

_REASON: Final = "reason"
"""The placeholder for a sentence in a sentence."""

BEGINNINGS: Final = (f"{{{_REASON}}}", "{source}", *ascii_letters)
"""How a sentence begins that may be told from others once it is filled in: "{option}: {value}" would fit anything."""


class Texts:
    """The sentences of one language."""

    def __init__(self, language: str, translations: NullTranslations, messages: Collection[str] = ()) -> None:
        """`messages` are those that are translated."""
        self.language = language
        self._translations = translations
        self._messages = messages

    def say(self, message: str, /, **values: object) -> str:
        """The sentence `message` in this language, with `values` in its {placeholders}.

        Raises KeyError for a placeholder without a value.
        """
        return self._translations.gettext(message).format_map(values)

    def term(self, text: str, /, **values: object) -> str:
        """What `text`, a sentence that stands in for a placeholder, is in this language; itself if it is not known.

        It may be remembered from before, with its own values in it: they are found again, and a {reason} among them is
        such a sentence, too. It may be anybody's words: of what stands in braces only the names of `values` are filled
        in.
        """
        said = self._translations.gettext(text) if text else ""
        if said == text and (filled := self._taken_apart(text)):
            message, found = filled
            return self.say(message, **{name: self.term(each) if name == _REASON else each for name, each in found})
        return _NAMED.sub(lambda found: str(values.get(found[1], found[0])), said)

    def place(self, named: str, /) -> str:
        """What places are called in this language that are `named` so: topics without a name by their number."""
        return _BY_NUMBER.sub(lambda found: self.say(TOPIC, number=found[1]), named)

    def _taken_apart(self, text: str) -> tuple[str, Collection[tuple[str, str]]] | None:
        """The message that `text` is, and the values that were filled in."""
        for message, form in self._forms:
            if found := form.fullmatch(text):
                return message, found.groupdict().items()
        return None

    @cached_property
    def _forms(self) -> list[tuple[str, re.Pattern[str]]]:
        """How messages look once they are filled in, those first that say most by themselves."""
        filled = [each for each in self._messages if "{" in each and each.startswith(BEGINNINGS)]
        return [(each, _form(each)) for each in sorted(filled, key=lambda each: -len(_NAMED.sub("", each)))]

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """The form that `count` asks for, with {count} and `values` filled in: "{count} post", "{count} posts"."""
        return self._translations.ngettext(one, many, count).format_map({"count": count, **values})

    def date(self, moment: datetime, timezone: tzinfo) -> str:
        """An aware `moment` as the clocks of `timezone` show it, with its name: "7 November 2024, 18:30 UTC+07".

        Whoever reads it may live elsewhere than the site does.
        """
        local = moment.astimezone(timezone)
        return f"{self._formatted(local, _DATE_PATTERN)} {zone_name(local)}"

    def day(self, moment: datetime, timezone: tzinfo) -> str:
        """The day of an aware `moment` by the calendar of `timezone`: "7 November 2024"."""
        return self._formatted(moment.astimezone(timezone), _DAY_PATTERN)

    def _formatted(self, local: datetime, pattern: str) -> str:
        from babel.dates import format_datetime  # noqa: PLC0415 - costs 20 ms

        return format_datetime(local, pattern, locale=self.language)

    def language_name(self, code: str) -> str:
        """What this language calls another: "Khmer" for "km"; the code itself where it is none."""
        from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - costs 20 ms

        try:
            return Locale.parse(code, sep="-").get_display_name(self.language) or code
        except (UnknownLocaleError, ValueError):
            return code


def texts(language: str) -> Texts:
    """The sentences for `language` ("km", "km-KH", "en_GB"); English for a language that newsbell does not speak."""
    return _load(known_language(language) or "en")


def known_language(language: str) -> str:
    """Which of LANGUAGES is meant by `language`: "km" for "km-KH"; empty if none is."""
    base = language.strip().replace("_", "-").partition("-")[0].lower()
    return base if base in LANGUAGES else ""


def language_named(name: str, codes: Collection[str]) -> str:
    """The one of the `codes` of languages that is called so, by itself or in a language of ours; empty if none is."""
    called = _unspaced(name)
    return next((code for code in codes if called in _names_of(code)), "")


@cache
def _names_of(code: str) -> frozenset[str]:
    names = [LANGUAGES.get(code, code), *(texts(language).language_name(code) for language in LANGUAGES)]
    return frozenset(map(_unspaced, names))


def _unspaced(name: str) -> str:
    return "".join(name.split()).casefold()


def sentence(message: str) -> str:
    """Mark `message`, said later by `say(table[key])`, as one that the catalogues must have."""
    return message


TOPIC: Final = sentence("topic {number}")
"""What a topic is called whose name is not known; what places are called is remembered with it, in English."""

_BY_NUMBER: Final = re.compile(f"(?<={INSIDE})" + TOPIC.format(number="([0-9]+)") + r"\b")


class Reason(str):
    """A reason in English, to be remembered and logged, that knows its sentence and values: to be told in any language.

    `message` is one that `sentence` marked; a value `reason` is one as well. Others' words stand in “…”.
    """

    message: str
    values: Mapping[str, str | int]

    def __new__(cls, message: str, **values: str | int) -> Self:
        reason = super().__new__(cls, message.format_map(values))
        reason.message, reason.values = message, values
        return reason


def _form(message: str) -> re.Pattern[str]:
    """What any filling in of `message` looks like."""
    form, named = "", set[str]()
    for literal, name, _, _ in Formatter().parse(message):
        form += re.escape(literal)
        if name is not None:
            form += f"(?P={name})" if name in named else f"(?P<{name}>.+?)"
            named.add(name)
    return re.compile(form, re.DOTALL)


@cache
def _load(language: str) -> Texts:
    """Read a catalogue once. English has none: its messages are their own translation."""
    if language == "en":
        return Texts(language, NullTranslations())
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - costs 40 ms
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    with files(__package__).joinpath(f"{language}.po").open("rb") as source:
        catalogue = read_po(source, locale=language)
    compiled = BytesIO()  # in the form that the standard library reads, so that it decides about plurals
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(language, GNUTranslations(compiled), [each.id for each in catalogue if isinstance(each.id, str)])
