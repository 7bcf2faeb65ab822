"""Gathers the variables of the settings: from the environment, a .env file, and the files that an `X_FILE` names.

And writes them into the text of a .env file, of which everything else stays as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from dotenv.parser import parse_stream

_OURS: Final = "NEWSBELL_"
_SHARED: Final = ("TELEGRAM_", "DISCORD_")
"""What other programs' variables may begin with as well: only one that is almost ours was meant for us."""
_ALMOST: Final = 0.9
_FILE: Final = "_FILE"
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:@%+,~=-]*")
"""Values that need no quotation marks."""
_EXAMPLE: Final = re.compile(r"\s*#\s*(?P<name>\w+)=")
"""A setting as .env.example has it: commented out."""


@dataclass
class Variables:
    """What was found: the text of each variable that is set, and what is wrong with how it is set."""

    values: dict[str, str] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def gather(known: Collection[str], env_file: Path | None, environ: Mapping[str, str]) -> Variables:
    """The `known` variables. The environment goes before the file; an empty variable is one that is not set."""
    found = Variables()
    written = _read_env_file(env_file, found.mistakes) if env_file else {}
    for layer in (written, environ):
        _take(layer, known, found)
    found.warnings += _unknown({**written, **environ}, known)
    return found


def rewritten(text: str, values: Mapping[str, str]) -> str:
    """`text`, which is that of a .env file, with these variables in it: in the place of their old lines, else below
    their commented-out ones, else at the end. What a file `X_FILE` would say besides is commented out.
    """
    lines, todo = [], dict(values)
    bindings = list(parse_stream(io.StringIO(text)))
    written = {binding.key for binding in bindings if binding.key in values}
    for binding in bindings:
        original = binding.original.string
        blanks = original[: len(original) - len(original.lstrip())]
        example = _EXAMPLE.match(original) if binding.key is None else None
        if binding.key in values:
            lines.append(blanks + (_line(binding.key, todo.pop(binding.key)) if binding.key in todo else ""))
        elif binding.key and binding.key.removesuffix(_FILE) in values and binding.key.endswith(_FILE):
            lines.append(f"{blanks}# {original.lstrip()}")
        else:
            lines.append(original)
            if example and example["name"] in todo.keys() - written:
                lines += [*_ended(original), _line(example["name"], todo.pop(example["name"]))]
    lines += _ended("".join(lines))
    return "".join([*lines, *(_line(name, value) for name, value in todo.items())])


def _ended(text: str) -> Iterator[str]:
    """What ends the last line of `text`, if it has no end."""
    if text and not text.endswith("\n"):
        yield "\n"


def _line(name: str, value: str) -> str:
    if not _PLAIN.fullmatch(value):
        value = "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return f"{name}={value}\n"


def _take(layer: Mapping[str, str], known: Collection[str], found: Variables) -> None:
    for name in known:
        text, file = layer.get(name, "").strip(), layer.get(name + _FILE, "").strip()
        if text and file:
            found.mistakes.append(f"{name}: is set twice, also by {name}{_FILE}; remove one of the two")
        elif file:
            text = _read_value(name, Path(file), found.mistakes)
        if text:
            found.values[name] = text


def _read_value(name: str, file: Path, mistakes: list[str]) -> str:
    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{name}{_FILE}: the file can't be read ({_reason(error)}); name one that newsbell may read")
        return ""


def _read_env_file(file: Path, mistakes: list[str]) -> dict[str, str]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        mistakes.append(f"{file.name}: can't be read ({_reason(error)}); make it a text file that newsbell may read")
        return {}
    values: dict[str, str] = {}
    for line in parse_stream(io.StringIO(text)):
        if line.error:
            mistakes.append(f"{file.name}: line {line.original.line} can't be understood; write it as NAME=value")
        elif line.key is not None:
            values[line.key] = line.value or ""
    return values


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or type(error).__name__


def _unknown(names: Collection[str], known: Collection[str]) -> list[str]:
    """A warning for each variable that looks like one of ours and is none."""
    ours = {*known, *(name + _FILE for name in known)}
    strange = sorted(set(names) - ours)
    shared = {name: get_close_matches(name.upper(), ours, 1, _ALMOST) for name in strange if _is_shared(name)}
    return [
        *(f"{name}: is no setting of newsbell{_did_you_mean(name, ours)}" for name in strange if _is_ours(name)),
        *(f"{name}: is no setting of newsbell; did you mean {near[0]}?" for name, near in shared.items() if near),
    ]


def _is_ours(name: str) -> bool:
    return name.upper().startswith(_OURS)


def _is_shared(name: str) -> bool:
    return name.upper().startswith(_SHARED)


def _did_you_mean(name: str, ours: Collection[str]) -> str:
    ends = sorted(each.removeprefix(_OURS) for each in ours if each.startswith(_OURS))
    near = get_close_matches(name.upper().removeprefix(_OURS), ends, n=1)
    return f"; did you mean {_OURS}{near[0]}?" if near else "; .env.example lists them all"
