"""The language of a post, as a tag in lower case: "en", "km", "zh-tw"."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.fields import first_text, shown
from bot.reading.page import Page
from bot.reading.paths import folders_of

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


def language_of(page: Page) -> str:
    """The language that the front matter names, else the file's name, its folders, or the site."""
    written = first_text(page.values, "language", "lang", "locale")
    if tag := normal_tag(written):
        return tag
    found = _from_path(page.path) or normal_tag(page.site.language) or "en"
    if written:
        page.doubt(f'{shown(written)} is no language known here; "{found}" is assumed', "language")
    return found


def normal_tag(written: str) -> str:
    """`written` as a tag in lower case, `en_US.UTF-8` as "en-us"; empty if it is none."""
    text = written.strip().lower().partition(".")[0].replace("_", "-")
    match = _TAG.fullmatch(_OTHER_NAMES.get(text, text))
    return _OTHER_NAMES.get(match[1], match[1]) + match[2] if match else ""


def _from_path(path: str) -> str:
    suffixes = path.rpartition("/")[2].split(".")[1:-1]  # Hugo: rain.km.md
    for part in (*reversed(suffixes), *folders_of(path)):
        tag = normal_tag(part) if _TAG_IN_A_PATH.fullmatch(part) else ""
        if tag[:2] in _KNOWN:
            return tag
    return ""
