"""What JSX adds to Markdown in MDX: expressions and components. What they would show can't be known, so they vanish.

Source: mdxjs.com, "What is MDX?". Imports, exports and comments are taken out before (bot.reading.text.templating).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.reading.text.templating import CODE

_LONGEST: Final = 2_000  # characters of an expression or a tag
_DEEPEST: Final = 20  # braces in one; with that, what is never closed is soon given up

_START: Final = re.compile(rf"{CODE}|<(?=/?(?:[A-Z]|>))|\{{", re.M | re.S)
_INSIDE: Final = re.compile(
    r"""/\*(?:(?!/\*).)*?\*/|"(?:[^"\\]|\\.){0,500}+"|'(?:[^'\\]|\\.){0,500}+'|`(?:[^`\\]|\\.){0,500}+`|[{}<>]""", re.S
)
_LITERAL: Final = re.compile(r"""\{\s*(["'`])((?:(?!\1)[^\\\n$])*)\1\s*\}""")
_ATTRIBUTE: Final = re.compile(r"<[a-z][^<>]{0,500}?(\s+[\w:-]{1,60}=)\Z", re.I)  # <span style={…}>
_SIGN: Final = re.compile(r"[\\`*_{}\[\]<>#~|!&]")


def without_jsx(source: str) -> str:
    """`source` without expressions in braces and without the tags of components; a text in an expression stays.

    `\\{` is a brace for readers, and in code everything is as it is.
    """
    return "".join(_pieces(source)) if "{" in source or "<" in source else source


def _pieces(source: str) -> Iterator[str]:
    done = position = 0
    while start := _START.search(source, position):
        position = start.end()
        end = None if start["code"] else _end(source, start.start())
        if end is None:
            continue
        before = source[done : start.start()]
        attribute = _ATTRIBUTE.search(before[-_LONGEST:]) if before.endswith("=") else None
        yield before[: -len(attribute[1])] if attribute else before
        yield "" if attribute else _shown(source[start.start() : end])
        done = position = end
    yield source[done:]


def _end(source: str, start: int) -> int | None:
    """Where the expression or the tag ends that begins at `start`; None if it has no end, and so is a mere text."""
    is_tag = source[start] == "<"
    depth = 0
    for found in _INSIDE.finditer(source, start + is_tag, start + _LONGEST):
        match found[0]:
            case "{" if depth < _DEEPEST:
                depth += 1
            case "}" if depth:
                depth -= 1
                if not depth and not is_tag:
                    return found.end()
            case ">" if is_tag and not depth:
                return found.end()
            case "{" | "}":
                return None
            case "<" if is_tag and not depth:
                return None
    return None


def _shown(written: str) -> str:
    """The words of an expression that is a text, such as {"rain"} or {' '}, as Markdown."""
    literal = _LITERAL.fullmatch(written)
    return _SIGN.sub(r"\\\g<0>", literal[2]) if literal else ""
