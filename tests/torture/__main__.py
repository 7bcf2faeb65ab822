"""`make torture [RUNS=300] [SEED=…]`: many runs of `python -m tests.torture`, one table; exit 1 if a promise broke."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from tests.torture.plan import FULL, SHORT, Kind, plan_of
from tests.torture.report import Outcome, as_json, as_lines, verdict
from tests.torture.run import run


async def torture(
    seeds: Sequence[int], *, abreast: int, sizes: dict[Kind, int] = FULL, posts: int = 0
) -> AsyncIterator[Outcome]:
    """The runs of these seeds, as they end; `abreast` of them at a time. One with anything amiss leaves its folder."""
    room = asyncio.Semaphore(abreast)

    async def one(seed: int) -> Outcome:
        async with room:
            home = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix=f"newsbell-torture-{seed}-"))
            outcome = await run(plan_of(seed, sizes, posts=posts), home)
            if outcome.flawless:
                await asyncio.to_thread(shutil.rmtree, home)
            else:
                _say(f"seed {seed}: see {home}/report.txt")
            return outcome

    running = [asyncio.create_task(one(seed)) for seed in seeds]
    try:
        for ended in asyncio.as_completed(running):
            yield await ended
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def main(words: Sequence[str] | None = None) -> int:
    """Torture newsbell as the command line says; the exit code."""
    asked = _asked(words)
    first = random.SystemRandom().randrange(1_000_000) if asked.seed is None else asked.seed
    seeds = range(first, first + asked.runs)
    sizes = SHORT if asked.short else FULL
    outcomes: list[Outcome] = []
    _end_in_order()
    _say(f"seeds {first} to {seeds[-1]}, {asked.abreast} abreast")
    try:
        async for outcome in torture(seeds, abreast=asked.abreast, sizes=sizes, posts=2 if asked.short else 0):
            outcomes.append(outcome)
            _say(f"{len(outcomes):>4}/{asked.runs} {_in_short(outcome)}")
    finally:
        if asked.json:
            asked.json.write_text(json.dumps(as_json(outcomes), indent=1) + "\n")
        _say("\n".join(as_lines(sorted(outcomes, key=lambda outcome: outcome.seed))))
    return 1 if verdict(outcomes) else 0


def _end_in_order() -> None:
    """Let SIGTERM and SIGINT end the runs, and the processes in them, before this one."""
    loop, whole = asyncio.get_running_loop(), asyncio.current_task()
    assert whole is not None
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, whole.cancel)


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--runs", type=int, default=300, help="how many runs (300)")
    parser.add_argument("--seed", type=int, help="of the first run; the others follow it. Random, and printed, without")
    parser.add_argument("--abreast", type=int, default=2, help="how many runs at the same time (2); they mostly wait")
    parser.add_argument("--short", action="store_true", help="few chats and posts, as in `make test`")
    parser.add_argument("--json", type=Path, help="write the table and every run into this file")
    return parser.parse_args(words)


def _in_short(outcome: Outcome) -> str:
    tally = outcome.sum
    kills = ", ".join(f"{kill.moment.name.lower()}{'' if kill.met else ' (missed)'}" for kill in outcome.kills)
    return (
        f"seed {outcome.seed}: {outcome.seconds:.0f} s, kills: {kills}; unknowns {tally.unknowns}, lost {tally.lost}, "
        f"doubled {tally.doubled}, misordered {tally.misordered}, stale {tally.stale}, harmed {tally.harmed} "
        f"{outcome.trouble}".rstrip()
    )


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
