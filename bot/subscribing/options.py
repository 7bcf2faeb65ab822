"""The options of a subscription in one place: what each means, and the values that it may have where it is known.

Each is a field of `bot.models.Look`, under the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, Final

from bot.models import LONGEST_EXCERPT, Style
from bot.texts import sentence

Platforms = frozenset[str]
"""Where something is known; none: everywhere."""

EVERYWHERE: Final[Platforms] = frozenset()
# The console shows what the other two would.
TELEGRAM: Final[Platforms] = frozenset({"telegram", "console"})
DISCORD: Final[Platforms] = frozenset({"discord", "console"})

ON: Final = "on"
OFF: Final = "off"
NOBODY: Final = "nobody"
NONE: Final = "none"

LONGEST_NAME: Final = 80
"""Letters; of a name that Discord takes (docs, resources/webhook)."""


class UnclearOption(ValueError):
    """Words that set no option. `message` and `values` say why, for `Texts.say`."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message.format_map(values))
        self.message = message
        self.values = values


class Kind(Enum):
    """What the value of an option is."""

    SWITCH = auto()  # on or off
    CHOICE = auto()  # one of its values
    UNITS = auto()  # a number, of which its values are suggestions
    ROLE = auto()  # a role's id, or nobody
    NAME = auto()  # what something is called, or none


IN_WORDS: Final = frozenset({Kind.ROLE, Kind.NAME})
"""What has no values to choose among: it is typed."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that an option may have: the `word` that is typed for it, and what it means (a sentence; empty: itself).

    Who chooses it is told the `caution`; in a kind of place where it is `barred` it can't be chosen, and why is said.
    Sentences go through `Texts.term`. It is `understood` also where it is not offered, for another one says the same.
    """

    word: str
    meaning: str = ""
    platforms: Platforms = EVERYWHERE
    caution: str = ""
    barred: Mapping[str, str] = field(default_factory=dict)
    understood: Platforms = frozenset()

    def is_read_on(self, platform: str) -> bool:
        """Whether it may be typed on `platform`."""
        return _known(self.platforms, platform) or platform in self.understood


@dataclass(frozen=True, slots=True)
class Option:
    """One option. Its `meaning` is a sentence, for `Texts.term`; so is its `caution`, for whoever sets it at all.

    A name can't have the words in it that are `never` taken. In a kind of place where it is `barred` it can't be set,
    and why is said.
    """

    name: str
    kind: Kind
    meaning: str
    values: tuple[Value, ...]
    platforms: Platforms = EVERYWHERE
    caution: str = ""
    never: tuple[str, ...] = ()
    barred: Mapping[str, str] = field(default_factory=dict)

    def values_on(self, platform: str) -> tuple[Value, ...]:
        """The values to offer on `platform`."""
        return tuple(value for value in self.values if _known(value.platforms, platform))

    def read(self, word: str, platform: str) -> Any:
        """The value to store for `word`, as typed. Raises UnclearOption, which tells what may be typed."""
        typed = " ".join(word.split())
        word = typed.lower()
        words = [value.word for value in self.values_on(platform)]
        match self.kind:
            case Kind.SWITCH if word in words:
                return word == ON
            case Kind.CHOICE if any(word == value.word and value.is_read_on(platform) for value in self.values):
                return word
            case Kind.UNITS if word.isdecimal() and int(word) <= LONGEST_EXCERPT:
                return int(word)
            case Kind.ROLE if word.isdecimal() or word == NOBODY:
                return "" if word == NOBODY else word
            case Kind.NAME if 0 < len(typed) <= LONGEST_NAME and not self._refused(word):
                return "" if word == NONE else typed
        raise self._unclear(typed, words)

    def _unclear(self, typed: str, words: list[str]) -> UnclearOption:
        match self.kind:
            case Kind.UNITS:
                message = sentence("“{option}” can't be “{value}”. Write a number from 0 to {most}.")
                return UnclearOption(message, value=typed, option=self.name, most=str(LONGEST_EXCERPT))
            case Kind.ROLE:
                message = sentence("“{option}” can't be “{value}”. Write the id of a role, or nobody.")
                return UnclearOption(message, value=typed, option=self.name)
            case Kind.NAME if refused := self._refused(typed.lower()):
                message = sentence("“{option}” can't be “{value}”: it may not have “{word}” in it.")
                return UnclearOption(message, value=typed, option=self.name, word=refused)
            case Kind.NAME:
                message = sentence("“{option}” can't be “{value}”. Write a name of at most {most} letters, or none.")
                return UnclearOption(message, value=typed, option=self.name, most=str(LONGEST_NAME))
        message = sentence("“{option}” can't be “{value}”. Write one of: {values}.")
        return UnclearOption(message, value=typed, option=self.name, values=", ".join(words))

    def _refused(self, name: str) -> str:
        return next((word for word in self.never if word in name), "")

    def typed(self, value: Any) -> str:
        """The word for a stored value, so that `read` gives that value again."""
        match self.kind:
            case Kind.SWITCH:
                return ON if value else OFF
            case Kind.ROLE:
                return str(value) or NOBODY
            case Kind.NAME:
                return str(value) or NONE
        return str(value)


_SWITCH: Final = (Value(ON), Value(OFF))

_IS_A_THREAD: Final = sentence("In a forum each post is a thread of its own already.")
_NO_THREADS: Final = sentence("Threads can be opened in text and announcement channels only.")
_NO_TAGS: Final = sentence("Only posts in a forum have tags.")

_LISTED: Final = (
    Option(
        "style",
        Kind.CHOICE,
        sentence("How a post looks"),
        (
            Value(Style.AUTO, sentence("What looks best there")),
            Value(Style.PHOTO, sentence("The picture, with the words below it"), TELEGRAM),
            Value(Style.PREVIEW, sentence("A longer text below a large preview of the page"), TELEGRAM),
            Value(Style.TEXT, sentence("Words alone, without a picture"), TELEGRAM, understood=DISCORD),
            Value(Style.RICH, sentence("An article with heading and picture; needs new apps"), TELEGRAM),
            Value(Style.EMBED, sentence("A card with text and picture"), DISCORD),
            Value(Style.LINK, sentence("Title and link, and the card that Discord makes of the page"), DISCORD),
            Value(
                Style.COMPONENTS,
                sentence("Heading, text, picture and button in one frame"),
                DISCORD,
                caution=sentence("The notification of such a message is empty: Discord shows no words of it."),
                barred={
                    "announcement": sentence(
                        "Frames can't be in an announcement channel: servers that follow it would get them without "
                        "text and picture. Choose the card, or another channel."
                    )
                },
            ),
        ),
    ),
    Option("image", Kind.SWITCH, sentence("Show the picture"), _SWITCH),
    Option(
        "excerpt",
        Kind.UNITS,
        sentence("How many letters of the text are shown"),
        tuple(map(Value, ("0", "150", "300", "600", "1000", str(LONGEST_EXCERPT)))),
    ),
    Option("hashtags", Kind.SWITCH, sentence("Show the categories as hashtags"), _SWITCH),
    Option("button", Kind.SWITCH, sentence("Show a button to read on; else the title is a link"), _SWITCH),
    Option("silent", Kind.SWITCH, sentence("Make no sound"), _SWITCH),
    Option("pin", Kind.SWITCH, sentence("Pin each new post, instead of the one before"), _SWITCH),
    Option("protect", Kind.SWITCH, sentence("Forbid forwarding and saving"), _SWITCH, TELEGRAM),
    Option("mention", Kind.ROLE, sentence("Which role is mentioned"), (Value(NOBODY, sentence("Nobody")),), DISCORD),
    Option(
        "thread",
        Kind.SWITCH,
        sentence("Open a thread under each message, to discuss it"),
        _SWITCH,
        DISCORD,
        barred=dict.fromkeys(("forum", "media"), _IS_A_THREAD)
        | dict.fromkeys(("thread", "voice", "stage"), _NO_THREADS),
    ),
    Option(
        "sender",
        Kind.NAME,
        sentence("Under which name posts are shown"),
        (Value(NONE, sentence("newsbell's own")),),
        DISCORD,
        caution=sentence(
            "A webhook of mine writes under that name, for which I need Manage Webhooks here. Of its messages Discord "
            "can't tell whether one arrived: if an answer is lost I look for it, for which I need Read Message "
            "History; else it may come twice."
        ),
        never=("discord", "clyde"),
    ),
    Option(
        "tag",
        Kind.NAME,
        sentence("In a forum: the tag of posts after whose categories no tag is named"),
        (Value(NONE, sentence("None, or the first where one must be")),),
        DISCORD,
        barred=dict.fromkeys(("text", "announcement", "thread", "voice", "stage"), _NO_TAGS),
    ),
)

OPTIONS: Final[Mapping[str, Option]] = {option.name: option for option in _LISTED}
"""Every option by its name, in the order in which they are offered."""


def options_on(platform: str, kind: str = "") -> list[Option]:
    """The options that `platform` knows, or rather a place of that `kind` there."""
    return [option for option in OPTIONS.values() if _known(option.platforms, platform) and kind not in option.barred]


def read_option(words: str, platform: str) -> tuple[str, Any]:
    """The name and the value to store of "style=rich", also written "style rich". Raises UnclearOption."""
    name, _, word = words.strip().replace("=", " ", 1).partition(" ")
    known = {option.name: option for option in options_on(platform)}
    option = known.get(name.strip().lower())
    if option is None:
        message = sentence("There is no option “{name}” here. There are: {names}.")
        raise UnclearOption(message, name=name, names=", ".join(known))
    return option.name, option.read(word, platform)


def cautions(options: Mapping[str, Any]) -> list[str]:
    """What has to be known of stored options by whoever sets them."""
    told = [value.caution for value in _chosen(options) if value.caution]
    return told + [option.caution for name, option in OPTIONS.items() if option.caution and options.get(name)]


def refusal(options: Mapping[str, Any], kind: str) -> str:
    """Why stored options can't be in a place of that kind; empty: they can."""
    barred = [value.barred for value in _chosen(options)]
    barred += [option.barred for name, option in OPTIONS.items() if options.get(name)]
    return next((reasons[kind] for reasons in barred if kind in reasons), "")


def _chosen(options: Mapping[str, Any]) -> list[Value]:
    return [value for name, option in OPTIONS.items() for value in option.values if options.get(name) == value.word]


def _known(platforms: Platforms, platform: str) -> bool:
    return not platforms or platform in platforms
