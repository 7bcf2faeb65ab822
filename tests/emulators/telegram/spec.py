"""Checks requests and answers against the machine-readable Bot API specification (telegram.md 1)."""

import re
from typing import Any, ClassVar, Final

from tests.specs import TELEGRAM, load_spec

_ARRAY: Final = "Array of "
_UPLOAD: Final = object()  # stands for a file that came with a request


class Spec:
    """The specification's opinion; without it every question finds nothing wrong."""

    checked_in_all: ClassVar[int] = 0  # requests that were checked, over all emulators; tests/conftest.py tells it

    def __init__(self) -> None:
        spec = load_spec(TELEGRAM)
        self.at_hand = spec is not None
        self.checked = 0  # requests
        self._methods: dict[str, Any] = spec["methods"] if spec else {}
        self._types: dict[str, Any] = spec["types"] if spec else {}

    def of_request(self, method: str, parameters: dict[str, Any], files: set[str]) -> list[str]:
        """What is wrong with a request: unknown or missing parameters, values of the wrong type."""
        if not self.at_hand:
            return []
        self.checked += 1
        Spec.checked_in_all += 1
        if method not in self._methods:
            return [f"{method}: no such method"]
        attached = set(re.findall(r"attach://([^'\"\s]+)", str(list(parameters.values()))))
        values = parameters | dict.fromkeys(files - attached, _UPLOAD)
        return self._of_fields(method, self._methods[method].get("fields", []), values)

    def of_answer(self, method: str, result: Any) -> list[str]:
        """What is wrong with the emulator's own answer."""
        if not self.at_hand or method not in self._methods:
            return []
        return self._of_value(f"{method} answer", self._methods[method]["returns"], result)

    def _of_fields(self, place: str, fields: list[dict[str, Any]], values: dict[str, Any]) -> list[str]:
        known = {field["name"]: field for field in fields}
        problems = [f"{place}.{name}: unknown" for name in values if name not in known]
        problems += [
            f"{place}.{name}: missing" for name, field in known.items() if field["required"] and name not in values
        ]
        for name, value in values.items():
            if name in known:
                problems += self._of_value(f"{place}.{name}", known[name]["types"], value)
        return problems

    def _of_value(self, place: str, types: list[str], value: Any) -> list[str]:
        """The problems by the type that fits best; none if one of `types` fits."""
        best: list[str] | None = None
        for kind in types:
            problems = self._of_type(place, kind, value)
            if not problems:
                return []
            best = problems if best is None or len(problems) < len(best) else best
        return best or []

    def _of_type(self, place: str, kind: str, value: Any) -> list[str]:
        if kind.startswith(_ARRAY):
            if not isinstance(value, list):
                return [f"{place}: {_shown(value)} is no {kind}"] * 2
            inner = [kind.removeprefix(_ARRAY)]
            return [
                problem
                for number, item in enumerate(value)
                for problem in self._of_value(f"{place}[{number}]", inner, item)
            ]
        if kind not in self._types or kind == "InputFile":
            return [] if _is_simple(kind, value) else [f"{place}: {_shown(value)} is no {kind}"]
        if subtypes := self._types[kind].get("subtypes"):
            return self._of_value(place, subtypes, value)
        if not isinstance(value, dict):
            return [f"{place}: {_shown(value)} is no {kind}"] * 2  # so that a near miss of an object is told first
        return self._of_fields(place, self._types[kind].get("fields", []), value)


def _is_simple(kind: str, value: Any) -> bool:
    match kind:
        case "Integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "Float":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "Boolean":
            return isinstance(value, bool)
        case "String":
            return isinstance(value, str)
        case "InputFile":
            return value is _UPLOAD
    return False


def _shown(value: Any) -> str:
    return repr(value)[:60]
