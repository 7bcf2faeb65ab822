"""Shows the place in a file that a problem is about."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.cli.wording import told
from bot.errors import PostError
from bot.reading.reader import MAX_FILE_BYTES, read_bytes
from bot.reading.site import Site
from bot.records import Problem
from bot.watching.walk import look_at

_UNSHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal would obey instead of showing it."""


def line_of(root: Path, problem: Problem) -> str:
    """The line of the file that `problem` is about, for a terminal to show; empty where there is none to show."""
    return _line(_content(root, problem), problem.line) if problem.line else ""


def told_as_remembered(problem: Problem, site: Site) -> list[str]:
    """A remembered problem in words, line by line, with its line and a caret if the file, read again, still has it.

    Blocking. What changed meanwhile is another matter: newsbell will look at it, and then tell.
    """
    if not problem.line or look_at(site.root, [problem.path]).get(problem.path) is None:
        return told(problem)
    content = _content(site.root, problem)
    try:
        read_bytes(content, problem.path, site)
    except PostError as error:
        if (error.line, error.what, error.mend) == (problem.line, problem.what, problem.mend):
            return told(replace(problem, column=error.column), _line(content, problem.line))
    return told(problem)


def _content(root: Path, problem: Problem) -> bytes:
    try:
        with (root / problem.path).open("rb") as file:
            return file.read(MAX_FILE_BYTES)
    except OSError:
        return b""


def _line(content: bytes, number: int) -> str:
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n", number)
    if len(lines) < number:
        return ""
    line = _UNSHOWN.sub("\ufffd", lines[number - 1].replace("\t", " "))
    return "" if line.count("\ufffd") > len(line) // 3 else line  # no text at all: UTF-16, a picture
