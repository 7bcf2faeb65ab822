"""Looks and scans become Changes: nothing twice, nothing half-written, nothing stale."""

from __future__ import annotations

import pytest

from bot.records import FileStamp
from bot.watching.changes import Changes
from bot.watching.findings import Findings
from bot.watching.stillness import MOMENT
from bot.watching.survey import Survey

OLD = FileStamp(10, 1, 1, 7)
NEW = FileStamp(20, 2, 2, 8)
RECORDED = {"rain.md": OLD}
NOW = 1_000.0
"""Of both clocks here: the event loop's and the files'."""


@pytest.fixture
def findings() -> Findings:
    """Knows `rain.md`, and has nothing to tell."""
    findings = Findings(settle=2, grace=10)
    findings.begin_scan(RECORDED)
    scan(findings)
    findings.take()
    return findings


def scan(findings: Findings, *, began: float = NOW, fault: str = "", **seen: FileStamp | None) -> list[FileStamp]:
    """A scan ends that saw these files (None: missing) beside the unchanged ones; written without ".md"."""
    changed = {f"{name}.md": stamp for name, stamp in seen.items() if stamp is not None}
    missing = frozenset(f"{name}.md" for name, stamp in seen.items() if stamp is None)
    survey = Survey(
        changed, missing, 1, None if fault else (1, 1), fault, new=frozenset(changed.keys() - RECORDED.keys())
    )
    return findings.scanned(survey, began=began, now=began, wall_clock=began)


def look(findings: Findings, path: str, stamp: FileStamp | None, now: float) -> None:
    """A look at `path` found this, and nobody knows whether the file's writer is done."""
    findings.looked(path, stamp, now, closed=False, recorded=RECORDED.get(path))


def test_the_first_scan_is_told_even_if_nothing_changed() -> None:
    findings = Findings(settle=2, grace=10)
    findings.begin_scan({})
    scan(findings)

    assert findings.news
    assert findings.take() == Changes(scanned=True)
    assert not findings.news


def test_a_later_scan_without_news_is_not_told(findings: Findings) -> None:
    scan(findings)

    assert not findings.news


def test_a_scanned_file_that_was_written_just_now_has_to_settle(findings: Findings) -> None:
    just_now = FileStamp(20, int(NOW * 1e9), int(NOW * 1e9), 8)
    scan(findings, rain=just_now)

    assert not findings.news
    assert findings.next_look() == NOW + 2 + MOMENT
    look(findings, "rain.md", just_now, NOW + 2)
    assert findings.take().paths == (("rain.md", just_now),)


def test_files_that_are_waited_for_are_counted_until_there_are_none(findings: Findings) -> None:
    just_now = FileStamp(20, int(NOW * 1e9), int(NOW * 1e9), 8)
    scan(findings, rain=NEW, vote=just_now)
    assert findings.take() == Changes((("rain.md", NEW),), scanned=True, waiting=1)

    look(findings, "vote.md", None, NOW + 1)  # it was a temporary file after all

    assert findings.news
    assert findings.take() == Changes(waiting=0)


def test_a_scan_is_not_believed_about_what_was_looked_at_since_it_began(findings: Findings) -> None:
    findings.begin_scan(RECORDED)
    look(findings, "rain.md", NEW, NOW)

    scan(findings, rain=OLD)

    assert not findings.news
    assert findings.next_look() == NOW + 2 + MOMENT


def test_a_scan_that_is_older_than_what_was_told_is_not_told(findings: Findings) -> None:
    in_between = FileStamp(15, 1, 1, 8)
    findings.begin_scan(RECORDED)
    look(findings, "rain.md", NEW, NOW)
    look(findings, "rain.md", NEW, NOW + 2)

    scan(findings, rain=in_between)

    assert findings.take().paths == (("rain.md", NEW),)


def test_a_file_that_is_written_again_before_it_was_taken_is_held_back(findings: Findings) -> None:
    scan(findings, rain=NEW)
    look(findings, "rain.md", OLD, NOW + 1)

    assert findings.take().paths == ()


def test_a_file_that_vanished_before_it_was_taken_is_not_told(findings: Findings) -> None:
    scan(findings, vote=NEW)
    look(findings, "vote.md", None, NOW + 1)

    assert findings.take().paths == ()


def test_what_was_told_and_not_recorded_yet_is_not_told_again(findings: Findings) -> None:
    scan(findings, rain=NEW)
    findings.take()

    findings.begin_scan(RECORDED)
    assert findings.told.stamp("rain.md", OLD) == NEW


def test_a_missing_file_is_told_once_though_it_stays_recorded(findings: Findings) -> None:
    scan(findings, rain=None)
    scan(findings, began=NOW + 10, rain=None)
    assert findings.take().missing == ("rain.md",)

    findings.begin_scan(RECORDED)
    assert not findings.told.is_there("rain.md", OLD)
    assert findings.told.gone == {"rain.md"}


def test_a_missing_file_that_comes_back_unchanged_is_told(findings: Findings) -> None:
    scan(findings, rain=None)
    scan(findings, began=NOW + 10, rain=None)
    findings.take()

    look(findings, "rain.md", OLD, NOW + 20)
    look(findings, "rain.md", OLD, NOW + 22)

    assert findings.take().paths == (("rain.md", OLD),)


def test_what_is_missing_is_kept_back_while_the_folder_can_t_be_believed(findings: Findings) -> None:
    scan(findings, rain=None)
    scan(findings, began=NOW + 10, rain=None)
    scan(findings, began=NOW + 11, fault="the folder is missing")

    assert findings.take() == Changes(scanned=True, root_fault="the folder is missing")
    assert not findings.news
    scan(findings, began=NOW + 12)
    assert findings.take() == Changes(missing=("rain.md",), scanned=True)


def test_a_fault_is_told_once_and_so_is_its_end(findings: Findings) -> None:
    scan(findings, fault="the folder is missing")
    assert findings.take() == Changes(root_fault="the folder is missing")
    scan(findings, fault="the folder is missing")
    assert not findings.news

    scan(findings)

    assert findings.take() == Changes(scanned=True)


def test_new_files_that_no_event_told_of_are_named(findings: Findings) -> None:
    findings.begin_scan(RECORDED)
    look(findings, "vote.md", NEW, NOW)

    assert scan(findings, vote=NEW, dam=NEW, rain=NEW) == [NEW]  # dam.md: vote.md was hinted at, rain.md is known


def test_what_can_t_be_looked_at_is_waited_for_no_longer(findings: Findings) -> None:
    look(findings, "rain.md", NEW, NOW)

    findings.could_not_look("rain.md")

    assert findings.next_look() is None
