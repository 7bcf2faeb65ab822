"""A command at a terminal of its own, and somebody who reads what it says and types."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import sys
import termios
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.patience import PATIENCE


class Terminal:
    """`newsbell <words>` in `home`, used as `async with Terminal(…) as terminal`."""

    def __init__(self, home: Path, *words: str, **environment: str) -> None:
        self._home = home
        self._words = words
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        here = {"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "TMPDIR": str(home), "TERM": "xterm"}
        self._environment = kept | here | environment
        self.screen = ""
        self._seen = 0
        self._news = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._master, slave = pty.openpty()

        def take_terminal() -> None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # who runs the tests behind `&` has it ignored, for all
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            *self._words,
            cwd=self._home,
            env=self._environment,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=take_terminal,
        )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
        asyncio.get_running_loop().remove_reader(self._master)
        os.close(self._master)

    async def reads(self, words: str) -> None:
        """Wait until the command says `words`, after what was read before."""
        try:
            async with asyncio.timeout(PATIENCE):
                while words not in self.screen[self._seen :]:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"{words!r} was not said:\n{self.screen}") from None
        self._seen = self.screen.index(words, self._seen) + len(words)

    def types(self, line: str = "") -> None:
        """Type `line` and Enter."""
        os.write(self._master, f"{line}\n".encode())

    async def answers(self, question: str, line: str = "") -> None:
        """Wait for `question`, and type `line`."""
        await self.reads(question)
        self.types(line)

    async def ends(self) -> int:
        """The exit code."""
        code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        with suppress(OSError):
            self._read()
        return code

    def _read(self) -> None:
        try:
            piece = os.read(self._master, 65536)
        except OSError:  # the other side has ended
            piece = b""
        if not piece:
            asyncio.get_running_loop().remove_reader(self._master)
        self.screen += piece.decode(errors="replace").replace("\r\n", "\n")
        self._news.set()
