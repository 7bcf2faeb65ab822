"""newsbell as a process of its own, with a folder to write into: for whole journeys, and for killing it midway."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE

SETTLE = "0.2"


class Newsroom:
    """A folder, a database and, between `start` and `stop`, a running newsbell."""

    def __init__(self, home: Path, **settings: str) -> None:
        self.posts = home / "posts"
        self.posts.mkdir(exist_ok=True)
        self.database = home / "newsbell.db"
        self.home = home
        self.settings = {
            "NEWSBELL_POSTS": str(self.posts),
            "NEWSBELL_DATABASE": f"sqlite:///{self.database}",
            "NEWSBELL_CONSOLE": "off",
            "NEWSBELL_SETTLE": SETTLE,
            "NEWSBELL_FLOOD": "1000",
            "NEWSBELL_DIGEST": "0",
        } | settings
        self.log: list[str] = []
        self._heard = asyncio.Condition()
        self._process: asyncio.subprocess.Process | None = None
        self._listening: asyncio.Task[None] | None = None

    async def start(self, *, until: str = "watching") -> None:
        """Start `newsbell run` and wait for the log line that has `until` in it."""
        self.log = []
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            "run",
            cwd=self.home,
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self._listening = asyncio.create_task(self._listen(self._process))
        if until:
            await self.says(until)

    async def says(self, words: str, *, times: int = 1, within: float = PATIENCE) -> str:
        """The log line in which `words` stand for the `times`th time, as soon as it is there."""

        def lines() -> list[str]:
            return [line for line in self.log if words in line]

        def over() -> bool:
            return self._listening is None or self._listening.done()

        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._heard:
                await self._heard.wait_for(lambda: len(lines()) >= times or over())
        silent = "ended" if over() else f"ran for {within:g} s"
        assert len(lines()) >= times, f"newsbell {silent} without saying {words!r}:\n" + "\n".join(self.log)
        return lines()[times - 1]

    @property
    def pid(self) -> int:
        """The number of the process that runs."""
        assert self._process is not None
        return self._process.pid

    async def console(self) -> str:
        """The address of the console's page."""
        found = re.search(r"http://\S+", await self.says("the console is at"))
        assert found
        return found[0]

    async def kill(self) -> None:
        """kill -9: nothing in it gets a word in."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._end()

    async def stop(self) -> int:
        """SIGTERM, as a service manager sends it; the exit code."""
        if self._process is None:
            return 0
        if self._process.returncode is None:
            self._process.terminate()
        return await self._end()

    async def command(self, *words: str, tokens: bool = True) -> tuple[int, str]:
        """Run another newsbell command beside it: exit code and output. Without its `tokens` it asks no platform."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot.cli",
            *words,
            cwd=self.home,
            env={name: value for name, value in self._environment().items() if tokens or "_TOKEN" not in name},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode()

    async def subscribe(self, chats: list[str], options: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Subscribe many chats to NATIONAL at once, some with `options`, as who moves in from elsewhere does."""
        national = {"kind": "category", "value": "national", "display": "NATIONAL", "language": ""}
        file = self.home / "subscriptions.json"
        wishes = [{"destination": chat, "options": (options or {}).get(chat, {})} | national for chat in chats]
        file.write_text(json.dumps(wishes))
        code, output = await self.command("subscriptions", "import", str(file), tokens=False)
        assert code == 0, output

    def rows(self, query: str, terms: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """What the database says."""
        connection = sqlite3.connect(self.database, timeout=10)
        connection.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in connection.execute(query, terms or {})]
        finally:
            connection.close()

    def change(self, statement: str) -> None:
        """Change the database, as nobody should; while newsbell does not run."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute(statement)

    def standing(self) -> Counter[tuple[str, str]]:
        """How many deliveries of which platform stand in which state: `{("telegram", "settled"): 100}`."""
        return Counter((row["platform"], row["state"]) for row in self.rows("SELECT platform, state FROM deliveries"))

    async def settles(self, deliveries: int, *, within: float = PATIENCE) -> None:
        """Wait until there are so many deliveries, and each of them is settled. No other process hears of that."""
        try:
            async with asyncio.timeout(within):
                while not self._settled(deliveries):  # noqa: ASYNC110 - a database rings at nobody's door
                    await asyncio.sleep(0.1)
        except TimeoutError:
            last = "\n".join(self.log[-20:])
            raise AssertionError(f"not settled within {within:g} s: {self.standing()}\n{last}") from None

    def _settled(self, deliveries: int) -> bool:
        standing = self.standing()
        return standing.total() == deliveries and all(state == "settled" for _, state in standing)

    @contextmanager
    def locked(self, way: str = "IMMEDIATE") -> Iterator[None]:
        """Hold the database as another program does: nobody else can write to it meanwhile."""
        with closing(sqlite3.connect(self.database, timeout=10, isolation_level=None)) as connection:
            connection.execute(f"BEGIN {way}")
            yield
            connection.execute("ROLLBACK")

    def write(self, name: str, text: str | bytes) -> Path:
        """Save a file in the folder, as an editor does."""
        path = self.posts / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        while line := await process.stdout.readline():
            async with self._heard:
                self.log.append(line.decode(errors="replace").rstrip())
                self._heard.notify_all()
        async with self._heard:
            self._heard.notify_all()

    async def _end(self) -> int:
        assert self._process is not None
        assert self._listening is not None
        code = await asyncio.wait_for(self._process.wait(), PATIENCE)
        await self._listening
        self._process = None
        return code

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {
            "TMPDIR": str(self.home)
        }  # the emulators' tokens are the same in every test, and each has its lock there
        return kept | own | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])} | self.settings


def post(
    code: str, *, title: str = "", category: str = "NATIONAL", date: str = "2026-11-02T08:30:00Z", text: str = ""
) -> str:
    """A post in the shape of a real one."""
    title = title or f"Post {code}"
    text = text or "The river rose by half a metre in the night. Boats were pulled ashore in three villages."
    return f"""---
layout: post
code: "{code}"
origin_url: "https://example.org/{category.lower()}/{code.lower()}"
image: "https://pictures.example.org/{code.lower()}.jpg"
title: "{title}"
description: "{title}"
category: "{category}"
language: "en"
date: {date}
---

# {title}

![](https://pictures.example.org/{code.lower()}-body.jpg)

Boats on the bank of the river on the morning after the rain. Supplied

{text}

A second paragraph follows, which is only there to be left out of the excerpt, and it goes on for quite a while \
so that nothing of it can be taken for the first one.
"""
