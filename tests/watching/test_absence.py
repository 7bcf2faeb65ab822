"""A file is gone once it was away for the grace time and a scan still misses it."""

from __future__ import annotations

from bot.watching.absence import Absence


def test_a_file_is_gone_only_after_its_grace() -> None:
    absence = Absence(10)

    absence.away("rain.md", now=100)
    assert absence.next_due() == 110
    assert absence.scanned({"rain.md"}, began=105, newer=()) == []
    assert absence.scanned({"rain.md"}, began=110, newer=()) == ["rain.md"]
    assert absence.next_due() is None


def test_a_scan_alone_starts_the_grace_too() -> None:
    absence = Absence(10)

    assert absence.scanned({"rain.md"}, began=100, newer=()) == []
    assert absence.scanned({"rain.md"}, began=110, newer=()) == ["rain.md"]


def test_a_file_that_came_back_has_its_whole_grace_again() -> None:
    absence = Absence(10)
    absence.away("rain.md", now=100)
    absence.away("vote.md", now=100)

    absence.back("rain.md")  # a hint saw it
    absence.scanned((), began=105, newer=())  # a scan saw the other one

    assert absence.scanned({"rain.md", "vote.md"}, began=111, newer=()) == []


def test_hints_since_the_scan_began_know_better_than_the_scan() -> None:
    absence = Absence(0)
    absence.away("vote.md", now=101)

    assert absence.scanned({"rain.md"}, began=100, newer={"rain.md", "vote.md"}) == []
    assert absence.next_due() == 101


def test_without_grace_the_first_scan_is_believed() -> None:
    assert Absence(0).scanned({"rain.md"}, began=100, newer=()) == ["rain.md"]
