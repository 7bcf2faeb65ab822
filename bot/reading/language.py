"""The language of a post, as a tag in lower case: "en", "km", "zh-tw"."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.reading.fields import first_text, shown
from bot.reading.page import Page
from bot.reading.paths import folders_of, is_structural

_TAG: Final = re.compile(r"([a-z]{2,3})((?:-[a-z0-9]{2,8}){0,3})")
_TAG_IN_A_PATH: Final = re.compile(r"[a-z]{2}(?:[-_](?:[a-z]{2}|han[st]))?", re.I)  # but not "it-news"
_OTHER_NAMES: Final = {
    "kh": "km",  # countries taken for languages
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "vn": "vi",
    "english": "en",
    "khmer": "km",
    "ខ្មែរ": "km",
    "french": "fr",
    "chinese": "zh",
}

# Only in a path must the tag be known: there any short word could be one.
_ISO_639_1: Final = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo
    es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg
    ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn
    no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta
    te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_KNOWN: Final = frozenset(_ISO_639_1.split())

# As folders these are more often words, countries, states or subjects.
_WORDS: Final = """
    am an as be br ca ch co cr cu cv ee ga gl ho ie io is it ki kg la li lu mg mh ml mt na ng nr om or os pa pi sc sd
    se sg so ss st tn to ts tt tw uk va wo
"""
_ALSO_WORDS: Final = frozenset(_WORDS.split())


def language_of(page: Page) -> str:
    """The language that the front matter names, else the one that its generator reads from the path, else what the
    file's name or its folders say by `is_language_folder` (where the generator leaves that open), else the site's.
    """
    written = first_text(page.values, "language", "lang", "locale")
    if tag := normal_tag(written):
        return tag
    found = normal_tag(page.site.generator.language_of(page.site_path)) or _from_path(page)
    found = found or normal_tag(page.site.language) or "en"
    if written:
        page.doubt(f'{shown(written)} is no language known here; "{found}" is assumed', "language")
    return found


def normal_tag(written: str) -> str:
    """`written` as a tag in lower case, `en_US.UTF-8` as "en-us"; empty if it is none."""
    text = written.strip().lower().partition(".")[0].replace("_", "-")
    match = _TAG.fullmatch(_OTHER_NAMES.get(text, text))
    return _OTHER_NAMES.get(match[1], match[1]) + match[2] if match else ""


def is_language_folder(folder: str, path: str, root: Path | None = None, languages: Iterable[str] = ()) -> bool:
    """Whether `folder`, one of those in `path`, holds the posts of a language: km/rain.md, content/km/news/rain.md.

    Only a known tag that is the outermost folder, or stands directly above or below one that all sites have (`_posts`,
    `content` …), counts: deeper down two letters are a section. One that is also a word or a country, uk or it, counts
    only directly above such a folder: uk/_posts/rain.md.

    `root` is the folder that `path` is relative to, and `languages` are those that the site has for certain. Where a
    root is given, a folder of another language that has no `_posts` or the like below it must have one more language
    beside it: alone, posts/cs/rain.md is about computers.
    """
    tag = _tag_of(folder)
    folders = ["", *folders_of(path), ""]
    for depth, (before, here, after) in enumerate(zip(folders, folders[1:], folders[2:], strict=False)):
        if here == folder and tag:
            if is_structural(after) or (tag[:2] not in _ALSO_WORDS and _holds_a_site(folders[depth:])):
                return True
            if tag[:2] not in _ALSO_WORDS and (not before or is_structural(before)):
                known = root is None or tag in map(normal_tag, languages)
                return known or _has_others_beside(folder, os.path.join(root or "", *folders[1 : depth + 1]))  # noqa: PTH118
    return False


def names_a_language(folder: str, page: Page) -> bool:
    """Whether `folder`, one of those above `page` in the watched folder, says its language and not its subject."""
    generator = page.site.generator
    if generator.knows_folders(page.site_path):
        return normal_tag(folder) == normal_tag(generator.language_of(page.site_path)) != ""
    return is_language_folder(folder, page.path, page.site.root, (*generator.languages, page.site.language))


def _from_path(page: Page) -> str:
    generator = page.site.generator
    if generator.knows_folders(page.site_path):
        return ""
    suffixes = page.path.rpartition("/")[2].split(".")[1:-1]  # Hugo: rain.km.md
    if tag := next(filter(None, map(_tag_of, reversed(suffixes))), ""):
        return tag
    # The watched folder may be one of several languages.
    for path, root in {page.site_path: generator.root, page.path: page.site.root}.items():
        for folder in folders_of(path):
            if _tag_of(folder) and is_language_folder(folder, path, root, (*generator.languages, page.site.language)):
                return _tag_of(folder)
    return ""


def _holds_a_site(folders: Sequence[str]) -> bool:
    """Whether the second of `folders` is the outermost one and has a whole site below it: km/news/_posts."""
    return not folders[0] and any(map(is_structural, folders[2:]))


def _has_others_beside(folder: str, above: str) -> bool:
    """Whether the folder at `above` has another one than `folder` that is named for a language.

    It costs one look at that folder, and is found out anew whenever something was added there or taken away. Where
    nothing can be found out, the name of `folder` alone must do.
    """
    try:
        changed_ns = os.stat(above).st_mtime_ns  # noqa: PTH116 - for each post in such a folder, and Path takes thrice as long
        return not _language_folders(above, changed_ns) <= {folder}
    except (OSError, ValueError):
        return True


@lru_cache(maxsize=256)
def _language_folders(above: str, changed_ns: int) -> frozenset[str]:
    with os.scandir(above) as entries:
        return frozenset(
            entry.name
            for entry in entries
            if (tag := _tag_of(entry.name)) and tag[:2] not in _ALSO_WORDS and entry.is_dir()
        )


def _tag_of(part: str) -> str:
    """The language that a part of a path names; empty if it is none that is known."""
    tag = normal_tag(part) if _TAG_IN_A_PATH.fullmatch(part) else ""
    return tag if tag[:2] in _KNOWN else ""
