"""What an editor is told when front matter can't be read: the line, what is wrong there, and what to write instead."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from typing import Final, NamedTuple

import yaml

from bot.reading.handlers import FrontLoader

_LINES_BACK: Final = 50
"""How far above the line that the parser complains of its cause is looked for."""

_LONGEST_EXAMPLE: Final = 120
_LONGEST_KEY: Final = 40
_TOML_KEY_VALUE: Final = re.compile(r"([\w.-]+)[ \t]*([=:])[ \t]*(.*)")
_TOML_LINE: Final = re.compile(r"\(at line (\d+)")
_RESERVED: Final = "@`%*!&[]{}|>,?"


class Fault(NamedTuple):
    """What is wrong: on which line of the front matter (0 is its opening line), and how to mend it."""

    line: int
    what: str
    mend: str


def yaml_fault(error: yaml.YAMLError, lines: Sequence[str]) -> Fault:
    """Explain PyYAML's `error` by the line that caused it, which often stands above the one it complains of."""
    number = _culprit(lines, min(_reported_line(error), len(lines) - 1))
    line = lines[number]
    if line[: len(line) - len(line.lstrip())].count("\t"):
        return Fault(number, "the line is indented by a tab, which YAML forbids", "indent it by two blanks instead")
    key, value = _pair(line)
    if value and (trouble := _quoting_trouble(value)):
        return Fault(number, f"{key} {trouble}", _quoting_mend(key, value))
    if ":" not in line and number:
        mend = "write it as  key: value,  or indent it by two blanks if it belongs to the line above"
        return Fault(number, 'the line has no ":"', mend)
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    mend = 'look at this line and the one above it; a text with : # " or [ in it needs double quotes around it'
    return Fault(number, f"the front matter can't be understood here ({problem})", mend)


def toml_fault(error: tomllib.TOMLDecodeError, lines: Sequence[str]) -> Fault:
    """Explain tomllib's `error` (it names the line in its text alone)."""
    found = _TOML_LINE.search(str(error))
    number = min(int(found[1]) - 1 if found else len(lines) - 1, len(lines) - 1)
    pair = _TOML_KEY_VALUE.match(lines[number].strip())
    if pair and pair[2] == ":":
        return Fault(number, f'{pair[1]} is followed by ":"', f"between +++ lines write  {pair[1]} = …  instead")
    if pair and pair[3] and pair[3][0] not in "\"'[{":
        example = f"{pair[1]} = {_example(pair[3])}"
        return Fault(number, f"{pair[1]} is a text without quotation marks", f"put it in double quotes:  {example}")
    mend = "look at the quotation marks and brackets on this line and the one above it"
    return Fault(number, f"the front matter is not valid TOML ({str(error).partition(' (at')[0]})", mend)


def json_fault(error: json.JSONDecodeError) -> Fault:
    """Explain the `error` of Python's json."""
    what = f"the front matter is not valid JSON ({error.msg})"
    return Fault(error.lineno - 1, what, "look at the commas and double quotes on this line and the one above it")


def _reported_line(error: yaml.YAMLError) -> int:
    """Where the parser noticed; for a key without its ":" where that key stands."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or getattr(error, "context", None) == "while scanning a simple key":
        mark = getattr(error, "context_mark", None) or mark
    return int(mark.line) if mark else 0


def _culprit(lines: Sequence[str], reported: int) -> int:
    """The nearest line at or above `reported` that can't be read even by itself: a quote left open shows only later."""
    for number in range(reported, max(reported - _LINES_BACK, -1), -1):
        if _pair(lines[number])[1] and not _can_be_read(lines[number].strip()):
            return number
    return reported


def _pair(line: str) -> tuple[str, str]:
    """The key and the value on `line`; the value is empty if it is no `key: value`."""
    key, _, value = line.replace(":\t", ": ").partition(": ")
    return key.strip().removeprefix("- ").strip("\"' ")[:_LONGEST_KEY], value.strip()


def _can_be_read(line: str) -> bool:
    try:
        for _ in yaml.parse(line, Loader=FrontLoader):
            pass
    except yaml.YAMLError:
        return False
    return True


def _quoting_trouble(value: str) -> str:
    mark = value[0]
    if mark in "\"'":
        return _quotes_trouble(value, mark)
    if mark == "[" and value.endswith("]"):
        return "has a list that can't be read"
    if mark in _RESERVED:
        return f'begins with "{mark}", which has a meaning of its own in YAML'
    if ": " in value or value.endswith(":"):
        return 'has a ":" outside quotation marks'
    return ""


def _quotes_trouble(value: str, mark: str) -> str:
    if len(value) == 1 or not value.endswith(mark):
        return f"has a {mark} that is not closed"
    if mark in value[1:-1]:
        return f"has {mark} inside {mark}…{mark}"
    return "has a \\ that YAML can't read" if "\\" in value else ""


def _quoting_mend(key: str, value: str) -> str:
    if value[0] == "[" and value[-1] == "]":
        return f'part its entries by one comma each, such as  {key}: ["…", "…"]'
    return f"put the whole text in double quotes:  {key}: {_example(value)}"


def _example(value: str) -> str:
    if len(value) > _LONGEST_EXAMPLE:
        return '"…"'
    if value[0] in "\"'":
        value = value[1:-1] if len(value) > 1 and value.endswith(value[0]) else value[1:]
    return json.dumps(value, ensure_ascii=False)
