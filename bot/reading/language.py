"""The language of a post, as a tag in lower case: "en", "km", "zh-tw"."""

from __future__ import annotations

import re
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
    file's name or its folders say by `is_language_folder`, else the site's.
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


def is_language_folder(folder: str, path: str) -> bool:
    """Whether `folder`, one of those in `path`, holds the posts of a language: km/rain.md, content/km/news/rain.md.

    Only a known tag that is the outermost folder, or stands directly above or below one that all sites have (`_posts`,
    `content` …), counts: deeper down two letters are a section. One that is also a word or a country, uk or it, counts
    only directly above such a folder: uk/_posts/rain.md.
    """
    tag = _tag_of(folder)
    folders = ["", *folders_of(path), ""]
    for before, here, after in zip(folders, folders[1:], folders[2:], strict=False):
        if here == folder and tag:
            if is_structural(after):
                return True
            if tag[:2] not in _ALSO_WORDS and (not before or is_structural(before)):
                return True
    return False


def _from_path(page: Page) -> str:
    suffixes = page.path.rpartition("/")[2].split(".")[1:-1]  # Hugo: rain.km.md
    if tag := next(filter(None, map(_tag_of, reversed(suffixes))), ""):
        return tag
    for path in dict.fromkeys((page.path, page.site_path)):  # the watched folder may be one of several languages
        for folder in folders_of(path):
            if is_language_folder(folder, path):
                return _tag_of(folder)
    return ""


def _tag_of(part: str) -> str:
    """The language that a part of a path names; empty if it is none that is known."""
    tag = normal_tag(part) if _TAG_IN_A_PATH.fullmatch(part) else ""
    return tag if tag[:2] in _KNOWN else ""
