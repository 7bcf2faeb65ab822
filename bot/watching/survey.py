"""A whole scan, compared with what was told before; and what keeps a scan from being believed. Blocking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.records import FileStamp, Problem
from bot.watching.told import Told
from bot.watching.walk import Tree, walk


@dataclass(frozen=True, slots=True)
class Survey:
    """What a scan found out about the folder.

    `fault` says in words why nothing may be taken for missing now; `missing` is empty then.
    """

    changed: dict[str, FileStamp] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    files: int = 0
    device: int | None = None  # None: the folder could not be read at all
    fault: str = ""
    problems: tuple[Problem, ...] = ()


def survey(root: Path, accepts: Callable[[str], bool], told: Told, *, there: set[str], device: int | None) -> Survey:
    """Scan `root` and compare it with `told`. `there` are the files that should be there, `device` where it should be.

    `told` may be changed by the event loop meanwhile: only single entries are read here.
    """
    try:
        before = root.stat()
        tree = walk(root, accepts)
        after = root.stat()
    except OSError as error:
        return Survey(fault=_unusable(root, error))
    changed = {path: stamp for path, stamp in tree.files.items() if told.stamp(path) != stamp}
    seen = Survey(changed, _missing(tree, there), len(tree.files), before.st_dev, "", tree.problems)
    if (before.st_dev, before.st_ino) != (after.st_dev, after.st_ino):
        return replace(seen, missing=frozenset())  # replaced while we looked; the next scan will tell
    fault = _doubtful(root, seen, there, device)
    return replace(seen, missing=frozenset(), fault=fault) if fault else seen


def _missing(tree: Tree, there: set[str]) -> frozenset[str]:
    missing = there - tree.files.keys()
    return frozenset(path for path in missing if not tree.hides(path)) if tree.unreadable else frozenset(missing)


def _unusable(root: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        what, mend = "is missing", "create it, mount it, or mend NEWSBELL_POSTS"
    elif isinstance(error, NotADirectoryError):
        what, mend = "is no folder", "let NEWSBELL_POSTS name the folder with the posts"
    else:
        what, mend = f"can't be read ({error.strerror})", "let newsbell's user read it"
    return f"{root} {what}; {mend}; until then no post is found or withdrawn"


def _doubtful(root: Path, seen: Survey, there: set[str], device: int | None) -> str:
    if there and not seen.files:
        return (
            f"{root} holds no post at all, but {len(there)} were there; bring them back or mount the folder;"
            " until then nothing is withdrawn"
        )
    if seen.missing and device is not None and seen.device != device:
        return (
            f"{root} is on another device than before, and {len(seen.missing)} posts are missing; mount the folder"
            " again, or restart newsbell if the posts moved for good; until then nothing is withdrawn"
        )
    return ""
