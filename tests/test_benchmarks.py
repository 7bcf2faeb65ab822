"""`python -m benchmarks` says what there is before it measures for minutes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.__main__ import BENCHMARKS, ONLY_NAMED, chosen, main
from benchmarks.soak import Soak

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.process
def test_help_names_each_benchmark_and_measures_nothing() -> None:
    words = [sys.executable, "-m", "benchmarks", "--help"]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "newsbell benchmarks" not in done.stdout
    assert done.stderr == ""
    for name, module in BENCHMARKS.items():
        assert f"\n  {name:<14} {(module.__doc__ or '').splitlines()[0]}\n" in f"{done.stdout}\n"


def test_every_benchmark_of_the_folder_can_be_named() -> None:
    files = {file.stem for file in (ROOT / "benchmarks").glob("*.py") if "async def measure" in file.read_text()}

    assert {*BENCHMARKS, "__main__"} == files
    assert chosen([]) == [module for name, module in BENCHMARKS.items() if name not in ONLY_NAMED]
    assert chosen(["warm_scan", "reading"]) == [BENCHMARKS["reading"], BENCHMARKS["warm_scan"]]


def test_the_soak_is_as_long_and_as_hard_as_asked() -> None:
    assert chosen(["soak", "--minutes", "4"]) == [Soak(4.0, 300.0)]


def test_a_name_of_nothing_is_a_mistake_of_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        chosen(["speed"])

    assert ended.value.code == 2
    assert "there is no benchmark speed; there are reading, warm_scan" in capsys.readouterr().err


def test_only_those_named_are_run(capsys: pytest.CaptureFixture[str]) -> None:
    class Quick(ModuleType):
        async def measure(self) -> list[str]:
            return [f"{self.__name__}: 1 ms"]

    asyncio.run(main([Quick("one"), Quick("two")]))

    assert capsys.readouterr().out.endswith("\none: 1 ms\ntwo: 1 ms\n")
