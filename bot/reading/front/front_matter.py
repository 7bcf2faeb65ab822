"""The bytes of a file become its front matter and its body, or a PostError that says which place to mend."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections import Counter
from dataclasses import dataclass
from typing import Final

import frontmatter
import yaml

from bot.errors import IncompletePost, PostError
from bot.reading.front.handlers import Handler, JsonFront, TomlFront, YamlFront
from bot.reading.front.hexo import HexoJson, HexoYaml
from bot.reading.front.mends import Fault, fault_of
from bot.reading.unseen import (
    control_character,
    may_be_odd,
    printable,
    turn_in_body,
    turn_in_front_matter,
    without_turns,
)

FRONT_MATTER_LIMIT: Final = 16 << 10
"""Characters. The largest real front matter measured had 1,578; libyaml's C loader overflows its stack above 25,000."""

_HANDLERS: Final[tuple[Handler, ...]] = (YamlFront(), TomlFront(), JsonFront())
_HEXO_HANDLERS: Final[tuple[Handler, ...]] = (*_HANDLERS, HexoJson(), HexoYaml())
_BEFORE_A_FENCE: Final = b"\xef\xbb\xbf \t\r\n"
_FENCES: Final = (b"---", b"+++", b"{")
_HEXO_START: Final = re.compile(rb"""[\xef\xbb\xbf \t\r\n]*(?:;;;|["']?[\w.-]+["']?[ \t]*:)""")
_UTF_32_MARKS: Final = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_WIDE_MARKS: Final = (*_UTF_32_MARKS, b"\xff\xfe", b"\xfe\xff")
_UTF_16_TEXT: Final = re.compile(rb"(?:\0[\t\n\r -~]){4}|(?:[\t\n\r -~]\0){4}")  # without its mark

_TOP_LEVEL_KEY: Final = re.compile(r"""\n["']?([\w.-]+)["']?[ \t]*[:=]""")  # "\n": re looks for it fast, not for ^


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """A file's front matter and what follows it."""

    values: dict[str, object]  # keys in lower case, for Hugo's are written either way
    body: str  # everything below the closing line, with LF line ends
    body_line: int  # where `body` begins, from 1
    source: str  # the front matter as written, its opening line included
    source_line: int  # where `source` begins, from 1
    handler: Handler  # of its kind
    doubts: tuple[str, ...] = ()  # about characters that nobody sees: "line 3: …"

    @property
    def is_yaml(self) -> bool:
        """Whether it is YAML, with all that YAML takes for something else."""
        return isinstance(self.handler, YamlFront)

    def line_of(self, key: str) -> int:
        """The line, from 1, on which `key` stands; the first line of the front matter if it can't be told."""
        found = re.search(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*[:=]""", self.source, re.M | re.I)
        return self.source_line + (self.source.count("\n", 0, found.start()) if found else 0)

    def example(self, key: str) -> str:
        """How `key` is written in front matter of this kind."""
        return self.handler.example.replace("{key}", key)

    def repeated_keys(self) -> list[str]:
        """The keys written more than once: the last one counts, and most likely nobody meant it."""
        if isinstance(self.handler, TomlFront):  # it refuses them, and the tables below have keys of their own
            return []
        if self._has_a_key_on_each_line():
            return []
        keys = [key.lower() for key in _TOP_LEVEL_KEY.findall(f"\n{self.source}")]
        if len(set(keys)) == len(keys):
            return []
        return [key for key, count in Counter(keys).items() if count > 1 and key in self.values]

    def _has_a_key_on_each_line(self) -> bool:
        """Whether there are as many keys as lines between the fences: then none stands twice. False may be wrong."""
        source = self.source
        lines = source.count("\n") - 1
        return source.startswith("---") and len(self.values) == lines and "{" not in source and "<<" not in source


def read_front_matter(content: bytes, path: str, *, hexo: bool = False) -> FrontMatter | None:
    """Take a file apart; None if it has no front matter, which means that it is no post.

    `hexo` admits Hexo's own two forms of it. Raises IncompletePost for a file that seems to be half written, and
    PostError for one that can't be read.
    """
    _refuse_wide_letters(content, path)
    if not content.lstrip(_BEFORE_A_FENCE).startswith(_FENCES) and not (hexo and _HEXO_START.match(content)):
        return None
    decoded = _decode(content, path)
    odd = may_be_odd(content, decoded)
    text = printable(decoded) if odd else decoded
    block_text = text.lstrip()
    handler = frontmatter.detect_format(block_text, _HEXO_HANDLERS if hexo else _HANDLERS)
    if not isinstance(handler, Handler):
        return None
    return _split(decoded if odd else "", text, len(text) - len(block_text), handler, path)


def _refuse_wide_letters(content: bytes, path: str) -> None:
    if content.startswith(_WIDE_MARKS) or _UTF_16_TEXT.match(content):
        wide = "UTF-32" if content.startswith(_UTF_32_MARKS) else "UTF-16"
        raise PostError(path, 1, f"the file is saved as {wide}", "save it as UTF-8")


def _decode(content: bytes, path: str) -> str:
    """The text with LF line ends."""
    try:
        text = content.removeprefix(BOM_UTF8).decode()  # the codec for that, utf-8-sig, takes twice as long
    except UnicodeDecodeError as error:
        before = _with_line_feeds(error.object[: error.start].decode())
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        if error.reason == "unexpected end of data":  # the last letter is there by half
            what = "the file ends inside a letter"
            raise IncompletePost(path, line, what, "save it once more, as UTF-8", column=column) from error
        what = f"byte 0x{error.object[error.start]:02x} on this line is not UTF-8"
        raise PostError(path, line, what, "save the file with the encoding UTF-8", column=column) from error
    return _with_line_feeds(text)


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a block of front matter begins in its file: what is wrong in it has its place from there."""

    path: str
    line: int  # from 1
    indent: int  # characters before it on that line

    def error(self, fault: Fault) -> PostError:
        """The PostError that says `fault`."""
        column = fault.column + self.indent if fault.column and not fault.line else fault.column
        return PostError(self.path, self.line + fault.line, fault.what, fault.mend, column=column)


def _split(odd_text: str, text: str, offset: int, handler: Handler, path: str) -> FrontMatter:
    """Take `text` apart. `odd_text` is as it was written, if anything in that may be odd; else empty."""
    start = _Start(path, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset) - 1)
    end = _find_end(text[offset:], handler, start)
    source = text[offset : offset + end]
    if len(source) > FRONT_MATTER_LIMIT:
        what = f"the front matter is longer than {FRONT_MATTER_LIMIT >> 10} KiB"
        mend = f"close it with its own line, {handler.closing}, and keep only short values in it"
        raise PostError(path, start.line, what, mend)
    values = _load(source, handler, start)
    body_start = text.find("\n", offset + end) + 1 or len(text)
    body = text[body_start:]
    body_line = text.count("\n", 0, body_start) + 1
    odd = (
        ((1, control_character(odd_text)), (start.line, turn_in_front_matter(source)), (body_line, turn_in_body(body)))
        if odd_text
        else ()
    )
    return FrontMatter(
        values=values,
        body=without_turns(body) if odd_text else body,
        body_line=body_line,
        source=source,
        source_line=start.line,
        handler=handler,
        doubts=tuple(f"line {first + doubt[0] - 1}: {doubt[1]}" for first, doubt in odd if doubt),
    )


def _find_end(block_text: str, handler: Handler, start: _Start) -> int:
    """Where the front matter ends, in characters from the start of `block_text`."""
    try:
        end = handler.end(block_text)
    except (ValueError, RecursionError) as error:
        raise start.error(fault_of(error, block_text)) from error
    if end is None:
        what = f"the front matter that begins here has no closing line {handler.closing}"
        raise IncompletePost(start.path, start.line, what, f"add a line {handler.closing} below the last key")
    return end


def _load(source: str, handler: Handler, start: _Start) -> dict[str, object]:
    try:
        metadata, _ = frontmatter.parse(source, handler=handler)
    # Beside their own errors, the parsers let ValueError (an integer of 5,000 digits), RecursionError and the slips of
    # PyYAML's constructors through.
    except (yaml.YAMLError, ValueError, RecursionError, TypeError, LookupError, AttributeError) as error:
        raise start.error(fault_of(error, source)) from error
    return {key.lower(): value for key, value in metadata.items() if isinstance(key, str)}
