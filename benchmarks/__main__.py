"""`make bench`, `python -m benchmarks [NAME…]`: every benchmark, or those named, one after the other."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from types import ModuleType
from typing import Final

from benchmarks import archive_check, cost_per_send, file_to_wire, pacing, reading, telegram_transport, warm_scan

BENCHMARKS: Final = {
    module.__name__.rpartition(".")[2]: module
    for module in (reading, warm_scan, file_to_wire, telegram_transport, cost_per_send, archive_check, pacing)
}
"""What can be named, in the order in which they run."""


def chosen(words: Sequence[str] | None = None) -> list[ModuleType]:
    """The benchmarks that `words` (None: the command line's) name; all without any. Exits for --help and mistakes."""
    lines = [f"  {name:<14} {(module.__doc__ or '').splitlines()[0]}" for name, module in BENCHMARKS.items()]
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure newsbell: medians, each beside a floor that is measured in the same run.",
        epilog="\n".join(["benchmarks, in the order in which they run:", *lines]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="a benchmark of those below; all without any")
    names: list[str] = parser.parse_args(words).names
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"there is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
    return [module for name, module in BENCHMARKS.items() if not names or name in names]


async def main(benchmarks: Sequence[ModuleType]) -> None:
    """Run these and print one line a figure."""
    print("newsbell benchmarks: medians; the floor beside each was measured in the same run\n")
    for benchmark in benchmarks:
        for row in await benchmark.measure():
            print(row)


if __name__ == "__main__":
    asyncio.run(main(chosen()))
