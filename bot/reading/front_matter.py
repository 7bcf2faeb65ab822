"""The bytes of a file become its front matter and its body, or a PostError that says which line to mend."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import frontmatter
import yaml

from bot.errors import IncompletePost, PostError
from bot.reading.handlers import Handler, JsonFront, NotAMapping, TomlFront, TooDeep, YamlFront
from bot.reading.mends import Fault, json_fault, toml_fault, yaml_fault

FRONT_MATTER_LIMIT: Final = 16 << 10
"""Characters. The largest real front matter measured had 1,578; libyaml's C loader overflows its stack above 25,000."""

_HANDLERS: Final[tuple[Handler, ...]] = (YamlFront(), TomlFront(), JsonFront())
_BEFORE_A_FENCE: Final = b"\xef\xbb\xbf \t\r\n"
_FENCES: Final = (b"---", b"+++", b"{")
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

# What YAML refuses or takes for a line break, and nobody can see; LF and TAB stay.
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_TOP_LEVEL_KEY: Final = re.compile(r"""^["']?([\w.-]+)["']?[ \t]*[:=]""", re.M)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file's front matter and what follows it."""

    values: dict[str, object]  # keys in lower case, for Hugo's are written either way
    body: str  # everything below the closing line, with LF line ends
    body_line: int  # where `body` begins, from 1
    source: str  # the front matter as written, its opening line included
    source_line: int  # where `source` begins, from 1

    def line_of(self, key: str) -> int:
        """The line, from 1, on which `key` stands; the first line of the front matter if it can't be told."""
        found = re.search(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*[:=]""", self.source, re.M | re.I)
        return self.source_line + (self.source.count("\n", 0, found.start()) if found else 0)

    def example(self, key: str) -> str:
        """How `key` is written in front matter of this kind."""
        forms = {"+": f'{key} = "…"', "{": f'"{key}": "…",'}
        return forms.get(self.source[0], f'{key}: "…"')

    def repeated_keys(self) -> list[str]:
        """The keys written more than once: the last one counts, and most likely nobody meant it."""
        counts = Counter(match[1].lower() for match in _TOP_LEVEL_KEY.finditer(self.source))
        return [key for key, count in counts.items() if count > 1 and key in self.values]


def read_front_matter(content: bytes, path: str) -> FrontMatter | None:
    """Take a file apart; None if it has no front matter, which means that it is no post.

    Raises IncompletePost for a file that seems to be half written, and PostError for one that can't be read.
    """
    if content.startswith(_UTF_16_MARKS):
        raise PostError(path, 1, "the file is saved as UTF-16", "save it as UTF-8")
    if not content.lstrip(_BEFORE_A_FENCE).startswith(_FENCES):
        return None
    text = _decode(content, path)
    block_text = text.lstrip()
    handler = frontmatter.detect_format(block_text, _HANDLERS)
    if not isinstance(handler, Handler):
        return None
    start = len(text) - len(block_text)
    return _split(text, start, handler, path)


def _decode(content: bytes, path: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        if error.reason == "unexpected end of data":  # the last letter is there by half
            raise IncompletePost(path, line, "the file ends inside a letter", "save it once more, as UTF-8") from error
        what = f"byte 0x{content[error.start]:02x} on this line is not UTF-8"
        raise PostError(path, line, what, "save the file with the encoding UTF-8") from error
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def _split(text: str, start: int, handler: Handler, path: str) -> FrontMatter:
    line = text.count("\n", 0, start) + 1
    end = _find_end(text[start:], handler, path, line)
    source = text[start : start + end]
    if len(source) > FRONT_MATTER_LIMIT:
        what = f"the front matter is longer than {FRONT_MATTER_LIMIT >> 10} KiB"
        raise PostError(path, line, what, "close it with its own line, --- (or +++), and keep only short values in it")
    values = _load(source, handler, path, line)
    rest = text[start + end :]
    body = rest.partition("\n")[2]
    body_line = text.count("\n", 0, len(text) - len(body)) + 1
    return FrontMatter(values=values, body=body, body_line=body_line, source=source, source_line=line)


def _find_end(block_text: str, handler: Handler, path: str, line: int) -> int:
    """Where the front matter ends, in characters from the start of `block_text`."""
    try:
        end = handler.end(block_text)
    except (ValueError, RecursionError) as error:
        raise _post_error(error, block_text, path, line) from error
    if end is None:
        what = f"the front matter that begins here has no closing line {handler.closing}"
        raise IncompletePost(path, line, what, f"add a line {handler.closing} below the last key")
    return end


def _load(source: str, handler: Handler, path: str, line: int) -> dict[str, object]:
    try:
        metadata, _ = frontmatter.parse(source, handler=handler)
    # Beside their own errors, the parsers let ValueError (an integer of 5,000 digits), RecursionError and the slips of
    # PyYAML's constructors through.
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, LookupError, AttributeError) as error:
        raise _post_error(error, source, path, line) from error
    return {key.lower(): value for key, value in metadata.items() if isinstance(key, str)}


def _post_error(error: Exception, source: str, path: str, first_line: int) -> PostError:
    fault = _fault(error, source.split("\n"))
    return PostError(path, first_line + fault.line, fault.what, fault.mend)


def _fault(error: Exception, lines: Sequence[str]) -> Fault:
    match error:
        case NotAMapping():
            what = f"the lines between {lines[0].strip()[:3]} and its closing line are not in the form  key: value"
            return Fault(0, what, 'write each on its own line, such as  title: "…"')
        case TooDeep() | RecursionError():
            return Fault(0, "the front matter is nested too deeply", "keep only plain keys and short lists in it")
        case yaml.YAMLError():
            return yaml_fault(error, lines)
        case tomllib.TOMLDecodeError():
            return toml_fault(error, lines)
        case json.JSONDecodeError():
            return json_fault(error)
        case _:
            return Fault(0, "a value in the front matter can't be read", "put numbers and dates in double quotes")
