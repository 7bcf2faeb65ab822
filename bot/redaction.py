"""Takes secrets out of text, whatever they came in with."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "***"

# Without \b: in ".../bot123456:AA…" no word boundary stands before the digits.
_TELEGRAM: Final = r"(?P<bot>\d{6,12})(?::|%3[Aa])[A-Za-z0-9_-]{30,}"
# Of a webhook's address, and of what Discord says of webhooks: whoever knows it writes in the channel.
_WEBHOOK: Final = r"(?P<hook>/webhooks/\d{6,}/|['\"]token['\"]: ?['\"])[\w-]{16,}"
_DISCORD: Final = r"[MNO][A-Za-z\d_-]{23,}\.[\w-]{6}\.[\w-]{27,}"


class Redactor:
    """Replaces known secrets, in whatever spelling, and whatever looks like a token of a bot."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        spellings = {spelling for secret in secrets if secret.strip() for spelling in _spellings(secret)}
        exact = [re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True)]
        self._pattern = re.compile("|".join([_TELEGRAM, _WEBHOOK, _DISCORD, *exact]))

    def __call__(self, text: str) -> str:
        """`text` without secrets; of a Telegram token the id of the bot stays, which is public."""
        return self._pattern.sub(_hidden, text)


def _hidden(found: re.Match[str]) -> str:
    if found["hook"]:
        return f"{found['hook']}{HIDDEN}"
    return f"{found['bot']}:{HIDDEN}" if found["bot"] else HIDDEN


def _spellings(secret: str) -> Iterator[str]:
    """A secret as it stands in plain text, addresses, JSON, `repr` and headers."""
    yield secret
    for encoded in (quote(secret), quote(secret, safe="")):
        yield encoded
        yield re.sub("%..", lambda code: code[0].lower(), encoded)
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield repr(secret)[1:-1]
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    yield base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")
