"""How a figure is printed."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of newsbell's beside its floor, both as series in milliseconds."""

    name: str
    ours: list[float]
    floor_name: str
    floor: list[float]

    def __str__(self) -> str:
        ours, floor = median(self.ours), median(self.floor)
        worst = sorted(self.ours)[int(len(self.ours) * 0.9)]
        return (
            f"{self.name}: {ours:.2f} ms (p90 {worst:.2f}, n={len(self.ours)})\n"
            f"    floor, {self.floor_name}: {floor:.2f} ms (n={len(self.floor)})   difference {ours - floor:.2f} ms, "
            f"ratio {ours / floor:.2f}"
        )
