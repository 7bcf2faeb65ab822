"""Telegram's HTML: a strict parser that yields plain text and entities (telegram.md 2.2, 8.5).

It follows `parse_html` of tdlib's MessageEntity.cpp, and so do its texts: whatever Telegram refuses is refused here.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from .refusals import RefusedError, bad_request
from .wire import utf16_length

ENTITIES_LIMIT: Final = 100  # the rest is silently ignored (telegram.md 2.2)

_KINDS: Final = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
    "tg-emoji": "custom_emoji",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_UNSEEN: Final = frozenset({"Cc", "Cf", "Mn", "Zl", "Zp", "Zs"})
_NAMED: Final = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}  # Telegram knows no other names
_REFERENCE: Final = re.compile(r"&(?:#(?P<decimal>\d{1,7})|#x(?P<hex>[0-9a-fA-F]{1,6})|(?P<name>lt|gt|amp|quot));?")
_BARE_VALUE: Final = re.compile(r"[A-Za-z0-9.\-]+")
_COMMAND: Final = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?!\w)")
_MENTION: Final = re.compile(r"(?<!\w)@[A-Za-z]\w{3,31}(?!\w)")
_URL: Final = re.compile(r"https?://[^\s<>]+")


@dataclass
class _Tag:
    name: str
    start: int  # in the text, in UTF-16 units
    attributes: dict[str, str] = field(default_factory=dict)


class _HtmlReader:
    """Reads one piece of HTML from left to right."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.place = 0
        self.text = ""
        self.length = 0  # of `text` in UTF-16 units
        self.open: list[_Tag] = []
        self.entities: list[dict[str, Any]] = []

    def read(self) -> tuple[str, list[dict[str, Any]]]:
        while self.place < len(self.html):
            character = self.html[self.place]
            if character == "&":
                self._write(self._reference())
            elif character != "<":
                self._write(self._until_markup())
            elif self.html.startswith("</", self.place):
                self._end_tag()
            else:
                self._start_tag()
        if self.open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1].name}"')
        return self.text, self.entities

    def _write(self, text: str) -> None:
        self.text += text
        self.length += utf16_length(text)

    def _until_markup(self) -> str:
        found = re.compile(r"[^<&]+").match(self.html, self.place)
        assert found
        self.place = found.end()
        return found.group()

    def _reference(self) -> str:
        found = _REFERENCE.match(self.html, self.place)
        character = found and _character(found)
        if not found or not character:
            self.place += 1
            return "&"
        self.place = found.end()
        return character

    def _at(self) -> str:
        return f"at byte offset {len(self.html[: self.place].encode())}"

    def _start_tag(self) -> None:
        found = re.compile(r"<([^\s>]*)").match(self.html, self.place)
        assert found
        name = found.group(1).lower()
        if found.end() >= len(self.html):
            raise _unparsable(f"Unclosed start tag {self._at()}")
        if name not in _KINDS:
            raise _unparsable(f'Unsupported start tag "{name}" {self._at()}')
        self.place = found.end()
        tag = _Tag(name, self.length, self._attributes(name))
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise _unparsable(f'Tag "span" must have class "tg-spoiler" {self._at()}')
        self.open.append(tag)

    def _attributes(self, tag: str) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            self._skip_spaces()
            if self._here() == ">":
                self.place += 1
                return attributes
            name = re.compile(r"[^\s=>/\"']*").match(self.html, self.place)
            if not name or not name.group():
                raise _unparsable(f'Empty attribute name in the tag "{tag}" {self._at()}')
            self.place = name.end()
            attributes[name.group().lower()] = self._value()

    def _value(self) -> str:
        self._skip_spaces()
        if self._here() != "=":
            return ""
        self.place += 1
        self._skip_spaces()
        quote = self._here()
        if quote not in {'"', "'"}:
            bare = _BARE_VALUE.match(self.html, self.place)
            if not bare:
                raise _unparsable(f"Unexpected end of name token {self._at()}")
            self.place = bare.end()
            return bare.group().lower()
        end = self.html.find(quote, self.place + 1)
        if end < 0:
            raise _unparsable(f"Unclosed start tag {self._at()}")
        value = self.html[self.place + 1 : end]
        self.place = end + 1
        return _REFERENCE.sub(lambda found: _character(found) or found.group(), value)

    def _skip_spaces(self) -> None:
        while self.place < len(self.html) and self.html[self.place].isspace():
            self.place += 1

    def _here(self) -> str:
        if self.place >= len(self.html):
            raise _unparsable(f"Unclosed start tag {self._at()}")
        return self.html[self.place]

    def _end_tag(self) -> None:
        if not self.open:
            raise _unparsable(f"Unexpected end tag {self._at()}")
        found = re.compile(r"</([^\s>]*)\s*>").match(self.html, self.place)
        if not found:
            raise _unparsable(f"Unclosed end tag {self._at()}")
        tag = self.open.pop()
        name = found.group(1).lower()
        if name and name != tag.name:
            raise _unparsable(f'Unmatched end tag {self._at()}, expected "</{tag.name}>", found "</{name}>"')
        self.place = found.end()
        self._close(tag)

    def _close(self, tag: _Tag) -> None:
        """Turn what stands between the tags into an entity, where it makes one."""
        length = self.length - tag.start
        entity: dict[str, Any] = {"type": _KINDS[tag.name], "offset": tag.start, "length": length}
        if not length:
            return
        if tag.name == "a":
            inner = self.text.encode("utf-16-le")[tag.start * 2 :].decode("utf-16-le")
            entity |= {"url": tag.attributes.get("href") or inner}
            if not is_web_address(entity["url"]) and not entity["url"].startswith("tg://"):
                return  # Telegram drops such links and keeps their words
        if tag.name == "tg-emoji":
            entity |= {"custom_emoji_id": tag.attributes.get("emoji-id", "")}
        if tag.name == "blockquote" and "expandable" in tag.attributes:
            entity |= {"type": "expandable_blockquote"}
        self.entities.append(entity)


def _character(found: re.Match[str]) -> str:
    """The character that a reference such as `&lt;` or `&#8212;` stands for; "" when there is none."""
    if name := found["name"]:
        return _NAMED[name]
    code = int(found["decimal"]) if found["decimal"] else int(found["hex"], 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def _unparsable(text: str) -> RefusedError:
    return bad_request(f"can't parse entities: {text}")


def is_web_address(url: str) -> bool:
    """Whether Telegram would take `url` as a link: http or https, and a host with a dot in it."""
    if re.match(r"[a-z]+:(?!//)", url):
        return False  # mailto: and the like
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and "." in host.strip(".") and not re.search(r"\s", url)


def parse_html(html: str) -> tuple[str, list[dict[str, Any]]]:
    """Plain text and entities of `html`, all of them. Raises 400 `can't parse entities: …` as Telegram does."""
    text, entities = _HtmlReader(html).read()
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return trim(text, entities)


def trim(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """Cut blanks off both ends of `text`, and the entities with it."""
    lead = utf16_length(text) - utf16_length(text.lstrip())
    text = text.strip()
    end = utf16_length(text)
    kept = []
    for entity in entities:
        first = max(0, entity["offset"] - lead)
        last = min(end, entity["offset"] - lead + entity["length"])
        if first < last:
            kept.append(entity | {"offset": first, "length": last - first})
    return text, kept


def is_seen(text: str) -> bool:
    """Whether people see anything of `text`: Telegram finds one of blanks and invisible signs empty (tdlib)."""
    return any(unicodedata.category(character) not in _UNSEEN for character in text)


def typed_entities(text: str) -> list[dict[str, Any]]:
    """What Telegram finds by itself in a text that somebody types: commands, mentions, links (8.4)."""
    patterns = (("bot_command", _COMMAND), ("mention", _MENTION), ("url", _URL))
    found = [
        {"type": kind, "offset": utf16_length(text[: hit.start()]), "length": utf16_length(hit.group())}
        for kind, pattern in patterns
        for hit in pattern.finditer(text)
    ]
    taken = [entity for entity in found if entity["type"] != "mention" or not _inside(entity, found)]
    return sorted(taken, key=lambda entity: int(str(entity["offset"])))


def _inside(entity: dict[str, Any], others: list[dict[str, Any]]) -> bool:
    first, last = entity["offset"], entity["offset"] + entity["length"]
    return any(
        other is not entity and other["offset"] <= first and last <= other["offset"] + other["length"]
        for other in others
    )
