"""Two more ways that Hexo alone knows to write front matter: without its opening line, and as JSON closed by `;;;`.

Source: hexo.io, "Front-matter"; the package hexo-front-matter.
"""

from __future__ import annotations

import json
import re
from typing import Final

from bot.reading.front.handlers import JsonFront, NotAMapping, YamlFront

_KEY: Final = re.compile(r"""["']?[\w.-]+["']?[ \t]*:(?:[ \t]|$)""", re.M)
_JSON_KEY: Final = re.compile(r'"[^"\n]{1,100}"[ \t]*:')
_CLOSING: Final = re.compile(r"^(?:-{3,}|;{3,})[ \t]*$", re.M)


class HexoYaml(YamlFront):
    """`title: Rain` and so on from the first line down to a line of at least three dashes."""

    def detect(self, text: str) -> bool:
        """Whether `text` begins with a key, and a line of dashes stands somewhere below. Without it, all is body."""
        closing = _CLOSING.search(text) if _KEY.match(text) else None
        return closing is not None and closing[0].startswith("-")

    def end(self, text: str) -> int | None:
        """The index after the line of dashes."""
        closing = _CLOSING.search(text)
        return closing.end() if closing else None

    def split(self, text: str) -> tuple[str, str]:
        """What stands above the closing line: `text` has been cut at `end` before."""
        return _CLOSING.sub("", text), ""


class HexoJson(JsonFront):
    """The inside of a JSON object, without its braces, down to a line `;;;`; there may be one above it, too."""

    closing = ";;;"

    def detect(self, text: str) -> bool:
        """Whether `text` begins with `;;;`, or with a key of JSON and has such a line below."""
        if text.startswith(self.closing):
            return True
        return _JSON_KEY.match(text) is not None and (end := _CLOSING.search(text)) is not None and end[0][0] == ";"

    def end(self, text: str) -> int | None:
        """The index after the closing line; None if there is only an opening one."""
        found = [line.end() for line in _CLOSING.finditer(text) if line[0][0] == ";"]
        return next((end for end in found if text[:end].strip(" \t;\n")), None)

    def split(self, text: str) -> tuple[str, str]:
        """What stands between the lines, in the place where it stood."""
        return _CLOSING.sub("", text), ""

    def _parse(self, fm: str) -> object:
        inside = fm.rstrip().removesuffix(",")
        try:
            return super()._parse(f"{{{inside}}}")
        except json.JSONDecodeError as error:
            if error.msg == "Extra data":  # a "}" too many
                raise NotAMapping from error
            raise json.JSONDecodeError(error.msg, inside, max(0, min(error.pos - 1, len(inside)))) from error
