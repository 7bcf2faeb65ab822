"""Plain literals in a configuration that is a script. It is never run: what is computed is simply not known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_STRING: Final = r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`"""
_STRING_OR_COMMENT: Final = re.compile(rf"({_STRING})|//[^\n]*|/\*.*?\*/", re.S)
_TOKEN: Final = re.compile(rf"{_STRING}|[{{}}\[\]]", re.S)
_LONGEST_BLOCK: Final = 64 << 10
_CACHED: Final = 8  # a run has one site
_CACHED_KEYS: Final = 128


@lru_cache(maxsize=_CACHED)
def without_comments(source: str) -> str:
    """`source` without `//` and `/* */` comments; the texts in it stay whole."""
    return _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", source)


@lru_cache(maxsize=_CACHED_KEYS)
def literal(source: str, key: str) -> str:
    """The text that `key` is given first in `source` (without comments); empty if it is computed or not there."""
    match = re.search(rf"""(?<![\w$.])(["']?){re.escape(key)}\1\s*:\s*({_STRING})\s*(?=[,}}\n)]|$)""", source)
    return _unquoted(match[2]) if match else ""


@lru_cache(maxsize=_CACHED_KEYS)
def argument(source: str, function: str) -> str:
    """The one text that `function` is called with: `setInputDirectory("src")`; empty if there is no such call."""
    match = re.search(rf"\b{re.escape(function)}\s*\(\s*({_STRING})\s*\)", source)
    return _unquoted(match[1]) if match else ""


@lru_cache(maxsize=_CACHED_KEYS)
def switch(source: str, key: str) -> bool | None:
    """Whether `key` is given true or false; None if neither."""
    match = re.search(rf"""(?<![\w$.])(["']?){re.escape(key)}\1\s*:\s*(true|false)\b""", source)
    return match[2] == "true" if match else None


def blocks_after(source: str, opening: str) -> Iterator[str]:
    """What stands between the braces of each object that follows a match of the pattern `opening`."""
    for match in re.finditer(opening, source):
        start = source.find("{", match.end())
        if start >= 0 and not source[match.end() : start].strip(" \t\n,:"):
            yield _block(source[start : start + _LONGEST_BLOCK])


def top_level(block: str) -> str:
    """`block` without the objects and lists inside it."""
    kept, depth, place = [], 0, 0
    for token in _TOKEN.finditer(block):
        opens, closes = token[0] in "{[", token[0] in "}]"
        if opens and not depth:
            kept.append(block[place : token.start()])
        depth = depth + 1 if opens else max(0, depth - 1) if closes else depth
        if closes and not depth:
            place = token.end()
    return "".join((*kept, "" if depth else block[place:]))


def _block(source: str) -> str:
    """The inside of the object that `source` begins with; all of it if it never ends."""
    depth = 0
    for token in _TOKEN.finditer(source):
        depth += (token[0] in "{[") - (token[0] in "}]")
        if not depth:
            return source[1 : token.start()]
    return source[1:]


def _unquoted(written: str) -> str:
    text = written[1:-1]
    return "" if written[0] == "`" and "${" in text else re.sub(r"\\(.)", r"\1", text)
