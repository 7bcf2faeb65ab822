"""Boxes beside the text, `:::note` … `:::` and `!!! note` with indented lines below: they become quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

BOX_START: Final = re.compile(r"\n[ \t]*(?::::|!!!|\?\?\?)")
"""How a line begins that is about a box."""

_KINDS: Final = """
    abstract admonition attention bug caution danger details error example failure hint important info note question
    quote secondary seealso success tip todo warning
"""
_KNOWN: Final = frozenset(_KINDS.split())
_LONGEST_BOX: Final = 200  # lines: of boxes that are never closed, each costs no more than this
_FENCE: Final = re.compile(r"[ \t]*:{3,}[ \t]*\{?[ \t]*\.?(?P<kind>[A-Za-z-]*)")
_HEAD: Final = re.compile(r"(?P<indent>[ \t]*)(?:!!!|\?\?\?\+?)(?:[ \t]|$)")
_CODE_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")


def quote_admonitions(source: str) -> str:
    """`source` with the text of its boxes quoted, and without their heads, titles and fences.

    A fence of another kind (`::: lead`) is only a frame: its lines go, the text stays as it is.
    """
    return "\n".join(_lines(source.split("\n")))


def _lines(lines: Sequence[str]) -> Iterator[str]:
    number, code = 0, ""
    while number < len(lines):
        line = lines[number]
        number += 1
        if fence := _CODE_FENCE.match(line):
            code = fence[1][:3] if not code else "" if fence[1].startswith(code) else code
        if code:
            yield line
        elif head := _HEAD.match(line):
            below = _end_of_indented(lines, number, len(head["indent"]))
            yield from _quoted(lines[number:below])
            number = below
        elif fence := _FENCE.match(line):
            end = _closing_fence(lines, number) if fence["kind"].lower() in _KNOWN else None
            yield ""
            if end is not None:
                yield from _quoted(lines[number:end])
                number = end + 1
        else:
            yield line


def _end_of_indented(lines: Sequence[str], start: int, indent: int) -> int:
    end = start
    for number in range(start, len(lines)):
        line = lines[number].expandtabs(4)
        if not line.strip():
            continue
        if len(line) - len(line.lstrip()) < indent + 4:
            break
        end = number + 1
    return end


def _closing_fence(lines: Sequence[str], start: int) -> int | None:
    """The number of the line that closes a box; boxes inside it have fences of their own."""
    depth = 1
    for number in range(start, min(start + _LONGEST_BOX, len(lines))):
        if fence := _FENCE.match(lines[number]):
            depth += 1 if fence["kind"] else -1
            if not depth:
                return number
    return None


def _quoted(lines: Sequence[str]) -> Iterator[str]:
    inside = [line for line in lines if not _FENCE.match(line) and not _HEAD.match(line)]
    yield ""
    yield from (f"> {line.strip()}" for line in inside)
    yield ""
