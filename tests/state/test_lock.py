"""One process a token and database: whoever comes second is told who was first, and a death leaves nothing behind."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.errors import InstanceRunning
from state import lock_token
from state.lock import SendingLock

TOKEN = "123456789:AAE-the_rest_of_what_BotFather_says"
ROOT = Path(__file__).resolve().parents[2]

HOLDER = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from state import lock_token
free = lock_token("sqlite:////srv/paper/other.db", "telegram", {TOKEN!r}, sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files, so that the test meets no newsbell of this machine."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def held_by_another(folder: Path, session: str = "") -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, session],
        env={"TMPDIR": str(folder), "PATH": os.environ["PATH"]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def take(token: str = TOKEN, platform: str = "telegram", session: str = "") -> None:
    lock_token("sqlite:///mine.db", platform, token, session)()


@pytest.mark.parametrize("folder_is_the_link", [False, True])
@pytest.mark.parametrize("is_there", [False, True])
def test_a_database_is_one_by_whatever_link_it_is_named(
    folder: Path, *, is_there: bool, folder_is_the_link: bool
) -> None:
    database = folder / "real" / "newsbell.db"
    database.parent.mkdir()
    link = folder / "link"
    link.symlink_to(database.parent if folder_is_the_link else database)
    if is_there:
        database.touch()
    first = SendingLock(database)
    first.take()

    second = SendingLock(link / "newsbell.db" if folder_is_the_link else link)
    with pytest.raises(InstanceRunning) as caught:
        second.take()
    first.free()
    second.take()
    second.free()

    assert caught.value.pid == os.getpid()
    assert str(link) in str(caught.value), "by the name that this person gave it"
    assert [path.name for path in folder.rglob("*.lock")] == ["newsbell.db.lock"]


def test_a_second_process_with_the_token_is_told_who_has_it_until_that_is_dead(folder: Path) -> None:
    with held_by_another(folder) as holder:
        with pytest.raises(InstanceRunning) as caught:
            take()
        take("123456789:another-token-of-the-same-bot-after-a-renewal")
        take(platform="discord")
        holder.kill()

    take()
    assert caught.value.pid == holder.pid
    told = str(caught.value)
    assert f"process {holder.pid}) already uses this Telegram bot, with the database /srv/paper/other.db" in told
    assert f"kill {holder.pid}" in told


def test_a_service_and_a_terminal_find_each_other(folder: Path) -> None:
    session = folder / "session"
    session.mkdir(mode=0o700)
    with held_by_another(folder) as service:
        with pytest.raises(InstanceRunning):
            take(session=str(session))
        service.kill()
    with held_by_another(folder, str(session)) as terminal:
        with pytest.raises(InstanceRunning):
            take()
        terminal.kill()


def test_nothing_of_the_token_is_written_down(folder: Path) -> None:
    with held_by_another(folder) as holder:
        written = {path: path.read_text() for path in folder.rglob("*.lock")}
        holder.kill()

    [(path, text)] = written.items()
    assert text == f"{holder.pid}\n/srv/paper/other.db\n"
    assert not any(part in path.name + text for part in (TOKEN, *TOKEN.split(":"), TOKEN[:8], TOKEN[-8:]))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_folder_that_somebody_else_has_laid_there_is_not_used_and_stops_nobody(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    (folder / f"newsbell-{os.getuid()}").symlink_to(elsewhere)

    take()

    assert list(elsewhere.iterdir()) == []
    assert "no lock" in caplog.text


def test_a_full_disk_on_which_nothing_can_be_said_of_the_holder_is_no_reason_not_to_hold(folder: Path) -> None:
    lock, another = SendingLock(folder / "newsbell.db"), SendingLock(folder / "newsbell.db")
    room = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, room[1]))
    try:
        lock.take()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, room)

    with pytest.raises(InstanceRunning, match="process unknown"):
        another.take()
    lock.free()
    another.take()
    another.free()
