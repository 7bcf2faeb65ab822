"""What an editor is told when front matter can't be read: the line, what is wrong there, and what to write instead."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from typing import Final, NamedTuple

import yaml

from bot.reading.front.handlers import SURROGATE_PAIR, FrontLoader, NoJsonValue, NotAMapping
from bot.reading.front.shape import TooDeep, TooLarge

_LINES_BACK: Final = 50
"""How far above the line that the parser complains of its cause is looked for."""

_LONGEST_EXAMPLE: Final = 120
_LONGEST_KEY: Final = 40
_TOML_KEY_VALUE: Final = re.compile(r"([\w.-]+)[ \t]*([=:])[ \t]*(.*)")
_TOML_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)")
_LONG_NUMBER: Final = re.compile(r"\d[\d_]{4000}")
_ALIAS: Final = re.compile(r"(?<=[\s,\[:-])\*\w")
_ESCAPE: Final = re.compile(  # of YAML; the group is missing where it is none
    r"""\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0abt\tnvfre "/\\N_LP])?"""
)
_HALF_AN_EMOJI: Final = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")  # where the pairs are taken out
_RESERVED: Final = "@`%*!&[]{}|>,?"


class Fault(NamedTuple):
    """What is wrong: on which line of the front matter (0 is its opening line), and how to mend it.

    `column` is from 1; 0 where no one place on the line is to blame.
    """

    line: int
    what: str
    mend: str
    column: int = 0


class _Trouble(NamedTuple):
    """What is wrong with a value, how many characters into it, and the mend, if quoting is none."""

    what: str
    offset: int = 0
    mend: str = ""


def fault_of(error: Exception, source: str) -> Fault:
    """Explain whatever went wrong with the front matter `source`."""
    lines = source.split("\n")
    match error:
        case yaml.YAMLError():
            return yaml_fault(error, lines)
        case tomllib.TOMLDecodeError():
            return toml_fault(error, lines)
        case json.JSONDecodeError():
            return json_fault(error)
        case NotAMapping():
            what = f"the lines between {lines[0].strip()[:3]} and its closing line are not in the form  key: value"
            return Fault(0, what, 'write each on its own line, such as  title: "…"; a mere rule is written ***')
        case _:
            return _value_fault(error, source)


def _value_fault(error: Exception, source: str) -> Fault:
    """Explain what no parser complains of in an error of its own."""
    found, mend = None, "put numbers and dates in double quotes"
    match error:
        case TooDeep() | RecursionError():
            what, mend = "the front matter is nested too deeply", "keep only plain keys and short lists in it"
        case TooLarge():
            what = "the aliases in the front matter (*name) repeat it, or themselves, without end"
            found, mend = _ALIAS.search(source), "write each value out where it belongs"
        case NoJsonValue():
            what, mend = f"{error} is no value in JSON", f'put it in double quotes:  "{error}"'
            found = re.search(rf"(?<![\"\w]){re.escape(str(error))}\b", source)
        case _:
            found = _LONG_NUMBER.search(source)
            what = "a number here has too many digits" if found else "a value in the front matter can't be read"
    return _at(source, found, what, mend)


def yaml_fault(error: yaml.YAMLError, lines: Sequence[str]) -> Fault:
    """Explain PyYAML's `error` by the line that caused it, which often stands above the one it complains of."""
    number = _culprit(lines, min(_reported_line(error), len(lines) - 1))
    line = lines[number]
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        what = "the line is indented by a tab, which YAML forbids"
        return Fault(number, what, "indent it by two blanks instead", indent.index("\t") + 1)
    key, value = _pair(line)
    if value and (trouble := _quoting_trouble(value)):
        marked = _marked_column(error, number, line) if value[0] == "[" and value[-1] == "]" else 0
        column = marked or len(line.rstrip()) - len(value) + trouble.offset + 1
        return Fault(number, f"{key} {trouble.what}", trouble.mend or _quoting_mend(key, value), column)
    if ":" not in line and number:
        mend = "write it as  key: value,  or indent it by two blanks if it belongs to the line above"
        return Fault(number, 'the line has no ":"', mend, len(indent) + 1 if line.strip() else 0)
    problem = getattr(error, "problem", None) or "it is not valid YAML"
    mend = 'look at this line and the one above it; a text with : # " or [ in it needs double quotes around it'
    what = f"the front matter can't be understood here ({problem})"
    return Fault(number, what, mend, _marked_column(error, number, line))


def toml_fault(error: tomllib.TOMLDecodeError, lines: Sequence[str]) -> Fault:
    """Explain tomllib's `error` (it names the place in its text alone)."""
    found = _TOML_PLACE.search(str(error))
    number = min(int(found[1]) - 1 if found else len(lines) - 1, len(lines) - 1)
    line = lines[number]
    pair = _TOML_KEY_VALUE.match(line.strip())
    indent = len(line) - len(line.lstrip())
    if pair and pair[2] == ":":
        mend = f"between +++ lines write  {pair[1]} = …  instead"
        return Fault(number, f'{pair[1]} is followed by ":"', mend, indent + pair.start(2) + 1)
    if pair and "overwrite" in str(error):
        return Fault(number, f"{pair[1]} is written twice", "keep one of the two", indent + 1)
    if pair and pair[3] and pair[3][0] not in "\"'[{" and not _is_toml(pair[3]):
        mend = f"put it in double quotes:  {pair[1]} = {_example(pair[3])}"
        return Fault(number, f"{pair[1]} is a text without quotation marks", mend, indent + pair.start(3) + 1)
    what = f"the front matter is not valid TOML ({str(error).partition(' (at')[0]})"
    mend = "look at the quotation marks and brackets on this line and the one above it"
    return Fault(number, what, mend, int(found[2]) if found else 0)


def _is_toml(value: str) -> bool:
    try:
        tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        return False
    return True


def json_fault(error: json.JSONDecodeError) -> Fault:
    """Explain the `error` of Python's json."""
    what = f"the front matter is not valid JSON ({error.msg})"
    mend = "look at the commas and double quotes on this line and the one above it"
    return Fault(error.lineno - 1, what, mend, error.colno)


def _at(source: str, found: re.Match[str] | None, what: str, mend: str) -> Fault:
    """A fault at the place that was `found` in `source`; of the whole if there is none."""
    if found is None:
        return Fault(0, what, mend)
    start = found.start()
    return Fault(source.count("\n", 0, start), what, mend, start - source.rfind("\n", 0, start))


def _marked_column(error: yaml.YAMLError, number: int, line: str) -> int:
    """Where on the line `number` the parser complains, from 1; 0 if it does so on another line."""
    mark = getattr(error, "problem_mark", None)
    if mark is None or mark.line != number or SURROGATE_PAIR.search(line):  # pairs were joined: columns are not its own
        return 0
    return int(mark.column) + 1


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


def _quoting_trouble(value: str) -> _Trouble | None:
    mark = value[0]
    if mark in "\"'":
        return _quotes_trouble(value, mark)
    if mark == "[" and value.endswith("]"):
        return _Trouble("has a list that can't be read")
    if mark in _RESERVED:
        return _Trouble(f'begins with "{mark}", which has a meaning of its own in YAML')
    if ": " in value or value.endswith(":"):
        return _Trouble('has a ":" outside quotation marks', f"{value} ".index(": "))
    return None


def _quotes_trouble(value: str, mark: str) -> _Trouble | None:
    if len(value) == 1 or not value.endswith(mark):
        return _Trouble(f"has a {mark} that is not closed")
    if mark in value[1:-1]:
        return _Trouble(f"has {mark} inside {mark}…{mark}", value.index(mark, 1))
    if "\\" not in value:
        return None
    if half := _HALF_AN_EMOJI.search(SURROGATE_PAIR.sub(lambda pair: " " * len(pair[0]), value)):
        mend = f"write the emoji itself instead of its code, or leave {half[0]} out"
        return _Trouble(f"has half an emoji ({half[0]})", half.start(), mend)
    wrong = (escape.start() for escape in _ESCAPE.finditer(value) if escape[1] is None)
    return _Trouble("has a \\ that YAML can't read", next(wrong, value.index("\\")))


def _quoting_mend(key: str, value: str) -> str:
    if value[0] == "[" and value[-1] == "]":
        return f'part its entries by one comma each, such as  {key}: ["…", "…"]'
    return f"put the whole text in double quotes:  {key}: {_example(value)}"


def _example(value: str) -> str:
    if len(value) > _LONGEST_EXAMPLE:
        return '"…"'
    if value[0] in "\"'":
        value = value[1:-1] if len(value) > 1 and value.endswith(value[0]) else value[1:]
    value = SURROGATE_PAIR.sub(lambda pair: str(json.loads(f'"{pair[0]}"')), value)  # the emoji itself, not its code
    return json.dumps(value, ensure_ascii=False)
