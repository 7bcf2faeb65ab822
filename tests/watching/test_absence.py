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


def test_files_that_go_one_after_the_other_are_told_together() -> None:
    absence = Absence(10)
    for second in range(5):
        absence.away(f"{second}.md", now=100 + second)
    names = {f"{second}.md" for second in range(5)}

    assert absence.next_due() == 114
    assert absence.scanned(names, began=110, newer=()) == []
    assert sorted(absence.scanned(names, began=114, newer=())) == sorted(names)


def test_files_that_go_and_go_are_told_in_the_end() -> None:
    absence = Absence(10)
    names = {f"{number}.md" for number in range(80)}
    for number in range(80):
        absence.away(f"{number}.md", now=100 + number)

    assert absence.next_due() == 170
    assert sorted(absence.scanned(names, began=170, newer=())) == sorted(f"{number}.md" for number in range(61))


def test_hints_since_the_scan_began_know_better_than_the_scan() -> None:
    absence = Absence(0)
    absence.away("vote.md", now=101)

    assert absence.scanned({"rain.md"}, began=100, newer={"rain.md", "vote.md"}) == []
    assert absence.next_due() == 101


def test_without_grace_the_first_scan_is_believed() -> None:
    assert Absence(0).scanned({"rain.md"}, began=100, newer=()) == ["rain.md"]
