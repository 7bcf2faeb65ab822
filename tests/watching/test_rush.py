"""Many files at once are told at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

from bot.records import FileStamp
from bot.watching.changes import Changes
from bot.watching.rush import LONGEST_SECONDS, gathered

A, B = FileStamp(1, 1, 1, 1), FileStamp(2, 2, 2, 2)


async def told(*changes: Changes, times: tuple[float, ...] = ()) -> list[Changes]:
    """What is told of `changes`; each look at the clock finds the next of `times`."""
    clock = iter(times)

    async def changing() -> AsyncIterator[Changes]:
        for each in changes:
            yield each

    return [each async for each in gathered(changing(), more_than=2, now=lambda: next(clock, 0.0))]


async def test_what_is_few_is_told_as_it_comes() -> None:
    few = [Changes((("a.md", A),), waiting=1), Changes((("a.md", B),)), Changes(missing=("b.md",))]

    assert await told(*few) == few


async def test_the_first_files_of_a_rush_wait_with_those_that_are_still_being_written() -> None:
    """Written one after the other, they are still one after the other, and fewer than make a rush remain."""
    assert await told(
        Changes((("a.md", A), ("b.md", A)), waiting=1),
        Changes((("c.md", A),)),
    ) == [Changes((("a.md", A), ("b.md", A), ("c.md", A)))]


async def test_what_remains_of_a_rush_waits_though_its_first_files_were_told() -> None:
    slow = [
        Changes((("a.md", A),), waiting=1),
        Changes((("b.md", A),), waiting=1),
        Changes((("c.md", A),), waiting=1),
        Changes((("d.md", A),)),
    ]
    rest = Changes((("b.md", A), ("c.md", A), ("d.md", A)))

    assert await told(*slow) == [slow[0], rest]


async def test_files_that_were_told_longer_ago_make_no_rush() -> None:
    seldom = [Changes((("a.md", A), ("b.md", A))), Changes((("c.md", A),), waiting=1)]

    assert await told(*seldom, times=(0, LONGEST_SECONDS)) == seldom


async def test_a_rush_is_told_once_nothing_of_it_moves() -> None:
    rush = [
        Changes((("a.md", A), ("b.md", A)), ("old.md", "older.md"), scanned=True, waiting=3),
        Changes((("a.md", B), ("old.md", B)), waiting=1),
        Changes(missing=("b.md",)),
    ]
    whole = Changes((("a.md", B), ("old.md", B)), ("b.md", "older.md"), scanned=True)

    assert await told(*rush, rush[2]) == [whole, rush[2]]


async def test_a_rush_without_end_is_told_in_the_end() -> None:
    rush = [Changes((("a.md", A),), waiting=3), Changes((("b.md", A),), waiting=3)]
    both = Changes((("a.md", A), ("b.md", A)), waiting=3)

    assert await told(*rush, times=(0, LONGEST_SECONDS)) == [both]


async def test_a_fault_of_the_folder_is_told_at_once_and_alone_and_a_rush_waits_for_its_end() -> None:
    rush, rest = Changes((("a.md", A), ("b.md", A)), waiting=1), Changes((("c.md", A),))
    fault = Changes(root_fault="the folder is missing", scanned=True, waiting=1)
    whole = Changes((("a.md", A), ("b.md", A), ("c.md", A)))

    assert await told(rush, fault, rest) == [fault, whole]
    assert await told(rush, replace(fault, waiting=0), rest) == [replace(fault, waiting=0), whole]
