"""What the emulator answers when it refuses: a status, a text, and sometimes parameters (telegram.md 4.4)."""

from typing import Any


class RefusedError(Exception):
    """A Bot API call that fails. `status` is both the HTTP status and the answer's `error_code` (telegram.md 8.1)."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(f"{status} {description}")
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_json(self) -> dict[str, Any]:
        """The answer's body; `parameters` only where there are some."""
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad_request(text: str, **parameters: Any) -> RefusedError:
    """400, the refusal of almost everything."""
    return RefusedError(400, f"Bad Request: {text}", **parameters)


def forbidden(text: str) -> RefusedError:
    """403: the bot has lost its way into the chat."""
    return RefusedError(403, f"Forbidden: {text}")


def flooded(seconds: float) -> RefusedError:
    """429; `seconds` are whole ones on the real platform, fractions only in tests that want to be fast (8.6)."""
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
