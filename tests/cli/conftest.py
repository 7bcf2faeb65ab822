"""A folder, a database and the command line, in this process: commands run one after the other, as in a shell."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.cli import newsbell
from bot.cli.ending import ended
from bot.models import Destination, Place
from state import open_store
from tests.journeys.newsroom import post
from tests.state.making import NOON

BOTS = {"telegram": "9", "discord": "8"}


@dataclass(frozen=True, slots=True)
class Shell:
    """What an operator has before them."""

    home: Path
    posts: Path
    database: Path
    capture: pytest.CaptureFixture[str]
    settings: pytest.MonkeyPatch

    def __call__(self, *words: str) -> tuple[int, str]:
        """The exit code of `newsbell <words>`, and all that it says."""
        code = ended(newsbell, words)
        said = self.capture.readouterr()
        output = said.out + said.err
        assert not [line for line in output.splitlines() if line != line.rstrip()], "blanks at a line's end"
        return code, output

    def write(self, path: str, content: str = "", **fields: str) -> Path:
        """Save a post, as an editor does; its code is its name in capitals."""
        file = self.posts / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content or post(file.stem.upper(), **fields), encoding="utf-8")
        return file

    def rows(self, query: str) -> list[dict[str, Any]]:
        """What the database says, or does."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query)]

    def know(self, *chats: str) -> None:
        """Let the bots have run once, and have met these chats."""

        async def remember() -> None:
            store = await open_store(f"sqlite:///{self.database}", str(self.posts))
            for platform, bot in BOTS.items():
                await store.subscriptions.remember_bot(platform, bot)
            for chat in map(Destination.parse, chats):
                place = Place(Destination(chat.platform, chat.chat_id, chat.thread_id, BOTS[chat.platform]))
                await store.subscriptions.remember(place, NOON)
            await store.close()

        asyncio.run(remember())


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], _logging_as_it_was: None
) -> Shell:
    """An empty folder, no database, no token."""
    posts, database = tmp_path / "posts", tmp_path / "newsbell.db"
    posts.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEWSBELL_POSTS", "posts")
    monkeypatch.setenv("NEWSBELL_DATABASE", f"sqlite:///{database}")
    monkeypatch.setenv("NEWSBELL_CONSOLE", "off")
    return Shell(tmp_path, posts, database, capsys, monkeypatch)


@pytest.fixture
def begun(shell: Shell) -> Shell:
    """One old post, known since the first scan, and one chat on each platform."""
    shell.write("old.md")
    assert shell("once")[0] == 0
    shell.know("telegram:-1001", "discord:456")
    return shell


@pytest.fixture
def _logging_as_it_was() -> Iterator[None]:
    root, hooks = logging.getLogger(), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    level, handlers = root.level, root.handlers[:]
    yield
    logging.captureWarnings(False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    root.handlers = handlers
    root.setLevel(level)
