"""A few runs of the crash harness for `make test`; `make torture` has the many."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from tests.torture.__main__ import torture
from tests.torture.counting import Tally, count, total
from tests.torture.plan import SHORT, Act, Kind, Moment, Place, Plan, plan_of
from tests.torture.report import Outcome, as_lines, breaches, verdict
from tests.torture.run import Victim, run

POSTS: Final = 2

SEEDS: Final = (427, 4587)
"""Every moment of a kill occurs, with an operator's chat and without, with texts and pictures; and no send fails unseen
where newsbell hears nothing: to know that takes a minute. Both moments that leave an unknown are waited for, and one is
an answer that Telegram holds back until the process is dead, so that one unknown is sure."""


def plans() -> list[Plan]:
    """The runs of this file."""
    return [plan_of(seed, SHORT, posts=POSTS) for seed in SEEDS]


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What came of them: they run side by side, because they mostly wait."""

    async def all_of_them() -> list[Outcome]:
        return [outcome async for outcome in torture(SEEDS, abreast=len(SEEDS), sizes=SHORT, posts=POSTS)]

    ended = asyncio.run(all_of_them())
    print("\n".join(as_lines(ended)))  # noqa: T201 - pytest shows it where a test fails
    return ended


def test_every_moment_of_a_kill_occurs() -> None:
    assert {kill.moment for plan in plans() for kill in plan.kills} == set(Moment)
    assert {plan.operator for plan in plans()} == {True, False}


@pytest.mark.process
def test_kills_lose_and_double_nothing(outcomes: list[Outcome]) -> None:
    assert [str(breach) for breach in breaches(total([outcome.table for outcome in outcomes]))] == []
    assert [outcome.trouble for outcome in outcomes if outcome.trouble] == []
    met = {kill.moment for outcome in outcomes for kill in outcome.kills if kill.met}
    assert met >= {Moment.STARTING, Moment.UNANSWERED, Moment.UNCOMMITTED}, met
    assert sum(outcome.sum.unknowns for outcome in outcomes) > 0


CHANNEL: Final = Place(Kind.CHANNEL, 0)


def act(code: str, edition: int = 0) -> Act:
    """A post is written, or edited."""
    return Act(code, edition, breaking=False, mishaps=(), kills=(), calls=0)


@pytest.mark.parametrize(
    ("lines", "tally"),
    [
        (["Post ART1, edition 0", "What else", "Post ART2, edition 1"], Tally(deliveries=2)),
        (["Post ART1, edition 0"], Tally(deliveries=2, lost=1)),
        (["Post ART1, edition 0", "Post ART2, edition 1", "Post ART1, edition 0"], Tally(deliveries=2, doubled=1)),
        (["Post ART2, edition 1", "Post ART1, edition 0"], Tally(deliveries=2, misordered=1)),
        (["Post ART1, edition 0", "Post ART2, edition 0"], Tally(deliveries=2, stale=1)),
    ],
)
def test_what_people_see_is_held_against_what_was_written(lines: list[str], tally: Tally) -> None:
    written = (act("ART1"), act("ART2"), act("ART2", 1))
    plan = replace(plans()[0], places=(CHANNEL,), acts=written)

    assert count(plan, {CHANNEL: lines}, {CHANNEL: 3}, {CHANNEL: 2}, {}) == {
        Kind.CHANNEL: replace(tally, unknowns=3, harmed=2)
    }


def test_a_post_that_was_withdrawn_meanwhile_may_come_last() -> None:
    withdrawn = replace(act("ART1"), is_public=False)
    plan = replace(plans()[0], places=(CHANNEL,), acts=(act("ART1"), act("ART2")))
    plan = replace(plan, second_thoughts=(withdrawn, act("ART1", 1)))

    assert count(plan, {CHANNEL: ["Post ART2, edition 0", "Post ART1, edition 1"]}, {}, {}, {}) == {
        Kind.CHANNEL: Tally(deliveries=2)
    }


@pytest.mark.parametrize(
    ("order", "due", "misordered"),
    [
        (("ART1", "ART2", "ART3"), {"ART1": 0}, 0),
        (("ART2", "ART1", "ART3"), {"ART1": 0}, 1),
        (("ART2", "ART1", "ART3"), {"ART1": 1}, 0),
        (("ART1", "ART2", "ART3"), {"ART1": 1}, 0),
        (("ART2", "ART3", "ART1"), {"ART1": 1}, 1),
    ],
)
def test_a_post_that_was_saved_again_before_it_was_still_may_come_behind_those_saved_meanwhile(
    order: tuple[str, ...], due: dict[str, int], misordered: int
) -> None:
    plan = replace(plans()[0], places=(CHANNEL,), acts=(act("ART1"), act("ART2"), act("ART1", 1), act("ART3")))
    lines = [f"Post {code}, edition {plan.posts[code].edition}" for code in order]

    assert count(plan, {CHANNEL: lines}, {}, {}, due) == {Kind.CHANNEL: Tally(deliveries=3, misordered=misordered)}


def test_in_a_long_run_an_edit_is_undone_and_a_withdrawn_post_comes_back() -> None:
    for seed in range(9):
        plan = plan_of(seed)
        wrong, undone, gone, back = plan.second_thoughts
        assert (wrong.code, wrong.edition) == (undone.code, undone.edition + 1)
        assert (gone.is_public, back.is_public, back.code) == (False, True, gone.code)
        assert plan.posts[undone.code] == undone
        assert plan.posts[back.code] == back


@pytest.mark.parametrize(
    ("kind", "unknowns", "doubled", "broken"),
    [
        (Kind.TEXT, 500, 1, True),
        (Kind.CHANNEL, 500, 1, True),
        (Kind.PRIVATE, 100, 1, False),
        (Kind.BASIC_GROUP, 100, 2, True),
        (Kind.PRIVATE, 0, 1, True),
        (Kind.TOPIC, 100, 1, False),
        (Kind.TOPIC, 100, 2, True),
    ],
)
def test_doubles_are_allowed_only_where_a_platform_leaves_no_proof(
    kind: Kind, unknowns: int, doubled: int, broken: bool
) -> None:
    assert bool(breaches({kind: Tally(9, unknowns, doubled=doubled)})) == broken


def test_a_seed_gives_the_same_run_again() -> None:
    assert plan_of(7) == plan_of(7) != plan_of(8)


async def test_a_run_whose_folder_is_removed_says_so_and_ends_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "run"
    home.mkdir()

    async def start(victim: Victim, **_: str) -> None:
        shutil.rmtree(home)
        victim.rows("SELECT 1")

    monkeypatch.setattr(Victim, "start", start)
    outcome = await run(plan_of(7, SHORT, posts=POSTS), home)
    assert outcome.trouble == f"{home} was removed while newsbell worked in it"
    assert (home / "report.txt").exists()


def test_what_a_busy_machine_explains_breaks_nothing_but_is_told() -> None:
    late, hasty = (Outcome(seed, {}, (), 1.0, floods=2, hasty=seed, trouble="") for seed in (0, 1))
    assert not late.flawless, "its report is kept"
    assert verdict([late]) == []
    assert verdict([hasty]) == ["seed 1: 1 calls came too early for the limits"]
    assert "refused by limits: 4, of which no busy machine explains 1" in "\n".join(as_lines([late, hasty]))
