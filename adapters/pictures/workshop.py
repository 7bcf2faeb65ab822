"""Where pictures are made to fit: one at a time, each in a process of its own, which may be slow or crash."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from bot.errors import PictureRefused, Reach
from bot.models import Kind, PictureFile, PictureLimits
from bot.texts import Reason, sentence

PATIENCE_SECONDS: Final = 15.0
"""For one picture. 50 million pixels take about one second."""

GET_PILLOW: Final = "pip install 'newsbell[pictures]'"
"""It is an extra: most pictures fit as they are."""

_TOO_SLOW: Final = sentence("the picture could not be shrunk within {seconds} seconds; shrink it yourself")

_NEEDED: Final = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT")
"""All that a worker has of the environment: a decoder that a hostile file took over finds no tokens there."""

_ROOT: Final = Path(__file__).parents[2]
"""Where `adapters` and `bot` are imported from."""


class Workshop:
    """Makes pictures fit. On a machine with two cores one of them is left to the messages."""

    def __init__(self, patience: float = PATIENCE_SECONDS) -> None:
        self._patience = patience
        self.turn = asyncio.Semaphore(1)
        self.is_equipped = find_spec("PIL") is not None

    async def refit(self, content: bytes, kind: Kind, limits: PictureLimits) -> PictureFile:
        """`content` inside of `limits`, for whoever has the `turn`: others need not have theirs in memory yet.

        Raises PictureRefused.
        """
        try:
            async with asyncio.timeout(self._patience):
                answer = await _ask(content, kind, limits)
        except TimeoutError as error:
            raise PictureRefused(Reason(_TOO_SLOW, seconds=f"{self._patience:g}")) from error
        line, _, made = answer.partition(b"\n")
        if not line:
            raise PictureRefused("the picture is too much for Pillow, or broken; save it once more as JPEG or PNG")
        head: dict[str, Any] = json.loads(line)
        if "refused" in head:
            raise PictureRefused(head["refused"], reach=Reach(head["reach"]))
        return PictureFile(made, Kind(head["kind"]))


async def _ask(content: bytes, kind: Kind, limits: PictureLimits) -> bytes:
    """What the worker answers; nothing, if it died. It never outlives this call."""
    asked = {
        "kind": kind,
        "kinds": sorted(limits.kinds),
        "upload": limits.upload,
        "address": limits.address,
        "sides": limits.sides,
        "ratio": limits.ratio,
        "side": limits.side,
    }
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "adapters.pictures.worker", json.dumps(asked)),
        cwd=_ROOT,
        env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        stdin=PIPE,
        stdout=PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        answer, _ = await worker.communicate(content)
    finally:
        if worker.returncode is None:
            worker.kill()
            await asyncio.shield(worker.wait())
    return answer if worker.returncode == 0 else b""
