"""A generator's configuration file as plain values: YAML, TOML, JSON, or the text of a script. Nothing in it is run."""

from __future__ import annotations

import json
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import yaml

from bot.reading.fields import flag, text_of
from bot.reading.front.handlers import FrontLoader, refuse_deep_nesting
from bot.reading.front.shape import DEEPEST_NESTING, TooDeep

LARGEST_FILE_BYTES: Final = 512 << 10
"""Of a configuration that is read: ten times the largest navigation tree that stands in one."""

_TOML_LINE: Final = re.compile(r" \(at (?:line (\d+)[^)]*|end of document)\)")
_SCRIPTS: Final = frozenset({".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"})
_QUOTES_MEND: Final = "look at the quotation marks, colons and blanks on this line and the one above it"


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a configuration file says."""

    values: Mapping[str, object] = field(default_factory=dict)  # keys as written; of a script {"source": its text}
    doubts: tuple[str, ...] = ()  # what can't be read: "_config.yml:3: what; mend"
    source: str = ""  # the file's text


class ConfigurationLoader(FrontLoader):
    """Loads scalars as text, as in front matter; what has a tag of its own (mkdocs' !!python/name, !ENV) is None."""


def _ignore(loader: ConfigurationLoader, node: yaml.Node) -> None:
    """Nothing: a tag may stand for code, and code is not run here."""


ConfigurationLoader.add_constructor(None, _ignore)


class _Unreadable(ValueError):
    """Why the file can't be read: the line (from 1; 0: the file), what, and the mend."""

    def __init__(self, line: int, what: str, mend: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what
        self.mend = mend


def read_configuration(file: Path) -> Configuration:
    """What `file` says; of one that can't be read nothing, and a doubt with the line and the mend. Never raises.

    Scalars of YAML are text as written, those of TOML and JSON have their types: `text_at` and `flag_at` take both.
    """
    source = ""
    try:
        source = _text_of(file)
        return Configuration(_parse(source, file.suffix.lower()), (), source)
    except _Unreadable as fault:
        place = f"{file.name}:{fault.line}" if fault.line else file.name
        doubt = f"{place}: {fault.what}; until it can be read, newsbell assumes the defaults; {fault.mend}"
        return Configuration({}, (doubt,), source)


def value_at(values: object, *keys: str) -> object:
    """The value at `keys`, one a level, without regard to upper and lower case; None if there is none."""
    for key in keys:
        if not isinstance(values, Mapping):
            return None
        found = values.get(key)
        if found is None:
            names = (name for name in values if isinstance(name, str) and name.lower() == key.lower())
            found = values.get(next(names, key))
        values = found
    return values


def text_at(values: object, *keys: str) -> str:
    """The value at `keys` as one plain text; empty if it is none."""
    return text_of(value_at(values, *keys))


def flag_at(values: object, *keys: str) -> bool | None:
    """Whether the value at `keys` says yes or no; None if it says neither."""
    return flag(value_at(values, *keys))


def zone_at(values: object, *keys: str) -> str:
    """The value at `keys` as the name of a time zone; empty if it is none."""
    name = text_at(values, *keys)
    try:
        return ZoneInfo(name).key if name else ""
    except (KeyError, ValueError, OSError):  # OSError: the name of a folder, such as "Asia", or a very long one
        return ""


def mapping_at(values: object, *keys: str) -> Mapping[str, object]:
    """The mapping at `keys`, only its keys that are texts; empty if there is none."""
    found = value_at(values, *keys)
    return {key: value for key, value in found.items() if isinstance(key, str)} if isinstance(found, Mapping) else {}


def _text_of(file: Path) -> str:
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for ever
            raise _Unreadable(0, "it is no file", "put the configuration there as a plain file")
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        mend = "give newsbell's user the right to read it"
        raise _Unreadable(0, f"it can't be read ({error.strerror})", mend) from error
    if len(content) > LARGEST_FILE_BYTES:
        what = f"it is larger than {LARGEST_FILE_BYTES >> 10} KiB"
        raise _Unreadable(0, what, "keep only the site's settings in it; lists belong into data files")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _Unreadable(line, "it is not UTF-8", "save it with the encoding UTF-8") from error


def _parse(source: str, suffix: str) -> Mapping[str, object]:
    if suffix in _SCRIPTS:
        return {"source": source}
    try:
        found = _load(source, suffix)
        _refuse_deep_values(found)
    except (TooDeep, RecursionError) as error:
        raise _Unreadable(0, "it is nested too deeply", "keep its lists and tables flat") from error
    except yaml.YAMLError as error:
        raise _yaml_fault(error) from error
    except tomllib.TOMLDecodeError as error:
        place = _TOML_LINE.search(str(error))
        what = f"it is not valid TOML ({_TOML_LINE.sub('', str(error))})"
        line = int(place[1]) if place and place[1] else source.count("\n") + 1
        raise _Unreadable(line, what, "look at the quotation marks and brackets there") from error
    except json.JSONDecodeError as error:
        what = f"it is not valid JSON ({error.msg})"
        raise _Unreadable(error.lineno, what, "look at the commas and double quotes there") from error
    # An integer of 5,000 digits, and the slips of PyYAML's constructors.
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _Unreadable(0, "a value in it can't be read", "put numbers and dates in double quotes") from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _Unreadable(1, "its lines are not in the form  key: value", "write each setting as  key: value")
    return {key: value for key, value in found.items() if isinstance(key, str)}


def _load(source: str, suffix: str) -> object:
    if suffix == ".toml":
        return tomllib.loads(source)
    if suffix == ".json":
        return json.loads(source) if source.strip() else None
    refuse_deep_nesting(source)
    return next(iter(yaml.load_all(source, Loader=ConfigurationLoader)), None)


def _yaml_fault(error: yaml.YAMLError) -> _Unreadable:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not valid YAML"
    return _Unreadable(mark.line + 1 if mark else 0, f"it can't be understood here ({problem})", _QUOTES_MEND)


def _refuse_deep_values(found: object) -> None:
    """Raise TooDeep for what TOML and JSON let through; an alias that contains itself is deep as well."""
    level = [found]
    for _ in range(DEEPEST_NESTING):
        seen: dict[int, object] = {}
        for value in level:
            inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            seen.update((id(item), item) for item in inner if isinstance(item, dict | list))
        level = list(seen.values())
        if not level:
            return
    raise TooDeep
