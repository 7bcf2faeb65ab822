"""Scans come in time, but never back to back; silence of the events is found out."""

from __future__ import annotations

from bot.records import FileStamp
from bot.watching.schedule import Hearing, ScanSchedule

DAY = 86_400.0


def written_at(seconds: float) -> FileStamp:
    return FileStamp(10, int(seconds * 1e9), int(seconds * 1e9), 7)


def test_the_next_scan_comes_after_the_interval() -> None:
    schedule = ScanSchedule(60)

    schedule.scanned(began=100, now=101, hearing=True)

    assert schedule.next_at == 161


def test_a_hinted_scan_comes_earlier_but_not_before_a_pause() -> None:
    schedule = ScanSchedule(60)
    schedule.scanned(began=100, now=101, hearing=True)

    assert schedule.ask(102)
    assert schedule.next_at == 105  # four times as long as the scan took
    assert not schedule.ask(110)
    assert schedule.next_at == 105


def test_without_events_scans_come_more_often() -> None:
    schedule = ScanSchedule(60)

    schedule.scanned(began=100, now=100.1, hearing=False)
    assert schedule.next_at == 105.1
    schedule.scanned(began=200, now=201, hearing=False)
    assert schedule.next_at == 221  # a slow scan may take no more than a twentieth of the time


def test_a_new_file_that_no_event_told_of_reveals_deafness_once() -> None:
    hearing = Hearing()
    hearing.scanned(DAY, DAY, [])

    assert hearing.scanned(DAY + 60, DAY + 60, [written_at(DAY + 30)])
    assert hearing.deaf
    assert not hearing.scanned(DAY + 120, DAY + 120, [written_at(DAY + 90)])
    assert hearing.deaf


def test_nothing_is_revealed_by_what_events_could_not_or_need_not_tell() -> None:
    hearing = Hearing()
    hearing.scanned(DAY, DAY, [written_at(DAY - 30)])  # the first scan
    hearing.scanned(DAY + 60, DAY + 60, [written_at(DAY - 30)])  # moved in: older than the scan before
    hearing.scanned(DAY + 120, DAY + 120, [written_at(DAY + 119)])  # the event may be on its way
    hearing.doubt()
    hearing.scanned(DAY + 180, DAY + 180, [written_at(DAY + 150)])  # the queue overflowed
    hearing.heard(DAY + 239)
    hearing.scanned(DAY + 240, DAY + 240, [written_at(DAY + 210)])  # a burst is still being read

    assert not hearing.deaf
