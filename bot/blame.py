"""Where an error comes from: the place in our own code that a person looks at first."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Final

_OUR_FOLDERS: Final = frozenset({"bot", "adapters", "state"})
_HOME: Final = Path(__file__).parents[1]


def place_of(error: BaseException) -> str:
    """Where it was raised, as `bot/app.py:12`: the innermost line of ours, or of whoever raised it if none is."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f"{path.as_posix()}:{frame.lineno}" for frame in frames if (path := _our_path(frame.filename))]
    theirs = ["/".join(Path(frame.filename).parts[-2:]) + f":{frame.lineno}" for frame in frames]
    return (ours or theirs or [""])[-1]


def is_ours(logger: str) -> bool:
    """Whether the logger of this name, or the module, is one of ours."""
    return logger.partition(".")[0] in _OUR_FOLDERS


def _our_path(file: str) -> Path | None:
    path = Path(file)
    if not path.is_relative_to(_HOME):
        return None
    inside = path.relative_to(_HOME)
    return inside if inside.parts[0] in _OUR_FOLDERS else None
