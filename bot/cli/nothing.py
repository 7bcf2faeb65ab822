"""Why `newsbell check` found no post at all: where it looked, what lies there that is not taken, and what to set."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Final

from bot.cli.wording import counted
from bot.reading.generators.detect import find_generator
from bot.reading.paths import EXTENSIONS
from bot.reading.site import Site
from bot.watching.walk import Walk

RULES: Final = {
    "Astro": "its posts lie in src/content and src/pages, and no name of theirs begins with _",
    "Docusaurus": "its posts lie in blog (or the blog's path), and no name of theirs begins with _",
    "Eleventy": "its posts lie in its input folder (dir.input), and not in _includes or _data",
    "Hexo": "its posts lie in _posts and _drafts of its source folder (source, or source_dir)",
    "Hugo": "its posts lie in its content folder (content, or contentDir)",
    "Jekyll": "its posts lie in _posts and _drafts, and in collections with output: true",
    "MkDocs": "its pages lie in docs (or docs_dir), and with the blog plugin its posts in blog/posts there",
    "Zola": "its posts lie in content",
}
_NAMES: Final = "posts end in .md, .markdown or .mdx, and README.md and _index.md are none"


def why_nothing(site: Site, without_front_matter: int) -> Iterator[str]:
    """Sentences that say it. `without_front_matter` of the files that were taken are no posts for the want of it.

    Blocking.
    """
    root = site.root.absolute()
    yield f"no post was found below {root}"
    untaken = sorted(path for path, _ in Walk(site.root, _is_markdown).files() if not site.is_post(path))
    if without_front_matter:
        yield (
            f"{counted(without_front_matter, 'Markdown file lies', 'Markdown files lie')} there without front matter; "
            "a post begins with a line ---, its title and date, and another line ---"
        )
    if untaken:
        lie = counted(len(untaken), "Markdown file lies", "Markdown files lie")
        yield f"{lie} there and {'is' if len(untaken) == 1 else 'are'} not taken, such as {untaken[0]}: {_rule(site)}"
    if folder := _folder_that_takes(untaken, site):
        yield f"if these are your posts, set NEWSBELL_POSTS={root / folder}"
    elif not without_front_matter:
        nothing = "" if untaken else "no Markdown file lies there; "
        yield f"{nothing}let NEWSBELL_POSTS name the folder in which your posts lie"


def _is_markdown(path: str) -> bool:
    name, dot, extension = path.rpartition("/")[2].rpartition(".")
    return bool(name and dot) and extension.lower() in EXTENSIONS


def _rule(site: Site) -> str:
    name = site.generator.name
    return f"this is a site of {name}, and {RULES[name]}" if name in RULES else _NAMES


def _folder_that_takes(untaken: list[str], site: Site) -> str:
    """The folder around the files, if newsbell would take them for posts there: who watches a folder that is none of
    the generator's means what lies in it. Empty if there is no such folder."""
    folder = posixpath.commonpath([posixpath.dirname(path) for path in untaken]) if untaken else ""
    if not folder:
        return ""
    there = Site(site.root / folder, generator=find_generator(site.root / folder))
    return folder if any(there.is_post(path.removeprefix(f"{folder}/")) for path in untaken) else ""
