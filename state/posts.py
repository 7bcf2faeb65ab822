"""The shelf of files and posts. Publishing is one transaction: the post, what is said of it, and who gets it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.models import Announcement, Category, Destination, Subscription, Withdrawn
from bot.ports import LateChange
from bot.records import (
    UNHELD,
    Changes,
    FileRecord,
    FileStamp,
    FolderId,
    Gone,
    Hold,
    Kin,
    KnownPost,
    PostState,
    Problem,
    Published,
    StampRow,
)
from state import masses, naming, offering
from state.coming import Coming
from state.memory import Memory
from state.publishing import enqueue_for, hand_out, take_in
from state.recording import record_file, record_known
from state.resembling import find_kin
from state.revisions import last_said
from state.roots import find_root, make_root
from state.rows import KNOWN_POST, known_post_of, moment, time_of
from state.withdrawing import count_known, gone_together, let_go, withdraw_missing

_THOSE = "(SELECT subject FROM posts WHERE path IN (SELECT value FROM json_each(:paths)))"
_REFUSED_FOR = f"AND refused_for IN {_THOSE}"
_HELD_FOR = f"AND copy_of IN {_THOSE}"


class PostShelf:
    """bot.ports.Posts in SQLite, for the folder `root` (an absolute path, its links not followed)."""

    def __init__(self, memory: Memory, root: str) -> None:
        self._memory = memory
        self.coming = Coming()
        self._root_path = root
        self._root_id: int | None = None

    async def baseline_done(self) -> bool:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> bool:
            row = connection.execute("SELECT baseline_at FROM roots WHERE id = ?", (root,)).fetchone()
            return row["baseline_at"] is not None

        return await self._memory.read(job)

    async def stamps(self) -> dict[str, FileStamp]:
        """See bot.ports.Posts."""
        rows = await self._stamp_rows()
        return {path: FileStamp(*stamp) for path, *stamp in rows}

    async def stamp_rows(self, *, after: str = "", limit: int) -> list[StampRow]:
        """See bot.ports.Stamps."""
        return await self._stamp_rows("AND path > ? ORDER BY path LIMIT ?", after, limit)

    async def stamps_of(self, paths: Collection[str]) -> dict[str, FileStamp]:
        """See bot.ports.Stamps."""
        if not paths:
            return {}
        rows = await self._stamp_rows("AND path IN (SELECT value FROM json_each(?))", json.dumps(list(paths)))
        return {path: FileStamp(*stamp) for path, *stamp in rows}

    async def _stamp_rows(self, which: str = "", *values: str | int) -> list[StampRow]:
        root = await self._root()

        def job(connection: sqlite3.Connection) -> list[StampRow]:
            rows = connection.cursor()
            rows.row_factory = None  # a hundred thousand rows: plain tuples
            rows.execute(
                f"""SELECT path, size, mtime_ns, ctime_ns, inode FROM files
                    WHERE root = ? AND missing_since IS NULL {which}""",
                (root, *values),
            )
            return rows.fetchall()

        return await self._memory.read(job)

    async def folder(self) -> FolderId | None:
        """See bot.ports.Stamps."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> FolderId | None:
            row = connection.execute("SELECT folder FROM roots WHERE id = ?", (root,)).fetchone()
            device, _, inode = row["folder"].partition(":")
            return (int(device), int(inode)) if device else None

        return await self._memory.read(job)

    async def believe(self, folder: FolderId | None) -> None:
        """See bot.ports.Stamps."""
        root = await self._root()
        named = f"{folder[0]}:{folder[1]}" if folder else ""
        await self._memory.write(
            lambda connection: connection.execute("UPDATE roots SET folder = ? WHERE id = ?", (named, root))
        )

    async def record_baseline(self, records: Sequence[FileRecord], now: datetime) -> None:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> None:
            for record in records:
                record_known(connection, root, record, now)

        await self._memory.write(job, stirs=True)  # a scheduled post may be among them

    async def finish_baseline(self, now: datetime) -> None:
        """See bot.ports.Posts."""
        root = await self._root()
        await self._memory.write(
            lambda connection: connection.execute(
                "UPDATE roots SET baseline_at = ? WHERE id = ? AND baseline_at IS NULL", (moment(now), root)
            )
        )

    async def record_files(self, records: Sequence[FileRecord], now: datetime) -> None:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> None:
            for record in records:
                record_file(connection, root, record)

        await self._memory.write(job)

    async def kin(self, record: FileRecord) -> list[Kin]:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.read(lambda connection: find_kin(connection, root, record))

    async def take_in(
        self,
        record: FileRecord,
        announcement: Announcement,
        now: datetime,
        *,
        same: int | None = None,
        hold: Hold | None = None,
        release: bool = False,
        changes: Changes = UNHELD,
        old: bool = False,
        page_until: datetime | None = None,
        piles_until: datetime | None = None,
    ) -> Published:
        """See bot.ports.Posts."""
        root, resting = await self._root(), self.coming.resting
        return await self._memory.write(
            lambda connection: take_in(
                connection,
                root,
                record,
                announcement,
                now,
                same=same,
                hold=hold,
                release=release,
                changes=changes,
                old=old,
                page_until=page_until,
                piles_until=piles_until,
                resting=resting,
            ),
            stirs=lambda published: published.platforms,
            meanwhile=partial(self.coming.tell, announcement),
        )

    async def send_to(
        self, record: FileRecord, announcement: Announcement, destinations: Sequence[Destination], now: datetime
    ) -> int:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.write(
            lambda connection: enqueue_for(connection, root, record, announcement, destinations=destinations, now=now),
            stirs=True,
        )

    async def last_said(self, subject: int) -> Announcement | None:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: last_said(connection, subject))

    async def hand_out(self, subject: int, first: Announcement | None, to: Sequence[Destination], now: datetime) -> int:
        """See bot.ports.Posts."""
        return await self._memory.write(lambda connection: hand_out(connection, subject, first, to, now), stirs=True)

    async def waiting(self, state: PostState) -> list[KnownPost]:
        """See bot.ports.Posts."""
        return await self._known("state = ? AND gone = 0 ORDER BY published_at, path", state.value)

    async def next_scheduled_at(self) -> datetime | None:
        """See bot.ports.Posts."""

        def job(connection: sqlite3.Connection) -> datetime | None:
            row = connection.execute("SELECT min(published_at) AS at FROM posts WHERE state = 'scheduled'").fetchone()
            return time_of(row["at"])

        return await self._memory.read(job)

    async def gone_together(self, within: timedelta) -> set[int]:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.read(lambda connection: gone_together(connection, root, within))

    async def count_known(self, going: Collection[int], *, since: datetime, new_since: datetime) -> tuple[int, int]:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.read(
            lambda connection: count_known(connection, root, going, since=since, new_since=new_since)
        )

    async def changed_since(self, since: datetime) -> list[LateChange]:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: masses.changed_since(connection, since))

    async def news_since(self, since: datetime) -> dict[str, datetime]:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: masses.news_since(connection, since))

    async def note_mass(self, began_at: datetime | None) -> None:
        """See bot.ports.Posts."""
        root = await self._root()
        await self._memory.write(lambda connection: masses.note_mass(connection, root, began_at))

    async def mass_began_at(self) -> datetime | None:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.read(lambda connection: masses.mass_began_at(connection, root))

    async def leave(self, subject: int, how: Withdrawn, now: datetime) -> int:
        """See bot.ports.Posts."""
        return await self._memory.write(lambda connection: let_go(connection, subject, how, now), stirs=True)

    async def leaving(self) -> list[KnownPost]:
        """See bot.ports.Posts."""
        return await self._known("leaving = 1 ORDER BY path")

    async def forget(self, paths: Collection[str], now: datetime) -> list[str]:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> list[str]:
            rows = connection.execute(
                """UPDATE files SET missing_since = ?, problem_line = NULL, problem_what = NULL, problem_mend = NULL,
                        refused_for = 0, unread = 0
                    WHERE root = ? AND path IN (SELECT value FROM json_each(?)) AND missing_since IS NULL
                    RETURNING path""",
                (moment(now), root, json.dumps(list(paths))),
            ).fetchall()
            return sorted(row["path"] for row in rows)

        return await self._memory.write(job)

    async def withdraw_missing(self, now: datetime, changes: Changes = UNHELD) -> list[Gone]:
        """See bot.ports.Posts."""
        root = await self._root()
        return await self._memory.write(lambda connection: withdraw_missing(connection, root, now, changes), stirs=True)

    async def doubles(self, of: Collection[str] | None = None) -> dict[str, FileStamp]:
        """See bot.ports.Posts."""
        root = await self._root()
        originals, held = ("", "") if of is None else (_REFUSED_FOR, _HELD_FOR)
        terms = {"root": root, "paths": json.dumps(list(of or ()))}

        def job(connection: sqlite3.Connection) -> dict[str, FileStamp]:
            rows = connection.execute(
                f"""SELECT path, size, mtime_ns, ctime_ns, inode FROM files
                    WHERE root = :root AND refused_for != 0 AND missing_since IS NULL {originals}
                    UNION SELECT files.path, size, mtime_ns, ctime_ns, inode
                    FROM posts JOIN files ON files.root = :root AND files.path = posts.path
                    WHERE copy_of != 0 AND state = 'held' AND missing_since IS NULL {held}""",
                terms,
            )
            return {row["path"]: FileStamp(*row[1:]) for row in rows}

        return await self._memory.read(job)

    async def unread(self) -> set[str]:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> set[str]:
            return {
                row["path"]
                for row in connection.execute("SELECT path FROM files WHERE root = ? AND unread = 1", (root,))
            }

        return await self._memory.read(job)

    async def holders(self, digests: Collection[str]) -> dict[str, set[int]]:
        """See bot.ports.Posts."""

        def job(connection: sqlite3.Connection) -> dict[str, set[int]]:
            found: dict[str, set[int]] = {}
            rows = connection.execute(
                "SELECT digest, subject FROM posts WHERE digest IN (SELECT value FROM json_each(?))",
                (json.dumps(list(digests)),),
            )
            for row in rows:
                found.setdefault(row["digest"], set()).add(row["subject"])
            return found

        return await self._memory.read(job)

    async def find(self, text: str) -> KnownPost | None:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: naming.find(connection, text))

    async def named(self, text: str) -> list[KnownPost]:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: naming.named(connection, text))

    async def latest(self, limit: int, now: datetime) -> list[KnownPost]:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: offering.newest(connection, limit, now))

    async def latest_for(self, destination: Destination, now: datetime) -> KnownPost | None:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: offering.latest_for(connection, destination, now))

    async def wish_for(self, subject: int, destination: Destination) -> Subscription | None:
        """See bot.ports.Posts."""
        return await self._memory.read(lambda connection: offering.wish_for(connection, subject, destination))

    async def categories(self) -> list[Category]:
        """See bot.ports.Posts."""
        return await self._memory.read(offering.categories)

    async def languages(self) -> list[str]:
        """See bot.ports.Posts."""
        return await self._memory.read(offering.languages)

    async def problems(self) -> list[Problem]:
        """See bot.ports.Posts."""
        root = await self._root()

        def job(connection: sqlite3.Connection) -> list[Problem]:
            rows = connection.execute(
                """SELECT path, problem_line, problem_what, problem_mend FROM files
                    WHERE root = ? AND problem_what IS NOT NULL ORDER BY path""",
                (root,),
            )
            return [Problem(*row) for row in rows]

        return await self._memory.read(job)

    async def counts(self) -> dict[str, int]:
        """See bot.ports.Posts."""

        def job(connection: sqlite3.Connection) -> dict[str, int]:
            stands = "iif(state = 'held' AND gone = 1, 'unpublished', state)"  # without its file it waits for no word
            return dict(connection.execute(f"SELECT {stands}, count(*) FROM posts GROUP BY 1").fetchall())

        return await self._memory.read(job)

    async def _known(self, which: str, *values: str) -> list[KnownPost]:
        def job(connection: sqlite3.Connection) -> list[KnownPost]:
            rows = connection.execute(f"SELECT {KNOWN_POST} WHERE {which}", values)
            return [known_post_of(row) for row in rows]

        return await self._memory.read(job)

    async def _root(self) -> int:
        """The watched folder's row; it is written only where there is none, so that a look needs no right to write."""
        if self._root_id is None:
            found = await self._memory.read(lambda connection: find_root(connection, self._root_path))
            self._root_id = found or await self._memory.write(lambda connection: make_root(connection, self._root_path))
        return self._root_id
