"""Where the platforms' machine-readable specifications lie, if they are at hand. They are no part of the product.

The Bot API specification is `telegram_bot_api.json` (PaulSonOfLars/telegram-bot-api-spec), Discord's is
`discord_openapi.json` (discord/discord-api-spec). Put both into a folder and name it in NEWSBELL_SPECS to have every
request of the tests checked. A real post, `seed-post.md` in the folder above, is taken through the whole journey. In
`reference/` there lie pages of facts: what they say that a platform answers is compared with the cases of the tests.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, Final

TELEGRAM: Final = "telegram_bot_api.json"
DISCORD: Final = "discord_openapi.json"
_BESIDE_THE_CHECKOUT = Path(__file__).resolve().parents[2] / "shared" / "specs"


@cache
def load_spec(name: str) -> dict[str, Any] | None:
    """The specification file `name` as parsed JSON, or None where it is not at hand."""
    if not is_at_hand(name):
        return None
    spec: dict[str, Any] = json.loads(_path(name).read_bytes())
    return spec


def is_at_hand(name: str) -> bool:
    """Whether there is a specification file `name`."""
    return _path(name).is_file()


def seed_post() -> bytes | None:
    """A real post, as its site published it, or None where it is not at hand."""
    path = _folder().parent / "seed-post.md"
    return path.read_bytes() if path.is_file() else None


def facts(name: str) -> str | None:
    """The page of facts `name`, or None where it is not at hand."""
    path = _folder().parent / "reference" / name
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _path(name: str) -> Path:
    return _folder() / name


def _folder() -> Path:
    return Path(os.environ.get("NEWSBELL_SPECS") or _BESIDE_THE_CHECKOUT)
