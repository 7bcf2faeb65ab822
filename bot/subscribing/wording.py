"""How subscriptions and categories are called in replies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Final

from bot.models import Category, Choice, DestinationState, Place, Reply, Selector, SelectorKind
from bot.subscribing.labels import counted_label
from bot.subscribing.request import Request
from bot.subscribing.selectors import NAME_SEPARATOR, Wish
from bot.subscribing.tokens import ROOM, Tokens, worded
from bot.texts import Texts, sentence

CHOICES: Final = 8
"""How many buttons stand below a reply at most: more are a wall, not a choice."""

AT_ONCE: Final = 20
"""How many names one command may have: each is looked up, answered, and compared with all categories."""

GIVEN_UP: Final = sentence("“{title}” was given up: {reason}. An operator can have it tried again.")
"""Of a post that did not reach a chat, and does not by itself."""

LETTERS: Final = 1300
"""Of a list: Discord's messages hold 2,000, and what stands around a list is not to be cut for it."""

_LINES: Final = 40  # of a list: a longer one nobody reads
_NAMES: Final = 12  # of a list in the middle of a sentence
_IN_A_SENTENCE: Final = 600  # letters of that
_TYPED: Final = 60  # characters that a reply repeats of what a person typed


def name_of(texts: Texts, selector: Selector, display: str, language: str = "") -> str:
    """What a subscription asks for, for the middle of a sentence: "SPORT (only in English)".

    Behind the last of several exceptions a language would seem to be about that one: "all posts in English except …".
    """
    shown = display or selector.value
    if not language:
        return _selection(texts, selector, shown)
    called = texts.language_name(language)
    if selector.kind is SelectorKind.ALL_EXCEPT:
        categories = listed(texts, shown.split(NAME_SEPARATOR))
        return texts.say("all posts in {language} except {categories}", language=called, categories=categories)
    return texts.say("{selection} (only in {language})", selection=_selection(texts, selector, shown), language=called)


def bullets(texts: Texts, lines: Sequence[str], *, room: int = LETTERS) -> str:
    """The lines as a list; of a long one the beginning, and how many more there are. `room` is in letters."""
    shown = [f"• {line}" for line in lines[: _fitting(lines[:_LINES], room)]]
    if rest := len(lines) - len(shown):
        shown.append(_more(texts, rest))
    return "\n".join(shown)


def listed(texts: Texts, names: Sequence[str]) -> str:
    """The names in the middle of a sentence; of many the beginning, and how many more there are."""
    count = _fitting(names[:_NAMES], _IN_A_SENTENCE)
    shown, rest = ", ".join(names[:count]), len(names) - count
    return f"{shown} {_more(texts, rest)}" if rest else shown


def _fitting(lines: Sequence[str], room: int) -> int:
    """How many of the lines fit, with a mark before each and a break behind it; the first one always does."""
    ends = accumulate(len(line) + 3 for line in lines)
    return max(sum(end <= room for end in ends), min(len(lines), 1))


def _more(texts: Texts, rest: int) -> str:
    return texts.plural("… and {count} more", "… and {count} more", rest)


def counted(category: Category) -> str:
    """A category with the number of its posts: "NATIONAL (131)"."""
    return f"{category.display} ({category.posts})"


def quoted(words: str) -> str:
    """What a person typed, short enough to be repeated to them."""
    return words if len(words) <= _TYPED else words[: _TYPED - 1] + "…"


def button(
    label: str, command: str, selector: Selector, tokens: Tokens, language: str = "", *, mention: str = ""
) -> Choice:
    """A button that types `command` for `selector`: "/subscribe national lang:km mention:456"."""
    ending = (f" lang:{language}" if language else "") + (f" mention:{mention}" if mention else "")
    words = worded(selector, tokens, ROOM - len(f"/{command} {ending}".encode()))
    return Choice(label, f"/{command} {words}{ending}")


def subscribe_buttons(known: Sequence[Category]) -> tuple[Choice, ...]:
    """A button for each of the first categories, with the number of its posts."""
    tokens = category_tokens(known)
    return tuple(
        button(counted_label(category.display, category.posts), "subscribe", selector_of(category), tokens)
        for category in known[:CHOICES]
    )


def category_tokens(known: Iterable[Category]) -> Tokens:
    """The tokens of these categories."""
    return Tokens(map(selector_of, known))


def selector_of(category: Category) -> Selector:
    """What asks for the posts of a category."""
    return Selector(SelectorKind.CATEGORY, category.key)


def merged(replies: Iterable[Reply]) -> Reply:
    """Several replies as one, each on its own line, with all their buttons."""
    replies = list(replies)
    choices = dict.fromkeys(choice for reply in replies for choice in reply.choices)
    text = "\n".join(reply.text for reply in replies)
    return Reply(text, tuple(choices)[:CHOICES], done=all(reply.done for reply in replies))


def folded(texts: Texts, replies: Sequence[Reply], *, room: int = LETTERS) -> list[Reply]:
    """The replies to what one command named; of too long ones what was refused goes first, and the rest is counted.

    `room` is in letters.
    """
    if _fitting([reply.text for reply in replies], room) == len(replies):
        return list(replies)
    refused_first = sorted(replies, key=lambda reply: reply.done)
    count = _fitting([reply.text for reply in refused_first], room)
    shown, rest = refused_first[:count], refused_first[count:]
    return [*shown, Reply(_more(texts, len(rest)), done=all(reply.done for reply in rest))]


def left_out(texts: Texts, wishes: Sequence[Wish]) -> list[Reply]:
    """What is said about those of one command's wishes that are too many for it."""
    if len(wishes) <= AT_ONCE:
        return []
    first = wishes[AT_ONCE]
    text = texts.say(
        "I have read the first {count} names only. Please send those from “{name}” on in a command of their own.",
        count=AT_ONCE,
        name=quoted(first.display or texts.say("all posts")),
    )
    return [Reply(text, done=False)]


def standing(request: Request) -> str:
    """Why the place receives nothing at present, and what to do; empty when it receives."""
    texts, place = request.texts, request.place
    if place.state is DestinationState.PAUSED and place.paused_until:
        return texts.say(
            "It is paused until {time}: nothing is sent before, unless an admin resumes it.",
            time=texts.date(place.paused_until, request.zone),
        )
    if place.state is DestinationState.PAUSED:
        return texts.say("It is paused: nothing is sent until an admin resumes it.")
    if reason := request.barred or (place.reason if place.state is DestinationState.SUSPENDED else ""):
        return texts.say(
            "Nothing can be sent at present: {reason}. It goes on by itself once that is mended.",
            reason=texts.term(reason),
        )
    return ""


def standing_by_us(request: Request) -> str:
    """The same for a reply with looks: what bars the place, the adapter says below it, with what else is missing."""
    return "" if request.barred and request.place.state is not DestinationState.PAUSED else standing(request)


def pausing(texts: Texts, place: Place) -> Choice:
    """The button that stops what arrives in a place for a time, or lets it go on."""
    if place.state is DestinationState.ACTIVE:
        return Choice(texts.say("Pause"), "/settings pause")
    return Choice(texts.say("Resume"), "/settings resume")


def resuming(texts: Texts, place: Place) -> tuple[Choice, ...]:
    """The button that lets a paused place go on, for below what `standing` says; none where nobody paused it."""
    return (Choice(texts.say("Resume"), "/resume"),) if place.state is DestinationState.PAUSED else ()


def no_categories(texts: Texts) -> str:
    """What to say where a list of categories would stand, if there were any."""
    return texts.say("No post names a category yet. To get every post, type /subscribe all")


def _selection(texts: Texts, selector: Selector, display: str) -> str:
    match selector.kind:
        case SelectorKind.ALL:
            return texts.say("all posts")
        case SelectorKind.ALL_EXCEPT:
            categories = listed(texts, display.split(NAME_SEPARATOR))
            return texts.say("all posts except {categories}", categories=categories)
        case SelectorKind.TAG:
            return texts.say("the tag {tag}", tag=display)
        case SelectorKind.CATEGORY:
            return display
