"""Pictures whose address was typed with blanks in it: Markdown takes them for text, and no editor means that."""

from __future__ import annotations

import re
from typing import Final

from bot.reading.text.templating import CODE

_LIKELY: Final = re.compile(r"!\[[^\]\n]{0,500}\]\([ \t]*[^\s()<>\"'][^() \t\n]{0,500}+[ \t]")
_PICTURE: Final = re.compile(
    rf"{CODE}"
    r"|(?P<alt>!\[[^\]\n]{0,500}\]\()[ \t]*(?P<address>[^\s()<>\"'](?:[^()<>\"\n]|\([^()<>\"\n]{0,99}\)){0,500}?)"
    r"(?P<title>[ \t]+(?:\"[^\"\n]{0,500}\"|'[^'\n]{0,500}'))?[ \t]*\)",
    re.M | re.S,
)
_BLANK: Final = re.compile(r"[ \t\u00a0]")


def with_encoded_blanks(source: str) -> str:
    """`source` with "%20" for each blank in a picture's address."""
    return _PICTURE.sub(_encoded, source) if _may_have_one(source) else source


def _may_have_one(source: str) -> bool:
    sign = source.find("!")  # a single letter is found ten times as fast as two
    while sign >= 0:
        if _LIKELY.match(source, sign):
            return True
        sign = source.find("!", sign + 1)
    return False


def _encoded(match: re.Match[str]) -> str:
    if match["code"] is not None or not _BLANK.search(match["address"]) or "{{" in match["address"]:
        return match[0]
    return f"{match['alt']}{_BLANK.sub('%20', match['address'])}{match['title'] or ''})"
