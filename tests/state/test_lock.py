"""One process a token: whoever comes second is told who was first, and a death leaves nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bot.errors import InstanceRunning
from state import lock_token

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
