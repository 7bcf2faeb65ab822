"""Checks request bodies against Discord's own OpenAPI specification, where it is at hand (discord.md 1)."""

from collections.abc import Iterator
from functools import cache
from typing import Any, ClassVar, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tests.emulators.discord.calls import Call, Request
from tests.emulators.discord.nouns import ChannelType, Json
from tests.specs import DISCORD, load_spec


def attachment_ids_are_integers(body: Any) -> Any:
    """discord.py sends the ids of attachments as integers, the specification says string."""
    if not isinstance(body, dict):
        return body
    body = {name: attachment_ids_are_integers(value) for name, value in body.items()}
    if isinstance(body.get("attachments"), list):
        body["attachments"] = [{**one, "id": str(one["id"])} if "id" in one else one for one in body["attachments"]]
    return body


def reference_ids_are_integers(body: Any) -> Any:
    """discord.py sends the ids of a message reference as integers, the specification says string."""
    reference = body.get("message_reference") if isinstance(body, dict) else None
    if not isinstance(reference, dict):
        return body
    told = {name: str(value) if name.endswith("_id") else value for name, value in reference.items()}
    return {**body, "message_reference": told}


def mentioned_ids_are_integers(body: Any) -> Any:
    """discord.py sends the ids of the roles that may be mentioned as integers, the specification says string."""
    allowed = body.get("allowed_mentions") if isinstance(body, dict) else None
    if not isinstance(allowed, dict) or not isinstance(allowed.get("roles"), list):
        return body
    return {**body, "allowed_mentions": {**allowed, "roles": [str(role) for role in allowed["roles"]]}}


def recipient_ids_are_integers(body: Any) -> Any:
    """discord.py sends the id of a person who is written to as an integer, the specification says string."""
    if not isinstance(body, dict) or not isinstance(body.get("recipient_id"), int):
        return body
    return {**body, "recipient_id": str(body["recipient_id"])}


def default_ids_are_integers(body: Any) -> Any:
    """discord.py sends the ids of what a picker shows as chosen as integers, the specification says string."""
    if isinstance(body, list):
        return [default_ids_are_integers(one) for one in body]
    if not isinstance(body, dict):
        return body
    body = {name: default_ids_are_integers(value) for name, value in body.items()}
    if isinstance(body.get("default_values"), list):
        body["default_values"] = [{**one, "id": str(one["id"])} for one in body["default_values"]]
    return body


def media_channels_are_unknown(body: Any) -> Any:
    """The documentation has media channels (resources/channel, Channel Types), the specification has not."""
    if isinstance(body, list):
        return [media_channels_are_unknown(one) for one in body]
    if not isinstance(body, dict):
        return body
    told = {name: media_channels_are_unknown(value) for name, value in body.items()}
    if isinstance(types := told.get("channel_types"), list):
        told["channel_types"] = [one for one in types if one != ChannelType.MEDIA]
    return told


#: The known and harmless deviations (discord.md 1; those after the first were measured since); each gives the body back
#: without itself.
ALLOWED = (
    attachment_ids_are_integers,
    reference_ids_are_integers,
    mentioned_ids_are_integers,
    recipient_ids_are_integers,
    default_ids_are_integers,
    media_channels_are_unknown,
)


_NULL: Final = {"type": "null"}


class SpecCheck:
    """Counts the requests that were checked, and tells what is wrong with one."""

    checked_in_all: ClassVar[int] = 0  # requests that were checked, over all emulators; tests/conftest.py tells it

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled and load_spec(DISCORD) is not None
        self.checked = 0  # requests

    def problems(self, call: Call) -> list[str]:
        """What the specification says against this request; nothing where it isn't at hand."""
        if not self._enabled:
            return []
        operation = _operation(call.method, call.template)
        if operation is None:
            return [f"{call.method} {call.template} is not in the specification"]
        self.checked += 1
        SpecCheck.checked_in_all += 1
        if call.body is None:
            return []
        validator = _validator(call.method, call.template)
        if validator is None:
            return [f"{call.method} {call.template} takes no body"]
        body = call.body
        for allowance in ALLOWED:
            body = allowance(body)
        return [f"{call.method} {call.template}: {_words(error)}" for error in validator.iter_errors(body)]

    def answer_problems(self, request: Request) -> list[str]:
        """Where an answer of the emulator contradicts the specification."""
        if not self._enabled or request.route is None or not request.answer:
            return []
        validator = _answer_validator(request.method, request.route, request.status or 0)
        if validator is None:
            return []
        errors = validator.iter_errors(request.answer)
        return [f"{request}: {_words(error)}" for error in errors if not _is_harmless(error)]


def _is_harmless(error: ValidationError) -> bool:
    """Fields that the specification requires and Discord leaves out (discord.md 1), and two places where it contradicts
    the documentation, which prevails: the codes of form errors are words, and there are media channels.
    """
    if error.instance == ChannelType.MEDIA and {"type", "channel_types"} & set(error.absolute_path):
        return True
    if not error.context:
        is_form_code = "_errors" in error.absolute_path and error.absolute_path[-1] == "code"
        return error.validator == "required" or is_form_code
    branches: dict[object, bool] = {}
    for leaf in error.context:
        branch = leaf.schema_path[0]
        branches[branch] = branches.get(branch, True) and _is_harmless(leaf)
    return any(branches.values())


def _words(error: ValidationError) -> str:
    """Where and what; of a failed choice between schemas, what the branch that came nearest has against it."""
    leaves = list(_leaves(error))
    deepest = max(leaves, key=lambda leaf: len(leaf.absolute_path))
    return f"{deepest.json_path}: {deepest.message[:300]}"


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    for inner in error.context or ():
        yield from _leaves(inner)
    if not error.context:
        yield error


def _operation(method: str, template: str) -> Any:
    spec = load_spec(DISCORD) or {}
    return spec.get("paths", {}).get(template, {}).get(method.lower())


def _one_of(validator: Any, branches: list[Json], instance: object, schema: Json) -> Iterator[ValidationError]:
    """`oneOf`, of which only the branch is looked at that can be meant: components are unions in unions of unions."""
    if any(branch.get("const") == instance for branch in branches):
        return
    meant = [branch for branch in branches if instance is None or branch != _NULL]
    if isinstance(instance, dict) and isinstance(kind := instance.get("type"), int) and len(meant) > 1:
        meant = [branch for branch in meant if kind in _types(branch.get("$ref", ""))]
    if len(meant) == 1:
        yield from validator.descend(instance, meant[0])
    else:
        yield from Draft202012Validator.VALIDATORS["oneOf"](validator, branches, instance, schema)


@cache
def _types(reference: str) -> frozenset[Any]:
    """What `type` may be in the schema of that name; nothing where it is no choice of a few."""
    found = _components()["schemas"].get(reference.rsplit("/", 1)[-1], {})
    return frozenset(found.get("properties", {}).get("type", {}).get("enum", ()))


_Validator: Final[Any] = extend(Draft202012Validator, {"oneOf": _one_of})  # type: ignore[no-untyped-call]  # jsonschema's


@cache
def _validator(method: str, template: str) -> Validator | None:
    """The validator of an operation's JSON body, made once."""
    return _of_content(_operation(method, template).get("requestBody", {}))


@cache
def _answer_validator(method: str, template: str, status: int) -> Validator | None:
    """The validator of an operation's answer; None where the specification has none."""
    answers = (_operation(method, template) or {}).get("responses", {})
    answer = answers.get(str(status)) or (answers.get("4XX", {}) if 400 <= status < 500 else {})
    if "$ref" in answer:
        answer = _components()["responses"][answer["$ref"].rsplit("/", 1)[1]]
    return _of_content(answer)


def _of_content(described: Any) -> Validator | None:
    """The validator of a JSON body; its references are looked up in the specification itself."""
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    return None if schema is None else _Validator({**schema, "components": _components()})


def _components() -> Any:
    return (load_spec(DISCORD) or {})["components"]
