"""Opening, migrating, backing up and restoring a database."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import InstanceRunning, StoreError, StoreFull, StoreTooNew
from bot.models import Destination
from state import open_store, restore_store
from state.lock import SendingLock
from state.migrating import migrate
from state.schema import MIGRATIONS
from tests.state.making import BOT, NOON, ROOT, Office, chat, later, open_office, post, publish, subscribe


async def test_a_database_of_a_later_newsbell_is_refused_and_left_alone(office: Office) -> None:
    await office.store.close()
    with office.stranger() as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('newsbell', '9999_later', 'x')"
        )

    with pytest.raises(StoreTooNew, match="9999_later"):
        await open_store(f"sqlite:///{office.path}", ROOT)
    assert not office.path.with_name("newsbell.db.bak").exists()


async def test_a_database_is_copied_before_a_migration_and_not_otherwise(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(office.store, post())
    await office.store.close()
    backup = office.path.with_name("newsbell.db.bak")
    await asyncio.to_thread(migrate, office.path)
    assert not backup.exists()

    with_another = (*MIGRATIONS, ("0002_second", ("CREATE TABLE second (id INTEGER PRIMARY KEY)",)))
    monkeypatch.setattr("state.migrating.MIGRATIONS", with_another)
    await asyncio.to_thread(migrate, office.path)

    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT count(*) FROM posts").fetchone() == (1,)
        assert not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'second'").fetchall()
    with office.stranger() as connection:
        assert connection.execute("SELECT count(*) FROM second").fetchone()[0] == 0


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StoreFull), (errno.EDQUOT, StoreFull), (errno.EIO, StoreError)]
)
async def test_an_upgrade_that_can_not_copy_says_so_and_leaves_the_earlier_copy(
    office: Office, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    await office.store.close()
    backup = office.path.with_name("newsbell.db.bak")
    backup.write_bytes(b"the earlier one")

    def torn(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("state.migrating.MIGRATIONS", (*MIGRATIONS, ("0002_second", ("CREATE TABLE second (id)",))))
    monkeypatch.setattr(shutil, "copyfile", torn)

    with pytest.raises(StoreError) as raised:
        await asyncio.to_thread(migrate, office.path)
    assert type(raised.value) is kind
    assert backup.read_bytes() == b"the earlier one"
    assert not backup.with_name("newsbell.db.bak.new").exists()


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, StoreFull), (errno.EACCES, StoreError)])
def test_a_lock_whose_file_can_not_be_made_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[StoreError]
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    lock = SendingLock(tmp_path / "newsbell.db")
    with monkeypatch.context() as disk:
        disk.setattr(os, "open", refuse)
        with pytest.raises(StoreError, match=r"newsbell\.db\.lock can't be made") as raised:
            lock.take()
    assert type(raised.value) is kind


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.store.close()
    broken = (*MIGRATIONS, ("0002_second", ("CREATE TABLE second (id INTEGER)", "CREATE TABLE roots (id INTEGER)")))
    monkeypatch.setattr("state.migrating.MIGRATIONS", broken)

    with pytest.raises(StoreError, match="roots"):
        await open_store(f"sqlite:///{office.path}", ROOT)

    with office.stranger() as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'second'").fetchall()


async def test_a_command_can_open_the_database_while_the_service_writes(office: Office) -> None:
    with office.stranger() as service:
        service.execute("BEGIN IMMEDIATE")
        beside = await open_office(office.path)
        assert await beside.store.posts.counts() == {}
        service.execute("ROLLBACK")
    await beside.store.close()


@pytest.mark.parametrize("url", ["postgresql://localhost/newsbell", "newsbell.db", "sqlite:///", "sqlite://x.db"])
async def test_an_address_that_names_no_database_is_refused_with_the_mend(url: str) -> None:
    with pytest.raises(StoreError, match=r"write sqlite:///newsbell\.db"):
        await open_store(url, ROOT)


async def test_a_file_that_is_no_database_and_a_folder_that_is_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("no database, only words " * 50)

    with pytest.raises(StoreError, match=r"text\.db"):
        await open_store(f"sqlite:///{tmp_path}/text.db", ROOT)
    with pytest.raises(StoreError, match=r"nowhere/newsbell\.db"):
        await open_store(f"sqlite:///{tmp_path}/nowhere/newsbell.db", ROOT)


async def test_a_backup_is_a_whole_copy_and_overwrites_nothing(office: Office, tmp_path: Path) -> None:
    await publish(office.store, post())
    copy = tmp_path / "copy.db"

    await office.store.backup(str(copy))

    beside = await open_office(copy)
    assert await beside.store.posts.counts() == {"published": 1}
    await beside.store.close()
    with pytest.raises(StoreError, match="exists already"):
        await office.store.backup(str(copy))


async def test_a_backup_that_cannot_be_written_says_so(office: Office, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nowhere"):
        await office.store.backup(str(tmp_path / "nowhere" / "copy.db"))


async def test_a_restored_backup_takes_the_place_and_what_stood_there_is_kept(office: Office, tmp_path: Path) -> None:
    url, copy = f"sqlite:///{office.path}", tmp_path / "copy.db"
    await office.store.backup(str(copy))
    await publish(office.store, post())
    await office.store.close()

    kept = await asyncio.to_thread(restore_store, url, copy)

    restored = await open_office(office.path)
    assert await restored.store.posts.counts() == {}
    await restored.store.close()
    assert kept
    before = await open_office(kept)
    assert await before.store.posts.counts() == {"published": 1}
    await before.store.close()


async def test_a_restored_backup_knows_no_message_that_a_lost_one_could_stand_behind(
    office: Office, tmp_path: Path
) -> None:
    """What was sent after the backup stands there, too: the search for an older send would take it for that one."""
    url, copy = f"sqlite:///{office.path}", tmp_path / "copy.db"
    place = Destination("telegram", "-1001234567890", bot=BOT)
    await office.store.deliveries.note_messages("telegram", BOT, [(place.chat_id, "5")], NOON)
    assert (await office.store.deliveries.trail(place, "1-1", later(1))).floor == 5
    await office.store.backup(str(copy))
    await office.store.close()

    await asyncio.to_thread(restore_store, url, copy)

    restored = await open_office(office.path)
    assert (await restored.store.deliveries.trail(place, "1-1", later(1))).floor is None
    await restored.store.close()


async def test_a_backup_also_replaces_a_damaged_database_and_none(office: Office, tmp_path: Path) -> None:
    url, copy = f"sqlite:///{office.path}", tmp_path / "copy.db"
    await office.store.backup(str(copy))
    await office.store.close()
    office.path.write_text("not a database any more " * 50)

    kept = await asyncio.to_thread(restore_store, url, copy)
    assert kept
    assert kept.read_text().startswith("not a database")
    assert (await asyncio.to_thread(restore_store, f"sqlite:///{tmp_path}/new.db", copy)) is None

    for path in (office.path, tmp_path / "new.db"):
        restored = await open_office(path)
        assert await restored.store.posts.counts() == {}
        await restored.store.close()


async def test_what_is_no_backup_is_refused_and_nothing_is_changed(office: Office, tmp_path: Path) -> None:
    await publish(office.store, post())
    await office.store.close()
    words, foreign = tmp_path / "words.db", tmp_path / "foreign.db"
    words.write_text("no database, only words " * 50)
    with closing(sqlite3.connect(foreign)) as connection:
        connection.execute("CREATE TABLE other (id INTEGER)")

    for backup in (words, foreign, tmp_path / "not there.db"):
        with pytest.raises(StoreError, match="nothing was changed"):
            await asyncio.to_thread(restore_store, f"sqlite:///{office.path}", backup)

    reopened = await open_office(office.path)
    assert await reopened.store.posts.counts() == {"published": 1}
    await reopened.store.close()


async def test_nothing_is_restored_below_a_process_that_sends(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await office.store.backup(str(copy))
    await office.store.begin_epoch(NOON)

    with pytest.raises(InstanceRunning):
        await asyncio.to_thread(restore_store, f"sqlite:///{office.path}", copy)


async def test_a_copy_of_the_file_alone_is_whole_after_closing(office: Office, tmp_path: Path) -> None:
    await publish(office.store, post())
    await office.store.close()
    shutil.copyfile(office.path, tmp_path / "copied.db")

    copied = await open_office(tmp_path / "copied.db")
    assert await copied.store.posts.counts() == {"published": 1}
    await copied.store.close()


async def test_a_reader_sees_what_was_written_before(office: Office) -> None:
    async def subscribed(number: int) -> bool:
        await subscribe(office.store, chat(number))
        return bool(await office.store.subscriptions.of(chat(number)))

    assert all(await asyncio.gather(*(subscribed(number) for number in range(50))))
