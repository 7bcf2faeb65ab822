"""Rich HTML (Bot API 10.1, "Rich HTML style"): a strict parser that yields the blocks of a RichMessage.

It knows the tags that news needs and refuses all others, also those that Telegram would take; what the platform says to
refused ones is published nowhere, so only the limits and the codes seen in the wild are its own words:
RICH_MESSAGE_URL_INVALID (openclaw #94117), RICH_MESSAGE_PHOTO_NO_MEDIA_FOUND (opencrabs #1044).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from .entities import is_web_address
from .media import Media
from .refusals import RefusedError, bad_request

# "Rich Message Limits".
CHARACTERS_LIMIT: Final = 32_768
BLOCKS_LIMIT: Final = 500
LEVELS_LIMIT: Final = 16
MEDIA_LIMIT: Final = 50

_INLINE: Final = {"b": "bold", "i": "italic", "u": "underline", "s": "strikethrough", "code": "code", "a": "url"}
_HEADINGS: Final = {f"h{size}": size for size in range(1, 7)}
_WORDS: Final = frozenset({"p", "footer", "figcaption", *_HEADINGS})  # hold words, and no block
_VOID: Final = frozenset({"br", "img"})
_KNOWN: Final = frozenset({*_INLINE, *_WORDS, *_VOID, "figure"})
_ATTRIBUTES: Final = {"a": {"href"}, "img": {"src", "alt"}}

_TAG: Final = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9-]*)(?P<attributes>(?: [a-z-]+="[^"<>]*")*)(?P<void>/?)>')
_ATTRIBUTE: Final = re.compile(r' ([a-z-]+)="([^"<>]*)"')
_NAMED: Final = {
    "lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'", "nbsp": "\u00a0", "hellip": "…", "mdash": "—",
    "ndash": "–", "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”",
}  # fmt: skip
_REFERENCE: Final = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]+));")
_UNSENDABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

Json = dict[str, Any]
FindPhoto = Callable[[str], Media]


@dataclass
class _Open:
    """A tag that is not closed yet, and what stands in it so far: RichText for words, blocks for a figure."""

    name: str
    attributes: dict[str, str]
    text: list[Any] = field(default_factory=list)
    photo: Json | None = None


@dataclass(frozen=True)
class Article:
    """A rich message as Telegram keeps it. Two equal ones are "not modified"."""

    blocks: tuple[Json, ...]
    right_to_left: bool = False

    @property
    def words(self) -> str:
        """All that can be read, a line a block."""
        return "\n".join(filter(None, ("".join(_leaves(block)) for block in self.blocks)))

    def as_json(self) -> Json:
        """The `RichMessage`."""
        return {"blocks": list(self.blocks), **({"is_rtl": True} if self.right_to_left else {})}


class _Reader:
    """Reads rich HTML from left to right."""

    def __init__(self, find_photo: FindPhoto) -> None:
        self._find_photo = find_photo
        self._open: list[_Open] = []
        self._blocks: list[Json] = []
        self._characters = self._block_count = self._media = 0

    def read(self, html: str) -> tuple[Json, ...]:
        place = 0
        for tag in _TAG.finditer(html):
            self._write(html[place : tag.start()])
            self._take(tag)
            place = tag.end()
        self._write(html[place:])
        if self._open:
            raise _unparsable(f"<{self._open[-1].name}> is not closed")
        if not self._blocks:
            raise bad_request("message text is empty")
        if self._characters > CHARACTERS_LIMIT or self._block_count > BLOCKS_LIMIT or self._media > MEDIA_LIMIT:
            raise bad_request("message is too long")
        return tuple(self._blocks)

    # --- words --------------------------------------------------------------------------------------------------------

    def _write(self, source: str) -> None:
        if "<" in source or ">" in source:
            raise _unparsable(f"stray markup in {source[:40]!r}")
        text = re.sub(r"\s+", " ", _decoded(source))  # as in HTML; a line break is <br>
        if not text:
            return
        if _UNSENDABLE.search(text):
            raise _unparsable("a character that can't be sent")
        if not self._open or self._open[-1].name == "figure":
            if text == " ":
                return  # between two blocks
            raise _unparsable(f"words outside of a block: {text[:40]!r}")
        self._open[-1].text.append(text)
        self._characters += len(text)

    # --- tags ---------------------------------------------------------------------------------------------------------

    def _take(self, tag: re.Match[str]) -> None:
        name = tag["name"]
        if name not in _KNOWN or (tag["void"] and name not in _VOID):
            raise _unparsable(f"unsupported tag <{name}>")
        attributes = {key: _decoded(value) for key, value in _ATTRIBUTE.findall(tag["attributes"])}
        if not attributes.keys() <= _ATTRIBUTES.get(name, set()):
            raise _unparsable(f"unsupported attribute in <{name}>")
        if tag["end"]:
            self._end(name)
        elif name == "br":
            self._break()
        elif name == "img":
            self._image(attributes)
        else:
            self._begin(name, attributes)

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        inside = self._open[-1].name if self._open else ""
        blocks_own = "figure" if name == "figcaption" else ""
        if (inside in {"", "figure"}) if name in _INLINE else (inside != blocks_own):
            raise _unparsable(f"<{name}> can't stand in {inside or 'the message itself'}")
        if name == "a":
            _check_link(attributes.get("href", ""))
        self._open.append(_Open(name, attributes))
        if len(self._open) > LEVELS_LIMIT:
            raise bad_request("message is too long")

    def _break(self) -> None:
        if not self._open or self._open[-1].name == "figure":
            raise _unparsable("<br> outside of a block")
        self._open[-1].text.append("\n")
        self._characters += 1

    def _image(self, attributes: dict[str, str]) -> None:
        """Media stand as separate blocks only, or in a figure of their own."""
        inside = self._open[-1] if self._open else None
        if inside and (inside.name != "figure" or inside.photo):
            raise _unparsable(f"<img> can't stand in <{inside.name}>")
        media = self._find_photo(attributes.get("src", ""))
        photo: Json = {"type": "photo", **media.as_json()}
        self._media += 1
        if inside:
            inside.photo = photo
        else:
            self._add(photo)

    def _end(self, name: str) -> None:
        if not self._open or self._open[-1].name != name:
            raise _unparsable(f"</{name}> closes nothing")
        tag = self._open.pop()
        text = tag.text[0] if len(tag.text) == 1 else tag.text
        if name == "figure":
            if tag.photo is None:
                raise _unparsable("<figure> without a picture")
            self._add(tag.photo)
            return
        if not tag.text:
            raise _unparsable(f"<{name}> is empty")
        if name in _INLINE:
            link = {"url": tag.attributes["href"]} if name == "a" else {}
            self._open[-1].text.append({"type": _INLINE[name], "text": text, **link})
        elif name == "figcaption":
            self._caption(text)
        elif name in _HEADINGS:
            self._add({"type": "heading", "text": text, "size": _HEADINGS[name]})
        else:
            self._add({"type": "paragraph" if name == "p" else "footer", "text": text})

    def _caption(self, text: Any) -> None:
        photo = self._open[-1].photo
        if photo is None or "caption" in photo:
            raise _unparsable("<figcaption> without a picture before it")
        photo["caption"] = {"text": text}
        self._block_count += 1

    def _add(self, block: Json) -> None:
        self._blocks.append(block)
        self._block_count += 1


def read_article(source: Any, find_photo: FindPhoto) -> Article:
    """The article that an InputRichMessage describes. Raises 400."""
    if not isinstance(source, dict) or not isinstance(source.get("html"), str) or "markdown" in source:
        raise bad_request("exactly one of html and markdown must be given; this emulator reads HTML only")
    return Article(_Reader(find_photo).read(source["html"]), source.get("is_rtl") is True)


def _decoded(source: str) -> str:
    """`source` with its references resolved; a bare "&" is as strange as an unknown name."""
    if "&" in _REFERENCE.sub("", source):
        raise _unparsable(f"an & that is no reference in {source[:40]!r}")
    return _REFERENCE.sub(_character, source)


def _character(found: re.Match[str]) -> str:
    decimal, hexadecimal, name = found.groups()
    if name:
        if name not in _NAMED:
            raise _unparsable(f"unknown entity &{name};")
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0 < code < 0x110000:
        raise _unparsable(f"no character has the number {code}")
    return chr(code)


def _check_link(address: str) -> None:
    if not is_web_address(address) or not address.startswith(("http://", "https://")):
        raise bad_request("RICH_MESSAGE_URL_INVALID")


def _leaves(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    if isinstance(node, list):
        return [leaf for each in node for leaf in _leaves(each)]
    if isinstance(node, dict):
        return [*_leaves(node.get("text")), *_leaves(node.get("caption"))]
    return []


def _unparsable(text: str) -> RefusedError:
    return bad_request(f"can't parse rich message: {text}")
