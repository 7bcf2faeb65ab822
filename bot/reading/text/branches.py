"""Of Liquid's and Nunjucks' conditions the first branch: which one the site shows can't be known, and both is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from bot.reading.text.templating import CODE

_TAGS: Final = re.compile(
    rf"{CODE}"
    r"|\{%-?\s*(?P<raw>raw|verbatim|comment)\b(?:(?!\{%-?\s*end(?P=raw)\b).)*\{%-?\s*end(?P=raw)\s*-?%\}"
    r"|\{%-?\s*(?P<word>if|ifchanged|unless|case|switch|for|else|elsif|elif|elseif|when|default"
    r"|endif|endifchanged|endunless|endcase|endswitch|endfor)\b(?:(?!\{%).)*?%\}",
    re.M | re.S,
)
_OPENS: Final = frozenset({"if", "ifchanged", "unless", "case", "switch", "for"})
_CHOICES: Final = frozenset({"case", "switch"})  # their first `when` begins the first branch
_ENDS_A_SENTENCE: Final = frozenset(".!?…:;,។៕。")

_DEEPEST: Final = 50


def first_branches(source: str) -> str:
    """`source` without the branches of each condition after its first; a condition without an end stays whole."""
    if "{" not in source or "{%" not in source:  # a single letter is found ten times as fast
        return source
    if "else" not in source and "when" not in source and "elif" not in source:
        return source
    kept: list[str] = []
    position = 0
    for start, end in _others(source):
        if start < position:  # inside a branch that is left out already
            continue
        kept.append(source[position:start])
        if source[start - 1 : start] in _ENDS_A_SENTENCE and source[end : end + 1].isalnum():
            kept.append(" ")
        position = end
    return "".join((*kept, source[position:]))


def _others(source: str) -> list[tuple[int, int]]:
    """Where the branches after the first of each condition begin, and where their condition ends; in order."""
    return sorted(_found(source))


def _found(source: str) -> Iterator[tuple[int, int]]:
    open_tags: list[tuple[str, list[int]]] = []  # what each is, and where its branches begin
    for tag in _TAGS.finditer(source):
        word = tag["word"]
        if word is None:
            continue
        if word in _OPENS:
            if len(open_tags) >= _DEEPEST:
                return
            open_tags.append((word, []))
        elif not open_tags:
            continue
        elif not word.startswith("end"):
            open_tags[-1][1].append(tag.start())
        elif word == f"end{open_tags[-1][0]}":
            kind, branches = open_tags.pop()
            later = branches[1:] if kind in _CHOICES else branches
            if later:
                yield later[0], tag.end()
