"""SIGTERM and SIGINT ask for an orderly end, and get one in time, whatever hangs (DESIGN 5, issue 4)."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from typing import Final

log = logging.getLogger(__name__)

LONGEST_SECONDS: Final = 14.0
"""From the first signal to the end at the latest. Whatever still hangs then (a call, a disk, a lock that another
program holds) is left: nothing is half written, and what has no outcome is found out at the next start."""


def when_asked() -> asyncio.Event:
    """An event that is set by SIGTERM and SIGINT. A second one changes nothing: the end is on its way."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _ask, asked)
    return asked


def _ask(asked: asyncio.Event) -> None:
    if asked.is_set():
        log.info("stopping already; it takes %d seconds at most", LONGEST_SECONDS)
        return
    log.info("stopping")
    asked.set()
    last = threading.Timer(LONGEST_SECONDS, _leave)
    last.daemon = True  # who ends in time does not wait for it
    last.start()


def _leave() -> None:
    log.error("newsbell ends with something unfinished that hangs; what came of it is found out at the next start")
    os._exit(1)
