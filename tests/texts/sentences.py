"""Collects every sentence that the code says, with the values that it gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Final, TypeGuard

from bot import errors
from bot.records import HELD_BY_WORD
from state.trials import GIVEN_UP
from state.troubles import MENDS

ROOT: Final = Path(__file__).parents[2]


def _is_delivery_error(kind: object) -> TypeGuard[type[errors.DeliveryError]]:
    return isinstance(kind, type) and issubclass(kind, errors.DeliveryError)


_ARGUMENTS: Final = {"say": 1, "plural": 3, "sentence": 1}
"""How many arguments without a name each call has; all are messages, but the last of `plural`."""

_ERRORS: Final = {kind.__name__ for kind in vars(errors).values() if _is_delivery_error(kind)}
_REASONS: Final = dict.fromkeys(_ERRORS | {"Reason"}, 0) | {"Row": 2, "Cause": 3}
"""Which argument of each call is a reason, where it stands there in words: rows are those of the tables of verdicts."""


@dataclass(frozen=True)
class Sentence:
    """One call: where it stands, its messages, and the names of the values given; None where they come as a dict."""

    place: str
    messages: tuple[str, ...]
    given: frozenset[str] | None


def sentences() -> list[Sentence]:
    """Every sentence in the code of the core and the adapters; the command line speaks English alone.

    And the reasons of the store, which knows of no texts: those that it remembers, and its own troubles.
    """
    return [*(Sentence("state", (reason,), None) for reason in _of_the_store()), *_in_code()]


def _of_the_store() -> Iterator[str]:
    yield from (HELD_BY_WORD, GIVEN_UP, *MENDS.values())
    for what in ("read", "written"):
        yield f"the database can't be {what} now: another program is using it"
        yield f"the database can't be {what}: {{reason}}"


def _in_code() -> list[Sentence]:
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
        if isinstance(node, ast.Call):
            messages = _messages(node)
            if any(isinstance(message, ast.Constant | ast.JoinedStr | ast.BinOp) for message in messages):
                yield _sentence(node, messages, f"{path}:{node.lineno}")


def _messages(call: ast.Call) -> list[ast.expr]:
    """Those of the arguments that are to be said to people."""
    name, given = _name(call.func), call.args
    if _ARGUMENTS.get(name) == len(given):
        return given[:2] if len(given) == 3 else given
    return given[_REASONS[name] :][:1] if name in _REASONS else []


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
    if None in names or _name(call.func) not in {"say", "plural", "Reason"}:
        return None
    given = frozenset(name for name in names if name)
    return given | {"count"} if _name(call.func) == "plural" else given


def _name(function: ast.expr) -> str:
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
