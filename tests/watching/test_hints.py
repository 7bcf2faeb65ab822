"""Events become hints; whatever ends or blinds them is noticed."""

from __future__ import annotations

import logging
import os
import resource
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from watchdog.events import FileClosedEvent, FileModifiedEvent, FileOpenedEvent
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import InotifyFD

from bot.watching.hints import Hints, events_of_interest
from bot.watching.walk import stamp_of
from tests.watching.watched import is_markdown


class Listener:
    """Hints about a folder, and a way to wait for them in a test without a loop."""

    def __init__(self, root: Path) -> None:
        self._woken = threading.Event()
        self.hints = Hints(root, is_markdown, lambda _: self._woken.set())
        self.files: dict[str, bool] = {}
        self.scan = False

    def wait_until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            assert self._woken.wait(10), f"no hint came but {self.files}"
            self._woken.clear()
            touched = self.hints.take()
            self.files |= touched.files
            self.scan = self.scan or touched.scan

    def wait_for(self, *paths: str) -> None:
        self.wait_until(lambda: set(paths) <= self.files.keys())

    def wait_for_scan(self) -> None:
        self.wait_until(lambda: self.scan)


@pytest.fixture
def listener(root: Path) -> Iterator[Listener]:
    listener = Listener(root)
    assert listener.hints.renew_if_needed()
    yield listener
    listener.hints.close()


def test_a_written_file_is_hinted_at_as_closed(listener: Listener, root: Path) -> None:
    (root / "rain.md").write_text("rain")

    listener.wait_until(lambda: listener.files.get("rain.md", False))
    assert not listener.scan


def test_a_renamed_file_is_hinted_at_by_both_names(listener: Listener, root: Path) -> None:
    (root / "rain.md").write_text("rain")
    (root / "rain.md").rename(root / "flood.md")
    (root / "last.md").write_text("last")

    listener.wait_for("rain.md", "flood.md", "last.md")
    assert listener.files["flood.md"]


def test_a_file_whose_rights_change_is_hinted_at(listener: Listener, root: Path) -> None:
    (root / "rain.md").write_text("rain")
    listener.wait_until(lambda: listener.files.get("rain.md", False))
    listener.files.clear()

    (root / "rain.md").chmod(0o644)

    listener.wait_for("rain.md")
    assert not listener.files["rain.md"], "whether somebody writes to it, its rights don't tell"
    assert not listener.scan


@pytest.mark.parametrize("closed", [True, False])
def test_rights_say_nothing_of_whether_a_writer_is_done(root: Path, *, closed: bool) -> None:
    hints = Hints(root, is_markdown, lambda _: None)
    (root / "rain.md").write_text("rain")
    hints.touch("rain.md", closed=closed)

    (root / "rain.md").chmod(0o600)
    hints.touch("rain.md", closed=None)

    touched = hints.take()
    assert touched.files == {"rain.md": closed}
    assert touched.seen == {}, "what stood there before is looked at again"


def test_rights_of_many_folders_bring_no_scan(listener: Listener, root: Path) -> None:
    folders = [root / name for name in ("north", "south")]
    for folder in folders:
        folder.mkdir()
    listener.wait_for_scan()
    (root / "first.md").write_text("first")
    listener.wait_for("first.md")
    listener.scan = False

    for folder in folders:
        folder.chmod(0o700)
    (root / "last.md").write_text("last")

    listener.wait_for("last.md")
    assert not listener.scan


def test_nothing_else_is_hinted_at(listener: Listener, root: Path) -> None:
    for path in (".rain.md.swp", "map.png", "rain.md~"):
        (root / path).write_text("x")
    os.close(os.open(os.fsencode(root) + b"/caf\xe9.md", os.O_CREAT | os.O_WRONLY))
    (root / "last.md").write_text("last")

    listener.wait_for("last.md")
    assert set(listener.files) == {"last.md"}
    assert not listener.scan


def test_only_a_closed_file_is_worth_a_look_at_once(root: Path) -> None:
    woken: list[bool] = []
    hints = Hints(root, is_markdown, woken.append)

    hints.touch("rain.md", closed=False)
    hints.touch("vote.md", closed=False)
    assert woken == [False]

    hints.touch("rain.md", closed=True)
    hints.touch("vote.md", closed=True)
    assert woken == [False, True]

    assert hints.take().files == {"rain.md": True, "vote.md": True}
    hints.touch("rain.md", closed=True)
    assert woken == [False, True, True]


def test_the_first_file_that_is_closed_is_looked_at_where_that_is_heard(root: Path) -> None:
    hints = Hints(root, is_markdown, lambda _: None)
    for path in ("rain.md", "vote.md"):
        (root / path).write_text(path)
        hints.touch(path, closed=False)
        hints.touch(path, closed=True)
    hints.touch("gone.md", closed=False)

    assert hints.take().seen == {"rain.md": stamp_of((root / "rain.md").stat())}
    hints.touch("gone.md", closed=True)
    assert hints.take().seen == {"gone.md": None}


def test_a_look_from_before_a_later_change_is_forgotten(root: Path) -> None:
    hints = Hints(root, is_markdown, lambda _: None)
    (root / "rain.md").write_text("rain")
    hints.touch("rain.md", closed=True)
    hints.touch("rain.md", closed=True)

    assert hints.take().seen == {}


def test_reading_a_file_is_no_hint(root: Path) -> None:
    (root / "rain.md").write_text("rain")
    listener = Listener(root)
    listener.hints.renew_if_needed()

    (root / "rain.md").read_text()
    (root / "last.md").write_text("last")

    listener.wait_for("last.md")
    assert set(listener.files) == {"last.md"}
    listener.hints.close()


def test_a_folder_that_comes_or_goes_asks_for_a_scan(listener: Listener, root: Path) -> None:
    (root / "national").mkdir()

    listener.wait_for_scan()


def test_an_ignored_folder_asks_for_nothing(listener: Listener, root: Path) -> None:
    (root / ".git/objects/ab").mkdir(parents=True)
    (root / "last.md").write_text("last")

    listener.wait_for("last.md")
    assert not listener.scan


def test_lost_events_ask_for_a_scan(listener: Listener) -> None:
    logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed; filesystem events were lost")

    listener.wait_for_scan()


def test_a_root_that_was_replaced_is_noticed_and_observed_anew(listener: Listener, root: Path) -> None:
    assert not listener.hints.stale()
    root.rename(root.parent / "old")
    assert listener.hints.stale()
    root.mkdir()

    assert listener.hints.renew_if_needed()
    assert not listener.hints.stale()
    (root / "rain.md").write_text("rain")
    listener.wait_for("rain.md")


def test_a_link_that_leads_to_another_root_is_noticed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    current = tmp_path / "current"
    current.symlink_to(root)
    listener = Listener(current)
    listener.hints.renew_if_needed()

    current.unlink()
    current.symlink_to(tmp_path / "next")

    assert listener.hints.stale()
    listener.hints.renew_if_needed()
    (tmp_path / "next/rain.md").write_text("rain")
    listener.wait_for("rain.md")
    listener.hints.close()


def test_an_observer_that_reads_no_more_is_noticed(listener: Listener) -> None:
    emitter = next(thread for thread in threading.enumerate() if isinstance(thread, InotifyEmitter))
    emitter.stop()
    emitter.join(10)

    assert listener.hints.stale()
    assert listener.hints.renew_if_needed()
    assert not listener.hints.stale()


def test_a_missing_root_is_not_observed_until_it_is_there(tmp_path: Path) -> None:
    listener = Listener(tmp_path / "later")

    assert listener.hints.renew_if_needed()
    assert not listener.hints.working
    assert not listener.hints.stale()
    (tmp_path / "later").mkdir()
    assert listener.hints.stale()
    listener.hints.renew_if_needed()
    assert listener.hints.working
    listener.hints.close()


def test_the_limit_of_inotify_is_named_once_and_nothing_breaks(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    hints = Hints(root, is_markdown, lambda _: None)

    with no_more_files():
        hints.renew_if_needed()
        hints.renew_if_needed()

    assert not hints.working
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "fs.inotify.max_user_instances" in caplog.text
    hints.renew_if_needed()
    assert hints.working
    hints.close()


def test_after_closing_no_thread_is_left(listener: Listener) -> None:
    listener.hints.close()
    listener.hints.close()

    assert not [thread for thread in threading.enumerate() if isinstance(thread, InotifyEmitter | InotifyFD)]
    assert not listener.hints.renew_if_needed()


def test_opening_a_file_is_an_event_of_interest_nowhere_and_modifying_where_closing_is_not_told() -> None:
    assert FileOpenedEvent not in events_of_interest()
    assert FileClosedEvent in events_of_interest("linux")
    assert FileModifiedEvent not in events_of_interest("linux")
    assert FileModifiedEvent in events_of_interest("darwin")


@contextmanager
def no_more_files() -> Iterator[None]:
    """A time in which this process can open no file: what inotify says then is what it says at its own limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
