"""How python-frontmatter reads each kind of front matter here: YAML, TOML and JSON, with every trap of YAML defused."""

from __future__ import annotations

import json
import re
import tomllib
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

import yaml
from frontmatter.default_handlers import BaseHandler

from bot.reading.front.shape import DEEPEST_NESTING, TooDeep, refuse_monsters

_YAML: Final = "tag:yaml.org,2002:"
_TEXT: Final = f"{_YAML}str"
_NULL: Final = f"{_YAML}null"
_LIST: Final = f"{_YAML}seq"
_MAPPING: Final = f"{_YAML}map"
_MERGE: Final = f"{_YAML}merge"
_NOTHING: Final = frozenset({"", "~", "null", "Null", "NULL"})
SURROGATE_PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_LONG_TOML_PATH: Final = re.compile(
    rf"""(?<![\w.-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{DEEPEST_NESTING}}}"""
)
_HALF_A_VALUE: Final = re.compile(  # what a text may end with before it is written to its end
    r"""\s*(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-|\d[\d.]*(?:[eE][+-]?)?|\\?u[0-9a-fA-F]{0,4}|[0-9a-fA-F]{0,4})?\s*\Z"""
)
_MAY_OPEN_ONE: Final = ("[", "{", "-", "?", ":")
_OPENS_A_COLLECTION: Final = re.compile(r"[\[{]|[-?:](?=\s|$)")  # at most two each: [a: b] is a mapping in a list

if TYPE_CHECKING:
    SafeLoader = yaml.SafeLoader
else:  # the C loader, five times as fast, where PyYAML was built with libyaml
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotAMapping(ValueError):
    """What stands between the fences is a text or a list, not `key: value`."""


class NoJsonValue(ValueError):
    """NaN or Infinity, which Python's json takes and the standard does not; `str()` of it is the word."""


class FrontLoader(SafeLoader):
    """Loads YAML with every scalar as the text that was written; only nothing (empty, ~, null) is None.

    YAML 1.1 would read `NO` as False, `12:30` as 750, `0123` as 83 and stumble over the date 2017-02-29. The rules of
    this package decide for themselves what is a flag or a date.
    """

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node that has none written: of a scalar text, unless it says nothing, or is a merge key."""
        if kind is not yaml.ScalarNode:
            return _LIST if kind is yaml.SequenceNode else _MAPPING
        is_bare = implicit[0]  # without quotation marks
        if is_bare and value in _NOTHING:
            return _NULL
        return _MERGE if is_bare and value == "<<" else _TEXT

    def construct_document(self, node: yaml.Node) -> object:
        """What `node` says. Where that is `key: text` alone, as in most posts, the care that PyYAML takes of lists and
        mappings that may contain each other is not needed, and would take a third of the time."""
        if node.tag == _MAPPING and isinstance(node, yaml.MappingNode):
            fields: dict[str, str | None] = {}
            for key, value in node.value:
                if key.tag != _TEXT or not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
                    break
                if value.tag == _TEXT:
                    fields[key.value] = value.value
                elif value.tag == _NULL:
                    fields[key.value] = None
                else:
                    break
            else:
                return fields
        return super().construct_document(node)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Apply merge keys, keeping each key once: doubled at every level, they would grow without bound."""
        for key, merged in node.value:
            if key.tag == _MERGE and isinstance(merged, yaml.SequenceNode):
                merged.value = list({id(one): one for one in merged.value}.values())
        super().flatten_mapping(node)
        node.value = list({_merge_identity(key): (key, value) for key, value in node.value}.values())


def _merge_identity(key: yaml.Node) -> object:
    return key.value if isinstance(key, yaml.ScalarNode) else id(key)


def _construct_text(loader: FrontLoader, node: yaml.ScalarNode) -> str:
    return loader.construct_scalar(node)


for _kind in ("bool", "int", "float", "timestamp", "binary", "str"):  # also where the author writes the tag: !!int "12"
    FrontLoader.add_constructor(f"{_YAML}{_kind}", _construct_text)


class Handler(BaseHandler):
    """A kind of front matter: what python-frontmatter needs of it, and where it ends."""

    closing = ""  # the line that ends it, as people write it
    example = '{key}: "…"'  # how a key is written in it
    last_line: re.Pattern[str]  # with the line feed above it, which re looks for fast

    def end(self, text: str) -> int | None:
        """The index after the closing line of the front matter that `text` begins with; None if there is none."""
        closing = self.last_line.search(text)
        return closing.end() if closing else None

    def split(self, text: str) -> tuple[str, str]:
        """What stands between the first and the last line of `text`, which has been cut at `end` before."""
        return text[text.index("\n") : text.rindex("\n") + 1], ""

    def load(self, fm: str) -> dict[str, Any]:
        """The metadata written in `fm`. Raises NotAMapping, NoJsonValue, TooDeep, TooLarge or a parser's error."""
        found = self._parse(fm)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise NotAMapping
        refuse_monsters(found)
        return found

    @abstractmethod
    def _parse(self, fm: str) -> object:
        """What the parser of this kind makes of `fm`."""


class YamlFront(Handler):
    """Between two lines of at least three dashes; `...` may close it, as in Jekyll."""

    FM_BOUNDARY = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.M)
    last_line = re.compile(r"\n(?:-{3,}|\.{3})[ \t]*$", re.M)
    closing = "---"

    def detect(self, text: str) -> bool:
        """Whether `text` begins with a line of dashes."""
        return text.startswith("---") and super().detect(text)

    def _parse(self, fm: str) -> object:
        text = SURROGATE_PAIR.sub(_join_surrogates, fm)
        refuse_deep_nesting(text)
        return yaml.load(text, Loader=FrontLoader)


class TomlFront(Handler):
    """Between two lines of at least three plus signs."""

    FM_BOUNDARY = re.compile(r"^\+{3,}[ \t]*$", re.M)
    last_line = re.compile(r"\n\+{3,}[ \t]*$", re.M)
    closing = "+++"
    example = '{key} = "…"'

    def _parse(self, fm: str) -> object:
        if _LONG_TOML_PATH.search(fm):  # tomllib takes a minute for one of 16 KiB
            raise TooDeep
        return tomllib.loads(fm)


class JsonFront(Handler):
    """One JSON object; its closing brace ends it, wherever it stands."""

    FM_BOUNDARY = re.compile(r'\{\s*(?:["}]|\Z)')
    closing = "}"
    example = '"{key}": "…",'

    def end(self, text: str) -> int | None:
        """The index after the object's closing brace; None if the text breaks off inside it."""
        try:
            return json.JSONDecoder().raw_decode(text)[1]
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated string") or _HALF_A_VALUE.match(text, error.pos):
                return None
            raise

    def split(self, text: str) -> tuple[str, str]:
        """The whole text: it has been cut at `end` before."""
        return text, ""

    def _parse(self, fm: str) -> object:
        return json.loads(fm, parse_constant=_refuse_constant)


def refuse_deep_nesting(text: str) -> None:
    """Raise TooDeep, or a YAMLError, for what the C loader might not survive."""
    if sum(map(text.count, _MAY_OPEN_ONE)) * 2 <= DEEPEST_NESTING:  # as in most real posts
        return
    if len(_OPENS_A_COLLECTION.findall(text)) * 2 <= DEEPEST_NESTING:  # as in the others
        return
    depth = 0
    for event in yaml.parse(text, Loader=FrontLoader):  # a stream of events: this does not recurse
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise TooDeep


def _refuse_constant(word: str) -> object:
    raise NoJsonValue(word)


def _join_surrogates(pair: re.Match[str]) -> str:
    """An emoji as JSON escapes it (`json.dumps` does): YAML has no such pairs."""
    high, low = (int(half, 16) for half in pair[0].split("\\u")[1:])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
