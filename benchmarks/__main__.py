"""`make bench`: every benchmark, one after the other."""

from __future__ import annotations

import asyncio

from benchmarks import archive_check, cost_per_send, file_to_wire, reading, warm_scan


async def main() -> None:
    """Run all and print one line a figure."""
    print("newsbell benchmarks: medians; the floor beside each was measured in the same run\n")
    for benchmark in (reading, warm_scan, file_to_wire, cost_per_send, archive_check):
        for row in await benchmark.measure():
            print(row)


asyncio.run(main())
