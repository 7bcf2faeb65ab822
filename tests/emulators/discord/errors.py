"""Discord's refusals: status, code and text, and the tree of a form error."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class ApiError(Exception):
    """An answer that is a refusal."""

    status: int
    code: int
    message: str
    errors: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, object] = field(default_factory=dict)

    def body(self) -> Json:
        """As sent to the client."""
        body: Json = {"message": self.message, "code": self.code, **self.extra}
        if self.errors is not None:
            body["errors"] = self.errors
        return body


# discord.md 5.2: the codes, their texts and statuses
_KNOWN = {
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    10087: (404, "Unknown tag"),
    20028: (429, "The write action you are performing on the channel has hit the write rate limit."),
    30007: (400, "Maximum number of webhooks reached (15)"),
    30003: (400, "Maximum number of pins reached (250)"),
    30034: (400, "Maximum number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later."),
    40005: (413, "Request entity too large"),
    40033: (400, "This message has already been crossposted."),
    40060: (400, "Interaction has already been acknowledged."),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (403, "Thread is locked"),
    160006: (400, "Maximum number of active threads reached"),
    220001: (400, "Webhooks posted to forum channels must have a thread_name or thread_id"),
    220003: (400, "Webhooks can only create threads in forum channels"),
}


def refuse(code: int) -> ApiError:
    """The refusal with that code, ready to raise."""
    status, message = _KNOWN[code]
    return ApiError(status, code, message)


def status_of(code: int) -> tuple[int, str] | None:
    """Status and text of a code that Discord documents, or None."""
    return _KNOWN.get(code)


class FormErrors:
    """Collects what is wrong with a form, and raises it all together as 50035 (discord.md 10.1)."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: str, code: str, message: str) -> None:
        """Note a mistake at `path`, such as `embeds.0.title`."""
        node = self._tree
        for step in path.split("."):
            node = node.setdefault(step, {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: object, most: int, least: int = 0) -> None:
        """Note it when `text` isn't a string of `least` to `most` characters."""
        if text is None:
            return
        if not isinstance(text, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{text}" as string.')
        elif len(text) > most and not least:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif not least <= len(text) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def required(self, path: str) -> None:
        """Note that a field is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def raise_if_any(self) -> None:
        """Raise 50035 when anything was noted."""
        if self._tree:
            raise ApiError(400, 50035, "Invalid Form Body", self._tree)
