"""Which names are never looked at: what editors, sync tools and site generators leave beside posts. Pure."""

from __future__ import annotations

import re
from typing import Final

_TEMPORARY_STARTS: Final = (
    ".",  # hidden files; editors' .#name and .name.swp, rsync's .name.Xy12Zz, Syncthing's .syncthing.name.tmp
    "#",  # Emacs' #name# while it is unsaved
    "~",  # Office's ~$name, Syncthing's ~syncthing~name.tmp
)
_TEMPORARY_ENDS: Final = (
    "~",
    *(".swp", ".swo", ".swx", ".tmp", ".temp", ".bak", ".orig", ".rej"),
    *(".part", ".partial", ".filepart", ".crdownload", ".download", ".!sync"),
    *("___jb_tmp___", "___jb_old___"),
)
_WRITE_PROBE: Final = "4913"  # Vim creates it to find out whether it may write, and counts up if it is there

_CONFLICTED_COPY: Final = re.compile(
    r"""
      \.sync-conflict-\d{8}-\d{6}            # Syncthing: rain.sync-conflict-20260131-101500-ABCDEFG.md
    | \( [^)]* \b conflicted\ copy \b [^)]* \)  # Dropbox, Nextcloud: rain (Sok's conflicted copy 2026-01-31).md
    | \( SFConflict \b [^)]* \)              # Seafile: rain (SFConflict sok 2026-01-31-10-15-00).md
    """,
    re.VERBOSE | re.IGNORECASE,
)

_FOLDERS: Final = frozenset(
    {"_site", "node_modules", "__pycache__", "lost+found", "@eaDir", "#recycle", "$RECYCLE.BIN"}
    | {"System Volume Information"}
)
_FOLDERS_AT_THE_TOP: Final = frozenset(
    {"public", "resources/_gen"}  # what Hugo builds
    | {"vendor/bundle", "vendor/cache", "vendor/gems", "vendor/ruby"}  # what Jekyll leaves out: gems bring posts along
)


def is_ignored_file(name: str) -> bool:
    """Whether a file of this name (without folders) is temporary, hidden, or a sync tool's second copy of a file."""
    return (
        name.startswith(_TEMPORARY_STARTS)
        or name.endswith(_TEMPORARY_ENDS)
        or name == _WRITE_PROBE
        or ("onflict" in name and _CONFLICTED_COPY.search(name) is not None)
    )


def is_ignored_folder(path: str) -> bool:
    """Whether nothing below the folder at `path` (relative to the root, "/" between) is looked at."""
    name = path.rpartition("/")[2]
    return name.startswith(".") or name in _FOLDERS or path in _FOLDERS_AT_THE_TOP


def is_ignored(path: str) -> bool:
    """Whether the file at `path` (relative to the root, "/" between) is ignored, for its own name or a folder's."""
    folder, _, name = path.rpartition("/")
    return is_ignored_file(name) or (folder != "" and in_ignored_folder(folder))


def in_ignored_folder(folder: str) -> bool:
    """Whether `folder`, or one that it lies in, is ignored."""
    parts = folder.split("/")
    return any(is_ignored_folder("/".join(parts[:depth])) for depth in range(1, len(parts) + 1))
