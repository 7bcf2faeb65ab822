"""What MkDocs' extensions add to Markdown, and no other generator reads that way: tabs, icons, snippets, edits.

Sources: squidfunk.github.io/mkdocs-material, "Reference"; facelessuser.github.io/pymdown-extensions (Tabbed, Emoji,
Snippets, Critic, Mark, Caret, Keys); python-markdown.github.io, "Abbreviations".
"""

from __future__ import annotations

import re
from typing import Final

from bot.reading.text.templating import CODE

_WITHIN: Final = r"(?:(?!\n[ \t]*\n).){0,1000}?"  # of a paragraph
_EXTENSIONS: Final = re.compile(
    rf"{CODE}"
    r"|^(?P<tab>[ \t]*)===[!+]{0,2}(?=[ \t]+[\"'])"
    r"|^[ \t]*-{1,}8<-{1,}[ \t]*\n(?:[^\n]*\n){0,50}?[ \t]*-{1,}8<-{1,}[ \t]*$"  # a snippet of several files
    r"|^[ \t]*-{1,}8<-{1,}[ \t]+[\"'][^\n]*$"
    r"|^\*\[[^\]\n]{1,200}\]:[^\n]*$"  # an abbreviation
    rf"|\{{\+\+(?P<inserted>{_WITHIN})\+\+\}}|\{{--{_WITHIN}--\}}|\{{>>{_WITHIN}<<\}}"
    rf"|\{{==(?P<marked>{_WITHIN})==\}}|\{{~~{_WITHIN}~>(?P<new>{_WITHIN})~~\}}"
    r"|(?<![=\w])==(?P<mark>[^\s=](?:[^=\n]{0,500}[^\s=])?)==(?![=\w])"
    r"|\^\^(?P<caret>[^\s^](?:[^^\n]{0,500}[^\s^])?)\^\^"
    r"|(?<![+\w])\+\+(?P<keys>[a-z0-9-]{1,30}(?:\+[a-z0-9-]{1,30}){0,5})\+\+(?![+\w])"
    r"|[ \t]?(?<![\w:/]):[a-z+][a-z0-9_+-]{0,80}:(?![\w:/])",  # an icon or emoji, and the blank before it
    re.M | re.S,
)
_KEPT: Final = ("code", "inserted", "marked", "new", "mark", "caret", "keys")


def without_extensions(source: str) -> str:
    """`source` as other generators would have it: tabs as boxes, of edits what is to stay, no icons, no snippets."""
    return _EXTENSIONS.sub(_replacement, source)


def _replacement(match: re.Match[str]) -> str:
    if match["tab"] is not None:
        return f"{match['tab']}!!! tab"
    kept = next((text for name in _KEPT if (text := match[name]) is not None), "")
    return _EXTENSIONS.sub(_replacement, kept) if match["code"] is None and kept else kept
