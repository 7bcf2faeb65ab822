"""How deep and how large front matter is once its aliases are followed, told without recursion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

DEEPEST_NESTING: Final = 64
"""libyaml's loader recurses in C: thousands of levels end the process, and nothing could catch that."""

MOST_VALUES: Final = 1 << 15
"""Far beyond what FRONT_MATTER_LIMIT characters can hold without aliases that repeat each other."""

_COLLECTIONS: Final = (dict, list)


class TooDeep(ValueError):
    """The front matter is nested more deeply than DEEPEST_NESTING."""


class TooLarge(ValueError):
    """The front matter's aliases repeat themselves, or each other, more than MOST_VALUES times."""


def refuse_monsters(value: object) -> None:
    """Raise TooDeep or TooLarge for `value`. Each list and mapping is looked at once, however often it stands there."""
    if isinstance(value, dict) and not any(isinstance(child, _COLLECTIONS) for child in value.values()):
        return  # most front matter has no more than one level
    sizes: dict[int, int] = {}
    open_ones: list[tuple[object, list[object]]] = [
        (value, _children(value))
    ]  # each with its children still to be seen
    inside = {id(value)}
    while open_ones:
        current, waiting = open_ones[-1]
        if waiting:
            child = waiting.pop()
            if id(child) in inside:
                raise TooLarge  # it contains itself
            if id(child) not in sizes and isinstance(child, _COLLECTIONS):
                if len(open_ones) >= DEEPEST_NESTING:
                    raise TooDeep
                inside.add(id(child))
                open_ones.append((child, _children(child)))
            continue
        open_ones.pop()
        inside.discard(id(current))
        sizes[id(current)] = 1 + sum(sizes.get(id(child), 1) for child in _children(current))
        if sizes[id(current)] > MOST_VALUES:
            raise TooLarge


def _children(value: object) -> list[object]:
    found: Iterable[object] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return list(found)
