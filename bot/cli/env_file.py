"""The .env file, into which `newsbell init` writes: nobody else may read it, and half of it is never there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import click

from bot.variables import rewritten

MODE = 0o600


def save(file: Path, values: Mapping[str, str]) -> None:
    """Put the variables into `file`, of which all else stays. Raises click.ClickException.

    It is written beside and then renamed: whoever reads it meanwhile reads the old one or the new one, whole. A link
    stays a link.
    """
    there = file.resolve()
    try:
        text = there.read_text(encoding="utf-8-sig") if there.exists() else ""
        beside = there.with_name(f"{there.name}.{secrets.token_hex(4)}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
            writing.write(rewritten(text, values))
            writing.flush()
            os.fsync(writing.fileno())
        beside.replace(there)
    except (OSError, UnicodeDecodeError) as error:
        what = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise click.ClickException(f"{file} can't be written ({what}); nothing was changed") from error
