"""The window of a rate: what was called in it, and who has had a turn there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class LatestCalls:
    """The latest calls under a rate: when they started, or of those that have not, when they had their turns.

    In lists, oldest first: they are short, and each of thousands of empty deques has room for 64 times.
    """

    seconds: float  # so long a call counts
    starts: list[float] = field(default_factory=list)
    turns: list[float] = field(default_factory=list)

    def free_at(self, amount: int, seconds: float) -> float:
        """When it takes another one of `amount` in `seconds`; a time that is over: now."""
        if len(self.starts) + len(self.turns) < amount:
            return 0.0
        return sorted(self.starts + self.turns)[-amount] + seconds

    def take_turn(self, now: float, amount: int) -> None:
        """One more; only the latest `amount` matter."""
        self.turns.append(now)
        del self.starts[:-amount]

    def forgo(self) -> None:
        """One that had its turn does not start. Which one is all the same: those that are left count the longest."""
        if self.turns:
            del self.turns[0]

    def start(self, now: float) -> None:
        """One that had its turn starts. Which one is all the same: in the end, all starts stand here."""
        self.forgo()
        self.starts.append(now)

    def end(self, now: float) -> None:
        """One has its answer: the latest counts from now on."""
        if self.starts:
            self.starts[-1] = now
