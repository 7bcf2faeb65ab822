"""Collects every sentence that the code says, with the values that it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final

ROOT: Final = Path(__file__).parents[2]

_ARGUMENTS: Final = {"say": 1, "plural": 3, "sentence": 1}
"""How many arguments without a name each call has; all are messages, but the last of `plural`."""


@dataclass(frozen=True)
class Sentence:
    """One call: where it stands, its messages, and the names of the values given; None where they come as a dict."""

    place: str
    messages: tuple[str, ...]
    given: frozenset[str] | None


def sentences() -> list[Sentence]:
    """Every sentence in the code of the core and the adapters; the command line speaks English alone."""
    return [
        sentence
        for folder in ("bot", "adapters")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path.parent.name != "cli"
        for sentence in said_in(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix())
    ]


def said_in(code: str, path: str) -> Iterator[Sentence]:
    """The sentences in a module. A variable in place of a message is one marked elsewhere by `sentence(…)`."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and _ARGUMENTS.get(_name(node.func)) == len(node.args):
            messages = node.args[:2] if len(node.args) == 3 else node.args
            if any(isinstance(message, ast.Constant | ast.JoinedStr | ast.BinOp) for message in messages):
                yield _sentence(node, messages, f"{path}:{node.lineno}")


def placeholders(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(message) if name is not None}


def _sentence(call: ast.Call, messages: list[ast.expr], place: str) -> Sentence:
    texts = tuple(
        message.value for message in messages if isinstance(message, ast.Constant) and isinstance(message.value, str)
    )
    if len(texts) != len(messages):
        raise ValueError(f"{place}: a message is one literal, with {{placeholders}} for what varies")
    return Sentence(place, texts, _given(call))


def _given(call: ast.Call) -> frozenset[str] | None:
    """The names of the values; None where the call can't tell: a dict is handed on, or a sentence is only marked."""
    names = [keyword.arg for keyword in call.keywords]
    if None in names or _name(call.func) == "sentence":
        return None
    given = frozenset(name for name in names if name)
    return given | {"count"} if _name(call.func) == "plural" else given


def _name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
