"""A reader of Discord's Markdown, as its clients parse a message: what people see, and how it looks.

Written after the rules of simple-markdown that Discord's clients use, for what newsbell writes: escapes, autolinks,
masked links, bold, italic, underline, strike, spoiler, code, mentions, emoji names, and the marks at a line's start.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

_LINK_TEXT = r"(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*"
_LINE_START = re.compile(r"[^\S\n]*(?:#{1,3}\s|-#\s|>(?:>>)?\s|[-*+]\s|\d+[.)]\s)")
_PLAIN = re.compile(r"[^\\<h`\[*_~|:]+")  # nothing that any rule begins with
_MENTION = re.compile(r"@everyone|@here|<(?:@[!&]?|#)\d+>")  # heard by the server, which knows no escapes


@dataclass(frozen=True)
class Run:
    """What is seen: a text and its look."""

    text: str
    styles: frozenset[str] = frozenset()
    link: str = ""


class SurpriseError(Exception):
    """Something that nobody wrote would be seen: a heading, a mention, an emoji."""


def read(text: str) -> list[Run]:
    """What a reader sees of `text`. Raises SurpriseError for anything but text, bold, italic, code and links."""
    if _MENTION.search(text):
        raise SurpriseError(f"a mention in {text!r}")
    for line in text.split("\n"):
        if _LINE_START.match(line):
            raise SurpriseError(f"a mark at the start of {line!r}")
    looks = groupby(_runs(text, frozenset()), key=lambda run: (run.styles, run.link))
    return [Run("".join(run.text for run in runs), *look) for look, runs in looks]


def read_own(text: str) -> list[Run]:
    """As `read`, of a heading or of small print that newsbell itself makes of one line."""
    for mark in ("## ", "-# "):
        if text.startswith(mark):
            assert "\n" not in text
            return read(text.removeprefix(mark))
    return read(text)


def seen(text: str) -> str:
    """The bare text that a reader sees; the invisible shields are taken out."""
    return "".join(run.text for run in read(text)).replace("\u200b", "")


def _runs(text: str, styles: frozenset[str], link: str = "") -> Iterator[Run]:
    at = 0
    while at < len(text):
        if plain := _PLAIN.match(text, at):
            yield Run(plain[0], styles, link)
            at = plain.end()
            continue
        for pattern, rule in _RULES:
            if match := pattern.match(text, at):
                yield from rule(match, styles, link)
                at = match.end()
                break
        else:
            yield Run(text[at], styles, link)
            at += 1


Rule = Callable[[re.Match[str], frozenset[str], str], Iterator[Run]]


def _plain(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
    yield Run(match[1], styles, link)


def _code(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
    yield Run(match[2], styles | {"code"}, link)


def _styled(style: str) -> Rule:
    def rule(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
        if style not in {"bold", "italic"}:
            raise SurpriseError(f"{style}: {match[0]!r}")
        yield from _runs(match[1], styles | {style}, link)

    return rule


def _address(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
    if link:
        raise SurpriseError(f"a link in a link: {match[0]!r}")
    yield Run(match[1], styles, match[1])


def _masked(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
    if link or "://" in match[1]:
        raise SurpriseError(f"a link that is shown as typed: {match[0]!r}")
    yield from _runs(match[1], styles, match[2])


def _replaced(match: re.Match[str], styles: frozenset[str], link: str) -> Iterator[Run]:
    raise SurpriseError(f"shown as something else: {match[0]!r}")


_RULES: list[tuple[re.Pattern[str], Rule]] = [
    (re.compile(r"\\([^0-9A-Za-z\s])"), _plain),
    (re.compile(r"<([^: >]+:/[^ >]+)>"), _address),
    (re.compile(r"(https?://[^\s<]+[^<.,:;\"'\]\s])"), _address),
    (re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)"), _code),
    (re.compile(rf"\[({_LINK_TEXT})\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?\s*\)"), _masked),
    (re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"), _styled("bold")),
    (re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"), _styled("underline")),
    (
        re.compile(r"\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)"),
        _styled("italic"),
    ),
    (re.compile(r"\b_((?:__|\\[\s\S]|[^\\_])+?)_\b"), _styled("italic by _")),
    (re.compile(r"~~(?=\S)([\s\S]*?\S)~~"), _styled("strike")),
    (re.compile(r"\|\|([\s\S]+?)\|\|"), _styled("spoiler")),
    (re.compile(r":([A-Za-z_+-][\w+-]*):"), _replaced),
    (re.compile(r"<a?:\w+:\d+>|<t:\d+(?::\w)?>|</[\w -]+:\d+>|<id:\w+>"), _replaced),
]
