"""`make bench`, `python -m benchmarks [NAME…]`: every benchmark, or those named, one after the other."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final, Protocol

from benchmarks import (
    archive_check,
    discord_memory,
    fan_out,
    file_to_wire,
    pacing,
    reading,
    soak,
    telegram_transport,
    throughput,
    warm_scan,
)

MODULES: Final[tuple[ModuleType, ...]] = (
    reading,
    warm_scan,
    file_to_wire,
    telegram_transport,
    throughput,
    fan_out,
    archive_check,
    pacing,
    discord_memory,
    soak,
)
BENCHMARKS: Final = {module.__name__.rpartition(".")[2]: module for module in MODULES}
"""What can be named, in the order in which they run."""

ONLY_NAMED: Final = frozenset({"discord_memory", "soak"})
"""Those that last too long to be run with the others."""


class Benchmark(Protocol):
    """What can be measured."""

    async def measure(self) -> Sequence[Any]:
        """The figures, each printed as a line or some."""


def chosen(words: Sequence[str] | None = None) -> list[Benchmark]:
    """The benchmarks that `words` (None: the command line's) name; without any all but ONLY_NAMED.

    Exits for --help and mistakes.
    """
    lines = [f"  {name:<14} {(module.__doc__ or '').splitlines()[0]}" for name, module in BENCHMARKS.items()]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure newsbell: medians, each beside a floor that is measured in the same run.",
        epilog="\n".join(["benchmarks, in the order in which they run:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="a benchmark of those below; without any all but soak and discord_memory",
    )
    parser.add_argument("--minutes", type=float, default=soak.MINUTES, help="of soak (%(default)g)")
    parser.add_argument("--rate", type=float, default=soak.RATE, help="of soak, deliveries a second (%(default)g)")
    asked = parser.parse_args(words)
    names: list[str] = asked.names
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    meant = [name for name in BENCHMARKS if name in (names or BENCHMARKS.keys() - ONLY_NAMED)]
    return [soak.Soak(asked.minutes, asked.rate) if name == "soak" else BENCHMARKS[name] for name in meant]


async def main(benchmarks: Sequence[Benchmark]) -> None:
    """Run these and print one line a figure."""
    print("newsbell benchmarks: medians; the floor beside each was measured in the same run\n")
    for benchmark in benchmarks:
        for row in await benchmark.measure():
            print(row)


if __name__ == "__main__":
    asyncio.run(main(chosen()))
