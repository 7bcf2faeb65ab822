"""How python-frontmatter reads each kind of front matter here: YAML, TOML and JSON, with every trap of YAML defused."""

from __future__ import annotations

import json
import re
import tomllib
from abc import abstractmethod
from typing import TYPE_CHECKING, Any, Final

import yaml
from frontmatter.default_handlers import BaseHandler

DEEPEST_NESTING: Final = 64
"""libyaml's loader recurses in C: thousands of levels end the process, and nothing could catch that."""

_YAML: Final = "tag:yaml.org,2002:"
_SURROGATE_PAIR: Final = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")

if TYPE_CHECKING:
    SafeLoader = yaml.SafeLoader
else:  # the C loader, five times as fast, where PyYAML was built with libyaml
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class NotAMapping(ValueError):
    """What stands between the fences is a text or a list, not `key: value`."""


class TooDeep(ValueError):
    """The front matter is nested more deeply than DEEPEST_NESTING."""


class FrontLoader(SafeLoader):
    """Loads YAML with every scalar as the text that was written; only nothing (empty, ~, null) is None.

    YAML 1.1 would read `NO` as False, `12:30` as 750, `0123` as 83 and stumble over the date 2017-02-29. The rules of
    this package decide for themselves what is a flag or a date.
    """

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Apply merge keys, keeping each key once: doubled at every level, they would grow without bound."""
        super().flatten_mapping(node)
        node.value = list({_merge_identity(key): (key, value) for key, value in node.value}.values())


def _merge_identity(key: yaml.Node) -> object:
    return key.value if isinstance(key, yaml.ScalarNode) else id(key)


def _construct_text(loader: FrontLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


FrontLoader.yaml_implicit_resolvers = {}
FrontLoader.add_implicit_resolver(f"{_YAML}null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])
FrontLoader.add_implicit_resolver(f"{_YAML}merge", re.compile(r"^<<$"), ["<"])
for _kind in ("bool", "int", "float", "timestamp", "binary", "str"):  # also where the author writes the tag: !!int "12"
    FrontLoader.add_constructor(f"{_YAML}{_kind}", _construct_text)


class Handler(BaseHandler):
    """A kind of front matter: what python-frontmatter needs of it, and where it ends."""

    closing = ""  # the line that ends it, as people write it

    def end(self, text: str) -> int | None:
        """The index after the closing line of the front matter that `text` begins with; None if there is none."""
        assert self.FM_BOUNDARY is not None
        boundaries = self.FM_BOUNDARY.finditer(text)
        next(boundaries, None)
        closing = next(boundaries, None)
        return closing.end() if closing else None

    def load(self, fm: str) -> dict[str, Any]:
        """The metadata written in `fm`. Raises NotAMapping, TooDeep or an error of the parser."""
        found = self._parse(fm)
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise NotAMapping
        return found

    @abstractmethod
    def _parse(self, fm: str) -> object:
        """What the parser of this kind makes of `fm`."""


class YamlFront(Handler):
    """Between two lines of at least three dashes; `...` may close it, as in Jekyll."""

    FM_BOUNDARY = re.compile(r"^(?:-{3,}|\.{3})[ \t]*$", re.M)
    closing = "---"

    def detect(self, text: str) -> bool:
        """Whether `text` begins with a line of dashes."""
        return text.startswith("---") and super().detect(text)

    def _parse(self, fm: str) -> object:
        text = _SURROGATE_PAIR.sub(_join_surrogates, fm)
        _refuse_deep_nesting(text)
        return yaml.load(text, Loader=FrontLoader)


class TomlFront(Handler):
    """Between two lines of at least three plus signs."""

    FM_BOUNDARY = re.compile(r"^\+{3,}[ \t]*$", re.M)
    closing = "+++"

    def _parse(self, fm: str) -> object:
        return tomllib.loads(fm)


class JsonFront(Handler):
    """One JSON object; its closing brace ends it, wherever it stands."""

    FM_BOUNDARY = re.compile(r'\{\s*["}]')
    closing = "}"

    def end(self, text: str) -> int | None:
        """The index after the object's closing brace; None if the text breaks off inside it."""
        try:
            return json.JSONDecoder().raw_decode(text)[1]
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
                return None
            raise

    def split(self, text: str) -> tuple[str, str]:
        """The whole text: it has been cut at `end` before."""
        return text, ""

    def _parse(self, fm: str) -> object:
        return json.loads(fm)


def _refuse_deep_nesting(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=FrontLoader):  # a stream of events: this does not recurse
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST_NESTING:
            raise TooDeep


def _join_surrogates(pair: re.Match[str]) -> str:
    """An emoji as JSON escapes it (`json.dumps` does): YAML has no such pairs."""
    high, low = (int(half, 16) for half in pair[0].split("\\u")[1:])
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
