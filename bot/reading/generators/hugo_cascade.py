"""What Hugo's sections give to the pages below them: `cascade` in `_index.md` files and in the site's configuration.

Source: gohugo.io, "Front matter", "Cascade".
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from pathlib import Path
from typing import Final

from bot.errors import PostError
from bot.reading.fields import text_of, texts_in
from bot.reading.front.front_matter import FRONT_MATTER_LIMIT, read_front_matter
from bot.reading.generators.configuration import value_at
from bot.reading.generators.custom import HUGO, with_custom_keys
from bot.reading.generators.generator import Fields

_CACHED_FILES: Final = 1024
_LARGEST_FRONT_BYTES: Final = 5 * FRONT_MATTER_LIMIT  # letters of four bytes, and some room for the line that closes it
_MOST_ENTRIES: Final = 100
_MOST_ALTERNATIVES: Final = 64
_CHOICE: Final = re.compile(r"\{([^{}]*)\}")
_PART: Final = re.compile(r"\*\*|\*|\?|\[[!^]?[^\]]+\]|\\?(.)", re.S)
_STARS: Final = re.compile(r"\*{3,}")
_KIND: Final = "page"  # of every post
_ENVIRONMENT: Final = "production"  # a site is built for it


@dataclass(frozen=True, slots=True)
class Entry:
    """Front matter for the pages that its target names."""

    values: Fields  # keys in lower case, those of `params` beside the others
    target: tuple[tuple[str, str], ...] = ()  # "path", "kind", "lang", "environment", each with its patterns

    def is_for(self, page: Mapping[str, str]) -> bool:
        """Whether a page with this path, kind, lang and environment gets the values."""
        return all(matches(page[name], pattern) for name, pattern in self.target)


@dataclass(frozen=True, slots=True)
class Cascade:
    """What one file gives to the pages below it, the first entry the strongest; `doubt` says why it can't be read."""

    entries: tuple[Entry, ...] = ()
    doubt: str = ""


_NOTHING: Final = Cascade()


def read_entries(written: object) -> tuple[Entry, ...]:
    """The entries of a `cascade`: one table, or a list of them, each with a `target` or without."""
    tables = written[:_MOST_ENTRIES] if isinstance(written, list) else [written]
    return tuple(entry for table in tables if isinstance(table, dict) for entry in _entries(table))


def cascade_in(root: Path, file: str) -> Cascade | None:
    """The cascade in the section's file at `file` below `root`; None if there is no such file.

    It costs one look at the file; it is read again whenever it changes.
    """
    try:
        if not os.access(f"{root}/{file}", os.F_OK):  # for most folders, and soon told
            return None
        status = os.stat(f"{root}/{file}")  # noqa: PTH116 - for each folder above each post, and Path takes thrice as long
    except (OSError, ValueError):  # a name that no file can have
        return None
    return _read(root, file, status.st_mtime_ns, status.st_size)


def given(cascades: Sequence[Sequence[Entry]], *, path: str, language: str) -> dict[str, object]:
    """What the page at `path` ("/posts/rain") gets of `cascades`, the nearest first: that wins for each key."""
    page = {"path": path.lower(), "kind": _KIND, "lang": language, "environment": _ENVIRONMENT}
    values: dict[str, object] = {}
    for entries in cascades:
        for entry in entries:
            if entry.is_for(page):
                values = {**entry.values, **values}
    return values


def matches(text: str, pattern: str) -> bool:
    """Whether `pattern` names `text`: `*` stands for anything without "/", `**` for anything, `{a,b}` for either."""
    return any(_is(text, each) for each in _alternatives(pattern.lower()))


@lru_cache(maxsize=_CACHED_FILES)
def _read(root: Path, file: str, mtime_ns: int, size: int) -> Cascade:
    """What `file` gives, nothing if it lies outside `root`; its time and size tell its versions apart."""
    whole = root / file
    try:
        if not whole.resolve().is_relative_to(root.resolve()) or not whole.is_file():
            return _NOTHING
        with whole.open("rb") as stream:
            content = stream.read(_LARGEST_FRONT_BYTES)
        if len(content) == _LARGEST_FRONT_BYTES:
            content = content[: content.rfind(b"\n") + 1]  # not in the middle of a letter
        front = read_front_matter(content, file)
    except (OSError, RuntimeError):  # no right to read it, a circle of links
        return Cascade(doubt=f"{file} can't be read, so its cascade is left out; give newsbell's user the right to")
    except PostError as error:
        return Cascade(doubt=f"{file}:{error.line}: {error.what}, so its cascade is left out; {error.mend}")
    return Cascade(read_entries(front.values.get("cascade"))) if front else _NOTHING


def _entries(table: Mapping[object, object]) -> Iterator[Entry]:
    fields = {key.lower(): value for key, value in table.items() if isinstance(key, str)}
    target = fields.pop("target", None)
    target = fields.pop("_target", None) if target is None else target
    values = with_custom_keys(fields, HUGO)
    for each in target if isinstance(target, list) else [target]:
        yield Entry(values, tuple(_conditions(each)))


def _conditions(target: object) -> Iterator[tuple[str, str]]:
    for name in ("path", "kind", "lang", "environment"):
        patterns = list(texts_in(value_at(target, name)))
        if patterns:
            yield name, patterns[0] if len(patterns) == 1 else f"{{{','.join(patterns)}}}"
    sites = text_of(value_at(target, "sites", "matrix", "languages"))
    if sites:
        yield "lang", sites


@lru_cache(maxsize=_CACHED_FILES)
def _alternatives(pattern: str) -> tuple[tuple[str, ...], ...]:
    """Each of the patterns that `{a,b}` makes of one, in parts; of more than _MOST_ALTERNATIVES the first ones."""
    pieces = _CHOICE.split(pattern)
    choices = [piece.split(",") if index % 2 else [piece] for index, piece in enumerate(pieces)]
    texts = ("".join(chosen) for chosen in product(*choices))
    return tuple(
        tuple(part[0] for part in _PART.finditer(_STARS.sub("**", text))) for text in islice(texts, _MOST_ALTERNATIVES)
    )


def _is(text: str, parts: tuple[str, ...]) -> bool:
    """Whether `parts` name the whole of `text`. All places that may be reached are followed at once, a bit for each."""
    stars = sum(1 << place for place, part in enumerate(parts) if part[0] == "*")
    takers: dict[str, int] = {}
    reached = 1 | (stars & 1) << 1  # a star may stand for nothing
    for char in text:
        if char not in takers:
            takers[char] = sum(1 << place for place, part in enumerate(parts) if _takes(part, char))
        taken = reached & takers[char]
        reached = taken & stars | (taken & ~stars) << 1
        reached |= (reached & stars) << 1
    return reached >> len(parts) == 1


def _takes(part: str, char: str) -> bool:
    if part in {"*", "?"}:
        return char != "/"
    if part == "**":
        return True
    if part[0] == "[" and len(part) > 1:
        return _is_in(char, part[1:-1].lstrip("!^")) != (part[1] in "!^")
    return part[-1] == char


def _is_in(char: str, letters: str) -> bool:
    """Whether `char` is one of `letters`, a run such as a-z among them."""
    return any(low <= char <= high for low, high in re.findall(r"(.)-(.)", letters)) or char in letters
