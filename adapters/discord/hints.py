"""Commands in sentences, as people of Discord type them: what follows stands in options, which have names. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from bot.subscribing.commands import COMMANDS
from bot.subscribing.options import OPTIONS

_COMMAND: Final = re.compile(
    rf"(?<![\w/:.<-])/(?P<name>{'|'.join(COMMANDS)})(?![\w/-]|\.\w)"
    rf"(?: (?P<value>(?<=subscribe )all|(?<=pause )(?:until \d\d?:\d\d|\d+[mhdw]))\b"
    rf"|(?<=settings) (?P<setting>{'|'.join(OPTIONS)})\b(?: (?P<wanted>[A-Z]+)\b)?)?"
)
PLACELESS: Final = frozenset({"categories", "help"})
"""Commands that are about no place, and take no channel."""

_OPTIONS: Final = {"subscribe": "category", "pause": "time"}
"""The option that takes what is typed behind a command elsewhere."""


def hinted(text: str, commands: Mapping[str, int], target: str = "") -> str:
    """`text` with its commands in Discord's form: "/pause time:2h", "/settings setting:tag value:NAME".

    Where the text is about another place than the one where it is read, `target` ("456", "456/7"), they name it: in a
    forum nobody can type them.

    Those of which `commands` has the id are mentioned by it: the reader sees their name in the language of the app, and
    may click on it (docs, reference, Message Formatting).
    """
    return _COMMAND.sub(lambda found: _typed(found, commands, target), text)


def _typed(found: re.Match[str], commands: Mapping[str, int], target: str) -> str:
    name = found["name"]
    words = [f"</{name}:{commands[name]}>" if name in commands else f"/{name}"]
    if found["value"]:
        words.append(f"{_OPTIONS[name]}:{found['value']}")
    if found["setting"]:
        words.append(f"setting:{found['setting']}")
    if found["wanted"]:
        words.append(f"value:{found['wanted']}")
    if target and name not in PLACELESS:
        words.append(f"channel:<#{target.rpartition('/')[2]}>")
    return " ".join(words)
