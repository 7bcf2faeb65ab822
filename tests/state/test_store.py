"""The database as a whole: settings, lock, other processes, migrations, backup, and how it is searched."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from typing import Any

import pytest

from bot.errors import InstanceRunning, StoreError
from state import heads, upcoming
from state.memory import Memory
from state.rows import DELIVERY
from tests.state.making import BOT, NOON, Office, later

SENDER = """
import asyncio, sys
from datetime import UTC, datetime
from bot.errors import InstanceRunning
from state import open_store

async def main():
    store = await open_store(sys.argv[1], "/srv/paper/posts")
    try:
        print("epoch", await store.begin_epoch(datetime.now(UTC)))
    except InstanceRunning as error:
        print("refused", error.pid)
    if len(sys.argv) > 2:
        sys.stdin.read()
    await store.close()

asyncio.run(main())
"""


def other_process(office: Office, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SENDER, f"sqlite:///{office.path}", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


async def test_only_one_process_sends_and_the_other_is_told_which(office: Office) -> None:
    assert await office.store.begin_epoch(NOON) == 1

    with other_process(office) as other:
        said, _ = await asyncio.to_thread(other.communicate)
    assert said.split() == ["refused", str(os.getpid())]

    await office.store.close()
    with other_process(office) as other:
        said, _ = await asyncio.to_thread(other.communicate)
    assert said.split() == ["epoch", "2"]


async def test_the_lock_of_a_killed_process_is_free_at_once(office: Office) -> None:
    with other_process(office, "wait") as other:
        assert other.stdout
        assert await asyncio.to_thread(other.stdout.readline) == "epoch 1\n"
        with pytest.raises(InstanceRunning) as refusal:
            await office.store.begin_epoch(NOON)
        assert refusal.value.pid == other.pid
        other.kill()

    assert await office.store.begin_epoch(NOON) == 2


async def test_both_connections_are_safe_over_a_power_cut(office: Office) -> None:
    memory = Memory(office.path)
    seen = [await ask(_pragmas) for ask in (memory.read, memory.write)]
    await memory.close()

    assert seen == [("wal", 2, 1), ("wal", 2, 1)]


def _pragmas(connection: sqlite3.Connection) -> tuple[Any, ...]:
    names = ("journal_mode", "synchronous", "foreign_keys")
    return tuple(connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)


async def test_the_connection_that_reads_cannot_write(office: Office) -> None:
    memory = Memory(office.path)
    with pytest.raises(StoreError, match="may not be written"):
        await memory.read(lambda connection: connection.execute("DELETE FROM posts"))
    await memory.close()


# --- how the database is searched

TERMS = {
    "lane": "",
    "walk": 8000,
    "skip": "[]",
    "dark": "[]",
    "platform": "fake",
    "bot": BOT,
    "now": later(0).isoformat(),
    "limit": 500,
    "epoch": 1,
    **heads._NO_END,
}
HOT = {
    "due": (heads._FIRST_BY_TURN, {"deliveries_due", "deliveries_line"}),
    "end of the walk": (heads._END_OF_WALK, {"deliveries_due"}),
    "next due": (upcoming._NEXT_AT, {"deliveries_timer", "destinations_waiting", "deliveries_unknown"}),
    "unknown": (
        f"""SELECT {DELIVERY} WHERE deliveries.state = 'unknown' AND deliveries.platform = :platform
            AND deliveries.bot = :bot AND due_at <= :now ORDER BY due_at LIMIT :limit""",
        {"deliveries_unknown"},
    ),
    "orphans": ("SELECT id FROM deliveries WHERE state = 'claimed' AND epoch < :epoch", {"deliveries_claimed"}),
    "scheduled": ("SELECT min(published_at) FROM posts WHERE state = 'scheduled'", {"posts_by_state"}),
}


@pytest.mark.parametrize("name", HOT)
async def test_a_hot_query_walks_its_index_and_never_the_whole_table(office: Office, name: str) -> None:
    query, indexes = HOT[name]
    with office.stranger() as connection:
        plan = [row["detail"] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}", TERMS)]

    assert not [step for step in plan if step.startswith("SCAN") and "json_each" not in step]
    assert not [step for step in plan if "TEMP B-TREE" in step]
    for index in indexes:
        assert any(index in step for step in plan), plan
