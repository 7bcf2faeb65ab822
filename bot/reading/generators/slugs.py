"""Texts as parts of an address, each the way one of the generators writes it. Pure."""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import quote

from bot.reading.addresses import web_address

_SAFE: Final = "%-._~!$&'()*+,;=:@"  # RFC 3986: what a segment may hold, and what is encoded already
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_READY_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~!$&'()*+,;=:@-][A-Za-z0-9_~!$&'()*+,;=:@.-]*+)++/?")
_WHOLE: Final = re.compile(r"(?:https?:)?//", re.I)
_HUGO_SIGNS: Final = frozenset("./\\_#+~-@")
_HUGO_READY: Final = re.compile(r"[A-Za-z0-9./\\_#+~@-]*+")
_HUGO_ASCII: Final = {  # what becomes of ASCII: blanks, signs that go, and the rest as it is
    code: " " if chr(code).isspace() else None
    for code in range(128)
    if not chr(code).isalnum() and chr(code) not in _HUGO_SIGNS
}
_HEXO_SPECIAL: Final = re.compile(r"""[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:"'<>,.?/]+""")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_NO_ASCII_WORD: Final = re.compile(r"[^a-z0-9]+")
_NO_WORD: Final = re.compile(r"[^\w\- ]")  # drops Khmer's vowel signs: Python's \w has letters, no marks
_HTML_TAG: Final = re.compile(r"</?[^>]{0,200}>")
_BLANK: Final = re.compile(r"\s")
_LATIN: Final = {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D"} | {
    "ł": "l", "Ł": "L", "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i"
}  # fmt: skip


def path_address(path: str) -> str:
    """`path` as an address on the site: "/" in front, encoded, no empty or dotted segments; a closing "/" stays."""
    whole = path if path.startswith("/") else f"/{path}"
    if _READY_PATH.fullmatch(whole):  # most are, and the rest costs ten times as much
        return whole
    segments = [segment for segment in path.split("/") if segment not in {"", ".", ".."}]
    whole = "/".join(quote(_STRAY_PERCENT.sub("%25", segment), safe=_SAFE, errors="replace") for segment in segments)
    return f"/{whole}/" if whole and path.endswith("/") else f"/{whole}"


def is_whole_address(written: str) -> bool:
    """Whether `written` names its host: `https://paper.example/rain`, `//paper.example/rain`."""
    return _WHOLE.match(written) is not None


def written_address(written: str) -> str:
    """An address as front matter has it: a whole one, or a path on the site; empty if readers can't open it."""
    return (web_address(written) or "") if is_whole_address(written) else path_address(written)


def without_accents(text: str) -> str:
    """`text` with plain Latin letters, `é` as `e`; the letters and marks of other scripts stay."""
    return "".join(_plain(char) for char in text)


def hugo_path(text: str, *, lower: bool = True, accents: bool = True) -> str:
    """`text` as Hugo writes it into an address: letters, digits and marks of every script, blanks as one "-".

    Source: Hugo's `paths.Sanitize`; `lower` is off with `disablePathToLower`, `accents` with `removePathAccents`, which
    takes the marks of every script that take no room (Unicode's class Mn), not only of Latin letters.
    """
    if not accents and not text.isascii():
        apart = unicodedata.normalize("NFD", text)
        text = unicodedata.normalize("NFC", "".join(char for char in apart if unicodedata.category(char) != "Mn"))
    if _HUGO_READY.fullmatch(text):  # as most paths are
        return text.lower() if lower else text
    if text.isascii() and "%" not in text:
        spaced = " ".join(text.translate(_HUGO_ASCII).split())
        written = spaced.replace(" -", "-").replace("- ", "-").replace(" ", "-")
        return written.lower() if lower else written
    kept: list[str] = []
    blank = False
    for index, char in enumerate(text):
        if char in _HUGO_SIGNS or unicodedata.category(char)[0] in "LMN" or _is_escape(text, index):
            if blank and kept[-1] != "-" and char != "-":
                kept.append("-")
            kept.append(char)
            blank = False
        elif kept and char.isspace():
            blank = True
    written = "".join(kept)
    return written.lower() if lower else written


def hexo_slug(text: str, *, case: str = "0") -> str:
    """`text` as hexo-util's `slugize` writes it; `case` is `filename_case`: "1" lower, "2" upper."""
    plain = _CONTROL.sub("", without_accents(text))
    slug = re.sub("-{2,}", "-", _HEXO_SPECIAL.sub("-", plain)).strip("-")
    return slug.lower() if case == "1" else slug.upper() if case == "2" else slug


def ascii_slug(text: str) -> str:
    """`text` as Zola's slugifier writes it; empty where that would need the sounds of another script's letters."""
    plain = without_accents(text)
    if any(not char.isascii() and unicodedata.category(char)[0] in "LMN" for char in plain):
        return ""
    return _NO_ASCII_WORD.sub("-", plain.lower()).strip("-")


def mkdocs_slug(text: str, separator: str = "-") -> str:
    """`text` as `pymdownx.slugs.slugify(case="lower")` writes it, the default of MkDocs Material's blog."""
    plain = _NO_WORD.sub("", _HTML_TAG.sub("", unicodedata.normalize("NFC", text))).strip().lower()
    return _BLANK.sub(lambda _: separator, plain)


def github_slug(text: str) -> str:
    """`text` as github-slugger writes it, which Astro uses: lower case, no punctuation, each blank a "-"."""
    kept = (char for char in text.lower() if char in "-_ " or unicodedata.category(char)[0] in "LMN")
    return "".join(kept).replace(" ", "-")


def _plain(char: str) -> str:
    if char.isascii():
        return char
    base = unicodedata.normalize("NFKD", char)[:1]
    return base if base.isascii() and base.isalnum() else _LATIN.get(char, char)


def _is_escape(text: str, index: int) -> bool:
    return text[index] == "%" and re.fullmatch("[0-9A-Fa-f]{2}", text[index + 1 : index + 3]) is not None
