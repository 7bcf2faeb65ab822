"""What a file's path alone says: whether it can be a post, and its name in addresses."""

from __future__ import annotations

import re
from typing import Final

EXTENSIONS: Final = frozenset({"md", "markdown", "mkdown", "mkdn", "mkd", "mdx"})  # Jekyll's markdown_ext, and MDX
_NO_POSTS: Final = frozenset({"_index", "readme"})  # describe a folder (Hugo, Zola, every code host)
_NO_FOLDERS: Final = frozenset({"node_modules", "_site"})
_DATE: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:-\d{2}-\d{2}-\d{2})?[-_]?")
_STRUCTURE: Final = frozenset(  # folders that say nothing of the posts in them
    {"_posts", "_drafts", "posts", "post", "content", "blog", "source", "src", "docs", "pages"}
)
_OF_A_DATE: Final = re.compile(r"\d{1,4}|\d{4}-\d{1,2}(?:-\d{1,2}.*)?")
_BUNDLE: Final = "index"  # Hugo, Zola, Docusaurus: rain/index.md is the post "rain"


def is_post_path(path: str) -> bool:
    """Whether the file at `path`, relative to the watched folder, may be a post. Looks at nothing but the path."""
    *folders, name = path.split("/")
    stem, dot, extension = name.rpartition(".")
    if not dot or extension.lower() not in EXTENSIONS or name.startswith((".", "~", "#")):
        return False
    if stem.split(".")[0].lower() in _NO_POSTS:  # README.km.md as well
        return False
    if folders and folders[0] == "public":  # what Hugo makes; deeper down it is a name like any other
        return False
    return not any(folder.startswith(".") or folder in _NO_FOLDERS for folder in folders)


def folders_of(path: str) -> list[str]:
    """The folders above the file, outermost first."""
    return path.split("/")[:-1]


def is_structural(folder: str) -> bool:
    """Whether `folder` has a name of the kind that generators give: `_posts`, `content`."""
    return folder.lower() in _STRUCTURE


def subjects_of(path: str) -> list[str]:
    """The folders above the post that may tell what it is about: no dates, no names of structure, no post's own."""
    folders = folders_of(path)[:-1] if _is_bundle(path) else folders_of(path)
    return [folder for folder in folders if not is_structural(folder) and not _OF_A_DATE.fullmatch(folder)]


def name_of(path: str) -> str:
    """The file's own name without extension and language; of an index file, its folder's name."""
    *folders, name = path.split("/")
    return folders[-1] if _is_bundle(path) else name.rpartition(".")[0].split(".")[0]


def stem_of(path: str) -> str:
    """The path without extension and language; of an index file, its folder: "national/rain"."""
    folders = folders_of(path)
    return "/".join(folders if _is_bundle(path) else (*folders, name_of(path)))


def slug_of(path: str) -> str:
    """The name without the date in front of it: `2024-11-07-rain.km.md` gives "rain"."""
    name = name_of(path)
    return _DATE.sub("", name, count=1) if _DATE.match(name) and not _DATE.fullmatch(name) else name


def _is_bundle(path: str) -> bool:
    """Whether the folder around the file is the post, and the file its text."""
    folder, _, name = path.rpartition("/")
    return bool(folder) and name.split(".")[0].lower() == _BUNDLE
