"""Which of a site's folders a file lies in. Paths are relative to the site's root, with "/"."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import Final

_EXTENSION: Final = re.compile(r"\.(?:md|markdown|mkdown|mkdn|mkd|mdx)$", re.I)


def clean(folder: str) -> str:
    """A folder as a configuration writes it, `./src/`, as a path below the root: "src"; empty is the root."""
    return "/".join(part for part in folder.strip().split("/") if part not in {"", "."})


def inside(path: str, folder: str) -> str | None:
    """What is left of `path` below `folder`; None if it lies elsewhere."""
    if not folder:
        return path
    return path[len(folder) + 1 :] if path.startswith(f"{folder}/") else None


def concerns(prefix: str, folders: Iterable[str]) -> bool:
    """Whether the watched folder, at `prefix`, holds one of `folders` or lies in one.

    Who watches a folder that is none of the generator's means it so: there its rules say nothing.
    """
    return any(
        not prefix or inside(f"{prefix}/", folder) is not None or inside(f"{folder}/", prefix) is not None
        for folder in folders
    )


def is_there(file: str) -> bool:
    """Whether `file` is one. Asked for each folder above each post, and of most there is none: to be told so takes a
    third of the time that an error takes, and pathlib thrice as long as that."""
    try:
        return os.access(file, os.F_OK) and os.path.isfile(file)  # noqa: PTH113
    except ValueError:  # a name that no file can have
        return False


def without_extension(name: str) -> str:
    """`rain.md` as "rain"; what is no Markdown file stays as it is."""
    return _EXTENSION.sub("", name)
