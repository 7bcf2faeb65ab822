"""The part of a body that is read, as plain Markdown."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.text.blanks import with_encoded_blanks
from bot.reading.text.branches import first_branches
from bot.reading.text.mdx import without_jsx
from bot.reading.text.mkdocs import without_extensions
from bot.reading.text.templating import without_templates

WINDOW: Final = 12_000
"""Characters of a body that are read: far more than any excerpt takes, and a bound on what a hostile body costs."""

_DEFINITION: Final = re.compile(r"^ {0,3}\[[^\]^\n][^\]\n]{0,200}\]:[ \t]*\S.*$", re.M)


def prepared(body: str, separator: str = "", *, mdx: bool = False, mkdocs: bool = False) -> str:
    """The beginning of `body` without the marks of its generator, and the definitions of links from all of it.

    `separator` is the site's or the post's own mark for the excerpt's end, or empty; `mdx` says that the body is in
    MDX, where braces and the tags of components are JSX; `mkdocs` that MkDocs' extensions count. Line ends are LF.
    """
    source = body
    if len(body) > WINDOW:
        end = body.rfind("\n\n", 0, WINDOW)
        cut = end if end > 0 else WINDOW
        definitions = "\n".join(_DEFINITION.findall(body, cut)) if "]:" in body else ""  # they may stand at the end
        source = f"{body[:cut]}\n\n{definitions[:WINDOW]}"
    if "\r" in source or "\0" in source:
        source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    if mkdocs:
        source = without_extensions(source)
    markdown = without_templates(with_encoded_blanks(first_branches(source)), separator)
    return without_jsx(markdown) if mdx else markdown
